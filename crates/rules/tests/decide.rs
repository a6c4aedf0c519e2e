//! May this actor do this now? Each kind of control that may refuse, the permission table, and several policies.

mod policy;

use policy::{policy, run, world_of};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::phrase::{Span, Unit};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use schoolkeeper_pack::Library;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::decide::{Condition, Decision, Policy, Refused, Tried, decide, looks_around, registers_for};
use schoolkeeper_rules::example::prove;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

const ACTS: &str = include_str!("decide/acts.toml");

#[test]
fn every_kind_of_control_refuses_and_allows() {
    run(ACTS);
}

/// Decides twice: with everything, and with the registers alone that the answer is said to be drawn from.
fn from_what_it_reads(policies: &[Policy<'_>], world: &World, tried: &Tried<'_>) -> Decision {
    let whole = decide(policies, world, tried);
    let mut wanted: BTreeSet<usize> = tried.on.iter().map(|(register, _)| *register).collect();
    for policy in policies {
        match registers_for(policy.pack, tried.act) {
            Some(registers) => wanted.extend(registers),
            None => return whole,
        }
    }
    assert_eq!(decide(policies, &world.clone().only(&wanted), tried), whole, "{}", tried.act);
    if let Some((register, row)) = tried.on
        && !world.schemas.all()[register].builtin
        && !policies.iter().any(|policy| looks_around(policy.pack, tried.act, register))
    {
        let (mut alone, entry) = (world.clone(), world.table(register).rows[row].clone());
        alone.clear(register);
        alone.put(register, entry);
        alone.seal();
        let tried = Tried { on: Some((register, 0)), ..*tried };
        assert_eq!(decide(policies, &alone, &tried), whole, "{} among others", tried.act);
    }
    whole
}

#[test]
fn an_answer_is_the_same_without_the_registers_it_is_not_drawn_from() {
    let folder = |name: &str| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    let schemas = schoolkeeper_pack::registers(&Library::from_dirs([folder("registers")]));
    let skeleton = schoolkeeper_pack::load(&Library::from_dirs([folder("packs")]), "skeleton");
    let skeleton = schoolkeeper_rules::compile(Arc::new(skeleton.unwrap()), Arc::new(schemas.unwrap())).unwrap();
    let mut narrow = 0;
    for pack in [&policy(ACTS), &skeleton] {
        for example in pack.pack.examples.iter().filter(|example| example.act.is_some()) {
            let act = &example.act.as_ref().unwrap().name;
            narrow += usize::from(registers_for(pack, act).is_some_and(|all| all.len() < pack.schemas.all().len() / 2));
            prove(pack, example, from_what_it_reads, &BTreeMap::new()).unwrap();
        }
    }
    assert!(narrow > 10, "only {narrow} examples leave anything out");
}

#[test]
#[should_panic(expected = "left out")]
fn whoever_looks_for_what_was_left_out_is_stopped() {
    let world = world_of(&policy(ACTS), "Judged as it would be after the act").world.only(&BTreeSet::new());
    let _ = world.table_of("asset");
}

fn form(fields: &[(&str, Value)]) -> Value {
    let fields: BTreeMap<Name, Value> = fields.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
    Value::Map(fields.into())
}

/// Tries an act in the world of an example, on the first entry of a register.
fn try_on(
    packs: &[&CompiledPack],
    title: &str,
    (act, base): (&str, BaseRole),
    on: Option<&str>,
    form: &Value,
) -> Decision {
    let built = world_of(packs[0], title);
    let on = on.and_then(|register| built.world.schemas.index(register)).map(|register| (register, 0));
    let policies: Vec<Policy<'_>> = packs.iter().map(|pack| Policy { pack, params: &built.params }).collect();
    decide(&policies, &built.world, &Tried { act, person: None, base: &[base], on, form })
}

fn refusals(decision: Decision) -> Vec<Refused> {
    match decision {
        Decision::Refused(refusals) => refusals,
        Decision::Allowed { .. } => panic!("it was allowed"),
    }
}

#[test]
fn the_permission_table_is_asked_first_and_policies_are_not_asked_after_its_no() {
    let pack = policy(ACTS);
    let tried = ("asset.move", BaseRole::Staff);
    let found = refusals(try_on(&[&pack], "Judged as it would be after the act", tried, Some("asset"), &form(&[])));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].control, None);
    assert!(found[0].who_may_allow.iter().any(|role| &**role == "technician"), "{found:?}");
}

