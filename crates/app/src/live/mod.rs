//! The shipped policies in the product itself: each control's own examples, brought in through the doors people use, must
//! come to what `pack test` says of them.
//!
//! Invariant: nothing is written into tables here but schools, their calendar and that a policy is in force. Records come
//! in as lists, numbers as somebody sets them, named things as somebody confirms them, acts through [`House::decided`].
//! What cannot come in stands with its reason in `left_out.txt`, which only ever shrinks on purpose.

mod act;
mod case;
mod list;
mod plan;
mod read;
mod request;
mod story;

use crate::job::tests::house;
use crate::policy::{BUILD, prepare};
use crate::probe::results;
use crate::snapshot::Adopted;
use crate::{House, shipped};
use jiff::Timestamp;
use list::When;
use plan::{Trial, trials};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::example::standard_calendar;
use schoolkeeper_store::School;
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::probe::Tried;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// How a trial ended: as the example says, or why not.
type Ended = Result<(), String>;

/// On PostgreSQL one trial in so many is made: the engine below is what differs there.
const ONE_IN: usize = 9;

async fn run(url: &str, pack: &str) -> Vec<(Trial, Ended)> {
    let (mut house, _folder) = house(url).await;
    let live = prepare(pack, &[], house.schemas.clone()).unwrap().compiled;
    house.policies.keep(&live.pack.hash, &live);
    let one_in = if url.starts_with("postgres") { ONE_IN } else { 1 };
    let mut all: Vec<Trial> = trials(&live).into_iter().step_by(one_in).collect();
    all.sort_by_key(|trial| trial.at);
    let schools = schools(&mut house, &all).await;
    let probes = probes(&house, &live);
    let mut ended: Vec<Ended> = vec![Ok(()); all.len()];
    // Everything in the order of time, which only goes on.
    let early = all.iter().enumerate().flat_map(|(at, trial)| trial.early.iter().map(move |when| (*when, at, true)));
    let last = all.iter().enumerate().map(|(at, trial)| (trial.at, at, false));
    let mut steps: Vec<(Timestamp, usize, bool)> = early.chain(last).collect();
    steps.sort_by_key(|(when, at, early)| (*when, *at, !early));
    for (when, at, early) in steps {
        if ended[at].is_err() {
            continue;
        }
        house.pretend(when);
        let (school, trial) = (&schools[at], &all[at]);
        ended[at] = if early {
            list::bring_in(&house, school, trial, When::Early(when)).await.map(drop)
        } else {
            read::ended(&house, school, (&live, &probes), trial).await
        };
    }
    all.into_iter().zip(ended).collect()
}

/// What the policy's own act examples come to against the live `decide`.
fn probes(house: &House, live: &Arc<CompiledPack>) -> BTreeMap<Name, bool> {
    let adopted = Adopted {
        live: live.clone(),
        set: BTreeMap::new(),
        named: BTreeMap::new(),
        since: plan::long_ago(),
        probes: BTreeMap::new(),
        sections: Vec::new(),
        not_here: Vec::new(),
        owners: Vec::new(),
    };
    results(&adopted, house.decide)
}

/// The policy comes into force: its records are there already, as in any school that adopts one.
async fn adopt(house: &House, school: &School, (live, probes): (&CompiledPack, &BTreeMap<Name, bool>), trial: &Trial) {
    let (system, pack) = (Scope::system("live"), live.pack.head.id.get_ref());
    let mut write = house.write().await.unwrap();
    let adopted = AdoptedPack {
        school: school.id,
        pack: pack.clone(),
        hash: live.pack.hash.clone(),
        // Held compiled, so its texts are never read.
        sources: Vec::new(),
        adopted_at: trial.in_force_since.unwrap_or_else(plan::long_ago),
    };
    write.adopt_pack(&system, &adopted).await.unwrap();
    let tried = Tried { school: school.id, pack, hash: &live.pack.hash, build: BUILD };
    // Only the probe its standing rests on: a policy has many. An example may be of a program that does not go by it.
    let goes = trial.example.probe != Some(false);
    let own = probes.iter().filter(|(control, _)| **control == trial.control);
    let own = own.map(|(control, passed)| (control.clone(), *passed && goes)).collect();
    write.set_probes(&system, tried, &own, house.now()).await.unwrap();
    write.commit().await.unwrap();
}

