//! Making a back-up: one consistent snapshot, written aside, put back for proof, and only then given its name.

use super::archive::{self, Piece, Written, part_of};
use super::manifest::{About, Counted, FORMAT, Manifest};
use super::place::{self, Place};
use super::prove::{self, Proved};
use super::{BackupError, read};
use crate::{Error, House};
use futures_util::StreamExt;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_store::Read;
use schoolkeeper_store::backup::{Backup, Made};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

const UNDER_WAY: usize = 2;
/// Lines are gathered into entries of about so many bytes.
const ENTRY_BYTES: usize = 1 << 20;
const BLOBS_AT_ONCE: u32 = 500;
/// Attempts shown for a year; the ledger tells of older ones.
const REMEMBERED: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 366);

const README: &str = include_str!("readme.txt");

/// What is wanted of a back-up.
#[derive(Clone, Debug, Default)]
pub struct BackUp {
    /// A folder, or `s3`; as the settings say when left out.
    pub to: Option<String>,
    /// How many are kept; as the settings say when left out.
    pub keep: Option<usize>,
}

impl House {
    /// Asks the permission table for a back-up.
    pub fn backup_scope(&self, actor: &Actor) -> Result<Scope, Error> {
        Self::scope(actor, "backup.run")
    }

    /// Makes a back-up, proves that it comes back, and removes old ones. A failure is written down and returned.
    pub async fn back_up(
        &self,
        scope: &Scope,
        wanted: &BackUp,
        says: impl Fn(&str) + Send + Sync,
    ) -> Result<Backup, Error> {
        let place = self.backup_place(wanted.to.as_deref())?;
        let mut backup = Backup {
            id: Self::new_id(),
            started_at: self.now(),
            place: place.to_string(),
            says: "Reading the records".to_owned(),
            made: Made::default(),
            finished_at: None,
            verified_at: None,
            problem: None,
        };
        let mut write = self.write().await?;
        if !write.begin_backup(scope, &backup).await? {
            return Err(Error::Missing);
        }
        write.forget_backups(scope, self.now() - REMEMBERED).await?;
        write.commit().await?;
        let made = self.make_backup(scope, &mut backup, &place, &says).await;
        let keep = wanted.keep.unwrap_or_else(|| self.folder.settings().backup.keep);
        let ended = match made {
            Ok(()) => self.keep_only(&place, keep).await.map(drop),
            Err(error @ Error::Backup(BackupError::Altered { .. })) => {
                self.keep_only(&place, keep).await.and(Err(error))
            }
            Err(error) => Err(error),
        };
        backup.finished_at = Some(self.now());
        if let Err(error) = &ended {
            backup.problem = Some(error.chain());
            "Failed".clone_into(&mut backup.says);
        }
        let mut write = self.write().await?;
        write.end_backup(scope, &backup, self.now()).await?;
        write.commit().await?;
        ended.map(|()| backup)
    }

    async fn make_backup(
        &self,
        scope: &Scope,
        backup: &mut Backup,
        place: &Place,
        says: &(impl Fn(&str) + Send + Sync),
    ) -> Result<(), Error> {
        let name = self.backup_name(backup.started_at, backup.id);
        let folder = match place {
            Place::Folder(folder) => folder.clone(),
            Place::S3(_) => self.folder.path().join("backups"),
        };
        std::fs::create_dir_all(&folder).map_err(|error| BackupError::file(&folder, &error))?;
        place::clear_parts(&folder, "schoolkeeper-");
        let (file, part) = (folder.join(&name), part_of(&folder.join(&name)));
        says("Reading the records");
        let made = async {
            let (written, manifest) = self.write_backup(&part, backup).await?;
            says("Putting it back into an empty folder");
            self.say_backup(scope, backup, "Putting it back into an empty folder").await?;
            let proved = self.prove(&part, &folder).await?;
            prove::same(&proved, &manifest)?;
            // What came back is what is here; whether that is what was recorded is said once the file is safe.
            let whole = proved.altered.map_or(Ok(()), |why| Err(BackupError::Altered { why }.into()));
            backup.verified_at = whole.is_ok().then(|| self.now());
            backup.made = made_of(&name, &written, &manifest);
            if let Place::S3(place) = place {
                says("Copying it to the S3 store");
                self.say_backup(scope, backup, "Copying it to the S3 store").await?;
                place::upload(place, &part, &name).await?;
                std::fs::remove_file(&part).map_err(|error| BackupError::file(&part, &error))?;
                return whole;
            }
            finish(&part, &file, &folder).and(whole)
        };
        let made = made.await;
        if made.is_err() {
            backup.verified_at = None;
            let _ = std::fs::remove_file(&part);
        } else {
            "Made, and it came back".clone_into(&mut backup.says);
        }
        made
    }

