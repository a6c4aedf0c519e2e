//! Holds: what may not be erased, whatever its age.
//!
//! Invariant: placing a hold and erasing take the same lock of the organisation first, so that one of the two sees
//! what the other did.

use crate::error::Error;
use crate::keep::{Kept, reaches};
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, id, maybe_at, maybe_id, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, OrganisationId, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Holds of one organisation that may run at a time.
pub const HOLDS_MAX: u32 = 10_000;

/// Reviews of one hold that are shown.
const REVIEWS_MAX: u32 = 1000;

statements! {
    LOCK = "INSERT INTO keep_run (organisation, number, erased_count, held_count, waiting_count) \
        VALUES ($1, 1, 0, 0, 0) ON CONFLICT (organisation) DO UPDATE SET number = keep_run.number + 1";
    INSERT = "INSERT INTO hold (id, organisation, covers, school, register, entry, reason, review_on, until_at, actor, \
        placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    LIFT = "UPDATE hold SET lifted_at = $2, lifted_by = $3, lifted_because = $4 WHERE id = $1 AND lifted_at IS NULL";
    GET = "SELECT id, organisation, covers, school, register, entry, reason, review_on, until_at, actor, placed_at, \
        lifted_at, lifted_by, lifted_because FROM hold WHERE id = $1";
    RUNNING = "SELECT id, organisation, covers, school, register, entry, reason, review_on, until_at, actor, placed_at, \
        lifted_at, lifted_by, lifted_because FROM hold WHERE organisation = $1 AND lifted_at IS NULL \
        AND (until_at IS NULL OR until_at > $2) ORDER BY placed_at, id LIMIT $3";
    PAST = "SELECT id, organisation, covers, school, register, entry, reason, review_on, until_at, actor, placed_at, \
        lifted_at, lifted_by, lifted_because FROM hold WHERE organisation = $1 \
        AND (lifted_at IS NOT NULL OR until_at <= $2) ORDER BY placed_at DESC, id DESC LIMIT $3";
    REVIEW = "UPDATE hold SET review_on = $2 WHERE id = $1 AND lifted_at IS NULL";
    PUT_REVIEW = "INSERT INTO hold_review (id, hold, review_on, reason, actor, at) VALUES ($1, $2, $3, $4, $5, $6)";
    REVIEWS = "SELECT id, review_on, reason, actor, at FROM hold_review WHERE hold = $1 ORDER BY at, id LIMIT $2";
    ENTRY = "SELECT e.school, e.register, s.organisation FROM entry e JOIN school s ON s.id = e.school WHERE e.id = $1";
    COUNT = "SELECT count(*) AS number FROM hold WHERE organisation = $1 AND lifted_at IS NULL";
}

/// What a hold covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Covers {
    /// One entry.
    Entry,
    /// A person and everything that refers to them, in the whole organisation.
    Person,
    /// A register at a school.
    Register,
}

/// On what a hold is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldOn {
    /// One entry.
    Entry(EntryId),
    /// A person and everything that refers to them.
    Person(EntryId),
    /// A register at a school.
    Register(SchoolId, Name),
}

/// A hold to be placed.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// A fresh id.
    pub id: Uuid,
    /// On what.
    pub on: HoldOn,
    /// Why, in words.
    pub reason: String,
    /// When somebody looks whether it is still needed.
    pub review_on: Date,
    /// It ends by itself at this instant; until it is lifted when `None`.
    pub until_at: Option<Timestamp>,
    /// The instant of the act.
    pub now: Timestamp,
}

/// A hold as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: Uuid,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// What it covers.
    pub covers: Covers,
    /// Where the thing held lives.
    pub school: SchoolId,
    /// Its register.
    pub register: Name,
    /// The entry; `None` for a whole register.
    pub entry: Option<EntryId>,
    /// Why.
    pub reason: String,
    /// When somebody looks whether it is still needed.
    pub review_on: Date,
    /// It ends by itself.
    pub until_at: Option<Timestamp>,
    /// Who placed it: `person:ID`, `operator`.
    pub actor: String,
    /// When.
    pub placed_at: Timestamp,
    /// When it was lifted.
    pub lifted_at: Option<Timestamp>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// Why it was lifted.
    pub lifted_because: Option<String>,
}

