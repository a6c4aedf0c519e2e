//! What holds for the engine flow whatever people do: random acts by random people at random times.
#![expect(clippy::unwrap_used, reason = "tests")]

mod flow_pack;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::role::{CHAIR, HEAD};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::compiled::CompiledPack;
use schoolkeeper_rules::example::Built;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{self, Acting, case};
use schoolkeeper_rules::{Ctx, evaluate};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;
use uuid::Uuid;

/// One school with a few people, a document, a loan; nobody has done anything yet.
const SCHOOL: &str = r#"
[[example]]
control = "take-home"
at = "2026-12-14T09:00"
given = { person = [{ key = "ann", name = "A. Made-Up", kind = "staff", active = true, first_day = "2020-09-01" }, { key = "bo", name = "B. Made-Up", kind = "staff", active = true }, { key = "cy", name = "C. Made-Up", kind = "staff", active = true }, { key = "di", name = "D. Made-Up", kind = "visitor", active = true }, { key = "ed", name = "E. Made-Up", kind = "staff", active = true }], appointment = [{ person = "ann", role = "deputy-headteacher" }, { person = "bo", role = "headteacher" }, { person = "bo", role = "dpo" }, { person = "cy", role = "it-technician" }], policy-document = [{ key = "mail", name = "Mail", companion = true, published_version = "1" }], asset = [{ key = "a", tag = "A" }], asset-loan = [{ key = "l", asset = "a", holder = "cy", from = "2026-12-01" }] }
"#;

static PACK: LazyLock<CompiledPack> = LazyLock::new(|| flow_pack::compiled(SCHOOL));

const ACTS: &[(&str, &str)] = &[
    ("take-home", "request.ask"),
    ("take-home", "request.decide"),
    ("take-home", "request.decide"),
    ("take-home", "request.answer"),
    ("take-home", "grant.end"),
    ("exception", "request.ask"),
    ("exception", "request.decide"),
    ("exception", "request.decide"),
    ("install", "request.ask"),
    ("install", "request.decide"),
    ("monitoring-request", "request.ask"),
    ("monitoring-request", "request.decide"),
    ("monitoring", "case.step"),
    ("aup", "agreement.publish"),
    ("aup", "agreement.sign"),
    ("companions", "agreement.sign"),
    ("loan-terms", "agreement.publish"),
    ("loan-terms", "agreement.sign"),
    ("wrong-recipient", "case.open"),
    ("wrong-recipient", "case.step"),
    ("wrong-recipient", "case.step"),
    ("wrong-recipient", "case.step"),
    ("wrong-recipient", "case.step"),
    ("wrong-recipient", "case.step"),
    ("wrong-recipient", "case.act"),
    ("wrong-recipient", "case.close"),
    ("disclosure", "case.open"),
    ("disclosure", "case.step"),
    ("disclosure", "case.close"),
];

/// The acts of cases only.
fn cases() -> Range<usize> {
    ACTS.iter().position(|(name, _)| *name == "wrong-recipient").unwrap()..ACTS.len()
}

/// One thing somebody tries, after some minutes.
#[derive(Clone, Debug)]
struct Try {
    act: usize,
    person: usize,
    minutes: i64,
    form: BTreeMap<Name, Value>,
}

fn value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "recall",
        "risk",
        "decide",
        "notified",
        "letter",
        "formal-request",
        "export",
        "result",
        "none",
        "high",
        "1",
        "2",
        "browser",
        "crime",
        "",
    ]);
    prop_oneof![
        3 => any::<bool>().prop_map(Value::Bool),
        2 => (-1_i64..4).prop_map(Value::Int),
        6 => word.prop_map(Value::text),
        1 => ".{0,40}".prop_map(Value::text),
        1 => Just(Value::Empty),
        1 => (0_i64..40).prop_map(|days| Value::Date("2026-12-14".parse::<jiff::civil::Date>().unwrap() + jiff::Span::new().days(days))),
        1 => Just(Value::Instant("2026-12-13T09:00:00Z".parse().unwrap())),
        1 => (0_usize..12).prop_map(|at| Value::Ref(entry(at))),
        1 => prop::collection::vec((0_usize..12).prop_map(|at| Value::Ref(entry(at))), 0..3).prop_map(|refs| Value::List(refs.into())),
        1 => Just(Value::Map(BTreeMap::new().into())),
    ]
}

/// The entry at a place of the first world, in the order of its registers.
fn entry(at: usize) -> EntryId {
    let built = Built::of(&PACK, &PACK.controls["take-home"], &PACK.pack.examples[0]).unwrap();
    let people = Row::all(&built.world, "person").chain(Row::all(&built.world, "policy-document"));
    let all: Vec<EntryId> = people.chain(Row::all(&built.world, "asset-loan")).map(Row::id).collect();
    all[at % all.len()]
}

fn form() -> impl Strategy<Value = BTreeMap<Name, Value>> {
    let key = prop::sample::select(vec![
        "yes",
        "step",
        "value",
        "what",
        "until",
        "conditions",
        "version",
        "material",
        "passed",
        "entry",
        "lessons",
        "review",
        "statement",
        "file",
        "question",
        "answer",
        "subject",
        "aware_at",
        "exercise",
        "purpose",
        "named",
        "stage",
    ]);
    prop::collection::btree_map(key.prop_map(Name::from), value(), 0..4)
}

