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
    HASHES = "SELECT school, pack, hash FROM adopted_pack WHERE school IN ( \
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
        let rows = self.all("adopted_pack", LIST, vec![reached.id()]).await?;
        let packs = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(own_first(packs, |pack| (pack.pack.clone(), pack.school == school)))
    }

    /// Id and hash of the same policies, without their texts: for whoever holds them compiled.
    pub async fn adopted_hashes(&self, scope: &Scope, school: SchoolId) -> Result<Vec<(Name, String)>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("adopted_pack", HASHES, vec![reached.id()]).await?;
        let read =
            |row: &Row| Ok((Name::from(row.text("pack")?), row.text("hash")?, SchoolId(row.id("school")?) == school));
        let packs = rows.iter().map(read).collect::<Result<Vec<_>, Error>>()?;
        let packs = own_first(packs, |(pack, _, own)| (pack.clone(), *own));
        Ok(packs.into_iter().map(|(pack, hash, _)| (pack, hash)).collect())
    }
}

/// One of each pack: the school's own adoption where there is one. `of` gives the pack and whether it is the school's.
fn own_first<T>(found: Vec<T>, of: impl Fn(&T) -> (Name, bool)) -> Vec<T> {
    let mut out: Vec<T> = Vec::new();
    for adopted in found {
        let (pack, own) = of(&adopted);
        match out.iter_mut().find(|known| of(known).0 == pack) {
            Some(known) if own => *known = adopted,
            Some(_) => {}
            None => out.push(adopted),
        }
    }
    out
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
