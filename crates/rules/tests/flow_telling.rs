//! Who hears what and when, who sees a case, and what a form may weigh.
#![expect(clippy::unwrap_used, reason = "tests")]

mod flow_pack;

use jiff::Timestamp;
use schoolkeeper_core::control::{Case, ControlKind};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::When;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{Params, World};
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::compiled::{CompiledControl, CompiledPack};
use schoolkeeper_rules::example::Built;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{self, Acting, case, change};
use uuid::Uuid;

const SCHOOL: &str = r#"
[[example]]
control = "wrong-recipient"
at = "2026-11-23T09:00"
given = { person = [{ key = "ann", name = "A. Made-Up", kind = "staff", active = true }, { key = "bo", name = "B. Made-Up", kind = "staff", active = true }, { key = "cy", name = "C. Made-Up", kind = "staff", active = true }], appointment = [{ person = "bo", role = "dpo" }, { person = "bo", role = "headteacher" }, { person = "cy", role = "it-technician" }] }
"#;

/// Rows of the people.
const ANN: usize = 0;
const BO: usize = 1;
const CY: usize = 2;

struct School {
    pack: CompiledPack,
    params: Params,
    world: World,
    made: u64,
}

impl School {
    fn new() -> Self {
        let pack = flow_pack::compiled(SCHOOL);
        let built = Built::of(&pack, &pack.controls["wrong-recipient"], &pack.pack.examples[0]).unwrap();
        let (params, world) = (built.params, built.world);
        Self { pack, params, world, made: 0 }
    }

    fn ctx(&self) -> Ctx<'_> {
        Ctx { pack: &self.pack, params: &self.params, world: &self.world }
    }

    fn control(&self, name: &str) -> &CompiledControl {
        &self.pack.controls[name]
    }

    fn acts(&mut self, control: &str, act: &str, person: usize, form: &Value) -> Result<(), String> {
        let on = Row::all(&self.world, "case").last().map(Row::id);
        let acting = Acting { person, on, form };
        let done = flow::act(self.ctx(), self.control(control), act, acting).unwrap();
        let changes = done.map_err(|refusal| refusal.0)?;
        let made = &mut self.made;
        flow::apply(&mut self.world, &changes, || {
            *made += 1;
            EntryId(Uuid::from_u64_pair(u64::MAX, *made))
        });
        Ok(())
    }

    fn told(&self, control: &str) -> Vec<(String, When, String)> {
        let told = flow::told_by(self.ctx(), self.control(control), self.world.now);
        let line = |told: flow::Told| {
            let who: Vec<_> = told.who.iter().map(ToString::to_string).collect();
            (who.join(" "), told.moment, told.when.to_string())
        };
        told.into_iter().map(line).collect()
    }

    fn later(&mut self, to: &str) {
        self.world.now = to.parse::<Timestamp>().unwrap();
    }
}

fn case_spec(control: &CompiledControl) -> &Case {
    match &control.control.kind {
        ControlKind::Case(spec) => spec,
        other => panic!("{} is no case", other.name()),
    }
}

fn line(who: &str, moment: When, when: &str) -> (String, When, String) {
    (who.to_owned(), moment, when.to_owned())
}

#[test]
fn a_case_is_told_when_it_opens_falls_due_and_along_the_ladder_of_its_step() {
    let mut school = School::new();
    school.acts("wrong-recipient", "case.open", ANN, &change::map([])).unwrap();
    let opened = [
        line("dpo headteacher", When::Opened, "2026-11-23T09:00:00Z"),
        line("requester", When::Opened, "2026-11-23T09:00:00Z"),
        // `recall` is due within the hour, so both rungs before its end go out at once, as one.
        line("owner", When::Due, "2026-11-23T09:00:00Z"),
        line("dpo", When::Opened, "2026-11-23T09:00:00Z"),
    ];
    assert_eq!(school.told("wrong-recipient"), opened);
    school.later("2026-12-01T12:00:00Z");
    let late = school.told("wrong-recipient");
    assert!(late.contains(&line("dpo", When::Overdue, "2026-11-23T10:00:00Z")), "{late:?}");
    assert!(late.contains(&line("headteacher", When::Overdue, "2026-11-30T00:00:00Z")), "{late:?}");
}

