//! Made-up things to ask for and to write.

use crate::house::{day, id};
use schoolkeeper_core::calendar::Term;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::standing::{ClauseResult, Counts, Finding, Standing};
use schoolkeeper_store::backup::{Backup, Made};
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::erase::Batch;
use schoolkeeper_store::hold::{HoldOn, NewHold};
use schoolkeeper_store::intake::Intake;
use schoolkeeper_store::pile::Pile;
use schoolkeeper_store::version::Version;
use serde_json::json;
use uuid::Uuid;

/// The entry whose number is so much higher.
pub fn beside(entry: EntryId, more: u128) -> EntryId {
    EntryId(Uuid::from_u128(entry.0.as_u128() + more))
}

pub fn blob_of(school: SchoolId) -> Uuid {
    if school == SchoolId(id(7777)) { id(7777) } else { id(700) }
}

pub fn blob(school: SchoolId) -> Blob {
    Blob {
        id: id(700),
        school,
        register: "asset".to_owned(),
        owner: id(101),
        size: 3,
        sha256: "aa".to_owned(),
        object: "bb".to_owned(),
        recipient: "age1madeup".to_owned(),
        created_at: day(1),
        erased_at: None,
    }
}

pub fn intake_of(school: SchoolId) -> Uuid {
    Uuid::from_u128(school.0.as_u128() + 9000)
}

pub fn intake(school: SchoolId) -> Intake {
    Intake {
        id: intake_of(school),
        school,
        register: Name::from("device"),
        file: "list.csv".to_owned(),
        blob: id(1),
        stage: schoolkeeper_store::intake::Stage::Looking,
        version: 1,
        choices: json!({}),
        outcome: None,
        import: None,
        progress: None,
        person: None,
        actor: "operator".to_owned(),
        created_at: day(1),
        ends_at: day(2),
    }
}

pub fn pile(school: SchoolId) -> Pile {
    Pile {
        id: Uuid::from_u128(school.0.as_u128() + 9500),
        school,
        target: "p/c".to_owned(),
        file: "scan.pdf".to_owned(),
        blob: id(1),
        pages: Vec::new(),
        page_count: 2,
        version: 1,
        person: None,
        created_at: day(1),
        ends_at: day(2),
    }
}

pub fn backup() -> Backup {
    Backup {
        id: id(800),
        started_at: day(1),
        place: "a folder".to_owned(),
        says: "Begun".to_owned(),
        made: Made::default(),
        finished_at: None,
        verified_at: None,
        problem: None,
    }
}

pub fn results() -> Vec<ClauseResult> {
    let finding = Finding {
        control: Name::from("enc"),
        subject: Some(EntryId(id(100))),
        standing: Standing::Broken,
        since: day(1),
        due_at: None,
        message: "Laptop is not encrypted".to_owned(),
    };
    vec![ClauseResult {
        pack: Name::from("p"),
        clause: Name::from("1"),
        standing: Standing::Broken,
        known_by: None,
        counts: Counts::default(),
        findings: vec![finding],
        missing: Vec::new(),
        valid_until: None,
        due_on: None,
        none_because: None,
    }]
}

pub fn term() -> Term {
    let (from, to) = ("2026-09-01".parse().unwrap(), "2026-12-18".parse().unwrap());
    Term { name: "autumn".to_owned(), from, to, half_from: None, half_to: None, inset: Vec::new(), closed: Vec::new() }
}

pub fn hold(number: u128, on: HoldOn) -> NewHold {
    let (reason, review_on) = ("A claim (made up)".to_owned(), "2027-01-01".parse().unwrap());
    NewHold { id: id(number), on, reason, review_on, until_at: None, now: day(2) }
}

pub fn erasing<'a>(school: SchoolId, register: &'a Register, entries: &'a [(EntryId, i64)]) -> Batch<'a> {
    Batch { id: id(301), school, register, rule: "7 years", reason: None, entries, now: day(2) }
}

/// The first adoption of a school.
pub fn version_of(school: SchoolId) -> Version {
    let (hash, version, why) = ("aa".to_owned(), "1.0".to_owned(), "why".to_owned());
    Version { school, number: 1, hash, version, why, adopted_at: day(1), adopted_by: "operator".to_owned() }
}
