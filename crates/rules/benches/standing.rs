//! The promises of the design, §7: a whole trust under 2 s on one core, one changed device under 5 ms.
//!
//! `school` judges one school of 150 people, 500 devices and 150 rules: a trust of 100 schools takes a hundred times
//! as long. `one_device` judges again what one changed device touches. Run with `cargo bench -p schoolkeeper-rules`.

use divan::{Bencher, black_box};
use jiff::SignedDuration;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Census, Entry, World};
use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::evaluate::{Changed, evaluate, incremental};
use schoolkeeper_rules::example::Built;
use schoolkeeper_rules::{CompiledPack, Ctx, compile};
use std::fmt::Write;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// What the rules ask in turn: most over devices, some over accounts and people, some through a link or a list.
const ASKED: [(&str, &str); 6] = [
    ("device", "device.encrypted"),
    ("device", "device.kind in ['laptop', 'desktop', 'tablet'] && age(device.last_seen_at) <= days(30)"),
    ("device", "device.holder.active"),
    ("device", "device.firewall_profiles.all(p, p.on)"),
    ("account", "linked(account.person) && account.active"),
    ("person", "person.accounts.exists(a, a.active) && !(person.last_day < today)"),
];

fn policy() -> CompiledPack {
    let mut text = "[pack]\nid = 'made-up'\ntitle = 'Made-up policy'\nlanguage = 1\n".to_owned();
    for rule in 0..150 {
        let (register, expect) = ASKED[rule % ASKED.len()];
        let _ = write!(text, "[control.r{rule}]\ntype = 'rule'\nfor = '{register}'\nexpect = \"{expect}\"\n");
        let _ = write!(
            text,
            "[[clause]]\nid = '{rule}'\nsection = 'All'\ntext = 'x'\nmode = 'detected'\ncontrols = ['r{rule}']\n"
        );
    }
    text += "[[example]]\ncontrol = 'r0'\nexpect = 'unknown'\n";
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");
    let schemas = registers(&Library::from_dirs([folder])).unwrap_or_else(|report| panic!("{report}"));
    let library = Library::embedded([("made-up.toml".to_owned(), text)]);
    let pack = load(&library, "made-up").unwrap_or_else(|report| panic!("{report}"));
    compile(Arc::new(pack), Arc::new(schemas)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn id(register: u64, at: u64) -> EntryId {
    EntryId(uuid::Uuid::from_u64_pair(register, at + 1))
}

fn put(world: &mut World, register: &str, id: EntryId, fields: &[(&str, Value)]) -> (usize, usize) {
    let at = world.schemas.index(register).expect("a shipped register");
    let mut facts = vec![None; world.schemas.all()[at].fields.len()];
    for (name, value) in fields {
        let (field, _) = world.schemas.all()[at].field(name).expect("a field of a shipped register");
        let fact = Fact { value: value.clone(), at: world.now, held_since: world.now, source: Name::from("source") };
        facts[field] = Some(fact);
    }
    world.put(at, Entry { id, since: world.now, facts });
    (at, world.table(at).row(id).expect("it was just put"))
}

fn device(world: &mut World, at: u64, encrypted: bool) -> (usize, usize) {
    let on = Value::Map(std::collections::BTreeMap::from([(Name::from("on"), Value::Bool(true))]).into());
    let fields = [
        ("name", Value::text(format!("ML-{at}"))),
        ("kind", Value::text("laptop")),
        ("encrypted", Value::Bool(encrypted)),
        ("last_seen_at", Value::Instant(world.now - SignedDuration::from_hours(at as i64 % 90))),
        ("holder", Value::Ref(id(1, at % 150))),
        ("firewall_profiles", Value::List([on.clone(), on.clone(), on].into())),
    ];
    put(world, "device", id(2, at), &fields)
}

fn school(pack: &CompiledPack) -> Built {
    let example = &pack.pack.examples[0];
    let control = &pack.controls[example.control.get_ref()];
    let mut built = Built::of(pack, control, example).unwrap_or_else(|problem| panic!("{problem}"));
    let world = &mut built.world;
    for at in 0..150 {
        let fields =
            [("name", Value::text(format!("Person {at}"))), ("active", Value::Bool(true)), ("last_day", Value::Empty)];
        put(world, "person", id(1, at), &fields);
        let fields =
            [("name", Value::text(format!("p{at}"))), ("active", Value::Bool(true)), ("person", Value::Ref(id(1, at)))];
        put(world, "account", id(3, at), &fields);
    }
    for at in 0..500 {
        device(world, at, at % 50 != 0);
    }
    for name in ["person", "account", "device"] {
        let register = world.schemas.index(name).expect("a shipped register");
        let ends_at = world.now + SignedDuration::from_hours(24 * 30);
        world.put_census(register, Census { source: "all".into(), as_of: world.now, ends_at, stated: false });
    }
    world.seal();
    built
}

#[divan::bench]
fn one_school(bencher: Bencher<'_, '_>) {
    let pack = policy();
    let built = school(&pack);
    bencher.bench_local(|| black_box(evaluate(&pack, &built.params, &built.world)));
}

#[divan::bench]
fn one_device(bencher: Bencher<'_, '_>) {
    let pack = policy();
    let before = school(&pack);
    let previous = evaluate(&pack, &before.params, &before.world);
    let mut world = before.world.clone();
    let changed = [device(&mut world, 7, false)];
    world.seal();
    let ctx = Ctx { pack: &pack, params: &before.params, world: &world };
    let inputs = bencher.with_inputs(|| previous.clone());
    inputs.bench_local_values(|previous| {
        black_box(incremental(ctx, previous, Changed { before: &before.world, entries: &changed }))
    });
}
