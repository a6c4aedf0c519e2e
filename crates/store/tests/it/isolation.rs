//! Nobody sees or changes another organisation's or school's rows through any function of the store, and a hidden
//! thing answers exactly as one that is not there.

use crate::house::{House, asset, day, device, facts, id, named, register};
use crate::import::plan;
use futures_util::StreamExt;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::{Division, Term};
use schoolkeeper_core::id::{EntryId, ImportId, LoginId, Name, OrganisationId, SchoolId, SessionId};
use schoolkeeper_core::pack::Literal;
use schoolkeeper_core::schema::{Register, RegisterKind, Schemas};
use schoolkeeper_core::standing::{ClauseResult, Counts, Finding, Standing};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::Census;
use schoolkeeper_ledger::TileAt;
use schoolkeeper_store::backup::{Backup, Made};
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::census::Vouched;
use schoolkeeper_store::emergency::EmergencyUse;
use schoolkeeper_store::entry::Page;
use schoolkeeper_store::erase::Batch;
use schoolkeeper_store::finding::FindingPage;
use schoolkeeper_store::hold::{HoldOn, NewHold};
use schoolkeeper_store::intake::{Intake, Line, LineKind, LinesPage};
use schoolkeeper_store::job::{Claim, Ended, Ending, Stage, Then};
use schoolkeeper_store::job_run::RunsPage;
use schoolkeeper_store::keep::KeepRun;
use schoolkeeper_store::login::{LoginPage, Setting};
use schoolkeeper_store::mapping::MappingOf;
use schoolkeeper_store::merge::Merging;
use schoolkeeper_store::named::NameAt;
use schoolkeeper_store::not_here::{Ended as Over, NewNotHere, NotHere};
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::param::ParamAt;
use schoolkeeper_store::probe::Tried;
use schoolkeeper_store::repair::OldLog;
use schoolkeeper_store::said::SaidPage;
use schoolkeeper_store::section::{SectionAt, TaskOwner};
use schoolkeeper_store::{ByHand, EntryChange, Evaluation, NewEntry, NewJob, Organisation, Read, Write};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(
    hidden_and_missing_read_the_same,
    what_is_not_reached_cannot_be_changed,
    how_an_organisation_keeps_and_erases_is_its_own,
    only_the_system_reads_the_ledger_whole
);

/// Functions that read no rows of anybody, or make the handles.
const WITHOUT_SCOPE: &[&str] = &[
    "clean",
    "open",
    "read",
    "write_tx",
    "close",
    "migrate",
    "migrate_only",
    "commit",
    "generation",
    "anybody_signs_in",
    // Sealed bytes by name: the row that names them stands behind a scope.
    "put_object",
    "get_object",
    "object_size",
    "remove_object",
    "schema",
    "copy",
    "damage",
    "others",
    "newest",
];

/// Ids of the things asked for.
#[derive(Clone, Copy)]
struct Asked {
    school: SchoolId,
    entry: EntryId,
    import: ImportId,
    mail: Uuid,
}

impl Asked {
    fn missing() -> Self {
        Self { school: SchoolId(id(7777)), entry: EntryId(id(7777)), import: ImportId(id(7777)), mail: id(7777) }
    }

    fn of(school: SchoolId) -> Self {
        Self { school, entry: EntryId(id(100)), import: ImportId(id(1001)), mail: id(500) }
    }
}

type Answers = BTreeMap<&'static str, String>;

fn note(answers: &mut Answers, name: &'static str, answer: Result<impl Debug, schoolkeeper_store::Error>) {
    answers.insert(name, format!("{:?}", answer.unwrap()));
}

/// What a start by sections, "does not apply here" and the calendar read.
async fn start_reads(read: &Read, scope: &Scope, school: SchoolId, out: &mut Answers) {
    note(out, "sections", read.sections(scope, school, "p").await);
    note(out, "task_owners", read.task_owners(scope, school, "p").await);
    note(out, "not_here", read.not_here(scope, school, "p").await);
    note(out, "calendar_changes", read.calendar_changes(scope, school, 9).await);
    note(out, "has_own_terms", read.has_own_terms(scope, school).await);
    note(out, "bank_holidays", read.bank_holidays(scope, school).await);
}

/// What imports read.
async fn import_reads(read: &Read, scope: &Scope, (school, import): (SchoolId, ImportId), out: &mut Answers) {
    note(out, "imports", read.imports(scope, school, None, 10).await);
    note(out, "import", read.import(scope, import).await);
    note(out, "import_turn", read.import_turn(scope, school, "device").await);
    note(out, "intake", read.intake(scope, intake_of(school)).await);
    note(out, "intakes", read.intakes(scope, school, day(1)).await);
    let lines = LinesPage { kind: LineKind::New, after: 0, limit: 9, search: Some("lap") };
    note(out, "intake_lines", read.intake_lines(scope, intake_of(school), lines).await);
}

