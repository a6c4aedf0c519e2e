//! What changed between two versions of a pack.

use schoolkeeper_core::pack::Pack;
use schoolkeeper_pack::{Change, ChangeKind, Library, diff, load};

const SPECIMEN: &str = include_str!("packs/hill-school.toml");
const COMMON: &str = include_str!("packs/common/incident-forms.toml");

fn read(text: &str) -> Pack {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let library = Library::embedded([file("hill-school.toml", text), file("common/incident-forms.toml", COMMON)]);
    load(&library, "hill-school").unwrap_or_else(|report| panic!("{report}"))
}

fn changes(edits: &[(&str, &str)]) -> Vec<Change> {
    let mut text = SPECIMEN.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "the specimen has no `{from}`");
        text = text.replace(from, to);
    }
    diff(&read(SPECIMEN), &read(&text))
}

#[test]
fn the_same_policy_in_another_layout_is_no_change() {
    assert_eq!(diff(&read(SPECIMEN), &read(SPECIMEN)), []);
    assert_eq!(
        changes(&[("[param]", "# moved down\n\n[param]"), ("mode = \"enforced\"", "mode   =   'enforced'")]),
        []
    );
}

#[test]
fn every_kind_of_change_is_told_in_words() {
    let found = changes(&[
        ("version = \"3.1\"", "version = \"3.2\""),
        ("text = \"Desks are cleared.\"", "text = \"Desks are cleared every night.\""),
        ("[[clause]]\nid = \"2.2\"", "[[clause]]\nid = \"2.9\""),
        ("value = \"26 hours\"", "value = \"20 hours\""),
        ("min = 30, max = 400", "value = 90, min = 30, max = 400"),
        ("grace = \"1 working day\"\nunknown_max", "grace = \"2 working days\"\nunknown_max"),
        ("[control.clear-desk]", "[control.desks]\nwas = \"clear-desk\""),
        ("\"clear-desk\", \"old-accounts\"", "\"desks\", \"old-accounts\""),
        ("France", "Spain"),
    ]);
    insta::assert_snapshot!(found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_number_is_tightened_or_loosened_by_its_own_direction() {
    let kind = |value: &str| changes(&[("value = \"26 hours\"", &format!("value = \"{value}\""))])[0].kind;
    assert_eq!(kind("1 day"), ChangeKind::Tightened);
    assert_eq!(kind("2 days"), ChangeKind::Loosened);
    assert_eq!(kind("1 month"), ChangeKind::Changed, "a month has no fixed length");
}
