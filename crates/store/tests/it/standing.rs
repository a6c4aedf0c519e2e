//! Evaluations reconciled: findings and standings open, stay and close, each with its cause.

use crate::house::{House, SYSTEM, day, id};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::{ClauseResult, Counts, Finding, KnownBy, Standing};
use schoolkeeper_store::finding::FindingPage;
use schoolkeeper_store::{Cause, Changes, Evaluation};

schoolkeeper_testkit::both_engines!(
    findings_open_stay_and_close,
    the_same_results_twice_change_nothing,
    a_finding_of_two_clauses_counts_once,
    every_change_of_standing_has_its_cause,
    the_past_is_read_from_intervals,
    findings_are_paged_searched_and_grouped,
    a_finding_that_returns_is_a_new_one,
);

fn finding(control: &str, subject: u128, since: i64) -> Finding {
    Finding {
        control: Name::from(control),
        subject: (subject > 0).then_some(EntryId(id(subject))),
        standing: Standing::Broken,
        since: day(since),
        due_at: None,
        message: format!("Laptop {subject} of Édith is not encrypted"),
    }
}

fn clause(name: &str, standing: Standing, findings: Vec<Finding>) -> ClauseResult {
    let broken = u32::try_from(findings.len()).unwrap();
    ClauseResult {
        pack: Name::from("skeleton"),
        clause: Name::from(name),
        standing,
        known_by: (standing != Standing::Unknown).then_some(KnownBy::Measured),
        counts: Counts { subjects: 30, kept: 30 - broken, broken, ..Counts::default() },
        findings,
        missing: Vec::new(),
        valid_until: None,
        due_on: None,
        none_because: None,
    }
}

async fn run(house: &House, now: i64, why: Option<Cause>, results: &[ClauseResult]) -> Changes {
    let pack = Name::from("skeleton");
    let evaluation = Evaluation {
        school: house.lane,
        pack: &pack,
        hash: "aa",
        now: day(now),
        valid_until: Some(day(now + 1)),
        results,
        why,
    };
    let mut tx = house.store.write_tx().await.unwrap();
    let changes = tx.reconcile(&house.operator(), &evaluation, &serde_json::json!({"at": now})).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    changes
}

async fn findings(house: &House, page: &FindingPage) -> Vec<(String, u128, Timestamp)> {
    let read = house.store.read().await.unwrap();
    let findings = read.findings(&house.operator(), house.lane, "skeleton", page).await.unwrap();
    let seen = |subject: Option<EntryId>| subject.map_or(0, |subject| subject.0.as_u128());
    findings.iter().map(|f| (f.control.to_string(), seen(f.subject), f.opened_at)).collect()
}

fn all() -> FindingPage {
    FindingPage { limit: 100, ..FindingPage::default() }
}

async fn findings_open_stay_and_close(url: String) {
    let house = House::open(&url).await;
    let results = [clause("1", Standing::Broken, vec![finding("enc", 100, 0), finding("enc", 101, 0)])];
    assert_eq!(run(&house, 1, None, &results).await, Changes { opened: 2, closed: 0, standings: 1 });
    let results = [clause("1", Standing::Broken, vec![finding("enc", 101, 0), finding("enc", 102, 2)])];
    assert_eq!(run(&house, 2, None, &results).await, Changes { opened: 1, closed: 1, standings: 0 });
    assert_eq!(findings(&house, &all()).await, [("enc".to_owned(), 101, day(1)), ("enc".to_owned(), 102, day(2))]);
    let read = house.store.read().await.unwrap();
    let subject = Some(EntryId(id(100)));
    let history = read.finding_history(&house.operator(), (house.lane, "skeleton"), ("enc", subject), 9).await.unwrap();
    assert_eq!((history[0].closed_at, history[0].cause), (Some(day(2)), Some(Cause::Fixed)));
    let outcome: Option<serde_json::Value> = read.outcome(&house.operator(), house.lane, "skeleton").await.unwrap();
    assert_eq!(outcome, Some(serde_json::json!({"at": 2})));
    assert_eq!(read.last_runs(&house.operator(), house.lane).await.unwrap()[0].valid_until, Some(day(3)));
}

async fn the_same_results_twice_change_nothing(url: String) {
    let house = House::open(&url).await;
    let results =
        [clause("1", Standing::Broken, vec![finding("enc", 100, 0)]), clause("2", Standing::Unknown, Vec::new())];
    run(&house, 1, None, &results).await;
    let seen = async || {
        let read = house.store.read().await.unwrap();
        let operator = house.operator();
        let records = read.pending_records(&Scope::system(SYSTEM), None, 1000).await.unwrap().len();
        let findings = read.findings(&operator, house.lane, "skeleton", &all()).await.unwrap();
        (records, findings, read.standings(&operator, house.lane, "skeleton").await.unwrap())
    };
    let before = seen().await;
    assert_eq!(run(&house, 2, None, &results).await, Changes::default());
    assert_eq!(seen().await, before);
}

