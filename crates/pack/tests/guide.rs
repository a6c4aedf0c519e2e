//! `docs/writing-a-pack.md` builds a policy piece by piece: the pieces together are a pack that passes the strict check.

use schoolkeeper_pack::{Library, check, explain, load, registers, render};

const GUIDE: &str = include_str!("../../../docs/writing-a-pack.md");
const REGISTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");

/// The pieces marked `toml pack`, one after the other.
fn pieces() -> String {
    let pieces = GUIDE.split("```toml pack\n").skip(1);
    pieces.map(|piece| piece.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn the_worked_example_of_the_guide_passes_the_strict_check() {
    let library = Library::embedded([("marlpit-lane.toml".to_owned(), pieces())]);
    let pack = load(&library, "marlpit-lane").unwrap_or_else(|report| panic!("{report}"));
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
    let found = check(&pack, &schemas, true);
    assert!(found.is_empty(), "{}", render(&found, &pack.sources));
    assert_eq!(pack.clauses.len(), 6, "six paragraphs are promised, one of each kind");
    assert!(explain(&pack, &schemas).contains("Marlpit Lane"));
}

#[test]
fn the_message_shown_in_the_guide_is_what_people_get() {
    let library =
        Library::embedded([("marlpit-lane.toml".to_owned(), pieces().replace("[\"take-home\"]", "[\"take-hme\"]"))]);
    let pack = load(&library, "marlpit-lane").unwrap();
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
    let found = render(&check(&pack, &schemas, false), &pack.sources);
    for line in ["error: the control `take-hme` is not known", "= hint: did you mean `take-home`?"] {
        assert!(found.contains(line) && GUIDE.contains(line), "{found}");
    }
}
