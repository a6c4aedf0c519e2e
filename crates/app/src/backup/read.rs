//! Reading the sealed file, on a thread of its own: every byte is authenticated, every limit is held.
//!
//! Invariant: whoever reads to the end without an error has read exactly what was written.

use super::BackupError;
use super::manifest::{About, Counted, FORMAT, Held, Manifest};
use crate::Error;
use crate::key::{Key, KeyError};
use flate2::read::MultiGzDecoder;
use schoolkeeper_store::dump::{self, Line};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Most bytes of an entry that is read into memory.
const ENTRY_BYTES_MAX: u64 = 64 << 20;
const PART_BYTES: usize = 1 << 20;
/// What is under way between the two threads.
const UNDER_WAY: usize = 2;

/// What comes out of the file, in order.
pub(super) enum Came {
    About(About),
    /// `schoolkeeper.toml`, without secrets.
    Settings(String),
    /// The last pretended instant of a sandbox.
    Clock(String),
    Lines(String, Vec<Line>),
    Blob(String, u64),
    BlobPart(Vec<u8>),
    Manifest(Manifest),
}

/// Reads a file in the background; the channel ends after the manifest or with an error.
pub(super) fn read(file: &Path, key: &Key) -> mpsc::Receiver<Result<Came, Error>> {
    let (give, take) = mpsc::channel(UNDER_WAY);
    let (file, key) = (file.to_owned(), key.clone());
    tokio::task::spawn_blocking(move || {
        let mut reading = Reading { file, give, tables: BTreeMap::new(), blobs: 0, blob_bytes: 0, manifest: None };
        if let Err(error) = reading.all(&key) {
            let _ = reading.give.blocking_send(Err(error));
        }
    });
    take
}

struct Reading {
    file: PathBuf,
    give: mpsc::Sender<Result<Came, Error>>,
    tables: BTreeMap<String, Counted>,
    blobs: u64,
    blob_bytes: u64,
    manifest: Option<Manifest>,
}

impl Reading {
    fn all(&mut self, key: &Key) -> Result<(), Error> {
        let file = File::open(&self.file).map_err(|error| BackupError::file(&self.file, &error))?;
        let sealed = BufReader::with_capacity(1 << 20, file);
        let opened = key.opening(sealed).map_err(|error| match error {
            KeyError::OtherKey => Error::Key(KeyError::OtherKey),
            _ => Error::Backup(BackupError::NotOurs { file: self.file.clone() }),
        })?;
        let mut tar = tar::Archive::new(MultiGzDecoder::new(opened));
        for entry in tar.entries().map_err(|error| self.damaged(&error))? {
            let mut entry = entry.map_err(|error| self.damaged(&error))?;
            let name = entry.path().map_err(|error| self.damaged(&error))?.to_string_lossy().into_owned();
            self.entry(&name, entry.size(), &mut entry)?;
        }
        // To the very end: only there it shows whether something is missing.
        io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(|error| self.damaged(&error))?;
        self.compare()
    }

    fn entry(&mut self, name: &str, size: u64, bytes: &mut impl Read) -> Result<(), Error> {
        if self.manifest.is_some() {
            return Err(self.damaged("something follows the manifest"));
        }
        match name.split_once('/') {
            Some(("table", rest)) => {
                let table = rest.split('.').next().unwrap_or_default().to_owned();
                let text = self.text(size, bytes)?;
                self.lines(table, &text)
            }
            Some(("blob", _)) if sound(name) => self.blob(name, size, bytes),
            None if name == "about.json" => {
                let about: About = self.json(size, bytes)?;
                self.fits(&about)?;
                self.give(Came::About(about))
            }
            None if name == "manifest.json" => {
                self.manifest = Some(self.json(size, bytes)?);
                Ok(())
            }
            None if name == "schoolkeeper.toml" => {
                let text = self.text(size, bytes)?;
                self.give(Came::Settings(text))
            }
            None if name == "clock" => {
                let text = self.text(size, bytes)?;
                self.give(Came::Clock(text))
            }
            None if name == "README.txt" => Ok(()),
            _ => Err(self.damaged("an entry has an unknown name")),
        }
    }

