//! Names nobody else has are put everywhere, everything is used and fails; then neither the log, nor an address of a
//! page, nor the ledger holds one of them.

use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::{Served, links, try_get};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Parts of names, addresses and passwords, in lower case.
const UNUSUAL: [&str; 6] = ["xanthippe", "vorbrodt", "quillfeather", "zirconium-7", "jabberwock", "snickersnee"];

#[track_caller]
fn holds_none(what: &str, text: &str) {
    let text = text.to_lowercase();
    for name in UNUSUAL {
        let at = text.find(name);
        let around = at.map(|at| text[at.saturating_sub(120)..].chars().take(240).collect::<String>());
        assert!(at.is_none(), "{what} holds `{name}`: …{}…", around.unwrap_or_default());
    }
}

/// Every page that can be reached by links; each address without a name.
fn crawl(served: &Served) -> usize {
    let (mut open, mut seen) = (vec!["/".to_owned(), "/manage".to_owned()], BTreeSet::new());
    while let Some(path) = open.pop() {
        if seen.len() >= 150 || !seen.insert(path.clone()) {
            continue;
        }
        holds_none("an address of a page", &path);
        // A workbook is no text.
        if path.contains("list.xlsx") {
            continue;
        }
        let answer = served.get(&path);
        open.extend(answer.headers.get("location").filter(|to| to.starts_with('/')).cloned());
        open.extend(links(&answer.body, "/"));
    }
    seen.len()
}

fn ledger_of(place: &Place) -> String {
    fn all(folder: &Path, out: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                all(&entry.path(), out);
            } else {
                out.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    let into = place.folder_path().join("exported");
    place.run(&["ledger", "export", into.to_str().unwrap(), "--now", MONDAY], &[]).good();
    let mut out = String::new();
    all(&into, &mut out);
    out
}

#[test]
fn no_unusual_name_comes_into_the_log_an_address_or_the_ledger() {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    let now = ["--now", MONDAY];
    let people = "Name,Work email\nXanthippe Vorbrodt,xanthippe.vorbrodt@hill.example\n";
    place.import("person", people, &now).good();
    let devices = "Device name,Serial number,Encrypted\nQuillfeather,Zirconium-7,no\n";
    place.import("device", devices, &["--part", now[0], now[1]]).good();
    let wrong = place.import("device", "Device name,Encrypted\nQuillfeather,jabberwock\n", &["--part", now[0], now[1]]);
    assert!(wrong.code != 0 || wrong.err.to_lowercase().contains("jabberwock") || wrong.out.contains('1'));
    // Mail leaves to where nobody listens, so every one fails.
    let smtp = ["mail", "set", "--host", "localhost", "--port", "1", "--encryption", "clear", "--from"];
    place.run(&[&smtp[..], &["office@hill.example"], &now].concat(), &[]).good();
    let (served, said) = Served::telling(&place, &now, "debug");
    let invite = ["invite", "jabberwock@hill.example", "--role", "governor", "--name", "Jabberwock Snickersnee"];
    place.run(&[&invite[..], &now].concat(), &[]).good();
    served.get("/school/hill-school/mail/outbox?find=Jabberwock");
    served.get("/login?find=Vorbrodt");
    served.get("/xanthippe/vorbrodt?name=quillfeather");
    assert_eq!(try_get(served.port(), "/sign-in?next=/jabberwock"), Some(200));
    for (path, body) in [
        ("/sign-in", "email=xanthippe.vorbrodt@hill.example&password=snickersnee+zirconium-7"),
        ("/login/invite", "name=Jabberwock&email=no+address+snickersnee"),
        ("/sign-in/link", "email=jabberwock@hill.example"),
        ("/school/hill-school/mail/test", "to=xanthippe.vorbrodt@hill.example"),
    ] {
        let page = served.get(path.trim_end_matches("/test"));
        let csrf = page
            .body
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        served.post(path, &format!("csrf={csrf}&{body}"));
    }
    let seen = crawl(&served);
    assert!(seen > 20, "only {seen} pages were reached");
    // Until the failing mail was tried.
    let begun = Instant::now();
    while !said.lock().unwrap().contains("mail-send") && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = said.lock().unwrap().clone();
    assert!(log.contains("answered") && log.contains("mail-send"), "the log tells nothing: {log}");
    holds_none("the log", &log);
    drop(served);
    let ledger = ledger_of(&place);
    assert!(ledger.contains("login-added") && ledger.contains("import-committed"), "the ledger tells nothing");
    holds_none("the ledger", &ledger);
}
