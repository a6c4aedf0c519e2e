//! Doing a duty, leaving it out, signing what another did; and what waits for whom.

use crate::school::{School, at, day, map, school, text, texts};
use schoolkeeper_core::control::{ControlKind, Duty};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::{Acting, Change, apply};
use schoolkeeper_rules::occur::{self, Open, Part, Waits};

const RESTORE: &str = r#"
[control.it]
type = "duty"
title = "Restore test"
owner = ["it-technician"]
every = "1 half-term"
evidence = ["note", "file"]
countersign = ["headteacher"]
skip = { by = ["headteacher"] }
"#;

/// A school with a technician, a head and a teacher, by name.
struct Staffed {
    school: School,
    technician: EntryId,
    head: EntryId,
    teacher: EntryId,
    /// The technician's.
    appointment: EntryId,
}

fn staffed(policy: &str, now: &str) -> Staffed {
    let mut school = school(policy, now);
    let [technician, head, teacher] = ["Tess", "Hedda", "Tom"].map(|name| {
        school.put("person", &[("name", text(name)), ("kind", text("staff")), ("active", Value::Bool(true))])
    });
    let mut appoint = |role: &str, who| school.put("appointment", &[("role", text(role)), ("person", Value::Ref(who))]);
    appoint("headteacher", head);
    let appointment = appoint("it-technician", technician);
    Staffed { school, technician, head, teacher, appointment }
}

impl Staffed {
    fn spec(&self) -> &Duty {
        match &self.school.pack.controls["it"].control.kind {
            ControlKind::Duty(spec) => spec,
            _ => panic!("no duty"),
        }
    }

    fn open(&self) -> Vec<Open> {
        occur::open(self.school.ctx(), &self.school.pack.controls["it"], self.spec())
    }

    fn tried(&self, name: &str, who: EntryId, (on, form): (Option<EntryId>, &Value)) -> Result<Vec<Change>, String> {
        let (_, person) = self.school.world.find(who).unwrap();
        let acting = Acting { person, on, form };
        let done = occur::act(self.school.ctx(), &self.school.pack.controls["it"], name, acting);
        done.expect("an act of duties").map_err(|refusal| refusal.0)
    }

    /// Does it, and writes what comes of it.
    fn does(&mut self, name: &str, who: EntryId, (on, form): (Option<EntryId>, &Value)) -> EntryId {
        let changes = self.tried(name, who, (on, form)).unwrap();
        let id = changes[0].entry.unwrap_or_else(|| self.school.fresh());
        apply(&mut self.school.world, &changes, || id);
        id
    }

    fn standing(&self) -> Standing {
        self.school.result().standing
    }

    fn goes_to(&mut self, now: &str) {
        self.school.world.now = at(now);
    }
}

fn did(more: &[(&str, Value)]) -> Value {
    let mut all =
        vec![("occurrence", day("2026-12-18")), ("note", text("40 files, none damaged")), ("file", text("log.txt"))];
    all.extend(more.iter().cloned());
    map(&all)
}

#[test]
fn a_restore_test_is_done_by_the_technician_and_counts_when_another_has_signed_it() {
    let mut at = staffed(RESTORE, "2026-12-10T09:00");
    let open = at.open();
    assert_eq!(open.len(), 1, "{open:#?}");
    assert_eq!((open[0].one.due.to_string(), open[0].late, open[0].waits), ("2026-12-18".into(), false, Waits::Doing));
    assert_eq!(open[0].part_of(at.technician), Some(Part::Owner));
    assert_eq!(open[0].part_of(at.head), None);
    let done = at.does("duty.complete", at.technician, (None, &did(&[])));
    assert_eq!(at.standing(), Standing::Due, "it waits for its second signature");
    let open = at.open();
    assert_eq!((open[0].waits, open[0].begun), (Waits::Countersigning, Some(done)));
    assert_eq!((open[0].part_of(at.technician), open[0].part_of(at.head)), (None, Some(Part::Countersigner)));
    at.goes_to("2027-01-05T09:00");
    assert_eq!(at.standing(), Standing::Broken, "signed too late is late");
    assert!(at.open()[0].late);
    at.does("duty.countersign", at.head, (Some(done), &map(&[])));
    assert_eq!(at.standing(), Standing::Due, "the next one is open");
    assert_eq!(at.open()[0].one.due.to_string(), "2027-02-12");
}

