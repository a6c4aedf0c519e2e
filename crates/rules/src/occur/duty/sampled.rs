//! Duties over a few entries an occurrence, drawn so that nobody chooses which.

use super::{Asked, Course, merge};
use crate::flow::clock;
use crate::judge::Judgement;
use crate::occur::occurrence::Occurrence;
use crate::occur::sample::{Draw, draw};
use crate::occur::series::{Moment, Series};
use crate::occur::subjects;
use schoolkeeper_core::control::Sample;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::standing::Standing;

impl Course<'_> {
    /// A few entries an occurrence; each is asked only about the occurrences it was drawn for.
    pub(super) fn sampled(&self, series: &Series<'_>, moment: &Moment, sample: &Sample) -> Vec<Judgement> {
        let register = sample.subject.get_ref();
        let census = subjects::census(self.ctx, register, self.control.expr("where"));
        let until = clock::earlier(census.valid_until, moment.until);
        let mut all = vec![census.until(until)];
        // Where there is nothing to draw from, the duty itself remains.
        if self.ctx.world.table_of(register).is_none_or(|table| table.rows.is_empty()) {
            let upcoming = moment.upcoming.as_ref().ok().copied();
            all.push(self.one(series, moment, Asked { last: moment.last, upcoming, subject: None }));
            return all;
        }
        let drawn = |one: &Occurrence| self.draw(sample, one).into_iter().filter_map(|id| self.ctx.world.find(id));
        let mut current: Vec<Judgement> = Vec::new();
        if let Ok(one) = &moment.upcoming {
            if moment.is_open(self.today) {
                let asked = |subject| Asked { last: None, upcoming: Some(*one), subject: Some(subject) };
                current.extend(drawn(one).map(|subject| self.one(series, moment, asked(subject))));
            } else if moment.last.is_none() {
                all.push(self.one(series, moment, Asked { last: None, upcoming: Some(*one), subject: None }));
            }
        }
        let answered = !current.is_empty() && current.iter().all(|one| one.standing == Standing::Kept);
        let open = !current.is_empty();
        all.append(&mut current);
        for subject in moment.last.iter().filter(|_| !answered).flat_map(drawn) {
            let asked = Asked { last: moment.last, upcoming: None, subject: Some(subject) };
            let judged = self.one(series, moment, asked);
            if !open {
                all.push(judged);
            } else if judged.standing != Standing::Kept {
                merge(&mut all, judged);
            }
        }
        all
    }

    /// Drawn among the entries known when it opened; among all when none was.
    pub(super) fn draw(&self, sample: &Sample, one: &Occurrence) -> Vec<EntryId> {
        let Some(table) = self.ctx.world.table_of(sample.subject.get_ref()) else { return Vec::new() };
        let opened = self.ctx.world.calendar.start_of(one.opens);
        let known = table.rows.iter().filter(|entry| entry.since <= opened).map(|entry| entry.id);
        let seed = Draw {
            control: &self.control.control.id,
            due: one.due,
            school: self.ctx.world.place.school,
            checkpoint: self.ctx.world.seed_for(one.opens),
        };
        let drawn = draw(seed, known, sample.count as usize);
        if !drawn.is_empty() {
            return drawn;
        }
        draw(seed, table.rows.iter().map(|entry| entry.id), sample.count as usize)
    }
}
