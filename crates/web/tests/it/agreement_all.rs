//! Every agreement of the three whole policies, published and signed in the product by one of those it is asked of.

use crate::school::PASSWORD;
use jiff::Timestamp;
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::agreement::{Answers, Publish, Roll, RollLine, RollState, Signing, ToSign};
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::sign_in::NewLogin;
use schoolkeeper_app::{House, School};
use schoolkeeper_core::actor::Actor;
use std::fmt::Write as _;

const MONDAY: &str = "2026-11-23T08:00:00Z";
/// Two of each kind of person, each with an account and a loan.
const KINDS: &[&str] = &["staff", "agency", "volunteer", "governor", "contractor", "visitor", "pupil", "parent"];
const DOCUMENTS: &[&str] = &[
    "Acceptable use for parents",
    "Electronic Information and Communication Systems Policy",
    "Data Protection Policy",
];

async fn bring(house: &House, school: &School, register: &str, text: &str) {
    let list = List { register, file: "list.csv", bytes: text.as_bytes(), ..List::default() };
    // A policy may refuse some rows: whether anybody is left to sign is asked below.
    match house.bring_in(&house.operator(), school, &list).await {
        Ok(brought) => eprintln!("{register}: {}", brought.text),
        Err(error) => eprintln!("{register}: {error}"),
    }
}

/// A school under a policy, with its headteacher.
async fn school(pack: &str) -> (House, School, Actor, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (data, now): (_, Option<Timestamp>) = (folder.path().join("data"), Some(MONDAY.parse().unwrap()));
    let new =
        NewHouse { schools: vec!["Hill".to_owned()], pack: pack.to_owned(), sandbox: true, ..NewHouse::default() };
    new.make(&data, now).await.unwrap();
    let house = House::open(&data, now).await.unwrap();
    let school = house.one_school(&house.operator(), None).await.unwrap();
    let email = "head@school.example".to_owned();
    let name = "Madeup Head".to_owned();
    let new = NewLogin { name, email, role: Some("headteacher".to_owned()), school: school.clone() };
    let head = house.add_person(&new, PASSWORD).await.unwrap().person;
    let names = || KINDS.iter().flat_map(|kind| [1, 2].map(|at| (*kind, format!("{kind} {at} (made up)"))));
    let (mut people, mut accounts) =
        ("Name,Kind,Active\n".to_owned(), "User name,System,Person,Kind,Active\n".to_owned());
    let (mut assets, mut loans) = ("Tag,Kind\n".to_owned(), "Asset,Lent to,From\n".to_owned());
    for (kind, name) in names() {
        let tag = name.split(" (").next().unwrap().replace(' ', "-");
        writeln!(people, "{name},{kind},yes").unwrap();
        writeln!(accounts, "{tag},Directory (made up),{name},person,yes").unwrap();
        writeln!(assets, "{tag},other").unwrap();
        writeln!(loans, "{tag},{name},2026-11-20").unwrap();
    }
    bring(&house, &school, "person", &people).await;
    bring(&house, &school, "system", "Name,Kind,Accountable\nDirectory (made up),directory,Madeup Head\n").await;
    bring(&house, &school, "account", &accounts).await;
    bring(&house, &school, "asset", &assets).await;
    bring(&house, &school, "asset-loan", &loans).await;
    documents(&house, &school).await;
    let head = house.actor(head, school.organisation).await.unwrap();
    (house, school, head, folder)
}

/// What people read besides: known first, so that a policy's own document can be named, then published.
async fn documents(house: &House, school: &School) {
    let own = "Own policy (made up)";
    let names = DOCUMENTS.iter().chain([&own]).copied().collect::<Vec<_>>().join("\n");
    bring(house, school, "policy-document", &format!("Document\n{names}\n")).await;
    // Only one of the policies asks which document it is itself.
    let _ = house.confirm_entries(&house.operator(), school, Some("security-policy"), Some(own)).await;
    let published: Vec<String> =
        DOCUMENTS.iter().map(|name| format!("{name},3,yes,2027-09-01,2026-09-01,Madeup Head\n")).collect();
    let published = published.concat();
    let head = "Document,Version,Companion,Review date,Last reviewed,Owner\n";
    bring(house, school, "policy-document", &format!("{head}{published}{own},,,,,\n")).await;
}

