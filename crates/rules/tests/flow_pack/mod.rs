//! The policy `flow/pack.toml`, compiled with the examples of a test.

use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::{Library, render};
use schoolkeeper_rules::compiled::{CompiledPack, compile};
use schoolkeeper_rules::example;
use std::path::PathBuf;
use std::sync::Arc;

/// The shipped registers.
pub fn schemas() -> Schemas {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../registers");
    schoolkeeper_pack::registers(&Library::from_dirs([folder])).unwrap_or_else(|report| panic!("{report}"))
}

/// The policy with these examples.
pub fn compiled(examples: &str) -> CompiledPack {
    let text = format!("{}\n{examples}", include_str!("../flow/pack.toml"));
    let library = Library::embedded([("flow.toml".to_owned(), text)]);
    let pack = schoolkeeper_pack::load(&library, "flow").unwrap_or_else(|report| panic!("{report}"));
    let sources = pack.sources.clone();
    compile(Arc::new(pack), Arc::new(schemas())).unwrap_or_else(|errors| panic!("{}", render(&errors, &sources)))
}

/// Runs the examples and shows every one that did not come out.
pub fn run(examples: &str) {
    let pack = compiled(examples);
    let outcomes = example::run_all(&pack, |_| {});
    assert!(!outcomes.is_empty(), "there are no examples");
    let failed = outcomes.iter().filter_map(|outcome| {
        let failure = outcome.result.as_ref().err()?;
        Some(format!("{} — {}: {}", outcome.control, outcome.title, failure.message))
    });
    let failed: Vec<_> = failed.collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), outcomes.len(), failed.join("\n"));
}