/// The answer of every function that reads.
async fn every_read(read: &Read, scope: &Scope, asked: Asked) -> Answers {
    let Asked { school, entry, import, .. } = asked;
    let page = Page { limit: 10, ..Page::default() };
    let mut out = Answers::new();
    let tried = Tried { school, pack: "p", hash: "aa", build: "1" };
    let mapping = MappingOf { school, register: "device", source: "intune" };
    let keys = ["laptop".to_owned()];
    let findings = FindingPage { limit: 10, ..FindingPage::default() };
    let outcome = read.outcome::<serde_json::Value>(scope, school, "p").await;
    note(&mut out, "school", read.school(scope, school).await);
    note(&mut out, "terms", read.terms(scope, school).await);
    note(&mut out, "appointments", read.appointments(scope, school).await);
    let trust = OrganisationId(id(1));
    note(&mut out, "appointments_of", read.appointments_of(scope, trust, entry).await);
    note(&mut out, "snapshot", read.snapshot(scope, school).await);
    note(&mut out, "snapshot_of", read.snapshot_of(scope, school, &["device", "person"]).await);
    note(&mut out, "entries", read.entries(scope, school, "device", &page).await);
    note(&mut out, "entry", read.entry(scope, entry).await);
    note(&mut out, "entries_by_id", read.entries_by_id(scope, school, &[entry]).await);
    note(&mut out, "entry_counts", read.entry_counts(scope, school).await);
    note(&mut out, "whole_entry", read.whole_entry(scope, entry).await);
    note(&mut out, "entry_past", read.entry_past(scope, entry, (None, 10)).await);
    note(&mut out, "alias_of", read.alias_of(scope, beside(entry, 62)).await);
    note(&mut out, "merged_into", read.merged_into(scope, beside(entry, 60)).await);
    note(&mut out, "aliases", read.aliases(scope, school, "asset").await);
    note(&mut out, "entry_count", read.entry_count(scope, school, "device").await);
    note(&mut out, "entry_history", read.entry_history(scope, entry, 10).await);
    note(&mut out, "entries_by_key", read.entries_by_key(scope, (school, "device"), "name", &keys).await);
    note(&mut out, "censuses", read.censuses(scope, school).await);
    start_reads(read, scope, school, &mut out).await;
    import_reads(read, scope, (school, import), &mut out).await;
    note(&mut out, "mapping", read.mapping(scope, mapping).await);
    note(&mut out, "adopted_packs", read.adopted_packs(scope, school).await);
    note(&mut out, "adopted_hashes", read.adopted_hashes(scope, school).await);
    note(&mut out, "params", read.params(scope, school, "p").await);
    note(&mut out, "named_entries", read.named_entries(scope, school, "p").await);
    note(&mut out, "probes", read.probes(scope, tried).await);
    note(&mut out, "findings", read.findings(scope, school, "p", &findings).await);
    note(&mut out, "finding_groups", read.finding_groups(scope, school, "p").await);
    note(&mut out, "finding_history", read.finding_history(scope, (school, "p"), ("enc", Some(entry)), 9).await);
    note(&mut out, "standings", read.standings(scope, school, "p").await);
    note(&mut out, "standings_as_of", read.standings_as_of(scope, school, "p", day(9)).await);
    note(&mut out, "standing_changes", read.standing_changes(scope, (school, "p"), day(0), 9).await);
    note(&mut out, "standing_history", read.standing_history(scope, (school, "p"), "1", 9).await);
    note(&mut out, "keep_page", read.keep_page(scope, (school, "device"), None, 9).await);
    note(&mut out, "keep_one", read.keep_one(scope, entry).await);
    note(&mut out, "findings_of", read.findings_of(scope, entry).await);
    note(&mut out, "keep_counts", read.keep_counts(scope, school).await);
    note(&mut out, "erased_count", read.erased_count(scope, school, "asset").await);
    note(&mut out, "has_erased", read.has_erased(scope, school).await);
    note(&mut out, "tombstones", read.tombstones(scope, school, &[EntryId(id(150))]).await);
    note(&mut out, "outcome", outcome);
    note(&mut out, "blob", read.blob(scope, blob_of(school)).await);
    note(&mut out, "blobs_of", read.blobs_of(scope, school, ("asset", id(101))).await);
    note(&mut out, "last_runs", read.last_runs(scope, school).await);
    let said = SaidPage { school: Some(school), limit: 10, ..SaidPage::default() };
    note(&mut out, "said", read.said(scope, &said).await);
    crate::listing::every_read(read, scope, school, |name, answer| assert_eq!(out.insert(name, answer), None)).await;
    crate::mail::every_read(read, scope, (school, asked.mail), |name, answer| {
        assert_eq!(out.insert(name, answer), None);
    })
    .await;
    out
}

fn blob_of(school: SchoolId) -> Uuid {
    if school == SchoolId(id(7777)) { id(7777) } else { id(700) }
}

fn blob(school: SchoolId) -> Blob {
    Blob {
        id: id(700),
        school,
        register: "asset".to_owned(),
        owner: id(101),
        size: 3,
        sha256: "aa".to_owned(),
        object: "bb".to_owned(),
        recipient: "age1madeup".to_owned(),
        created_at: day(1),
        erased_at: None,
    }
}

fn intake_of(school: SchoolId) -> Uuid {
    Uuid::from_u128(school.0.as_u128() + 9000)
}

fn intake(school: SchoolId) -> Intake {
    Intake {
        id: intake_of(school),
        school,
        register: Name::from("device"),
        file: "list.csv".to_owned(),
        blob: id(1),
        stage: schoolkeeper_store::intake::Stage::Looking,
        version: 1,
        choices: json!({}),
        outcome: None,
        import: None,
        progress: None,
        person: None,
        actor: "operator".to_owned(),
        created_at: day(1),
        ends_at: day(2),
    }
}

fn backup() -> Backup {
    Backup {
        id: id(800),
        started_at: day(1),
        place: "a folder".to_owned(),
        says: "Begun".to_owned(),
        made: Made::default(),
        finished_at: None,
        verified_at: None,
        problem: None,
    }
}

