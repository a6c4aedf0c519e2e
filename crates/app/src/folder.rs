//! An open data folder: its settings and its pretended clock. The lock is the store's.

use crate::Error;
use crate::key::{Key, KeyFrom};
use crate::settings::{self, Settings};
use jiff::Timestamp;
use schoolkeeper_store::folder::Folder as Held;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const CLOCK: &str = "clock";

/// An open data folder; its lock is held as long as it lives.
#[derive(Debug)]
pub struct Folder {
    held: Held,
    settings: Settings,
    /// A key file that [`Folder::make`] made.
    made: Option<PathBuf>,
}

impl Folder {
    /// Makes a new folder, holding it alone. Refused when one is already there.
    pub fn make(path: &Path, mut settings: Settings, key: &KeyFrom) -> Result<(Self, Key), Error> {
        let file = path.join(settings::FILE);
        let shown = path.display();
        if file.exists() {
            return Err(Error::refused(format!(
                "`{shown}` already holds a school\nhint: choose another folder, or delete this one if it was only a trial"
            )));
        }
        let held = Held::alone(path, "init")?;
        let (key, made) = key.make(path, &mut settings)?;
        let text = toml::to_string(&settings).map_err(|error| Error::corrupt(settings::FILE, error))?;
        let folder = Self { held, settings, made };
        folder.replace(&text)?;
        Ok((folder, key))
    }

    /// Opens a folder, sharing it with other processes. `holder` is what this one is called.
    pub fn open(path: &Path, holder: &str) -> Result<Self, Error> {
        let settings = Settings::read(path, &environment)?;
        Ok(Self { held: Held::share(path, holder)?, settings, made: None })
    }

    /// Opens a folder that nobody else has open.
    pub fn alone(path: &Path, holder: &str) -> Result<Self, Error> {
        let settings = Settings::read(path, &environment)?;
        Ok(Self { held: Held::alone(path, holder)?, settings, made: None })
    }

    /// Its key. A folder of the time before keys gets one.
    pub fn key(&mut self, from: &KeyFrom) -> Result<Key, Error> {
        if self.settings.recipient.is_some() {
            return Ok(from.of(self.held.path(), &self.settings)?);
        }
        let (key, _) = from.make(self.held.path(), &mut self.settings)?;
        self.set("recipient", &key.recipient().into())?;
        if self.settings.demo_key {
            self.set("demo_key", &true.into())?;
        }
        Ok(key)
    }

    /// Writes one setting into the file, leaving the others and the comments as somebody wrote them.
    fn set(&self, name: &str, value: &toml::Value) -> Result<(), Error> {
        let file = self.held.path().join(settings::FILE);
        let wrong = |error| Error::refused(format!("`{}` cannot be read: {error}", file.display()));
        let text = std::fs::read_to_string(&file).map_err(wrong)?;
        let mut lines = vec![format!("{name} = {value}")];
        let is_it = |line: &str| line.split_once('=').is_some_and(|(left, _)| left.trim() == name);
        lines.extend(text.lines().filter(|line| !is_it(line)).map(ToOwned::to_owned));
        self.replace(&(lines.join("\n") + "\n"))
    }

    /// Replaces the file: all of it or, when the power fails, nothing.
    fn replace(&self, text: &str) -> Result<(), Error> {
        let file = self.held.path().join(settings::FILE);
        let part = file.with_extension("toml.part");
        write_private(&part, text)?;
        let renamed = std::fs::rename(&part, &file).and_then(|()| std::fs::File::open(self.held.path())?.sync_all());
        renamed.map_err(|error| Error::refused(format!("`{}` cannot be written: {error}", file.display())))
    }

    /// The settings as they are used.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes back what [`Folder::make`] began; records in PostgreSQL were never committed.
    pub fn discard(self) {
        let path = self.held.path().to_owned();
        drop(self.held);
        for name in [
            settings::FILE,
            "demo.key",
            "lock",
            "schoolkeeper.sqlite",
            "schoolkeeper.sqlite-wal",
            "schoolkeeper.sqlite-shm",
        ] {
            let _ = std::fs::remove_file(path.join(name));
        }
        let _ = std::fs::remove_dir_all(path.join("holders"));
        let _ = std::fs::remove_dir(&path);
        if let Some(key) = self.made {
            let _ = std::fs::remove_file(key);
        }
    }

    /// Where its database is.
    pub fn database(&self) -> schoolkeeper_store::Place {
        match &self.settings.database {
            Some(url) => schoolkeeper_store::Place::parse(url),
            None => self.held.database(),
        }
    }

    /// Whether something may be written as of a pretended instant: only in a sandbox, and only forward.
    pub fn may_pretend(&self, now: Timestamp) -> Result<(), Error> {
        if !self.settings.sandbox {
            return Err(Error::refused(
                "--now would write false times into real records\nhint: use a folder made with `init --sandbox`",
            ));
        }
        match self.latest() {
            Some(latest) if now < latest => Err(Error::refused(format!(
                "--now {now} lies before {latest}, the last instant written here\nhint: in a sandbox time only moves forward"
            ))),
            _ => Ok(()),
        }
    }

    /// Remembers the last pretended instant that was written.
    pub fn pretend(&self, now: Timestamp) -> Result<(), Error> {
        self.may_pretend(now)?;
        write_private(&self.held.path().join(CLOCK), &now.to_string())
    }

    /// For tests of clocks that jump back.
    #[cfg(test)]
    pub(crate) fn forget_clock(&self) {
        let _ = std::fs::remove_file(self.held.path().join(CLOCK));
    }

    fn latest(&self) -> Option<Timestamp> {
        std::fs::read_to_string(self.held.path().join(CLOCK)).ok()?.trim().parse().ok()
    }
}

/// The one place that asks the environment for settings.
#[expect(
    clippy::disallowed_methods,
    reason = "settings lie over the file; a house is opened without a command line too"
)]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Readable by the owner only: the database address may hold a password.
fn write_private(file: &Path, text: &str) -> Result<(), Error> {
    let mut open = OpenOptions::new();
    open.create(true).truncate(true).write(true).mode(0o600);
    let written = open.open(file).and_then(|mut made| made.write_all(text.as_bytes()).and_then(|()| made.sync_all()));
    written.map_err(|error| Error::refused(format!("`{}` cannot be written: {error}", file.display())))
}
