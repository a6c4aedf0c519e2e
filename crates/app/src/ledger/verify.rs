//! Walks the ledger in the records, an exported one, or a single receipt.

use super::checkpoint::{AT_ONCE, refused};
use super::system;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_ledger::folder::Exported;
use schoolkeeper_ledger::tile::{WIDTH, blocks};
use schoolkeeper_ledger::{Block, Kept, PublicKey, Receipt, Report, TileAt, Verifier, Witness};
use schoolkeeper_store::Read;
use schoolkeeper_store::log::{StoredCheckpoint, StoredRecord, erasure};
use std::collections::BTreeMap;
use std::path::Path;

/// Checkpoints read at once.
const CHECKPOINTS: u32 = 1000;

/// What a verification found, and with which key.
#[derive(Clone, Debug)]
pub struct Checked {
    /// NAME+ID+KEY.
    pub public_key: String,
    /// The outcome.
    pub report: Report,
}

impl House {
    /// Walks the whole ledger in the records, against every checkpoint they hold and those given from elsewhere: a
    /// name and a 44-character root or a whole checkpoint. `step` hears how many of how many blocks are done.
    pub async fn verify_ledger(
        &self,
        actor: &Actor,
        against: &[(String, String)],
        mut step: impl FnMut(u64, u64),
    ) -> Result<Checked, Error> {
        Self::scope(actor, "proof.see")?;
        // A ledger that nothing more can be signed on top of is exactly what is to be looked at.
        if self.can_write() {
            match self.sequence_once().await {
                Ok(_) | Err(Error::Store(schoolkeeper_store::Error::Ledger(_))) => {}
                Err(error) => return Err(error),
            }
        }
        let checked = verify_records(&self.read().await?, against, &mut step).await?;
        checked.ok_or_else(|| Error::refused("nothing is in the ledger yet"))
    }
}

/// Walks the ledger of one look at the records; `None` when there is none.
pub(crate) async fn verify_records(
    read: &Read,
    against: &[(String, String)],
    step: &mut impl FnMut(u64, u64),
) -> Result<Option<Checked>, Error> {
    let Some(log) = read.log(&system()).await? else { return Ok(None) };
    let key = PublicKey::parse(&log.public_key).map_err(refused)?;
    let newest = read.checkpoint(&system()).await?;
    let note = newest.as_ref().map_or("", |newest| &newest.note);
    let mut verifier = Verifier::new(note.as_bytes(), &key, erasure);
    stored_checkpoints(read, &key, &mut verifier).await?;
    for (name, text) in against {
        verifier.against(name, Witness::parse(text, &key));
    }
    for erasing in read.erasing(&system()).await? {
        verifier.erasing(erasing);
    }
    walk(read, &mut verifier, step).await?;
    let mut report = verifier.finish();
    report.agree.retain(|(name, _)| against.iter().any(|(given, _)| given == name));
    Ok(Some(Checked { public_key: log.public_key, report }))
}

/// Every checkpoint ever signed is a witness for all that came before it.
async fn stored_checkpoints(read: &Read, key: &PublicKey, verifier: &mut Verifier) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let stored = read.checkpoints(&system(), after, CHECKPOINTS).await?;
        let Some(last) = stored.last() else { return Ok(()) };
        after = last.size;
        for StoredCheckpoint { size, root, note, .. } in stored {
            let name = format!("the stored checkpoint of {size} records");
            match Witness::parse(&note, key) {
                Ok(Witness::Checkpoint(known)) if (known.size(), known.root().to_string()) != (size, root) => {
                    verifier.stray(name);
                }
                witness => verifier.against(&name, witness),
            }
        }
    }
}

async fn walk(read: &Read, verifier: &mut Verifier, step: &mut impl FnMut(u64, u64)) -> Result<(), Error> {
    let found = read.log_size(&system()).await?;
    let size = verifier.size().unwrap_or(found);
    for level in 1..=read.log_height(&system()).await? {
        let mut from = TileAt { level, number: 0 };
        loop {
            let tiles = read.log_tiles(&system(), from, WIDTH as u32).await?;
            let Some((last, _)) = tiles.last() else { break };
            from.number = last.number + 1;
            for (at, tile) in tiles {
                verifier.above(at, tile);
            }
        }
    }
    let mut number = 0;
    // Beyond what was found there is nothing to walk; the report names the whole stretch as missing.
    while number < blocks(size.min(found)) {
        let first = number * WIDTH as u64;
        let at_once = AT_ONCE.min(blocks(size) - number);
        let records = read.log_records(&system(), first, (at_once * WIDTH as u64) as u32).await?;
        let mut records: BTreeMap<u64, StoredRecord> = records.into_iter().map(|one| (one.index, one)).collect();
        let tiles = read.log_tiles(&system(), TileAt { level: 0, number }, at_once as u32).await?;
        let mut tiles: BTreeMap<TileAt, Vec<u8>> = tiles.into_iter().collect();
        for number in number..number + at_once {
            let at = TileAt { level: 0, number };
            let first = number * WIDTH as u64;
            let taken = (first..first + at.width(size) as u64).map(|index| records.remove(&index));
            let (entries, kept) =
                taken.map(|one| one.map_or((None, Kept::Missing), |one| (one.entry, one.kept))).unzip();
            verifier.block(Block { entries, records: kept, tile: tiles.remove(&at) });
            step(number + 1, blocks(size));
        }
        number += at_once;
    }
    for record in read.log_records(&system(), size, CHECKPOINTS).await? {
        verifier.stray(format!("record {}", record.index));
    }
    for (at, _) in read.log_tiles(&system(), TileAt { level: 0, number: blocks(size) }, CHECKPOINTS).await? {
        verifier.stray(format!("tile 0/{}", at.number));
    }
    Ok(())
}

/// Walks an exported ledger; without `key` with the one that lies in the folder.
pub fn verify_folder(
    folder: &Path,
    key: Option<&str>,
    against: &[(String, String)],
    step: impl FnMut(u64, u64),
) -> Result<Checked, Error> {
    let key = key.map(PublicKey::parse).transpose().map_err(refused)?;
    let exported = Exported::open(folder, key).map_err(refused)?;
    let witnesses = against.iter().map(|(name, text)| (name.clone(), Witness::parse(text, exported.key())));
    let report = exported.verify(witnesses.collect(), erasure, step);
    Ok(Checked { public_key: exported.key().to_string(), report })
}

/// Checks a receipt offline: gives its index, the record's text unless it was erased, and size and root.
pub fn verify_receipt(text: &[u8], key: &str) -> Result<(u64, Option<String>, u64, String), Error> {
    let key = PublicKey::parse(key).map_err(refused)?;
    let receipt = Receipt::parse(text).map_err(refused)?;
    let checkpoint = receipt.check(&key).map_err(refused)?;
    let text = receipt.record.map(|record| String::from_utf8_lossy(&record.document).into_owned());
    Ok((receipt.index, text, checkpoint.size(), checkpoint.root().to_string()))
}