#[test]
fn what_is_not_right_is_sent_back_with_a_reason_and_done_again() {
    let mut at = staffed(RESTORE, "2026-12-10T09:00");
    let done = at.does("duty.complete", at.technician, (None, &did(&[])));
    let back = |why: &str| map(&[("sent_back", text(why))]);
    let refused = at.tried("duty.countersign", at.head, (Some(done), &back(" "))).unwrap_err();
    assert!(refused.starts_with("it is not said what is missing"), "{refused}");
    let refused = at.tried("duty.countersign", at.technician, (Some(done), &back("mine"))).unwrap_err();
    assert!(refused.starts_with("nobody signs what they did themselves"), "{refused}");
    at.does("duty.countersign", at.head, (Some(done), &back("The log is of October")));
    let open = at.open();
    assert_eq!((open[0].waits, open[0].part_of(at.technician)), (Waits::Doing, Some(Part::Owner)));
    assert_eq!(open[0].lacking.as_deref(), Some("it was sent back: The log is of October"));
    let refused = at.tried("duty.countersign", at.head, (Some(done), &map(&[]))).unwrap_err();
    assert!(refused.contains("it was sent back"), "{refused}");
    assert_eq!(at.does("duty.complete", at.technician, (None, &did(&[]))), done, "the same record");
    assert_eq!(at.open()[0].waits, Waits::Countersigning);
    at.does("duty.countersign", at.head, (Some(done), &map(&[])));
    assert!(at.open().is_empty(), "it is done");
}

const EVENING: &str = r#"
[control.it]
type = "duty"
title = "Set the alarm"
owner = ["it-technician"]
every = "1 day"
holidays = true
evidence = ["statement"]
"#;

#[test]
fn why_something_was_not_done_is_kept_and_makes_nothing_done() {
    let mut at = staffed(EVENING, "2026-11-20T09:00");
    let of = |day_: &str, more: (&str, Value)| map(&[("occurrence", day(day_)), more]);
    let yes = || ("statement", text("yes"));
    at.does("duty.complete", at.technician, (None, &of("2026-11-20", yes())));
    at.goes_to("2026-11-24T09:00");
    let silent = |at: &Staffed| -> Vec<String> {
        let days = ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap());
        let all = occur::passed(at.school.ctx(), (&at.school.pack.controls["it"], at.spec()), days);
        all.iter().filter(|(_, one)| !one.silent.is_empty()).map(|(one, _)| one.due.to_string()).collect()
    };
    assert_eq!(
        silent(&at),
        ["2026-11-21", "2026-11-22", "2026-11-23"],
        "a weekend counts, and what is before does not"
    );
    let why = |why: &str| ("missed_because", text(why));
    let refused = |at: &Staffed, who, form: &Value| at.tried("duty.complete", who, (None, form)).unwrap_err();
    assert!(refused(&at, at.technician, &of("2026-11-22", why(" "))).starts_with("it is not said what happened"));
    assert!(refused(&at, at.technician, &of("2026-11-24", why("later"))).starts_with("this is not late yet"));
    assert!(refused(&at, at.technician, &of("2026-11-19", why("before"))).starts_with("nothing is open here"));
    assert!(refused(&at, at.teacher, &of("2026-11-22", why("mine"))).starts_with("this task is for"));
    let missed = at.does("duty.complete", at.technician, (None, &of("2026-11-22", why("The panel was out of order"))));
    assert_eq!(silent(&at), ["2026-11-21", "2026-11-23"]);
    at.does("duty.complete", at.technician, (None, &of("2026-11-23", why("Nobody was there"))));
    assert_eq!(at.standing(), Standing::Broken, "a word makes nothing done");
    let open: Vec<String> = at.open().iter().map(|open| open.one.due.to_string()).collect();
    assert_eq!(open, ["2026-11-24"], "it waits for nobody any more: only tonight does");
    let late = map(&[("occurrence", day("2026-11-22")), yes(), ("on", day("2026-11-22"))]);
    assert_eq!(at.does("duty.complete", at.technician, (None, &late)), missed, "the same record, done after all");
    assert_eq!(at.standing(), Standing::Broken, "of the twenty-third nobody says so");
    at.does("duty.complete", at.technician, (None, &of("2026-11-24", yes())));
    assert_eq!(at.standing(), Standing::Kept);
}

#[test]
fn whoever_did_it_does_not_sign_it_even_in_two_roles() {
    let mut at = staffed(RESTORE, "2026-12-10T09:00");
    let both = [("role", text("headteacher")), ("person", Value::Ref(at.technician))];
    at.school.put("appointment", &both);
    let done = at.does("duty.complete", at.technician, (None, &did(&[])));
    let refused = at.tried("duty.countersign", at.technician, (Some(done), &map(&[]))).unwrap_err();
    assert!(refused.starts_with("nobody signs what they did themselves"), "{refused}");
    let refused = at.tried("duty.countersign", at.teacher, (Some(done), &map(&[]))).unwrap_err();
    assert!(refused.starts_with("this is signed by `headteacher`"), "{refused}");
}

