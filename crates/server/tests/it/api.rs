//! The programming interface of a running server, judged by schemathesis: requests made from the OpenAPI document, right
//! and wrong ones, and every answer held against it.

use crate::binary::{ENCRYPTED, Place};
use crate::page::Served;
use std::path::Path;
use std::process::Command;

/// Where `./test` puts schemathesis.
const SCHEMATHESIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/peers/bin/schemathesis");

/// Makes a token on its page that may do everything a token can.
fn token(served: &Served) -> String {
    let page = served.get("/token/new").body;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let school = page.split("name=\"school\" type=\"checkbox\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let groups = page.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let groups: Vec<String> =
        groups.filter_map(|scope| Some(format!("&{}={scope}", scope.strip_suffix(".write")?))).collect();
    assert!(groups.len() > 5, "{groups:?}");
    let body = format!(
        "csrf={csrf}&name=Fuzzer&school={school}&standing=standing.read&standing=problems.read&days=30{}",
        groups.concat()
    );
    let made = served.post("/token/new", &body);
    assert_eq!(made.status, 200, "{}", made.body);
    format!("sk_{}", made.body.split("sk_").nth(1).unwrap().split('<').next().unwrap())
}

#[test]
fn schemathesis_finds_nothing_wrong_with_the_interface_and_no_log_holds_the_token() {
    if !Path::new(SCHEMATHESIS).exists() {
        eprintln!("skipped: run ./test once, it installs schemathesis");
        return;
    }
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    place.run(&["init", "--school", "Hill School", "--sandbox"], &[("--pack", &pack)]).good();
    let (served, said) = Served::telling(&place, &[], "debug");
    let token = token(&served);
    let document = format!("http://localhost:{}/api/v1/openapi.json", served.port());
    let mut command = Command::new(SCHEMATHESIS);
    command.args(["run", &document, "-H", &format!("Authorization: Bearer {token}")]);
    // What JSON Schema can say is less than what registers ask: a right shape may still be refused in words.
    command.args(["--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing"]);
    command.args(["--max-examples", "6", "--workers", "1", "--no-color", "--warnings", "off"]);
    command.args(["--rate-limit", "40/s", "--max-time", "30", "--generation-deterministic"]);
    let out = command.current_dir(place.folder_path()).env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{text}\n{}", String::from_utf8_lossy(&out.stderr));
    assert!(!said.lock().unwrap().contains(&token[3..40]), "a log holds the token");
    assert_eq!(served.get("/api").status, 200, "the server is alive");
}
