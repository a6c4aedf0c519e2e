//! What happened to records, written down for controls that wait for it: `on = "REGISTER.changed:FIELD"`.
//!
//! Invariant: it is written in the transaction of the change, and only where a policy in force waits for it; the first
//! list of a kind is how things are, not news.

use crate::import::Preview;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::phrase::Event;
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::{ByHand, NewEntry, School, Write};
use std::collections::{BTreeMap, BTreeSet};

/// Register of what happened.
const CHANGE: &str = "change";

/// Fields of a register whose change a policy in force waits for.
#[derive(Debug)]
pub struct Waited {
    change: Register,
    register: Name,
    fields: BTreeSet<Name>,
}

impl Waited {
    /// Of a register nobody waits for.
    pub fn nothing(schemas: &Schemas, register: &Name) -> Self {
        let change = schemas.get(CHANGE).expect("the platform's own registers are always there").clone();
        Self { change, register: register.clone(), fields: BTreeSet::new() }
    }

    /// What a list changes; new entries count as changed where others of their kind were known before.
    pub(crate) fn brought(&self, preview: &Preview) -> Vec<(EntryId, Name)> {
        let known = preview.part || !preview.changed.is_empty() || !preview.same.is_empty() || !preview.left.is_empty();
        let mut happened: Vec<(EntryId, Name)> = Vec::new();
        for one in preview.new.iter().filter(|_| known) {
            let said = one
                .facts
                .facts()
                .into_iter()
                .filter(|(name, fact)| self.fields.contains(name) && fact.value != Value::Empty);
            happened.extend(said.map(|(name, _)| (one.id, name)));
        }
        for one in &preview.changed {
            happened.extend(one.changes.iter().map(|change| (one.id, change.field.clone())));
        }
        happened
    }

    /// What taking a list, or a change of many, back changes; to be asked before it is.
    pub(crate) async fn taken_back(
        &self,
        write: &Write,
        scope: &Scope,
        import: ImportId,
    ) -> Result<Vec<(EntryId, Name)>, schoolkeeper_store::Error> {
        if self.fields.is_empty() {
            return Ok(Vec::new());
        }
        write.changed_by(scope, import, &self.fields).await
    }

    /// Writes down what changed, in the change under way.
    pub(crate) async fn write_down(
        &self,
        write: &mut Write,
        scope: &Scope,
        (school, now): (SchoolId, Timestamp),
        changed: Vec<(EntryId, Name)>,
    ) -> Result<(), schoolkeeper_store::Error> {
        let events = self.of(now, changed);
        if !events.is_empty() {
            let place = ByHand { school, register: &self.change, now, why: None };
            write.happen(scope, place, &events).await?;
        }
        Ok(())
    }

    fn of(&self, at: Timestamp, happened: Vec<(EntryId, Name)>) -> Vec<NewEntry> {
        let waited = happened.into_iter().filter(|(_, field)| self.fields.contains(field));
        let event = |(entry, field): (EntryId, Name)| {
            let fact = |value| Fact { value, at, held_since: at, source: Name::from(HAND) };
            let facts: Facts = BTreeMap::from([
                (Name::from("register"), fact(Value::text(&self.register))),
                (Name::from("field"), fact(Value::text(&field))),
                (Name::from("entry"), fact(Value::Ref(entry))),
                (Name::from("at"), fact(Value::Instant(at))),
            ]);
            NewEntry { id: EntryId(House::new_id()), facts }
        };
        waited.map(event).collect()
    }
}

impl House {
    /// What the policies in force at a school wait for in a register.
    pub(crate) async fn waited(&self, school: &School, register: &Name) -> Result<Waited, Error> {
        let read = self.read().await?;
        let live = self.live(&read, &Scope::system("events"), school).await?;
        let fields = live.iter().flat_map(|pack| fields_of(pack, register)).collect();
        Ok(Waited { fields, ..Waited::nothing(&self.schemas, register) })
    }
}

fn fields_of(pack: &CompiledPack, register: &Name) -> BTreeSet<Name> {
    let on = pack.controls.values().filter_map(|control| match &control.control.kind {
        ControlKind::Duty(spec) => spec.on.as_ref(),
        ControlKind::Job(spec) => spec.on.as_ref(),
        ControlKind::Case(spec) => spec.on.as_ref(),
        _ => None,
    });
    let changed = on.filter_map(|on| match on.get_ref().parse() {
        Ok(Event::Changed { register: of, field }) if of == *register => Some(field),
        _ => None,
    });
    changed.collect()
}
