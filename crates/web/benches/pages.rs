//! CPU time of the pages people open most, beside what is promised and beside the strongest peer.
//! Besides, a large school whose policy speaks of acts: 20,000 devices, 1,500 people, pages and acts before it.
//! `cargo bench -p schoolkeeper-web`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use axum::body::Body;
use axum::http::{Request, StatusCode};
use schoolkeeper_app::authority::Try;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::sign_in::{Arrival, NewLogin, SignIn};
use schoolkeeper_app::{House, School};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_web::{App, router};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use tower::ServiceExt;

const REQUESTS: u32 = 300;
/// Clock ticks of `/proc/self/stat` in a second.
const TICKS: f64 = 100.0;

/// What is measured: words, path, promised CPU ms, CPU ms of Django for as many rows.
const PAGES: [(&str, &str, f64, f64); 5] = [
    ("overview, 20 sections", "/school/hill/policy/outside", 2.0, 55.0),
    ("section, 20 statements", "/school/hill/policy/outside/section/section-3", 2.0, 55.0),
    ("statement", "/school/hill/policy/outside/statement/3.7", 2.0, 55.0),
    ("to fix, 20 causes", "/school/hill/policy/outside/to-fix", 2.0, 55.0),
    ("export, 1,000 problems", "/school/hill/policy/outside/to-fix.csv?control=encrypted-0", 20.0, 645.0),
];

/// The same of the large school.
const LARGE: [(&str, &str, f64, f64); 4] = [
    ("large: to fix, 20 causes", "/school/hill/policy/outside/to-fix", 2.0, 55.0),
    ("large: statement", "/school/hill/policy/outside/statement/3.7", 2.0, 55.0),
    ("large: roles", "/school/hill/roles", 2.0, 55.0),
    ("large: manage", "/manage", 2.0, 55.0),
];
/// What somebody of the central office opens, over a hundred schools of a hundred people each.
const TRUST: [(&str, &str, f64, f64); 3] = [
    ("100 schools: all of them", "/", 20.0, 55.0),
    ("100 schools: roles", "/roles", 20.0, 55.0),
    ("100 schools: my page", "/mine", 20.0, 55.0),
];
const SCHOOLS: usize = 100;
const DEVICES: usize = 20_000;
const PEOPLE: usize = 1_500;
/// Before the acts of roles, the import of devices and what may be seen.
const SPEAKS: &str = r#"
[control.siro]
type = "rule"
title = "The risk owner is a headteacher"
for = "appointment"
where = "appointment.role == 'siro'"
expect = "holds(appointment.person, 'headteacher')"
guards = ["role.assign"]
message = "{appointment.person.name} is not the headteacher"
[control.seen]
type = "access"
title = "Those who may see problems"
on = ["policy.see", "finding.see"]
only = "holds(actor, 'headteacher')"
[control.named]
type = "rule"
title = "Devices have a name"
for = "device"
expect = "device.name != 'toaster'"
guards = ["device.save"]
message = "{device.name} is no device"
[[clause]]
id = "99.1"
section = "Section 99"
text = "Acts are asked about."
mode = "enforced"
controls = ["siro", "seen", "named"]
"#;

/// 20 sections of 20 statements, 20 controls; each control finds the same unencrypted devices.
fn policy() -> String {
    let mut out = "[pack]\nid = \"outside\"\ntitle = \"Outside\"\nversion = \"1\"\nlanguage = 1\nowner = [\"headteacher\"]\n[role]\nheadteacher = { title = \"Headteacher\", acts_as = \"head\" }\n".to_owned();
    for control in 0..20 {
        writeln!(out, "[control.encrypted-{control}]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"device.encrypted\"\nmessage = \"{{device.name}} is not encrypted\"").unwrap();
    }
    for (section, clause) in (0..20).flat_map(|section| (0..20).map(move |clause| (section, clause))) {
        writeln!(out, "[[clause]]\nid = \"{section}.{clause}\"\nsection = \"Section {section}\"\ntext = \"Devices are encrypted.\"\nmode = \"detected\"\ncontrols = [\"encrypted-{clause}\"]").unwrap();
    }
    out
}

async fn house_of(folder: &std::path::Path, policy: &str, new: NewHouse) -> House {
    let pack = folder.join("outside.toml");
    std::fs::write(&pack, policy).unwrap();
    let data = folder.join("data");
    NewHouse { pack: pack.to_str().unwrap().to_owned(), ..new }.make(&data, None).await.unwrap();
    House::open(&data, None).await.unwrap()
}

async fn fill(house: &House, school: &School, lists: &[(&str, String)]) {
    let actor = house.operator();
    for (register, text) in lists {
        let list = List { register, file: "list.csv", bytes: text.as_bytes(), ..List::default() };
        house.bring_in(&actor, school, &list).await.unwrap();
    }
    house.evaluate(&actor, school).await.unwrap();
}

