//! What somebody did: whether an entry of the register `done` shows all that a duty asks for.
//!
//! Invariant: a tick alone is somebody's word; what the records contradict is not done.

use super::evidence::is_there;
use super::occurrence::Occurrence;
use super::subjects;
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::phrase::Evidence;
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
    /// Pack, params, world.
    pub ctx: Ctx<'w>,
    /// The duty.
    pub control: &'w CompiledControl,
    /// What it asks.
    pub spec: &'w Duty,
    by_entry: HashMap<Option<EntryId>, Vec<(Date, Row<'w>)>>,
}

impl<'w> Doings<'w> {
    /// Reads the register `done`.
    pub fn of(ctx: Ctx<'w>, control: &'w CompiledControl, spec: &'w Duty) -> Self {
        let today = ctx.world.calendar.day(ctx.world.now);
        let mut by_entry: HashMap<Option<EntryId>, Vec<(Date, Row<'w>)>> = HashMap::new();
        let own = subjects::acts(ctx, "done", &control.control.id);
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
        self.found(one, subject).0
    }

    /// The same, with what somebody wrote down that comes nearest.
    pub fn found(&self, one: &Occurrence, subject: Option<(usize, usize)>) -> (State, Option<Row<'w>>) {
        let entry = subject.map(|(register, row)| Row::at(self.ctx.world, register, row).id());
        let mut keys = vec![None];
        keys.extend(entry.map(Some));
        let first = one.from.min(one.due);
        let rows = keys.iter().filter_map(|key| self.by_entry.get(key)).flat_map(|rows| {
            let start = rows.partition_point(|(occurrence, _)| *occurrence < first);
            rows[start..].iter().take_while(|(occurrence, _)| *occurrence <= one.to.max(one.due))
        });
        let states =
            rows.filter(|(name, _)| one.is_named(*name)).map(|(_, row)| (self.judge(*row, subject), Some(*row)));
        states.max_by_key(|(state, _)| state.rank()).unwrap_or((State::Not(None), None))
    }

    /// How far one of them comes.
    pub fn judge(&self, row: Row<'w>, subject: Option<(usize, usize)>) -> State {
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
