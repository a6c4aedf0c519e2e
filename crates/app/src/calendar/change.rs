//! Changing a school's calendar: what a change would move, the change itself, whose bank holidays hold.

use crate::authority::Try;
use crate::snapshot::Adopted;
use crate::{Error, House, dates};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::{BankHolidays, Calendar, Division, Term, check};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::occur::occurrences;
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Most moved dates a preview names.
const MOVED_SHOWN: usize = 20;

/// What a change would do.
#[derive(Debug, PartialEq)]
pub struct CalendarPreview {
    /// The new terms.
    pub terms: Vec<Term>,
    /// What was left out of the text.
    pub left_out: Vec<String>,
    /// How many due dates of the next twelve months move.
    pub moved: usize,
    /// The first of them: `Restore test: 18 December 2026 becomes 11 December 2026`.
    pub moves: Vec<String>,
    /// A year's pupil days and INSET days.
    pub days: String,
}

impl House {
    /// What the dates of a text would change; nothing is saved. The refusal says what is wrong with them.
    pub async fn calendar_preview(&self, actor: &Actor, school: &School, text: &str) -> Result<CalendarPreview, Error> {
        let scope = self.scope_at(actor, "calendar.set", school).await?;
        let found = super::dates::read(text).map_err(Error::refused)?;
        let mut problems = check(&found.terms);
        if found.terms.is_empty() {
            problems.push(
                "we found no term. Write a line like \"Autumn term: 1 September 2026 to 18 December 2026\"".to_owned(),
            );
        }
        if !problems.is_empty() {
            return Err(Error::refused(problems.join(". ")));
        }
        let snapshot = self.snapshot(&scope, school).await?;
        let today = snapshot.world.calendar.day(self.now());
        let holidays = super::holidays_of(&self.read().await?, &scope, school).await?;
        let new = Arc::new(Calendar::new(school.division, found.terms.clone()).with_bank_holidays(holidays));
        let (mut moved, mut lines) = (0, Vec::new());
        for policy in &snapshot.policies {
            let world = snapshot.world_of(policy);
            let mut changed = world.clone();
            changed.calendar = new.clone();
            let (count, words) = moves_between(&due(policy, &world, today), &due(policy, &changed, today));
            moved += count;
            lines.extend(words);
        }
        let days = super::year::year_words(&new, today);
        lines.truncate(MOVED_SHOWN);
        Ok(CalendarPreview { terms: found.terms, left_out: found.left_out, moved, moves: lines, days })
    }

    /// Saves the dates of a text.
    pub async fn save_calendar(&self, actor: &Actor, school: &School, text: &str) -> Result<usize, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let terms = self.calendar_preview(actor, school, text).await?.terms;
        let mut write = self.write().await?;
        write.set_terms(&scope, school.id, &terms, self.now()).await?;
        write.commit().await?;
        self.evaluate_throughout(school).await?;
        Ok(terms.len())
    }

    /// Gives up the school's own dates, so that the trust's hold; `false` when it had none.
    pub async fn drop_calendar(&self, actor: &Actor, school: &School) -> Result<bool, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let mut write = self.write().await?;
        let dropped = write.drop_terms(&scope, school.id, self.now()).await?;
        write.commit().await?;
        self.evaluate_throughout(school).await?;
        Ok(dropped)
    }

    /// Chooses whose bank holidays hold.
    pub async fn choose_division(&self, actor: &Actor, school: &School, division: Division) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let mut write = self.write().await?;
        write.set_division(&scope, school.id, division, self.now()).await?;
        write.commit().await?;
        let school = School { division, ..school.clone() };
        self.evaluate_throughout(&school).await
    }

    /// Keeps a newer list of bank holidays, as GOV.UK publishes it; says until when it goes.
    pub async fn set_bank_holidays(&self, actor: &Actor, school: &School, list: &str) -> Result<Date, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let found = BankHolidays::read(list).map_err(|error| Error::refused(error.to_string()))?;
        if found.known_to() < BankHolidays::embedded().known_to() {
            return Err(Error::refused(
                "this list ends earlier than the one Schoolkeeper comes with, so it was not kept",
            ));
        }
        let mut write = self.write().await?;
        write.set_bank_holidays(&scope, school.id, list, self.now()).await?;
        write.commit().await?;
        self.evaluate_throughout(school).await?;
        Ok(found.known_to())
    }
}

/// Title of a control and its due dates.
type Dues = BTreeMap<String, BTreeSet<Date>>;

/// Due dates of the next twelve months.
fn due(policy: &Adopted, world: &World, today: Date) -> Dues {
    let params = policy.params();
    let ctx = Ctx { pack: &policy.live, params: &params, world };
    let year = today.checked_add(1.year()).unwrap_or(today);
    let duties = policy.live.controls.values().filter_map(|control| match &control.control.kind {
        ControlKind::Duty(duty) => {
            let all = occurrences(ctx, control, duty, (today, year)).unwrap_or_default();
            Some((control.control.title.clone(), all.into_iter().map(|one| one.due).collect()))
        }
        _ => None,
    });
    duties.collect()
}

/// What moves, in words: a date that goes is said with the one that comes in its place, the others are counted.
fn moves_between(before: &Dues, after: &Dues) -> (usize, Vec<String>) {
    let none = BTreeSet::new();
    let titles: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let (mut moved, mut out) = (0, Vec::new());
    for title in titles {
        let (old, new) = (before.get(title).unwrap_or(&none), after.get(title).unwrap_or(&none));
        let mut comes: VecDeque<Date> = new.difference(old).copied().collect();
        let goes: Vec<Date> = old.difference(new).copied().collect();
        moved += comes.len().max(goes.len());
        let mut gone = Vec::new();
        for day in goes {
            match comes.pop_front() {
                Some(in_place) => out.push(format!("{title}: {} becomes {}", dates::long(day), dates::long(in_place))),
                None => gone.push(day),
            }
        }
        for (days, word) in [(Vec::from(comes), "comes new"), (gone, "falls away")] {
            out.extend(counted(&days).map(|days| format!("{title}: {days} {word}")));
        }
    }
    (moved, out)
}

/// `18 December 2026`, `12 dates from 27 November 2026 on`.
fn counted(days: &[Date]) -> Option<String> {
    let first = dates::long(*days.first()?);
    Some(if days.len() == 1 { first } else { format!("{} dates from {first} on", days.len()) })
}
