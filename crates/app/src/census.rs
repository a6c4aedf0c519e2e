//! "These are all", "we have none": what somebody vouches for of a list, in their name and until a day.
//!
//! Invariant: nobody vouches for longer than twelve months, nor for none while the records hold one.

use crate::authority::Try;
use crate::outcome::Outcome;
use crate::register::capital;
use crate::{Error, House, dates};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::world::Census;
use schoolkeeper_store::School;
pub use schoolkeeper_store::census::How;
use schoolkeeper_store::census::{StoredCensus, Vouched};
use schoolkeeper_store::entry::HAND;

/// Longest anybody vouches for a list, in months.
const MONTHS_MAX: i64 = 12;
/// How many days before its end a word is to be given again.
const SOON_DAYS: i32 = 30;

/// What the page about a list's completeness shows.
#[derive(Debug)]
pub struct CensusShown {
    /// *Devices*.
    pub title: String,
    /// *devices*.
    pub many: String,
    /// How many the records hold.
    pub held: u64,
    /// What was said, newest first.
    pub said: Vec<SaidOfList>,
    /// How many statements are not known until somebody says so.
    pub waiting: usize,
    /// The latest day anybody may vouch until.
    pub latest: Date,
}

/// What was said of a list.
#[derive(Debug)]
pub struct SaidOfList {
    /// *Ash Sample said on … that these are all, by stocktake.*
    pub words: String,
    /// It ends soon, or has ended.
    pub late: Option<String>,
    /// Somebody said it here, so it can be taken back here.
    pub by_hand: bool,
}

/// What somebody vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vouch {
    /// There are none.
    pub none: bool,
    /// How they know.
    pub how: How,
    /// Last day; the longest that is allowed when `None`.
    pub until: Option<Date>,
}

impl House {
    /// What is said of a list, and what waits for it. Missing for whoever may not vouch.
    pub async fn census_of(&self, actor: &Actor, school: &School, register: &str) -> Result<CensusShown, Error> {
        let scope = self.scope_at(actor, "records.confirm", school).await?;
        let schema = self.vouchable(register)?;
        let read = self.read().await?;
        let held = read.entry_count(&scope, school.id, register).await?;
        let mut censuses = read.censuses(&scope, school.id).await?;
        drop(read);
        censuses.retain(|stored| stored.register == schema.id);
        censuses.sort_by_key(|stored| std::cmp::Reverse(stored.census.as_of));
        let calendar = Calendar::new(school.division, Vec::new());
        let mut said = Vec::new();
        for stored in &censuses {
            let who = self.who_did(&Scope::system("names"), &stored.actor).await?;
            said.push(self.said(&calendar, stored, (&who, school)));
        }
        let many = self.many_at(school, register).await?;
        Ok(CensusShown {
            title: capital(&many),
            many,
            held,
            said,
            waiting: self.waiting_for(&scope, school, register).await?,
            latest: latest(schema, calendar.day(self.now())),
        })
    }

    fn said(&self, calendar: &Calendar, stored: &StoredCensus, (who, school): (&str, &School)) -> SaidOfList {
        let census = &stored.census;
        let day = |at| dates::long(calendar.day(at));
        let what = if stored.none { "that there are none" } else { "that these are all" };
        let by_hand = &*census.source == HAND && stored.school == school.id;
        let words = match stored.how {
            Some(how) => format!("{who} said on {} {what}{}.", day(census.as_of), how_words(how)),
            None => format!("The list {} of {} was whole.", census.source, day(census.as_of)),
        };
        let left = (calendar.day(census.ends_at) - calendar.day(self.now())).get_days();
        let late = match left {
            ..0 => Some(format!("This ended on {}.", day(census.ends_at))),
            0..=SOON_DAYS => Some(format!("This ends on {}: look again.", day(census.ends_at))),
            _ => None,
        };
        let words = if late.is_some() { words } else { format!("{words} Good until {}.", day(census.ends_at)) };
        SaidOfList { words, late, by_hand }
    }

