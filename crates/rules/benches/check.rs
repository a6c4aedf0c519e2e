//! A policy of 1,000 statements, read and checked whole, beside its promise: under a second.
//! Run with `cargo bench -p schoolkeeper-rules --bench check`.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use schoolkeeper_pack::{Library, check, load, registers};
use std::fmt::Write;
use std::time::{Duration, Instant};

const STATEMENTS: usize = 1000;
const PROMISE: Duration = Duration::from_secs(1);
const ROUNDS: usize = 5;

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registers");
    let schemas = registers(&Library::from_dirs([folder])).expect("the shipped registers read");
    let library = Library::embedded([("made-up.toml".to_owned(), policy())]);
    let best = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let pack = load(&library, "made-up").expect("the made-up policy reads");
        let read = start.elapsed();
        let mut found = check(&pack, &schemas, false);
        found.extend(schoolkeeper_rules::check(&pack, &schemas));
        assert!(found.is_empty(), "{}", schoolkeeper_pack::render(&found, &pack.sources));
        (start.elapsed(), read)
    });
    let (whole, read) = best.min().expect("there are rounds");
    let share = whole.as_secs_f64() / PROMISE.as_secs_f64();
    println!(
        "{STATEMENTS} statements with a rule each: read {read:?}, read and checked {whole:?}; {share:.2} of the promise ({PROMISE:?})"
    );
}

/// One statement and one rule each, every other one with a message and a grace.
fn policy() -> String {
    let mut text = "[pack]\nid = 'made-up'\ntitle = 'Made-up policy'\nlanguage = 1\n[param]\ngap = { value = '26 hours', stricter = 'lower' }\n".to_owned();
    for at in 0..STATEMENTS {
        let _ = write!(
            text,
            "[[clause]]\nid = '{at}'\nsection = 'Part {}'\ntext = 'Every laptop is encrypted and seen.'\nmode = 'detected'\ncontrols = ['r{at}']\n\
             [control.r{at}]\ntype = 'rule'\ntitle = 'Rule {at}'\nfor = 'device'\nwhere = \"device.kind == 'laptop'\"\n\
             expect = \"device.encrypted && age(device.last_seen_at) <= param.gap && device.holder.active\"\n",
            at / 50
        );
        if at % 2 == 0 {
            text.push_str("grace = '5 working days'\nmessage = '{device.name}: not encrypted'\n");
        }
    }
    text
}
