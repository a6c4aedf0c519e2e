//! The clock jumps: a year ahead by mistake, and back again. Debian's `faketime` moves it for a single program.

use super::{devices, ledger_is_whole};
use crate::binary::{ENCRYPTED, Place, Ran, TERMS, program};
use std::process::Command;

/// Runs the program with a clock that is off by so much.
fn at(place: &Place, offset: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new("faketime");
    command.args(["-f", offset]).arg(program().get_program()).args(arguments).arg("--data").arg(place.data());
    command.env_remove("SCHOOLKEEPER_DATABASE");
    Ran::of(&command.output().unwrap())
}

#[test]
fn a_clock_that_jumps_ahead_and_back_loses_nothing_and_is_told() {
    if Command::new("faketime").arg("--version").output().is_err() {
        eprintln!("skipped: install faketime");
        return;
    }
    let place = Place::new();
    let (pack, terms) = (place.write("outside.toml", ENCRYPTED), place.write("terms.toml", TERMS));
    place.run(&["init", "--school", "Hill"], &[("--pack", &pack), ("--calendar", &terms)]).good();
    let import = |offset: &str, round: u32| {
        let file = place.write(&format!("{round}.csv"), devices(round, 10));
        at(&place, offset, &["import", "device", file.to_str().unwrap(), "--part"])
    };
    import("+0", 1).good();
    import("+400d", 2).good();
    let told = at(&place, "+0", &["doctor", "--json"]);
    let clock = told.out.lines().find(|line| line.contains("\"clock\"")).unwrap().to_owned();
    assert!(told.code == 1 && clock.contains("\"problem\"") && clock.contains("timedatectl"), "{clock}");
    // Back at the right time everything goes on, and nothing of before is lost.
    import("+0", 3).good();
    import("-1d", 4).good();
    let clauses = place.clauses(&[]);
    assert_eq!(clauses[0]["counts"]["subjects"], 40, "{}", clauses[0]);
    ledger_is_whole(&place);
}
