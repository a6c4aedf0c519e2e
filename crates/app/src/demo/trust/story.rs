//! Who tells the year: the house, its places and people, and the sandbox's clock that moves on with every act.

use super::cell::When;
use super::list::{Lists, Table};
use super::place::{Place, TRUST, places};
use super::{list, policy};
use crate::bring_in::List;
use crate::demo::{PASSWORD, terms};
use crate::house::{NewHouse, clock};
use crate::sign_in::{Arrival, NewLogin, SignIn};
use crate::{Error, House};
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::School;
use std::collections::BTreeMap;
use std::path::Path;

/// How many months a story has at most, and then today.
pub const MONTHS_MAX: usize = 12;
/// The policy every place runs.
pub const POLICY: &str = "multi-academy-trust";
/// Who can sign in: post, role as people read it.
pub const SEATS: [&str; 6] = ["head", "office", "technician", "teacher", "dpo", "board"];
/// The clock moves so far with every act.
const TICK: SignedDuration = SignedDuration::from_secs(4);
/// Every place has so much of a morning.
const MORNING: SignedDuration = SignedDuration::from_secs(240);

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many schools.
    pub schools: usize,
    /// The same seed makes the same trust.
    pub seed: u64,
    /// How many months it looks back on.
    pub months: usize,
    /// Today, when it is pretended.
    pub now: Option<Timestamp>,
}

/// What was made.
#[derive(Debug)]
pub struct Told {
    /// The house.
    pub house: House,
    /// How many rows came in.
    pub rows: usize,
    /// How many acts there were.
    pub acts: usize,
}

/// A story under way.
pub(super) struct Story {
    pub house: House,
    pub plan: Plan,
    pub places: Vec<Place>,
    pub schools: Vec<School>,
    pub lists: Lists,
    pub when: When,
    /// Place and post → who sits there.
    pub seats: BTreeMap<(usize, &'static str), EntryId>,
    /// Place → what the rows of its lists are called.
    pub names: Vec<BTreeMap<String, Vec<String>>>,
    pub end: Timestamp,
    pub rows: usize,
    pub acts: usize,
}

impl House {
    /// Makes a data folder with a made-up trust and its last year; `progress` hears what is told next.
    pub async fn demo_trust(data: &Path, plan: Plan, progress: impl Fn(&str)) -> Result<Told, Error> {
        let mut story = Story::begin(data, plan).await?;
        for month in 0..=plan.months {
            for at in 0..story.places.len() {
                story.turn_to(month, at)?;
                progress(&format!("{}: {}", story.when.today.strftime("%B %Y"), story.places[at].title));
                story.morning(at).await?;
            }
            story.house.sequence_once().await?;
        }
        story.close().await
    }
}

impl Story {
    async fn begin(data: &Path, plan: Plan) -> Result<Self, Error> {
        let end = plan.now.unwrap_or_else(clock);
        let first = start(end, plan.months)?;
        let when = when(0, first, day_of(first));
        let places = places(plan.schools, plan.seed, when.first);
        let lead = SignedDuration::from_mins(5);
        let begun = when.now - lead;
        let new = NewHouse {
            schools: places[1..].iter().map(|place| place.title.clone()).collect(),
            trust: Some(TRUST.to_owned()),
            pack: POLICY.to_owned(),
            calendar: Some(terms_until(begun, end)),
            by_section: true,
            sandbox: true,
            demo: true,
            ..NewHouse::default()
        };
        let schools = new.make(data, Some(begun)).await?;
        let house = House::open(data, Some(begun)).await?;
        let names = vec![BTreeMap::new(); places.len()];
        let (seats, lists) = (BTreeMap::new(), Lists::read()?);
        Ok(Self { house, plan, places, schools, lists, when, seats, names, end, rows: 0, acts: 0 })
    }

    /// Another place, another month: each begins its morning a little after the one before.
    fn turn_to(&mut self, month: usize, at: usize) -> Result<(), Error> {
        let mornings = i32::try_from(self.places.len() - at).unwrap_or(1);
        let base = start(self.end, self.plan.months - month)? - MORNING * mornings;
        let base = base.max(self.when.now + SignedDuration::from_secs(1)).min(self.end);
        let first = self.when.first;
        self.when = when(month, base, first);
        self.house.moves_to(base);
        Ok(())
    }

    /// The next act.
    pub fn tick(&mut self) {
        self.acts += 1;
        self.when.now = (self.when.now + TICK).min(self.end);
        self.house.moves_to(self.when.now);
    }

