//! Policies take away and never give: random access controls before random people and acts.
#![expect(clippy::unwrap_used, reason = "tests")]

mod policy;

use policy::{policy, world_of};
use proptest::prelude::*;
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::decide::{Decision, Policy, Tried, decide, gates, shuts_out};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const ACTS: [&str; 6] = ["log.open", "log.export", "case.see", "policy.see", "records.import", "param.set"];
const ONLY: [&str; 5] =
    ["true", "false", "holds(actor, 'slt')", "holds(actor, 'headteacher')", "actor.active && !holds(actor, 'slt')"];
const ROLES: [&str; 3] = ["headteacher", "slt", "it-technician"];

/// A policy with some access controls: which acts each names, and who alone may.
fn text(controls: &[(Vec<usize>, usize)]) -> String {
    let mut out = String::from(
        "[role]\nheadteacher = { title = 'Headteacher', acts_as = 'head' }\n\
         slt = { title = 'Leaders', acts_as = 'staff' }\nit-technician = { title = 'Technician', acts_as = 'technician' }\n\
         [[clause]]\nid = '1'\nsection = 'All'\ntext = 'Some may.'\nmode = 'context'\n",
    );
    for (at, (acts, only)) in controls.iter().enumerate() {
        let on: Vec<String> = acts.iter().map(|act| format!("'{}'", ACTS[*act])).collect();
        write!(out, "[control.c{at}]\ntype = 'access'\non = [{}]\nonly = \"{}\"\n", on.join(", "), ONLY[*only])
            .unwrap();
    }
    for role in ROLES {
        write!(
            out,
            "[[example]]\ncontrol = 'c0'\ntitle = '{role}'\ngiven = {{ person = [{{ key = 'one', name = 'One Made-Up', kind = 'staff', active = true }}], \
             appointment = [{{ person = 'one', role = '{role}' }}] }}\nact = {{ name = 'log.open', actor = 'one' }}\n"
        )
        .unwrap();
    }
    out
}

fn controls() -> impl Strategy<Value = Vec<(Vec<usize>, usize)>> {
    let acts = prop::collection::btree_set(0..ACTS.len(), 1..3).prop_map(|acts| acts.into_iter().collect());
    prop::collection::vec((acts, 0..ONLY.len()), 1..5)
}

fn allows(answer: &Decision) -> bool {
    matches!(answer, Decision::Allowed { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_policy_widens_the_table_and_what_shuts_out_also_refuses(controls in controls(), role in 0..ROLES.len()) {
        let pack = policy(&text(&controls));
        let built = world_of(&pack, ROLES[role]);
        let person = built.world.table_of("person").unwrap().rows.len().checked_sub(1);
        let person = (0..=person.unwrap()).find(|row| built.world.value("person", *row, "name") == Some(&Value::text("One Made-Up")));
        let form = Value::Map(BTreeMap::new().into());
        let ctx = Ctx { pack: &pack, params: &built.params, world: &built.world };
        for act in ACTS {
            for base in BaseRole::ALL {
                let tried = Tried { act, person, base: &[*base], on: None, form: &form };
                let with = decide(&[Policy { pack: &pack, params: &built.params }], &built.world, &tried);
                let table = decide(&[], &built.world, &tried);
                prop_assert_eq!(allows(&table), reach(*base, act) != Reach::None);
                prop_assert!(!allows(&with) || allows(&table), "{act} as {base:?} was given by a policy");
                if shuts_out(ctx, act, person) {
                    prop_assert!(gates(&pack, act));
                    prop_assert!(!allows(&with), "{act} as {base:?}: shut out, and yet allowed");
                }
            }
        }
        prop_assert!(!ACTS.iter().any(|act| shuts_out(ctx, act, None)), "the operator is nobody a policy names");
    }
}
