//! An exported log: C2SP tlog-tiles files, with the records, the public key and this layout beside them.
//!
//! ```text
//! checkpoint                    signed note
//! public-key                    NAME+ID+KEY
//! tile/LEVEL/NUMBER[.p/WIDTH]   hashes
//! tile/entries/NUMBER[.p/WIDTH] entries: commitment, writer, slot, number
//! records/NUMBER[.p/WIDTH]      index, salt, text
//! ```
//!
//! Invariant: reading never takes more of a file than its place in the log can need.

use crate::tile::{TileAt, WIDTH, blocks, entries_path, records_path};
use crate::verify::{Block, Erasure, Kept, Verifier, Witness};
use crate::{CHECKPOINT_BYTES_MAX, DOCUMENT_BYTES_MAX, Entry, Error, PublicKey, Record, Report, bundle};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

const CHECKPOINT: &str = "checkpoint";
const KEY: &str = "public-key";
/// A folder that lacks so many blocks in a row has come to its end.
const MISSING_MAX: u64 = 1000;

/// A folder that is being written.
#[derive(Debug)]
pub struct Export {
    folder: PathBuf,
}

impl Export {
    /// Refused when the folder already holds something.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(folder).map_err(|error| wrong(folder, format!("cannot be made: {error}")))?;
        let mut held = std::fs::read_dir(folder).map_err(|error| wrong(folder, error.to_string()))?;
        if held.next().is_some() {
            return Err(wrong(folder, "already holds files: give an empty folder"));
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// A tile.
    pub fn tile(&self, at: TileAt, bytes: &[u8]) -> Result<(), Error> {
        self.write(&at.path(bytes.len() / tlog_tiles::HASH_SIZE), bytes)
    }

    /// Up to 256 entries with what is kept of their records.
    pub fn block(&self, number: u64, entries: &[(Entry, Option<Record>)]) -> Result<(), Error> {
        let width = entries.len();
        let bundle: Vec<Entry> = entries.iter().map(|(entry, _)| *entry).collect();
        self.write(&entries_path(number, width), &bundle::write_entries(&bundle))?;
        let first = number * WIDTH as u64;
        let lines = (first..).zip(entries).map(|(index, (_, record))| bundle::write_record(index, record.as_ref()));
        self.write(&records_path(number, width), &lines.collect::<Vec<_>>().concat())
    }

    /// The last files: what all the others are held against.
    pub fn finish(self, checkpoint: &str, key: &PublicKey) -> Result<(), Error> {
        self.write(KEY, format!("{key}\n").as_bytes())?;
        self.write(CHECKPOINT, checkpoint.as_bytes())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let file = self.folder.join(path);
        let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = made.and_then(|()| File::create(&file)).and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| wrong(&file, format!("cannot be written: {error}")))
    }
}

/// A folder that is to be verified.
#[derive(Debug)]
pub struct Exported {
    folder: PathBuf,
    key: PublicKey,
}

impl Exported {
    /// `key` is the one known from elsewhere; the folder's own when left out.
    pub fn open(folder: &Path, key: Option<PublicKey>) -> Result<Self, Error> {
        let folder = folder.to_owned();
        if let Some(key) = key {
            return Ok(Self { folder, key });
        }
        let file = folder.join(KEY);
        let text = take(&file, 2000).ok_or_else(|| wrong(&file, "is missing: this is no exported log"))?;
        let key = PublicKey::parse(std::str::from_utf8(&text).map_err(|_| Error::Key)?)?;
        Ok(Self { folder, key })
    }

    /// The key it is verified with.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Walks all of it. `step` hears how many of how many blocks are done.
    pub fn verify(
        &self,
        witnesses: Vec<(String, Result<Witness, Error>)>,
        erasure: fn(&[u8]) -> Option<Erasure>,
        mut step: impl FnMut(u64, u64),
    ) -> Report {
        let checkpoint = take(&self.folder.join(CHECKPOINT), CHECKPOINT_BYTES_MAX).unwrap_or_default();
        let mut verifier = Verifier::new(&checkpoint, &self.key, erasure);
        for (name, witness) in witnesses {
            verifier.against(&name, witness);
        }
        let size = verifier.size().unwrap_or_else(|| self.found());
        for at in TileAt::above_leaves(size).take(1 << 20) {
            if let Some(tile) = self.tile(at, at.width(size)) {
                verifier.above(at, tile);
            }
        }
        let mut missing = 0;
        for number in 0..blocks(size) {
            let width = TileAt { level: 0, number }.width(size);
            let (block, any) = self.block(number, width);
            missing = if any { 0 } else { missing + 1 };
            if missing > MISSING_MAX {
                break;
            }
            verifier.block(block);
            step(number + 1, blocks(size));
        }
        verifier.finish()
    }

    fn tile(&self, at: TileAt, width: usize) -> Option<Vec<u8>> {
        take(&self.folder.join(at.path(width)), width * tlog_tiles::HASH_SIZE)
    }

    fn block(&self, number: u64, width: usize) -> (Block, bool) {
        let tile = self.tile(TileAt { level: 0, number }, width);
        let bundle = take(&self.folder.join(entries_path(number, width)), width * 66);
        let entries = bundle.as_ref().map_or_else(|| vec![None; width], |bytes| bundle::read_entries(bytes, width));
        let file = File::open(self.folder.join(records_path(number, width))).ok();
        let any = tile.is_some() || bundle.is_some() || file.is_some();
        let records = file.map_or_else(|| vec![Kept::Missing; width], |file| records(file, number, width));
        (Block { entries, records, tile }, any)
    }

    /// Without a checkpoint to trust: as far as there are full bundles.
    fn found(&self) -> u64 {
        let mut full = 0;
        while self.folder.join(entries_path(full, WIDTH)).exists() {
            full += 1;
        }
        let partial = (1..WIDTH).rev().find(|width| self.folder.join(entries_path(full, *width)).exists());
        full * WIDTH as u64 + partial.unwrap_or(0) as u64
    }
}

/// The records of a block, each where its own index says.
fn records(file: File, number: u64, width: usize) -> Vec<Kept> {
    let mut out = vec![Kept::Missing; width];
    let mut reader = BufReader::new(file);
    let mut strange = false;
    // One line more than there may be, to notice it.
    for _ in 0..=width {
        let mut line = Vec::new();
        let read = reader.by_ref().take(DOCUMENT_BYTES_MAX as u64 + 100).read_until(b'\n', &mut line);
        if read.is_ok_and(|bytes| bytes == 0) {
            break;
        }
        let whole = line.pop() == Some(b'\n');
        let read = bundle::read_record(&line).filter(|_| whole);
        let place = read.and_then(|(index, kept)| Some((index.checked_sub(number * WIDTH as u64)?, kept)));
        match place.and_then(|(place, kept)| Some((out.get_mut(place as usize)?, kept))) {
            Some((place, kept)) if *place == Kept::Missing => *place = kept,
            Some((place, _)) => *place = Kept::Broken,
            None => strange = true,
        }
    }
    if strange && !out.contains(&Kept::Missing) {
        out[width - 1] = Kept::Broken;
    }
    out
}

/// A file's bytes, when it has no more than it may.
fn take(file: &Path, max: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    File::open(file).ok()?.take(max as u64 + 1).read_to_end(&mut out).ok()?;
    (out.len() <= max).then_some(out)
}

fn wrong(file: &Path, what: impl Into<String>) -> Error {
    Error::File { file: file.display().to_string(), what: what.into() }
}
