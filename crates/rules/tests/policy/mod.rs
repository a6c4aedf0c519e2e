//! Small policies written out in a test, over the shipped registers.
#![allow(dead_code, clippy::allow_attributes, reason = "each test program uses a part")]

use schoolkeeper_core::world::World;
use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::evaluate::{Evaluation, evaluate};
use schoolkeeper_rules::example::{self, Built};
use schoolkeeper_rules::{CompiledPack, compile};
use std::sync::Arc;

const HEAD: &str = "
[pack]
id = 'made-up'
title = 'Made-up policy'
language = 1
";

/// A policy checked and compiled.
pub fn policy(text: &str) -> CompiledPack {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");
    let schemas = registers(&Library::from_dirs([folder])).unwrap_or_else(|report| panic!("{report}"));
    let library = Library::embedded([("made-up.toml".to_owned(), format!("{HEAD}{text}"))]);
    let pack = load(&library, "made-up").unwrap_or_else(|report| panic!("{report}"));
    compile(Arc::new(pack), Arc::new(schemas)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// Runs every example of a policy and fails with all that did not come out.
pub fn run(text: &str) {
    let pack = policy(text);
    let outcomes = example::run_all(&pack, |_| ());
    assert!(!outcomes.is_empty(), "no example was run");
    let failed = outcomes.iter().filter_map(|outcome| {
        let failure = outcome.result.as_ref().err()?;
        Some(format!("{}: {}\n    {}", outcome.control, outcome.title, failure.message))
    });
    let failed: Vec<_> = failed.collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), outcomes.len(), failed.join("\n"));
}

/// The world of the only example with this title.
pub fn world_of(pack: &CompiledPack, title: &str) -> Built {
    let example = pack.pack.examples.iter().find(|example| example.title.as_deref() == Some(title));
    let example = example.unwrap_or_else(|| panic!("no example `{title}`"));
    let control = &pack.controls[example.control.get_ref()];
    Built::of(pack, control, example).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Where the whole policy stands in the world of an example.
pub fn stands(pack: &CompiledPack, title: &str, change: impl FnOnce(&mut World)) -> Evaluation {
    let mut built = world_of(pack, title);
    change(&mut built.world);
    built.world.seal();
    evaluate(pack, &built.params, &built.world)
}