    /// Refuses what this version cannot read, before anything is done with it.
    fn fits(&self, about: &About) -> Result<(), Error> {
        let known = dump::steps();
        let unknown = about.steps.iter().find(|step| !known.contains(&step.as_str())).cloned();
        let unknown = unknown.or_else(|| (about.format > FORMAT).then(|| format!("format {}", about.format)));
        match unknown {
            Some(step) => Err(BackupError::Newer { file: self.file.clone(), step }.into()),
            None => Ok(()),
        }
    }

    fn lines(&mut self, table: String, text: &str) -> Result<(), Error> {
        let counted = self.tables.entry(table.clone()).or_default();
        let mut lines = Vec::new();
        for line in text.lines() {
            counted.line(line);
            lines.push(serde_json::from_str::<Line>(line));
        }
        let lines: Result<Vec<Line>, _> = lines.into_iter().collect();
        let lines = lines.map_err(|error| self.damaged(&error))?;
        self.give(Came::Lines(table, lines))
    }

    fn blob(&mut self, name: &str, size: u64, bytes: &mut impl Read) -> Result<(), Error> {
        self.blobs += 1;
        self.blob_bytes += size;
        self.give(Came::Blob(name.to_owned(), size))?;
        let mut left = size;
        while left > 0 {
            let mut part = vec![0; PART_BYTES.min(usize::try_from(left).unwrap_or(PART_BYTES))];
            bytes.read_exact(&mut part).map_err(|error| self.damaged(&error))?;
            left -= part.len() as u64;
            self.give(Came::BlobPart(part))?;
        }
        Ok(())
    }

    /// What came against what the manifest says; only then the manifest is given.
    fn compare(&mut self) -> Result<(), Error> {
        let manifest = self.manifest.take().ok_or_else(|| self.damaged("its manifest is missing"))?;
        let mut came: BTreeMap<String, Held> = BTreeMap::new();
        for name in manifest.tables.keys() {
            came.insert(name.clone(), self.tables.remove(name).unwrap_or_default().held());
        }
        if let Some(more) = self.tables.keys().next() {
            return Err(self.damaged(&format!("the table `{more}` is not in its manifest")));
        }
        if let Some((name, _)) = came.iter().find(|(name, held)| manifest.tables.get(*name) != Some(held)) {
            return Err(self.damaged(&format!("the table `{name}` is not what its manifest says")));
        }
        if (self.blobs, self.blob_bytes) != (manifest.blobs, manifest.blob_bytes) {
            return Err(self.damaged("the sealed files are not those of its manifest"));
        }
        self.give(Came::Manifest(manifest))
    }

    fn text(&self, size: u64, bytes: &mut impl Read) -> Result<String, Error> {
        if size > ENTRY_BYTES_MAX {
            return Err(self.damaged("an entry is too large"));
        }
        let mut text = String::new();
        bytes.read_to_string(&mut text).map_err(|error| self.damaged(&error))?;
        Ok(text)
    }

    fn json<T: serde::de::DeserializeOwned>(&self, size: u64, bytes: &mut impl Read) -> Result<T, Error> {
        serde_json::from_str(&self.text(size, bytes)?).map_err(|error| self.damaged(&error))
    }

    fn give(&self, came: Came) -> Result<(), Error> {
        // Nobody listens any more: they have their error already.
        self.give.blocking_send(Ok(came)).map_err(|_| self.damaged("reading was stopped"))
    }

    fn damaged(&self, why: &(impl ToString + ?Sized)) -> Error {
        BackupError::Damaged { file: self.file.clone(), why: why.to_string() }.into()
    }
}

/// An object's name: no way out of its folder.
fn sound(name: &str) -> bool {
    name.len() < 200
        && !name.contains("..")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/.-".contains(&byte))
}
