//! "These are all", "we have none": what somebody vouches for of a list, or of one class of it, in their name and until a
//! day.
//!
//! Invariant: nobody vouches for longer than twelve months, nor for none while the records hold one.

use crate::authority::Try;
use crate::outcome::Outcome;
use crate::register::capital;
use crate::register::cell::choice;
use crate::words::of_kinds;
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
use schoolkeeper_store::census::{ListOf, StoredCensus, Vouched};
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::listing::{By, Listing, Narrow, Test};

/// Longest anybody vouches for a list, in months.
const MONTHS_MAX: i64 = 12;
/// How many days before its end a word is to be given again.
const SOON_DAYS: i32 = 30;

/// A list, or one class of it.
#[derive(Clone, Copy, Debug)]
pub struct ListAt<'a> {
    /// The register.
    pub register: &'a str,
    /// One of its classes; the whole list when `None`.
    pub class: Option<&'a str>,
}

impl<'a> From<&'a str> for ListAt<'a> {
    fn from(register: &'a str) -> Self {
        Self { register, class: None }
    }
}

/// What the page about a list's completeness shows.
#[derive(Debug)]
pub struct CensusShown {
    /// *Devices*.
    pub title: String,
    /// *devices*, *devices of the kind “laptop”*.
    pub many: String,
    /// How many the records hold.
    pub held: u64,
    /// What was said, newest first.
    pub said: Vec<SaidOfList>,
    /// How many statements are not known until somebody says so.
    pub waiting: usize,
    /// The latest day anybody may vouch until.
    pub latest: Date,
    /// Its classes, where it has some and the whole list is asked about.
    pub classes: Vec<ClassLine>,
}

