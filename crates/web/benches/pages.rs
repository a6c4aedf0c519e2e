//! CPU time of the pages people open most, beside what is promised and beside the strongest peer.
//! `cargo bench -p schoolkeeper-web`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use axum::body::Body;
use axum::http::{Request, StatusCode};
use schoolkeeper_app::House;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::sign_in::{Arrival, NewLogin, SignIn};
use schoolkeeper_web::{App, router};
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

async fn house(folder: &std::path::Path) -> House {
    let pack = folder.join("outside.toml");
    std::fs::write(&pack, policy()).unwrap();
    let data = folder.join("data");
    let new =
        NewHouse { schools: vec!["Hill".to_owned()], pack: pack.to_str().unwrap().to_owned(), ..NewHouse::default() };
    new.make(&data, None).await.unwrap();
    let house = House::open(&data, None).await.unwrap();
    let mut text = "Device name,Encrypted\n".to_owned();
    for at in 0..1_000 {
        writeln!(text, "MU-{at},no").unwrap();
    }
    let bytes = text.into_bytes();
    let (actor, list) =
        (house.operator(), List { register: "device", file: "d.csv", bytes: &bytes, ..List::default() });
    let school = house.one_school(&actor, None).await.unwrap();
    house.bring_in(&actor, &school, &list).await.unwrap();
    house.evaluate(&actor, &school).await.unwrap();
    house
}

/// Somebody who is signed in.
async fn cookie(house: &House) -> String {
    let school = house.one_school(&house.operator(), None).await.unwrap();
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

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let house = house(folder.path()).await;
        let cookie = cookie(&house).await;
        let app = App { house: Arc::new(house) };
        let pages = router(app);
        for (what, path, promised, peer) in PAGES {
            let ask = || Request::builder().uri(path).header("host", "localhost").header("cookie", &cookie).body(Body::empty()).unwrap();
            let mut bytes = 0;
            let mut before = cpu();
            for request in 0..REQUESTS + 20 {
                if request == 20 {
                    before = cpu();
                }
                let response = pages.clone().oneshot(ask()).await.unwrap();
                assert_eq!(response.status(), StatusCode::OK, "{path}");
                bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap().len();
            }
            let each = (cpu() - before) / f64::from(REQUESTS);
            println!(
                "{what}: {each:.2} CPU ms ({:.2} of the promised {promised}; Django takes {:.0} times as long), {bytes} bytes",
                each / promised,
                peer / each.max(0.01)
            );
        }
    });
}
