//! Which policy somebody acted under, where two policies of a school have a control of one name.
//!
//! Invariant: a request, permission, signature, publication or case made under one policy never counts for a control of
//! another that happens to be called the same. Records that name no policy, as those brought in from before, count for
//! each. Tasks done count for every policy that asks for them: evidence is used again.

use schoolkeeper_core::control::Control;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::World;
use schoolkeeper_rules::flow::record::Row;

/// The field that holds [`Pack::origin`].
pub(crate) const FIELD: &str = "policy";

/// Registers of such acts, each with the field that names the control.
const KEPT: [(&str, &str); 6] = [
    ("case", "type"),
    ("check-answer", "agreement"),
    ("grant", "request"),
    ("publication", "agreement"),
    ("request", "control"),
    ("signature", "agreement"),
];

/// The field of a register that names the control an entry belongs to.
pub(crate) fn naming(register: &str) -> Option<&'static str> {
    KEPT.iter().find(|(id, _)| *id == register).map(|(_, field)| *field)
}

/// What a new entry says of the policy it was made under.
pub(crate) fn said(register: &Register, pack: &Pack) -> Option<(Name, Value)> {
    register.field(FIELD).map(|_| (Name::from(FIELD), Value::text(pack.origin())))
}

/// Whether an entry belongs to a control of a policy.
pub(crate) fn belongs(row: Row<'_>, pack: &Pack, control: &Control) -> bool {
    let name = naming(row.kind()).and_then(|field| row.text(field));
    let named = name.is_some_and(|name| *name == *control.id || control.was.as_deref() == Some(name));
    named && row.text(FIELD).is_none_or(|origin| *origin == **pack.origin())
}

/// Takes entries made under another policy from the controls of this one that bear their name.
pub(crate) fn keep_apart(world: &mut World, pack: &Pack) {
    let bears = |name: &str| {
        let was = || pack.controls.values().any(|control| control.was.as_deref() == Some(name));
        pack.controls.contains_key(name) || was()
    };
    let schemas = world.schemas.clone();
    for (register, field) in KEPT {
        let Some(at) = schemas.index(register) else { continue };
        let schema = &schemas.all()[at];
        let (Some((origin, _)), Some((field, _))) = (schema.field(FIELD), schema.field(field)) else { continue };
        world.empty_where(at, field, |facts| {
            let other = text(facts[origin].as_ref()).is_some_and(|origin| *origin != **pack.origin());
            other && text(facts[field].as_ref()).is_some_and(bears)
        });
    }
}

fn text(fact: Option<&Fact>) -> Option<&str> {
    fact.and_then(|fact| fact.value.as_text())
}
