//! Which entry a school has confirmed for each name a policy speaks of ("the curriculum server").

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{at, id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use std::collections::BTreeMap;

statements! {
    // Only an entry of this school or of its central office may be named.
    PUT = "INSERT INTO named_entry (school, pack, name, entry, confirmed_at, actor) \
        SELECT h.id, $2, $3, e.id, CAST($5 AS BIGINT), $6 FROM entry e JOIN school h ON h.id = $1 WHERE e.id = $4 AND e.school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) \
        ON CONFLICT (school, pack, name) DO UPDATE SET entry = excluded.entry, \
        confirmed_at = excluded.confirmed_at, actor = excluded.actor";
    LIST = "SELECT n.name, n.entry FROM school s \
        JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN named_entry n ON n.school = o.id WHERE s.id = $1 AND n.pack = $2 \
        ORDER BY CASE WHEN o.id = s.id THEN 1 ELSE 0 END, n.name";
}

/// Which name of which policy, and where.
#[derive(Clone, Copy, Debug)]
pub struct NameAt<'a> {
    /// The school, or the central office for all its schools.
    pub school: SchoolId,
    /// Pack id.
    pub pack: &'a str,
    /// The policy's name for the entry.
    pub name: &'a str,
}

impl Write {
    /// Confirms which entry is meant; `false` and nothing changed when the school or the entry is not reached.
    pub async fn confirm_entry(
        &mut self,
        scope: &Scope,
        name: NameAt<'_>,
        entry: EntryId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, name.school).await? else { return Ok(false) };
        let values =
            vec![reached.id(), text(name.pack), text(name.name), id(entry.0), at(now), text(actor(scope.by()))];
        if self.run(PUT, values).await? == 0 {
            return Ok(false);
        }
        let details = [
            ("pack", Detail::Word(name.pack.to_owned())),
            ("name", Detail::Word(name.name.to_owned())),
            ("entry", Detail::Id(entry.0)),
        ];
        self.record(scope, About::school(name.school, now), "entry-confirmed", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The names a school has confirmed: its own word, else its central office's.
    pub async fn named_entries(
        &self,
        scope: &Scope,
        school: SchoolId,
        pack: &str,
    ) -> Result<BTreeMap<Name, EntryId>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(BTreeMap::new()) };
        let rows = self.all("named_entry", LIST, vec![reached.id(), text(pack)]).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("name")?), EntryId(row.id("entry")?)))).collect()
    }
}
