//! `docs/coverage.csv`: for each statement of the five policies where a person sees it work, and the test that fails when
//! it stops working. `cargo xtask check` refuses a test that is not there; `cargo xtask coverage` fills in what the
//! shipped policies prove live.

use anyhow::{Context, bail};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_pack::Library;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const FILE: &str = "docs/coverage.csv";
const HEAD: &str = "clause,mode,where,test";
/// Where the live tests write which control came out.
const LIVE: &str = "crates/app/src/live";
/// Kinds of these: examples brought in as lists, permissions asked for and decided, agreements published and signed,
/// incidents reported and closed.
const TOLD: [&str; 4] = ["brought_in", "decided", "signed", "handled"];
/// Between two tests of one line.
const AND: &str = " + ";

/// One line: a statement as `PACK/ID`, its mode, where it is seen, its tests.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    clause: String,
    mode: String,
    place: String,
    test: String,
}

/// What is known of the shipped policies and tests.
struct Known {
    packs: Vec<Pack>,
    live: BTreeSet<String>,
    root: PathBuf,
}

/// Everything wrong with the file.
pub fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let known = Known::read(root)?;
    let text = std::fs::read_to_string(root.join(FILE)).context(FILE)?;
    Ok(known.faults(&read(&text)?))
}

/// Fills in what the live tests prove, and counts.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let known = Known::read(root)?;
    let mut lines = read(&std::fs::read_to_string(root.join(FILE)).context(FILE)?)?;
    for line in &mut lines {
        known.fill(line);
    }
    std::fs::write(root.join(FILE), write(&lines))?;
    let with = lines.iter().filter(|line| !line.test.is_empty()).count();
    let open = known.missing(&lines).len();
    crate::say(&format!(
        "{with} of {} statements have a test; {open} of the shipped policies are not listed",
        lines.len()
    ));
    Ok(())
}

fn read(text: &str) -> anyhow::Result<Vec<Line>> {
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        bail!("{FILE}: the first line is not `{HEAD}`");
    }
    let one = |(at, line): (usize, &str)| {
        let cells = cells(line);
        let [clause, mode, place, proof] = cells.as_slice() else {
            bail!("{FILE}:{}: {} cells, not 4", at + 2, cells.len());
        };
        Ok(Line { clause: clause.clone(), mode: mode.clone(), place: place.clone(), test: proof.clone() })
    };
    lines.enumerate().map(one).collect()
}