    async fn say_backup(&self, scope: &Scope, backup: &Backup, says: &str) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.say_backup(scope, backup.id, says).await?;
        Ok(write.commit().await?)
    }

    /// One look at everything, into one file.
    async fn write_backup(&self, part: &Path, backup: &Backup) -> Result<(Written, Manifest), Error> {
        let system = Scope::system("backup");
        let (give, take) = mpsc::channel(UNDER_WAY);
        let (file, key, made_at) = (part.to_owned(), self.key().clone(), backup.started_at);
        let writing = tokio::task::spawn_blocking(move || archive::write(&file, &key, made_at, take));
        let read = self.read().await?;
        let given = self.give_tables(&system, &read, backup, &give).await;
        drop(give);
        let written = writing.await.map_err(|_| BackupError::file(part, &"writing broke off"))?;
        // The writer's reason comes first: a full disk shows on this side only as nobody listening.
        let written = written?;
        Ok((written, given?))
    }

    async fn give_tables(
        &self,
        system: &Scope,
        read: &Read,
        backup: &Backup,
        out: &mpsc::Sender<Piece>,
    ) -> Result<Manifest, Error> {
        let about = About {
            format: FORMAT,
            made_at: backup.started_at,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            installation: self.installation(),
            recipient: self.key().recipient(),
            steps: schoolkeeper_store::dump::steps().into_iter().map(ToOwned::to_owned).collect(),
            sandbox: self.folder.settings().sandbox,
        };
        entry(out, "about.json", json(&about)?).await?;
        entry(out, "README.txt", README.as_bytes().to_vec()).await?;
        entry(out, "schoolkeeper.toml", self.folder.settings().without_secrets()?.into_bytes()).await?;
        if let Some(clock) = self.folder.latest() {
            entry(out, "clock", clock.to_string().into_bytes()).await?;
        }
        let mut manifest = Manifest::default();
        for table in read.tables(system).await? {
            let mut counted = Counted::default();
            let (mut text, mut number) = (String::new(), 1);
            let mut lines = read.lines(system, &table).await?;
            while let Some(line) = lines.next().await {
                let line = line?;
                counted.line(&line);
                text.push_str(&line);
                text.push('\n');
                if text.len() >= ENTRY_BYTES {
                    let full = std::mem::take(&mut text);
                    entry(out, &format!("table/{}.{number:05}.jsonl", table.name), full.into_bytes()).await?;
                    number += 1;
                }
            }
            drop(lines);
            if !text.is_empty() {
                entry(out, &format!("table/{}.{number:05}.jsonl", table.name), text.into_bytes()).await?;
            }
            manifest.tables.insert(table.name.clone(), counted.held());
        }
        manifest.checkpoint = read.checkpoint(&Scope::system("ledger")).await?.map(|newest| newest.note);
        self.give_blobs(system, read, out, &mut manifest).await?;
        entry(out, "manifest.json", json(&manifest)?).await?;
        Ok(manifest)
    }

    /// Sealed files as they lie there.
    async fn give_blobs(
        &self,
        system: &Scope,
        read: &Read,
        out: &mpsc::Sender<Piece>,
        manifest: &mut Manifest,
    ) -> Result<(), Error> {
        let objects = self.objects()?;
        let mut after = None;
        loop {
            let page = read.blob_page(system, after, BLOBS_AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for blob in &page {
                let got = objects.get_object(&blob.object).await;
                if got.is_err() && self.was_erased(system, blob.id).await? {
                    manifest.erased.push(blob.id);
                    continue;
                }
                let (size, mut parts) = got?;
                let (give, take) = mpsc::channel(UNDER_WAY);
                send(out, Piece::Long(blob.object.clone(), size, take)).await?;
                while let Some(part) = parts.next().await {
                    let failed = part.as_ref().err().map(ToString::to_string);
                    if give.send(part.map_err(std::io::Error::other)).await.is_err() || failed.is_some() {
                        break;
                    }
                }
                manifest.blobs += 1;
                manifest.blob_bytes += size;
            }
        }
    }

    /// Whether a file of the snapshot was erased after it was taken.
    async fn was_erased(&self, system: &Scope, blob: uuid::Uuid) -> Result<bool, Error> {
        let now = self.read().await?.blob(system, blob).await?;
        Ok(now.is_none_or(|blob| blob.erased_at.is_some()))
    }

    /// Puts a file back into an empty folder, in a process of its own where there is one.
    async fn prove(&self, file: &Path, near: &Path) -> Result<Proved, Error> {
        let name = format!("schoolkeeper-proof-{}.part", Self::new_id().simple());
        let scratch = near.join(name);
        let proved = match &self.program {
            Some(program) => prove::in_child(program, file, self.key(), &scratch).await,
            None => prove::prove(file, self.key(), &scratch, self.now()).await,
        };
        let _ = std::fs::remove_dir_all(&scratch);
        proved
    }

    /// Proves the newest back-up again, without making one.
    pub async fn drill(&self, to: Option<&str>) -> Result<(String, Proved), Error> {
        let place = self.backup_place(to)?;
        let none =
            || Error::refused(format!("there is no back-up in {place}\nhint: make one with `schoolkeeper backup`"));
        let name = self.newest(&place).await?.ok_or_else(none)?;
        let (folder, fetched): (PathBuf, bool) = match &place {
            Place::Folder(folder) => (folder.clone(), false),
            Place::S3(s3) => {
                let folder = self.folder.path().join("backups");
                std::fs::create_dir_all(&folder).map_err(|error| BackupError::file(&folder, &error))?;
                place::download(s3, &name, &part_of(&folder.join(&name))).await?;
                (folder, true)
            }
        };
        let file = if fetched { part_of(&folder.join(&name)) } else { folder.join(&name) };
        let proved = self.prove(&file, &folder).await;
        if fetched {
            let _ = std::fs::remove_file(&file);
        }
        Ok((name, proved?))
    }
}