fn results() -> Vec<ClauseResult> {
    let finding = Finding {
        control: Name::from("enc"),
        subject: Some(EntryId(id(100))),
        standing: Standing::Broken,
        since: day(1),
        due_at: None,
        message: "Laptop is not encrypted".to_owned(),
    };
    vec![ClauseResult {
        pack: Name::from("p"),
        clause: Name::from("1"),
        standing: Standing::Broken,
        known_by: None,
        counts: Counts::default(),
        findings: vec![finding],
        missing: Vec::new(),
        valid_until: None,
        due_on: None,
        none_because: None,
    }]
}

fn term() -> Term {
    let (from, to) = ("2026-09-01".parse().unwrap(), "2026-12-18".parse().unwrap());
    Term { name: "autumn".to_owned(), from, to, half_from: None, half_to: None, inset: Vec::new(), closed: Vec::new() }
}

/// Every function that writes, once; whether it did something.
async fn every_write(tx: &mut Write, scope: &Scope, school: SchoolId) -> BTreeMap<&'static str, bool> {
    let (asset, device, pack) = (asset(), device(), Name::from("p"));
    let census = Census { source: Name::from("hand"), as_of: day(1), ends_at: day(9), stated: true };
    let mut import = plan(school, 1001, "intune", 1);
    import.creates = vec![named(100, "intune", day(1), "Laptop")];
    let change = EntryChange {
        id: EntryId(id(101)),
        expected_version: 1,
        facts: facts("hand", day(2), &[("model", Value::Empty)]),
    };
    let sources = vec![("p.toml".to_owned(), "[pack]".to_owned())];
    let adopted = AdoptedPack { school, pack: pack.clone(), hash: "aa".to_owned(), sources, adopted_at: day(1) };
    let evaluation =
        Evaluation { school, pack: &pack, hash: "aa", now: day(2), valid_until: None, results: &results(), why: None };
    let place = ByHand { school, register: &asset, now: day(1), why: None };
    let param = ParamAt { school, pack: "p", name: "days" };
    let tried = Tried { school, pack: "p", hash: "aa", build: "1" };
    let probes = BTreeMap::from([(Name::from("enc"), true)]);
    let mapping = MappingOf { school, register: "device", source: "intune" };
    let name = NameAt { school, pack: "p", name: "server" };
    let mut out = BTreeMap::new();
    out.insert("commit_import", tx.commit_import(scope, &device, &import).await.unwrap());
    out.insert("create_entry", tx.create_entry(scope, place, named(101, "hand", day(1), "Chair")).await.unwrap());
    let post = register("appointment", RegisterKind::Entry);
    let post = ByHand { register: &post, ..place };
    let held =
        NewEntry { id: EntryId(id(102)), facts: facts("hand", day(1), &[("person", Value::Ref(EntryId(id(100))))]) };
    out.insert("create_entry of an appointment", tx.create_entry(scope, post, held).await.unwrap());
    out.insert("change_entry", tx.change_entry(scope, place, change).await.unwrap());
    by_hand(tx, scope, place, &mut out).await;
    out.insert(
        "confirm_census",
        tx.confirm_census(scope, (school, &device.id), &Vouched::plain(census), day(1)).await.unwrap(),
    );
    let said = (school, &device.id, "hand");
    out.insert("end_census", tx.end_census(scope, said, "withdrawn", day(1)).await.unwrap());
    start_writes(tx, scope, school, &mut out).await;
    out.insert("set_terms", tx.set_terms(scope, school, &[term()], day(1)).await.unwrap());
    out.insert("adopt_pack", tx.adopt_pack(scope, &adopted).await.unwrap());
    out.insert("set_param", tx.set_param(scope, param, Some(&Literal::Int(1)), day(1)).await.unwrap());
    out.insert("confirm_entry", tx.confirm_entry(scope, name, EntryId(id(101)), day(1)).await.unwrap());
    out.insert("set_probes", tx.set_probes(scope, tried, &probes, day(1)).await.unwrap());
    out.insert("remember_mapping", tx.remember_mapping(scope, mapping, &serde_json::json!({}), day(1)).await.unwrap());
    let mut intake = intake(school);
    out.insert("add_intake", tx.add_intake(scope, &intake).await.unwrap());
    out.insert("set_intake_progress", tx.set_intake_progress(scope, &intake, (1, 2)).await.unwrap());
    out.insert("forget_intake_lines", tx.forget_intake_lines(scope, &intake).await.unwrap());
    intake.stage = schoolkeeper_store::intake::Stage::Looked;
    out.insert("set_intake", tx.set_intake(scope, &intake).await.unwrap());
    out.insert("remove_intake", tx.remove_intake(scope, intake.id).await.unwrap());
    out.insert("add_intake again", tx.add_intake(scope, &intake).await.unwrap());
    let line = Line { kind: LineKind::New, number: 1, name: "Laptop".to_owned(), document: "{}".to_owned() };
    out.insert("add_intake_lines", tx.add_intake_lines(scope, &intake, &[line]).await.unwrap());
    out.insert("add_blob", tx.add_blob(scope, &blob(school)).await.unwrap());
    crate::mail::every_write(tx, scope, school, |name, done| assert_eq!(out.insert(name, done), None)).await;
    let label = tx.set_role_label(scope, OrganisationId(id(1)), ("headteacher", Some("Principal")), day(1)).await;
    out.insert("set_role_label", label.unwrap());
    out.insert("reconcile", tx.reconcile(scope, &evaluation, &serde_json::json!({})).await.unwrap().is_some());
    let chair = named(150, "hand", day(1), "Old chair");
    out.insert("create_entry again", tx.create_entry(scope, place, chair).await.unwrap());
    let old = [(EntryId(id(150)), 1)];
    let erasing = erasing(school, &asset, &old);
    out.insert("erase", tx.erase(scope, &erasing).await.unwrap().is_some());
    let person = (EntryId(id(101)), 1);
    out.insert("record_export", tx.record_export(scope, school, person, day(2)).await.unwrap());
    crate::listing::every_write(tx, scope, school, |name, done| assert_eq!(out.insert(name, done), None)).await;
    out.insert("place_hold", tx.place_hold(scope, &hold(201, HoldOn::Entry(EntryId(id(101))))).await.unwrap());
    out
}

