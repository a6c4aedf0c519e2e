//! Signed checkpoints: C2SP tlog-checkpoint in a C2SP signed note with Ed25519.
//!
//! Invariant: a [`Checkpoint`] is only made by signing or by checking a signature of the log's own key.

use crate::{CHECKPOINT_BYTES_MAX, Error, Hash};
use ed25519_dalek::Signer as _;
use ed25519_dalek::SigningKey;
use signed_note::{Note, Signature, StandardVerifier, Verifier as _, VerifierList};
use std::fmt;

/// The key with which a log signs; its name is the log's origin.
pub struct Signer {
    key: SigningKey,
    public: PublicKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

impl Signer {
    /// From the secret's 32 bytes. The origin may hold no space and no plus.
    pub fn new(origin: &str, secret: &[u8; 32]) -> Result<Self, Error> {
        let key = SigningKey::from_bytes(secret);
        let public = PublicKey::parse(&signed_note::new_ed25519_verifier_key(origin, &key.verifying_key()))?;
        Ok(Self { key, public })
    }

    /// What others check with.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a state of the log.
    pub fn sign(&self, size: u64, root: Hash) -> Result<Checkpoint, Error> {
        let wrong = |_| Error::Checkpoint("cannot be signed");
        let origin = self.public.origin();
        let text = tlog_tiles::Checkpoint::new(origin, size, root, "")
            .map_err(|_| Error::Checkpoint("cannot be written"))?
            .to_bytes();
        let signature = self.key.sign(&text).to_bytes().to_vec();
        let line = Signature::new(origin.to_owned(), self.public.verifier.key_id(), signature).map_err(wrong)?;
        let note = Note::new(&text, &[line]).map_err(wrong)?;
        let note = String::from_utf8(note.to_bytes()).map_err(|_| Error::Checkpoint("cannot be written"))?;
        Ok(Checkpoint { origin: origin.to_owned(), size, root, note })
    }
}

/// A log's public key: `NAME+ID+KEY`.
#[derive(Clone)]
pub struct PublicKey {
    text: String,
    verifier: StandardVerifier,
}

impl PublicKey {
    /// Reads one line.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim_end_matches('\n');
        if text.len() > 1000 {
            return Err(Error::Key);
        }
        let verifier = StandardVerifier::new(text).map_err(|_| Error::Key)?;
        Ok(Self { text: text.to_owned(), verifier })
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.verifier.name()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A signed state of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    note: String,
}

impl Checkpoint {
    /// Reads a signed note; refused without a good signature of `key`.
    pub fn read(note: &[u8], key: &PublicKey) -> Result<Self, Error> {
        if note.len() > CHECKPOINT_BYTES_MAX {
            return Err(Error::Checkpoint("is too long"));
        }
        let text = std::str::from_utf8(note).map_err(|_| Error::Checkpoint("is no text"))?;
        let parsed = Note::from_bytes(note).map_err(|_| Error::Checkpoint("is no signed note"))?;
        let known = VerifierList::new(vec![Box::new(key.verifier.clone())]);
        parsed.verify(&known).map_err(|_| Error::Checkpoint("has no good signature of this log's key"))?;
        let state = tlog_tiles::Checkpoint::from_bytes(parsed.text())
            .map_err(|_| Error::Checkpoint("does not hold name, size and root"))?;
        if state.origin() != key.origin() {
            return Err(Error::Checkpoint("is of another log"));
        }
        let (origin, size, root) = (state.origin().to_owned(), state.size(), *state.hash());
        Ok(Self { origin, size, root, note: text.to_owned() })
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Entries it covers.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over them; printed as 44 characters.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The whole signed note.
    pub fn note(&self) -> &str {
        &self.note
    }
}
