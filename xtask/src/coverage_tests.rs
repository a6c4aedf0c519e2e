use super::{Known, Line, cells, read, write};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn line(clause: &str, test: &str) -> Line {
    let place = if test.is_empty() { "" } else { "somewhere" };
    Line { clause: clause.to_owned(), mode: "detected".to_owned(), place: place.to_owned(), test: test.to_owned() }
}

#[test]
fn a_line_reads_back_as_it_was_written() {
    let all = [line("a/1", "e2e/x.test.mjs says \"this\", and that"), line("a/2", "")];
    assert_eq!(read(&write(&all)).unwrap(), all);
    assert_eq!(cells("a,\"b,\"\"c\"\"\",,d"), ["a", "b,\"c\"", "", "d"]);
    assert!(read("clause,test\n").is_err());
    assert!(read("clause,mode,where,test\na,b\n").is_err());
}

#[test]
fn a_test_that_is_not_there_a_statement_left_out_and_one_that_stands_twice_are_named() {
    let known = Known::read(root()).unwrap();
    let all = [
        line("online-security/0.1", "live:online-security/no-such-control"),
        line("online-security/0.1", "schoolkeeper-web::it reading::no_such_test"),
        line("online-security/99.99", ""),
    ];
    let found = known.faults(&all).join("\n");
    for words in [
        "online-security/0.1 stands there twice",
        "no test `live:online-security/no-such-control`",
        "no test `schoolkeeper-web::it reading::no_such_test`",
        "the policy has no statement online-security/99.99",
        "the statement online-security/0.2 is missing",
    ] {
        assert!(found.contains(words), "{words} is not in {found:.2000}");
    }
    let there = "schoolkeeper-web::it reading::what_is_taken_away_needs_nothing_else_and_holds_every_statement";
    assert!(known.is_there(there));
    let example = &known.packs.iter().find(|pack| &**pack.head.id.get_ref() == "skeleton").unwrap().examples[0];
    let title = example.title.as_deref().unwrap();
    assert!(known.is_there(&format!("pack:skeleton/{}/{title}", example.control.get_ref())));
    assert!(!known.is_there(&format!("pack:skeleton/{}/{title} not", example.control.get_ref())));
}
