//! The shipped pack `skeleton`: it loads, every check is clean, and every example holds.

use schoolkeeper_core::diagnostic::Diagnostic;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::{Library, render};
use std::path::PathBuf;
use std::sync::Arc;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn schemas() -> Schemas {
    let library = Library::from_dirs([folder("registers")]);
    schoolkeeper_pack::registers(&library).unwrap_or_else(|report| panic!("{report}"))
}

fn skeleton() -> Pack {
    let library = Library::from_dirs([folder("packs")]);
    schoolkeeper_pack::load(&library, "skeleton").unwrap_or_else(|report| panic!("{report}"))
}

fn assert_clean(pack: &Pack, diagnostics: &[Diagnostic]) {
    assert!(diagnostics.is_empty(), "{}", render(diagnostics, &pack.sources));
}

#[test]
fn it_has_sixty_one_clauses_and_all_ten_types() {
    let pack = skeleton();
    assert_eq!(pack.clauses.len(), 61);
    let mut types: Vec<_> = pack.controls.values().map(|control| control.kind.name()).collect();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), 10, "{types:?}");
}

#[test]
fn the_strict_check_of_the_pack_is_clean() {
    let pack = skeleton();
    assert_clean(&pack, &schoolkeeper_pack::check(&pack, &schemas(), true));
}

#[test]
fn every_expression_is_of_the_right_type() {
    let pack = skeleton();
    assert_clean(&pack, &schoolkeeper_rules::check(&pack, &schemas()));
}

#[test]
fn every_example_holds() {
    let pack = Arc::new(skeleton());
    let compiled = schoolkeeper_rules::compile(pack.clone(), Arc::new(schemas()));
    let compiled = compiled.unwrap_or_else(|errors| panic!("{}", render(&errors, &pack.sources)));
    let outcomes = schoolkeeper_rules::example::run_all(&compiled, |_| ());
    let wrong: Vec<String> = outcomes
        .into_iter()
        .filter_map(|one| Some(format!("{} · {}: {}", one.control, one.title, one.result.err()?.message)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pack.examples.len(), wrong.join("\n"));
}
