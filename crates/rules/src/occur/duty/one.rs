//! How one subject stands between the occurrence that passed and the one to come.

use super::{Asked, Course};
use crate::judge::Judgement;
use crate::occur::doing::State;
use crate::occur::occurrence::Occurrence;
use crate::occur::series::{MOST, Moment, Series};
use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::standing::Standing;

impl Course<'_> {
    pub(super) fn one(&self, series: &Series<'_>, moment: &Moment, asked: Asked) -> Judgement {
        let whole = |standing| Judgement { subject: asked.subject, ..Judgement::whole(standing).until(moment.until) };
        let kept = |known_by, skipped, due_on| Judgement {
            excused: skipped,
            due_on,
            ..whole(Standing::Kept).known_by(known_by)
        };
        let state = |one: Option<Occurrence>| one.map(|one| (one, self.doings.state(&one, asked.subject)));
        match (state(asked.upcoming), state(asked.last)) {
            (Some((_, State::Done { known_by, skipped })), _) => kept(known_by, skipped, moment.following),
            (Some((one, State::Contradicted(since))), _) | (_, Some((one, State::Contradicted(since)))) => {
                self.contradicted(whole(Standing::Broken), &one, since)
            }
            (_, Some((one, State::Not(why)))) => {
                let since = self.missed_since(series, one, asked.subject);
                self.missed(whole(Standing::Broken), &one, since, why)
            }
            (Some((_, State::Unsure(missing))), _) | (_, Some((_, State::Unsure(missing)))) => {
                Judgement { missing, ..whole(Standing::Unknown) }
            }
            (Some((one, State::Not(_))), Some((_, State::Done { known_by, skipped }))) if one.opens > self.today => {
                kept(known_by, skipped, Some(one.due))
            }
            (Some((one, State::Not(why))), _) => {
                self.due(whole(Standing::Due), moment.here.unwrap_or(one.opens), &one, why)
            }
            (None, Some((_, State::Done { known_by, skipped }))) if moment.here.is_some() => {
                kept(known_by, skipped, None)
            }
            (None, _) => {
                Judgement { missing: moment.upcoming.clone().err().into_iter().collect(), ..whole(Standing::Unknown) }
            }
        }
    }

    /// Not done yet, in time.
    pub(super) fn due(&self, base: Judgement, here: Date, one: &Occurrence, why: Option<String>) -> Judgement {
        let calendar = &self.ctx.world.calendar;
        let begins = self.in_force().map_or(here, |day| day.max(here));
        let since = calendar.start_of(one.opens.min(begins));
        let message = self.says(base.subject, &format!("is due on {}", day(one.due)), why);
        Judgement { since: Some(since), due_at: one.late_at, due_on: Some(one.due), message: Some(message), ..base }
    }

    /// Not done, and too late.
    pub(super) fn missed(&self, base: Judgement, one: &Occurrence, since: Timestamp, why: Option<String>) -> Judgement {
        let message = self.says(base.subject, &format!("was due on {} and is not done", day(one.due)), why);
        Judgement { since: Some(since), due_on: Some(one.due), message: Some(message), ..base }
    }

    /// Ticked, but the records say otherwise.
    pub(super) fn contradicted(&self, base: Judgement, one: &Occurrence, since: Timestamp) -> Judgement {
        let what = format!("due on {} is done, but the records do not agree with what was written", day(one.due));
        let message = self.says(base.subject, &what, None);
        Judgement { since: Some(since), due_on: Some(one.due), message: Some(message), ..base }
    }

    /// The end of the first due date from which every occurrence was missed.
    fn missed_since(&self, series: &Series<'_>, last: Occurrence, subject: Option<(usize, usize)>) -> Timestamp {
        let mut first = last;
        for _ in 0..MOST {
            let Some(one) = series.before(&first).filter(|_| self.spec.sample.is_none()) else { break };
            let asked = subject.is_none_or(|subject| self.existed(subject, &one));
            if !asked || !matches!(self.doings.state(&one, subject), State::Not(_)) {
                break;
            }
            first = one;
        }
        first.late_at.unwrap_or(self.ctx.world.now)
    }

    fn says(&self, subject: Option<(usize, usize)>, what: &str, why: Option<String>) -> String {
        let place = subject.map(|(register, row)| format!("{}: ", self.ctx.world.name_of(register, row)));
        let why = why.map(|why| format!(": {why}"));
        format!("{}{} {what}{}", place.unwrap_or_default(), self.control.control.title, why.unwrap_or_default())
    }
}

fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}