/// The cells of a line; quotes hold commas, two quotes are one.
fn cells(line: &str) -> Vec<String> {
    let (mut out, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    out.push(cell);
    out
}

fn write(lines: &[Line]) -> String {
    let cell = |text: &str| {
        if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    };
    let one = |line: &Line| {
        let cells = [&line.clause, &line.mode, &line.place, &line.test].map(|text| cell(text));
        format!("{}\n", cells.join(","))
    };
    format!("{HEAD}\n{}", lines.iter().map(one).collect::<String>())
}

impl Known {
    fn read(root: &Path) -> anyhow::Result<Self> {
        let library = Library::from_dirs([root.join("packs")]);
        let mut packs = Vec::new();
        for id in library.ids() {
            packs.push(schoolkeeper_pack::load(&library, &id).map_err(|report| anyhow::anyhow!("{report}"))?);
        }
        let mut live = BTreeSet::new();
        for pack in &packs {
            let text = TOLD.map(|kind| {
                let file = root.join(LIVE).join(format!("{}.{kind}.txt", pack.head.id.get_ref()));
                std::fs::read_to_string(file).unwrap_or_default()
            });
            for (control, came) in text.concat().lines().filter_map(|line| line.split_once(": ")) {
                let came: Vec<&str> = came.split(", ").collect();
                let both = |good: &[&str]| good.iter().any(|word| came.contains(word));
                if both(&["kept", "allowed", "granted", "signed"]) && both(&["broken", "refused", "waiting"]) {
                    live.insert(control.to_owned());
                }
            }
        }
        Ok(Self { packs, live, root: root.to_owned() })
    }

    fn pack(&self, clause: &str) -> Option<(&Pack, &schoolkeeper_core::clause::Clause)> {
        let (pack, id) = clause.split_once('/')?;
        let pack = self.packs.iter().find(|known| &**known.head.id.get_ref() == pack)?;
        Some((pack, pack.clauses.iter().find(|known| &**known.id.get_ref() == id)?))
    }

    /// A statement whose every control came out live, both ways, is proved by them. Others keep what people wrote.
    fn fill(&self, line: &mut Line) {
        let own = line.test.split(AND).filter(|test| !test.is_empty() && !test.starts_with("live:"));
        let own: Vec<String> = own.map(str::to_owned).collect();
        let found = self.pack(&line.clause);
        let proved = found.filter(|(pack, clause)| {
            let id = pack.head.id.get_ref();
            let all = clause.controls.iter().all(|name| self.live.contains(&format!("{id}/{}", name.get_ref())));
            all && !clause.controls.is_empty()
        });
        let tests = proved.into_iter().flat_map(|(pack, clause)| {
            let id = pack.head.id.get_ref().clone();
            clause.controls.iter().map(move |name| format!("live:{id}/{}", name.get_ref()))
        });
        if let Some((pack, clause)) = proved {
            line.place = place(pack, clause);
        } else if line.test.starts_with("live:") && own.is_empty() {
            line.place.clear();
        }
        line.test = tests.chain(own).collect::<Vec<_>>().join(AND);
    }

    fn missing(&self, lines: &[Line]) -> Vec<String> {
        let listed: BTreeSet<&str> = lines.iter().map(|line| line.clause.as_str()).collect();
        let all = self.packs.iter().filter(|pack| &**pack.head.id.get_ref() != "skeleton").flat_map(|pack| {
            pack.clauses.iter().map(|clause| format!("{}/{}", pack.head.id.get_ref(), clause.id.get_ref()))
        });
        all.filter(|clause| !listed.contains(clause.as_str())).collect()
    }

    fn faults(&self, lines: &[Line]) -> Vec<String> {
        let mut found: Vec<String> =
            self.missing(lines).iter().map(|clause| format!("{FILE}: the statement {clause} is missing")).collect();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for line in lines {
            *seen.entry(&line.clause).or_default() += 1;
            if line.test.is_empty() != line.place.is_empty() {
                found.push(format!("{FILE}: {}: say both where it is seen and its test, or neither", line.clause));
            }
            let shipped = |id: &str| self.packs.iter().any(|pack| &**pack.head.id.get_ref() == id);
            let pack = line.clause.split('/').next().unwrap_or_default();
            if shipped(pack) && self.pack(&line.clause).is_none() {
                found.push(format!("{FILE}: the policy has no statement {}", line.clause));
            }
            for test in line.test.split(AND).filter(|test| !test.is_empty()) {
                if !self.is_there(test) {
                    found.push(format!("{FILE}: {}: there is no test `{test}`", line.clause));
                }
            }
        }
        let twice = seen.into_iter().filter(|(_, count)| *count > 1);
        found.extend(twice.map(|(clause, _)| format!("{FILE}: {clause} stands there twice")));
        found
    }

    fn is_there(&self, test: &str) -> bool {
        if let Some(control) = test.strip_prefix("live:") {
            return self.live.contains(control);
        }
        if let Some(example) = test.strip_prefix("pack:") {
            return self.has_example(example);
        }
        let Some((place, name)) = test.split_once(' ') else { return false };
        if place.starts_with("e2e/") {
            let script = std::fs::read_to_string(self.root.join(place)).unwrap_or_default();
            return script.contains(&format!("test(\"{name}\""));
        }
        let (package, binary) = place.split_once("::").unwrap_or((place, "src"));
        let folder = package.strip_prefix("schoolkeeper-").unwrap_or("server");
        let folder = self.root.join("crates").join(folder).join(if binary == "src" { "src" } else { "tests" });
        let function = format!("fn {}(", name.rsplit("::").next().unwrap_or_default());
        texts(&folder).iter().any(|text| text.contains(&function))
    }

    /// `PACK/CONTROL/TITLE`
    fn has_example(&self, name: &str) -> bool {
        let mut parts = name.splitn(3, '/');
        let (Some(pack), Some(control), Some(title)) = (parts.next(), parts.next(), parts.next()) else { return false };
        let pack = self.packs.iter().find(|known| &**known.head.id.get_ref() == pack);
        pack.is_some_and(|pack| {
            pack.examples.iter().any(|one| &**one.control.get_ref() == control && one.title.as_deref() == Some(title))
        })
    }
}

/// The list that feeds the statement, then its own page.
fn place(pack: &Pack, clause: &schoolkeeper_core::clause::Clause) -> String {
    let register = clause.controls.iter().find_map(|name| match &pack.controls.get(name.get_ref())?.kind {
        ControlKind::Rule(rule) => Some(&**rule.subject.get_ref()),
        ControlKind::Setting(setting) => setting.subject.as_ref().map(|name| &**name.get_ref()),
        ControlKind::Retention(retention) => Some(&**retention.register.get_ref()),
        ControlKind::Job(job) => job.subject.as_ref().map(|name| &**name.get_ref()),
        _ => None,
    });
    let statement = format!("policy/{}/statement/{}", pack.head.id.get_ref(), clause.id.get_ref());
    register.map_or_else(|| statement.clone(), |register| format!("records/{register} then {statement}"))
}

fn texts(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(texts(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.extend(std::fs::read_to_string(&path));
        }
    }
    out
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
