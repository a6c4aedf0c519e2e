//! A pack in plain sentences.

use schoolkeeper_pack::{Library, explain, explain_control, load, registers};
use std::collections::BTreeMap;

const PACKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs");
const REGISTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");

#[test]
fn the_specimen_reads_as_plain_sentences() {
    let pack = load(&Library::from_dirs([PACKS]), "hill-school").unwrap();
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
    insta::assert_snapshot!(explain(&pack, &schemas));
}

#[test]
fn no_word_of_the_house_is_shown() {
    let pack = load(&Library::from_dirs([PACKS]), "hill-school").unwrap();
    let house = ["clause", "control", "finding", "duty", "occurrence", "census", "ledger", "parcel"];
    for control in pack.controls.values() {
        let said = explain_control(control, &pack, &BTreeMap::new()).to_lowercase();
        for word in house {
            assert!(!said.split(|c: char| !c.is_alphabetic()).any(|part| part == word), "{}: {said}", control.id);
        }
    }
}
