//! Sealed files: which there are, whose they are, and that they were erased. Their bytes are [`crate::object`]s.
//!
//! Invariant: a row is added only after its object is stored, so that a crash leaves at worst an object without a
//! row, which is swept; an erased file's row stays as proof and holds no content.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{CHUNK, Row, at, id, list, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use std::collections::BTreeSet;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO blob (id, school, register, owner, size, sha256, object, recipient, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    GET = "SELECT id, school, register, owner, size, sha256, object, recipient, created_at, erased_at FROM blob \
        WHERE id = $1";
    OF = "SELECT id, school, register, owner, size, sha256, object, recipient, created_at, erased_at FROM blob \
        WHERE school = $1 AND register = $2 AND owner = $3 ORDER BY created_at, id LIMIT 1000";
    PAGE = "SELECT id, school, register, owner, size, sha256, object, recipient, created_at, erased_at FROM blob \
        WHERE id > $1 AND erased_at IS NULL ORDER BY id LIMIT $2";
    BY_OBJECT = "SELECT id FROM blob WHERE object = $1 AND erased_at IS NULL";
    ERASE = "UPDATE blob SET erased_at = $1 WHERE id = $2 AND erased_at IS NULL";
    MOVE = "UPDATE blob SET object = $1, recipient = $2 WHERE id = $3 AND erased_at IS NULL";
}

/// A sealed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its id.
    pub id: Uuid,
    /// Where it belongs.
    pub school: SchoolId,
    /// The kind of record it hangs on.
    pub register: String,
    /// The record it hangs on.
    pub owner: Uuid,
    /// Bytes of its content.
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The object that holds it, sealed.
    pub object: String,
    /// Public part of the key it is sealed for.
    pub recipient: String,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was erased; then there is no object any more.
    pub erased_at: Option<Timestamp>,
}

impl Read {
    /// One file; `None` when it is not there or not reached. An erased one is there.
    pub async fn blob(&self, scope: &Scope, blob: Uuid) -> Result<Option<Blob>, Error> {
        let found = self.one("blob", GET, vec![id(blob)]).await?.as_ref().map(from_row).transpose()?;
        let Some(found) = found else { return Ok(None) };
        Ok(self.reach_whole(scope, found.school).await?.map(|_| found))
    }

    /// The files of a record, oldest first, erased ones too; at most 1,000.
    pub async fn blobs_of(
        &self,
        scope: &Scope,
        school: SchoolId,
        (register, owner): (&str, Uuid),
    ) -> Result<Vec<Blob>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("blob", OF, vec![reached.id(), text(register), id(owner)]).await?;
        rows.iter().map(from_row).collect()
    }

    /// Those of some records on which a file hangs that is not erased.
    pub async fn with_blobs(
        &self,
        scope: &Scope,
        school: SchoolId,
        (register, owners): (&str, &[Uuid]),
    ) -> Result<BTreeSet<Uuid>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(BTreeSet::new()) };
        let mut out = BTreeSet::new();
        for chunk in owners.chunks(CHUNK) {
            let sql = format!(
                "SELECT owner FROM blob WHERE school = $1 AND register = $2 AND erased_at IS NULL AND owner IN ({})",
                list(3, chunk.len())
            );
            let values = [reached.id(), text(register)].into_iter().chain(chunk.iter().map(|owner| id(*owner)));
            for row in self.all("blob", &sql, values.collect()).await? {
                out.insert(row.id("owner")?);
            }
        }
        Ok(out)
    }

    /// Files that are not erased, after the given one: for back-ups and a change of keys, so the system's only.
    pub async fn blob_page(&self, scope: &Scope, after: Option<Uuid>, limit: u32) -> Result<Vec<Blob>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let values = vec![id(after.unwrap_or_default()), i64::from(limit).into()];
        let rows = self.all("blob", PAGE, values).await?;
        rows.iter().map(from_row).collect()
    }

    /// Whether a file lives in this object; the system's only, to everybody else none does.
    pub async fn lives_in(&self, scope: &Scope, object: &str) -> Result<bool, Error> {
        let row = self.one("blob", BY_OBJECT, vec![text(object)]).await?;
        Ok(scope.organisation().is_none() && row.is_some())
    }
}

impl Write {
    /// Adds a file whose object is stored; `false` and nothing changed when the scope does not reach its school.
    pub async fn add_blob(&mut self, scope: &Scope, blob: &Blob) -> Result<bool, Error> {
        if self.reach_whole(scope, blob.school).await?.is_none() {
            return Ok(false);
        }
        let values = vec![
            id(blob.id),
            id(blob.school.0),
            text(&blob.register),
            id(blob.owner),
            blob.size.into(),
            text(&blob.sha256),
            text(&blob.object),
            text(&blob.recipient),
            at(blob.created_at),
        ];
        self.run(INSERT, values).await?;
        let details = [
            ("blob", Detail::Id(blob.id)),
            ("register", Detail::Word(blob.register.clone())),
            ("owner", Detail::Id(blob.owner)),
            ("size", Detail::Count(blob.size)),
            ("sha256", Detail::Word(blob.sha256.clone())),
        ];
        self.record(scope, About::school(blob.school, blob.created_at), "blob-added", &details).await?;
        Ok(true)
    }

    /// Marks a file erased; gives the object to remove after the commit. `None` when it is not there or not reached.
    pub async fn erase_blob(&mut self, scope: &Scope, blob: Uuid, now: Timestamp) -> Result<Option<String>, Error> {
        let Some(found) = self.blob(scope, blob).await?.filter(|blob| blob.erased_at.is_none()) else {
            return Ok(None);
        };
        self.run(ERASE, vec![at(now), id(blob)]).await?;
        let details = [("blob", Detail::Id(blob)), ("register", Detail::Word(found.register))];
        self.record(scope, About::school(found.school, now), "blob-erased", &details).await?;
        Ok(Some(found.object))
    }

    /// Points a file at its object under another key; `false` but for the system or when it was erased meanwhile.
    pub async fn move_blob(
        &mut self,
        scope: &Scope,
        blob: Uuid,
        (object, recipient): (&str, &str),
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(MOVE, vec![text(object), text(recipient), id(blob)]).await? > 0)
    }
}

fn from_row(row: &Row) -> Result<Blob, Error> {
    Ok(Blob {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        register: row.text("register")?,
        owner: row.id("owner")?,
        size: row.int("size")?,
        sha256: row.text("sha256")?,
        object: row.text("object")?,
        recipient: row.text("recipient")?,
        created_at: row.at("created_at")?,
        erased_at: row.maybe_at("erased_at")?,
    })
}