fn answers(shown: &ToSign) -> Answers {
    let right = |question: &schoolkeeper_app::agreement::Question| {
        question.choices.iter().find(|choice| question.is_right(choice)).unwrap().clone()
    };
    Answers {
        versions: shown.parts.iter().map(|part| (part.control.to_string(), part.text.version.clone())).collect(),
        opened: shown.documents.iter().map(|document| document.key.clone()).collect(),
        answers: shown.questions.iter().map(|question| (question.clause.to_string(), right(question))).collect(),
        agreed: true,
    }
}

/// Publishes an agreement as the policy words it, unless it is a document; why it could not be done.
async fn publish(house: &House, (school, head): (&School, &Actor), which: (&str, &str)) -> Result<(), String> {
    let composed = house.composed(head, school, which).await.unwrap();
    if composed.document.is_some() {
        return Ok(());
    }
    let new = Publish { version: "2026-1".to_owned(), material: true, number: composed.number };
    match house.publish(head, school, (which, &new)).await {
        Ok(Acted::Done(_)) => Ok(()),
        other => Err(format!("{which:?} is not published: {other:?}")),
    }
}

/// The first who has not signed does so, in the first way the policy takes.
async fn sign(house: &House, (school, head): (&School, &Actor), which: (&str, &str)) -> Result<RollLine, String> {
    let roll: Roll = house.roll(head, school, which).await.unwrap();
    let open = |line: &&RollLine| matches!(line.state, RollState::Waiting | RollState::Late);
    let line = roll.lines.iter().find(open).ok_or_else(|| format!("{which:?} is asked of nobody: {:?}", roll.lines))?;
    let actor = house.actor(line.person, school.organisation).await.unwrap();
    let shown = house.to_sign(&actor, school, (which, None)).await.map_err(|error| format!("{which:?}: {error}"))?;
    let way = roll.ways.first().map_or("browser", |way| way);
    match house.sign(&actor, school, (which, None), (&answers(&shown), way)).await {
        Ok(Signing::Done(..)) => Ok(line.clone()),
        other => Err(format!("{which:?} is not signed by {}: {other:?}", line.name)),
    }
}

async fn every_agreement_of(pack: &str) {
    let (house, school, head, _folder) = school(pack).await;
    let (mut faults, mut signed) = (Vec::new(), Vec::new());
    for line in house.agreements(&head, &school).await.unwrap() {
        let which = (&*line.pack, &*line.control);
        let place = (&school, &head);
        let done = match publish(&house, place, which).await {
            Ok(()) => sign(&house, place, which).await,
            Err(why) => Err(why),
        };
        match done {
            Err(why) => faults.push(why),
            Ok(who) => {
                let roll = house.roll(&head, &school, which).await.unwrap();
                let same = |one: &&RollLine| one.person == who.person && one.state == RollState::Signed;
                if roll.lines.iter().any(|one| same(&one)) {
                    signed.push(format!("{pack}/{}: signed, waiting\n", line.control));
                } else {
                    faults.push(format!("{which:?} does not count"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(signed.len() > 2, "only {} agreements in {pack}", signed.len());
    // Beside what the other live tests have proved: `cargo xtask coverage` reads it.
    let told = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src/live/");
    let file = format!("{told}{pack}.signed.txt");
    signed.sort();
    if std::env::var_os("ACCEPT_LIVE").is_some() {
        std::fs::write(&file, signed.concat()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), signed.concat(), "ACCEPT_LIVE=1 writes {file}");
}

#[tokio::test]
async fn every_agreement_of_the_trusts_policy_is_published_and_signed() {
    every_agreement_of("multi-academy-trust").await;
}

#[tokio::test]
async fn every_agreement_of_the_policy_for_online_security_is_published_and_signed() {
    every_agreement_of("online-security").await;
}

#[tokio::test]
async fn every_agreement_of_the_primary_schools_policy_is_published_and_signed() {
    every_agreement_of("primary-school").await;
}
