//! The ledger of an installation: its key, its sequencer, its checkpoints and receipts, and what its pages show.
//!
//! Invariant: the signing key is made once, at first use, and only ever stored sealed with the installation key.

mod checkpoint;
mod history;
mod mail;
mod repair;
mod verify;

pub use checkpoint::Proof;
pub use history::{HistoryAsked, HistoryLine, HistoryPage};
pub use repair::Repaired;
pub use schoolkeeper_ledger::{Fault, Report, Verdict};
pub(crate) use verify::verify_records;
pub use verify::{Checked, verify_folder, verify_receipt};

use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::Signer;
use schoolkeeper_store::log::Log;
use schoolkeeper_store::{Read, Sequencer};
use std::time::Duration;

/// How often it looks for records to sequence: a checkpoint follows every commit within a second.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(250);

pub(crate) fn system() -> Scope {
    Scope::system("ledger")
}

impl House {
    /// Gives every pending record its place in the ledger and signs a checkpoint over them. Says how many there were.
    pub async fn sequence_once(&self) -> Result<u64, Error> {
        let scope = system();
        if !self.read().await?.is_waiting(&scope).await? {
            return Ok(0);
        }
        let signer = self.signer().await?;
        let sequencer = Sequencer { signer, salt: Self::salt };
        let (mut records, mut next) = (0, None);
        loop {
            let mut write = self.write().await?;
            let Some(done) = write.sequence(&scope, sequencer, next, self.now()).await? else { return Ok(records) };
            write.commit().await?;
            for (writer, slot, number) in &done.gaps {
                tracing::error!(%writer, slot, number, "a record that was written down never reached the ledger");
            }
            records += done.records;
            next = done.next;
            if next.is_none() {
                return Ok(records);
            }
        }
    }

    /// The ledger's key; the first to ask makes it.
    async fn signer(&self) -> Result<&Signer, Error> {
        if let Some(signer) = self.signer.get() {
            return Ok(signer);
        }
        let scope = system();
        let mut known = self.read().await?.log(&scope).await?;
        if known.is_none() {
            let log = self.new_log()?;
            let mut write = self.write().await?;
            write.open_log(&scope, &log, self.now()).await?;
            write.commit().await?;
            // Another process may have been first: what counts is what is stored.
            known = self.read().await?.log(&scope).await?;
        }
        let log = known.ok_or(Error::Missing)?;
        let secret = self.key().open_text(&log.key_sealed)?;
        let secret: &[u8; 32] =
            secret.as_slice().try_into().map_err(|error| Error::corrupt("the ledger's key", error))?;
        let signer = Signer::new(&log.origin, secret).map_err(|error| Error::corrupt("the ledger's key", error))?;
        if signer.public().to_string() != log.public_key {
            return Err(Error::corrupt("the ledger's public key", schoolkeeper_ledger::Error::Key));
        }
        Ok(self.signer.get_or_init(|| signer))
    }

    /// A name and a key for a ledger that begins.
    fn new_log(&self) -> Result<Log, Error> {
        let secret = Self::salt();
        let origin = format!("schoolkeeper/{}", Self::new_id());
        let signer = Signer::new(&origin, &secret).map_err(|error| Error::corrupt("the ledger's key", error))?;
        Ok(Log { origin, public_key: signer.public().to_string(), key_sealed: self.key().seal_text(&secret) })
    }

    /// The ledger as of now, with everything sequenced that can be.
    async fn ledger(&self) -> Result<(Read, Log), Error> {
        if self.can_write() {
            self.sequence_once().await?;
        }
        let read = self.read().await?;
        let log = read.log(&system()).await?;
        let log = log.ok_or_else(|| {
            Error::refused("nothing is in the ledger yet\nhint: `schoolkeeper serve` or `schoolkeeper ledger checkpoint` begins it")
        })?;
        Ok((read, log))
    }
}