fn made_of(name: &str, written: &Written, manifest: &Manifest) -> Made {
    Made {
        file: name.to_owned(),
        size: i64::try_from(written.size).unwrap_or(i64::MAX),
        sha256: written.sha256.clone(),
        rows: i64::try_from(manifest.rows()).unwrap_or(i64::MAX),
        blobs: i64::try_from(manifest.blobs).unwrap_or(i64::MAX),
    }
}

/// Gives the file its name, and makes the name last.
fn finish(part: &Path, file: &Path, folder: &Path) -> Result<(), Error> {
    let synced = std::fs::rename(part, file).and_then(|()| std::fs::File::open(folder)?.sync_all());
    Ok(synced.map_err(|error| BackupError::file(file, &error))?)
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec_pretty(value).map_err(|error| Error::corrupt("the manifest", error))
}

async fn entry(out: &mpsc::Sender<Piece>, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
    send(out, Piece::Entry(name.to_owned(), bytes)).await
}

async fn send(out: &mpsc::Sender<Piece>, piece: Piece) -> Result<(), Error> {
    out.send(piece).await.map_err(|_| Error::refused("the back-up's file could not be written any further"))
}

/// Reads a whole file and changes nothing: damage, a wrong key or a newer version show before anything is begun.
pub(super) async fn look(file: &Path, key: &crate::key::Key) -> Result<(About, Manifest), Error> {
    let mut came = read::read(file, key);
    let (mut about, mut manifest) = (None, None);
    while let Some(piece) = came.recv().await {
        match piece? {
            read::Came::About(said) => about = Some(said),
            read::Came::Manifest(said) => manifest = Some(said),
            _ => {}
        }
    }
    let not_ours = || BackupError::NotOurs { file: file.to_owned() };
    Ok((about.ok_or_else(not_ours)?, manifest.ok_or_else(not_ours)?))
}
