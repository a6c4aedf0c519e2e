//! Putting a back-up back into a new folder: everything or nothing.
//!
//! Invariant: the whole file is read and found sound before anything is made; the rows go in within one transaction
//! that compares them with the manifest; the settings, which make a folder one of Schoolkeeper, are written last.

use super::BackupError;
use super::make::look;
use super::manifest::{About, Counted, Manifest};
use super::prove::Proved;
use super::read::{self, Came};
use crate::Error;
use crate::folder::Folder;
use crate::key::Key;
use crate::ledger::verify_records;
use crate::settings::{S3, Settings};
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::dump::Table;
use schoolkeeper_store::object::{ObjectPlace, Objects};
use schoolkeeper_store::{Store, Write};
use std::collections::BTreeMap;
use std::path::Path;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What to put back, and where.
#[derive(Debug)]
pub struct Restore<'a> {
    /// The back-up.
    pub file: &'a Path,
    /// The key it is sealed for.
    pub key: &'a Key,
    /// The new data folder.
    pub data: &'a Path,
    /// A PostgreSQL address instead of a file in the folder; it must be empty.
    pub database: Option<String>,
    /// An S3 store for sealed files, instead of the folder.
    pub s3: Option<S3>,
    /// Whether the key is left beside the new folder.
    pub leave_key: bool,
}

/// What was put back.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Where it comes from.
    pub about: About,
    /// What came back.
    pub proved: Proved,
}

/// What a file has filled.
pub(super) struct Filled {
    pub(super) proved: Proved,
    clock: Option<Timestamp>,
    settings: String,
}

impl Restore<'_> {
    /// Does it; on an error nothing is left behind.
    pub async fn run(self, now: Timestamp, says: impl Fn(&str) + Send + Sync) -> Result<Restored, Error> {
        says("Reading the whole back-up");
        let (about, manifest) = look(self.file, self.key).await?;
        let mut settings = Settings { database: self.database.clone(), sandbox: about.sandbox, ..Settings::default() };
        settings.recipient = Some(self.key.recipient());
        settings.demo_key = about.sandbox;
        settings.s3 = self.s3.as_ref().map(|s3| s3.sealed_by(self.key));
        let folder = Folder::begin(self.data, settings, self.leave_key.then_some(self.key))?;
        says("Putting the records back");
        let filled = self.fill(&folder, &about, &manifest, now).await;
        match filled {
            Ok(filled) => {
                if let Some(clock) = filled.clock {
                    folder.remember(clock)?;
                }
                folder.leave_old_settings(&filled.settings)?;
                folder.finish()?;
                Ok(Restored { about, proved: filled.proved })
            }
            Err(error) => {
                folder.discard();
                Err(error)
            }
        }
    }

    async fn fill(&self, folder: &Folder, about: &About, manifest: &Manifest, now: Timestamp) -> Result<Filled, Error> {
        let store = Store::open(&folder.database(), Uuid::nil()).await?;
        let place = match &self.s3 {
            Some(s3) => ObjectPlace::S3(s3.open(self.key)?),
            None => ObjectPlace::Folder(folder.path().to_owned()),
        };
        let came = fill(&store, (self.file, self.key), &place, (about, manifest), now).await;
        let came = match came {
            Ok(came) => store.migrate(now).await.map(|_| came).map_err(Into::into),
            Err(error) => Err(error),
        };
        store.close().await?;
        came
    }
}