async fn one_school(folder: &std::path::Path, policy: &str, lists: &[(&str, String)]) -> (Arc<House>, School, String) {
    let house = house_of(folder, policy, NewHouse { schools: vec!["Hill".to_owned()], ..NewHouse::default() }).await;
    let school = house.one_school(&house.operator(), None).await.unwrap();
    fill(&house, &school, lists).await;
    let signed_in = cookie(&house, school.clone()).await;
    (Arc::new(house), school, signed_in)
}

/// A trust whose schools have people and devices, and somebody of its central office.
async fn trust(folder: &std::path::Path) -> (Arc<House>, String) {
    let schools = (0..SCHOOLS).map(|at| format!("Made-Up School {at}")).collect();
    let new = NewHouse { schools, trust: Some("Made-Up Trust".to_owned()), ..NewHouse::default() };
    let house = house_of(folder, &policy(), new).await;
    let all = house.all_schools(&house.operator()).await.unwrap();
    for (at, school) in all.iter().filter(|school| !school.trust).enumerate() {
        let people = people(100).replace("@school", &format!("@school-{at}"));
        fill(&house, school, &[("person", people), ("device", devices(20))]).await;
    }
    let office = all.into_iter().find(|school| school.trust).unwrap();
    let signed_in = cookie(&house, office).await;
    (Arc::new(house), signed_in)
}

fn devices(number: usize) -> String {
    (0..number).fold("Device name,Encrypted\n".to_owned(), |text, at| text + &format!("MU-{at},no\n"))
}

fn people(number: usize) -> String {
    let head = "Name,Email,Kind\n".to_owned();
    (0..number).fold(head, |text, at| text + &format!("Made-Up Person{at},p{at}@school.example,staff\n"))
}

/// Somebody who is signed in.
async fn cookie(house: &House, school: School) -> String {
    let (email, role) = ("head@school.example".to_owned(), Some("headteacher".to_owned()));
    let new = NewLogin { name: "Madeup Head".to_owned(), email: email.clone(), role, school };
    let person = house.add_person(&new, "copper lantern drifts north").await.unwrap();
    house.agree_notice(person.login).await.unwrap();
    let SignIn::In(new) = house.sign_in(&email, "copper lantern drifts north", &Arrival::default()).await.unwrap()
    else {
        panic!("nobody is let in");
    };
    format!("schoolkeeper={}", new.token.text())
}

/// User and system time of this process so far, in ms.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let ticks: f64 = after.split_whitespace().skip(11).take(2).map(|tick| tick.parse::<f64>().unwrap()).sum();
    ticks / TICKS * 1000.0
}

/// CPU ms of each of so many, after some that do not count.
async fn each(number: u32, mut one: impl AsyncFnMut()) -> f64 {
    let mut before = cpu();
    for at in 0..number + 20 {
        if at == 20 {
            before = cpu();
        }
        one().await;
    }
    (cpu() - before) / f64::from(number)
}

async fn pages((house, cookie): (&Arc<House>, &str), number: u32, pages: &[(&str, &str, f64, f64)]) {
    let served = router(App { house: house.clone() });
    for (what, path, promised, peer) in pages {
        let mut bytes = 0;
        let took = each(number, async || {
            let ask = Request::builder().uri(*path).header("host", "localhost").header("cookie", cookie);
            let response = served.clone().oneshot(ask.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap().len();
        })
        .await;
        println!(
            "{what}: {took:.2} CPU ms ({:.2} of the promised {promised}; Django takes {:.0} times as long), {bytes} bytes",
            took / promised,
            peer / took.max(0.01)
        );
    }
}

/// What it costs to ask before an act, and to ask first after a change.
async fn acts(house: &House, school: &School) {
    let operator = house.operator();
    let none = Value::Map(BTreeMap::new().into());
    let named = Value::Map(BTreeMap::from([(Name::from("name"), Value::text("MU-1"))]).into());
    for (act, form) in [("mail.set", none.clone()), ("role.assign", none), ("device.save", named)] {
        let tried = Try { form, ..Try::plain(act) };
        let took = each(20, async || drop(house.allow(&operator, school, &tried).await.unwrap())).await;
        println!("large: before {act}: {took:.2} CPU ms");
    }
    let words = ["Chief", "Head"];
    let mut at = 0;
    let took = each(10, async || {
        at += 1;
        house.name_role(&operator, school, ("headteacher", words[at % 2])).await.unwrap();
        drop(house.allow(&operator, school, &Try::plain("role.assign")).await.unwrap());
    })
    .await;
    println!("large: a change, and before role.assign: {took:.2} CPU ms");
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let [small, large, many] = folders.each_ref().map(tempfile::TempDir::path);
    runtime.block_on(async {
        let (house, _, signed_in) = one_school(small, &policy(), &[("device", devices(1_000))]).await;
        pages((&house, &signed_in), REQUESTS, &PAGES).await;
        let lists = [("device", devices(DEVICES)), ("person", people(PEOPLE))];
        let (house, school, signed_in) = one_school(large, &(policy() + SPEAKS), &lists).await;
        pages((&house, &signed_in), REQUESTS, &LARGE).await;
        acts(&house, &school).await;
        let (house, signed_in) = trust(many).await;
        pages((&house, &signed_in), 30, &TRUST).await;
    });
}
