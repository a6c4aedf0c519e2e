//! Checkpoints, receipts and exports: what leaves this machine, so that nobody can rewrite the ledger unseen.

use super::system;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_ledger::folder::Export;
use schoolkeeper_ledger::proof::{self, Tiles};
use schoolkeeper_ledger::tile::{WIDTH, blocks};
use schoolkeeper_ledger::{Checkpoint, Entry, Kept, PublicKey, Receipt, Record, TileAt};
use schoolkeeper_store::Read;
use schoolkeeper_store::log::{Log, StoredCheckpoint, StoredRecord};
use std::path::Path;

/// Blocks of 256 records read at once.
pub(super) const AT_ONCE: u64 = 16;

/// The newest checkpoint, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The ledger's name.
    pub origin: String,
    /// NAME+ID+KEY.
    pub public_key: String,
    /// Records it covers.
    pub size: u64,
    /// 44 characters.
    pub root: String,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// When one was last handed out of this machine.
    pub left_at: Option<Timestamp>,
}

impl House {
    /// The newest checkpoint with everything sequenced; `None` while nothing was ever recorded.
    pub async fn proof(&self, actor: &Actor) -> Result<Option<Proof>, Error> {
        Self::scope(actor, "proof.see")?;
        if self.can_write() {
            self.sequence_once().await?;
        }
        let read = self.read().await?;
        let (Some(log), Some(checkpoint)) = (read.log(&system()).await?, read.checkpoint(&system()).await?) else {
            return Ok(None);
        };
        let left_at = read.checkpoint_left_at(&system()).await?;
        let StoredCheckpoint { size, root, note, signed_at, .. } = checkpoint;
        Ok(Some(Proof { origin: log.origin, public_key: log.public_key, size, root, note, signed_at, left_at }))
    }

    /// When a checkpoint was last handed out of this machine: mailed, or written down elsewhere.
    pub async fn checkpoint_left_at(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.read().await?.checkpoint_left_at(&system()).await?)
    }

    /// Remembers that the checkpoint of so many records was handed out of this machine.
    pub async fn checkpoint_left(&self, actor: &Actor, size: u64) -> Result<(), Error> {
        Self::scope(actor, "proof.see")?;
        let mut write = self.write().await?;
        if !write.leave_checkpoint(&system(), size, self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// The receipt of a record: a `.tlog-proof` file.
    pub async fn receipt(&self, actor: &Actor, index: u64) -> Result<String, Error> {
        Self::scope(actor, "proof.see")?;
        let (read, log) = self.ledger().await?;
        let checkpoint = newest(&read, &log).await?;
        let size = checkpoint.size();
        if index >= size {
            return Err(Error::refused(format!(
                "there is no record {index}\nhint: the ledger holds records 0 to {}",
                size - 1
            )));
        }
        let stored = read.log_records(&system(), index, 1).await?.into_iter().find(|record| record.index == index);
        let (entry, record) = stored.and_then(whole).ok_or_else(|| damaged(index))?;
        let mut tiles = Tiles::new();
        for at in proof::tiles_for_inclusion(size, index) {
            tiles.extend(read.log_tiles(&system(), at, 1).await?);
        }
        let proof = proof::inclusion(&checkpoint, index, &tiles).map_err(|_| damaged(index))?;
        Ok(Receipt { index, entry, record, proof, checkpoint: checkpoint.note().to_owned() }.to_text())
    }

    /// Writes the whole ledger as C2SP files, with the records and the public key beside them. Says how many records.
    pub async fn export_ledger(
        &self,
        actor: &Actor,
        folder: &Path,
        mut step: impl FnMut(u64, u64),
    ) -> Result<u64, Error> {
        Self::scope(actor, "proof.see")?;
        let (read, log) = self.ledger().await?;
        let checkpoint = newest(&read, &log).await?;
        let size = checkpoint.size();
        let export = Export::new(folder).map_err(refused)?;
        for level in 0..=read.log_height(&system()).await? {
            let mut from = TileAt { level, number: 0 };
            loop {
                let tiles = read.log_tiles(&system(), from, WIDTH as u32).await?;
                let Some((last, _)) = tiles.last() else { break };
                from.number = last.number + 1;
                for (at, tile) in &tiles {
                    export.tile(*at, tile).map_err(refused)?;
                }
            }
        }
        for number in 0..blocks(size) {
            let first = number * WIDTH as u64;
            let width = TileAt { level: 0, number }.width(size);
            let records = read.log_records(&system(), first, width as u32).await?;
            let expected = (first..).zip(records);
            let entries: Option<Vec<_>> =
                expected.map(|(index, record)| whole(record.clone()).filter(|_| record.index == index)).collect();
            let entries = entries.filter(|entries| entries.len() == width).ok_or_else(|| damaged(first))?;
            export.block(number, &entries).map_err(refused)?;
            step(number + 1, blocks(size));
        }
        let key = PublicKey::parse(&log.public_key).map_err(refused)?;
        export.finish(checkpoint.note(), &key).map_err(refused)?;
        Ok(size)
    }
}

/// Entry and record; `None` when the row cannot be exported as it is.
fn whole(stored: StoredRecord) -> Option<(Entry, Option<Record>)> {
    match stored.kept {
        Kept::Record(record) => Some((stored.entry?, Some(record))),
        Kept::Gone => Some((stored.entry?, None)),
        Kept::Broken | Kept::Missing => None,
    }
}

/// The newest checkpoint, read with the ledger's key.
async fn newest(read: &Read, log: &Log) -> Result<Checkpoint, Error> {
    let key = PublicKey::parse(&log.public_key).map_err(refused)?;
    let stored = read.checkpoint(&system()).await?.ok_or(Error::Missing)?;
    Checkpoint::read(stored.note.as_bytes(), &key).map_err(refused)
}

fn damaged(index: u64) -> Error {
    Error::refused(format!(
        "record {index} of the ledger, or one near it, was changed\nhint: `schoolkeeper ledger verify` names every place"
    ))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives it away")]
pub(super) fn refused(error: schoolkeeper_ledger::Error) -> Error {
    Error::refused(error.to_string())
}