/// Forms that mostly make sense, so that sequences get somewhere, with random answers on top.
fn tried(acts: Range<usize>) -> impl Strategy<Value = Try> {
    (acts, 0_usize..4, prop_oneof![4 => 0_i64..90, 1 => 0_i64..20_000], form(), 0..10).prop_map(
        |(act, anybody, minutes, noise, noisy)| {
            let mut form: BTreeMap<Name, Value> = BTreeMap::new();
            let mut set = |name: &str, value: Value| {
                form.insert(Name::from(name), value);
            };
            match ACTS[act] {
                ("take-home", "request.ask") => {
                    set("what", Value::text("Tests"));
                    set("conditions", Value::Bool(true));
                    set("until", Value::Date("2026-12-30".parse().unwrap()));
                }
                (_, "request.decide") => set("yes", Value::Bool(minutes % 7 != 0)),
                (_, "agreement.publish") => set("version", Value::text(minutes.to_string())),
                ("loan-terms", _) => set("entry", Value::Ref(entry(11))),
                (_, "agreement.sign") => set("passed", Value::Bool(true)),
                ("wrong-recipient", "case.step") => {
                    let step = ["recall", "risk", "decide", "notified", "letter"][(minutes % 5) as usize];
                    set("step", Value::text(step));
                    set("value", Value::text(if minutes % 2 == 0 { "none" } else { "high" }));
                }
                (_, "case.close") => set("lessons", Value::text("Read the address twice")),
                ("monitoring-request", "request.ask") => set("purpose", Value::text("crime")),
                ("exception" | "install", "request.ask") => set("what", Value::text("A stick")),
                (_, "grant.end") => set("statement", Value::text("Brought back")),
                _ => {}
            }
            if noisy < 2 {
                form.extend(noise);
            }
            // Mostly somebody whose work it is: A. and B. decide, B. handles cases, C. asks and reports.
            let person = match ACTS[act] {
                _ if noisy % 4 == 0 => anybody,
                ("install", "request.decide") => 1 + anybody % 2,
                (_, "request.decide") => anybody % 2,
                ("monitoring-request", "request.ask") => 0,
                (_, "request.ask" | "grant.end" | "agreement.sign") => anybody,
                ("wrong-recipient", "case.open") => 2,
                ("wrong-recipient", "case.step") if minutes % 5 == 0 => 2,
                _ => 1,
            };
            Try { act, person, minutes, form }
        },
    )
}

/// Does what was tried, in order; acts that are refused change nothing. After each one `look` is called.
fn walk(tries: &[Try], mut look: impl FnMut(&World)) -> World {
    let built = Built::of(&PACK, &PACK.controls["take-home"], &PACK.pack.examples[0]).unwrap();
    let (mut world, params) = (built.world, built.params);
    let mut made = 0;
    for tried in tries {
        world.now = world.now.checked_add(SignedDuration::from_mins(tried.minutes)).unwrap();
        let (name, act) = ACTS[tried.act];
        let control = &PACK.controls[name];
        let register = match act {
            "request.decide" | "request.answer" => "request",
            "grant.end" => "grant",
            _ => "case",
        };
        let of_control =
            |row: &Row<'_>| [row.text("control"), row.text("request"), row.text("type")].contains(&Some(name));
        let is_open =
            |row: &Row<'_>| row.value("closed_at").is_none() && matches!(row.text("outcome"), None | Some("waiting"));
        let own = || Row::all(&world, register).filter(of_control);
        let on = own().find(is_open).or_else(|| own().last()).map(Row::id);
        let form = Value::Map(tried.form.clone().into());
        let ctx = Ctx { pack: &PACK, params: &params, world: &world };
        let done = flow::act(ctx, control, act, Acting { person: tried.person, on, form: &form });
        if let Some(Ok(changes)) = done {
            flow::apply(&mut world, &changes, || {
                made += 1;
                EntryId(Uuid::from_u64_pair(u64::MAX, made))
            });
        }
        look(&world);
    }
    world
}

fn ctx(world: &World) -> Ctx<'_> {
    static PARAMS: LazyLock<schoolkeeper_core::world::Params> = LazyLock::new(BTreeMap::new);
    Ctx { pack: &PACK, params: &PARAMS, world }
}

