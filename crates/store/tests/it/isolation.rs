//! Nobody sees or changes another organisation's or school's rows through any function of the store, and a hidden
//! thing answers exactly as one that is not there.

mod act;
mod attachment;
mod edition;
mod job;
mod keep;
mod ledger;
mod login;
mod made_up;
mod own;

use crate::house::{House, asset, day, device, facts, id, named, register};
use crate::import::plan;
use attachment::{attach, attached};
use futures_util::StreamExt;
use made_up::{backup, beside, blob, blob_of, erasing, hold, intake, intake_of, pile, results, term};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{EntryId, ImportId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::pack::Literal;
use schoolkeeper_core::schema::{RegisterKind, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::Census;
use schoolkeeper_store::agreement::{AgreementAt, Worded};
use schoolkeeper_store::census::{ListOf, Vouched};
use schoolkeeper_store::entry::Page;
use schoolkeeper_store::finding::FindingPage;
use schoolkeeper_store::hold::HoldOn;
use schoolkeeper_store::intake::{Line, LineKind, LinesPage};
use schoolkeeper_store::mapping::MappingOf;
use schoolkeeper_store::merge::Merging;
use schoolkeeper_store::named::NameAt;
use schoolkeeper_store::not_here::{Ended as Over, NewNotHere, NotHere};
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::param::ParamAt;
use schoolkeeper_store::probe::Tried;
use schoolkeeper_store::remark::{NewRemark, RemarkKind, Settled};
use schoolkeeper_store::said::SaidPage;
use schoolkeeper_store::section::{SectionAt, TaskOwner};
use schoolkeeper_store::task_plan::PlannedTask;
use schoolkeeper_store::{ByHand, EntryChange, Evaluation, NewEntry, Organisation, Read, Write};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(hidden_and_missing_read_the_same, what_is_not_reached_cannot_be_changed);

/// Functions that read no rows of anybody, or make the handles.
const WITHOUT_SCOPE: &[&str] = &[
    "clean",
    "open",
    "read",
    "write_tx",
    "close",
    "let_go",
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
    note(out, "task_plan", read.task_plan(scope, school, "2026-01-01".parse().unwrap()).await);
    note(out, "remarks", read.remarks(scope, (school, "p"), "enc").await);
    note(out, "open_doubts", read.open_doubts(scope, school).await);
    note(out, "calendar_changes", read.calendar_changes(scope, school, 9).await);
    let agreement = AgreementAt { school, pack: "p", control: "aup" };
    note(out, "wording", read.wording::<serde_json::Value>(scope, agreement).await);
    note(out, "wordings", read.wordings::<serde_json::Value>(scope, school).await);
    edition::every_read(read, scope, school, out).await;
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
    note(out, "pile", read.pile(scope, pile(school).id).await);
    note(out, "piles", read.piles(scope, (school, "p/c"), day(1)).await);
    let lines = LinesPage { kind: LineKind::New, after: 0, limit: 9, search: Some("lap") };
    note(out, "intake_lines", read.intake_lines(scope, intake_of(school), lines).await);
}

/// What keeping and erasing read.
async fn kept(read: &Read, scope: &Scope, (school, entry): (SchoolId, EntryId), out: &mut Answers) {
    note(out, "keep_page", read.keep_page(scope, (school, "device"), None, 9).await);
    note(out, "keep_one", read.keep_one(scope, entry).await);
    note(out, "findings_of", read.findings_of(scope, entry).await);
    note(out, "keep_counts", read.keep_counts(scope, school).await);
    note(out, "erased_count", read.erased_count(scope, school, "asset").await);
    note(out, "has_erased", read.has_erased(scope, school).await);
    note(out, "tombstones", read.tombstones(scope, school, &[EntryId(id(150))]).await);
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
    note(&mut out, "has_office", read.has_office(scope, school).await);
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
    note(&mut out, "changed_since", read.changed_since(scope, school, day(0)).await);
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
    note(&mut out, "params_said", read.params_said(scope, school, "p").await);
    note(&mut out, "decided_conflicts", read.decided_conflicts(scope, school).await);
    note(&mut out, "named_entries", read.named_entries(scope, school, "p").await);
    note(&mut out, "probes", read.probes(scope, tried).await);
    note(&mut out, "findings", read.findings(scope, school, "p", &findings).await);
    note(&mut out, "finding_groups", read.finding_groups(scope, school, "p").await);
    note(&mut out, "open_causes", read.open_causes(scope, school).await);
    note(&mut out, "finding_history", read.finding_history(scope, (school, "p"), ("enc", Some(entry)), 9).await);
    note(&mut out, "standings", read.standings(scope, school, "p").await);
    note(&mut out, "standings_as_of", read.standings_as_of(scope, school, "p", day(9)).await);
    note(&mut out, "standing_changes", read.standing_changes(scope, (school, "p"), day(0), 9).await);
    note(&mut out, "standing_history", read.standing_history(scope, (school, "p"), "1", 9).await);
    kept(read, scope, (school, entry), &mut out).await;
    note(&mut out, "outcome", outcome);
    note(&mut out, "blob", read.blob(scope, blob_of(school)).await);
    note(&mut out, "with_blobs", read.with_blobs(scope, school, ("asset", &[id(101)])).await);
    note(&mut out, "blobs_of", read.blobs_of(scope, school, ("asset", id(101))).await);
    attached(read, scope, school, &mut out).await;
    own::every_read(read, scope, school, &mut out).await;
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

/// Every function that writes, once; whether it did something.
async fn every_write(tx: &mut Write, scope: &Scope, school: SchoolId) -> BTreeMap<&'static str, bool> {
    let (asset, device, pack) = (asset(), device(), Name::from("p"));
    let census = Census { source: Name::from("hand"), as_of: day(1), ends_at: day(9), stated: true };
    let mut import = plan(school, 1001, "intune", 1);
    import.creates = vec![named(100, "intune", day(1), "Laptop").pack()];
    let unsaid = facts("hand", day(2), &[("model", Value::Empty)]);
    let change = EntryChange { id: EntryId(id(101)), expected_version: 1, facts: unsaid };
    let sources = vec![("p.toml".to_owned(), "[pack]".to_owned())];
    let adopted = AdoptedPack { school, pack: pack.clone(), hash: "aa".to_owned(), sources, adopted_at: day(1) };
    let evaluation =
        Evaluation { school, pack: &pack, hash: "aa", now: day(2), valid_until: None, results: &results(), why: None };
    let place = ByHand { school, register: &asset, now: day(1), why: None };
    let param = ParamAt { school, pack: "p", name: "days", why: "" };
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
        tx.confirm_census(scope, ListOf::whole(school, &device.id), &Vouched::plain(census), day(1)).await.unwrap(),
    );
    out.insert(
        "end_census",
        tx.end_census(scope, (ListOf::whole(school, &device.id), "hand"), "withdrawn", day(1)).await.unwrap(),
    );
    start_writes(tx, scope, school, &mut out).await;
    out.insert("set_terms", tx.set_terms(scope, school, &[term()], day(1)).await.unwrap());
    out.insert("adopt_pack", tx.adopt_pack(scope, &adopted).await.unwrap());
    edition::every_write(tx, scope, &adopted, &mut out).await;
    out.insert("decide_conflict", tx.decide_conflict(scope, school, ("p/a~q/b", "p", "why"), day(1)).await.unwrap());
    out.insert("set_param", tx.set_param(scope, param, Some(&Literal::Int(1)), day(1)).await.unwrap());
    out.insert("confirm_entry", tx.confirm_entry(scope, name, EntryId(id(101)), day(1)).await.unwrap());
    out.insert("set_probes", tx.set_probes(scope, tried, &probes, day(1)).await.unwrap());
    out.insert("remember_mapping", tx.remember_mapping(scope, mapping, &serde_json::json!({}), day(1)).await.unwrap());
    handed_in(tx, scope, school, &mut out).await;
    out.insert("add_blob", tx.add_blob(scope, &blob(school)).await.unwrap());
    attach(tx, scope, school, &mut out).await;
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

/// What is handed in to be read later: a list, a scanned pile.
async fn handed_in(tx: &mut Write, scope: &Scope, school: SchoolId, out: &mut BTreeMap<&'static str, bool>) {
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
    let pile = pile(school);
    out.insert("add_pile", tx.add_pile(scope, &pile).await.unwrap());
    out.insert("set_pile", tx.set_pile(scope, &pile).await.unwrap());
    out.insert("remove_pile", tx.remove_pile(scope, pile.id).await.unwrap());
    out.insert("add_pile again", tx.add_pile(scope, &pile).await.unwrap());
}

/// What people do with one entry, one after the other.
async fn by_hand(tx: &mut Write, scope: &Scope, place: ByHand<'_>, out: &mut BTreeMap<&'static str, bool>) {
    out.insert("act", act::act(tx, scope, place.school).await);
    own::every_write(tx, scope, place.school, out).await;
    out.insert("happen", tx.happen(scope, place, &[named(195, "hand", day(1), "Bench beside")]).await.unwrap());
    out.insert("undo_act", act::undo(tx, scope, place, EntryId(id(195))).await);
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
    let (due, planned_on) = ("2026-07-17".parse().unwrap(), "2026-03-06".parse().unwrap());
    let planned = PlannedTask { pack: Name::from("p"), control: Name::from("enc"), due, planned_on };
    let year = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    let set = tx.set_task_plan(scope, (school, year), &[planned], day(1)).await.unwrap();
    out.insert("set_task_plan", set);
    let number = if school == SchoolId(id(7777)) { 7400 } else { 400 };
    let (pack, clause, reason) = (Name::from("p"), Name::from("1"), "No fax (made up)".to_owned());
    let review_on = "2027-07-01".parse().unwrap();
    let new = NewNotHere { id: id(number), school, pack, clause, reason, review_on };
    out.insert("ask_not_here", tx.ask_not_here(scope, &new, day(1)).await.unwrap());
    let (asked_at, asked_by) = (day(1), "operator".to_owned());
    let asked = NotHere { new, asked_at, asked_by, agreed: None, ended: None };
    out.insert("agree_not_here", tx.agree_not_here(scope, &asked, day(1)).await.unwrap());
    out.insert("end_not_here", tx.end_not_here(scope, &asked, Over::Withdrawn, day(2)).await.unwrap());
    let (control, said) = (Name::from("enc"), "It is on (made up)".to_owned());
    let (kind, subject, pack) = (RemarkKind::Doubt, None, Name::from("p"));
    let doubt = NewRemark { id: id(number + 1), school, pack, control, subject, kind, said, look_by: None };
    out.insert("say_remark", tx.say_remark(scope, &doubt, day(1)).await.unwrap());
    out.insert("settle_remark", tx.settle_remark(scope, &doubt, Settled::Person, day(2)).await.unwrap());
    let again = NewRemark { id: id(number + 2), ..doubt };
    out.insert("say_remark once it is settled", tx.say_remark(scope, &again, day(3)).await.unwrap());
    out.insert("set_terms of one's own", tx.set_terms(scope, school, &[term()], day(1)).await.unwrap());
    let agreement = AgreementAt { school, pack: "p", control: "aup" };
    let words = serde_json::json!({"summary": "Be kind (made up)"});
    out.insert("keep_wording", tx.keep_wording(scope, agreement, (&words, 0, Worded::Changed), day(2)).await.unwrap());
    out.insert("drop_terms", tx.drop_terms(scope, school, day(2)).await.unwrap());
    out.insert("set_division", tx.set_division(scope, school, Division::Scotland, day(2)).await.unwrap());
    out.insert("set_bank_holidays", tx.set_bank_holidays(scope, school, "{}", day(2)).await.unwrap());
}

/// Marlpit Lane with something of everything.
pub async fn filled(url: &str) -> House {
    let house = House::open(url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    crate::mail::add_reader(&mut tx, house.lane).await;
    crate::listing::add_own_view(&mut tx, &house.technician(house.lane), house.lane).await;
    let done = every_write(&mut tx, &house.operator(), house.lane).await;
    assert!(done.values().all(|done| *done), "{done:?}");
    tx.commit().await.unwrap();
    crate::ledger::sequence(&house.store).await;
    house
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
    assert!(read.past_piles(&house.operator(), day(9)).await.unwrap().is_empty());
    let system = Scope::system("test");
    assert_eq!(read.past_intakes(&system, day(9)).await.unwrap().len(), 1);
    assert_eq!(read.past_piles(&system, day(9)).await.unwrap().len(), 1);
    assert_eq!(read.blob_page(&system, None, 10).await.unwrap().len(), 1);
    assert!(read.lives_in(&system, "bb").await.unwrap());
    let tables = read.tables(&system).await.unwrap();
    assert_eq!(read.lines(&house.operator(), &tables[0]).await.unwrap().count().await, 0);
    own::names_stay_inside(&house, &read).await;
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
        own::only_for_the_whole(&mut tx, &scope, &house, &register).await;
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

/// A new function of the store cannot forget its scope, nor its line in this story or in its noun's own.
#[test]
fn every_function_takes_a_scope_and_stands_in_this_story() {
    let crate_root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (source, story) = (crate_root.join("src"), crate_root.join("tests/it"));
    let mut tried: Vec<_> = ["isolation.rs", "listing.rs", "mail.rs", "token.rs"].map(|file| story.join(file)).into();
    tried.extend(files_of(&story.join("isolation")));
    let tried: Vec<String> = tried.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let mut found = BTreeSet::new();
    for file in files_of(&source).into_iter().chain(files_of(&source.join("engine"))) {
        let text = std::fs::read_to_string(file).unwrap();
        for function in text.split("    pub async fn ").skip(1) {
            let signature = function.split('{').next().unwrap();
            let name = signature.split(['(', '<']).next().unwrap().to_owned();
            if !WITHOUT_SCOPE.contains(&name.as_str()) {
                assert!(signature.contains("scope: &Scope"), "`{name}` takes no scope");
                let tried = tried.iter().any(|text| text.contains(&format!(".{name}")));
                assert!(tried, "`{name}` is not tried here");
            }
            found.insert(name);
        }
    }
    assert!(found.len() > 40, "only {} functions were found", found.len());
}

fn files_of(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    all.filter(|file| file.is_file()).collect()
}