/// Somebody looked at a hold and left it standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldReview {
    /// Its id.
    pub id: Uuid,
    /// The day of the next look.
    pub review_on: Date,
    /// Why it is still needed.
    pub reason: String,
    /// Who looked: `person:ID`, `operator`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

impl Hold {
    /// Whether it holds this entry of that school and register.
    pub fn holds(&self, school: SchoolId, register: &str, kept: &Kept) -> bool {
        match (self.covers, self.entry) {
            (Covers::Register, _) => self.school == school && &*self.register == register,
            (Covers::Entry, entry) => entry == Some(kept.id),
            (Covers::Person, entry) => entry == Some(kept.id) || entry.is_some_and(|person| kept.refers_to(person)),
        }
    }
}

impl Kept {
    /// Whether any of its values points to an entry.
    pub fn refers_to(&self, other: EntryId) -> bool {
        let mut found = false;
        self.facts.values().for_each(|fact| fact.value.each_ref(&mut |id| found |= id == other));
        found
    }
}

impl Write {
    /// Waits for the other side: whoever places holds or erases in this organisation.
    pub(crate) async fn keep_lock(&mut self, organisation: OrganisationId) -> Result<(), Error> {
        self.run(LOCK, vec![id(organisation.0)]).await.map(drop)
    }

