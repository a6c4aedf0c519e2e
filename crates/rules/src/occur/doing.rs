//! What somebody did: whether an entry of the register `done` shows all that a duty asks for.
//!
//! Invariant: a tick alone is somebody's word; what the records contradict is not done.

use super::occurrence::Occurrence;
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::flow::clock;
use crate::flow::people::{self, NameKind};
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::control::{CheckItem, Duty};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::{Evidence, Who};
use schoolkeeper_core::standing::{KnownBy, Missing};
use schoolkeeper_core::value::Value;
use std::collections::HashMap;

/// How far an occurrence has come.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// Nothing, or not all: then what is lacking, in words.
    Not(Option<String>),
    /// Whether the records agree is not known.
    Unsure(Vec<Missing>),
    /// The records disagree, since then.
    Contradicted(Timestamp),
    /// All of it; `skipped` by somebody who may.
    Done {
        /// How it is known.
        known_by: KnownBy,
        /// Permitted not to be done.
        skipped: bool,
    },
}

impl State {
    fn rank(&self) -> u8 {
        match self {
            Self::Not(None) => 0,
            Self::Not(Some(_)) => 1,
            Self::Unsure(_) => 2,
            Self::Contradicted(_) => 3,
            Self::Done { .. } => 4,
        }
    }
}

/// Everything that was done for one duty.
pub(super) struct Doings<'w> {
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    spec: &'w Duty,
    by_entry: HashMap<Option<EntryId>, Vec<(Date, Row<'w>)>>,
}

