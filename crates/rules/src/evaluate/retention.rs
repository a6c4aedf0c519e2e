//! How long records are kept: what is past its date, and whether it has gone.
//!
//! Invariant: a hold (`held_because`) beats every date; an entry has gone when a field that says so is filled
//! (`disposed_on`, `destroyed_on`, …) or no move leads out of its state; and only with the proof the policy asks for,
//! in the fields named after it, it is kept.

use super::{known, message};
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judged, Judgement};
use crate::occur;
use jiff::{SignedDuration, Timestamp, civil::Date};
use schoolkeeper_core::control::{Retention, Then};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{Evidence, Span};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use schoolkeeper_core::value::Value;

/// Judges every entry of the register, by the one row of the control or by its schedule.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, retention: &Retention) -> Judged {
    let id = retention.register.get_ref();
    let Some(register) = ctx.world.schemas.index(id) else {
        return Judged::of(vec![Judgement::missing(Missing::census(id))]);
    };
    let span = |span: &Option<_>| span.as_ref().map(|span| clock::span(ctx, span)).transpose();
    let (keep, within) = match (span(&retention.keep), span(&retention.within)) {
        (Ok(keep), Ok(within)) => (keep, within),
        (Err(missing), _) | (_, Err(missing)) => return Judged::of(vec![Judgement::missing(missing)]),
    };
    let judge = Ageing { ctx, control, retention, register, keep, within };
    let rows = ctx.world.table(register).rows.len();
    let mut all = vec![occur::census(ctx, id, None)];
    all.extend((0..rows).filter_map(|row| judge.entry(row)));
    Judged::of(all)
}

struct Ageing<'w> {
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    retention: &'w Retention,
    register: usize,
    keep: Option<Span>,
    within: Option<Span>,
}

/// Which row of the policy speaks of an entry.
struct Term {
    keep: Span,
    then: Then,
    /// Field of the start date; `None` when the control's `from` says it.
    from: Option<Name>,
}

/// The date from which an entry's time runs, and until when that answer holds.
type Start = (Result<Date, Vec<Missing>>, Option<Timestamp>);

