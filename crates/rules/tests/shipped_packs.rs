//! Every shipped policy: it loads, the strict check is clean, and every example holds.

use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::diagnostic::Diagnostic;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::world::World;
use schoolkeeper_pack::{Library, render};
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::evaluate::{self, training};
use schoolkeeper_rules::example::Built;
use schoolkeeper_rules::flow::record::Row;
use std::path::PathBuf;
use std::sync::Arc;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The folders of whole policies, in order of their names.
fn ids() -> Vec<String> {
    let entries = std::fs::read_dir(folder("packs")).unwrap_or_else(|error| panic!("{error}"));
    let mut out: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("00-pack.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    out.sort();
    out
}

fn assert_clean(pack: &Pack, diagnostics: &[Diagnostic]) {
    assert!(diagnostics.is_empty(), "{}", render(diagnostics, &pack.sources));
}

#[test]
fn every_policy_that_comes_with_the_product_is_clean_and_does_what_its_examples_say() {
    let schemas = schoolkeeper_pack::registers(&Library::from_dirs([folder("registers")]));
    let schemas = Arc::new(schemas.unwrap_or_else(|report| panic!("{report}")));
    let ids = ids();
    assert!(ids.iter().any(|id| id == "skeleton") && ids.len() > 1, "{ids:?}");
    for id in ids {
        let library = Library::from_dirs([folder("packs")]);
        let pack = schoolkeeper_pack::load(&library, &id).unwrap_or_else(|report| panic!("{report}"));
        assert_clean(&pack, &schoolkeeper_pack::check(&pack, &schemas, true));
        let pack = Arc::new(pack);
        let compiled = schoolkeeper_rules::compile(pack.clone(), schemas.clone());
        let compiled = compiled.unwrap_or_else(|errors| panic!("{}", render(&errors, &pack.sources)));
        let wrong: Vec<String> = schoolkeeper_rules::example::run_all(&compiled, |_| ())
            .into_iter()
            .filter_map(|one| Some(format!("{} · {}: {}", one.control, one.title, one.result.err()?.message)))
            .collect();
        assert!(wrong.is_empty(), "{id}: {} of {}:\n{}", wrong.len(), pack.examples.len(), wrong.join("\n"));
    }
}

/// Whether a record of training in a course counts today.
fn has(world: &World, (person, course): &(EntryId, Name)) -> bool {
    let today = world.calendar.day(world.now);
    Row::all(world, "training").any(|row| {
        row.one("person") == Some(*person)
            && row.text("course") == Some(&**course)
            && row.date("until").is_none_or(|until| until >= today)
    })
}

#[test]
fn whoever_lacks_a_course_by_the_list_of_courses_breaks_the_rule_that_asks_for_it_and_nobody_else_does() {
    let schemas = schoolkeeper_pack::registers(&Library::from_dirs([folder("registers")]));
    let schemas = Arc::new(schemas.unwrap_or_else(|report| panic!("{report}")));
    let (mut kept, mut broken) = (0, 0);
    for id in ids() {
        let pack = schoolkeeper_pack::load(&Library::from_dirs([folder("packs")]), &id);
        let pack = Arc::new(pack.unwrap_or_else(|report| panic!("{report}")));
        let compiled = schoolkeeper_rules::compile(pack.clone(), schemas.clone());
        let compiled = compiled.unwrap_or_else(|errors| panic!("{}", render(&errors, &pack.sources)));
        for example in &pack.examples {
            let Some(control) = compiled.controls.get(example.control.get_ref()) else { continue };
            let ControlKind::Rule(rule) = &control.control.kind else { continue };
            let built = Built::of(&compiled, control, example).unwrap_or_else(|why| panic!("{why}"));
            let ctx = Ctx { pack: &compiled, params: &built.params, world: &built.world };
            if !training::asks(ctx, control) {
                continue;
            }
            let needed = training::needed(ctx, control, rule, None);
            let standing = evaluate::control(ctx, control).1.standing;
            // Where nobody is known to need it, the rule speaks of records that name nobody.
            if needed.is_empty() || !matches!(standing, Standing::Broken | Standing::Kept) {
                continue;
            }
            let lacks = needed.keys().any(|one| !has(ctx.world, one));
            let is_broken = standing == Standing::Broken;
            *(if is_broken { &mut broken } else { &mut kept }) += 1;
            assert_eq!(lacks, is_broken, "{id}, {}: {:?}", control.control.id, example.title);
        }
    }
    assert!(kept > 3 && broken > 3, "{kept} kept, {broken} broken: the test has lost its examples");
}