/// The people who said yes to a request at a stage.
fn yeses(request: Row<'_>, stage: i64) -> Vec<EntryId> {
    let rows = request.items("decisions").iter();
    let yes =
        rows.filter(|row| row.get("stage") == Some(&Value::Int(stage)) && row.get("yes") == Some(&Value::Bool(true)));
    yes.map(|row| row.get("by").unwrap().as_ref_id().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_acts_gives_a_grant_without_all_stages(tries in prop::collection::vec(tried(0..ACTS.len()), 0..60)) {
        let world = walk(&tries, |_| {});
        let granted: Vec<_> = Row::all(&world, "request").filter(|row| row.text("outcome") == Some("granted")).collect();
        prop_assert_eq!(granted.len(), Row::all(&world, "grant").count());
        for request in granted {
            let asker = request.one("requester").unwrap();
            let (stages, each) = match request.text("control") {
                Some("take-home") => (2, 1),
                Some("exception" | "install") => (1, 2),
                _ => (1, 1),
            };
            for stage in 1..=stages {
                let mut yes = yeses(request, stage);
                yes.dedup();
                prop_assert!(yes.len() >= each, "{yes:?} at {stage}");
                prop_assert!(!yes.contains(&asker), "somebody decided their own request");
            }
        }
    }

    /// The permission table lets all staff try to decide: that they are named at the stage is asked here.
    #[test]
    fn nobody_decides_who_is_not_named_at_the_stage(tries in prop::collection::vec(tried(0..ACTS.len()), 0..60)) {
        let world = walk(&tries, |_| {});
        let holds = |person: EntryId, role: &str| {
            Row::all(&world, "appointment").any(|one| one.one("person") == Some(person) && one.text("role") == Some(role))
        };
        for request in Row::all(&world, "request") {
            let ControlKind::Request(spec) = &PACK.controls[request.text("control").unwrap()].control.kind else {
                panic!("no request");
            };
            for row in request.items("decisions") {
                let Some(Value::Int(stage)) = row.get("stage") else { panic!("{row:?}") };
                let stage = &spec.stages[usize::try_from(*stage).unwrap() - 1];
                let role = row.get("role").and_then(Value::as_text).unwrap();
                let above = if stage.otherwise.is_empty() { vec![Name::from(HEAD), Name::from(CHAIR)] } else { stage.otherwise.0.clone() };
                prop_assert!(stage.by.iter().chain(&above).any(|name| &**name == role), "{role}");
                prop_assert!(holds(row.get("by").and_then(Value::as_ref_id).unwrap(), role), "{role}: {row:?}");
            }
        }
    }

    #[test]
    fn a_closed_case_never_reopens(tries in prop::collection::vec(tried(cases()), 0..60), days in 0_i64..1000) {
        let mut closed: Vec<(EntryId, Timestamp)> = Vec::new();
        let mut world = walk(&tries, |world| {
            for (id, at) in &closed {
                assert_eq!(Row::of(world, *id).unwrap().instant("closed_at"), Some(*at));
            }
            let now_closed = Row::all(world, "case").filter_map(|row| Some((row.id(), row.instant("closed_at")?)));
            closed = now_closed.collect();
        });
        world.now = world.now.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
        for (id, _) in closed {
            prop_assert!(!case::is_open(Row::of(&world, id).unwrap()));
        }
    }

    #[test]
    fn time_alone_changes_a_standing_only_at_its_valid_until(
        tries in prop::collection::vec(tried(0..ACTS.len()), 0..40),
        minutes in prop_oneof![1_i64..200, 1_i64..200_000],
    ) {
        let mut world = walk(&tries, |_| {});
        let names: Vec<&Name> = PACK.controls.keys().collect();
        let before: Vec<_> = names.iter().map(|name| evaluate::control(ctx(&world), &PACK.controls[*name]).1).collect();
        world.now = world.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        for (name, before) in names.iter().zip(before) {
            if before.valid_until.is_some_and(|until| until <= world.now) {
                continue;
            }
            let after = evaluate::control(ctx(&world), &PACK.controls[*name]).1;
            prop_assert_eq!(before.standing, after.standing, "{}: {:?} then {:?}", name, before, after);
            prop_assert_eq!(before.counts, after.counts, "{}", name);
        }
    }

    #[test]
    fn what_was_told_stays_told(tries in prop::collection::vec(tried(0..ACTS.len()), 0..40), minutes in 0_i64..200_000) {
        let mut world = walk(&tries, |_| {});
        let heard = |world: &World| -> Vec<_> {
            PACK.controls.values().map(|control| flow::told_by(ctx(world), control, world.now)).collect()
        };
        let before = heard(&world);
        prop_assert!(before.iter().flatten().all(|told| told.when <= world.now));
        world.now = world.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        for (before, after) in before.iter().zip(heard(&world)) {
            for told in before {
                prop_assert!(after.contains(told), "{told:?} is gone");
            }
        }
    }
}

#[test]
fn random_sequences_reach_grants_signatures_and_closed_cases() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for round in 0..60 {
        let acts = if round % 2 == 0 { 0..ACTS.len() } else { cases() };
        let strategy = prop::collection::vec(tried(acts), 60);
        let world = walk(&strategy.new_tree(&mut runner).unwrap().current(), |_| {});
        let closed = Row::all(&world, "case").filter(|row| row.instant("closed_at").is_some()).count();
        let counts =
            ["request", "grant", "publication", "signature", "case"].map(|name| (name, Row::all(&world, name).count()));
        for (name, count) in counts.into_iter().chain([("closed", closed)]) {
            *reached.entry(name).or_default() += count;
        }
    }
    assert!(reached.values().all(|count| *count > 5), "{reached:?}");
}
