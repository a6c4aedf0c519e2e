//! What holds whatever the world: the engine-made properties of the specification §7, and full = incremental.

mod policy;

use jiff::{SignedDuration, Timestamp, ToSpan};
use policy::{policy, world_of};
use proptest::prelude::*;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::{Missing, Standing};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Census, Entry, World};
use schoolkeeper_rules::evaluate::{Changed, Evaluation, evaluate, incremental};
use schoolkeeper_rules::example::Built;
use schoolkeeper_rules::{CompiledPack, Ctx};
use std::sync::OnceLock;

const POLICY: &str = include_str!("standing/properties.toml");

fn pack() -> &'static CompiledPack {
    static PACK: OnceLock<CompiledPack> = OnceLock::new();
    PACK.get_or_init(|| policy(POLICY))
}

/// One entry to be: what kind, which of that kind, and how its fields are filled.
#[derive(Clone, Debug)]
struct Made {
    register: &'static str,
    at: u8,
    yes: Option<bool>,
    choice: Option<bool>,
    hours: i32,
    days: i32,
    refers_to: u8,
    by_hand: bool,
}

const REGISTERS: [&str; 6] = ["device", "person", "backup-job", "backup-run", "grant", "record-series"];

fn made() -> impl Strategy<Value = Made> {
    let filled = (any::<Option<bool>>(), any::<Option<bool>>(), 0..200_i32, -20..20_i32, 0..6_u8, any::<bool>());
    (0..REGISTERS.len(), 0..6_u8, filled).prop_map(|(register, at, (yes, choice, hours, days, refers_to, by_hand))| {
        Made { register: REGISTERS[register], at, yes, choice, hours, days, refers_to, by_hand }
    })
}

fn id(register: &str, at: u8) -> EntryId {
    let register = REGISTERS.iter().position(|known| *known == register).unwrap_or(REGISTERS.len());
    EntryId(uuid::Uuid::from_u64_pair(register as u64 + 1, u64::from(at) + 1))
}

fn hours_before(world: &World, hours: i32) -> Timestamp {
    world.now - SignedDuration::from_hours(i64::from(hours))
}

/// The fields of an entry; what is `None` nobody said.
fn fields(world: &World, made: &Made) -> Vec<(&'static str, Option<Value>)> {
    let at = hours_before(world, made.hours);
    let day = world.calendar.day(world.now).saturating_add(made.days.days());
    let text = |first: &str, second: &str| made.choice.map(|choice| Value::text(if choice { first } else { second }));
    let refers = |register: &str| Some(Value::Ref(id(register, made.refers_to)));
    match made.register {
        "device" => vec![
            ("name", Some(Value::text(format!("ML-{}", made.at)))),
            ("encrypted", made.yes.map(Value::Bool)),
            ("kind", text("laptop", "tablet")),
            ("last_seen_at", Some(Value::Instant(at))),
            ("holder", refers("person").filter(|_| made.refers_to < 4)),
        ],
        "person" => vec![
            ("name", Some(Value::text(format!("Person {}", made.at)))),
            ("active", made.yes.map(Value::Bool)),
            ("last_day", made.choice.map(|known| if known { Value::Date(day) } else { Value::Empty })),
        ],
        "backup-job" => {
            vec![("name", Some(Value::text(format!("Job {}", made.at)))), ("state", text("live", "planned"))]
        }
        "backup-run" => vec![
            ("job", refers("backup-job")),
            ("ok", made.yes.map(Value::Bool)),
            ("finished_at", Some(Value::Instant(at))),
        ],
        "grant" => vec![
            ("request", Some(Value::text("exception"))),
            ("person", refers("person")),
            ("things", made.choice.map(|_| Value::List([Value::Ref(id("device", made.refers_to))].into()))),
            ("from", Some(Value::Date(day))),
            ("until", made.yes.map(|_| Value::Date(day.saturating_add(10.days())))),
        ],
        _ => vec![
            ("name", Some(Value::text(format!("Series {}", made.at)))),
            ("closed_on", made.choice.map(|_| Value::Date(day.saturating_sub(6.years())))),
        ],
    }
}

fn put(world: &mut World, made: &Made) -> (usize, usize) {
    let register = world.schemas.index(made.register).expect("a shipped register");
    let held_since = hours_before(world, made.hours);
    let mut facts = vec![None; world.schemas.all()[register].fields.len()];
    for (name, value) in fields(world, made) {
        let (field, _) = world.schemas.all()[register].field(name).expect("a field of a shipped register");
        let source = Name::from(if made.by_hand { "hand" } else { "source" });
        facts[field] = value.map(|value| Fact { value, at: held_since, held_since, source });
    }
    let id = id(made.register, made.at);
    world.put(register, Entry { id, since: held_since, facts });
    (register, world.table(register).row(id).expect("it was just put"))
}