/// The entry whose number is so much higher.
fn beside(entry: EntryId, more: u128) -> EntryId {
    EntryId(Uuid::from_u128(entry.0.as_u128() + more))
}

/// What people do with one entry, one after the other.
async fn by_hand(tx: &mut Write, scope: &Scope, place: ByHand<'_>, out: &mut BTreeMap<&'static str, bool>) {
    let stool = EntryId(id(160));
    out.insert(
        "create_entry by hand",
        tx.create_entry(scope, place, named(160, "hand", day(1), "Stool")).await.unwrap(),
    );
    let said = facts("hand", day(2), &[("name", Value::text("Bench"))]);
    let change = EntryChange { id: stool, expected_version: 1, facts: said };
    out.insert("restate_entry", tx.restate_entry(scope, place, change).await.unwrap());
    out.insert("undo_entry", tx.undo_entry(scope, place, (stool, 2)).await.unwrap());
    out.insert("remove_entry", tx.remove_entry(scope, place, (stool, 3, false)).await.unwrap());
    out.insert("remove_entry back", tx.remove_entry(scope, place, (stool, 4, true)).await.unwrap());
    out.insert("create_entry twice", tx.create_entry(scope, place, named(161, "hand", day(1), "Stool")).await.unwrap());
    let schemas = Schemas::new(vec![place.register.clone()]);
    let facts = facts("hand", day(2), &[("name", Value::text("Stool"))]);
    let merging = Merging { keep: (stool, 5), other: (EntryId(id(161)), 1), facts, schemas: &schemas };
    out.insert("merge_entries", tx.merge_entries(scope, place, &merging).await.unwrap().is_some());
    out.insert("unmerge_entry", tx.unmerge_entry(scope, place, (stool, &schemas)).await.unwrap());
    out.insert("create_entry third", tx.create_entry(scope, place, named(162, "hand", day(1), "Stool")).await.unwrap());
    let merging = Merging { keep: (stool, 7), other: (EntryId(id(162)), 1), ..merging };
    out.insert("merge_entries again", tx.merge_entries(scope, place, &merging).await.unwrap().is_some());
}

/// What a start by sections, "does not apply here" and the calendar write.
async fn start_writes(tx: &mut Write, scope: &Scope, school: SchoolId, out: &mut BTreeMap<&'static str, bool>) {
    let place = SectionAt { school, pack: "p", section: "paper" };
    out.insert("set_section", tx.set_section(scope, place, (None, Some(day(1))), day(1)).await.unwrap());
    let control = Name::from("enc");
    let owner = TaskOwner { control, owner: Name::from("head"), deputy: None, fix_by: None, open_count: 2 };
    out.insert("set_task_owner", tx.set_task_owner(scope, (school, "p"), &owner, day(1)).await.unwrap());
    let number = if school == SchoolId(id(7777)) { 7400 } else { 400 };
    let (pack, clause, reason) = (Name::from("p"), Name::from("1"), "No fax (made up)".to_owned());
    let review_on = "2027-07-01".parse().unwrap();
    let new = NewNotHere { id: id(number), school, pack, clause, reason, review_on };
    out.insert("ask_not_here", tx.ask_not_here(scope, &new, day(1)).await.unwrap());
    let (asked_at, asked_by) = (day(1), "operator".to_owned());
    let asked = NotHere { new, asked_at, asked_by, agreed: None, ended: None };
    out.insert("agree_not_here", tx.agree_not_here(scope, &asked, day(1)).await.unwrap());
    out.insert("end_not_here", tx.end_not_here(scope, &asked, Over::Withdrawn, day(2)).await.unwrap());
    out.insert("set_terms of one's own", tx.set_terms(scope, school, &[term()], day(1)).await.unwrap());
    out.insert("drop_terms", tx.drop_terms(scope, school, day(2)).await.unwrap());
    out.insert("set_division", tx.set_division(scope, school, Division::Scotland, day(2)).await.unwrap());
    out.insert("set_bank_holidays", tx.set_bank_holidays(scope, school, "{}", day(2)).await.unwrap());
}

fn hold(number: u128, on: HoldOn) -> NewHold {
    let (reason, review_on) = ("A claim (made up)".to_owned(), "2027-01-01".parse().unwrap());
    NewHold { id: id(number), on, reason, review_on, until_at: None, now: day(2) }
}

fn erasing<'a>(school: SchoolId, register: &'a Register, entries: &'a [(EntryId, i64)]) -> Batch<'a> {
    Batch { id: id(301), school, register, rule: "7 years", reason: None, entries, now: day(2) }
}