/// Fills an empty database and a folder of sealed files, and compares what came with the manifest.
pub(super) async fn fill(
    store: &Store,
    (file, key): (&Path, &Key),
    place: &ObjectPlace,
    (about, manifest): (&About, &Manifest),
    now: Timestamp,
) -> Result<Filled, Error> {
    let system = Scope::system("restore");
    store.migrate_only(now, &|step| about.steps.iter().any(|known| known == step)).await?;
    if !store.read().await?.organisations(&system).await?.is_empty() {
        return Err(Error::refused("the database already holds a school\nhint: give an empty one"));
    }
    let objects = Objects::open(place)?;
    let mut came = read::read(file, key);
    // Only rows and their pieces are awaited here besides SQL: the database is empty and nobody else is in it.
    let mut write = store.write_tx().await?;
    write.clear(&system).await?;
    let tables: BTreeMap<String, Table> =
        write.tables(&system).await?.into_iter().map(|table| (table.name.clone(), table)).collect();
    let (mut clock, mut settings) = (None, String::new());
    while let Some(piece) = came.recv().await {
        match piece? {
            Came::Lines(table, lines) => {
                let known = tables.get(&table);
                let known =
                    known.ok_or_else(|| BackupError::Differs { what: table, why: "no such table".to_owned() })?;
                write.load(&system, known, &lines).await?;
            }
            Came::Clock(text) => clock = text.trim().parse().ok(),
            Came::Blob(name, size) => put(&objects, &name, size, &mut came).await?,
            Came::Settings(text) => settings = text,
            Came::BlobPart(_) | Came::About(_) | Came::Manifest(_) => {}
        }
    }
    compare(&write, &system, &tables, manifest).await?;
    for blob in &manifest.erased {
        write.erase_blob(&system, *blob, now).await?;
    }
    write.commit().await?;
    let (records, altered) = history(store, manifest).await?;
    let (tables, rows, blobs) = (tables.len() as u64, manifest.rows(), manifest.blobs);
    let proved = Proved { tables, rows, blobs, records, altered, made_at: about.made_at };
    Ok(Filled { proved, clock, settings })
}

/// Walks the ledger that came back against its own checkpoints and that of the manifest.
async fn history(store: &Store, manifest: &Manifest) -> Result<(u64, Option<String>), Error> {
    let against: Vec<(String, String)> =
        manifest.checkpoint.iter().map(|note| ("the back-up's checkpoint".to_owned(), note.clone())).collect();
    let read = store.read().await?;
    let signed = read.checkpoint(&Scope::system("restore")).await?.is_some();
    if !signed && against.is_empty() {
        return Ok((0, None));
    }
    let Some(checked) = verify_records(&read, &against, &mut |_, _| {}).await? else {
        return Ok((0, Some("it is not there".to_owned())));
    };
    let report = checked.report;
    let first = report.faults.first().map_or_else(String::new, |fault| format!(", the first: {fault}"));
    let altered = (!report.is_whole()).then(|| format!("{} places{first}", report.faults_total));
    Ok((report.size, altered))
}

/// One sealed file, as it comes.
async fn put(
    objects: &Objects,
    name: &str,
    size: u64,
    came: &mut mpsc::Receiver<Result<Came, Error>>,
) -> Result<(), Error> {
    let parts = stream::unfold((came, size), |(came, left)| async move {
        if left == 0 {
            return None;
        }
        let part = match came.recv().await {
            Some(Ok(Came::BlobPart(part))) => Ok(part),
            Some(Err(error)) => Err(std::io::Error::other(error.to_string())),
            _ => Err(std::io::Error::other("a sealed file was cut off")),
        };
        let left = part.as_ref().map_or(0, |part| left.saturating_sub(part.len() as u64));
        Some((part, (came, left)))
    });
    objects.put_object(name, parts).await?;
    Ok(())
}

/// Reads back what was put in: the same number of rows and the same bytes, table by table.
async fn compare(
    write: &Write,
    system: &Scope,
    tables: &BTreeMap<String, Table>,
    manifest: &Manifest,
) -> Result<(), Error> {
    for (name, expected) in &manifest.tables {
        let mut counted = Counted::default();
        if let Some(table) = tables.get(name) {
            let mut lines = write.lines(system, table).await?;
            while let Some(line) = lines.next().await {
                counted.line(&line?);
            }
        }
        let found = counted.held();
        if found != *expected {
            let why = format!("{} rows instead of {}", found.rows, expected.rows);
            let why = if found.rows == expected.rows { "other contents".to_owned() } else { why };
            return Err(BackupError::Differs { what: name.clone(), why }.into());
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "restore_tests.rs"]
mod tests;
