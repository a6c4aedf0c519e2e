//! The worked example of `docs/writing-a-pack.md`: its expressions are right and every example holds.

use schoolkeeper_pack::{Library, load, registers, render};
use std::sync::Arc;

const GUIDE: &str = include_str!("../../../docs/writing-a-pack.md");
const REGISTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");

#[test]
fn every_example_of_the_guide_holds() {
    let pieces = GUIDE.split("```toml pack\n").skip(1);
    let text: String = pieces.map(|piece| piece.split("```").next().unwrap_or_default()).collect();
    let library = Library::embedded([("marlpit-lane.toml".to_owned(), text)]);
    let pack = Arc::new(load(&library, "marlpit-lane").unwrap());
    let schemas = Arc::new(registers(&Library::from_dirs([REGISTERS])).unwrap());
    let compiled = schoolkeeper_rules::compile(pack.clone(), schemas);
    let compiled = compiled.unwrap_or_else(|errors| panic!("{}", render(&errors, &pack.sources)));
    let outcomes = schoolkeeper_rules::example::run_all(&compiled, |_| ());
    assert_eq!(outcomes.len(), pack.examples.len());
    let wrong = outcomes
        .into_iter()
        .filter_map(|one| Some(format!("{} · {}: {}", one.control, one.title, one.result.err()?.message)));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
