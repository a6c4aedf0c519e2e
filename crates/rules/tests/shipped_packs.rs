//! Every shipped policy: it loads, the strict check is clean, and every example holds.

use schoolkeeper_core::diagnostic::Diagnostic;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_pack::{Library, render};
use std::path::PathBuf;
use std::sync::Arc;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The folders of whole policies, in order of their names.
fn ids() -> Vec<String> {
    let entries = std::fs::read_dir(folder("packs")).unwrap_or_else(|error| panic!("{error}"));
    let mut out: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("00-pack.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    out.sort();
    out
}

fn assert_clean(pack: &Pack, diagnostics: &[Diagnostic]) {
    assert!(diagnostics.is_empty(), "{}", render(diagnostics, &pack.sources));
}

#[test]
fn every_policy_that_comes_with_the_product_is_clean_and_does_what_its_examples_say() {
    let schemas = schoolkeeper_pack::registers(&Library::from_dirs([folder("registers")]));
    let schemas = Arc::new(schemas.unwrap_or_else(|report| panic!("{report}")));
    let ids = ids();
    assert!(ids.iter().any(|id| id == "skeleton") && ids.len() > 1, "{ids:?}");
    for id in ids {
        let library = Library::from_dirs([folder("packs")]);
        let pack = schoolkeeper_pack::load(&library, &id).unwrap_or_else(|report| panic!("{report}"));
        assert_clean(&pack, &schoolkeeper_pack::check(&pack, &schemas, true));
        let pack = Arc::new(pack);
        let compiled = schoolkeeper_rules::compile(pack.clone(), schemas.clone());
        let compiled = compiled.unwrap_or_else(|errors| panic!("{}", render(&errors, &pack.sources)));
        let wrong: Vec<String> = schoolkeeper_rules::example::run_all(&compiled, |_| ())
            .into_iter()
            .filter_map(|one| Some(format!("{} · {}: {}", one.control, one.title, one.result.err()?.message)))
            .collect();
        assert!(wrong.is_empty(), "{id}: {} of {}:\n{}", wrong.len(), pack.examples.len(), wrong.join("\n"));
    }
}
