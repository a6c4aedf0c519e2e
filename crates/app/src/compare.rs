//! Two policies, or two versions of one, side by side.
//!
//! Invariant: what differs is what the command line's `pack diff` says; here each side stands beside the other in words.

use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Literal;
use schoolkeeper_pack::{Change, ChangeKind};
use schoolkeeper_rules::CompiledPack;
use std::collections::BTreeMap;

/// Parts that may be looked at alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Statements.
    Statements,
    /// How they are checked.
    Checks,
    /// Numbers, names and blanks.
    Numbers,
    /// Roles, forms, lists and words.
    Rest,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Which part it belongs to.
    pub part: Part,
    /// Its number or name.
    pub what: String,
    /// `New`, `Gone`, `Stricter` …
    pub kind: &'static str,
    /// What is said here; none when it is new.
    pub here: Option<String>,
    /// What the other one says; none when it is gone there.
    pub there: Option<String>,
}

/// A policy with the numbers, names and blanks that are set.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The policy.
    pub pack: &'a CompiledPack,
    /// What is set.
    pub set: &'a BTreeMap<Name, Literal>,
}

/// Every difference between two policies, and between the numbers set in both.
pub fn differences(here: Side<'_>, there: Side<'_>) -> Vec<Difference> {
    let all = schoolkeeper_pack::diff(&here.pack.pack, &there.pack.pack);
    let one = |change: Change| {
        let (kind, what) = change.key.split_once('/').unwrap_or((&change.key, &change.key));
        let then = text(there, (kind, what));
        let gone = change.kind == ChangeKind::Removed;
        Difference {
            part: part(kind),
            what: what.to_owned(),
            kind: word(change.kind),
            here: text(here, (kind, what)),
            there: then.or_else(|| (!gone).then(|| change.says.clone())),
        }
    };
    let mut out: Vec<Difference> = all.into_iter().map(one).collect();
    let both = here.pack.pack.params.keys().filter(|name| there.pack.pack.params.contains_key(*name));
    for name in both {
        let (was, is) = (text(here, ("param", name)), text(there, ("param", name)));
        let told = out.iter().any(|one| one.part == Part::Numbers && *one.what == **name);
        if was != is && !told {
            let what = name.to_string();
            out.push(Difference { part: Part::Numbers, what, kind: "Set", here: was, there: is });
        }
    }
    out
}

/// `Online security policy, version 1.0`
pub fn named(pack: &CompiledPack) -> String {
    format!("{}, version {}", pack.pack.head.title, pack.pack.head.version)
}

fn part(kind: &str) -> Part {
    match kind {
        "clause" => Part::Statements,
        "control" => Part::Checks,
        "param" => Part::Numbers,
        _ => Part::Rest,
    }
}

fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "New",
        ChangeKind::Removed => "Gone",
        ChangeKind::Renamed => "Renamed",
        ChangeKind::Changed => "Changed",
        ChangeKind::Tightened => "Stricter",
        ChangeKind::Loosened => "Looser",
    }
}

/// What one policy says there.
fn text(side: Side<'_>, (kind, id): (&str, &str)) -> Option<String> {
    let (pack, set) = (&side.pack.pack, side.set);
    match kind {
        "clause" => pack.clauses.iter().find(|clause| &**clause.id.get_ref() == id).map(|clause| clause.text.clone()),
        "control" => {
            let control = pack.controls.get(id)?;
            Some(format!("{}: {}", control.title, schoolkeeper_pack::explain_control(control, pack, set)))
        }
        "param" => {
            let value = schoolkeeper_pack::param_words(id, pack, set);
            pack.params.contains_key(id).then(|| value.unwrap_or_else(|| "not set yet".to_owned()))
        }
        _ => None,
    }
}
