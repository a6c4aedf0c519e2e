//! A few entries drawn fairly: nobody chooses which, and everybody can draw the same again.

use jiff::civil::Date;
use schoolkeeper_core::id::{EntryId, SchoolId};

/// What a draw depends on.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// The duty.
    pub control: &'a str,
    /// Due date of the occurrence.
    pub due: Date,
    /// The school, so that schools do not look at the same places.
    pub school: SchoolId,
    /// The ledger's checkpoint of two days before the occurrence opened, or an earlier one; empty while there is none.
    pub checkpoint: &'a str,
}

/// The `count` entries with the smallest number, where an entry's number is the 64-bit FNV-1a hash of control, due
/// date, school, checkpoint and its id, mixed once more. One entry more or less changes at most one of them.
pub fn draw(draw: Draw<'_>, entries: impl Iterator<Item = EntryId>, count: usize) -> Vec<EntryId> {
    let start = [draw.control.as_bytes(), draw.due.to_string().as_bytes(), draw.checkpoint.as_bytes()]
        .iter()
        .fold(FNV_START, |hash, part| fnv(fnv(hash, part), &[0]));
    let start = fnv(start, draw.school.0.as_bytes());
    let mut numbered: Vec<(u64, EntryId)> = entries.map(|id| (mix(fnv(start, id.0.as_bytes())), id)).collect();
    numbered.sort_unstable();
    numbered.truncate(count);
    numbered.into_iter().map(|(_, id)| id).collect()
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of SplitMix64: FNV alone orders ids that differ in their last byte too evenly.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