/// One school for each trial, with a calendar.
async fn schools(house: &mut House, all: &[Trial]) -> Vec<School> {
    let system = Scope::system("live");
    let organisation = house.operator().organisation;
    let calendar = standard_calendar();
    house.pretend(plan::long_ago());
    let mut write = house.write().await.unwrap();
    let mut out = Vec::new();
    for at in 0..all.len() {
        let school = School {
            id: SchoolId(House::new_id()),
            organisation,
            slug: format!("made-up-{at}"),
            title: "Made-Up School".to_owned(),
            trust: false,
            division: Division::EnglandAndWales,
            created_at: plan::long_ago(),
        };
        write.add_school(&system, &school).await.unwrap();
        write.set_terms(&system, school.id, calendar.terms(), plan::long_ago()).await.unwrap();
        out.push(school);
    }
    write.commit().await.unwrap();
    out
}

/// `brought_in.txt` and `left_out.txt`: a line for each control.
fn texts(pack: &str, ended: &[(Trial, Ended)]) -> (String, String) {
    let mut good: BTreeMap<&Name, BTreeSet<&str>> = BTreeMap::new();
    let mut bad: BTreeMap<(&Name, String), usize> = BTreeMap::new();
    for (trial, ended) in ended {
        match ended {
            Ok(()) => drop(good.entry(&trial.control).or_default().insert(trial.expect.as_str())),
            Err(why) => *bad.entry((&trial.control, why.clone())).or_default() += 1,
        }
    }
    let (mut brought, mut left) = (String::new(), String::new());
    for (control, expects) in good {
        let expects: Vec<&str> = expects.into_iter().collect();
        let _ = writeln!(brought, "{pack}/{control}: {}", expects.join(", "));
    }
    for ((control, why), count) in bad {
        let _ = writeln!(left, "{pack}/{control}: {count}: {why}");
    }
    (brought, left)
}

/// Compares with what is checked in, or with `ACCEPT_LIVE=1` writes it.
fn compare<const N: usize>(pack: &str, all: [(&str, String); N]) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/live");
    for (name, text) in all {
        let path = folder.join(format!("{pack}.{name}.txt"));
        if std::env::var_os("ACCEPT_LIVE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        // A policy that has only just come is tried and not compared yet.
        let Ok(known) = std::fs::read_to_string(&path) else { continue };
        let gone: Vec<&str> = known.lines().filter(|line| !text.lines().any(|other| other == *line)).collect();
        let new: Vec<&str> = text.lines().filter(|line| !known.lines().any(|other| other == *line)).collect();
        assert!(gone.is_empty() && new.is_empty(), "{name}: no more {gone:#?}, now {new:#?}; ACCEPT_LIVE=1 writes it");
    }
}

async fn story(url: String, pack: &str) {
    let ended = run(&url, pack).await;
    if url.starts_with("postgres") {
        // A share of what goes on SQLite: each that is brought in there must come out here, too.
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/live");
        let left = std::fs::read_to_string(folder.join(format!("{pack}.left_out.txt"))).unwrap_or_default();
        for (trial, ended) in ended {
            let known = left.lines().any(|line| line.starts_with(&format!("{pack}/{}: ", trial.control)));
            assert!(ended.is_ok() || known, "{}: {}: {ended:?}", trial.control, trial.title);
        }
        return;
    }
    assert!(ended.len() > 50, "only {} examples were tried", ended.len());
    let (brought, left) = texts(pack, &ended);
    compare(pack, [("brought_in", brought), ("left_out", left)]);
}

async fn the_trusts_policy_does_in_the_product_what_its_examples_say(url: String) {
    story(url, "multi-academy-trust").await;
}

async fn the_online_security_policy_does_in_the_product_what_its_examples_say(url: String) {
    story(url, "online-security").await;
}

async fn the_example_policy_does_in_the_product_what_its_examples_say(url: String) {
    story(url, "skeleton").await;
}

async fn every_further_policy_does_in_the_product_what_its_examples_say(url: String) {
    let named = ["multi-academy-trust", "online-security", "primary-school", "skeleton"];
    // A database of PostgreSQL holds one house.
    let most = if url.starts_with("postgres") { 1 } else { usize::MAX };
    for pack in shipped::packs().ids().iter().filter(|id| !named.contains(&id.as_str())).take(most) {
        story(url.clone(), pack).await;
    }
}

async fn the_primary_schools_policy_does_in_the_product_what_its_examples_say(url: String) {
    story(url, "primary-school").await;
}

schoolkeeper_testkit::both_engines!(
    every_further_policy_does_in_the_product_what_its_examples_say,
    the_primary_schools_policy_does_in_the_product_what_its_examples_say,
    the_trusts_policy_does_in_the_product_what_its_examples_say,
    the_online_security_policy_does_in_the_product_what_its_examples_say,
    the_example_policy_does_in_the_product_what_its_examples_say,
);
