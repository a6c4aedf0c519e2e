//! What a verification found: a verdict for every index, and every place that does not fit, the first of them first.
//!
//! Invariant: a report without faults means that every record is the one that was recorded, or lawfully erased.

use crate::entry::Series;
use crate::{Hash, TileAt};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Faults that are listed; the rest is counted.
pub const FAULTS_MAX: usize = 1000;

/// How one record stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is the one that was recorded.
    Good,
    /// Salt and text were deleted, and a later record says under which word.
    Erased(String),
    /// It is not there, and no record tells of an erasure.
    Missing,
    /// It is not the one that was recorded.
    Changed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("good"),
            Self::Erased(under) => write!(f, "erased under {under}"),
            Self::Missing => f.write_str("missing"),
            Self::Changed => f.write_str("changed"),
        }
    }
}

/// Where something does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The log's own signed checkpoint.
    Checkpoint,
    /// A checkpoint or root from elsewhere, by the name it was given under.
    Witness(String),
    /// What the log holds of a record.
    Entry(u64),
    /// A record beside the log.
    Record(u64),
    /// These records.
    Records(Range<u64>),
    /// A tile; one of its hashes, when it can be told.
    Tile(TileAt, Option<usize>),
    /// A writer's series, noticed at an index.
    Series(Series, u64),
    /// Something that does not belong to the log.
    Stray(String),
}

impl Place {
    /// The first index concerned.
    pub fn index(&self) -> u64 {
        match self {
            Self::Checkpoint | Self::Witness(_) | Self::Stray(_) => u64::MAX,
            Self::Entry(index) | Self::Record(index) | Self::Series(_, index) => *index,
            Self::Records(range) => range.start,
            Self::Tile(at, position) => {
                let hash = (at.number << 8) + position.unwrap_or(0) as u64;
                hash << (8 * u32::from(at.level))
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("the checkpoint"),
            Self::Witness(name) => write!(f, "{name}"),
            Self::Entry(index) => write!(f, "entry {index}"),
            Self::Record(index) => write!(f, "record {index}"),
            Self::Records(range) => write!(f, "records {} to {}", range.start, range.end.saturating_sub(1)),
            Self::Tile(at, None) => write!(f, "tile {}/{}", at.level, at.number),
            Self::Tile(at, Some(position)) => write!(f, "tile {}/{}, hash {position}", at.level, at.number),
            Self::Series(series, index) => {
                let writer = u128::from_be_bytes(series.writer);
                write!(f, "before record {index}, series {} of writer {writer:032x}", series.slot)
            }
            Self::Stray(name) => write!(f, "`{name}`"),
        }
    }
}

/// One place that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What is the matter: *was changed*.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.what)
    }
}

/// The outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Records the checkpoint covers, or that were found without one.
    pub size: u64,
    /// The root over what was found.
    pub root: Hash,
    /// Every index, neighbours of one verdict together.
    pub verdicts: Vec<(Range<u64>, Verdict)>,
    /// Checkpoints and roots from elsewhere that agree: name and size.
    pub agree: Vec<(String, u64)>,
    /// By index, at most [`FAULTS_MAX`].
    pub faults: Vec<Fault>,
    /// All of them.
    pub faults_total: u64,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_whole(&self) -> bool {
        self.faults_total == 0
    }

    /// How many indexes have each verdict.
    pub fn counts(&self) -> BTreeMap<&Verdict, u64> {
        let mut out = BTreeMap::new();
        for (range, verdict) in &self.verdicts {
            *out.entry(verdict).or_default() += range.end - range.start;
        }
        out
    }

    /// The verdict of an index.
    pub fn verdict(&self, index: u64) -> Option<&Verdict> {
        self.verdicts.iter().find(|(range, _)| range.contains(&index)).map(|(_, verdict)| verdict)
    }
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) listed: Vec<Fault>,
    pub(crate) total: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, place: Place, what: impl Into<String>) {
        self.total += 1;
        // A fault at an earlier index pushes out the last one, so that the first is always listed.
        let at = self.listed.partition_point(|known| known.place.index() <= place.index());
        self.listed.insert(at, Fault { place, what: what.into() });
        self.listed.truncate(FAULTS_MAX);
    }
}