fn world(entries: &[Made], censuses: u8) -> Built {
    let mut built = world_of(pack(), "empty");
    for made in entries {
        put(&mut built.world, made);
    }
    for (at, name) in REGISTERS.iter().enumerate().filter(|(at, _)| censuses & (1 << at) != 0) {
        let register = built.world.schemas.index(name).expect("a shipped register");
        let now = built.world.now;
        let ends_at = now + SignedDuration::from_hours(12 * (at as i64 + 1));
        built.world.put_census(register, Census { source: "all".into(), as_of: now, ends_at, stated: at % 2 == 0 });
    }
    built.world.seal();
    built
}

fn standings(built: &Built) -> Evaluation {
    evaluate(pack(), &built.params, &built.world)
}

#[test]
fn an_empty_world_without_census_keeps_nothing_but_what_was_tried_out() {
    let mut built = world_of(pack(), "empty");
    built.world.probes.clear();
    for (name, (_, result)) in standings(&built).controls {
        assert!(result.standing >= Standing::Unknown, "{name} is {} in an empty world", result.standing);
        assert!(!result.missing.is_empty(), "{name} does not say what would tell");
    }
}

#[test]
fn every_missing_thing_has_a_sentence() {
    let missing = [
        Missing::census(&"device".into()),
        Missing::Param { name: "gap".into() },
        Missing::Entry { name: "safe".into() },
        Missing::CalendarEnds { on: None },
        Missing::Directory,
    ];
    for missing in missing {
        assert!(missing.to_string().len() > 20, "{missing:?}");
    }
}

#[test]
fn what_is_started_ages_from_its_start() {
    let unknown = Made { yes: None, ..laptop() };
    let standing = |started: Option<i64>| {
        let mut built = world(std::slice::from_ref(&unknown), 0xff);
        let started = started.map(|days| built.world.now - SignedDuration::from_hours(24 * days));
        built.world.started.insert("encrypted".into(), started);
        let judged = standings(&built).controls["encrypted"].0.clone();
        judged.all.iter().find(|one| one.subject.is_some()).map(|one| one.standing)
    };
    assert_eq!(standing(None), Some(Standing::Unknown), "not started");
    assert_eq!(standing(Some(4)), Some(Standing::Unknown), "started four days ago, five are allowed");
    assert_eq!(standing(Some(6)), Some(Standing::Broken), "started six days ago");
}

fn laptop() -> Made {
    Made {
        register: "device",
        at: 0,
        yes: Some(false),
        choice: Some(true),
        hours: 190,
        days: 0,
        refers_to: 5,
        by_hand: false,
    }
}

#[test]
fn a_permission_that_ends_or_begins_is_a_moment_to_look_again() {
    let grant = |days| Made { register: "grant", days, refers_to: 0, yes: Some(true), ..laptop() };
    let of = |built: &Built| standings(built).controls["encrypted"].1.clone();
    let running = of(&world(&[laptop(), grant(-4)], 0xff));
    assert_eq!((running.counts.excused, running.counts.broken), (1, 0));
    let coming = of(&world(&[laptop(), grant(3)], 0xff));
    assert_eq!((coming.counts.excused, coming.counts.broken), (0, 1));
    // The censuses end after 12 hours, so look at the subject itself.
    let until = |days| {
        let built = world(&[laptop(), grant(days)], 0xff);
        let judged = standings(&built).controls["encrypted"].0.clone();
        let until = judged.all.iter().find(|judgement| judgement.subject.is_some()).and_then(|one| one.valid_until);
        until.map(|until| built.world.calendar.day(until).to_string())
    };
    assert_eq!(until(-4).as_deref(), Some("2026-11-30"), "granted on the 19th for ten days, the last one included");
    assert_eq!(until(3).as_deref(), Some("2026-11-26"));
}

