use super::*;

fn source(text: &str) -> Vec<Source> {
    vec![Source { path: "packs/hill.toml".to_owned(), text: text.to_owned() }]
}

fn at(text: &str, what: &str) -> Place {
    let start = text.find(what).unwrap();
    Place { file: 0, range: start..start + what.len() }
}

#[test]
fn a_long_line_is_cropped_around_the_offending_text() {
    let text =
        format!("a = 1\nb = [{}, \"wrong\", {}]\n", vec!["\"right\""; 500].join(", "), vec!["1"; 500].join(", "));
    let one = Diagnostic::error("this does not fit", at(&text, "\"wrong\""));
    let shown = render(&[one], &source(&text));
    assert!(shown.lines().all(|line| line.chars().count() <= 160), "{shown}");
    assert!(shown.contains("\"wrong\""), "{shown}");
    assert!(shown.contains("packs/hill.toml:2:"), "{shown}");
}

#[test]
fn hostile_text_is_made_visible() {
    let text = "a = \"\u{1b}[31mred\u{202e}\u{7}\"\n";
    let one = Diagnostic::error("not \u{1b}[2J this", at(text, "red")).hint("try\r\nthat");
    let shown = render(&[one], &source(text));
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}') && !shown.contains('\r'), "{shown:?}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_place_that_is_out_of_bounds_or_within_a_letter_is_shown_as_well_as_can_be() {
    let text = "a = \"é\"";
    for range in [6..6, 5..6, 100..200, 0..1000] {
        let shown = render(&[Diagnostic::error("odd", Place { file: 7, range })], &source(text));
        assert!(shown.contains("packs/hill.toml:1:"), "{shown}");
    }
    assert_eq!(render(&[Diagnostic::error("odd", Place::default())], &[]), "error: odd");
}

#[test]
fn more_messages_than_anybody_reads_are_counted() {
    let many = vec![Diagnostic::error("again", Place::default()); 250];
    let shown = render(&many, &source("x"));
    assert!(shown.ends_with("… and 150 more"), "{shown}");
}