    /// Places a hold; `false` and nothing changed when the thing is not there (any more) or not reached, or when
    /// there are [`HOLDS_MAX`] already.
    pub async fn place_hold(&mut self, scope: &Scope, hold: &NewHold) -> Result<bool, Error> {
        let Some(organisation) = self.organisation_of(scope, &hold.on).await? else { return Ok(false) };
        self.keep_lock(organisation).await?;
        // Looked at again: it may have been erased while we waited.
        let Some((school, register)) = self.place_of(scope, &hold.on).await? else { return Ok(false) };
        let row = self.one("hold", COUNT, vec![id(organisation.0)]).await?;
        if row.map_or(Ok(0), |row| row.int("number"))? >= i64::from(HOLDS_MAX) {
            return Ok(false);
        }
        let (covers, entry) = match &hold.on {
            HoldOn::Entry(entry) => (Covers::Entry, Some(entry.0)),
            HoldOn::Person(entry) => (Covers::Person, Some(entry.0)),
            HoldOn::Register(..) => (Covers::Register, None),
        };
        let values = vec![
            id(hold.id),
            id(organisation.0),
            word(&covers),
            id(school.0),
            text(&register),
            maybe_id(entry),
            text(&hold.reason),
            text(hold.review_on.to_string()),
            maybe_at(hold.until_at),
            text(actor(scope.by())),
            at(hold.now),
        ];
        self.run(INSERT, values).await?;
        let mut details = vec![("hold", Detail::Id(hold.id)), ("register", Detail::Word(register.to_string()))];
        details.extend(entry.map(|entry| ("entry", Detail::Id(entry))));
        self.record(scope, About::school(school, hold.now), "hold-placed", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Lifts a hold; `false` and nothing changed when it is not there, not reached or lifted already.
    pub async fn lift_hold(&mut self, scope: &Scope, hold: Uuid, because: &str, now: Timestamp) -> Result<bool, Error> {
        let Some(known) = self.hold(scope, hold).await? else { return Ok(false) };
        self.keep_lock(known.organisation).await?;
        if self.run(LIFT, vec![id(hold), at(now), text(actor(scope.by())), text(because)]).await? == 0 {
            return Ok(false);
        }
        let details = [("hold", Detail::Id(hold))];
        self.record(scope, About::school(known.school, now), "hold-lifted", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Leaves a hold standing until the next look; `false` and nothing changed when it is not there, not reached or
    /// lifted.
    pub async fn review_hold(
        &mut self,
        scope: &Scope,
        hold: Uuid,
        (review, review_on, reason): (Uuid, Date, &str),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(known) = self.hold(scope, hold).await? else { return Ok(false) };
        if self.run(REVIEW, vec![id(hold), text(review_on.to_string())]).await? == 0 {
            return Ok(false);
        }
        let by = text(actor(scope.by()));
        let values = vec![id(review), id(hold), text(review_on.to_string()), text(reason), by, at(now)];
        self.run(PUT_REVIEW, values).await?;
        let details = [("hold", Detail::Id(hold))];
        self.record(scope, About::school(known.school, now), "hold-reviewed", &details).await?;
        Ok(true)
    }

    async fn organisation_of(&self, scope: &Scope, on: &HoldOn) -> Result<Option<OrganisationId>, Error> {
        let Some((school, _)) = self.place_of(scope, on).await? else { return Ok(None) };
        Ok(self.school(scope, school).await?.map(|school| school.organisation))
    }

    async fn place_of(&self, scope: &Scope, on: &HoldOn) -> Result<Option<(SchoolId, Name)>, Error> {
        let (school, register) = match on {
            HoldOn::Register(school, register) => (*school, register.clone()),
            HoldOn::Entry(entry) | HoldOn::Person(entry) => {
                let Some(row) = self.one("entry", ENTRY, vec![id(entry.0)]).await? else { return Ok(None) };
                (SchoolId(row.id("school")?), Name::from(row.text("register")?))
            }
        };
        Ok(self.reach_whole(scope, school).await?.map(|_| (school, register)))
    }
}

impl Read {
    /// One hold; `None` when it is not there or not reached.
    pub async fn hold(&self, scope: &Scope, hold: Uuid) -> Result<Option<Hold>, Error> {
        let row = self.one("hold", GET, vec![id(hold)]).await?;
        let hold = row.as_ref().map(from_row).transpose()?;
        Ok(hold.filter(|hold| reaches(scope, hold.organisation) && scope.reaches_whole(hold.school)))
    }

    /// The holds that run in an organisation, oldest first.
    pub async fn holds(&self, scope: &Scope, organisation: OrganisationId, now: Timestamp) -> Result<Vec<Hold>, Error> {
        if !reaches(scope, organisation) {
            return Ok(Vec::new());
        }
        let holds = self.running_holds(organisation, now).await?;
        Ok(holds.into_iter().filter(|hold| scope.reaches_whole(hold.school)).collect())
    }

    /// The holds of an organisation that are over, newest first.
    pub async fn past_holds(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Hold>, Error> {
        if !reaches(scope, organisation) {
            return Ok(Vec::new());
        }
        let values = vec![id(organisation.0), at(now), i64::from(limit.min(HOLDS_MAX)).into()];
        let holds: Vec<Hold> =
            self.all("hold", PAST, values).await?.iter().map(from_row).collect::<Result<_, Error>>()?;
        Ok(holds.into_iter().filter(|hold| scope.reaches_whole(hold.school)).collect())
    }

    /// When and why a hold was left standing, oldest first.
    pub async fn hold_reviews(&self, scope: &Scope, hold: Uuid) -> Result<Vec<HoldReview>, Error> {
        if self.hold(scope, hold).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = self.all("hold_review", REVIEWS, vec![id(hold), i64::from(REVIEWS_MAX).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(HoldReview {
                    id: row.id("id")?,
                    review_on: row.text("review_on")?.parse().map_err(|_| row.corrupt("review_on"))?,
                    reason: row.text("reason")?,
                    actor: row.text("actor")?,
                    at: row.at("at")?,
                })
            })
            .collect()
    }

    /// All of them: a hold placed at one school protects a person at the others too.
    pub(crate) async fn running_holds(&self, organisation: OrganisationId, now: Timestamp) -> Result<Vec<Hold>, Error> {
        let values = vec![id(organisation.0), at(now), i64::from(HOLDS_MAX).into()];
        self.all("hold", RUNNING, values).await?.iter().map(from_row).collect()
    }
}

fn from_row(row: &Row) -> Result<Hold, Error> {
    Ok(Hold {
        id: row.id("id")?,
        organisation: OrganisationId(row.id("organisation")?),
        covers: row.word("covers")?,
        school: SchoolId(row.id("school")?),
        register: Name::from(row.text("register")?),
        entry: row.maybe_id("entry")?.map(EntryId),
        reason: row.text("reason")?,
        review_on: row.text("review_on")?.parse().map_err(|_| row.corrupt("review_on"))?,
        until_at: row.maybe_at("until_at")?,
        actor: row.text("actor")?,
        placed_at: row.at("placed_at")?,
        lifted_at: row.maybe_at("lifted_at")?,
        lifted_by: row.maybe_text("lifted_by")?,
        lifted_because: row.maybe_text("lifted_because")?,
    })
}
