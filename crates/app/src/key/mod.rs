//! The installation key: an age X25519 identity that seals what must stay secret even when the records are stolen.
//!
//! Invariant: the key lies outside the data folder (a demo's marked key excepted); settings hold only its public
//! recipient, so a wrong key is named before anything is done with it. What is sealed opens with Debian's `age`, too.

mod change;
mod check;
mod file;
mod from;
mod sheet;

pub use change::Changed;
pub use check::Checked;
pub use from::KeyFrom;

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use std::io::{BufReader, Read, Write};
use std::iter::once;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Before every sealed text: tells it from others, and by which rules it was sealed.
const TEXT: &str = "sealed:1:";

/// Why a key or what it sealed cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key where it must be.
    #[error(
        "the installation key is not at {place}\nhint: put it back from the recovery sheet, or name it with --key-file FILE"
    )]
    Missing {
        /// Where it was looked for.
        place: String,
    },
    /// Others could read it.
    #[error("the key file `{}` can be read by others\nhint: chmod 600 {}", file.display(), file.display())]
    Readable {
        /// The file.
        file: PathBuf,
    },
    /// The file could not be read or written.
    #[error("the key file `{}` cannot be used: {why}\nhint: choose another place with --key-file FILE", file.display())]
    Unusable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// It is no key.
    #[error("{place} holds no installation key\nhint: it is one line that begins with AGE-SECRET-KEY-1")]
    Malformed {
        /// Where it was read.
        place: String,
    },
    /// It is a key, but another one.
    #[error(
        "{place} holds the key {found}, but this was sealed for {expected}\nhint: use the key whose recovery sheet shows {expected}"
    )]
    Wrong {
        /// Where it was read.
        place: String,
        /// Public part of what was given.
        found: String,
        /// Public part of what is needed.
        expected: String,
    },
    /// Sealed for a key that is not here.
    #[error("this was sealed for another installation key\nhint: use the key that was in force when it was sealed")]
    OtherKey,
    /// Not sealed by us, changed afterwards, or cut off.
    #[error("what was sealed is damaged or was cut off")]
    Damaged,
}

/// The installation key in memory.
#[derive(Clone)]
pub struct Key {
    identity: Identity,
    /// Opens, but seals nothing any more or not yet: only while a change of keys is under way.
    also: Option<Identity>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.recipient())
    }
}

impl Key {
    /// A fresh key.
    pub(crate) fn fresh() -> Self {
        Self { identity: Identity::generate(), also: None }
    }

    /// Reads `AGE-SECRET-KEY-1…` among comment lines, as `age-keygen` and we write it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed { place: place.to_owned() };
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else { return Err(malformed()) };
        // People type it from paper.
        let line: Zeroizing<String> = Zeroizing::new(line.replace(' ', "").to_ascii_uppercase());
        let identity = line.parse().map_err(|_| malformed())?;
        Ok(Self { identity, also: None })
    }

    /// The same, opening what was sealed for another key too.
    pub(crate) fn with(self, also: &Self) -> Self {
        Self { also: Some(also.identity.clone()), ..self }
    }

    /// The public part: who sees it can seal for this installation, and open nothing.
    pub fn recipient(&self) -> String {
        self.to().to_string()
    }

    /// The secret part, for the recovery sheet and the key file only.
    pub(crate) fn secret(&self) -> Zeroizing<String> {
        Zeroizing::new(self.identity.to_string().expose_secret().to_owned())
    }

    fn to(&self) -> Recipient {
        self.identity.to_public()
    }

    /// Seals a few bytes: a seed, a password. Files go through [`Key::sealing`].
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        age::encrypt(&self.to(), plain).expect("writing into memory does not fail")
    }

    /// Opens what [`Key::seal`] sealed.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        self.opening(sealed)?.read_to_end(&mut plain).map_err(|_| KeyError::Damaged)?;
        Ok(plain)
    }

    /// [`Key::seal`] for a TEXT column or a line of settings. The column is called `sealed` or `…_sealed`: by that
    /// name a change of keys finds what it has to seal again.
    pub fn seal_text(&self, plain: &[u8]) -> String {
        format!("{TEXT}{}", BASE64.encode(self.seal(plain)))
    }

    /// Opens what [`Key::seal_text`] sealed.
    pub fn open_text(&self, sealed: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let coded = sealed.strip_prefix(TEXT).ok_or(KeyError::Damaged)?;
        self.open(&BASE64.decode(coded).map_err(|_| KeyError::Damaged)?)
    }

    /// Everything written into it arrives sealed in `out`; `finish` it, or it counts as cut off.
    pub fn sealing<W: Write>(&self, out: W) -> std::io::Result<age::stream::StreamWriter<W>> {
        let to = self.to();
        let seal = age::Encryptor::with_recipients(once(&to as &dyn age::Recipient));
        seal.expect("there is one recipient").wrap_output(out)
    }

    /// Reads what was sealed; an error of the reader means damaged or cut off.
    pub fn opening<R: Read>(&self, sealed: R) -> Result<impl Read, KeyError> {
        let sealed = age::Decryptor::new_buffered(BufReader::new(sealed)).map_err(|_| KeyError::Damaged)?;
        let keys = once(&self.identity).chain(&self.also).map(|identity| identity as &dyn age::Identity);
        sealed.decrypt(keys).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => KeyError::OtherKey,
            _ => KeyError::Damaged,
        })
    }
}

#[cfg(test)]
mod key_tests;
