//! Keeping and erasing from outside: what is past its time is gone from every byte, and nothing else is.

use crate::binary::{ENCRYPTED, MONDAY, Place, TERMS, program};
use schoolkeeper_testkit::TestDatabase;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Nobody else is called like this.
const NAME: &str = "Wilhelmina Quickbeam";
const NOW: [&str; 2] = ["--now", MONDAY];

fn school(database: Option<&str>, now: &str) -> Place {
    let place = Place::new();
    let naming = ENCRYPTED.replace("{device.name} is", "{device.name} of {device.holder.name} is");
    let (pack, terms) = (place.write("outside.toml", &naming), place.write("terms.toml", TERMS));
    let mut line = vec!["init", "--school", "Hill School", "--sandbox", "--now", now];
    line.extend(database.map(|url| ["--database", url]).into_iter().flatten());
    place.run(&line, &[("--pack", &pack), ("--calendar", &terms)]).good();
    place
}

fn staff(rows: &[(&str, &str)]) -> String {
    let mut out = "Name,Kind,Work email,End date\n".to_owned();
    for (name, last_day) in rows {
        let email = name.to_lowercase().replace(' ', ".");
        writeln!(out, "{name},staff,{email}@school.example,{last_day}").unwrap();
    }
    out
}

/// Every file of a data folder whose bytes hold one of these texts, in UTF-8 of any case or UTF-16.
fn files_with(folder: &Path, texts: &[&str]) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().flatten().map(|file| file.path()) {
        if file.is_dir() {
            out.extend(files_with(&file, texts));
            continue;
        }
        let bytes = std::fs::read(&file).unwrap();
        let lower = bytes.to_ascii_lowercase();
        let holds = |text: &&str| {
            let text = text.to_lowercase();
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [text.as_bytes(), &wide].iter().any(|it| lower.windows(it.len()).any(|window| window == *it))
        };
        if texts.iter().any(holds) {
            out.push(file);
        }
    }
    out
}

/// The whole database as text.
fn dump(url: &str) -> String {
    let found = std::fs::read_dir("/usr/lib/postgresql").unwrap().flatten();
    let tool = found.map(|version| version.path().join("bin/pg_dump")).find(|tool| tool.exists()).unwrap();
    let ran = Command::new(tool).arg(url).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).to_lowercase()
}

/// A leaver of seven years ago, on record in every way a name gets around; others who stay.
fn filled(place: &Place) {
    let people = [(NAME, "2019-11-22"), ("Ottoline Fernsby", "2019-11-23"), ("Percival Undertow", "")];
    place.import("person", staff(&people), &NOW).good();
    let open = format!(
        "Device name,Encrypted,Primary user display name,Primary user email address\nMU-1,no,{NAME},wilhelmina.quickbeam@school.example\n"
    );
    place.import("device", &open, &NOW).good();
    let said = place.json(&NOW)[0].to_string();
    assert!(said.contains(NAME), "the finding names the holder: {said}");
    // The finding is over and stays in the history with its words.
    place.import("device", open.replace(",no,", ",yes,"), &["--now", "2026-11-23T09:00:00Z"]).good();
    place.json(&["--now", "2026-11-23T09:00:00Z"]);
}

const LATER: [&str; 2] = ["--now", "2026-11-23T10:00:00Z"];

fn is_gone_from_every_byte(place: &Place, look: impl Fn() -> bool) {
    filled(place);
    assert!(look(), "before: the search finds what is there");
    let would = place.run(&[&["keep", "run", "--dry-run"], &LATER[..]].concat(), &[]).good();
    assert!(would.out.contains("1 would be erased, 0 held"), "{}", would.out);
    assert!(look(), "a dry run erases nothing");
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains("person (7 years), Hill School: 1 erased"), "{}", ran.out);
    assert!(!look(), "the name is still there");
    let again = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(again.out.starts_with("0 erased"), "{}", again.out);
    let rules = place.run(&[&["keep", "rules"], &LATER[..]].concat(), &[]).good().out;
    assert!(rules.contains("23 November 2026: 1 People erased, Hill School. Kept for 7 years"), "{rules}");
    assert!(rules.contains("person: 7 years after the later of"), "{rules}");
    let said = place.json(&LATER)[0].to_string();
    assert!(!said.contains("Quickbeam"), "{said}");
    // An old list makes a new record of it, and says so.
    let back = place.import("person", staff(&[(NAME, "2019-11-22")]), &[&["--part"], &LATER[..]].concat()).good();
    assert!(format!("{}{}", back.out, back.err).contains("erased"), "{}{}", back.out, back.err);
}

