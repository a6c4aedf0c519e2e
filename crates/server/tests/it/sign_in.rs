//! Codes and links that the command line prints.

use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::{Answer, Served, text};

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

const THIEF: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Signed out, and shown nothing.
fn is_nobody(answer: &Answer) {
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.headers["location"].starts_with("/sign-in"), "{:?}", answer.headers);
    assert!(!answer.body.contains("Madeup") && !answer.body.contains("Hill"), "{}", answer.body);
}

#[test]
fn a_stolen_session_ends_for_everybody_and_stays_ended_after_a_restart() {
    let place = place();
    let mut served = Served::over(&place, &NOW);
    let stolen = served.cookie().to_owned();
    assert_eq!(served.get("/account").status, 200);
    is_nobody(&served.get_with("/account", &stolen, THIEF));
    is_nobody(&served.get("/account"));
    is_nobody(&served.get_with("/login", &stolen, THIEF));
    served.sign_in();
    assert_ne!(served.cookie(), stolen);
    let history = text(&served.page("/history"));
    assert!(history.contains("Ended a session that was used from another browser"), "{history}");
    drop(served);
    let again = Served::over(&place, &NOW);
    is_nobody(&again.get_with("/account", &stolen, THIEF));
    is_nobody(&again.get_with("/account", &stolen, ""));
    assert_eq!(again.get("/account").status, 200, "the owner has signed in anew");
}

#[test]
fn what_was_held_before_signing_in_or_out_is_worth_nothing_when_it_is_sent_again() {
    let place = place();
    let mut served = Served::over(&place, &NOW);
    let before = served.cookie().to_owned();
    // A form of this session, sent in another one.
    let page = served.get("/account/password").body;
    let form = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(served.press("/account", "/sign-out").status, 303);
    is_nobody(&served.get_with("/account", &before, ""));
    served.sign_in();
    assert_ne!(served.cookie(), before, "a session never goes on under a token that was known before");
    is_nobody(&served.get_with("/account", &before, ""));
    let replayed = served.post("/account/password", &format!("csrf={form}&old=x&password=y&again=y"));
    assert_eq!(replayed.status, 403, "{}", replayed.body);
    let guessed = served.cookie().chars().rev().collect::<String>();
    is_nobody(&served.get_with("/account", &guessed, ""));
}
