//! How controls and clauses stand: each cell of the rows *rule*, *setting*, *access* and *retention* of the
//! specification §6, and the fold of a clause. The rows of the other types are beside their engines.

mod policy;

use policy::{policy, run, stands};
use schoolkeeper_core::standing::{KnownBy, Missing, NoneBecause, Standing};
use schoolkeeper_rules::example;

#[test]
fn every_cell_of_the_row_rule() {
    run(include_str!("standing/rule.toml"));
}

#[test]
fn every_cell_of_the_row_setting() {
    run(include_str!("standing/setting.toml"));
}

#[test]
fn every_cell_of_the_row_access() {
    run(include_str!("standing/access.toml"));
}

#[test]
fn every_cell_of_the_row_retention() {
    run(include_str!("standing/retention.toml"));
}

const CLAUSES: &str = include_str!("standing/clauses.toml");

fn clause(title: &str, id: &str) -> schoolkeeper_core::standing::ClauseResult {
    let pack = policy(CLAUSES);
    let all = stands(&pack, title, |_| ());
    all.clauses.into_iter().find(|clause| &*clause.clause == id).unwrap_or_else(|| panic!("no clause `{id}`"))
}

#[test]
fn a_clause_about_an_entry_counts_only_what_is_or_refers_to_it() {
    let all = clause("Two systems", "all");
    assert_eq!((all.standing, all.counts.subjects, all.counts.broken), (Standing::Broken, 4, 1));
    let safe = clause("Two systems", "about-safe");
    assert_eq!((safe.standing, safe.counts.subjects, safe.counts.kept), (Standing::Kept, 2, 2));
    let tapes = clause("A tape in a store in the cellar", "two-links");
    assert_eq!((tapes.standing, tapes.counts.subjects), (Standing::Kept, 1), "over two references");
    let open = clause("Two systems", "about-open");
    assert_eq!((open.standing, open.counts.subjects, open.counts.broken), (Standing::Broken, 2, 1));
}

#[test]
fn a_clause_about_an_entry_nobody_confirmed_is_unknown() {
    let found = clause("Two systems", "about-missing");
    assert_eq!(found.standing, Standing::Unknown);
    assert_eq!(found.missing, vec![Missing::Entry { name: "nowhere".into() }]);
    let broken = clause("Two systems", "about-open-and-missing");
    assert_eq!(broken.standing, Standing::Broken, "what is broken stays broken beside what is not known");
}

#[test]
fn a_clause_that_only_explains_has_no_standing() {
    let found = clause("Two systems", "context");
    assert_eq!((found.standing, found.none_because), (Standing::None, Some(NoneBecause::Context)));
}

#[test]
fn a_clause_bound_to_nothing_is_unknown_not_kept() {
    assert_eq!(clause("Two systems", "unbound").standing, Standing::Unknown);
}

#[test]
fn controls_of_the_trust_stand_in_the_trust_only() {
    let at_school = clause("Two systems", "trust");
    assert_eq!((at_school.standing, at_school.none_because), (Standing::None, Some(NoneBecause::AtTrust)));
    let pack = policy(CLAUSES);
    let trust = stands(&pack, "Two systems", |world| world.place.trust = true);
    let by_id = |id: &str| trust.clauses.iter().find(|clause| &*clause.clause == id).map(|clause| clause.standing);
    assert_eq!(by_id("trust"), Some(Standing::Broken));
    assert_eq!(by_id("all"), Some(Standing::None));
    assert_eq!(by_id("either"), Some(Standing::Broken));
    assert_eq!(clause("Two systems", "either").standing, Standing::Broken);
    assert!(stands(&pack, "Two systems", |_| ()).controls["named"].1.inherited);
}

#[test]
fn the_worst_of_the_bound_controls_decides_and_says_how_it_is_known() {
    let found = clause("Two systems", "both");
    assert_eq!((found.standing, found.known_by), (Standing::Broken, Some(KnownBy::Stated)));
    assert_eq!(found.findings.len(), 1);
}

#[test]
fn an_agreement_beside_a_rule_never_colours_the_measurement() {
    let kept = clause("Signed, and measured", "told-and-kept");
    assert_eq!((kept.standing, kept.known_by), (Standing::Kept, Some(KnownBy::Stated)));
    assert_eq!(clause("Signed, and measured", "told-only").standing, Standing::Told);
    assert_eq!(clause("Signed, and broken", "told-and-kept").standing, Standing::Broken);
    assert_eq!(clause("Not signed, and measured", "told-and-kept").standing, Standing::Broken);
}

#[test]
fn a_chapter_that_is_off_does_not_apply() {
    let found = clause("Two systems", "chapter");
    assert_eq!((found.standing, found.none_because), (Standing::None, Some(NoneBecause::ChapterOff)));
    let pack = policy(CLAUSES);
    let trust = stands(&pack, "Two systems", |world| world.place.trust = true);
    let on = trust.clauses.iter().find(|clause| &*clause.clause == "chapter").map(|clause| clause.none_because);
    assert_eq!(on, Some(Some(NoneBecause::AtSchools)));
}

#[test]
fn a_failing_example_says_what_was_expected_and_what_came() {
    let pack = policy(&CLAUSES.replace("expect = \"broken\" # two", "expect = \"kept\"\nfinding = []"));
    let at = pack.pack.examples.iter().position(|example| example.title.as_deref() == Some("Two systems"));
    let failure = example::run(&pack, &pack.pack.examples[at.unwrap_or(0)]).expect_err("one user has no second factor");
    assert!(
        failure.message.starts_with("standing: expected kept, came broken; finding: expected none, came b"),
        "{failure:?}"
    );
    let text = &pack.pack.sources[failure.place.file].text;
    assert!(text.contains("second-factor"), "the place is in the file");
}

#[test]
fn what_cannot_be_read_in_an_example_is_named() {
    let broken = |line: &str| {
        let text = format!("{CLAUSES}\n[[example]]\ncontrol = 'second-factor'\n{line}\nexpect = 'kept'\n");
        let pack = policy(&text);
        example::run(&pack, &pack.pack.examples[pack.pack.examples.len() - 1]).expect_err("it cannot be read").message
    };
    assert_eq!(broken("given = { gadget = [] }"), "there is no register `gadget`");
    assert_eq!(broken("given = { system = [{ nme = 'A' }] }"), "an entry of `system`: there is no field `nme`");
    assert_eq!(
        broken("given = { system-user = [{ system = 'b' }] }"),
        "an entry of `system-user`: `system`: no entry `b` of `system` is given"
    );
    assert!(broken("at = 'soon'").starts_with("`soon` is no date and time"));
    assert!(broken("act = { name = 'system.save', actor = 'nobody-here', on = 'x' }").contains("no entry `x`"));
}
