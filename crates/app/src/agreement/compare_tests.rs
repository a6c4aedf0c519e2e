use super::*;
use crate::agreement::Point;
use proptest::prelude::*;

fn text(points: &[(&str, &str)]) -> Text {
    let point =
        |(clause, words): &(&str, &str)| Point { clause: Name::from(*clause), words: (*words).to_owned(), other: None };
    Text { points: points.iter().map(point).collect(), ..Text::default() }
}

#[test]
fn only_the_word_that_changed_is_marked() {
    let pieces = words("Keep your password to yourself.", "Keep your passphrase to yourself.");
    let marked: Vec<(PieceKind, &str)> = pieces.iter().map(|piece| (piece.kind, &*piece.text)).collect();
    let wanted = [
        (PieceKind::Same, "Keep your "),
        (PieceKind::Removed, "password"),
        (PieceKind::Added, "passphrase"),
        (PieceKind::Same, " to yourself."),
    ];
    assert_eq!(marked, wanted);
}

#[test]
fn a_point_that_moved_came_or_went_is_named() {
    let old = text(&[("1", "One."), ("2", "Two."), ("3", "Three.")]);
    let new = text(&[("2", "Two."), ("1", "One."), ("4", "Four.")]);
    let all = texts(&old, &new);
    let said: Vec<(&str, bool, PieceKind)> = all
        .iter()
        .map(|point| (point.clause.as_deref().unwrap_or_default(), point.moved, point.pieces[0].kind))
        .collect();
    let wanted = [
        ("2", true, PieceKind::Same),
        ("1", true, PieceKind::Same),
        ("4", false, PieceKind::Added),
        ("3", false, PieceKind::Removed),
    ];
    assert_eq!(said, wanted);
    assert!(all.iter().all(ComparedPoint::is_changed));
    assert!(!texts(&old, &old).iter().any(ComparedPoint::is_changed));
}

proptest! {
    #[test]
    fn both_texts_can_be_read_back_from_the_comparison(old in "[a-c \n.é]{0,40}", new in "[a-c \n.é]{0,40}") {
        let pieces = words(&old, &new);
        let without = |kind| pieces.iter().filter(|piece| piece.kind != kind).map(|piece| &*piece.text).collect::<String>();
        prop_assert_eq!(without(PieceKind::Added), old);
        prop_assert_eq!(without(PieceKind::Removed), new);
    }
}
