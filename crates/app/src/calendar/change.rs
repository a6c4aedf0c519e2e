//! A school's calendar on its page: where it comes from, what it says, what a change would move, what it said before.

use super::dates::written;
use crate::authority::Try;
use crate::{Error, House, dates};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::{BankHolidays, Calendar, Division, Term, check};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::occur::occurrences;
use schoolkeeper_store::School;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many days before the known dates end it is said on the pages of the policy.
pub const SOON_DAYS: i32 = 60;
/// How many changes the page lists.
const CHANGES_MAX: u32 = 20;

/// What the page shows.
#[derive(Debug)]
pub struct CalendarShown {
    /// Its terms and bank holidays.
    pub calendar: Calendar,
    /// The terms are the school's own, not its central office's.
    pub own: bool,
    /// The last day the list of bank holidays answers for.
    pub bank_until: Date,
    /// Months of the school year, and of the next one when it is known.
    pub months: Vec<Month>,
    /// The dates end soon, or there are none.
    pub warning: Option<String>,
    /// Who set it when, newest first.
    pub history: Vec<String>,
    /// The terms as lines to type over.
    pub lines: String,
}

/// One month.
#[derive(Debug, PartialEq)]
pub struct Month {
    /// *September 2026*.
    pub title: String,
    /// Days with pupils.
    pub school_days: usize,
    /// Staff days without pupils.
    pub inset: Vec<Date>,
    /// Bank holidays.
    pub bank: Vec<Date>,
}

/// What a change would do.
#[derive(Debug, PartialEq)]
pub struct CalendarPreview {
    /// The new terms.
    pub terms: Vec<Term>,
    /// What was left out of the text.
    pub left_out: Vec<String>,
    /// How many due dates of the next twelve months move.
    pub moved: usize,
    /// A year's pupil days and INSET days, when a whole school year is known.
    pub days: String,
}

impl House {
    /// A school's calendar.
    pub async fn calendar_page(&self, actor: &Actor, school: &School) -> Result<CalendarShown, Error> {
        let scope = self.scope_at(actor, "policy.see", school).await?;
        let read = self.read().await?;
        let calendar = super::calendar_of(&read, &scope, school).await?;
        let bank_until = super::holidays_of(&read, &scope, school).await?.known_to();
        let own = read.has_own_terms(&scope, school.id).await?;
        let changes = read.calendar_changes(&scope, school.id, CHANGES_MAX).await?;
        drop(read);
        let mut history = Vec::new();
        for change in changes {
            let who = self.who_did(&Scope::system("names"), &change.actor).await?;
            let what = match change.terms.len() {
                0 => "gave up the school's own dates".to_owned(),
                1 => "set 1 term".to_owned(),
                many => format!("set {many} terms"),
            };
            history.push(format!("{}: {who} {what}", dates::moment(change.at, calendar.zone())));
        }
        let today = calendar.day(self.now());
        let (months, warning) = (months(&calendar, today), ends_soon(&calendar, today));
        Ok(CalendarShown { own, bank_until, months, warning, history, lines: written(calendar.terms()), calendar })
    }

    /// What the dates of a text would change; nothing is saved. The refusal says what is wrong with them.
    pub async fn calendar_preview(&self, actor: &Actor, school: &School, text: &str) -> Result<CalendarPreview, Error> {
        let scope = self.scope_at(actor, "calendar.set", school).await?;
        let read = super::dates::read(text).map_err(Error::refused)?;
        let mut problems = check(&read.terms);
        if read.terms.is_empty() {
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
        let new = Arc::new(Calendar::new(school.division, read.terms.clone()).with_bank_holidays(holidays));
        let days = year_words(&new, today);
        let mut moved = 0;
        for policy in &snapshot.policies {
            let world = snapshot.world_of(policy);
            let mut changed = world.clone();
            changed.calendar = new.clone();
            let before = due(policy, &world, today);
            moved += before.difference(&due(policy, &changed, today)).count();
        }
        Ok(CalendarPreview { terms: read.terms, left_out: read.left_out, moved, days })
    }

    /// Saves the dates of a text.
    pub async fn save_calendar(&self, actor: &Actor, school: &School, text: &str) -> Result<usize, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let terms = self.calendar_preview(actor, school, text).await?.terms;
        let mut write = self.write().await?;
        write.set_terms(&scope, school.id, &terms, self.now()).await?;
        write.commit().await?;
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        Ok(terms.len())
    }