impl<'w> Doings<'w> {
    /// Reads the register `done`.
    pub fn of(ctx: Ctx<'w>, control: &'w CompiledControl, spec: &'w Duty) -> Self {
        let today = ctx.world.calendar.day(ctx.world.now);
        let mut by_entry: HashMap<Option<EntryId>, Vec<(Date, Row<'w>)>> = HashMap::new();
        let own = Row::all(ctx.world, "done").filter(|row| row.text("control") == Some(&*control.control.id));
        for row in own.filter(|row| row.date("on").is_some_and(|on| on <= today)) {
            if let Some(occurrence) = row.date("occurrence") {
                by_entry.entry(row.one("entry")).or_default().push((occurrence, row));
            }
        }
        for rows in by_entry.values_mut() {
            rows.sort_by_key(|(occurrence, _)| *occurrence);
        }
        Self { ctx, control, spec, by_entry }
    }

    /// Due date of the earliest occurrence anybody did.
    pub fn earliest(&self) -> Option<Date> {
        self.by_entry.values().filter_map(|rows| rows.first()).map(|(occurrence, _)| *occurrence).min()
    }

    /// All of it, by entry; the oldest first.
    pub fn all(&self) -> impl Iterator<Item = (Option<EntryId>, Row<'w>)> {
        self.by_entry.iter().flat_map(|(entry, rows)| rows.iter().map(|(_, row)| (*entry, *row)))
    }

    /// How far an occurrence has come for a subject. What was done without naming an entry counts for all of them.
    pub fn state(&self, one: &Occurrence, subject: Option<(usize, usize)>) -> State {
        let entry = subject.map(|(register, row)| Row::at(self.ctx.world, register, row).id());
        let mut keys = vec![None];
        keys.extend(entry.map(Some));
        let first = one.from.min(one.due);
        let rows = keys.iter().filter_map(|key| self.by_entry.get(key)).flat_map(|rows| {
            let start = rows.partition_point(|(occurrence, _)| *occurrence < first);
            rows[start..].iter().take_while(|(occurrence, _)| *occurrence <= one.to.max(one.due))
        });
        let states = rows.filter(|(name, _)| one.is_named(*name)).map(|(_, row)| self.judge(*row, subject));
        states.max_by_key(State::rank).unwrap_or(State::Not(None))
    }

    fn judge(&self, row: Row<'w>, subject: Option<(usize, usize)>) -> State {
        if row.text("skipped_because").is_some_and(|why| !why.trim().is_empty()) {
            return self.skipped(row);
        }
        if let Some(lacking) = self.lacking(row, subject) {
            return State::Not(Some(lacking));
        }
        if let Some(state) = self.undecided(row, subject).or_else(|| self.contradicted(row, subject)) {
            return state;
        }
        State::Done { known_by: self.known_by(), skipped: false }
    }

    fn skipped(&self, row: Row<'w>) -> State {
        let may = self.spec.skip.as_ref().is_some_and(|skip| self.is_one_of(&skip.by, row, &["by", "person"]));
        if may {
            return State::Done { known_by: KnownBy::Stated, skipped: true };
        }
        State::Not(Some("it was left out by somebody who may not decide that".to_owned()))
    }

    /// The first thing that is not shown.
    fn lacking(&self, row: Row<'w>, subject: Option<(usize, usize)>) -> Option<String> {
        let spec = self.spec;
        let report = spec.report.is_some().then_some(Evidence::Report);
        let about = subject.map(|(register, row)| Row::at(self.ctx.world, register, row));
        if let Some(kind) = spec.evidence.iter().copied().chain(report).find(|kind| !self.shows(*kind, row, about)) {
            return Some(format!("`{kind}` is not shown"));
        }
        if let Some(item) = spec.checklist.iter().find(|item| !is_answered(item, row)) {
            return Some(format!("`{}` is not answered in full", item.says));
        }
        let sent = row.texts("sent_to");
        if let Some(name) = spec.send_to.iter().find(|name| !sent.contains(name)) {
            return Some(format!("it was not sent to `{name}`"));
        }
        if let Some(with) = spec.with.iter().find(|with| !self.takes_part(&with.any, &row.texts("with"))) {
            return Some(format!("nobody of {} took part", clock::any_of(&with.any.0)));
        }
        let waits = !spec.countersign.is_empty() && !self.is_countersigned(row);
        waits.then(|| format!("it waits for the countersignature of {}", clock::any_of(&spec.countersign.0)))
    }

    fn shows(&self, kind: Evidence, row: Row<'w>, about: Option<Row<'w>>) -> bool {
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
    fn is_read(&self, row: Row<'w>, about: Option<Row<'w>>) -> bool {
        let read = row.texts("read_by");
        let recipients = if self.spec.send_to.is_empty() { &self.spec.owner } else { &self.spec.send_to };
        let by_all = recipients.iter().all(|name| {
            let people = self.people(name, about);
            read.contains(name) || (!people.is_empty() && people.iter().all(|person| read.contains(person)))
        });
        by_all && !read.is_empty()
    }

    fn is_countersigned(&self, row: Row<'w>) -> bool {
        let today = self.ctx.world.calendar.day(self.ctx.world.now);
        let signed = row.date("countersigned_on").is_some_and(|on| on <= today);
        let Some(second) = row.text("countersigned_by") else { return signed };
        let is_other_role = self.ctx.pack.pack.roles.contains_key(second)
            && !self.spec.countersign.is_empty()
            && !self.spec.countersign.iter().any(|name| &**name == second);
        signed && row.text("by") != Some(second) && !is_other_role
    }

    fn takes_part(&self, any: &Who, with: &[Name]) -> bool {
        any.iter().any(|name| with.contains(name) || self.people(name, None).iter().any(|person| with.contains(person)))
    }

    fn is_one_of(&self, who: &Who, row: Row<'w>, fields: &[&str]) -> bool {
        let named: Vec<Name> = fields.iter().filter_map(|field| row.text(field)).map(Name::from).collect();
        let person = row.one("person");
        let holds = |name: &Name| person.is_some_and(|person| people::holders(self.ctx, name).contains(&person));
        self.takes_part(who, &named) || who.iter().any(holds)
    }

    /// The names of the people a role or relation means.
    fn people(&self, name: &Name, about: Option<Row<'w>>) -> Vec<Name> {
        let ids = match (people::kind_of(self.ctx, name, about), about) {
            (NameKind::Role, _) => people::holders(self.ctx, name),
            (NameKind::Relation, Some(about)) => people::related(self.ctx, about, name),
            _ => Vec::new(),
        };
        ids.iter().filter_map(|id| Row::of(self.ctx.world, *id)).map(|row| Name::from(row.name())).collect()
    }

    /// A decision for each of the list, with a reason where one is asked.
    fn undecided(&self, row: Row<'w>, subject: Option<(usize, usize)>) -> Option<State> {
        let (each, list) = (self.spec.decide_each.as_ref()?, self.control.expr("decide_each")?);
        let list = match list.value(&self.scene(row, subject)).0 {
            Ok(list) => list,
            Err(missing) => return Some(State::Unsure(missing)),
        };
        let decided = |id: EntryId| {
            row.items("decisions").iter().any(|decision| {
                let answer = decision.get("answer").and_then(Value::as_text).unwrap_or_default();
                let about = decision.get("entry").and_then(Value::as_ref_id) == Some(id);
                let reason = decision.get("reason").is_some_and(is_there);
                let needs_reason = each.reason.iter().any(|needs| **needs == *answer);
                about && each.answers.iter().any(|known| **known == *answer) && (reason || !needs_reason)
            })
        };
        let open = list.items().iter().filter_map(Value::as_ref_id).filter(|id| !decided(*id)).count();
        (open > 0).then(|| State::Not(Some(format!("{open} of {} are not decided", list.items().len()))))
    }

    fn contradicted(&self, row: Row<'w>, subject: Option<(usize, usize)>) -> Option<State> {
        let tested = self.control.expr("measured")?.test(&self.scene(row, subject));
        match tested.truth {
            Truth::True => None,
            Truth::False => Some(State::Contradicted(row.instant("on").unwrap_or(self.ctx.world.now))),
            Truth::Unknown => Some(State::Unsure(tested.missing)),
        }
    }

    /// The records as they were when it was done: at the end of that day, or now while the day lasts.
    fn scene(&self, row: Row<'w>, subject: Option<(usize, usize)>) -> Scene<'w> {
        let world = self.ctx.world;
        let ended = row.date("on").map_or(world.now, |on| world.calendar.end_of(on));
        let others = vec![("done", (row.register, row.row))];
        Scene { at: ended.min(world.now), subject, others, ..Scene::now(self.ctx) }
    }

    fn known_by(&self) -> KnownBy {
        let asked = &self.spec.evidence;
        let items = || self.spec.checklist.iter().flat_map(|item| &item.evidence);
        let word = |kind: &Evidence| matches!(kind, Evidence::Note | Evidence::Statement | Evidence::Choice);
        let proof = asked.iter().chain(items()).find(|kind| !word(kind));
        match proof {
            _ if self.control.expr("measured").is_some() => KnownBy::Measured,
            Some(Evidence::Signature) if asked.len() == 1 => KnownBy::Signed,
            Some(_) => KnownBy::Evidenced,
            None if self.spec.report.is_some() || !self.spec.countersign.is_empty() => KnownBy::Evidenced,
            None => KnownBy::Stated,
        }
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

fn is_there(value: &Value) -> bool {
    match value {
        Value::Empty | Value::Bool(false) => false,
        Value::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}
