//! The small language of `demo-lists.toml`: what stands in a cell of a made-up list.
//!
//! Invariant: a cell follows from the seed, the place, the list, the column and the row alone, so a row keeps its
//! mistake until the share of mistakes has fallen below it: what was wrong is mended, and sometimes breaks again.

use super::place::{Made, Place};
use crate::demo::chance::Chance;
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use std::collections::BTreeMap;

/// When a list is made.
#[derive(Clone, Debug)]
pub struct When {
    /// How many months of the story have passed.
    pub month: usize,
    /// The instant.
    pub now: Timestamp,
    /// The day.
    pub today: Date,
    /// The story's first day.
    pub first: Date,
}

/// Everything a cell may look at.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The seed of the whole trust.
    pub seed: u64,
    /// The place whose list it is.
    pub place: &'a Place,
    /// When it is made.
    pub when: &'a When,
    /// The list's file: chance differs from list to list.
    pub list: &'a str,
    /// Position, from 0.
    pub at: usize,
    /// This row stands for every so many rows of another list.
    pub per: usize,
    /// Who this row is about.
    pub person: Option<&'a Made>,
    /// What the rows of earlier lists are called, and the words of `demo-lists.toml`.
    pub names: &'a BTreeMap<String, Vec<String>>,
}

impl Row<'_> {
    /// Fills a cell: `good ~12 bad` is bad in 12 of 100 rows at first, and less and less.
    pub fn fill(&self, column: &str, text: &str) -> String {
        let mut parts = text.split('~');
        let mut chosen = parts.next().unwrap_or_default();
        let mut luck = self.luck(column, "share").below(10_000);
        for part in parts {
            let (share, instead) = part.split_once(' ').unwrap_or((part, ""));
            let share = share.parse::<u64>().unwrap_or(0) * self.trend();
            if luck < share {
                chosen = instead;
                break;
            }
            luck -= share;
        }
        self.holes(column, chosen.trim())
    }

    /// Mistakes grow fewer over the year, with a bad month now and then: of 100, how many of the first are left.
    fn trend(&self) -> u64 {
        let bad_month = (self.when.month + self.place.index) % 5 == 4;
        let left = 130_u64.saturating_sub(8 * self.when.month as u64);
        left + if bad_month { 30 } else { 0 }
    }

    /// A chance of its own for everything that is asked.
    fn luck(&self, column: &str, what: &str) -> Chance {
        let words = [self.place.short.as_str(), self.list, column, what];
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
        let start = self.seed ^ (self.at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut chance =
            Chance::new(bytes.fold(start, |all, byte| (all ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)));
        chance.below(2);
        chance
    }

    fn holes(&self, column: &str, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let (hole, next) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(before);
            out.push_str(&self.hole(column, hole));
            rest = next;
        }
        out + rest
    }

    fn hole(&self, column: &str, hole: &str) -> String {
        let (what, which) = hole.split_once(' ').unwrap_or((hole, ""));
        let person = |field: fn(&Made) -> &str| self.person.map_or_else(String::new, |one| field(one).to_owned());
        match what {
            _ if hole.contains('|') => {
                let all: Vec<&str> = hole.split('|').collect();
                all[self.luck(column, hole).below(all.len() as u64) as usize].to_owned()
            }
            "n" | "nn" | "nnn" | "nnnn" => format!("{:01$}", self.at + 1, what.len()),
            "hex" => format!("{:02x}:{:02x}", (self.at + 1) / 256, (self.at + 1) % 256),
            "month" => self.when.month.to_string(),
            "school" => self.place.short.clone(),
            "title" => self.place.title.clone(),
            "unit" => if self.place.is_centre() { "central" } else { "school" }.to_owned(),
            "person" => person(|one| &one.name),
            "email" => person(|one| &one.email),
            "login" => person(|one| one.email.split('@').next().unwrap_or_default()),
            "here" => if self.person.is_some_and(|one| one.is_here(self.when.today)) { "Yes" } else { "No" }.to_owned(),
            "left" => self.left(),
            "post" => self.place.post(which),
            "day" | "since" | "once" => self.day(column, what, which),
            "time" => self.time(self.between(column, which) * 86_400, self.luck(column, "clock").below(300) * 60),
            "night" => self.time(-(self.at as i64) * 86_400, 3600),
            "row" => self.named(which, self.at * self.per.max(1)),
            "first" => self.named(which, 0),
            "any" => self.named(which, self.luck(column, "any").below(1 << 40) as usize),
            _ => String::new(),
        }
    }

    fn named(&self, list: &str, at: usize) -> String {
        let known = self.names.get(list).filter(|names| !names.is_empty());
        known.map_or_else(String::new, |names| names[at % names.len()].clone())
    }

    fn left(&self) -> String {
        let left = self.person.and_then(|one| one.left).filter(|left| *left <= self.when.today);
        left.map_or_else(String::new, written)
    }

    /// A number of days out of `-30..-3`, or the one that is written.
    fn between(&self, column: &str, range: &str) -> i64 {
        let number = |text: &str| text.trim().trim_start_matches('+').parse::<i64>().unwrap_or(0);
        let Some((low, high)) = range.split_once("..") else { return number(range) };
        let (low, high) = (number(low), number(high));
        low + self.luck(column, range).below((high - low + 1).max(1) as u64) as i64
    }

    fn day(&self, column: &str, what: &str, range: &str) -> String {
        let from = if what == "day" { self.when.today } else { self.when.first };
        let day = from.saturating_add(Span::new().days(self.between(column, range)));
        if what == "once" && day > self.when.today { String::new() } else { written(day) }
    }

    /// An instant before now.
    fn time(&self, seconds: i64, more: u64) -> String {
        let at = self.when.now - SignedDuration::from_secs(-seconds + 60 + more as i64);
        at.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)).strftime("%d/%m/%Y %H:%M").to_string()
    }
}

/// A day as lists write it.
pub fn written(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod cell_tests;
