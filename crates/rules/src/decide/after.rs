//! The world as it would be after the act, so that a guard judges what it is about to allow.

use super::{Policy, Tried, names};
use crate::flow::change::{Change, apply};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use uuid::Uuid;

/// The world after the act; only made when some rule guards the act.
pub struct After {
    world: Option<World>,
    /// Register and row of what is acted on, in the world after the act.
    pub acted: Option<(usize, usize)>,
}

impl After {
    /// Writes the form into a copy of the world.
    pub fn of(policies: &[Policy<'_>], world: &World, tried: &Tried<'_>) -> Self {
        let guarded = policies.iter().flat_map(|policy| policy.pack.controls.values()).any(|control| {
            matches!(&control.control.kind, ControlKind::Rule(rule) if rule.guards.iter().any(|guard| names(guard.get_ref(), tried.act)))
        });
        if !guarded {
            return Self { world: None, acted: tried.on };
        }
        if tried.on.is_some() && matches!(tried.form, Value::Map(fields) if fields.is_empty()) {
            return Self { world: None, acted: tried.on };
        }
        let Some(register) =
            tried.on.map(|(register, _)| register).or_else(|| Self::acted_register(&world.schemas, tried.act))
        else {
            return Self { world: None, acted: None };
        };
        let new = EntryId(Uuid::max());
        let entry = tried.on.map_or(new, |(register, row)| world.table(register).rows[row].id);
        let mut after = world.clone();
        apply(&mut after, &[change(world, register, entry, tried.form)], || entry);
        let acted = after.table(register).row(entry).map(|row| (register, row));
        Self { world: Some(after), acted }
    }

    /// The world after the act; the world as it is when nothing of it changes.
    pub fn world<'w>(&'w self, now: &'w World) -> &'w World {
        self.world.as_ref().unwrap_or(now)
    }

    /// The register of what an act is done to.
    pub fn acted_register(schemas: &Schemas, act: &str) -> Option<usize> {
        let act = schoolkeeper_core::act::find(act, |id| schemas.index(id).is_some())?;
        act.register.and_then(|id| schemas.index(id))
    }
}

fn change(world: &World, register: usize, entry: EntryId, form: &Value) -> Change {
    let schema = &world.schemas.all()[register];
    let mut change = Change::of(&schema.id, entry);
    if let Value::Map(fields) = form {
        for (name, value) in fields.iter().filter(|(name, _)| schema.field(name).is_some()) {
            change = change.set(name, value.clone());
        }
    }
    change
}
