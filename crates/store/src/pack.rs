//! Policies a school has adopted, with the texts they were read from.
//!
//! Invariant: what was adopted at the central office holds for every school of the organisation.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};

statements! {
    PUT = "INSERT INTO adopted_pack (school, pack, hash, sources, adopted_at, actor) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (school, pack) DO UPDATE SET hash = excluded.hash, sources = excluded.sources, \
        adopted_at = excluded.adopted_at, actor = excluded.actor";
    LIST = "SELECT school, pack, hash, sources, adopted_at FROM adopted_pack WHERE school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) ORDER BY pack, school";
}

/// A policy as it was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdoptedPack {
    /// Who adopted it: the school or its central office.
    pub school: SchoolId,
    /// Pack id.
    pub pack: Name,
    /// SHA-256 of its files, hexadecimal.
    pub hash: String,
    /// Path and text of every file, imports and parents included.
    pub sources: Vec<(String, String)>,
    /// When.
    pub adopted_at: Timestamp,
}

impl Write {
    /// Adopts a policy or a new version of it; `false` and nothing changed when the school is not reached.
    pub async fn adopt_pack(&mut self, scope: &Scope, adopted: &AdoptedPack) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, adopted.school).await? else { return Ok(false) };
        let values = vec![
            reached.id(),
            text(&adopted.pack),
            text(&adopted.hash),
            json(&adopted.sources),
            at(adopted.adopted_at),
            text(actor(scope.by())),
        ];
        self.run(PUT, values).await?;
        let details = [("pack", Detail::Word(adopted.pack.to_string())), ("hash", Detail::Word(adopted.hash.clone()))];
        self.record(scope, About::school(adopted.school, adopted.adopted_at), "pack-adopted", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The policies that hold at a school, by id. Where both adopted one, the school's own adoption counts.
    pub async fn adopted_packs(&self, scope: &Scope, school: SchoolId) -> Result<Vec<AdoptedPack>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let mut packs: Vec<AdoptedPack> = Vec::new();
        for row in self.all("adopted_pack", LIST, vec![reached.id()]).await? {
            let adopted = from_row(&row)?;
            match packs.iter_mut().find(|known| known.pack == adopted.pack) {
                Some(known) if adopted.school == school => *known = adopted,
                Some(_) => {}
                None => packs.push(adopted),
            }
        }
        Ok(packs)
    }
}

fn from_row(row: &Row) -> Result<AdoptedPack, Error> {
    Ok(AdoptedPack {
        school: SchoolId(row.id("school")?),
        pack: Name::from(row.text("pack")?),
        hash: row.text("hash")?,
        sources: row.json("sources")?,
        adopted_at: row.at("adopted_at")?,
    })
}
