//! How a job stands: what Schoolkeeper runs by itself, judged by the entries of the register `run`.
//!
//! A run is late when the last one is older than `every` and `late_after` together. Days and weeks elapse here, since
//! machines know no holidays; longer periods are counted on the calendar. The first run is counted from the day the
//! control came into force, or from the first run of any subject.

use super::occurrence::{Happened, ends, event_of, every_of};
use super::{event, subjects};
use crate::compiled::CompiledControl;
use crate::evaluate::stands_here;
use crate::expr::{Scene, Tested, Truth, Window};
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judged, Judgement};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::control::{ControlKind, Job};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::{Every, Span};
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use std::collections::HashMap;

/// Judges a job: each entry it is for, or the job as a whole.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Job) -> Judged {
    let judged = match (&spec.every, &spec.on) {
        (Some(every), _) => {
            every_of(ctx, every.get_ref()).and_then(|every| Runs::new(ctx, control, spec)?.by_time(every))
        }
        (None, on) => event_of(&control.control.id, on.as_ref().map(|on| on.get_ref().as_str()))
            .and_then(|event| Ok(Runs::new(ctx, control, spec)?.by_event(&event))),
    };
    Judged::of(judged.unwrap_or_else(|missing| vec![Judgement::missing(missing)]))
}

/// A run that a policy wants now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The control.
    pub control: Name,
    /// What is run, from the closed catalogue.
    pub run: Name,
    /// The entry it is for; `None` for the job as a whole.
    pub entry: Option<EntryId>,
    /// It follows an event, so only what begins after it counts.
    pub after_event: bool,
}

/// The runs a policy wants now: those whose last one is older than `every`, or that an event waits for. A failed one
/// waits for its next time.
pub fn wanted(ctx: Ctx<'_>) -> Vec<Wanted> {
    let mut out = Vec::new();
    for compiled in ctx.pack.controls.values().filter(|control| stands_here(ctx, control)) {
        let ControlKind::Job(spec) = &compiled.control.kind else { continue };
        let entries = Runs::new(ctx, compiled, spec).and_then(|runs| runs.wanted()).unwrap_or_default();
        let of = |entry| Wanted {
            control: compiled.control.id.clone(),
            run: spec.run.get_ref().clone(),
            entry,
            after_event: spec.on.is_some(),
        };
        out.extend(entries.into_iter().map(of));
    }
    out
}

/// A job with its runs, the oldest first.
struct Runs<'w> {
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    spec: &'w Job,
    late_after: Option<Span>,
    by_entry: HashMap<Option<EntryId>, Vec<(Timestamp, Row<'w>)>>,
}