    /// How many statements of the school's policies are not known until somebody says that a list is complete.
    async fn waiting_for(&self, scope: &Scope, school: &School, register: &str) -> Result<usize, Error> {
        let read = self.read().await?;
        let wanted = Missing::Census { register: Name::from(register) };
        let mut waiting = 0;
        for run in read.last_runs(scope, school.id).await? {
            let outcome: Option<Outcome> = read.outcome(scope, school.id, &run.pack).await?;
            let clauses = outcome.into_iter().flat_map(|outcome| outcome.clauses);
            waiting += clauses.filter(|clause| clause.missing.contains(&wanted)).count();
        }
        Ok(waiting)
    }

    /// Vouches for a list; says what was said.
    pub async fn vouch(&self, actor: &Actor, school: &School, register: &str, vouch: Vouch) -> Result<String, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.confirm")).await?.scope;
        let schema = self.vouchable(register)?;
        let (held, many) = (self.count(&scope, school, register).await?, self.many_at(school, register).await?);
        if vouch.none && held > 0 {
            return Err(Error::refused(format!(
                "the records hold {held} {many}, so \"there are none\" cannot be said"
            )));
        }
        if !vouch.none && held == 0 {
            return Err(Error::refused(format!(
                "the records hold no {many}\nhint: bring in a list, or say that there are none"
            )));
        }
        let (now, calendar) = (self.now(), Calendar::new(school.division, Vec::new()));
        let (today, latest) = (calendar.day(now), latest(schema, calendar.day(now)));
        let until = vouch.until.unwrap_or(latest);
        if until <= today || until > latest {
            return Err(Error::refused(format!(
                "choose a day from tomorrow until {}, so that somebody looks again",
                dates::long(latest)
            )));
        }
        // The last second of the day, so that the day that is shown is the one that was chosen.
        let ends_at = calendar.end_of(until) - SignedDuration::from_secs(1);
        let census = Census { source: Name::from(HAND), as_of: now, ends_at, stated: true };
        let said = Vouched { census, how: vouch.how, none: vouch.none };
        let mut write = self.write().await?;
        write.confirm_census(&scope, (school.id, &schema.id), &said, now).await?;
        write.commit().await?;
        let until = dates::long(until);
        Ok(if vouch.none {
            format!("there are no {many}, until {until}")
        } else {
            format!("these {held} {many} are all, until {until}")
        })
    }

    /// Takes back what somebody vouched for; `false` when nobody had.
    pub async fn withdraw_census(&self, actor: &Actor, school: &School, register: &str) -> Result<bool, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.confirm")).await?.scope;
        let schema = self.vouchable(register)?;
        let mut write = self.write().await?;
        let ended = write.end_census(&scope, (school.id, &schema.id, HAND), "withdrawn", self.now()).await?;
        write.commit().await?;
        Ok(ended)
    }

    async fn count(&self, scope: &Scope, school: &School, register: &str) -> Result<u64, Error> {
        Ok(self.read().await?.entry_count(scope, school.id, register).await?)
    }

    /// A list somebody can vouch for; one that is closed by nature needs nobody.
    fn vouchable(&self, register: &str) -> Result<&Register, Error> {
        self.schemas.get(register).filter(|schema| !schema.closed).ok_or(Error::Missing)
    }
}

/// The latest day a list may be vouched for until: what its register allows, at most twelve months.
fn latest(schema: &Register, today: Date) -> Date {
    let year = today.checked_add(MONTHS_MAX.months()).unwrap_or(today);
    let span = schema.census.map(|span| SignedDuration::from_secs(span.rough_seconds()));
    let own = span.and_then(|span| today.checked_add(span).ok());
    own.map_or(year, |own| own.min(year))
}

fn how_words(how: How) -> &'static str {
    match how {
        How::Stocktake => ", after a stocktake",
        How::Compared => ", compared with another list",
        How::Other => "",
    }
}