#[test]
fn a_leaver_is_gone_from_every_byte_on_sqlite() {
    let place = school(None, MONDAY);
    let data = place.data();
    is_gone_from_every_byte(&place, || !files_with(&data, &["quickbeam"]).is_empty());
    assert!(!files_with(&data, &["fernsby"]).is_empty(), "whose last day is a day later stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_is_gone_from_every_byte_on_postgresql() {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let url = database.url().to_owned();
    tokio::task::spawn_blocking(move || {
        let place = school(Some(&url), MONDAY);
        is_gone_from_every_byte(&place, || dump(&url).contains("quickbeam"));
        assert!(dump(&url).contains("fernsby"));
    })
    .await
    .unwrap();
    database.close().await.unwrap();
}

#[test]
fn a_hold_keeps_a_leaver_until_it_is_lifted() {
    let place = school(None, MONDAY);
    filled(&place);
    let hold = ["keep", "hold", NAME, "--reason", "A claim", "--review", "2027-01-10", "--everything"];
    let placed = place.run(&[&hold[..], &LATER[..]].concat(), &[]).good().out;
    let id = placed.split(' ').nth(1).unwrap().to_owned();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains("0 erased, 1 held"), "{}", ran.out);
    let refused = place.run(&[&["keep", "erase", NAME, "--reason", "They asked"], &LATER[..]].concat(), &[]);
    assert!(refused.code == 1 && refused.out.contains("A hold keeps 1 of these records: A claim"), "{}", refused.out);
    place.run(&[&["keep", "lift", &id, "--reason", "Settled"], &LATER[..]].concat(), &[]).good();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains("1 erased, 0 held"), "{}", ran.out);
    place.run(&[&hold[..], &LATER[..]].concat(), &[]).refused(&["there is no record"]);
}

#[test]
fn one_person_is_erased_in_two_steps_and_the_second_notices_a_change() {
    let place = school(None, MONDAY);
    filled(&place);
    let erase = |more: &[&str]| {
        let line = ["keep", "erase", "Percival Undertow", "--reason", "They asked for it"];
        place.run(&[&line[..], more, &LATER[..]].concat(), &[])
    };
    let preview = erase(&[]).good().out;
    assert!(preview.contains("People: 1 to erase"), "{preview}");
    let code = preview.trim().rsplit(' ').next().unwrap().to_owned();
    erase(&["--confirm", "00000000"]).refused(&["another code", "hint:"]);
    let list = "Account,Person,Enabled\npundertow,Percival Undertow,yes\n";
    place.import("account", list, &LATER).good();
    erase(&["--confirm", &code]).refused(&["have changed"]);
    let preview = erase(&[]).good().out;
    assert!(preview.contains("Accounts: 1 to erase"), "{preview}");
    let code = preview.trim().rsplit(' ').next().unwrap().to_owned();
    let named = ["keep", "erase", "Percival Undertow", "--reason", "Undertow asked", "--confirm", &code];
    place.run(&[&named[..], &LATER[..]].concat(), &[]).refused(&["must not name the person"]);
    assert!(erase(&["--confirm", &code]).good().out.contains("2 records erased"));
    assert_eq!(files_with(&place.data(), &["undertow"]), Vec::<PathBuf>::new());
    assert!(!files_with(&place.data(), &["quickbeam"]).is_empty());
}