#[test]
fn what_is_lacking_is_named_and_nothing_is_written() {
    let at = staffed(RESTORE, "2026-12-10T09:00");
    let refused = |form: &Value| at.tried("duty.complete", at.technician, (None, form)).unwrap_err();
    let no_file = map(&[("occurrence", day("2026-12-18")), ("note", text("done"))]);
    assert!(refused(&no_file).starts_with("`file` is not shown\nhint:"), "{}", refused(&no_file));
    assert!(refused(&map(&[("note", text("done"))])).starts_with("it is not said which one was done"));
    let blank = map(&[("occurrence", day("2026-12-18")), ("note", text("  ")), ("file", text("log.txt"))]);
    assert!(refused(&blank).starts_with("`note` is not shown"));
    assert!(refused(&did(&[("colour", text("red"))])).starts_with("`colour` is nothing this task asks for"));
    assert!(refused(&did(&[("on", day("2026-12-11"))])).contains("is still to come"));
    assert!(refused(&did(&[("on", day("2026-10-01"))])).contains("is before this task was open"));
    assert!(refused(&did(&[("occurrence", day("2027-06-18"))])).contains("nothing is open here"));
}

#[test]
fn it_is_left_to_those_it_is_for_and_to_the_head_when_nobody_is() {
    let mut at = staffed(RESTORE, "2026-12-10T09:00");
    let refused = at.tried("duty.complete", at.teacher, (None, &did(&[]))).unwrap_err();
    assert!(refused.starts_with("this task is for `it-technician`"), "{refused}");
    assert!(at.tried("duty.complete", at.head, (None, &did(&[]))).is_err(), "somebody holds the role");
    let deputy = [("role", text("deputy")), ("person", Value::Ref(at.teacher)), ("deputy_of", text("it-technician"))];
    at.school.put("appointment", &deputy);
    assert_eq!(at.open()[0].part_of(at.teacher), None, "the technician is there");
    let empty = RESTORE.replace("owner = [\"it-technician\"]", "owner = [\"site-manager\"]");
    let at = staffed(&empty, "2026-12-10T09:00");
    assert!(at.open()[0].owners.stand_in);
    assert_eq!(at.open()[0].part_of(at.head), Some(Part::Owner));
    let changes = at.tried("duty.complete", at.head, (None, &did(&[]))).unwrap();
    assert!(changes[0].set.contains(&("by".into(), text("headteacher"))));
}

#[test]
fn a_deputy_does_it_while_the_holder_is_away() {
    let policy = RESTORE.replace("countersign = [\"headteacher\"]\n", "");
    let mut at = staffed(&policy, "2026-12-10T09:00");
    let away = Change::of("appointment", at.appointment)
        .set("away_from", day("2026-12-01"))
        .set("away_until", day("2026-12-31"));
    apply(&mut at.school.world, &[away], || unreachable!("nothing new"));
    let deputy = [("role", text("deputy")), ("person", Value::Ref(at.teacher)), ("deputy_of", text("it-technician"))];
    at.school.put("appointment", &deputy);
    assert_eq!(at.open()[0].part_of(at.teacher), Some(Part::Owner));
    at.does("duty.complete", at.teacher, (None, &did(&[])));
    assert_eq!(at.standing(), Standing::Kept);
    assert!(at.open().is_empty());
}

#[test]
fn leaving_one_out_needs_the_authority_and_a_reason() {
    let mut at = staffed(RESTORE, "2026-12-10T09:00");
    let form = |why: &str| map(&[("occurrence", day("2026-12-18")), ("reason", text(why))]);
    let refused = at.tried("duty.skip", at.technician, (None, &form("moving house"))).unwrap_err();
    assert!(refused.starts_with("only `headteacher` may leave this task out"), "{refused}");
    assert!(at.tried("duty.skip", at.head, (None, &form(" "))).unwrap_err().starts_with("the reason is empty"));
    at.does("duty.skip", at.head, (None, &form("The server is being replaced that week")));
    assert_eq!((at.standing(), at.open().len()), (Standing::Kept, 0));
    let again = at.tried("duty.skip", at.head, (None, &form("Again"))).unwrap_err();
    assert!(again.starts_with("this is done already"), "{again}");
    let none = staffed(&RESTORE.replace("skip = { by = [\"headteacher\"] }", ""), "2026-12-10T09:00");
    let refused = none.tried("duty.skip", none.head, (None, &form("because"))).unwrap_err();
    assert!(refused.starts_with("the policy lets nobody leave this task out"), "{refused}");
}

