//! Whatever the text, reading it ends with a pack or with a message; it never panics and its cost is bounded.

use proptest::prelude::*;
use schoolkeeper_pack::{Library, bounds, check, explain, load, registers, render};

const SPECIMEN: &str = include_str!("packs/hill-school.toml");
const COMMON: &str = include_str!("packs/common/incident-forms.toml");
const REGISTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");
const HEAD: &str = "[pack]\nid = \"hill-school\"\ntitle = \"Hill School (made up)\"\nlanguage = 1\n";

fn library(text: String) -> Library {
    Library::embedded([
        ("hill-school.toml".to_owned(), text),
        ("common/incident-forms.toml".to_owned(), COMMON.to_owned()),
    ])
}

fn refused(text: String) -> String {
    let report = load(&library(text), "hill-school").expect_err("too much").to_string();
    assert!(report.len() < 200_000, "bounded messages");
    report
}

#[test]
fn a_line_of_fifty_megabytes_gives_a_message() {
    let report = refused(format!("{HEAD}x = \"{}\"\n", "a".repeat(50_000_000)));
    assert!(report.contains("a file of a pack has at most"), "{}", &report[..300]);
}

#[test]
fn a_long_line_gives_a_message() {
    let report = refused(format!("{HEAD}[list]\nx = {{ items = [{}] }}\n", "\"a\",".repeat(50_000)));
    assert!(report.contains("a line has at most 64000"), "{}", &report[..300]);
    assert!(report.contains("hill-school.toml:6:1"), "{}", &report[..300]);
}

#[test]
fn ten_thousand_brackets_or_dots_give_a_message() {
    for (open, name) in [("[", "brackets"), ("{a=", "tables"), ("[\n", "brackets over many lines")] {
        let report = refused(format!("{HEAD}x = {}\n", open.repeat(10_000)));
        assert!(report.contains("nested more than 16 deep"), "{name}: {}", &report[..300]);
    }
    let report = refused(format!("{HEAD}a{} = 1\n", ".a".repeat(10_000)));
    assert!(report.contains("nested more than 16 deep"), "{}", &report[..300]);
    let report = refused(format!("{HEAD}[a{}]\n", ".a".repeat(10_000)));
    assert!(report.contains("nested more than 16 deep"), "{}", &report[..300]);
}

#[test]
fn brackets_in_strings_and_comments_are_no_nesting() {
    let deep = "[".repeat(100);
    let text = format!(
        "# {deep}\n{HEAD}[list]\na = {{ items = [\"{deep}\", '{deep}', \"\\\"{deep}\"] }}\nb = {{ of = \"\"\"\n{deep}\\\"\"\"\"\"\"\n, items = ['''{deep}'''''] }}\n"
    );
    assert!(load(&library(text.replace("\n, items", ", items")), "hill-school").is_ok());
}

#[test]
fn strings_with_odd_ends_do_not_hide_nesting() {
    for trick in ["\"\"\"a\"\"\"\"\"", "'''a'''''", "\"a\\\n\"", "\"a", "'a"] {
        let report = refused(format!("{HEAD}y = {trick}\nx = {}\n", "[".repeat(10_000)));
        assert!(report.contains("nested more than 16 deep"), "{trick}: {}", &report[..300]);
    }
}

#[test]
fn too_many_tables_give_a_message() {
    let many = "[[clause]]\nid = \"1\"\ntext = \"x\"\n".repeat(bounds::TABLES_MAX + 1);
    assert!(refused(format!("{HEAD}{many}")).contains("a pack has at most 5000 of `clause`"));
    let many: Vec<String> = (0..=bounds::TABLES_MAX).map(|at| format!("[control.c{at}]\n")).collect();
    assert!(refused(format!("{HEAD}{}", many.concat())).contains("a pack has at most 5000 of `control`"));
}

#[test]
fn thousands_of_mistakes_are_counted_and_not_all_printed() {
    let many: Vec<String> = (0..4000).map(|at| format!("[control.c{at}]\ntype = \"rull\"\n")).collect();
    let report = refused(format!("{HEAD}{}", many.concat()));
    assert!(report.ends_with("… and 3900 more"), "{}", &report[report.len() - 200..]);
}

