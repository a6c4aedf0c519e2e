//! Any text is read as a pack or a register, or refused with a message; what is read can be checked and explained.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schoolkeeper_pack::{Library, check, diff, explain, load, registers, render};

fuzz_target!(|text: &str| {
    // A second half, when there is one, is the parent of the first.
    let (child, parent) = text.split_once("\n#---\n").unwrap_or((text, ""));
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let library = Library::embedded([file("child.toml", child), file("parent.toml", parent)]);
    let person = include_str!("../../registers/person.toml");
    let schemas = registers(&Library::embedded([file("person.toml", person), file("other.toml", child)]));
    let _ = schemas.as_ref().map_err(ToString::to_string);
    match load(&library, "child") {
        Ok(pack) => {
            let schemas = schemas.unwrap_or_default();
            let _ = render(&check(&pack, &schemas, true), &pack.sources);
            let _ = explain(&pack, &schemas);
            assert!(diff(&pack, &pack).is_empty());
        }
        Err(report) => assert!(!report.diagnostics.is_empty() && !report.to_string().is_empty()),
    }
});