#[test]
fn an_act_nobody_knows_is_refused() {
    let pack = policy(ACTS);
    let tried = ("asset.explode", BaseRole::Head);
    let found = refusals(try_on(&[&pack], "Judged as it would be after the act", tried, Some("asset"), &form(&[])));
    assert_eq!(found[0].control, None);
}

#[test]
fn a_refusal_names_control_clause_and_who_may_allow_it() {
    let pack = policy(ACTS);
    let tried = ("asset.save", BaseRole::Technician);
    let found = refusals(try_on(&[&pack], "Without it, no", tried, Some("asset"), &form(&[])));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].control.as_deref(), Some("forgivable"));
    assert_eq!(found[0].clauses, vec![Name::from("4.1")]);
    assert_eq!(found[0].who_may_allow, vec![Name::from("headteacher"), Name::from("dpo")]);
}

#[test]
fn an_unknown_names_what_would_tell() {
    let pack = policy(ACTS);
    let tried = ("asset.move", BaseRole::Technician);
    let form = form(&[("state", Value::text("disposed"))]);
    let found = refusals(try_on(&[&pack], "Unknown refuses, and names the missing field", tried, Some("asset"), &form));
    let field = Missing::Field { register: "asset".into(), field: "held_personal_data".into() };
    assert_eq!(found[0].missing, vec![field]);
}

#[test]
fn several_policies_narrow_together_and_all_refusals_are_listed() {
    let one = policy(ACTS);
    let two = policy(
        "
[control.tagged]
type = 'rule'
for = 'asset'
expect = 'asset.model != null'
guards = ['asset.move']
[control.free]
type = 'rule'
for = 'asset'
expect = 'asset.tag != null'
guards = ['asset.move']
",
    );
    let tried = ("asset.move", BaseRole::Technician);
    let disposed = form(&[("state", Value::text("disposed"))]);
    let found = refusals(try_on(&[&one, &two], "Judged as it would be after the act", tried, Some("asset"), &disposed));
    let controls: Vec<_> = found.iter().filter_map(|refused| refused.control.as_deref()).collect();
    assert_eq!(controls, ["proof", "tagged"]);
}

#[test]
fn an_allowed_act_says_what_the_platform_must_still_do() {
    let pack = policy(ACTS);
    let purpose = form(&[("purpose", Value::text("audit"))]);
    let tried = ("log.export", BaseRole::Technician);
    let found = try_on(&[&pack], "With a purpose the policy knows", tried, Some("log-source"), &purpose);
    let conditions = vec![Condition::StepUp("purpose".into()), Condition::Watermark("purpose".into())];
    assert_eq!(found, Decision::Allowed { conditions });

    let sent =
        [("way", "post"), ("service", "recorded"), ("class", "confidential"), ("country", "Japan"), ("recipient", "x")];
    let sent: Vec<_> = sent.iter().map(|(name, text)| (*name, Value::text(text))).collect();
    let tried = ("dispatch.log", BaseRole::Office);
    let found = try_on(&[&pack], "The passcode by phone", tried, None, &form(&sent));
    let within = Some(Span { count: 5, unit: Unit::WorkingDay });
    assert_eq!(found, Decision::Allowed { conditions: vec![Condition::Receipt("abroad".into(), within)] });
}

#[test]
fn words_are_shown_again_at_the_act_they_name() {
    let pack = policy(
        "
[audience]
staff-all = { where = \"person.kind == 'staff'\" }
[[clause]]
id = '7'
section = 'All'
text = 'Send with care.'
mode = 'acknowledged'
controls = ['aup']
article = { words = 'Look twice at the address.', show_at = ['parcel.send'] }
[control.aup]
type = 'agreement'
audience = ['staff-all']
articles = 'bound'
[[example]]
control = 'aup'
title = 'here'
expect = 'unknown'
",
    );
    let found = try_on(&[&pack], "here", ("parcel.send", BaseRole::Staff), None, &form(&[]));
    assert_eq!(found, Decision::Allowed { conditions: vec![Condition::Show("7".into())] });
}

#[test]
fn deciding_changes_nothing_in_the_world() {
    let pack = policy(ACTS);
    let built = world_of(&pack, "Judged as it would be after the act");
    let asset = built.world.schemas.index("asset").expect("a shipped register");
    let before = built.world.table(asset).clone();
    let disposed = form(&[("state", Value::text("disposed"))]);
    let tried =
        Tried { act: "asset.move", person: None, base: &[BaseRole::Technician], on: Some((asset, 0)), form: &disposed };
    decide(&[Policy { pack: &pack, params: &built.params }], &built.world, &tried);
    assert_eq!(*built.world.table(asset), before);
}
