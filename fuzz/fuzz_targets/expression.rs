//! Any text is checked as an expression, or refused with messages that stand within it; what is checked can be asked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::world::{Entry, Params, Place, World};
use schoolkeeper_pack::{Library, load, registers};
use schoolkeeper_rules::expr::{Environment, Expression, Scene, Want};
use schoolkeeper_rules::{CompiledPack, Ctx, compile};
use std::sync::{Arc, LazyLock};

static PACK: LazyLock<CompiledPack> = LazyLock::new(|| {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let schemas = registers(&Library::from_dirs([format!("{root}/registers")])).expect("the shipped registers are right");
    let pack = load(&Library::from_dirs([format!("{root}/packs")]), "skeleton").expect("the shipped pack is right");
    compile(Arc::new(pack), Arc::new(schemas)).expect("its expressions are right")
});

/// One device of which nothing is known.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let place = Place { school: SchoolId(uuid::Uuid::nil()), title: "Made up".into(), trust: false };
    let calendar = Arc::new(Calendar::new(Division::EnglandAndWales, Vec::new()));
    let now = jiff::Timestamp::UNIX_EPOCH;
    let mut world = World::new(place, now, calendar, PACK.schemas.clone());
    let device = world.schemas.index("device").expect("a shipped register");
    world.put(device, Entry { id: EntryId(uuid::Uuid::nil()), since: now, facts: Vec::new() });
    world.seal();
    world
});

fuzz_target!(|text: &str| {
    let device = PACK.schemas.index("device");
    let environment = Environment::new(&PACK.pack, &PACK.schemas, device);
    match Expression::compile(text, &environment, Want::Test) {
        Ok(expression) => {
            let params = Params::new();
            let ctx = Ctx { pack: &PACK, params: &params, world: &WORLD };
            let scene = Scene::now(ctx).of(device.unwrap_or_default(), 0);
            let tested = expression.test(&scene);
            assert!(tested.window.holds(scene.at));
            assert!(expression.since(&scene, tested.truth) <= scene.at);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(text.get(problem.range).is_some() && !problem.message.is_empty());
            }
        }
    }
});
