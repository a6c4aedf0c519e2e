//! Duties that an event begins: each change, each duty done, each case opened, each day that comes
//! asks once.

use super::{Asked, Course, merge};
use crate::expr::{Tested, Truth};
use crate::flow::clock;
use crate::judge::Judgement;
use crate::occur::doing::State;
use crate::occur::event;
use crate::occur::occurrence::{Happened, Occurrence, event_of, of_event};
use crate::occur::subjects;
use schoolkeeper_core::standing::{Missing, Standing};

impl Course<'_> {
    /// One for each event; the worst for an entry that had several.
    pub(super) fn events(&self) -> Result<Vec<Judgement>, Missing> {
        let mut all = Vec::new();
        for happened in self.happened()? {
            let subject = happened.entry.and_then(|id| self.ctx.world.find(id));
            let passes = self.passes(subject);
            let judged = match of_event(self.ctx, self.spec, happened) {
                _ if passes.truth == Truth::False => Judgement { subject, ..Judgement::whole(Standing::None) },
                _ if passes.truth == Truth::Unknown => {
                    Judgement { subject, missing: passes.missing, ..Judgement::whole(Standing::Unknown) }
                }
                Ok(one) => self.after_event(&one, subject),
                Err(missing) => Judgement { subject, ..Judgement::missing(missing) },
            };
            merge(&mut all, judged.until_also(passes.window.until));
        }
        if all.iter().all(|one| one.standing == Standing::None) {
            all.push(event::source(self.ctx, &self.event()?));
        }
        Ok(all)
    }

    /// What the events ask for that pass the test.
    pub(super) fn after_events(&self) -> Result<Vec<Asked>, Missing> {
        let asked = |happened: Happened| {
            let subject = happened.entry.and_then(|id| self.ctx.world.find(id));
            let one = of_event(self.ctx, self.spec, happened).ok()?;
            let passes = self.passes(subject).truth == Truth::True;
            passes.then_some(Asked { last: None, upcoming: Some(one), subject })
        };
        Ok(self.happened()?.into_iter().filter_map(asked).collect())
    }

    /// Every time it happened since the control is in force.
    fn happened(&self) -> Result<Vec<Happened>, Missing> {
        let from = self.in_force().map(|day| self.ctx.world.calendar.start_of(day));
        let mut all = event::happened(self.ctx, &self.event()?);
        all.retain(|one| from.is_none_or(|from| one.at >= from));
        Ok(all)
    }

    fn event(&self) -> Result<schoolkeeper_core::phrase::Event, Missing> {
        event_of(&self.control.control.id, self.spec.on.as_ref().map(|on| on.get_ref().as_str()))
    }

    fn passes(&self, subject: Option<(usize, usize)>) -> Tested {
        let register = self.spec.subject.as_ref().map(serde_spanned::Spanned::get_ref);
        subjects::passes(self.ctx, self.control, (register, subject))
    }

    fn after_event(&self, one: &Occurrence, subject: Option<(usize, usize)>) -> Judgement {
        let until = clock::ahead(self.ctx, one.late_at);
        let whole = |standing| Judgement { subject, ..Judgement::whole(standing).until(until) };
        match self.doings.state(one, subject) {
            State::Done { known_by, skipped } => {
                Judgement { excused: skipped, valid_until: None, ..whole(Standing::Kept).known_by(known_by) }
            }
            State::Contradicted(since) => self.contradicted(whole(Standing::Broken), one, since),
            State::Unsure(missing) => Judgement { missing, ..whole(Standing::Unknown) },
            State::Not(why) if one.late_at.is_some_and(|late| late <= self.ctx.world.now) => {
                self.missed(whole(Standing::Broken), one, one.late_at.unwrap_or(self.ctx.world.now), why)
            }
            State::Not(_) if one.opens > self.today => {
                let opens = self.ctx.world.calendar.start_of(one.opens);
                Judgement { subject, ..Judgement::whole(Standing::None).until(Some(opens)) }
            }
            State::Not(why) => self.due(whole(Standing::Due), one.opens, one, why),
        }
    }
}