const ROOMS: &str = r#"
[control.it]
type = "duty"
title = "Look at the locks"
owner = ["premises-staff"]
every = "1 term"
for = "room"
checklist = [{ name = "locked", says = "Is it locked?", bad = "no", finding = true, evidence = ["photo"] }]
"#;

#[test]
fn one_look_answers_for_the_rooms_that_were_looked_at_and_no_other() {
    let mut at = staffed(ROOMS, "2026-12-10T09:00");
    let register = at.school.world.schemas.index("room").unwrap();
    let caretaker = [("role", text("premises-staff")), ("person", Value::Ref(at.teacher))];
    at.school.put("appointment", &caretaker);
    let [hall, office, store] = ["Hall", "Office", "Store"].map(|name| at.school.put("room", &[("name", text(name))]));
    assert_eq!(at.school.world.table(register).rows.len(), 3);
    assert_eq!(at.open().len(), 3);
    let answer = map(&[("answer", text("yes")), ("photo", text("locks.jpg"))]);
    let two = Value::List([hall, office].map(Value::Ref).into());
    let form = |entries: (&str, Value), items: &[(&str, Value)]| {
        map(&[("occurrence", day("2026-12-18")), entries, ("items", map(items))])
    };
    let changes = at
        .tried("duty.complete", at.teacher, (None, &form(("entries", two.clone()), &[("locked", answer.clone())])))
        .unwrap();
    assert_eq!(changes.len(), 2);
    let no_photo = at.tried("duty.complete", at.teacher, (None, &form(("entries", two), &[("locked", text("yes"))])));
    assert!(no_photo.unwrap_err().starts_with("`Is it locked?` is not answered in full"));
    let whole = map(&[("occurrence", day("2026-12-18")), ("items", map(&[("locked", answer.clone())]))]);
    let refused = at.tried("duty.complete", at.teacher, (None, &whole)).unwrap_err();
    assert!(refused.starts_with("this task is done thing by thing"), "{refused}");
    for room in [hall, office] {
        at.does("duty.complete", at.teacher, (None, &form(("entry", Value::Ref(room)), &[("locked", answer.clone())])));
    }
    let open = at.open();
    assert_eq!(open.iter().map(|open| open.subject).collect::<Vec<_>>(), [at.school.world.find(store)]);
}

#[test]
fn a_decision_is_asked_for_each_thing_of_the_list() {
    let policy = r#"
[control.it]
type = "duty"
title = "Review rights"
owner = ["it-technician"]
every = "1 term"
for = "system"
decide_each = { of = "system.rights", answers = ["keep", "remove"], reason = ["keep"] }
"#;
    let mut at = staffed(policy, "2026-12-10T09:00");
    let system = at.school.put("system", &[("name", text("Payroll"))]);
    at.school = at.school.census("system-right");
    let right = at.school.put("system-right", &[("system", Value::Ref(system))]);
    let decided = |answer: &str, reason: &str| {
        let row = map(&[("entry", Value::Ref(right)), ("answer", text(answer)), ("reason", text(reason))]);
        map(&[
            ("occurrence", day("2026-12-18")),
            ("entry", Value::Ref(system)),
            ("decisions", Value::List([row].into())),
        ])
    };
    let none = map(&[("occurrence", day("2026-12-18")), ("entry", Value::Ref(system))]);
    let refused = at.tried("duty.complete", at.technician, (None, &none)).unwrap_err();
    assert!(refused.starts_with("1 of 1 are not decided"), "{refused}");
    assert!(at.tried("duty.complete", at.technician, (None, &decided("keep", ""))).is_err(), "keeping needs a reason");
    assert!(at.tried("duty.complete", at.technician, (None, &decided("keep", "needed for pay"))).is_ok());
}

#[test]
fn records_that_disagree_keep_it_open_though_somebody_ticked() {
    let policy = RESTORE
        .replace("evidence = [\"note\", \"file\"]", "measured = \"1 == 2\"")
        .replace("countersign = [\"headteacher\"]\n", "");
    let mut at = staffed(&policy, "2026-12-10T09:00");
    at.does("duty.complete", at.technician, (None, &map(&[("occurrence", day("2026-12-18"))])));
    assert_eq!(at.standing(), Standing::Broken);
    assert_eq!(at.open()[0].waits, Waits::Records);
}