/// One class of a list.
#[derive(Debug)]
pub struct ClassLine {
    /// Its id.
    pub id: Name,
    /// *Laptop*.
    pub title: String,
    /// How many the records hold.
    pub held: u64,
    /// What was said last of it by itself.
    pub said: Option<SaidOfList>,
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
    pub async fn census_of<'a>(
        &self,
        actor: &Actor,
        school: &School,
        list: impl Into<ListAt<'a>>,
    ) -> Result<CensusShown, Error> {
        let scope = self.scope_at(actor, "records.confirm", school).await?;
        let (schema, class) = self.vouchable(list.into())?;
        let mut censuses = self.read().await?.censuses(&scope, school.id).await?;
        censuses.retain(|stored| stored.register == schema.id);
        censuses.sort_by_key(|stored| std::cmp::Reverse(stored.census.as_of));
        let (mut said, mut classes) = (Vec::new(), Vec::new());
        for stored in censuses.iter().filter(|stored| stored.class.as_ref() == class) {
            said.push(self.said(stored, school).await?);
        }
        for id in schema.classes().filter(|_| class.is_none()).map_or(&[][..], |(_, classes)| classes) {
            let newest = censuses.iter().find(|stored| stored.class.as_ref() == Some(id));
            classes.push(ClassLine {
                id: id.clone(),
                title: choice(id),
                held: self.count(&scope, school, (schema, Some(id))).await?,
                said: match newest {
                    Some(stored) => Some(self.said(stored, school).await?),
                    None => None,
                },
            });
        }
        Ok(CensusShown {
            title: capital(&self.many_at(school, &schema.id).await?),
            many: self.many_of(school, (schema, class)).await?,
            held: self.count(&scope, school, (schema, class)).await?,
            said,
            waiting: self.waiting_for(&scope, school, (&schema.id, class)).await?,
            latest: latest(schema, Calendar::new(school.division, Vec::new()).day(self.now())),
            classes,
        })
    }

    async fn said(&self, stored: &StoredCensus, school: &School) -> Result<SaidOfList, Error> {
        let (census, calendar) = (&stored.census, Calendar::new(school.division, Vec::new()));
        let who = self.who_did(&Scope::system("names"), &stored.actor).await?;
        let day = |at| dates::long(calendar.day(at));
        let what = if stored.none { "that there are none" } else { "that these are all" };
        let by_hand = &*census.source == HAND && stored.school == school.id;
        let words = match stored.how {
            Some(how) => format!("{who} said on {} {what}{}.", day(census.as_of), how_words(how)),
            None => format!("A list brought in as “{}” on {} held them all.", census.source, day(census.as_of)),
        };
        let left = (calendar.day(census.ends_at) - calendar.day(self.now())).get_days();
        let late = match left {
            ..0 => Some(format!("This ended on {}.", day(census.ends_at))),
            0..=SOON_DAYS => Some(format!("This ends on {}: look again.", day(census.ends_at))),
            _ => None,
        };
        let words = if late.is_some() { words } else { format!("{words} Good until {}.", day(census.ends_at)) };
        Ok(SaidOfList { words, late, by_hand })
    }

    /// How many statements of the school's policies are not known until somebody says that a list, or a class of it, is
    /// complete.
    async fn waiting_for(
        &self,
        scope: &Scope,
        school: &School,
        (list, class): (&Name, Option<&Name>),
    ) -> Result<usize, Error> {
        let read = self.read().await?;
        let wanted = |one: &Missing| match one {
            Missing::Census { register, classes } => register == list && class.is_none_or(|it| classes.contains(it)),
            _ => false,
        };
        let mut waiting = 0;
        for run in read.last_runs(scope, school.id).await? {
            let outcome: Option<Outcome> = read.outcome(scope, school.id, &run.pack).await?;
            let clauses = outcome.into_iter().flat_map(|outcome| outcome.clauses);
            waiting += clauses.filter(|clause| clause.missing.iter().any(wanted)).count();
        }
        Ok(waiting)
    }

    /// Vouches for a list, or one class of it; says what was said.
    pub async fn vouch<'a>(
        &self,
        actor: &Actor,
        school: &School,
        list: impl Into<ListAt<'a>>,
        vouch: Vouch,
    ) -> Result<String, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.confirm")).await?.scope;
        let (schema, class) = self.vouchable(list.into())?;
        let held = self.count(&scope, school, (schema, class)).await?;
        let many = self.many_of(school, (schema, class)).await?;
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
        let list = ListOf { school: school.id, register: &schema.id, class };
        write.confirm_census(&scope, list, &said, now).await?;
        write.commit().await?;
        let until = dates::long(until);
        Ok(if vouch.none {
            format!("there are no {many}, until {until}")
        } else {
            format!("these {held} {many} are all, until {until}")
        })
    }

    /// Takes back what somebody vouched for; `false` when nobody had.
    pub async fn withdraw_census<'a>(
        &self,
        actor: &Actor,
        school: &School,
        list: impl Into<ListAt<'a>>,
    ) -> Result<bool, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.confirm")).await?.scope;
        let (schema, class) = self.vouchable(list.into())?;
        let list = ListOf { school: school.id, register: &schema.id, class };
        let mut write = self.write().await?;
        let ended = write.end_census(&scope, (list, HAND), "withdrawn", self.now()).await?;
        write.commit().await?;
        Ok(ended)
    }

    async fn count(
        &self,
        scope: &Scope,
        school: &School,
        (register, class): (&Register, Option<&Name>),
    ) -> Result<u64, Error> {
        let read = self.read().await?;
        let (Some(class), Some((field, _))) = (class, register.classes()) else {
            return Ok(read.entry_count(scope, school.id, &register.id).await?);
        };
        let by = By::Field(register.fields[field].name.clone());
        let narrow = vec![Narrow { by, any: vec![Test::Is(class.to_string())] }];
        let listing = Listing { narrow, ..Listing::of(school.id, register) };
        Ok(read.listing_count(scope, &listing, u32::MAX).await?)
    }

    /// *devices*, *devices of the kind “laptop”*.
    async fn many_of(&self, school: &School, (register, class): (&Register, Option<&Name>)) -> Result<String, Error> {
        let many = self.many_at(school, &register.id).await?;
        Ok(match class {
            Some(class) => format!("{many} {}", of_kinds(std::slice::from_ref(class))),
            None => many,
        })
    }

    /// A list, or class of one, somebody can vouch for; one that is closed by nature needs nobody.
    fn vouchable(&self, list: ListAt<'_>) -> Result<(&Register, Option<&Name>), Error> {
        let schema = self.schemas.get(list.register).filter(|schema| !schema.closed).ok_or(Error::Missing)?;
        let Some(class) = list.class else { return Ok((schema, None)) };
        let classes = schema.classes().map_or(&[][..], |(_, classes)| classes);
        let class = classes.iter().find(|known| ***known == *class).ok_or(Error::Missing)?;
        Ok((schema, Some(class)))
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