    /// The last words: from here on the clock is the one that was asked for.
    async fn close(mut self) -> Result<Told, Error> {
        self.house.goes_on_at(self.plan.now);
        self.house.sequence_once().await?;
        Ok(Told { house: self.house, rows: self.rows, acts: self.acts })
    }

    /// Who does something at a place: its own people, the central office's where it has none, the operator before
    /// anybody can sign in.
    pub async fn actor(&self, at: usize, post: &str) -> Result<Actor, Error> {
        let seat = |place| self.seats.iter().find(|((where_, which), _)| *where_ == place && *which == post);
        match seat(at).or_else(|| seat(0)) {
            Some((_, person)) => self.house.actor(*person, self.schools[at].organisation).await,
            None => Ok(self.house.operator()),
        }
    }

    /// Brings a list in.
    pub async fn bring(
        &mut self,
        (at, actor): (usize, &Actor),
        (register, file, part): (&str, &str, bool),
        table: &Table,
    ) -> Result<(), Error> {
        if table.rows == 0 {
            return Ok(());
        }
        self.tick();
        self.rows += table.rows;
        let source = file.trim_end_matches(".csv");
        let list = List {
            register,
            file,
            bytes: table.text.as_bytes(),
            source: Some(source),
            part,
            confirm_left: true,
            ..List::default()
        };
        let brought = self.house.bring_in(actor, &self.schools[at], &list).await?;
        tracing::debug!("{} {file}: {}", self.places[at].short, brought.text);
        Ok(())
    }

    /// The first morning of a place: people, posts, who can sign in, the policy's numbers, what is published.
    pub async fn first_morning(&mut self, at: usize) -> Result<(), Error> {
        let operator = self.house.operator();
        let staff = list::staff(&self.places[at], &self.when);
        self.bring((at, &operator), ("person", "staff.csv", false), &staff).await?;
        let posts = list::posts(&self.places[at], self.when.first);
        self.bring((at, &operator), ("appointment", "posts.csv", true), &posts).await?;
        for post in SEATS {
            let Some(one) = self.places[at].people.iter().find(|one| one.post == Some(post)).cloned() else { continue };
            let school = self.schools[at].clone();
            let person = self
                .house
                .add_person(&NewLogin { name: one.name, email: one.email, role: None, school }, PASSWORD)
                .await?;
            self.house.agree_notice(person.login).await?;
            self.seats.insert((at, post), person.person);
            self.tick();
        }
        if at == 0 {
            let head = self.actor(at, "head").await?;
            let pack = self.house.adopted(&House::scope(&head, "policy.see")?, &self.schools[at]).await?.remove(0);
            let set = policy::params(&pack.live.pack, self.plan.seed);
            self.tick();
            self.house.set_params(&head, &self.schools[at], &set).await?;
        }
        Ok(())
    }

    /// Somebody signs in with their password, and out again.
    pub async fn sign_in(&mut self, at: usize) -> Result<(), Error> {
        let post = if self.when.month.is_multiple_of(2) { "head" } else { "office" };
        let Some(one) = self.places[at].people.iter().find(|one| one.post == Some(post)) else { return Ok(()) };
        let arrival =
            Arrival { source: "127.0.0.1".to_owned(), device: None, browser: "Firefox on Windows".to_owned() };
        let answer = self.house.sign_in(&one.email, PASSWORD, &arrival).await?;
        if let SignIn::In(session) = answer {
            self.tick();
            self.house.sign_out(session.id).await?;
        }
        Ok(())
    }
}

/// The terms of the school years around the story's first day, and of those after it until a year after its last.
fn terms_until(begun: Timestamp, end: Timestamp) -> String {
    let (near, far) = (terms(begun), terms(end));
    if near == far {
        return near;
    }
    let last = far.rfind("[[term]]\nname = \"autumn\"").unwrap_or(0);
    near + &far[last..]
}

/// The instant so many months before the end.
fn start(end: Timestamp, back: usize) -> Result<Timestamp, Error> {
    let back = i64::try_from(back.min(MONTHS_MAX)).unwrap_or_default();
    let then = end.to_zoned(TimeZone::UTC).checked_sub(Span::new().months(back));
    then.map(|then| then.timestamp()).map_err(|error| Error::corrupt("the made-up year", error))
}

fn when(month: usize, now: Timestamp, first: Date) -> When {
    When { month, now, today: day_of(now), first }
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)).date()
}