    /// Gives up the school's own dates, so that the trust's hold; `false` when it had none.
    pub async fn drop_calendar(&self, actor: &Actor, school: &School) -> Result<bool, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let mut write = self.write().await?;
        let dropped = write.drop_terms(&scope, school.id, self.now()).await?;
        write.commit().await?;
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        Ok(dropped)
    }

    /// Chooses whose bank holidays hold.
    pub async fn choose_division(&self, actor: &Actor, school: &School, division: Division) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let mut write = self.write().await?;
        write.set_division(&scope, school.id, division, self.now()).await?;
        write.commit().await?;
        let school = School { division, ..school.clone() };
        self.evaluate(&Actor::operator(school.organisation), &school).await?;
        Ok(())
    }

    /// Keeps a newer list of bank holidays, as GOV.UK publishes it; says until when it goes.
    pub async fn set_bank_holidays(&self, actor: &Actor, school: &School, list: &str) -> Result<Date, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let read = BankHolidays::read(list).map_err(|error| Error::refused(error.to_string()))?;
        if read.known_to() < BankHolidays::embedded().known_to() {
            return Err(Error::refused(
                "this list ends earlier than the one Schoolkeeper comes with, so it was not kept",
            ));
        }
        let mut write = self.write().await?;
        write.set_bank_holidays(&scope, school.id, list, self.now()).await?;
        write.commit().await?;
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        Ok(read.known_to())
    }
}

/// A sentence when the known dates end within [`SOON_DAYS`], or when there are none.
pub fn ends_soon(calendar: &Calendar, today: Date) -> Option<String> {
    match calendar.ends_on() {
        None => Some("We do not know your terms. Paste them or type them in.".to_owned()),
        Some(end) if end < today => {
            Some(format!("The school's dates ended on {}. Give us the next ones.", dates::long(end)))
        }
        Some(end) if (end - today).get_days() <= SOON_DAYS => {
            Some(format!("We know the school's dates only until {}. Give us the next ones.", dates::long(end)))
        }
        Some(_) => None,
    }
}

/// Due dates of the next twelve months, by control.
fn due(policy: &crate::snapshot::Adopted, world: &World, today: Date) -> BTreeSet<(Name, Date)> {
    let params = policy.params();
    let ctx = Ctx { pack: &policy.live, params: &params, world };
    let year = today.checked_add(1.year()).unwrap_or(today);
    let mut out = BTreeSet::new();
    for (name, control) in &policy.live.controls {
        if let ControlKind::Duty(duty) = &control.control.kind {
            let all = occurrences(ctx, control, duty, (today, year)).unwrap_or_default();
            out.extend(all.into_iter().map(|one| (name.clone(), one.due)));
        }
    }
    out
}

/// The months of the school year a day lies in and of the next one, as far as they are known.
fn months(calendar: &Calendar, today: Date) -> Vec<Month> {
    let (Some(known), Some(last)) = (calendar.starts_on(), calendar.ends_on()) else { return Vec::new() };
    let first = calendar.school_year_start(today).max(known.first_of_month());
    let firsts = std::iter::successors(Some(first), |day| day.checked_add(1.month()).ok());
    firsts.take(24).take_while(|first| *first <= last).map(|first| month(calendar, first)).collect()
}

fn month(calendar: &Calendar, first: Date) -> Month {
    let days =
        || std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| day.month() == first.month());
    let is = |asked: Result<bool, _>| asked.unwrap_or(false);
    Month {
        title: format!("{} {}", dates::MONTHS[(first.month() - 1) as usize], first.year()),
        school_days: days().filter(|day| is(calendar.is_school_day(*day))).count(),
        inset: days().filter(|day| is(calendar.is_staff_day(*day)) && !is(calendar.is_school_day(*day))).collect(),
        bank: days().filter(|day| is_bank(calendar, *day)).collect(),
    }
}

/// A day from Monday to Friday that is no working day.
fn is_bank(calendar: &Calendar, day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    !weekend && calendar.is_working_day(day) == Ok(false)
}

/// `190 days with pupils and 5 INSET days from 1 September 2026`.
fn year_words(calendar: &Calendar, today: Date) -> String {
    let first = calendar.school_year_start(today);
    let year = first.checked_add(1.year()).unwrap_or(first);
    let days = || std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day < year);
    let school = days().filter(|day| calendar.is_school_day(*day).unwrap_or(false)).count();
    let staff = days().filter(|day| calendar.is_staff_day(*day).unwrap_or(false)).count();
    format!(
        "{school} days with pupils and {} INSET days in the school year from {}",
        staff - school,
        dates::long(first)
    )
}
