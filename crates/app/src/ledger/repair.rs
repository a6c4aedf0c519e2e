//! The way on after damage to the ledger.
//!
//! Invariant: tiles are made anew only when the records still lead to the root of the last signed checkpoint; what
//! cannot be derived is never made up: the old ledger is written into a folder, and a new one names its root.

use super::{Checked, system};
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_ledger::tile::WIDTH;
use schoolkeeper_ledger::{Checkpoint, Hash, Kept, PublicKey, TileAt, Tree};
use schoolkeeper_store::repair::OldLog;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Records read at once.
const AT_ONCE: u32 = 4096;

/// What a repair came to.
#[derive(Clone, Debug)]
pub enum Repaired {
    /// Nothing was changed: there was nothing to put right.
    Whole,
    /// So many tiles were made anew from the records; root and checkpoints are the old ones.
    Tiles(usize),
    /// Records themselves are not those that were recorded: only a new ledger helps. Nothing was changed.
    Beyond(Box<Checked>),
}

impl House {
    /// Makes the tiles anew when the records still lead to the last signed root; else says that they do not.
    pub async fn repair_ledger(&self, actor: &Actor) -> Result<Repaired, Error> {
        Self::scope(actor, "proof.see")?;
        let checked = self.verify_ledger(actor, &[], |_, _| {}).await?;
        if checked.report.is_whole() {
            return Ok(Repaired::Whole);
        }
        let Some((size, tiles)) = self.tiles_of_records(&checked.public_key).await? else {
            return Ok(Repaired::Beyond(Box::new(checked)));
        };
        let mut write = self.write().await?;
        write.replace_tiles(&system(), &tiles, (size, self.now())).await?;
        write.commit().await?;
        // Made anew, it may still hold records whose text was changed.
        let again = self.verify_ledger(actor, &[], |_, _| {}).await?;
        Ok(if again.report.is_whole() { Repaired::Tiles(tiles.len()) } else { Repaired::Beyond(Box::new(again)) })
    }

    /// The tiles that the records give; `None` when they do not lead to the last root that was signed.
    async fn tiles_of_records(&self, public_key: &str) -> Result<Option<(u64, BTreeMap<TileAt, Vec<u8>>)>, Error> {
        let read = self.read().await?;
        let (Some(last), Ok(key)) = (read.checkpoint(&system()).await?, PublicKey::parse(public_key)) else {
            return Ok(None);
        };
        let Ok(signed) = Checkpoint::read(last.note.as_bytes(), &key) else { return Ok(None) };
        let (mut tree, mut tiles) = (Tree::default(), BTreeMap::new());
        while tree.size() < signed.size() {
            let left = u32::try_from(signed.size() - tree.size()).unwrap_or(u32::MAX).min(AT_ONCE);
            let records = read.log_records(&system(), tree.size(), left).await?;
            if records.is_empty() {
                return Ok(None);
            }
            for record in records {
                let (true, Some(entry)) = (record.index == tree.size(), record.entry) else { return Ok(None) };
                tree.push(entry.leaf(), |at, tile| {
                    tiles.insert(at, tile.to_vec());
                });
            }
        }
        tiles.extend(tree.edge().map(|(at, tile)| (at, tile.to_vec())));
        Ok((tree.root() == signed.root()).then_some((tree.size(), tiles)))
    }

    /// Gives the ledger up: writes what is there of it into a folder that must not exist yet, and opens a new one
    /// whose first record names the old root. Refused while the old one is whole. Says how many places were not as
    /// they were recorded.
    pub async fn restart_ledger(&self, actor: &Actor, folder: &Path) -> Result<u64, Error> {
        Self::scope(actor, "proof.see")?;
        let checked = self.verify_ledger(actor, &[], |_, _| {}).await?;
        if checked.report.is_whole() {
            return Err(Error::refused("the history is whole, so there is no reason to begin it anew"));
        }
        self.write_old(&checked, folder).await.map_err(|error| {
            Error::refused(format!("`{}`: {error}\nhint: name a folder that is not there yet", folder.display()))
        })?;
        let read = self.read().await?;
        let old = read.log(&system()).await?.ok_or(Error::Missing)?;
        let last = read.checkpoint(&system()).await?;
        let (size, root) = last.map_or((0, String::new()), |last| (last.size, last.root));
        drop(read);
        let faults = checked.report.faults_total;
        let old = OldLog { origin: old.origin, size, root, faults };
        let mut write = self.write().await?;
        write.restart_log(&system(), (&self.new_log()?, &old), self.now()).await?;
        write.commit().await?;
        Ok(faults)
    }

    /// The old ledger as it lies in the records: what is wrong with it, its checkpoints, and every record.
    async fn write_old(
        &self,
        checked: &Checked,
        folder: &Path,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        fs::create_dir(folder)?;
        let mut said = fs::File::create(folder.join("report.txt"))?;
        let report = &checked.report;
        writeln!(said, "public key {}\n{} records, root {}", checked.public_key, report.size, report.root)?;
        for fault in &report.faults {
            writeln!(said, "{fault}")?;
        }
        writeln!(said, "{} places are not as they were recorded.", report.faults_total)?;
        said.sync_all()?;
        let read = self.read().await?;
        let (mut notes, mut after) = (fs::File::create(folder.join("checkpoints.txt"))?, 0);
        loop {
            let stored = read.checkpoints(&system(), after, AT_ONCE).await?;
            let Some(last) = stored.last() else { break };
            after = last.size;
            for checkpoint in &stored {
                writeln!(notes, "{}", checkpoint.note)?;
            }
        }
        notes.sync_all()?;
        let (mut out, mut next) = (std::io::BufWriter::new(fs::File::create(folder.join("records.jsonl"))?), 0);
        loop {
            let records = read.log_records(&system(), next, WIDTH as u32).await?;
            let Some(last) = records.last() else { break };
            next = last.index + 1;
            for record in &records {
                let entry = record.entry.as_ref().map(|entry| {
                    let (commitment, series) = (Hash(entry.commitment).to_string(), entry.series);
                    serde_json::json!([commitment, uuid::Uuid::from_bytes(series.writer), series.slot, entry.number])
                });
                let (salt, text) = match &record.kept {
                    Kept::Record(kept) => {
                        (Some(Hash(kept.salt).to_string()), String::from_utf8_lossy(&kept.document).into_owned())
                    }
                    Kept::Gone => (None, "erased".to_owned()),
                    Kept::Broken | Kept::Missing => (None, "cannot be read".to_owned()),
                };
                let line = serde_json::json!({ "index": record.index, "entry": entry, "salt": salt, "record": text });
                writeln!(out, "{line}")?;
            }
        }
        out.into_inner()?.sync_all()?;
        Ok(())
    }
}
