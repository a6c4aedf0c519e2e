//! Where a command takes the installation key from, and the key of a data folder.

use super::change::next_to;
use super::{Key, KeyError, file};
use crate::settings::Settings;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the key comes from.
#[derive(Clone, Debug, Default)]
pub enum KeyFrom {
    /// Beside the data folder: `hill` has `hill.key`; a demo's marked key lies inside.
    #[default]
    Beside,
    /// A file that only its owner can read.
    File(PathBuf),
    /// A file that systemd made for this service alone; access lists may let its group bits show.
    Credential(PathBuf),
    /// The text itself, from the environment or a terminal.
    Text(Zeroizing<String>),
}

impl KeyFrom {
    /// Where it is, in words.
    pub(crate) fn place(&self, data: &Path, demo: bool) -> String {
        match self {
            Self::Text(_) => "what was typed or in the environment".to_owned(),
            _ => self.file(data, demo).map_or_else(String::new, |file| format!("`{}`", file.display())),
        }
    }

    /// The file it is in.
    pub(crate) fn file(&self, data: &Path, demo: bool) -> Option<PathBuf> {
        match self {
            Self::Beside if demo => Some(data.join("demo.key")),
            Self::Beside => Some(beside(data)),
            Self::File(file) | Self::Credential(file) => Some(file.clone()),
            Self::Text(_) => None,
        }
    }

    /// Reads the key, whichever it is.
    pub fn read(&self, data: &Path, demo: bool) -> Result<Key, KeyError> {
        let place = self.place(data, demo);
        let text = match self {
            Self::Text(text) => text.clone(),
            Self::Credential(file) => file::read(file, 0o007)?,
            Self::Beside | Self::File(_) => file::read(&self.file(data, demo).unwrap_or_default(), 0o077)?,
        };
        Key::parse(&text, &place)
    }

    /// The key of a folder with these settings; a wrong one is refused.
    pub(crate) fn of(&self, data: &Path, settings: &Settings) -> Result<Key, KeyError> {
        let from = self.for_demo(settings.demo_key);
        let found = from.read(data, settings.demo_key);
        // While a change of keys is under way there are two: either may be the one in force.
        let next = from.file(data, settings.demo_key).map(|file| next_to(&file)).filter(|file| file.exists());
        let next = next.and_then(|file| Self::File(file).read(data, false).ok());
        let Some(expected) = &settings.recipient else { return found };
        match (found, next) {
            (Ok(key), Some(next)) if key.recipient() == *expected => Ok(key.with(&next)),
            (Ok(key), Some(next)) if next.recipient() == *expected => Ok(next.with(&key)),
            (Err(_), Some(next)) if next.recipient() == *expected => Ok(next),
            (Ok(key), _) if key.recipient() == *expected => Ok(key),
            (Ok(key), _) => Err(KeyError::Wrong {
                place: from.place(data, settings.demo_key),
                found: key.recipient(),
                expected: expected.clone(),
            }),
            (Err(error), _) => Err(error),
        }
    }

    /// Makes the key of a new folder and writes its public part into the settings. A key that is there already is
    /// used: an `init` that was stopped halfway begins again.
    /// With it comes the file that was made.
    pub(crate) fn make(&self, data: &Path, settings: &mut Settings) -> Result<(Key, Option<PathBuf>), KeyError> {
        let demo = settings.sandbox;
        let from = self.for_demo(demo);
        let missing = from.file(data, demo).filter(|file| !file.exists());
        let key = match &missing {
            Some(file) => {
                let key = Key::fresh();
                file::write(file, &key, demo)?;
                key
            }
            None => from.read(data, demo)?,
        };
        settings.demo_key = demo;
        settings.recipient = Some(key.recipient());
        Ok((key, missing))
    }

    /// Leaves a key where it is looked for; the file that was made. Another key that lies there is not touched.
    pub(crate) fn leave(&self, data: &Path, settings: &Settings, key: &Key) -> Result<Option<PathBuf>, KeyError> {
        let demo = settings.demo_key;
        let Some(file) = self.file(data, demo) else { return Ok(None) };
        if !file.exists() {
            file::write(&file, key, demo)?;
            return Ok(Some(file));
        }
        let there = self.read(data, demo)?;
        if there.recipient() == key.recipient() {
            return Ok(None);
        }
        let (found, expected) = (there.recipient(), key.recipient());
        Err(KeyError::Wrong { place: self.place(data, demo), found, expected })
    }

    /// A demo has its own key, whatever the environment holds.
    pub(super) fn for_demo(&self, demo: bool) -> &Self {
        if demo { &Self::Beside } else { self }
    }
}

/// `data/hill` → `data/hill.key`.
fn beside(data: &Path) -> PathBuf {
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".key");
    data.with_file_name(name)
}
