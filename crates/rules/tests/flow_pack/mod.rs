//! The policy `flow/pack.toml`, compiled with the examples of a test.

use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::{Library, render};
use schoolkeeper_rules::compiled::{CompiledPack, compile};
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