impl Ageing<'_> {
    fn entry(&self, row: usize) -> Option<Judgement> {
        let scene = Scene::now(self.ctx).of(self.register, row);
        let mut until = None;
        if let Some(filter) = self.control.expr("where") {
            let tested = filter.test(&scene);
            until = tested.window.until;
            match tested.truth {
                Truth::True => {}
                Truth::False => return until.map(|_| self.of(row, Standing::None).until(until)),
                Truth::Unknown => return Some(self.unknown(row, tested.missing).until(until)),
            }
        }
        let term = match self.term(row) {
            Ok(term) => term?,
            Err(missing) => return Some(self.unknown(row, vec![missing]).until(until)),
        };
        let (start, start_until) = self.start(&scene, row, &term);
        let until = clock::earlier(until, start_until);
        let end = start.and_then(|start| clock::add(self.ctx, start, term.keep).map_err(|missing| vec![missing]));
        let judged = end.and_then(|end| self.aged(row, &term, end).map_err(|missing| vec![missing]));
        Some(judged.unwrap_or_else(|missing| self.unknown(row, missing)).until_also(until))
    }

    fn of(&self, row: usize, standing: Standing) -> Judgement {
        Judgement::of(self.register, row, standing)
    }

    fn unknown(&self, row: usize, missing: Vec<Missing>) -> Judgement {
        Judgement { missing, ..self.of(row, Standing::Unknown) }
    }

    fn schema(&self) -> &Register {
        &self.ctx.world.schemas.all()[self.register]
    }

    fn field(&self, field: &str) -> Missing {
        Missing::Field { register: self.schema().id.clone(), field: Name::from(field) }
    }

    /// `Ok(None)`: the schedule does not speak of this series.
    fn term(&self, row: usize) -> Result<Option<Term>, Missing> {
        if let Some(keep) = self.keep {
            return Ok(Some(Term { keep, then: self.retention.then, from: None }));
        }
        let rows = self.retention.schedule.as_ref().and_then(|name| self.ctx.pack.pack.schedules.get(name.get_ref()));
        let entry = Row::at(self.ctx.world, self.register, row);
        let series = entry.text("series").ok_or_else(|| self.field("series"))?;
        let found = rows.and_then(|rows| rows.iter().find(|row| &*row.series == series));
        Ok(found.map(|row| Term { keep: row.keep, then: row.then, from: Some(row.from.clone()) }))
    }

    fn start(&self, scene: &Scene<'_>, row: usize, term: &Term) -> Start {
        if let Some(from) = &term.from {
            let date = Row::at(self.ctx.world, self.register, row).date(from);
            return (date.ok_or_else(|| vec![self.field(from)]), None);
        }
        let Some(from) = self.control.expr("from") else { return (Err(vec![self.field("from")]), None) };
        let (value, window) = from.value(scene);
        let date = match value {
            Ok(Value::Date(date)) => Ok(date),
            Ok(Value::Instant(at)) => Ok(self.ctx.world.calendar.day(at)),
            Ok(_) => Err(vec![self.field(from.text().rsplit('.').next().unwrap_or_default())]),
            Err(missing) => Err(missing),
        };
        (date, window.until)
    }

    /// It has gone: with all its proof it is kept; without, it is due from that day and late after the time to act.
    fn proved(&self, row: usize, gone: Date, known_by: KnownBy) -> Result<Judgement, Missing> {
        let entry = Row::at(self.ctx.world, self.register, row);
        let field = |proof: &Evidence| proof.name().replace('-', "_");
        if let Some(absent) = self.retention.proof.iter().find(|proof| self.schema().field(&field(proof)).is_none()) {
            return Err(self.field(&field(absent)));
        }
        let Some(absent) = self.retention.proof.iter().find(|proof| entry.value(&field(proof)).is_none()) else {
            return Ok(self.of(row, Standing::Kept).known_by(known_by));
        };
        let from = clock::end_of(self.ctx, gone);
        let last = from.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(from);
        let late = self.within.map_or(Ok(from), |within| clock::after(self.ctx, within, last))?;
        let open = clock::ahead(self.ctx, Some(late));
        let plain = message::plain(self.control, self.ctx.world, (self.register, row));
        Ok(Judgement {
            since: Some(from.min(self.ctx.world.now)),
            due_at: open,
            due_on: open.map(|open| clock::last_day(self.ctx, open)),
            message: Some(format!("{plain}: ended on {}, without its {}", gone.strftime("%-d %B %Y"), absent.name())),
            ..self.of(row, if open.is_some() { Standing::Due } else { Standing::Broken }).known_by(known_by).until(open)
        })
    }

    fn aged(&self, row: usize, term: &Term, end: Date) -> Result<Judgement, Missing> {
        let entry = Row::at(self.ctx.world, self.register, row);
        let fields: Vec<usize> = (0..self.schema().fields.len()).collect();
        let by_hand = known::by_hand(self.ctx.world, self.register, row, &fields);
        let known_by = if by_hand { KnownBy::Stated } else { KnownBy::Measured };
        let past = clock::end_of(self.ctx, end);
        if entry.value("held_because").is_some() {
            return Ok(self.of(row, Standing::Kept).known_by(known_by));
        }
        let changed_on = self.ctx.world.calendar.day(entry.since());
        if let Some(gone) = gone(self.schema(), entry, (term.then, end), changed_on) {
            return self.proved(row, gone, known_by);
        }
        if past > self.ctx.world.now {
            return Ok(self.of(row, Standing::Kept).known_by(known_by).until(Some(past)));
        }
        // The last instant of the last day: time to act is counted from that day.
        let last = past.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(past);
        let late = self.within.map_or(Ok(past), |within| clock::after(self.ctx, within, last))?;
        let open = clock::ahead(self.ctx, Some(late));
        let standing = if open.is_some() { Standing::Due } else { Standing::Broken };
        let plain = message::plain(self.control, self.ctx.world, (self.register, row));
        Ok(Judgement {
            since: Some(past),
            due_at: open,
            due_on: open.map(|open| clock::last_day(self.ctx, open)),
            message: Some(format!("{plain}: its time ended on {}", end.strftime("%-d %B %Y"))),
            ..self.of(row, standing).known_by(known_by).until(open)
        })
    }
}

/// When what must happen at the end has happened; the day of its last change when nobody wrote the day down.
fn gone(schema: &Register, entry: Row<'_>, (then, end): (Then, Date), changed_on: Date) -> Option<Date> {
    let fields: &[&str] = match then {
        Then::Review => return entry.date("reviewed_on").filter(|day| *day >= end),
        Then::Destroy => &["destroyed_on", "disposed_on"],
        Then::HandOver => &["handed_over_on", "disposed_on"],
        Then::Anonymise => &["anonymised_on", "disposed_on"],
    };
    let state = entry.text("state");
    let last = || schema.states.as_ref().is_some_and(|states| state.is_some_and(|state| states.is_last(state)));
    fields.iter().find_map(|field| entry.date(field)).or_else(|| last().then_some(changed_on))
}