async fn how_an_organisation_keeps_and_erases_is_its_own(url: String) {
    let house = filled(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let (operator, trust) = (house.operator(), house.trust);
    let rule = Some(("5 years".parse().unwrap(), "Our schedule (made up)"));
    let review = (id(202), "2027-02-01".parse().unwrap(), "Still open (made up)");
    let run = KeepRun { ended_at: Some(day(3)), erased: 1, ..KeepRun::default() };
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert!(!tx.set_keep_rule(&scope, (trust, None, "asset"), rule, day(2)).await.unwrap());
        assert!(!tx.start_keep_run(&scope, trust, day(2)).await.unwrap());
        assert!(!tx.end_keep_run(&scope, trust, &run).await.unwrap());
        assert!(!tx.set_keep_rule(&scope, (trust, Some(house.lane), "asset"), rule, day(2)).await.unwrap());
        assert!(!tx.review_hold(&scope, id(201), review, day(2)).await.unwrap());
        assert!(!tx.lift_hold(&scope, id(201), "No longer", day(2)).await.unwrap());
        assert_eq!(
            tx.erase_log(&scope, (Some(trust), "import", "7 years"), day(900), (id(302), day(2))).await.unwrap(),
            0
        );
    }
    assert!(!tx.set_keep_rule(&house.technician(house.lane), (trust, None, "asset"), rule, day(2)).await.unwrap());
    let (quarry, lane) = (house.technician(house.quarry), (trust, Some(house.lane), "asset"));
    assert!(!tx.lift_hold(&quarry, id(201), "No longer", day(2)).await.unwrap());
    assert!(!tx.review_hold(&quarry, id(201), review, day(2)).await.unwrap());
    assert!(!tx.set_keep_rule(&quarry, lane, rule, day(2)).await.unwrap(), "another school's");
    assert!(tx.set_keep_rule(&house.technician(house.lane), lane, rule, day(2)).await.unwrap());
    assert!(tx.review_hold(&operator, id(201), review, day(2)).await.unwrap());
    assert!(tx.set_keep_rule(&operator, (trust, None, "asset"), rule, day(2)).await.unwrap());
    assert!(tx.start_keep_run(&operator, trust, day(2)).await.unwrap());
    assert!(tx.end_keep_run(&operator, trust, &run).await.unwrap());
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let seen = async |scope: &Scope| {
        let (rules, run) = (read.keep_rules(scope, trust).await.unwrap(), read.keep_run(scope, trust).await.unwrap());
        let proofs = read.proofs(scope, trust, None, 9).await.unwrap().len();
        let (holds, hold) = (read.holds(scope, trust, day(3)).await.unwrap(), read.hold(scope, id(201)).await.unwrap());
        let reviews = read.hold_reviews(scope, id(201)).await.unwrap().len();
        let proof = read.proof(scope, trust, id(301)).await.unwrap().is_some();
        assert_eq!((reviews > 0, proof), (hold.is_some(), proofs > 0));
        assert!(read.past_holds(scope, trust, day(3), 9).await.unwrap().is_empty());
        (rules.len(), run.erased, proofs, holds.len(), hold.is_some())
    };
    assert_eq!(seen(&operator).await, (2, 1, 1, 1, true));
    assert_eq!(seen(&house.technician(house.quarry)).await, (1, 1, 0, 0, false));
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(seen(&scope).await, (0, 0, 0, 0, false));
    }
}