async fn a_finding_of_two_clauses_counts_once(url: String) {
    let house = House::open(&url).await;
    let mut due = finding("enc", 100, 3);
    due.standing = Standing::Due;
    let results = [
        clause("1", Standing::Broken, vec![due, finding("enc", 0, 1)]),
        clause("2", Standing::Broken, vec![finding("enc", 100, 2), finding("enc", 0, 1)]),
    ];
    assert_eq!(run(&house, 4, None, &results).await.opened, 2);
    let read = house.store.read().await.unwrap();
    let stored = read.findings(&house.operator(), house.lane, "skeleton", &all()).await.unwrap();
    assert_eq!((stored[0].subject, stored[1].standing, stored[1].since), (None, Standing::Broken, day(2)));
}

async fn every_change_of_standing_has_its_cause(url: String) {
    use Standing::{Broken, Due, Kept, Told, Unknown};
    let house = House::open(&url).await;
    let story = [
        (Unknown, None, Cause::FirstLook),
        (Broken, None, Cause::NowKnown),
        (Kept, None, Cause::Fixed),
        (Due, None, Cause::NowDue),
        (Kept, None, Cause::Done),
        (Broken, None, Cause::NewlyBroken),
        (Unknown, None, Cause::NoLongerKnown),
        (Kept, Some(Cause::PolicyChanged), Cause::PolicyChanged),
        (Told, None, Cause::Signed),
    ];
    for (now, (standing, why, _)) in story.iter().enumerate() {
        run(&house, now as i64, *why, &[clause("1", *standing, Vec::new())]).await;
    }
    let read = house.store.read().await.unwrap();
    let place = (house.lane, "skeleton");
    let history = read.standing_history(&house.operator(), place, "1", 100).await.unwrap();
    let causes: Vec<Cause> = history.iter().rev().map(|interval| interval.cause).collect();
    assert_eq!(causes, story.map(|(_, _, cause)| cause));
    assert!(history.windows(2).all(|pair| pair[1].to == Some(pair[0].from)), "intervals do not touch: {history:?}");
    let recent = read.standing_changes(&house.operator(), place, day(7), 100).await.unwrap();
    assert_eq!(recent.len(), 2);
}

async fn the_past_is_read_from_intervals(url: String) {
    let house = House::open(&url).await;
    run(&house, 1, None, &[clause("1", Standing::Broken, Vec::new()), clause("2", Standing::Kept, Vec::new())]).await;
    run(&house, 5, None, &[clause("1", Standing::Kept, Vec::new())]).await;
    let read = house.store.read().await.unwrap();
    let at = async |now| {
        let past = read.standings_as_of(&house.operator(), house.lane, "skeleton", day(now)).await.unwrap();
        past.iter().map(|interval| interval.standing).collect::<Vec<_>>()
    };
    assert_eq!(at(0).await, []);
    assert_eq!(at(4).await, [Standing::Broken, Standing::Kept]);
    assert_eq!(at(5).await, [Standing::Kept], "a clause that is gone from the pack stood on");
}

async fn findings_are_paged_searched_and_grouped(url: String) {
    let house = House::open(&url).await;
    let mut many: Vec<Finding> = (100..125).map(|subject| finding("enc", subject, 0)).collect();
    many.push(finding("backup", 0, 0));
    many[3].standing = Standing::Due;
    many[3].due_at = Some(day(9));
    run(&house, 1, None, &[clause("1", Standing::Broken, many)]).await;
    let (mut seen, mut page) = (0, FindingPage { limit: 10, ..FindingPage::default() });
    loop {
        let found = findings(&house, &page).await;
        seen += found.len();
        let Some((control, subject, _)) = found.last() else { break };
        page.after = Some((Name::from(control.as_str()), (*subject > 0).then_some(EntryId(id(*subject)))));
    }
    assert_eq!(seen, 26);
    let search = FindingPage { search: Some("LAPTOP 10".to_owned()), ..all() };
    assert_eq!(findings(&house, &search).await.len(), 10);
    let of_control = FindingPage { control: Some(Name::from("backup")), ..all() };
    assert_eq!(findings(&house, &of_control).await.len(), 1);
    let read = house.store.read().await.unwrap();
    let groups = read.finding_groups(&house.operator(), house.lane, "skeleton").await.unwrap();
    let counts: Vec<_> =
        groups.iter().map(|group| (&*group.control, group.count, group.broken, group.due_at)).collect();
    assert_eq!(counts, [("backup", 1, 1, None), ("enc", 25, 24, Some(day(9)))]);
    assert_eq!(read.open_causes(&house.operator(), house.lane).await.unwrap(), 2);
    let mine = read.findings(&house.own(EntryId(id(101))), house.lane, "skeleton", &all()).await.unwrap();
    assert_eq!(mine.len(), 1, "somebody sees more than what concerns themselves");
}

async fn a_finding_that_returns_is_a_new_one(url: String) {
    let house = House::open(&url).await;
    let broken = [clause("1", Standing::Broken, vec![finding("enc", 100, 0)])];
    run(&house, 1, None, &broken).await;
    run(&house, 2, None, &[clause("1", Standing::Kept, Vec::new())]).await;
    run(&house, 3, None, &broken).await;
    assert_eq!(findings(&house, &all()).await, [("enc".to_owned(), 100, day(3))]);
    run(&house, 3, None, &[clause("1", Standing::Kept, Vec::new())]).await;
    run(&house, 3, None, &broken).await;
    assert_eq!(findings(&house, &all()).await, [("enc".to_owned(), 100, day(3))], "in the same instant");
}