#[test]
fn a_pack_of_many_wrong_names_is_checked_all_the_same() {
    let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
    let clauses: Vec<String> = (0..2000)
        .map(|at| format!("[[clause]]\nid = \"{at}\"\ntext = \"x\"\nsection = \"s\"\ncontrols = [\"nonesuch-{at}\"]\nwho = [\"nobody-{at}\"]\n"))
        .collect();
    let roles: Vec<String> =
        (0..2000).map(|at| format!("role-number-{at} = {{ title = \"Role\", acts_as = \"staff\" }}\n")).collect();
    let pack = load(&library(format!("{HEAD}[role]\n{}{}", roles.concat(), clauses.concat())), "hill-school").unwrap();
    let found = check(&pack, &schemas, true);
    assert!(found.len() >= 4000);
    assert!(render(&found, &pack.sources).len() < 200_000);
}

#[test]
fn a_file_that_is_no_text_gives_a_message() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hill-school.toml"), b"[pack]\nid = \"\xff\"").unwrap();
    let report = load(&Library::from_dirs([folder.path()]), "hill-school").unwrap_err().to_string();
    assert!(report.contains("is not UTF-8 text (byte 13)"), "{report}");
    let report = load(&Library::from_dirs([folder.path()]), "hall-school").unwrap_err().to_string();
    assert!(report.contains("no pack `hall-school` in the library"), "{report}");
}

#[test]
fn what_is_no_file_or_too_large_a_file_gives_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.toml");
    std::fs::File::create(&large).unwrap().set_len(3_000_000_000).unwrap();
    let report = load(&Library::default(), large.to_str().unwrap()).unwrap_err().to_string();
    assert!(report.contains("has more than 2000000 bytes"), "{report}");
    let report = load(&Library::default(), "/dev/zero").unwrap_err().to_string();
    assert!(report.contains("is no file"), "{report}");
}

/// Words a mutation may put anywhere.
const WORDS: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "=",
    ",",
    ".",
    "\n",
    "[[",
    "]]",
    "$",
    "true",
    "1979-05-27",
    "-1",
    "9e999",
    "é",
    "\u{202e}",
    "#",
    "\"\"\"",
];

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,400}") {
        let _ = load(&library(text.clone()), "hill-school").map_err(|report| report.to_string());
        let _ = registers(&Library::embedded([("a.toml".to_owned(), text)])).map_err(|report| report.to_string());
    }

    #[test]
    fn a_mutated_pack_is_read_or_refused(at in 0..SPECIMEN.len(), cut in 0..200_usize, word in prop::sample::select(WORDS)) {
        let boundary = |mut at: usize| { while !SPECIMEN.is_char_boundary(at) { at -= 1 } at };
        let (from, to) = (boundary(at), boundary((at + cut).min(SPECIMEN.len())));
        let text = format!("{}{word}{}", &SPECIMEN[..from], &SPECIMEN[to.max(from)..]);
        match load(&library(text), "hill-school") {
            Ok(pack) => {
                let schemas = registers(&Library::from_dirs([REGISTERS])).unwrap();
                let _ = render(&check(&pack, &schemas, true), &pack.sources);
                let _ = explain(&pack, &schemas);
            }
            Err(report) => prop_assert!(report.to_string().starts_with("error: ")),
        }
    }

    #[test]
    fn a_mutated_register_is_read_or_refused(at in 0..4000_usize, cut in 0..60_usize, word in prop::sample::select(WORDS)) {
        let text = include_str!("../../../registers/asset.toml");
        let (from, to) = (at.min(text.len()), (at + cut).min(text.len()));
        if text.is_char_boundary(from) && text.is_char_boundary(to) {
            let text = format!("{}{word}{}", &text[..from], &text[to..]);
            let _ = registers(&Library::embedded([("asset.toml".to_owned(), text)])).map_err(|report| report.to_string());
        }
    }

    #[test]
    fn the_hash_depends_on_content_and_on_nothing_else(pad in "[ ]{0,4}", note in "[a-z ]{0,20}", gap in 1..27_u32) {
        let hash = |text: String| load(&library(text), "hill-school").unwrap().hash;
        let same = SPECIMEN.replace("[control.aup]", &format!("# {note}\n[control.aup]{pad}"));
        prop_assert_eq!(hash(SPECIMEN.to_owned()), hash(same));
        let other = SPECIMEN.replace("value = \"26 hours\"", &format!("value = \"{gap} hours\""));
        prop_assert_eq!(hash(SPECIMEN.to_owned()) == hash(other), gap == 26);
    }
}
