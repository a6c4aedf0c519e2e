//! Duties that an event begins: each change, each duty done, each case opened asks once.

use super::{Course, merge};
use crate::flow::clock;
use crate::judge::Judgement;
use crate::occur::doing::State;
use crate::occur::event;
use crate::occur::occurrence::{Occurrence, event_of, of_event};
use schoolkeeper_core::standing::{Missing, Standing};

impl Course<'_> {
    /// One for each event; the worst for an entry that had several.
    pub(super) fn events(&self) -> Result<Vec<Judgement>, Missing> {
        let event = event_of(&self.control.control.id, self.spec.on.as_ref().map(|on| on.get_ref().as_str()))?;
        let from = self.in_force().map(|day| self.ctx.world.calendar.start_of(day));
        let mut all = Vec::new();
        for happened in
            event::happened(self.ctx, &event).into_iter().filter(|one| from.is_none_or(|from| one.at >= from))
        {
            let subject = happened.entry.and_then(|id| self.ctx.world.find(id));
            let judged = match of_event(self.ctx, self.spec, happened) {
                Ok(one) => self.after_event(&one, subject),
                Err(missing) => Judgement { subject, ..Judgement::missing(missing) },
            };
            merge(&mut all, judged);
        }
        if all.is_empty() {
            all.push(event::source(self.ctx, &event));
        }
        Ok(all)
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
            State::Not(why) => self.due(whole(Standing::Due), one.opens, one, why),
        }
    }
}
