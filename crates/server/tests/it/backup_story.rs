//! Back-ups that others run, as a school lives with them: jobs, runs, media, the place they lie in, how to restore, the
//! recovery plan and its exercises come in as lists, and the statements about back-up follow them both ways.

use crate::binary::run;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

const NOW: &str = "2026-11-23T08:00:00Z";
const LATER: &str = "2026-11-30T08:00:00Z";

/// Brings a list in; its columns are named as the fields.
fn bring(folder: &Path, now: &str, register: &str, list: &str) {
    let (file, map) = (folder.join(format!("{register}.csv")), folder.join(format!("{register}.toml")));
    std::fs::write(&file, list).unwrap();
    let columns = list.lines().next().unwrap().split(',');
    let columns = columns.map(|column| format!("\"{column}\" = \"{column}\"\n")).collect::<Vec<_>>().concat();
    std::fs::write(&map, columns).unwrap();
    let data = folder.join("data");
    let [file, map, data] = [&file, &map, &data].map(|path| path.to_str().unwrap());
    let said = run(&["import", register, file, "--map", map, "--data", data, "--now", now, "--confirm-left"]).good();
    assert!(!said.out.contains("left out"), "{register}: {}", said.out);
}

fn stands(folder: &Path, now: &str) -> impl Fn(&str) -> String {
    let data = folder.join("data");
    let said = run(&["evaluate", "--data", data.to_str().unwrap(), "--now", now, "--json"]).good().out;
    let line: Value = said.lines().next().unwrap().parse().unwrap();
    let clauses = line["clauses"].as_array().unwrap().clone();
    move |id| {
        let found = clauses.iter().find(|clause| clause["clause"] == id);
        found.unwrap_or_else(|| panic!("no statement {id}"))["standing"].as_str().unwrap().to_owned()
    }
}

fn made(pack: &str, set: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    run(&["init", "--data", data, "--school", "Hill (made up)", "--pack", pack, "--sandbox", "--now", NOW]).good();
    for one in set {
        run(&["param", one, "--data", data, "--now", NOW]).good();
    }
    folder
}

#[test]
fn the_trusts_statements_about_back_up_are_met_and_not_met_by_what_the_lists_say() {
    let folder = made("multi-academy-trust", &["backup_gap=26 hours"]);
    let at = folder.path();
    let before = stands(at, NOW);
    for id in ["9.2a", "9.2b", "9.2c", "9.2d", "9.2e", "9.3a"] {
        assert_eq!(before(id), "unknown", "{id}: nobody has said anything");
    }
    bring(at, NOW, "person", "name,kind,active\nM. Made-Up,staff,yes\n");
    bring(at, NOW, "room", "name\nMachine room\nLibrary\n");
    let store = "name,room,secure,off_site,fire_rated,fire_proof,authorised,keyholders\n";
    bring(at, NOW, "store", &format!("{store}Fire safe,Library,yes,no,yes,proof.pdf,M. Made-Up,M. Made-Up\n"));
    let job = "name,state,source,target_kind,source_room,place,guide,guide_version,guide_owner,guide_review_on\n";
    let good = "Office,live,Office files,tape,Machine room,Fire safe,guide.pdf,2,M. Made-Up,2027-06-01\n";
    bring(at, NOW, "backup-job", &format!("{job}{good}"));
    let medium = "label,kind,holds,job,contents,written_at,place\n";
    bring(
        at,
        NOW,
        "backup-medium",
        &format!("{medium}T-1,tape,backup,Office,Office files,2026-11-22T20:00,Fire safe\n"),
    );
    let met = stands(at, NOW);
    for id in ["9.2a", "9.2b", "9.2c", "9.2d", "9.2e", "9.3a"] {
        assert_eq!(met(id), "kept", "{id}");
    }
    // A week later the tape says nothing, the guide is out of date, the safe stands beside the machine and has no proof.
    bring(at, LATER, "backup-medium", &format!("{medium}T-2,tape,backup,Office,,,Fire safe\n"));
    bring(at, LATER, "store", &format!("{store}Fire safe,Machine room,no,no,no,,M. Made-Up,M. Made-Up\n"));
    bring(at, LATER, "backup-job", &format!("{job}{}", good.replace("2027-06-01", "2026-06-01")));
    let broken = stands(at, LATER);
    for id in ["9.2a", "9.2b", "9.2c", "9.2d", "9.2e", "9.3a"] {
        assert_eq!(broken(id), "broken", "{id}");
    }
}

#[test]
fn the_online_security_statements_about_back_up_are_met_and_not_met_by_what_the_lists_say() {
    let folder = made("online-security", &["backup_gap=26 hours"]);
    let at = folder.path();
    let job = "name,state,target_kind,encrypted,password_protected\n";
    bring(at, NOW, "backup-job", &format!("{job}Office,live,remote,yes,yes\n"));
    let jobs = "job,finished_at,ok,encrypted,target_kind\n";
    bring(at, NOW, "backup-run", &format!("{jobs}Office,2026-11-23T02:00,yes,yes,remote\n"));
    let met = stands(at, NOW);
    assert_eq!((met("2.17"), met("2.18a")), ("kept".to_owned(), "kept".to_owned()));
    bring(at, LATER, "backup-job", &format!("{job}Office,live,remote,yes,no\n"));
    bring(at, LATER, "backup-run", &format!("{jobs}Office,2026-11-30T02:00,yes,no,remote\n"));
    let broken = stands(at, LATER);
    assert_eq!((broken("2.17"), broken("2.18a")), ("broken".to_owned(), "broken".to_owned()));
}