/// Marlpit Lane with something of everything.
pub async fn filled(url: &str) -> House {
    let house = House::open(url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    crate::mail::add_reader(&mut tx, house.lane).await;
    let done = every_write(&mut tx, &house.operator(), house.lane).await;
    assert!(done.values().all(|done| *done), "{done:?}");
    tx.commit().await.unwrap();
    crate::ledger::sequence(&house.store).await;
    house
}

/// The ledger belongs to the installation: whoever is bound to an organisation reads and changes none of it.
async fn only_the_system_reads_the_ledger_whole(url: String) {
    let house = filled(&url).await;
    let system = Scope::system("test");
    let (zero, leaf) = (TileAt { level: 1, number: 0 }, TileAt { level: 0, number: 0 });
    for (scope, sees) in [(house.operator(), false), (system, true)] {
        let read = house.store.read().await.unwrap();
        assert_eq!(read.log(&scope).await.unwrap().is_some(), sees);
        assert_eq!(read.checkpoint(&scope).await.unwrap().is_some(), sees);
        assert_eq!(read.checkpoints(&scope, 0, 9).await.unwrap().is_empty(), !sees);
        assert_eq!(read.log_records(&scope, 0, 9).await.unwrap().is_empty(), !sees);
        assert_eq!(read.log_tiles(&scope, leaf, 9).await.unwrap().is_empty(), !sees);
        assert!(read.log_tiles(&scope, zero, 9).await.unwrap().is_empty());
        assert_eq!(read.log_size(&scope).await.unwrap() > 0, sees);
        assert_eq!(read.log_height(&scope).await.unwrap(), 0);
        assert!(!read.is_waiting(&scope).await.unwrap());
        let size = read.log_size(&Scope::system("test")).await.unwrap();
        drop(read);
        let mut tx = house.store.write_tx().await.unwrap();
        assert!(!tx.open_log(&scope, &crate::ledger::log(), day(1)).await.unwrap(), "it is open already");
        assert_eq!(tx.leave_checkpoint(&scope, size, day(1)).await.unwrap(), sees);
        assert_eq!(tx.erase_records(&scope, &[0], "keep-rule", day(1)).await.unwrap(), u64::from(sees));
        tx.commit().await.unwrap();
        let read = house.store.read().await.unwrap();
        assert_eq!(read.checkpoint_left_at(&scope).await.unwrap().is_some(), sees);
        assert_eq!(read.waiting_records(&scope).await.unwrap().0 > 0, sees);
        assert_eq!(read.erasing(&scope).await.unwrap().is_empty(), !sees);
        drop(read);
        let signer = crate::ledger::signer();
        let mut tx = house.store.write_tx().await.unwrap();
        let done = tx.sequence(&scope, crate::ledger::with(&signer), None, day(2)).await.unwrap();
        assert_eq!(done.is_some(), sees);
        assert_eq!(tx.replace_tiles(&scope, &BTreeMap::new(), (0, day(3))).await.unwrap(), sees);
        let old = OldLog { origin: "old".to_owned(), size: 1, root: "A".repeat(44), faults: 1 };
        assert_eq!(tx.restart_log(&scope, (&crate::ledger::log(), &old), day(3)).await.unwrap(), sees);
    }
}

async fn hidden_and_missing_read_the_same(url: String) {
    let house = filled(&url).await;
    let read = house.store.read().await.unwrap();
    let seen = every_read(&read, &house.operator(), Asked::of(house.lane)).await;
    let missing = every_read(&read, &house.operator(), Asked::missing()).await;
    for (name, answer) in &seen {
        assert_ne!(answer, &missing[name], "`{name}` was asked for nothing: the test proves nothing");
    }
    for scope in [house.stranger(), house.technician(house.quarry)] {
        let hidden = every_read(&read, &scope, Asked::of(house.lane)).await;
        assert_eq!(hidden, every_read(&read, &scope, Asked::missing()).await);
        assert_eq!(hidden, missing);
        assert!(read.schools(&scope).await.unwrap().iter().all(|school| school.id != house.lane));
        assert!(read.pending_records(&scope, None, 100).await.unwrap().is_empty());
    }
    let other = house.technician(house.quarry);
    assert!(read.backups(&other, 10).await.unwrap().is_empty());
    assert_eq!(read.last_good_backup(&other).await.unwrap(), None);
    assert_eq!(read.sheet_acknowledged(&other, "age1madeup").await.unwrap(), None);
    assert!(read.tables(&house.operator()).await.unwrap().is_empty());
    assert!(read.sealed(&house.operator()).await.unwrap().is_empty());
    assert!(read.blob_page(&house.operator(), None, 10).await.unwrap().is_empty());
    assert!(!read.lives_in(&house.operator(), "bb").await.unwrap());
    assert!(read.past_intakes(&house.operator(), day(9)).await.unwrap().is_empty());
    let system = Scope::system("test");
    assert_eq!(read.past_intakes(&system, day(9)).await.unwrap().len(), 1);
    assert_eq!(read.blob_page(&system, None, 10).await.unwrap().len(), 1);
    assert!(read.lives_in(&system, "bb").await.unwrap());
    let tables = read.tables(&system).await.unwrap();
    assert_eq!(read.lines(&house.operator(), &tables[0]).await.unwrap().count().await, 0);
    assert_eq!(read.role_labels(&house.operator(), house.trust).await.unwrap().len(), 1);
    assert!(read.role_labels(&house.stranger(), house.trust).await.unwrap().is_empty());
    let strangers = read.organisations(&house.stranger()).await.unwrap();
    assert_eq!(strangers.iter().map(|organisation| organisation.id).collect::<Vec<_>>(), [house.elsewhere_trust]);
}

async fn what_is_not_reached_cannot_be_changed(url: String) {
    let house = filled(&url).await;
    let system = Scope::system("test");
    let everything = async || {
        let read = house.store.read().await.unwrap();
        let records = read.pending_records(&system, None, 1000).await.unwrap();
        (every_read(&read, &system, Asked::of(house.lane)).await, records)
    };
    let tables = house.store.read().await.unwrap().tables(&system).await.unwrap();
    let before = everything().await;
    for scope in [house.stranger(), house.technician(house.quarry), house.own(EntryId(id(100)))] {
        let mut tx = house.store.write_tx().await.unwrap();
        let done = every_write(&mut tx, &scope, house.lane).await;
        assert!(done.values().all(|done| !done), "{done:?}");
        let register = register("device", RegisterKind::Observed);
        assert_eq!(tx.undo_import(&scope, &register, ImportId(id(1001)), day(3)).await.unwrap(), None);
        let added = crate::house::school(50, house.elsewhere_trust, "Never (made up)", false);
        if scope.organisation() != Some(house.elsewhere_trust) {
            assert!(!tx.add_school(&scope, &added).await.unwrap());
        }
        assert_eq!(tx.erase_blob(&scope, id(700), day(3)).await.unwrap(), None);
        assert!(!tx.move_blob(&scope, id(700), ("cc", "age1other")).await.unwrap());
        assert!(!tx.clear(&scope).await.unwrap());
        assert!(!tx.load(&scope, &tables[0], &[]).await.unwrap());
        assert!(!tx.reseal(&scope, "a", "b").await.unwrap());
        assert!(!tx.key_changed(&scope, "age1madeup", day(3)).await.unwrap());
        if scope != house.stranger() {
            assert!(!tx.begin_backup(&scope, &backup()).await.unwrap());
            assert!(!tx.say_backup(&scope, id(800), "Never").await.unwrap());
            assert!(!tx.end_backup(&scope, &backup(), day(3)).await.unwrap());
            assert!(!tx.forget_backups(&scope, day(3)).await.unwrap());
            assert!(!tx.acknowledge_sheet(&scope, "age1madeup", day(3)).await.unwrap());
        }
        let added = Organisation { id: OrganisationId(id(50)), title: "Never".to_owned(), created_at: day(1) };
        assert!(!tx.add_organisation(&scope, &added).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(everything().await, before);
    }
}

/// Only the system works; people push for their own organisation.
#[tokio::test]
async fn jobs_are_pushed_within_an_organisation_and_claimed_by_the_system_only() {
    let database = schoolkeeper_testkit::TestDatabase::sqlite().unwrap();
    let house = House::open(database.url()).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let job = |organisation| NewJob { kind: "k", key: None, document: json!({}), run_at: day(1), organisation };
    for scope in [house.operator(), house.own(EntryId(id(100)))] {
        assert!(tx.push(&scope, &job(None)).await.unwrap());
        assert!(tx.push(&scope, &job(Some(house.trust))).await.unwrap());
        assert!(!tx.push(&scope, &job(Some(house.elsewhere_trust))).await.unwrap());
        assert!(!tx.any_job_due(&scope, ",k,", day(2)).await.unwrap());
        assert!(!tx.set_schedule(&scope, "k", day(2)).await.unwrap());
        let claim = Claim { holder: id(1), run: id(2), kinds: ",k,", now: day(2) };
        assert_eq!(tx.claim_job(&scope, claim).await.unwrap(), None);
        assert!(!tx.take_lease(&scope, "mine", id(1), day(1)).await.unwrap());
    }
    let system = Scope::system("test");
    assert!(tx.take_lease(&system, "mine", id(1), day(1)).await.unwrap());
    let claim = Claim { holder: id(1), run: id(2), kinds: ",k,", now: day(2) };
    let job = tx.claim_job(&system, claim).await.unwrap().unwrap();
    assert_eq!(job.organisation, Some(house.trust), "without one it is the scope's");
    assert_eq!(tx.job(&house.operator(), job.id).await.unwrap(), Some(job.clone()));
    let failed = Ended { ending: Ending::Failed, then: Then::Dead, counts: BTreeMap::new(), why: None, now: day(2) };
    let claim = Claim { holder: id(1), run: id(3), kinds: ",k,", now: day(2) };
    let dead = tx.claim_job(&system, claim).await.unwrap().unwrap();
    assert!(tx.end_job(&system, &dead, &failed).await.unwrap());
    let done = Ended { ending: Ending::Done, then: Then::Gone, counts: BTreeMap::new(), why: None, now: day(2) };
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(tx.job(&scope, job.id).await.unwrap(), None);
        assert!(!tx.end_job(&scope, &job, &done).await.unwrap());
        assert!(!tx.holds_lease(&scope, "mine", id(1), day(2)).await.unwrap());
        assert!(!tx.leave_leases(&scope, id(1)).await.unwrap());
        assert!(tx.beat(&scope, id(1), day(2)).await.unwrap().is_empty());
        assert!(tx.leases(&scope).await.unwrap().is_empty());
        assert!(tx.orphaned_jobs(&scope).await.unwrap().is_empty());
        assert!(tx.queue_length(&scope).await.unwrap().is_empty());
        assert!(tx.jobs(&scope, Stage::Running, 9).await.unwrap().is_empty());
        assert!(!tx.job_waits(&scope, "made-up", "key").await.unwrap());
        assert!(tx.job_runs(&scope, &RunsPage { limit: 9, ..RunsPage::default() }).await.unwrap().is_empty());
        assert_eq!(tx.retry_job(&scope, dead.id, day(2)).await.unwrap(), None);
        assert_eq!(tx.give_up_job(&scope, dead.id, day(2)).await.unwrap(), None);
        assert_eq!(tx.forget_idle_runs(&scope, day(9)).await.unwrap(), 0);
    }
    assert!(tx.retry_job(&house.operator(), job.id, day(2)).await.unwrap().is_none(), "it is not dead");
    assert!(tx.retry_job(&house.operator(), dead.id, day(2)).await.unwrap().is_some());
    assert!(tx.give_up_job(&house.operator(), dead.id, day(2)).await.unwrap().is_none(), "it waits again");
    let lease = tx.leases(&system).await.unwrap().remove(0);
    assert!(!tx.take_over_lease(&house.operator(), &lease, id(2), day(2)).await.unwrap());
    assert!(!tx.bury_lease(&house.operator(), &lease).await.unwrap());
    assert!(tx.set_schedule(&system, "k", day(2)).await.unwrap());
    assert!(tx.schedule(&house.own(EntryId(id(100)))).await.unwrap().is_empty());
}

/// Who signs in is the system's business; an organisation sees its own people and ends only their access.
#[tokio::test]
async fn logins_are_let_in_by_the_system_and_seen_by_their_own_organisation() {
    let database = schoolkeeper_testkit::TestDatabase::sqlite().unwrap();
    let house = House::open(database.url()).await;
    let system = Scope::system("test");
    let mut tx = house.store.write_tx().await.unwrap();
    let (login, session) = (LoginId(id(900)), crate::login::session(LoginId(id(900)), house.trust));
    let joined = crate::login::joined(login, house.trust, house.lane);
    let link = crate::login::link(login, house.trust);
    let glass = EmergencyUse { id: id(950), organisation: house.trust, at: day(1), ends_at: day(2) };
    let everything = async |tx: &mut Write, scope: &Scope| {
        tx.count_wrong(scope, "key", day(1), day(0)).await.unwrap();
        [
            tx.add_login(scope, login, "a@made.example", day(1)).await.unwrap(),
            tx.join_login(scope, &joined, day(1)).await.unwrap(),
            tx.set_password(scope, login, "hash", day(1)).await.unwrap(),
            tx.rehash(scope, login, ("hash", "other")).await.unwrap(),
            tx.note_failed(scope, login, day(1)).await.unwrap(),
            tx.agree_notice(scope, login, "1", day(1)).await.unwrap(),
            tx.begin_session(scope, &session, ("token", Some("device"))).await.unwrap(),
            tx.see_session(scope, session.id, day(2)).await.unwrap(),
            tx.renew_session(scope, session.id, "token2").await.unwrap(),
            tx.move_session(scope, session.id, (house.trust, EntryId(id(100))), "token3").await.unwrap(),
            tx.add_link(scope, &link, "link").await.unwrap(),
            tx.use_link(scope, &link, day(2)).await.unwrap(),
            tx.hold_back(scope, "key", day(2)).await.unwrap(),
            tx.keep_draft(scope, (login, "/form"), "sealed", (day(1), day(2))).await.unwrap(),
            tx.drop_draft(scope, login, "/form").await.unwrap(),
            tx.clear_wrong(scope, "key").await.unwrap(),
            tx.set_emergency(scope, house.trust, "glass", day(1)).await.unwrap(),
            tx.use_emergency(scope, "glass", &glass).await.unwrap(),
            tx.set_setup_code(scope, "code", 4, day(1)).await.unwrap(),
            tx.try_setup_code(scope).await.unwrap(),
            tx.end_setup_code(scope).await.unwrap(),
        ]
    };
    for scope in [house.operator(), house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(everything(&mut tx, &scope).await, [false; 21]);
    }
    assert_eq!(everything(&mut tx, &system).await, [true; 21]);
    assert!(tx.end_session(&system, session.id, day(3)).await.unwrap());
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        sees_nobody(&mut tx, &scope, (login, session.id, house.trust)).await;
    }
    assert!(tx.emergency_uses(&house.stranger()).await.unwrap().is_empty());
    assert!(!tx.review_emergency(&house.stranger(), glass.id, (None, "no"), day(2)).await.unwrap());
    assert_eq!(tx.emergency_uses(&house.operator()).await.unwrap(), [glass]);
    assert!(tx.review_emergency(&house.operator(), glass.id, (None, "tried"), day(2)).await.unwrap());
    let setting = Setting { idle_staff_minutes: 5, ..Setting::default() };
    assert!(tx.set_sign_in(&house.operator(), setting, day(1)).await.unwrap());
    assert!(!tx.set_sign_in(&system, setting, day(1)).await.unwrap());
    assert_eq!(tx.sign_in_setting(&house.operator(), house.trust).await.unwrap(), setting);
    assert_eq!(tx.sign_in_setting(&house.stranger(), house.trust).await.unwrap(), Setting::default());
    assert_eq!(tx.logins(&house.operator(), &LoginPage { limit: 9, ..LoginPage::default() }).await.unwrap().len(), 1);
    assert!(!tx.note_checked(&system, login, ("in-person", "forgotten"), day(2)).await.unwrap());
    assert!(tx.end_login(&house.operator(), login, day(2)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn sees_nobody(tx: &mut Write, scope: &Scope, (login, session, trust): (LoginId, SessionId, OrganisationId)) {
    assert!(tx.login(scope, login).await.unwrap().is_none());
    assert!(tx.login_by_email(scope, "a@made.example").await.unwrap().is_none());
    assert!(tx.joined(scope, login).await.unwrap().is_empty());
    assert!(tx.earlier_passwords(scope, login).await.unwrap().is_empty());
    assert!(tx.session(scope, "token3", day(1)).await.unwrap().is_none());
    assert!(tx.sessions(scope, login, day(1)).await.unwrap().is_empty());
    assert!(!tx.knows_device(scope, login, "device").await.unwrap());
    assert!(tx.link(scope, "link").await.unwrap().is_none());
    assert!(tx.setup_code(scope).await.unwrap().is_none());
    assert!(tx.throttled(scope, "key").await.unwrap().is_none());
    assert_eq!(tx.count_wrong(scope, "key", day(1), day(0)).await.unwrap(), 0);
    assert!(tx.draft(scope, login, "/form", day(1)).await.unwrap().is_none());
    assert!(tx.whose_token(scope, "token3", day(1)).await.unwrap().is_none());
    assert!(tx.joined_to(scope, trust).await.unwrap().is_empty());
    assert!(tx.joined_to_alone(scope, trust).await.unwrap().is_empty());
    assert!(tx.emergency_of(scope, "glass").await.unwrap().is_none());
    assert_eq!(tx.forget_attempts(scope, day(99)).await.unwrap(), 0);
    assert_eq!(tx.forget_logins(scope).await.unwrap(), 0);
    assert_eq!(tx.end_sessions(scope, login, None, day(2)).await.unwrap(), 0);
    assert!(!tx.end_session(scope, session, day(2)).await.unwrap());
    assert!(!tx.misused_session(scope, session, day(2)).await.unwrap());
    assert!(tx.logins(scope, &LoginPage { limit: 9, ..LoginPage::default() }).await.unwrap().is_empty());
    assert!(!tx.end_login(scope, login, day(2)).await.unwrap());
}

/// A new function of the store cannot forget its scope, nor its line in this file or in its noun's own.
#[test]
fn every_function_takes_a_scope_and_stands_in_this_file() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = [folder.clone(), folder.join("engine")].map(|folder| std::fs::read_dir(folder).unwrap());
    let mut found = BTreeSet::new();
    for file in files.into_iter().flatten().flatten().filter(|file| file.path().is_file()) {
        let text = std::fs::read_to_string(file.path()).unwrap();
        for function in text.split("    pub async fn ").skip(1) {
            let signature = function.split('{').next().unwrap();
            let name = signature.split(['(', '<']).next().unwrap().to_owned();
            if !WITHOUT_SCOPE.contains(&name.as_str()) {
                assert!(signature.contains("scope: &Scope"), "`{name}` takes no scope");
                let tried = [include_str!("isolation.rs"), include_str!("listing.rs"), include_str!("mail.rs")];
                let tried = tried.iter().any(|text| text.contains(&format!(".{name}")));
                assert!(tried, "`{name}` is not tried here");
            }
            found.insert(name);
        }
    }
    assert!(found.len() > 40, "only {} functions were found", found.len());
}
