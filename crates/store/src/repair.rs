//! The way on after damage to the ledger: its tiles made anew from its records, or a new log that names the old one.
//!
//! Invariant: nothing is put right without a record of it; a new log's first record names the root of the old one.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::log::{Log, is_system, tile_text};
use crate::sql::statements;
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::TileAt;
use std::collections::BTreeMap;

statements! {
    NO_TILES = "DELETE FROM ledger_tile";
    NO_RECORDS = "DELETE FROM ledger_record";
    NO_CHECKPOINTS = "DELETE FROM ledger_checkpoint";
    NO_LOG = "DELETE FROM ledger";
}

/// A log that is given up, as the new one names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldLog {
    /// Its name.
    pub origin: String,
    /// Records of its last checkpoint.
    pub size: u64,
    /// The root of its last checkpoint.
    pub root: String,
    /// Places at which it is not what was recorded.
    pub faults: u64,
}

impl Write {
    /// Puts tiles made anew from the records in the place of those that are there; the system's only.
    pub async fn replace_tiles(
        &mut self,
        scope: &Scope,
        tiles: &BTreeMap<TileAt, Vec<u8>>,
        (size, now): (u64, Timestamp),
    ) -> Result<bool, Error> {
        if !is_system(scope) {
            return Ok(false);
        }
        self.run(NO_TILES, Vec::new()).await?;
        let values = tiles
            .iter()
            .flat_map(|(at, tile)| [i64::from(at.level).into(), (at.number as i64).into(), tile_text(tile).into()]);
        self.insert("ledger_tile (level, number, hashes)", 3, values.collect(), "").await?;
        let details = [("tiles", Detail::Count(tiles.len() as i64)), ("size", Detail::Count(size as i64))];
        self.record(scope, About { organisation: None, school: None, now }, "ledger-repaired", &details).await?;
        Ok(true)
    }

    /// Gives a log up and opens another; the system's only. The first record of the new one names the old one.
    pub async fn restart_log(
        &mut self,
        scope: &Scope,
        (new, old): (&Log, &OldLog),
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !is_system(scope) {
            return Ok(false);
        }
        for sql in [NO_TILES, NO_RECORDS, NO_CHECKPOINTS, NO_LOG] {
            self.run(sql, Vec::new()).await?;
        }
        self.open_log(scope, new, now).await?;
        let details = [
            ("old-origin", Detail::Word(old.origin.clone())),
            ("old-size", Detail::Count(old.size as i64)),
            ("old-root", Detail::Word(old.root.clone())),
            ("faults", Detail::Count(old.faults as i64)),
        ];
        self.record(scope, About { organisation: None, school: None, now }, "ledger-restarted", &details).await?;
        Ok(true)
    }
}
