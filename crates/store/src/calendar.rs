//! The school's year: its terms as one document, its division from the school.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, json, name_of, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::{Division, Term};
use schoolkeeper_core::id::SchoolId;

statements! {
    PUT = "INSERT INTO calendar (school, terms, set_at, actor) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (school) DO UPDATE SET terms = excluded.terms, set_at = excluded.set_at, actor = excluded.actor";
    KEEP = "INSERT INTO calendar_change (school, set_at, terms, actor) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (school, set_at) DO UPDATE SET terms = excluded.terms, actor = excluded.actor";
    DROP = "DELETE FROM calendar WHERE school = $1";
    CHANGES = "SELECT terms, set_at, actor FROM calendar_change WHERE school = $1 ORDER BY set_at DESC LIMIT $2";
    OWN = "SELECT terms FROM calendar WHERE school = $1";
    PUT_HOLIDAYS = "INSERT INTO bank_holiday (school, list, set_at, actor) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (school) DO UPDATE SET list = excluded.list, set_at = excluded.set_at, actor = excluded.actor";
    HOLIDAYS = "SELECT c.list FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN bank_holiday c ON c.school = o.id WHERE s.id = $1 ORDER BY CASE WHEN o.id = s.id THEN 0 ELSE 1 END LIMIT 1";
    SET_DIVISION = "UPDATE school SET division = $2 WHERE id = $1";
    // The school's own terms; without them those of its central office.
    GET = "SELECT c.terms FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN calendar c ON c.school = o.id WHERE s.id = $1 ORDER BY CASE WHEN o.id = s.id THEN 0 ELSE 1 END LIMIT 1";
}

impl Write {
    /// Sets the terms; `false` and nothing changed when the school is not reached. Check them before: overlaps are kept.
    pub async fn set_terms(
        &mut self,
        scope: &Scope,
        school: SchoolId,
        terms: &[Term],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let by = actor(scope.by());
        self.run(PUT, vec![reached.id(), json(&terms), at(now), text(&by)]).await?;
        self.run(KEEP, vec![reached.id(), at(now), json(&terms), text(by)]).await?;
        let details = [("terms", Detail::Count(terms.len() as i64))];
        self.record(scope, About::school(school, now), "calendar-set", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Write {
    /// Gives up a school's own terms, so that its central office's hold; `false` and nothing changed when it had none
    /// or is not reached.
    pub async fn drop_terms(&mut self, scope: &Scope, school: SchoolId, now: Timestamp) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        if self.run(DROP, vec![reached.id()]).await? == 0 {
            return Ok(false);
        }
        let none: Vec<Term> = Vec::new();
        self.run(KEEP, vec![reached.id(), at(now), json(&none), text(actor(scope.by()))]).await?;
        self.record(scope, About::school(school, now), "calendar-set", &[("terms", Detail::Count(0))]).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Sets the part of the United Kingdom whose bank holidays hold; `false` when the school is not reached.
    pub async fn set_division(
        &mut self,
        scope: &Scope,
        school: SchoolId,
        division: Division,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        self.run(SET_DIVISION, vec![reached.id(), word(&division)]).await?;
        let details = [("division", Detail::Word(name_of(&division).unwrap_or_default()))];
        self.record(scope, About::school(school, now), "division-set", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Keeps a newer list of bank holidays, read and found good before; `false` when the school is not reached.
    pub async fn set_bank_holidays(
        &mut self,
        scope: &Scope,
        school: SchoolId,
        list: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        self.run(PUT_HOLIDAYS, vec![reached.id(), text(list), at(now), text(actor(scope.by()))]).await?;
        let details = [("bytes", Detail::Count(list.len() as i64))];
        self.record(scope, About::school(school, now), "bank-holidays-set", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

/// Terms as they were set at an instant; none = the school's own were given up.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarChange {
    /// The terms.
    pub terms: Vec<Term>,
    /// When.
    pub at: Timestamp,
    /// By whom: `person:ID`, `operator`.
    pub actor: String,
}

impl Read {
    /// What a school's calendar said, newest first; at most `limit`.
    pub async fn calendar_changes(
        &self,
        scope: &Scope,
        school: SchoolId,
        limit: u32,
    ) -> Result<Vec<CalendarChange>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("calendar_change", CHANGES, vec![reached.id(), i64::from(limit).into()]).await?;
        let change = |row: &Row| {
            Ok(CalendarChange { terms: row.json("terms")?, at: row.at("set_at")?, actor: row.text("actor")? })
        };
        rows.iter().map(change).collect()
    }

    /// Whether a school has terms of its own.
    pub async fn has_own_terms(&self, scope: &Scope, school: SchoolId) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        Ok(self.one("calendar", OWN, vec![reached.id()]).await?.is_some())
    }

    /// The list of bank holidays somebody handed in for a school or its central office.
    pub async fn bank_holidays(&self, scope: &Scope, school: SchoolId) -> Result<Option<String>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(None) };
        self.one("bank_holiday", HOLIDAYS, vec![reached.id()]).await?.map(|row| row.text("list")).transpose()
    }

    /// The terms that hold at a school, its own or its central office's; none when nobody set them.
    pub async fn terms(&self, scope: &Scope, school: SchoolId) -> Result<Vec<Term>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.one("calendar", GET, vec![reached.id()]).await?.map_or(Ok(Vec::new()), |row| row.json("terms"))
    }
}
