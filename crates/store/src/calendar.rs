//! The school's year: its terms as one document, its division from the school.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Term;
use schoolkeeper_core::id::SchoolId;

statements! {
    PUT = "INSERT INTO calendar (school, terms, set_at, actor) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (school) DO UPDATE SET terms = excluded.terms, set_at = excluded.set_at, actor = excluded.actor";
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
        self.run(PUT, vec![reached.id(), json(&terms), at(now), text(actor(scope.by()))]).await?;
        let details = [("terms", Detail::Count(terms.len() as i64))];
        self.record(scope, About::school(school, now), "calendar-set", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The terms that hold at a school, its own or its central office's; none when nobody set them.
    pub async fn terms(&self, scope: &Scope, school: SchoolId) -> Result<Vec<Term>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.one("calendar", GET, vec![reached.id()]).await?.map_or(Ok(Vec::new()), |row| row.json("terms"))
    }
}
