//! Codes and links that the command line prints.

use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::Served;

const NOW: [&str; 2] = ["--now", MONDAY];

fn place() -> Place {
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    place.run(&["init", "--school", "Hill School", "--sandbox", "--now", MONDAY], &[("--pack", &pack)]).good();
    place
}

#[test]
fn a_set_up_code_is_printed_until_somebody_can_sign_in() {
    let place = place();
    let code = || place.run(&["setup-code", NOW[0], NOW[1]], &[]).good().out.trim().to_owned();
    let (one, two) = (code(), code());
    assert_ne!(one, two);
    assert_eq!((one.len(), one.matches('-').count()), (11, 1), "{one}");
    drop(Served::over(&place, &NOW));
    place.run(&["setup-code", NOW[0], NOW[1]], &[]).refused(&["somebody can sign in already", "hint:"]);
}

#[test]
fn somebody_invited_gets_a_link_and_the_emergency_code_has_four_groups() {
    let place = place();
    let invite = |more: &[&str]| place.run(&[&["invite"][..], more, &NOW].concat(), &[]);
    let link = invite(&["new@school.example", "--role", "governor", "--name", "Madeup Person"]).good().out;
    assert!(link.starts_with("http://localhost:") && link.contains("/link/"), "{link}");
    assert_ne!(link, invite(&["new@school.example"]).good().out, "a new link, and the one before ends");
    invite(&["no address"]).refused(&["email address"]);
    invite(&["new@school.example", "--school", "Nowhere"]).refused(&["there is no school", "hint:"]);
    let code = place.run(&["break-glass", NOW[0], NOW[1]], &[]).good().out;
    assert_eq!(code.trim().split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5], "{code}");
}

#[test]
fn pages_at_a_pretended_instant_are_refused_at_the_start_outside_a_sandbox() {
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    place.run(&["init", "--school", "Hill School"], &[("--pack", &pack)]).good();
    place.run(&["serve", "--port", "0", NOW[0], NOW[1]], &[]).refused(&[
        "pretended instant",
        "signing in",
        "hint:",
        "--sandbox",
    ]);
    let sandbox = self::place();
    sandbox.run(&["import", "device", NOW[0], "2026-11-24T08:00:00Z"], &[]);
    drop(Served::over(&sandbox, &["--now", "2026-11-24T08:00:00Z"]));
    sandbox.run(&["serve", "--port", "0", NOW[0], NOW[1]], &[]).refused(&["pretended instant", "hint:"]);
}
