//! The end of a walk: what the checkpoint, the witnesses and the erasures make of what was seen.

use crate::Checkpoint;
use crate::report::{Place, Report, Verdict};
use crate::tile::{TileAt, hash_at};
use crate::verify::{Verifier, Witness};
use std::ops::Range;

impl Verifier {
    /// The outcome.
    pub fn finish(mut self) -> Report {
        self.last_block();
        let root = self.tree.root();
        let signed = self.checkpoint.as_ref().map(|checkpoint| (checkpoint.size(), checkpoint.root()));
        let holds = signed == Some((self.seen, root));
        self.differences(holds);
        self.tail(signed.map_or(self.seen, |(size, _)| size));
        self.tiles_above(holds);
        if signed.is_some() && !holds && self.faults.total == 0 {
            let what = "has another root than records and tiles, which fit each other: all of them were written anew";
            self.faults.add(Place::Checkpoint, what);
        }
        let agree = self.witnesses();
        self.erasures();
        let size = signed.map_or(self.seen, |(size, _)| size.max(self.seen));
        let verdicts = self.verdicts(size);
        Report { size, root, verdicts, agree, faults: self.faults.listed, faults_total: self.faults.total }
    }

    /// Of an unfinished block no parent tells whether entries or tile hold; the checkpoint does.
    fn last_block(&mut self) {
        let Some((from_entries, from_tile)) = self.last.take() else { return };
        let mut by_tile = self.tree.clone();
        for leaf in &from_tile {
            by_tile.push(*leaf, |_, _| {});
        }
        let signed = self.checkpoint.as_ref().map(Checkpoint::root);
        let tile_holds = signed == Some(by_tile.root());
        let first = self.tree.size();
        for differing in self.differing.iter_mut().filter(|differing| differing.index >= first) {
            differing.tile_holds = tile_holds;
        }
        self.grow(if tile_holds { from_tile } else { from_entries });
    }

    fn differences(&mut self, holds: bool) {
        for differing in std::mem::take(&mut self.differing) {
            let index = differing.index;
            if holds && !differing.tile_holds {
                let at = TileAt { level: 0, number: index / 256 };
                self.faults.add(Place::Tile(at, Some(index as usize % 256)), "was changed");
                continue;
            }
            let what = if holds { "is not the one the tree holds" } else { "does not fit the hash in its tile" };
            self.faults.add(Place::Entry(index), what);
            self.wrong.entry(index).or_insert(Verdict::Changed);
        }
    }

    /// Records the checkpoint tells of and nobody brought, or the other way round.
    fn tail(&mut self, size: u64) {
        if self.seen < size {
            self.faults.add(Place::Records(self.seen..size), "are missing at the end");
        } else if self.seen > size {
            self.faults.add(Place::Records(size..self.seen), "are not covered by the checkpoint");
        }
    }

    /// Where already the leaves do not lead to the root, tiles above them can only differ too.
    fn tiles_above(&mut self, holds: bool) {
        let size = self.tree.size();
        self.built.extend(self.tree.edge().filter(|(at, _)| at.level > 0).map(|(at, tile)| (at, tile.to_vec())));
        let mut above = std::mem::take(&mut self.above);
        let leaves_fit = self.wrong.is_empty() && self.faults.total == 0;
        for at in TileAt::above_leaves(size) {
            let (found, built) = (above.remove(&at), &self.built[&at]);
            match found {
                Some(found) if found.len() == built.len() => {
                    let positions =
                        (0..at.width(size)).filter(|place| hash_at(&found, *place) != hash_at(built, *place));
                    for position in positions.filter(|_| holds || leaves_fit) {
                        self.faults.add(Place::Tile(at, Some(position)), "was changed");
                    }
                }
                _ => self.faults.add(Place::Tile(at, None), "is missing or has another length"),
            }
        }
        for at in above.into_keys() {
            self.stray(format!("tile {}/{}", at.level, at.number));
        }
    }

    fn witnesses(&mut self) -> Vec<(String, u64)> {
        let seen = self.seen;
        let (mut agree, mut differ) = (Vec::new(), Vec::new());
        for (name, witness) in std::mem::take(&mut self.witnesses) {
            match witness {
                Witness::Checkpoint(checkpoint) if checkpoint.size() > seen => {
                    let missing = seen..checkpoint.size();
                    let what = format!("are missing at the end: {name} tells of {} records", checkpoint.size());
                    self.faults.add(Place::Records(missing), what);
                }
                Witness::Checkpoint(checkpoint) if self.roots[&checkpoint.size()] == checkpoint.root() => {
                    agree.push((name, checkpoint.size()));
                }
                Witness::Checkpoint(checkpoint) => differ.push((name, checkpoint.size())),
                Witness::Root(root) => match self.found.iter().find(|found| found.0 == root) {
                    Some((_, size)) if *size != u64::MAX => agree.push((name, *size)),
                    _ => self.faults.add(Place::Witness(name), "is the root of no state this log was ever in"),
                },
            }
        }
        for (name, size) in differ {
            let before = agree.iter().map(|(_, agreed)| *agreed).filter(|agreed| *agreed < size).max().unwrap_or(0);
            let what = format!("{name} has another root for the first {size} records: one of these was changed");
            self.faults.add(Place::Records(before..size), format!("are not what they were; {what}"));
        }
        agree
    }

    /// Gone under a word, gone without one, and still there although a record says *erased*.
    fn erasures(&mut self) {
        self.erased.sort_by_key(|(range, _)| range.start);
        let mut ranges = self.erased.iter().peekable();
        let mut reaching: Option<&(Range<u64>, String)> = None;
        for index in &self.gone {
            while let Some(next) = ranges.next_if(|(range, _)| range.start <= *index) {
                reaching = reaching.filter(|known| known.0.end >= next.0.end).or(Some(next));
            }
            let reached = reaching.filter(|(range, _)| range.end > *index);
            if reached.is_none() {
                self.faults.add(Place::Record(*index), "is missing, and no record tells of its erasure");
            }
            let verdict = reached.map_or(Verdict::Missing, |(_, under)| Verdict::Erased(under.clone()));
            self.wrong.entry(*index).or_insert(verdict);
        }
        for (range, under) in &self.erased {
            let gone = &self.gone[self.gone.partition_point(|index| *index < range.start)..];
            let gone = &gone[..gone.partition_point(|index| *index < range.end)];
            if gone.len() as u64 == range.end - range.start {
                continue;
            }
            let expected = range.clone().zip(gone.iter().copied().chain(std::iter::repeat(u64::MAX)));
            let kept = expected.into_iter().find(|(index, gone)| index != gone).map(|(index, _)| index);
            if let Some(index) = kept.filter(|index| !self.wrong.contains_key(index)) {
                self.faults.add(Place::Record(index), format!("is still there although it was erased under {under}"));
            }
        }
    }

    fn verdicts(&mut self, size: u64) -> Vec<(Range<u64>, Verdict)> {
        let mut out: Vec<(Range<u64>, Verdict)> = Vec::new();
        let mut add = |range: Range<u64>, verdict: Verdict| match out.last_mut() {
            _ if range.is_empty() => {}
            Some((last, known)) if *known == verdict && last.end == range.start => last.end = range.end,
            _ => out.push((range, verdict)),
        };
        let mut next = 0;
        for (index, verdict) in std::mem::take(&mut self.wrong) {
            add(next..index, Verdict::Good);
            add(index..index + 1, verdict);
            next = index + 1;
        }
        add(next..self.seen, Verdict::Good);
        add(self.seen.max(next)..size, Verdict::Missing);
        out
    }
}
