//! Running the examples of a pack: every key of the specification §7, and what a made-up world holds.

mod policy;

use policy::{policy, run, world_of};
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::evaluate::evaluate;

#[test]
fn the_examples_of_the_specification_come_out() {
    run(include_str!("example/specification.toml"));
}

const WORLD: &str = "
[param]
gap = { value = '26 hours', stricter = 'lower' }
days = { value = 30, unit = 'days', stricter = 'lower' }
blank = { unit = 'days', stricter = 'lower', ask = 'How many?' }
[role]
headteacher = { title = 'Headteacher', acts_as = 'head' }
siro = { title = 'Senior risk owner', acts_as = 'head', held_by = 'headteacher' }
[entry]
safe = { register = 'store', set = { name = 'Safe' } }
attic = { register = 'store', set = { name = 'Attic' } }
cellar = { register = 'store', set = { name = 'Cellar' } }
[control.encrypted]
type = 'rule'
for = 'device'
expect = 'device.encrypted'
[control.headed]
type = 'rule'
for = 'system'
expect = \"holds(system.owner, 'siro')\"
";

fn with(example: &str) -> String {
    format!("{WORLD}\n[[example]]\ncontrol = 'encrypted'\ntitle = 'it'\n{example}\nexpect = 'kept'\n")
}

#[test]
fn local_times_are_of_the_school_in_summer_and_winter() {
    let summer = policy(&with("at = '2026-07-01T09:00'"));
    assert_eq!(world_of(&summer, "it").world.now.to_string(), "2026-07-01T08:00:00Z");
    let winter = policy(&with("at = '2026-11-23'"));
    assert_eq!(world_of(&winter, "it").world.now.to_string(), "2026-11-23T00:00:00Z");
}

#[test]
fn lists_that_are_given_are_complete_unless_said_otherwise() {
    let pack = policy(&with("given = { device = [], system = [] }\ncensus = { system = false, account = true }"));
    let world = world_of(&pack, "it").world;
    let closed = |register: &str| world.table_of(register).is_some_and(|table| table.closed_until(world.now).is_some());
    assert!(closed("device") && closed("account"));
    assert!(!closed("system") && !closed("asset"));
}

#[test]
fn values_say_since_when_from_whom_and_when_seen() {
    let given = "given = { device = [{ key = 'd', name = 'ML-1', encrypted = true, kind = 'laptop', _since = '2026-11-01', _source = { kind = 'hand' }, _held_since = { encrypted = '2026-11-20T10:00' }, _at = '2026-11-22' }] }";
    let pack = policy(&with(given));
    let world = world_of(&pack, "it").world;
    let schema = world.schemas.get("device").expect("a shipped register");
    let entry = &world.table_of("device").expect("its table").rows[0];
    let fact = |name: &str| schema.field(name).and_then(|(at, _)| entry.facts[at].as_ref()).expect("it was given");
    assert_eq!(entry.since.to_string(), "2026-11-01T00:00:00Z");
    assert_eq!((&*fact("kind").source, &*fact("encrypted").source), ("hand", "source"));
    assert_eq!(fact("encrypted").held_since.to_string(), "2026-11-20T10:00:00Z");
    assert_eq!(fact("kind").held_since.to_string(), "2000-01-01T00:00:00Z");
    assert_eq!(fact("kind").at.to_string(), "2026-11-22T00:00:00Z");
}

#[test]
fn entries_are_referred_to_by_key_or_by_name_and_an_empty_name_is_nobody() {
    let given = "given = { person = [{ key = 'mo', name = 'M. Made-Up' }], device = [{ name = 'a', holder = 'mo' }, { name = 'b', holder = 'M. Made-Up' }, { name = 'c', holder = '' }] }";
    let pack = policy(&with(given));
    let world = world_of(&pack, "it").world;
    let holder = |row: usize| world.value("device", row, "holder").cloned();
    assert!(matches!(holder(0), Some(Value::Ref(_))));
    assert_eq!(holder(0), holder(1));
    assert_eq!(holder(2), Some(Value::Empty));
}

#[test]
fn named_entries_are_found_by_their_name_or_as_the_example_says() {
    let given =
        "given = { store = [{ name = 'Safe' }, { key = 'up', name = 'Under the roof' }] }\nnamed = { attic = 'up' }";
    let pack = policy(&with(given));
    let world = world_of(&pack, "it").world;
    assert!(world.named.contains_key("safe") && world.named.contains_key("attic"));
    assert!(!world.named.contains_key("cellar"));
}

#[test]
fn numbers_come_from_the_policy_under_those_of_the_example() {
    let pack = policy(&with("param = { days = 10 }"));
    let params = world_of(&pack, "it").params;
    let of = |name: &str| params.get(name).map(|value| format!("{value:?}"));
    assert!(of("gap").is_some_and(|gap| gap.contains("26") && gap.contains("Hour")));
    assert!(of("days").is_some_and(|days| days.contains("10") && days.contains("Day")));
    assert_eq!(of("blank"), None);
}

#[test]
fn somebody_made_up_holds_each_role_and_counts_in_no_audience() {
    let pack = policy(&with("given = { device = [] }"));
    let built = world_of(&pack, "it");
    let people = built.world.table_of("person").expect("a shipped register");
    assert_eq!(people.rows.len(), 1, "the head; who holds `siro` follows that post");
    assert_eq!(built.world.value("person", 0, "active"), Some(&Value::Bool(false)));
    assert_eq!(built.world.value("appointment", 0, "role"), Some(&Value::text("headteacher")));
}

#[test]
fn a_made_up_actor_works_here() {
    let pack = policy(&with("given = { device = [] }\nact = { name = 'device.save', actor = 'headteacher' }"));
    let built = world_of(&pack, "it");
    assert_eq!(built.world.value("person", 0, "active"), Some(&Value::Bool(true)));
    assert_eq!(built.world.value("person", 0, "kind"), Some(&Value::text("staff")));
    assert!(built.actors.contains_key("headteacher") && built.actors.contains_key("operator"));
}

#[test]
fn a_world_without_a_calendar_has_none() {
    let pack = policy(&with("calendar = 'none'\ngiven = { device = [] }"));
    assert_eq!(world_of(&pack, "it").world.calendar.ends_on(), None);
    assert!(world_of(&policy(&with("")), "it").world.calendar.ends_on().is_some());
}

#[test]
fn two_evaluations_of_one_world_are_equal() {
    let pack = policy(&with("given = { device = [{ name = 'a', encrypted = false }, { name = 'b' }] }"));
    let built = world_of(&pack, "it");
    let once = evaluate(&pack, &built.params, &built.world);
    assert_eq!(once, evaluate(&pack, &built.params, &built.world));
    assert_eq!(once.controls["encrypted"].1.standing, Standing::Broken);
}