#[test]
fn an_event_asks_only_about_what_the_duty_is_for() {
    let policy = r#"
[control.it]
type = "duty"
title = "Tell staff about a new owner"
owner = ["premises-staff"]
on = "information-asset.changed:owner"
for = "information-asset"
where = "information_asset.name != 'Menu'"
within = "5 working days"
evidence = ["note"]
"#;
    let mut made_up = school(policy, "2026-11-20T09:00").census("information-asset");
    for name in ["Menu", "Payroll"] {
        let asset = made_up.put("information-asset", &[("name", text(name))]);
        let values = [
            ("register", text("information-asset")),
            ("field", text("owner")),
            ("entry", Value::Ref(asset)),
            ("at", Value::Instant(at("2026-11-18T10:00"))),
        ];
        made_up.put("change", &values);
        let wanted = if name == "Menu" { Standing::Kept } else { Standing::Due };
        assert_eq!(made_up.result().standing, wanted, "{name}");
    }
    assert_eq!(made_up.result().counts.subjects, 1);
    let ControlKind::Duty(spec) = &made_up.pack.controls["it"].control.kind else { panic!("no duty") };
    assert_eq!(occur::open(made_up.ctx(), &made_up.pack.controls["it"], spec).len(), 1);
}

#[test]
fn at_the_start_of_a_period_it_is_due_on_its_first_staff_day_or_within_its_window() {
    let policy = |window: &str| {
        format!(
            "[control.it]\ntype = \"duty\"\ntitle = \"Check\"\nowner = [\"premises-staff\"]\nevery = \"1 term\"\nat = \"start of term\"\n{window}evidence = [\"note\"]\n"
        )
    };
    let plain = school(&policy(""), "2026-09-01T09:00");
    assert_eq!(plain.result().due_on, Some("2026-09-01".parse().unwrap()));
    assert_eq!(plain.now("2026-09-02T00:00").in_force("2026-08-01T00:00").result().standing, Standing::Broken);
    let with = school(&policy("window = \"10 working days\"\n"), "2026-09-01T09:00");
    assert_eq!(with.result().due_on, Some("2026-09-15".parse().unwrap()));
    let done = with.now("2026-10-20T09:00").done("2026-09-15", &[("shown", texts(&["note"]))]);
    assert_eq!(done.result().standing, Standing::Kept);
    assert_eq!(done.now("2027-01-04T09:00").result().standing, Standing::Due, "the next term has begun");
}

const CLOSING: &str = r#"
[control.it]
type = "duty"
title = "Lock up before a closure"
owner = ["it-technician"]
every = "1 week"
window = "1 day"
checklist = [{ name = "office", says = "Is the office locked?", bad = "no", finding = true, to = ["headteacher"] }]
"#;

#[test]
fn a_closing_checklist_is_due_on_the_last_staff_day_before_each_weekend_and_holiday() {
    let dues = |now: &str| {
        let at = staffed(CLOSING, now);
        at.open().into_iter().filter(|open| !open.late).map(|open| open.one.due.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(dues("2026-11-20T09:00"), ["2026-11-20"], "a Friday");
    assert_eq!(dues("2026-11-18T09:00"), [""; 0], "not open in the middle of a week");
    assert_eq!(dues("2026-12-18T09:00"), ["2026-12-18"], "the last day before Christmas");
    assert_eq!(dues("2027-03-25T09:00"), ["2027-03-25"], "the Thursday before Good Friday");
}

#[test]
fn a_bad_answer_is_told_whom_its_line_names_until_it_is_found_good() {
    let mut at = staffed(CLOSING, "2026-11-20T09:00");
    let answered = |due: &str, answer: &str| {
        map(&[("occurrence", day(due)), ("items", map(&[("office", map(&[("answer", text(answer))]))]))])
    };
    let found = |at: &Staffed| {
        let (ctx, control) = (at.school.ctx(), &at.school.pack.controls["it"]);
        let all = occur::bad_answers(ctx, control, at.spec());
        let told = |one: &occur::BadAnswer<'_>| one.doers(ctx, control, at.spec()).people;
        all.iter()
            .map(|one| (one.words(), told(one).contains(&at.head), told(one).contains(&at.technician)))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&at), []);
    at.does("duty.complete", at.technician, (None, &answered("2026-11-20", "no")));
    assert_eq!(found(&at), [("Is the office locked? no".to_owned(), true, false)]);
    at.goes_to("2026-11-27T09:00");
    at.does("duty.complete", at.technician, (None, &answered("2026-11-27", "yes")));
    assert_eq!(found(&at), []);
}
