//! What a duty asks for now, subject by subject, as it is judged.

use super::{Asked, Course};
use crate::occur::doing::State;
use crate::occur::occurrence::Occurrence;
use crate::occur::subjects;
use schoolkeeper_core::control::Sample;
use schoolkeeper_core::standing::Missing;

impl Course<'_> {
    /// The occurrences somebody may do now, done or not. `Err` says what would tell.
    pub(in crate::occur) fn asked(&self) -> Result<Vec<Asked>, Missing> {
        let Some(series) = self.series()? else { return self.after_events() };
        let moment = series.now()?;
        let (last, upcoming) = (moment.last, moment.upcoming.ok());
        if let Some(sample) = &self.spec.sample {
            return Ok(self.asked_of_sample(sample, last, upcoming));
        }
        let Some(register) = &self.spec.subject else { return Ok(vec![Asked { last, upcoming, subject: None }]) };
        let Some(found) = subjects::of(self.ctx, self.control, register.get_ref()) else { return Ok(Vec::new()) };
        let each = |row: usize| {
            let subject = (found.register, row);
            Asked { last: last.filter(|one| self.existed(subject, one)), upcoming, subject: Some(subject) }
        };
        Ok(found.rows.iter().copied().map(each).collect())
    }

    /// Those that were drawn; of the last draw only while the one to come does not answer for it.
    fn asked_of_sample(&self, sample: &Sample, last: Option<Occurrence>, upcoming: Option<Occurrence>) -> Vec<Asked> {
        let table = self.ctx.world.table_of(sample.subject.get_ref());
        if table.is_none_or(|table| table.rows.is_empty()) {
            return vec![Asked { last, upcoming, subject: None }];
        }
        let drawn = |one: &Occurrence| self.draw(sample, one).into_iter().filter_map(|id| self.ctx.world.find(id));
        let open = upcoming.filter(|one| one.opens <= self.today);
        let coming = open.iter().flat_map(drawn).map(|it| Asked { last: None, upcoming: open, subject: Some(it) });
        let mut out: Vec<Asked> = coming.collect();
        let done = |asked: &Asked| {
            let state = asked.upcoming.map(|one| self.doings.state(&one, asked.subject));
            matches!(state, Some(State::Done { .. }))
        };
        if out.is_empty() || !out.iter().all(done) {
            let missed = last.iter().flat_map(drawn);
            out.extend(missed.map(|it| Asked { last, upcoming: None, subject: Some(it) }));
        }
        out
    }
}
