//! A school's calendar as its page shows it: where it comes from, day by day, what it said before.

use super::dates::written;
use crate::{Error, House, dates};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_store::School;

/// So many days before the known dates end it is said on the pages of the policy.
pub const SOON_DAYS: i32 = 60;
/// How many changes the page lists.
const CHANGES_MAX: u32 = 20;
/// Most months the page shows.
const MONTHS_SHOWN: usize = 24;

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
    /// How many days of which kind this school year has.
    pub days: String,
    /// The dates end soon, or there are none.
    pub warning: Option<String>,
    /// Who set it when, newest first.
    pub history: Vec<Past>,
    /// The terms as lines to type over.
    pub lines: String,
}

/// One change of the past.
#[derive(Debug, PartialEq)]
pub struct Past {
    /// When.
    pub at: Timestamp,
    /// When, who, what.
    pub words: String,
    /// The terms it set, as lines; none when the school's own were given up.
    pub lines: Option<String>,
}

/// What a day is at a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// With pupils.
    School,
    /// Staff without pupils.
    Inset,
    /// A bank holiday.
    Bank,
    /// Half term, between terms, closed, a weekend.
    Off,
}

/// One month.
#[derive(Debug, PartialEq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// *September 2026*.
    pub title: String,
    /// Each day and what it is.
    pub days: Vec<(Date, DayKind)>,
}

impl Month {
    /// Its days of one kind.
    pub fn of(&self, kind: DayKind) -> impl Iterator<Item = Date> {
        self.days.iter().filter(move |(_, one)| *one == kind).map(|(day, _)| *day)
    }
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
            let words = format!("{}: {who} {what}", dates::moment(change.at, calendar.zone()));
            let lines = (!change.terms.is_empty()).then(|| written(&change.terms));
            history.push(Past { at: change.at, words, lines });
        }
        let today = calendar.day(self.now());
        let (months, warning) = (months(&calendar, today), ends_soon(&calendar, today));
        let (days, lines) = (year_words(&calendar, today), written(calendar.terms()));
        Ok(CalendarShown { calendar, own, bank_until, months, days, warning, history, lines })
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

/// The months of the school year a day lies in and of the next one, as far as they are known.
fn months(calendar: &Calendar, today: Date) -> Vec<Month> {
    let (Some(known), Some(last)) = (calendar.starts_on(), calendar.ends_on()) else { return Vec::new() };
    let first = calendar.school_year_start(today).max(known.first_of_month());
    let firsts = std::iter::successors(Some(first), |day| day.checked_add(1.month()).ok());
    firsts.take(MONTHS_SHOWN).take_while(|first| *first <= last).map(|first| month(calendar, first)).collect()
}

fn month(calendar: &Calendar, first: Date) -> Month {
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    let days = days.take_while(|day| day.month() == first.month());
    Month {
        first,
        title: format!("{} {}", dates::MONTHS[(first.month() - 1) as usize], first.year()),
        days: days.map(|day| (day, kind(calendar, day))).collect(),
    }
}

fn kind(calendar: &Calendar, day: Date) -> DayKind {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    if calendar.is_school_day(day) == Ok(true) {
        DayKind::School
    } else if calendar.is_staff_day(day) == Ok(true) {
        DayKind::Inset
    } else if !weekend && calendar.is_working_day(day) == Ok(false) {
        DayKind::Bank
    } else {
        DayKind::Off
    }
}

/// `190 days with pupils and 5 INSET days in the school year from 1 September 2026`.
pub(super) fn year_words(calendar: &Calendar, today: Date) -> String {
    let first = calendar.school_year_start(today);
    let year = first.checked_add(1.year()).unwrap_or(first);
    let days = || std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day < year);
    let school = days().filter(|day| calendar.is_school_day(*day).unwrap_or(false)).count();
    let staff = days().filter(|day| calendar.is_staff_day(*day).unwrap_or(false)).count();
    let inset = match staff - school {
        1 => "1 INSET day".to_owned(),
        many => format!("{many} INSET days"),
    };
    format!("{school} days with pupils and {inset} in the school year from {}", dates::long(first))
}