impl<'w> Runs<'w> {
    fn new(ctx: Ctx<'w>, control: &'w CompiledControl, spec: &'w Job) -> Result<Self, Missing> {
        let late_after = spec.late_after.as_ref().map(|span| clock::span(ctx, span)).transpose()?;
        let mut by_entry: HashMap<Option<EntryId>, Vec<(Timestamp, Row<'w>)>> = HashMap::new();
        // Two policies may use one name; a run that names no policy counts for every one.
        let own = |row: &Row<'w>| row.text("pack").is_none_or(|pack| pack == &**ctx.pack.pack.head.id.get_ref());
        for row in subjects::acts(ctx, "run", &control.control.id).filter(own) {
            if let Some(at) = row.instant("at").filter(|at| *at <= ctx.world.now) {
                by_entry.entry(row.one("entry")).or_default().push((at, row));
            }
        }
        for runs in by_entry.values_mut() {
            runs.sort_by_key(|(at, _)| *at);
        }
        Ok(Self { ctx, control, spec, late_after, by_entry })
    }

    fn in_force(&self) -> Option<Timestamp> {
        self.ctx.world.in_force_since.get(&self.control.control.id).copied()
    }

    fn first(&self) -> Option<Timestamp> {
        self.by_entry.values().filter_map(|runs| runs.first()).map(|(at, _)| *at).min()
    }

    fn wanted(&self) -> Result<Vec<Option<EntryId>>, Missing> {
        let now = self.ctx.world.now;
        let Some(every) = &self.spec.every else {
            let on = self.spec.on.as_ref().map(|on| on.get_ref().as_str());
            let happened = event::happened(self.ctx, &event_of(&self.control.control.id, on)?);
            let from = self.in_force();
            let counts = happened.into_iter().filter(|one| one.at <= now && from.is_none_or(|from| one.at >= from));
            let subject = |one: &Happened| one.entry.and_then(|id| self.ctx.world.find(id));
            let open = counts.filter(|one| self.of(subject(one)).last().is_none_or(|(at, _)| *at < one.at));
            let entries: std::collections::BTreeSet<_> = open.map(|one| one.entry).collect();
            return Ok(entries.into_iter().collect());
        };
        let every = every_of(self.ctx, every.get_ref())?;
        let mut subjects = vec![None];
        if let Some(register) = &self.spec.subject {
            let found = subjects::of(self.ctx, self.control, register.get_ref());
            subjects = found
                .into_iter()
                .flat_map(|all| all.rows.into_iter().map(move |row| Some((all.register, row))))
                .collect();
        }
        let mut out = Vec::new();
        for subject in subjects {
            let last = self.of(subject).last().map(|(at, _)| self.later(*at, every.0)).transpose()?;
            if last.is_none_or(|next| next <= now) {
                out.push(subject.map(|(register, row)| Row::at(self.ctx.world, register, row).id()));
            }
        }
        Ok(out)
    }

    fn not_set_up(&self) -> Missing {
        Missing::NotSetUp { control: self.control.control.id.clone() }
    }

    fn by_time(&self, every: Every) -> Result<Vec<Judgement>, Missing> {
        let Some(start) = [self.in_force(), self.first()].into_iter().flatten().min() else {
            return Err(self.not_set_up());
        };
        if self.by_entry.is_empty() && self.deadline(every, start)? <= self.ctx.world.now {
            return Err(self.not_set_up());
        }
        let Some(register) = &self.spec.subject else { return Ok(vec![self.one(every, start, None)?]) };
        let census = subjects::census(self.ctx, register.get_ref(), self.control.expr("where"));
        let Some(subjects) = subjects::of(self.ctx, self.control, register.get_ref()) else { return Ok(vec![census]) };
        let until = clock::earlier(census.valid_until, subjects.until);
        let mut all = vec![census.until(until)];
        all.extend(subjects.unsure);
        for row in subjects.rows {
            let known = self.ctx.world.table(subjects.register).rows[row].since;
            all.push(self.one(every, start.max(known), Some((subjects.register, row)))?);
        }
        Ok(all)
    }

    /// The runs for a subject; those that name no entry count for all.
    fn of(&self, subject: Option<(usize, usize)>) -> Vec<(Timestamp, Row<'w>)> {
        let entry = subject.map(|(register, row)| Row::at(self.ctx.world, register, row).id());
        let mut keys = vec![None];
        keys.extend(entry.map(Some));
        let mut runs: Vec<_> = keys.iter().filter_map(|key| self.by_entry.get(key)).flatten().copied().collect();
        runs.sort_by_key(|(at, _)| *at);
        runs
    }

    fn one(&self, every: Every, start: Timestamp, subject: Option<(usize, usize)>) -> Result<Judgement, Missing> {
        let whole = |standing| Judgement { subject, ..Judgement::whole(standing) };
        let runs = self.of(subject);
        let Some((at, run)) = runs.last() else {
            let late_at = self.deadline(every, start)?;
            if late_at > self.ctx.world.now {
                return Ok(self.awaited(whole(Standing::Due), start, Some(late_at)));
            }
            let message = self.says(subject, "has not run yet and is late");
            return Ok(Judgement { since: Some(late_at), message: Some(message), ..whole(Standing::Broken) });
        };
        let tested = self.is_good(*run, subject);
        let late_at = self.deadline(every, *at)?;
        let late = late_at <= self.ctx.world.now;
        let until = clock::earlier(clock::ahead(self.ctx, Some(late_at)), tested.window.until);
        Ok(match tested.truth {
            Truth::False => self.failed(whole(Standing::Broken).until(until), &runs),
            _ if late => {
                let message = self.says(subject, &format!("last ran on {} and is late", self.day(*at)));
                let broken = whole(Standing::Broken).known_by(KnownBy::Measured);
                Judgement { since: Some(late_at), message: Some(message), ..broken }
            }
            Truth::Unknown => Judgement { missing: tested.missing, ..whole(Standing::Unknown).until(until) },
            Truth::True => {
                let kept = whole(Standing::Kept).known_by(KnownBy::Measured).until(until);
                Judgement { due_on: Some(clock::last_day(self.ctx, late_at)), ..kept }
            }
        })
    }

    /// Each event wants a good run after it.
    fn by_event(&self, event: &schoolkeeper_core::phrase::Event) -> Vec<Judgement> {
        let happened = event::happened(self.ctx, event);
        let from = self.in_force();
        // The latest event of an entry asks for all the earlier ones.
        let mut latest: Vec<_> = happened.into_iter().filter(|one| from.is_none_or(|from| one.at >= from)).collect();
        latest.reverse();
        let mut seen = std::collections::HashSet::new();
        latest.retain(|one| seen.insert(one.entry));
        if latest.is_empty() {
            return vec![event::source(self.ctx, event)];
        }
        let judged = latest.iter().map(|one| self.after(one.at, one.entry.and_then(|id| self.ctx.world.find(id))));
        judged.map(|one| one.unwrap_or_else(Judgement::missing)).collect()
    }

    fn after(&self, event: Timestamp, subject: Option<(usize, usize)>) -> Result<Judgement, Missing> {
        let whole = |standing| Judgement { subject, ..Judgement::whole(standing) };
        let late_at = self.late_after.map(|span| self.later(event, span)).transpose()?;
        let runs: Vec<_> = self.of(subject).into_iter().filter(|(at, _)| *at >= event).collect();
        let Some((_, run)) = runs.last() else {
            return match late_at.filter(|late| *late <= self.ctx.world.now) {
                Some(_) if self.by_entry.is_empty() => Err(self.not_set_up()),
                Some(late_at) => {
                    let message = self.says(subject, "has not run and is late");
                    Ok(Judgement { since: Some(late_at), message: Some(message), ..whole(Standing::Broken) })
                }
                None => Ok(self.awaited(whole(Standing::Due), event, late_at)),
            };
        };
        let tested = self.is_good(*run, subject);
        Ok(match tested.truth {
            Truth::True => whole(Standing::Kept).known_by(KnownBy::Measured).until(tested.window.until),
            Truth::False => self.failed(whole(Standing::Broken).until(tested.window.until), &runs),
            Truth::Unknown => {
                Judgement { missing: tested.missing, ..whole(Standing::Unknown).until(tested.window.until) }
            }
        })
    }

    fn is_good(&self, run: Row<'w>, subject: Option<(usize, usize)>) -> Tested {
        if let Some(expect) = self.control.expr("expect") {
            let others = vec![("run", (run.register, run.row))];
            return expect.test(&Scene { subject, others, ..Scene::now(self.ctx) });
        }
        let (truth, missing) = match run.flag("ok") {
            Some(true) => (Truth::True, Vec::new()),
            Some(false) => (Truth::False, Vec::new()),
            None => (Truth::Unknown, vec![Missing::Field { register: "run".into(), field: "ok".into() }]),
        };
        Tested { truth, missing, window: Window::default() }
    }

    /// Broken since the first of the runs that failed without a good one between.
    fn failed(&self, base: Judgement, runs: &[(Timestamp, Row<'w>)]) -> Judgement {
        let subject = base.subject;
        let bad = runs.iter().rev().take_while(|(_, run)| self.is_good(*run, subject).truth == Truth::False);
        let since = bad.last().map(|(at, _)| *at);
        let day = since.map(|at| self.day(at)).unwrap_or_default();
        let message = self.says(subject, &format!("has not run well since {day}"));
        Judgement { since, message: Some(message), known_by: Some(KnownBy::Measured), ..base }
    }

    fn awaited(&self, base: Judgement, since: Timestamp, late_at: Option<Timestamp>) -> Judgement {
        let message = self.says(base.subject, "has not run yet");
        Judgement {
            since: Some(since),
            due_at: late_at,
            due_on: late_at.map(|at| clock::last_day(self.ctx, at)),
            message: Some(message),
            valid_until: late_at,
            ..base
        }
    }

    /// First instant at which a run of then is too old.
    fn deadline(&self, every: Every, from: Timestamp) -> Result<Timestamp, Missing> {
        let end = self.later(from, every.0)?;
        self.late_after.map_or(Ok(end), |span| self.later(end, span))
    }

    fn later(&self, from: Timestamp, span: Span) -> Result<Timestamp, Missing> {
        match span.seconds() {
            Some(seconds) => Ok(from.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)),
            None => self.ctx.world.calendar.add_instant(from, span).map_err(ends),
        }
    }

    fn day(&self, at: Timestamp) -> String {
        self.ctx.world.calendar.day(at).strftime("%-d %B %Y").to_string()
    }

    fn says(&self, subject: Option<(usize, usize)>, what: &str) -> String {
        let place = subject.map(|(register, row)| format!("{}: ", self.ctx.world.name_of(register, row)));
        format!("{}{} {what}", place.unwrap_or_default(), self.control.control.title)
    }
}
