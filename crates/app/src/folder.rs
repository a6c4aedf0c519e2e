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
/// In a folder that a back-up is being put into.
const RESTORING: &str = "restoring";

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

    /// Begins a folder that a back-up is put into. It is none of Schoolkeeper's until [`Folder::finish`].
    pub(crate) fn begin(path: &Path, settings: Settings, key: Option<&Key>) -> Result<Self, Error> {
        let (mark, shown) = (path.join(RESTORING), path.display());
        let holds = |name: &str| path.join(name).exists();
        if holds(settings::FILE) || (holds("schoolkeeper.sqlite") && !mark.exists()) {
            return Err(Error::refused(format!(
                "`{shown}` already holds a school\nhint: nothing was changed; name a new folder with --data"
            )));
        }
        let held = Held::alone(path, "restore")?;
        // What a restore that was killed has left.
        if mark.exists() {
            leave_nothing(path);
        }
        write_private(&mark, "")?;
        let made = match key {
            Some(key) => KeyFrom::Beside.leave(path, &settings, key)?,
            None => None,
        };
        Ok(Self { held, settings, made })
    }

    /// Makes it a folder of Schoolkeeper.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        let text = toml::to_string(&self.settings).map_err(|error| Error::corrupt(settings::FILE, error))?;
        self.replace(&text)?;
        let mark = self.held.path().join(RESTORING);
        std::fs::remove_file(&mark).map_err(|error| Error::refused(format!("`{}`: {error}", mark.display())))
    }

    /// Leaves the settings of a back-up beside the new ones: what of them still holds, somebody decides.
    pub(crate) fn leave_old_settings(&self, text: &str) -> Result<(), Error> {
        write_private(&self.held.path().join("settings-of-the-backup.toml"), text)
    }

    /// The last pretended instant, as a back-up holds it.
    pub(crate) fn remember(&self, now: Timestamp) -> Result<(), Error> {
        write_private(&self.held.path().join(CLOCK), &now.to_string())
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.held.path()
    }

    /// Writes the public part of another key, and the secrets of the settings as `seal` gives them; how many.
    pub(crate) fn seal_again(
        &self,
        recipient: &str,
        seal: impl Fn(&str) -> Result<String, Error>,
    ) -> Result<usize, Error> {
        let file = self.held.path().join(settings::FILE);
        let wrong = |error| Error::refused(format!("`{}` cannot be read: {error}", file.display()));
        let mut text = std::fs::read_to_string(&file).map_err(wrong)?;
        let sealed = self.settings.s3.as_ref().and_then(|s3| s3.sealed.clone());
        if let Some(old) = &sealed {
            text = text.replace(old.as_str(), &seal(old)?);
        }
        self.replace(&with_line(&text, "recipient", &recipient.into()))?;
        Ok(usize::from(sealed.is_some()))
    }

    /// Writes one setting into the file, leaving the others and the comments as somebody wrote them.
    fn set(&self, name: &str, value: &toml::Value) -> Result<(), Error> {
        let file = self.held.path().join(settings::FILE);
        let wrong = |error| Error::refused(format!("`{}` cannot be read: {error}", file.display()));
        let text = std::fs::read_to_string(&file).map_err(wrong)?;
        self.replace(&with_line(&text, name, value))
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
        leave_nothing(&path);
        for name in [settings::FILE, "demo.key", RESTORING, "lock"] {
            let _ = std::fs::remove_file(path.join(name));
        }
        let _ = std::fs::remove_dir_all(path.join("holders"));
        let _ = std::fs::remove_dir(&path);
        drop(self.held);
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

    pub(crate) fn latest(&self) -> Option<Timestamp> {
        std::fs::read_to_string(self.held.path().join(CLOCK)).ok()?.trim().parse().ok()
    }
}

/// Removes what a restore puts into a folder.
fn leave_nothing(path: &Path) {
    for name in ["schoolkeeper.sqlite", "schoolkeeper.sqlite-wal", "schoolkeeper.sqlite-shm", CLOCK] {
        let _ = std::fs::remove_file(path.join(name));
    }
    let _ = std::fs::remove_dir_all(path.join(crate::blob::UNDER));
}

/// A top-level line of the settings in its new wording; the others and the comments stay.
fn with_line(text: &str, name: &str, value: &toml::Value) -> String {
    let mut lines = vec![format!("{name} = {value}")];
    let mut outer = true;
    for line in text.lines() {
        outer &= !line.trim_start().starts_with('[');
        let is_it = outer && line.split_once('=').is_some_and(|(left, _)| left.trim() == name);
        if !is_it {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
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
