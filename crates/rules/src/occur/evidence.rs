//! What an entry of the register `done` shows, and whether that is all a duty asks for.

use super::doing::Doings;
use super::passed::is_missed;
use crate::flow::clock;
use crate::flow::people::{self, NameKind};
use crate::flow::record::Row;
use schoolkeeper_core::control::CheckItem;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{Evidence, Who};
use schoolkeeper_core::value::Value;

impl Doings<'_> {
    /// The first thing that is not shown.
    pub(super) fn lacking(&self, row: Row<'_>, subject: Option<(usize, usize)>) -> Option<String> {
        self.not_shown(row, subject).or_else(|| {
            let waits = !self.spec.countersign.is_empty() && !self.is_countersigned(row);
            waits.then(|| format!("it waits for the countersignature of {}", clock::any_of(&self.spec.countersign.0)))
        })
    }

    /// Whether all is there but the second signature.
    pub(super) fn awaits_second(&self, row: Row<'_>, subject: Option<(usize, usize)>) -> bool {
        self.not_shown(row, subject).is_none() && self.lacking(row, subject).is_some()
    }

    /// The same without the second signature.
    pub(super) fn not_shown(&self, row: Row<'_>, subject: Option<(usize, usize)>) -> Option<String> {
        let spec = self.spec;
        if row.flag("sent_back") == Some(true) {
            return Some(format!("it was sent back: {}", row.text("sent_back_because").unwrap_or_default()));
        }
        if is_missed(row) {
            return Some("it was not done, and somebody said why".to_owned());
        }
        let report = spec.report.is_some().then_some(Evidence::Report);
        let about = subject.map(|(register, row)| Row::at(self.ctx.world, register, row));
        let waits = |kind: &Evidence| *kind == Evidence::Countersignature && !spec.countersign.is_empty();
        let kinds = spec.evidence.iter().copied().chain(report).filter(|kind| !waits(kind));
        if let Some(kind) = kinds.into_iter().find(|kind| !self.shows(*kind, row, about)) {
            return Some(format!("`{kind}` is not shown"));
        }
        if let Some(item) = spec.checklist.iter().find(|item| !is_answered(item, row)) {
            return Some(format!("`{}` is not answered in full", item.says));
        }
        let sent = row.texts("sent_to");
        if let Some(name) = spec.send_to.iter().find(|name| !sent.contains(name)) {
            return Some(format!("it was not sent to `{name}`"));
        }
        let with = spec.with.iter().find(|with| !self.takes_part(&with.any, &row.texts("with")))?;
        Some(format!("nobody of {} took part", clock::any_of(&with.any.0)))
    }

    fn shows(&self, kind: Evidence, row: Row<'_>, about: Option<Row<'_>>) -> bool {
        let shown = || row.texts("shown").iter().any(|shown| **shown == *kind.name());
        let item = || row.value("items").and_then(|items| items.get(kind.name())).is_some_and(is_there);
        match kind {
            Evidence::Count => row.value("count").is_some(),
            Evidence::Measured => self.control.expr("measured").is_some() || shown(),
            Evidence::Decisions => !row.items("decisions").is_empty(),
            Evidence::Countersignature => self.is_countersigned(row),
            Evidence::Read => self.is_read(row, about),
            _ => shown() || item(),
        }
    }

    /// Every recipient has opened it, by role or by name; somebody at least.
    fn is_read(&self, row: Row<'_>, about: Option<Row<'_>>) -> bool {
        let read = row.texts("read_by");
        let recipients = if self.spec.send_to.is_empty() { &self.spec.owner } else { &self.spec.send_to };
        let by_all = recipients.iter().all(|name| {
            let people = self.people(name, about);
            read.contains(name) || (!people.is_empty() && people.iter().all(|person| read.contains(person)))
        });
        by_all && !read.is_empty()
    }

    fn is_countersigned(&self, row: Row<'_>) -> bool {
        let today = self.ctx.world.calendar.day(self.ctx.world.now);
        let signed = row.date("countersigned_on").is_some_and(|on| on <= today);
        let Some(second) = row.text("countersigned_by") else { return signed };
        let is_other_role = self.ctx.pack.pack.roles.contains_key(second)
            && !self.spec.countersign.is_empty()
            && !self.spec.countersign.iter().any(|name| &**name == second);
        let same = row.one("countersigner").is_some_and(|person| row.one("person") == Some(person));
        signed && row.text("by") != Some(second) && !is_other_role && !same
    }

    fn takes_part(&self, any: &Who, with: &[Name]) -> bool {
        any.iter().any(|name| with.contains(name) || self.people(name, None).iter().any(|person| with.contains(person)))
    }

    pub(super) fn is_one_of(&self, who: &Who, row: Row<'_>, fields: &[&str]) -> bool {
        let named: Vec<Name> = fields.iter().filter_map(|field| row.text(field)).map(Name::from).collect();
        let person = row.one("person");
        let holds = |name: &Name| person.is_some_and(|person| people::holders(self.ctx, name).contains(&person));
        self.takes_part(who, &named) || who.iter().any(holds)
    }

    /// The names of the people a role or relation means.
    fn people(&self, name: &Name, about: Option<Row<'_>>) -> Vec<Name> {
        let ids = match (people::kind_of(self.ctx, name, about), about) {
            (NameKind::Role, _) => people::holders(self.ctx, name),
            (NameKind::Relation, Some(about)) => people::related(self.ctx, about, name),
            _ => Vec::new(),
        };
        ids.iter().filter_map(|id| Row::of(self.ctx.world, *id)).map(|row| Name::from(row.name())).collect()
    }
}

/// The answer to an item of a checklist.
pub(super) fn answer<'w>(item: &CheckItem, row: Row<'w>) -> Option<&'w str> {
    let given = row.value("items")?.get(&item.name)?;
    match given.get("answer").unwrap_or(given) {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        Value::Bool(true) => Some("yes"),
        Value::Bool(false) => Some("no"),
        _ => None,
    }
}

fn is_answered(item: &CheckItem, row: Row<'_>) -> bool {
    let given = || row.value("items").and_then(|items| items.get(&item.name));
    let shows = |kind: &Evidence| given().and_then(|given| given.get(kind.name())).is_some_and(is_there);
    answer(item, row).is_some() && item.evidence.iter().all(shows)
}

pub(super) fn is_there(value: &Value) -> bool {
    match value {
        Value::Empty | Value::Bool(false) => false,
        Value::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}