#[test]
fn a_step_that_is_done_climbs_its_ladder_no_further() {
    let mut school = School::new();
    school.acts("wrong-recipient", "case.open", ANN, &change::map([])).unwrap();
    school.later("2026-11-23T09:30:00Z");
    school.acts("wrong-recipient", "case.step", ANN, &change::map([("step", Value::text("recall"))])).unwrap();
    school.later("2026-12-01T12:00:00Z");
    let late = school.told("wrong-recipient");
    assert!(!late.iter().any(|(who, ..)| who == "headteacher"), "{late:?}");
}

#[test]
fn a_telling_carries_the_name_of_the_control_and_an_entry_and_no_more() {
    let mut school = School::new();
    let form = change::map([("what", Value::text("A list of made-up pupils"))]);
    school.acts("wrong-recipient", "case.open", ANN, &form).unwrap();
    let case = Row::all(&school.world, "case").last().map(Row::id);
    for told in flow::told_by(school.ctx(), school.control("wrong-recipient"), school.world.now) {
        assert_eq!(told.what.name, "Sent to the wrong person");
        assert_eq!(told.what.entry, case);
    }
}

#[test]
fn those_it_is_visible_to_see_a_case_and_others_do_not() {
    let mut school = School::new();
    school.acts("wrong-recipient", "case.open", ANN, &change::map([])).unwrap();
    let control = school.control("wrong-recipient");
    let (spec, case) = (case_spec(control), Row::all(&school.world, "case").last().unwrap());
    assert!(case::may_see(school.ctx(), control, spec, case, BO), "the data protection officer");
    assert!(case::may_see(school.ctx(), control, spec, case, ANN), "the reporter has a step to do");
    assert!(!case::may_see(school.ctx(), control, spec, case, CY), "somebody else");
}

#[test]
fn whom_a_case_concerns_does_not_see_it_whatever_their_role() {
    let mut school = School::new();
    let bo = school.world.table_of("person").unwrap().rows[BO].id;
    let subject = change::map([("subject", Value::List([Value::Ref(bo)].into()))]);
    school.acts("wrong-recipient", "case.open", ANN, &subject).unwrap();
    let control = school.control("wrong-recipient");
    let case = Row::all(&school.world, "case").last().unwrap();
    assert!(!case::may_see(school.ctx(), control, case_spec(control), case, BO), "it is about the officer");
}

#[test]
fn a_leaver_sees_the_case_for_the_step_that_is_theirs() {
    let mut school = School::new();
    let ann = school.world.table_of("person").unwrap().rows[ANN].id;
    let opened = case::open_about(school.ctx(), "leaver", ann, school.world.now).unwrap();
    flow::apply(&mut school.world, &[opened], || EntryId(Uuid::from_u64_pair(u64::MAX, 77)));
    let control = school.control("leaver");
    let case = Row::all(&school.world, "case").last().unwrap();
    assert!(case::may_see(school.ctx(), control, case_spec(control), case, ANN), "the leaver");
    assert!(!case::may_see(school.ctx(), control, case_spec(control), case, CY), "somebody else");
}

#[test]
fn a_reporter_reads_what_the_policy_names_and_nothing_else() {
    let mut school = School::new();
    school.acts("wrong-recipient", "case.open", ANN, &change::map([])).unwrap();
    let words = change::map([("answer", Value::text("It is deleted")), ("lessons", Value::text("Read twice"))]);
    school.acts("wrong-recipient", "case.act", BO, &words).unwrap();
    let control = school.control("wrong-recipient");
    let case = Row::all(&school.world, "case").last().unwrap();
    let seen = case::reporter_sees(case_spec(control), case);
    let answer = Value::text("It is deleted");
    assert_eq!(seen, [(Name::from("answer"), Some(&answer)), (Name::from("closed"), None)]);
}

#[test]
fn a_form_that_no_person_fills_is_refused_before_it_is_read() {
    let mut school = School::new();
    let long = change::map([("what", Value::text("x".repeat(20_001)))]);
    let deep = (0..9).fold(Value::Bool(true), |inner, _| change::map([("what", inner)]));
    let wide = change::map([("what", Value::List((0..3_000).map(Value::Int).collect()))]);
    for form in [long, deep, wide] {
        let refusal = school.acts("wrong-recipient", "case.open", ANN, &form).unwrap_err();
        assert!(refusal.starts_with("the form is too large"), "{refusal}");
    }
}