#[test]
fn a_reference_turned_away_touches_the_entry_it_left() {
    let job = |at| Made { register: "backup-job", at, yes: None, ..laptop() };
    let run = |refers_to| Made { register: "backup-run", yes: Some(true), hours: 1, refers_to, ..laptop() };
    let mut built = world(&[job(0), job(1), run(0)], 0xff);
    let (before, previous) = (built.world.clone(), standings(&built));
    let changed = [put(&mut built.world, &run(1))];
    built.world.seal();
    let ctx = Ctx { pack: pack(), params: &built.params, world: &built.world };
    let again = incremental(ctx, previous, Changed { before: &before, entries: &changed });
    let full = standings(&built);
    assert_eq!(again.controls["runs"], full.controls["runs"]);
    assert_eq!(full.controls["runs"].1.counts.kept, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_list_is_kept_without_its_census(entries in prop::collection::vec(made(), 0..20)) {
        let built = world(&entries, 0);
        for (name, (_, result)) in standings(&built).controls {
            // An access and a request look at acts in the platform, whose registers are closed by nature.
            let of_acts = ["looked-at", "exception"].contains(&&*name);
            prop_assert!(result.standing != Standing::Kept || of_acts, "{} is kept", name);
        }
    }

    #[test]
    fn what_nobody_has_started_never_ages_from_unknown_to_broken(
        entries in prop::collection::vec(made(), 0..20), censuses: u8, days in 0..400_i64,
    ) {
        let mut built = world(&entries, censuses);
        built.world.started = pack().controls.keys().map(|control| (control.clone(), None)).collect();
        let broken = |built: &Built| -> Vec<_> {
            let aged = |message: &Option<String>| message.as_ref().is_some_and(|text| text.contains("not known for longer"));
            let all = standings(built).controls.into_iter();
            all.flat_map(|(_, (judged, _))| judged.all).filter(|one| aged(&one.message)).collect()
        };
        prop_assert_eq!(broken(&built), vec![]);
        built.world.now += SignedDuration::from_hours(24 * days);
        prop_assert_eq!(broken(&built), vec![]);
        // From the start on it grows older, counted from then.
        let now = built.world.now;
        built.world.started = pack().controls.keys().map(|control| (control.clone(), Some(now))).collect();
        prop_assert_eq!(broken(&built), vec![]);
    }

    #[test]
    fn one_more_broken_subject_never_improves_a_standing(entries in prop::collection::vec(made(), 0..20), censuses: u8) {
        let mut built = world(&entries, censuses);
        let before = standings(&built);
        let broken = Made {
            register: "device", at: 99, yes: Some(false), choice: Some(true), hours: 190, days: 0, refers_to: 5,
            by_hand: false,
        };
        put(&mut built.world, &broken);
        built.world.seal();
        let after = standings(&built);
        for (name, (_, result)) in &before.controls {
            let now = &after.controls[name].1;
            prop_assert!(now.standing >= result.standing, "{} went from {} to {}", name, result.standing, now.standing);
            prop_assert!(now.counts.broken >= result.counts.broken);
        }
        for (before, after) in before.clauses.iter().zip(&after.clauses) {
            prop_assert!(after.standing >= before.standing, "clause {}", before.clause);
        }
    }

    #[test]
    fn time_alone_changes_nothing_before_valid_until(
        entries in prop::collection::vec(made(), 0..20), censuses: u8, share in 0..100_u32,
    ) {
        let mut built = world(&entries, censuses);
        let before = standings(&built);
        for (name, (_, result)) in &before.controls {
            let until = result.valid_until.unwrap_or(built.world.now + SignedDuration::from_hours(24 * 400));
            prop_assert!(until > built.world.now, "{} was already over", name);
            let wait = until.duration_since(built.world.now).as_secs() * i64::from(share) / 100;
            let (now, control) = (built.world.now, &pack().controls[name]);
            built.world.now = now + SignedDuration::from_secs(wait);
            let ctx = Ctx { pack: pack(), params: &built.params, world: &built.world };
            let later = schoolkeeper_rules::evaluate::control(ctx, control).1;
            built.world.now = now;
            let all = |of: &schoolkeeper_core::standing::ControlResult| {
                (of.standing, of.known_by, of.counts, of.findings.clone(), of.missing.clone(), of.due_on)
            };
            prop_assert_eq!(all(&later), all(result), "{} after {} s", name, wait);
        }
    }

    #[test]
    fn judging_again_what_changed_equals_judging_all(
        entries in prop::collection::vec(made(), 0..20),
        changes in prop::collection::vec(made(), 1..4),
        censuses: u8,
        hours in prop_oneof![Just(0_i64), 1..100_i64],
    ) {
        let mut built = world(&entries, censuses);
        let before = built.world.clone();
        let previous = standings(&built);
        let rows: Vec<_> = changes.iter().map(|made| put(&mut built.world, made)).collect();
        built.world.seal();
        built.world.now += SignedDuration::from_hours(hours);
        let ctx = Ctx { pack: pack(), params: &built.params, world: &built.world };
        let again = incremental(ctx, previous, Changed { before: &before, entries: &rows });
        let full = standings(&built);
        for (name, (judged, result)) in &full.controls {
            if hours == 0 {
                prop_assert_eq!(&again.controls[name].0, judged, "{}", name);
            }
            let of = |result: &schoolkeeper_core::standing::ControlResult| {
                (result.standing, result.known_by, result.counts, result.findings.clone(), result.missing.clone())
            };
            prop_assert_eq!(of(&again.controls[name].1), of(result), "{}", name);
        }
        for (again, full) in again.clauses.iter().zip(&full.clauses) {
            prop_assert_eq!((again.standing, &again.findings), (full.standing, &full.findings), "clause {}", &full.clause);
        }
    }
}