#[test]
fn everything_about_one_person_masks_everybody_else() {
    let place = school(None, MONDAY);
    filled(&place);
    let loans = format!(
        "Asset Tag,Asset,Lent to,From,Condition\nT-1,T-1,{NAME},2019-01-07,\"ask Ottoline Fernsby or percival.undertow@school.example\"\n"
    );
    place.import("asset", "Asset Tag,Name\nT-1,Tablet\n", &LATER).good();
    place.import("asset-loan", loans, &LATER).good();
    let out = place.folder_path().join("everything.zip");
    let line = ["keep", "export", NAME];
    place.run(&[&line[..], &LATER[..]].concat(), &[("--out", &out)]).good();
    place.run(&[&line[..], &LATER[..]].concat(), &[("--out", &out)]).refused(&["everything.zip"]);
    let unpacked = place.folder_path().join("unpacked");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&out).unwrap()).unwrap();
    zip.extract(&unpacked).unwrap();
    let read = |name: &str| std::fs::read_to_string(unpacked.join(name)).unwrap();
    let all: serde_json::Value = serde_json::from_str(&read("everything.json")).unwrap();
    assert!(all["records"].as_array().unwrap().len() >= 3, "{all}");
    assert!(read("person.csv").contains(NAME) && read("asset-loan.csv").contains("this person"));
    assert!(read("asset-loan.csv").contains("ask [another person] or [another person]"), "{}", read("asset-loan.csv"));
    assert!(all["problems"].to_string().contains("MU-1 of Wilhelmina Quickbeam"), "{}", all["problems"]);
    for other in ["Fernsby", "Undertow", "undertow"] {
        assert!(files_with(&unpacked, &[other]).is_empty(), "{other} is named");
    }
}

#[test]
fn an_organisation_keeps_longer_or_shorter_within_bounds_and_with_a_reason() {
    let place = school(None, MONDAY);
    filled(&place);
    let set = |line: &[&str]| place.run(&[&["keep", "set"], line, &LATER[..]].concat(), &[]);
    set(&["person", "10 days", "--reason", "Made up"]).refused(&["not between 1 year and 75 years"]);
    set(&["person", "7 terms", "--reason", "Made up"]).refused(&["no time to keep", "hint:"]);
    set(&["person", "8 years"]).refused(&["needs a reason"]);
    set(&["persons", "8 years", "--reason", "Made up"]).refused(&["no register"]);
    set(&["person", "8 years", "--reason", "Our schedule"]).good();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.starts_with("0 erased"), "{}", ran.out);
    set(&["person"]).good();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains("1 erased"), "{}", ran.out);
}

#[test]
fn one_school_keeps_longer_than_its_organisation() {
    let place = school(None, MONDAY);
    filled(&place);
    let slug = ["--school", "hill-school"];
    let set = |line: &[&str]| place.run(&[&["keep", "set"], line, &slug, &LATER[..]].concat(), &[]);
    set(&["log:mail", "8 years", "--reason", "Made up"]).refused(&["belongs to the whole organisation"]);
    set(&["person", "8 years", "--reason", "Our schedule"]).good();
    let rules = place.run(&[&["keep", "rules"], &LATER[..]].concat(), &[]).good().out;
    assert!(rules.contains("Chosen for Hill School: 8 years. Our schedule"), "{rules}");
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.starts_with("0 erased"), "{}", ran.out);
    set(&["person"]).good();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains("1 erased"), "{}", ran.out);
}

#[test]
fn a_copy_made_before_an_upgrade_ends_after_thirty_days() {
    let place = school(None, MONDAY);
    filled(&place);
    let copies = place.data().join("copies");
    std::fs::create_dir(&copies).unwrap();
    for (name, made) in [("0001_old.sqlite", "2026-10-23T09:00:00Z"), ("0002_new.sqlite", "2026-10-25T09:00:00Z")] {
        let file = std::fs::File::create(copies.join(name)).unwrap();
        let made: jiff::Timestamp = made.parse().unwrap();
        file.set_modified(made.into()).unwrap();
    }
    place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    let left: Vec<_> = std::fs::read_dir(&copies).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["0002_new.sqlite"]);
    let rules = place.run(&[&["keep", "rules"], &LATER[..]].concat(), &[]).good().out;
    let said = "Copy made before the upgrade of 25 October 2026 may still hold what was erased, until 24 November 2026";
    assert!(rules.contains(said), "{rules}");
}

