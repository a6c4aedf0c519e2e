//! The life of an entry: which moves its register allows from where it stands, by whom, and what they need.
//!
//! Invariant: a button and a row of a list are held to the same moves; what refuses says what is missing.

use super::save::why;
use super::{EntryAt, Saved};
use crate::authority::{Denial, Reason, Try};
use crate::import::{Preview, Problem};
use crate::register::cell::choice;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::schema::{Move, Register};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::StoredEntry;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::HAND;
use std::collections::BTreeMap;

/// A move from where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveLine {
    /// The state it leads to, as the register names it.
    pub to: Name,
    /// As people read it.
    pub title: String,
    /// Fields that must be filled first.
    pub missing: Vec<String>,
    /// Roles that may, when the actor has none of them.
    pub only: Option<String>,
}

impl House {
    /// The moves of an entry.
    pub fn moves(&self, actor: &Actor, at: &EntryAt) -> Vec<MoveLine> {
        let facts = &at.whole.entry.facts;
        let steps = steps_from(&at.register, state(&at.register, facts));
        let line = |step: &Move| MoveLine {
            to: step.to.clone(),
            title: choice(&step.to),
            missing: missing(&at.register, step, facts),
            only: only(step, actor, at.school.id),
        };
        steps.map(line).collect()
    }

    /// Moves an entry to another state; refused with every reason, of the register's own and of the policies.
    pub async fn move_entry(&self, actor: &Actor, at: &EntryAt, (to, reason): (&str, &str)) -> Result<Saved, Error> {
        let act = format!("{}.move", at.register.id);
        self.scope_at(actor, &act, &at.school).await?;
        let facts = &at.whole.entry.facts;
        let from = state(&at.register, facts);
        if !super::is_changeable(&at.register) || at.whole.left_at.is_some() {
            return Err(Error::Missing);
        }
        let against = against(&at.register, (&from, to), facts, (actor, at.school.id)).ok_or(Error::Missing)?;
        let form = Value::Map(BTreeMap::from([(Name::from("state"), Value::text(to))]).into());
        let tried = Try { act: &act, on: Some(at.id()), form };
        let denial = |reasons| {
            let says = format!("mark it as {}", choice(to).to_lowercase());
            Error::Denied(Denial { says, reasons })
        };
        let allowed = match self.allow(actor, &at.school, &tried).await {
            Ok(allowed) if against.is_empty() => allowed,
            Ok(_) => return Err(denial(against)),
            Err(Error::Denied(more)) => return Err(denial([against, more.reasons].concat())),
            Err(error) => return Err(error),
        };
        let mut said = at.whole.by_hand().map_or_else(Facts::new, |word| word.facts.clone());
        let now = self.now();
        let fact = Fact { value: Value::text(to), at: now, held_since: now, source: Name::from(HAND) };
        said.insert("state".into(), fact);
        self.restate(&allowed.scope, at, (said, &why(reason).unwrap_or_default())).await
    }
}

/// Rows of a list are held to the same moves: gives those that are refused, each with the reason. `known` are the
/// entries as they are.
pub(crate) fn hold_to_moves(
    register: &Register,
    known: &[StoredEntry],
    preview: &mut Preview,
    by: (&Actor, SchoolId),
) -> Vec<Problem> {
    let mut refused = Vec::new();
    preview.changed.retain(|planned| {
        let Some(step) = planned.changes.iter().find(|change| &*change.field == "state") else { return true };
        let Some(entry) = known.iter().find(|entry| entry.id == planned.id) else { return true };
        let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_text).map(str::to_owned);
        let (from, Some(to)) = (state(register, &entry.facts), text(&step.after)) else { return true };
        let mut facts = entry.facts.clone();
        facts.extend(planned.facts.facts());
        let reasons = if let Some(reasons) = against(register, (&from, &to), &facts, by) {
            reasons.iter().map(ToString::to_string).collect()
        } else {
            let [from, to] = [choice(&from), choice(&to)].map(|word| word.to_lowercase());
            vec![format!("`{from}` does not become `{to}` in one step\nhint: make the steps between first")]
        };
        let row = planned.rows.first().copied().unwrap_or_default();
        let free = reasons.is_empty();
        refused.extend((!free).then(|| Problem::row(row, reasons.join("\n"))));
        free
    });
    refused
}

/// Where an entry stands.
pub(crate) fn state(register: &Register, facts: &Facts) -> Name {
    let said = facts.get("state").and_then(|fact| fact.value.as_text()).map(Name::from);
    said.or_else(|| register.states.as_ref().map(|states| states.first.clone())).unwrap_or_default()
}

/// What the register has against a move; `None` when there is no such move.
pub(crate) fn against(
    register: &Register,
    (from, to): (&str, &str),
    facts: &Facts,
    (actor, school): (&Actor, SchoolId),
) -> Option<Vec<Reason>> {
    let step = steps_from(register, Name::from(from)).find(|step| &*step.to == to)?;
    let mut out = Vec::new();
    if let Some(only) = only(step, actor, school) {
        out.push(Reason::of_house(format!("only {only} may do this"), &[&only]));
    }
    for label in missing(register, step, facts) {
        out.push(Reason::of_house(
            format!("“{label}” is not filled in\nhint: change the record and fill it in first"),
            &[],
        ));
    }
    Some(out)
}

fn steps_from(register: &Register, from: Name) -> impl Iterator<Item = &Move> {
    register.states.iter().flat_map(|states| &states.moves).filter(move |step| step.from == from)
}

fn missing(register: &Register, step: &Move, facts: &Facts) -> Vec<String> {
    let open = step.needs.iter().filter(|name| facts.get(&**name).is_none_or(|fact| fact.value == Value::Empty));
    open.map(|name| register.field(name).map_or_else(|| name.to_string(), |(_, field)| field.label.clone())).collect()
}

/// Who may, in words, when the actor holds none of these roles.
fn only(step: &Move, actor: &Actor, school: SchoolId) -> Option<String> {
    let held = actor.roles.iter().filter(|held| held.counts_at(school));
    let mut held = held.filter(|held| held.base == BaseRole::Operator || step.by.iter().any(|role| *role == held.role));
    let free = step.by.is_empty() || held.next().is_some();
    (!free).then(|| step.by.iter().map(|role| choice(role)).collect::<Vec<_>>().join(" or "))
}
