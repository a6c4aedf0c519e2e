//! Every expression of the shipped packs checks and compiles.

use schoolkeeper_pack::{Library, load, registers, render};
use schoolkeeper_rules::{check, compile};
use std::sync::Arc;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn the_expressions_of_the_skeleton_are_right() {
    let schemas = registers(&Library::from_dirs([format!("{ROOT}/registers")])).unwrap();
    let pack =
        load(&Library::from_dirs([format!("{ROOT}/packs")]), "skeleton").unwrap_or_else(|report| panic!("{report}"));
    let problems = check(&pack, &schemas);
    assert!(problems.is_empty(), "{}", render(&problems, &pack.sources));
    let compiled = compile(Arc::new(pack), Arc::new(schemas)).unwrap();
    let rules = compiled.controls.values().filter(|control| control.control.kind.name() == "rule");
    for control in rules {
        assert!(control.expr("expect").is_some(), "{} has no expression", control.control.id);
    }
}