#[test]
fn who_holds_a_role_waits_until_it_ends() {
    let place = school(None, MONDAY);
    filled(&place);
    let list = format!("Person,Role,From\n{NAME},headteacher,2015-09-01\n");
    place.import("appointment", list, &LATER).good();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains("0 erased, 0 held, 1 waiting"), "{}", ran.out);
    let refused = place.run(&[&["keep", "erase", NAME, "--reason", "Asked"], &LATER[..]].concat(), &[]);
    assert!(refused.code == 1 && refused.out.contains("still gives them a role"), "{}", refused.out);
}

const MANY: usize = 2000;

fn leavers(count: usize) -> String {
    let mut out = "Name,Kind,Payroll number,End date\n".to_owned();
    for at in 0..count {
        writeln!(out, "Leaver Number{at},staff,P{at},2015-08-31").unwrap();
    }
    out
}

/// Those who stay lie on the same pages as those who go.
#[test]
fn every_second_leaver_leaves_no_trace_between_those_who_stay() {
    let place = school(None, MONDAY);
    let mut list = "Name,Kind,Payroll number,End date\n".to_owned();
    for at in (0..MANY).map(|at| at * 1237 % MANY) {
        let (long, last_day) = ("Ab".repeat(at % 37), if at % 2 == 1 { "2015-08-31" } else { "" });
        writeln!(list, "Leaver {long} Number{at:06}x,staff,P{at:06}x,{last_day}").unwrap();
    }
    place.import("person", list, &NOW).good();
    let ran = place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    assert!(ran.out.contains(&format!("{} erased", MANY / 2)), "{}", ran.out);
    let names: Vec<String> = (0..MANY).step_by(2).map(|at| format!("number{:06}x", at + 1)).collect();
    let bytes = std::fs::read(place.data().join("schoolkeeper.sqlite")).unwrap().to_ascii_lowercase();
    let text = String::from_utf8_lossy(&bytes);
    let left: Vec<&String> = names.iter().filter(|name| text.contains(&***name)).collect();
    assert!(left.is_empty(), "{} are still named: {:?}", left.len(), &left[..left.len().min(3)]);
    assert!(text.contains("number000002x"), "the test looks at nothing");
}

/// Killed again and again while it erases; then it ends as if it had never been.
#[test]
fn killed_in_the_middle_and_run_again_ends_the_same() {
    let place = school(None, MONDAY);
    place.import("person", leavers(MANY), &NOW).good();
    let mut killed = 0;
    for round in 1..=6_u32 {
        let mut child = program()
            .args(["keep", "run", "--now", LATER[1], "--data"])
            .arg(place.data())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(60 + 40 * round)));
        killed += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(killed > 0, "nothing was killed: the test looks at nothing");
    place.run(&[&["keep", "run"], &LATER[..]].concat(), &[]).good();
    let rules = place.run(&[&["keep", "rules"], &LATER[..]].concat(), &[]).good().out;
    let erased =
        rules.lines().filter_map(|line| line.split_once(": ")?.1.split_once(" People erased")?.0.parse::<usize>().ok());
    assert_eq!(erased.sum::<usize>(), MANY, "each is proved exactly once: {rules}");
    assert_eq!(files_with(&place.data(), &["leaver number"]), Vec::<PathBuf>::new());
}

/// `cargo test -p schoolkeeper --test it a_hundred_thousand -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes; prints figures"]
fn a_hundred_thousand_are_erased_in_bounded_memory() {
    let place = school(None, MONDAY);
    for part in 0..4 {
        let list = leavers(100_000);
        let mut lines = list.lines();
        let head = lines.next().unwrap();
        let rows: Vec<&str> = lines.skip(part * 25_000).take(25_000).collect();
        place.import("person", format!("{head}\n{}\n", rows.join("\n")), &[&["--part"], &NOW[..]].concat()).good();
    }
    let started = Instant::now();
    let mut child = program()
        .args(["keep", "run", "--now", LATER[1], "--data"])
        .arg(place.data())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        most = most.max(line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(50));
    }
    eprintln!("100,000 erased in {:?}, at most {} MB", started.elapsed(), most / 1024);
    assert!(most < 200 * 1024, "{most} kB");
    assert_eq!(files_with(&place.data(), &["leaver number"]), Vec::<PathBuf>::new());
}
