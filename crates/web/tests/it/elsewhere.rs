//! Two organisations in one installation: of the other one nothing is there, whatever is asked by whatever way. Every
//! route is tried, with the addresses of the first organisation, with one's own addresses and its ids, and with its ids
//! in the body.

use crate::html::{hidden, links};
use crate::routes::PARTS;
use crate::school::{Answer, Browser, POLICY, leads_to};
use axum::http::StatusCode;
use schoolkeeper_app::Error;
use schoolkeeper_app::sign_in::{Arrival, NewLogin, Purpose};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_web::routes::{ROUTES, Route};
use std::collections::BTreeMap;

/// Names that stand in the first organisation only.
const NAMES: [&str; 6] = ["Hill", "Vale", "MU-1", "MU-2", "Madeup", "Willa"];
/// What shows that nothing of the first organisation changed.
const PAGES: [&str; 9] = [
    "/history.csv",
    "/login.csv?show=ended",
    "/login.csv",
    "/keep/holds.csv",
    "/keep/proofs.csv",
    "/school/hill/roles.csv",
    "/school/hill/records/device/file/list.csv",
    "/school/hill/records/person/file/list.csv",
    "/school/hill/mail/outbox.csv",
];

/// Ids of what the first organisation has, by the part of a path that names them.
type Ids = BTreeMap<&'static str, String>;

fn after<'a>(body: &'a str, start: &str) -> &'a str {
    let rest = body.split(start).nth(1).unwrap_or_else(|| panic!("no {start} in {body}"));
    &rest[..36]
}

/// The first organisation with something of everything, its head at the browser.
async fn filled() -> (Browser, Ids) {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\nMU-2,yes\n").await;
    let people = "Name,Email,Kind,End date\nWilla Longgone,willa@hill.example,staff,2005-07-20\nTed Gone,ted@hill.example,staff,2005-07-20\n";
    browser.import("hill", "person", people).await;
    let mut ids = Ids::from([
        ("{appointment}", browser.appointment().await),
        ("{entry}", browser.entry("device", "MU-1").await),
        ("{organisation}", browser.actor().await.organisation.to_string()),
        ("{version}", "1".to_owned()),
    ]);
    let device = "/school/hill/records/device";
    let columns = [("part", "all")];
    let intake = browser.upload(&format!("{device}/import"), &columns, ("file", "a.csv", b"Device name\nMU-9\n")).await;
    ids.insert("{intake}", leads_to(&intake).rsplit('/').next().unwrap().to_owned());
    let imports = browser.get("/school/hill/imports").await.body;
    ids.insert("{import}", after(&imports, "action=\"/school/hill/imports/").to_owned());
    let hold = [("school", "hill"), ("register", "person"), ("record", "Willa Longgone"), ("everything", "yes")];
    let until = [("review-day", "1"), ("review-month", "2"), ("review-year", "2190"), ("reason", "A claim")];
    leads_to(&browser.post("/keep/hold", "/keep/hold", &[&hold[..], &until].concat()).await);
    ids.insert("{hold}", after(&browser.get("/keep/holds").await.body, "href=\"/keep/hold/").to_owned());
    ids.insert("{proof}", erased(&browser).await);
    let view = format!("{device}/view");
    let mine = [("name", "Laptops"), ("whose", "school")];
    leads_to(&browser.post(&format!("{view}?is.kind=laptop"), &format!("{view}?is.kind=laptop"), &mine).await);
    ids.insert("{view}", after(&browser.get(device).await.body, &format!("action=\"{view}/")).to_owned());
    ids.insert("{bulk}", changed_many(&browser, device).await);
    let (house, operator) = (browser.house(), browser.house().operator());
    let code = house.emergency_code(&operator).await.unwrap();
    house.break_glass(&code, &Arrival::default()).await.unwrap().unwrap();
    ids.insert("{use}", after(&browser.get("/account").await.body, "href=\"/emergency/").to_owned());
    let hill = house.one_school(&operator, Some("hill")).await.unwrap();
    let new =
        NewLogin { name: "Madeup Guest".to_owned(), email: "g@hill.example".to_owned(), role: None, school: hill };
    let (person, token) = house.invite(&operator, &new).await.unwrap();
    ids.insert("{login}", person.login.to_string());
    ids.insert("{token}", token.text());
    let outbox = browser.get("/school/hill/mail/outbox").await.body;
    ids.insert("{mail}", after(&outbox, "name=\"mail\" value=\"").to_owned());
    ids.insert("{person}", browser.entry("person", "Willa Longgone").await);
    (browser, ids)
}

/// Erases somebody; says which proof it left.
async fn erased(browser: &Browser) -> String {
    let who = [("school", "hill"), ("person", "Ted Gone")];
    let preview = browser.post("/keep/person", "/keep/person", &who).await;
    let mut fields = hidden(&preview.body, "/keep/person/erase");
    fields.extend([("reason", "They asked"), ("confirm", "Ted Gone")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    let proofs = leads_to(&browser.post_raw("/keep/person/erase", &fields).await);
    browser.house().sequence_once().await.unwrap();
    after(&browser.get(&proofs).await.body, "href=\"/keep/receipt/").to_owned()
}

/// Changes many devices at once; says under which id.
async fn changed_many(browser: &Browser, device: &str) -> String {
    let bulk = format!("{device}/bulk");
    let mut page = browser.post(device, &bulk, &[("all", "yes"), ("act", "change")]).await;
    for answers in [&[("field", "encrypted")][..], &[("value", "yes"), ("why", "Looked")], &[]] {
        let mut all = hidden(&page.body, &bulk);
        all.extend(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        page = browser.post_raw(&bulk, &all).await;
    }
    leads_to(&page).rsplit('/').next().unwrap().to_owned()
}

/// What the first organisation shows its head.
async fn as_it_stands(browser: &Browser) -> Vec<String> {
    let mut out = Vec::new();
    for page in PAGES {
        let answer = browser.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        out.push(answer.body);
    }
    out
}

/// The path of a route at a school, with ids of the first organisation.
fn path_at(route: &Route, school: &str, ids: &Ids) -> String {
    let path = route.path.replace("{school}", school);
    let path = ids.iter().fold(path, |path, (part, id)| path.replace(part, id));
    PARTS.iter().fold(path, |path, (part, there, _)| path.replace(part, there))
}

/// Every id of the first organisation under every name by which a form takes one.
fn body(ids: &Ids) -> Vec<(String, String)> {
    let forms = [
        ("entry", "{entry}"),
        ("other", "{entry}"),
        ("record", "{person}"),
        ("person", "{person}"),
        ("mail", "{mail}"),
        ("report", "{mail}"),
        ("session", "{use}"),
        ("site", "{entry}"),
        ("view", "{view}"),
        ("pick", "{entry}"),
        ("row", "{entry}"),
    ];
    let said = [
        ("school", "hill"),
        ("register", "device"),
        ("role", "headteacher"),
        ("step", "check"),
        ("act", "remove"),
        ("do", "withdraw"),
        ("what", "person"),
        ("like", "Willa Longgone"),
        ("confirm", "Willa Longgone"),
        ("reason", "A made-up reason"),
        ("why", "A made-up reason"),
        ("words", "A made-up reason"),
        ("everything", "yes"),
        ("version", "1"),
        ("name", "A made-up name"),
        ("email", "g@hill.example"),
        ("from-day", "1"),
        ("from-month", "9"),
        ("from-year", "2026"),
        ("review-day", "1"),
        ("review-month", "2"),
        ("review-year", "2190"),
    ];
    let ids = forms.iter().map(|(name, part)| ((*name).to_owned(), ids[part].clone()));
    ids.chain(said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
}

async fn post(browser: &Browser, path: &str, body: &[(String, String)]) -> Answer {
    let mut fields = hidden(&browser.get("/account").await.body, "/sign-out");
    fields.extend(body.iter().cloned());
    browser.post_raw(path, &fields).await
}

fn is_missing(answer: &Answer, nothing: &Answer, what: &str) {
    // Whoever asks by a method that a path does not know learns nothing.
    if answer.status != StatusCode::METHOD_NOT_ALLOWED {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}: {}", answer.body);
        assert_eq!(answer.body, nothing.body, "{what} tells that something is hidden");
    }
}

/// Whoever is at the browser acts in the other organisation and finds nothing of the first.
async fn finds_nothing(browser: &Browser, ids: &Ids, own: bool) {
    let (nothing, body) = (browser.get("/there/is/nothing").await, body(ids));
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    // Signing out comes last: after it nobody is there.
    for route in ROUTES.iter().filter(|route| route.act.is_some() && route.path != "/sign-out") {
        // Their own organisations stand on their account; going to another one is theirs.
        if own && route.path.starts_with("/account/switch") {
            continue;
        }
        let names_one = ids.keys().any(|part| route.path.contains(part));
        let mut tries = Vec::new();
        if route.path.contains("{school}") {
            tries.push((path_at(route, "hill", ids), true));
        }
        // A browser that became the reception's is nobody's any more.
        if !route.path.ends_with("/kiosk") {
            tries.push((path_at(route, "elsewhere", ids), names_one));
        }
        for (path, must_be_missing) in tries {
            for (method, answer) in [("GET", browser.get(&path).await), ("POST", post(browser, &path, &body).await)] {
                let what = format!("{method} {path}");
                if must_be_missing {
                    is_missing(&answer, &nothing, &what);
                }
                assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
                for name in NAMES {
                    // What was typed into a form is shown again beside its fault.
                    let typed = method == "POST" && name == "Willa";
                    assert!(typed || !answer.body.contains(name), "{what} shows {name}: {}", answer.body);
                }
            }
        }
    }
    let menu = links(&browser.get("/manage").await.body);
    assert!(menu.iter().all(|href| !href.contains("hill") && !href.contains("vale")), "{menu:?}");
}

#[tokio::test]
async fn whoever_has_every_role_in_another_organisation_finds_nothing_of_the_first() {
    let (browser, ids) = filled().await;
    let before = as_it_stands(&browser).await;
    let head = browser.cookie("schoolkeeper");
    let school = browser.elsewhere().await;
    for role in [BaseRole::Head, BaseRole::Protection, BaseRole::Technician, BaseRole::Staff] {
        let email = format!("{}@elsewhere.example", role.name());
        browser.stranger(&school, (&email, role)).await;
        browser.let_in(&email).await;
        finds_nothing(&browser, &ids, false).await;
    }
    browser.set_cookie("schoolkeeper", head.as_deref());
    assert_eq!(as_it_stands(&browser).await, before, "something of the first organisation changed");
}

#[tokio::test]
async fn whoever_leads_both_finds_nothing_of_the_first_while_they_act_in_the_other() {
    let (browser, ids) = filled().await;
    let before = as_it_stands(&browser).await;
    let head = browser.cookie("schoolkeeper");
    let school = browser.elsewhere().await;
    browser.stranger(&school, ("head@school.example", BaseRole::Head)).await;
    browser.let_in("head@school.example").await;
    assert_eq!(browser.actor().await.organisation, school.organisation, "the first by its name");
    finds_nothing(&browser, &ids, true).await;
    let there = browser.cookie("schoolkeeper");
    browser.set_cookie("schoolkeeper", head.as_deref());
    assert_eq!(as_it_stands(&browser).await, before, "something of the first organisation changed");
    browser.set_cookie("schoolkeeper", there.as_deref());
    let back = format!("/account/switch/{}", ids["{organisation}"]);
    assert_eq!(leads_to(&browser.post("/account/switch", &back, &[]).await), "/");
    assert_eq!(browser.get("/school/hill/records/device").await.status, StatusCode::OK, "there they are at home");
}

/// Two organisations may each have a school of the same name: an address means one's own.
#[tokio::test]
async fn a_school_of_the_same_name_is_ones_own() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let school = browser.elsewhere_called("hill").await;
    browser.stranger(&school, ("same@elsewhere.example", BaseRole::Head)).await;
    browser.let_in("same@elsewhere.example").await;
    let list = browser.get("/school/hill/records/device").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(!list.body.contains("MU-1"), "{}", list.body);
    assert!(browser.house().one_school(&Actor::operator(school.organisation), Some("vale")).await.is_err());
    assert_eq!(browser.get("/school/vale/records/device").await.status, StatusCode::NOT_FOUND);
}

/// Whoever gives roles in one organisation cannot replace the password that opens another one, too.
#[tokio::test]
async fn a_password_that_opens_two_organisations_is_replaced_by_its_owner_only() {
    let browser = Browser::at(POLICY).await;
    let school = browser.elsewhere().await;
    let (house, other) = (browser.house(), Actor::operator(school.organisation));
    browser.stranger(&school, ("boss@elsewhere.example", BaseRole::Head)).await;
    let new = NewLogin {
        name: "Stranger Elsewhere".to_owned(),
        email: "head@school.example".to_owned(),
        role: None,
        school: school.clone(),
    };
    let (person, token) = house.invite(&other, &new).await.unwrap();
    let seen = house.look_at_link(&token).await.unwrap().unwrap();
    assert_eq!(seen.link.purpose, Purpose::SignIn, "no link by which the other one chooses a password");
    let no = house.reset_for(&other, person.login, ("in-person", "forgotten")).await;
    assert!(matches!(&no, Err(Error::Refused(why)) if why.contains("another organisation")), "{no:?}");
    house.ask_for_link("head@school.example", Purpose::Reset).await.unwrap();
    browser.let_in("boss@elsewhere.example").await;
    let outbox = "/school/elsewhere/mail/outbox";
    let shown = browser.get(outbox).await.body;
    assert_eq!(shown.matches("name=\"mail\"").count(), 1, "only the link to what is theirs here: {shown}");
    let mail = after(&shown, "name=\"mail\" value=\"").to_owned();
    let handed = browser.post(outbox, &format!("{outbox}/do"), &[("mail", &mail), ("do", "hand-over")]).await;
    assert_eq!(leads_to(&handed), outbox);
    let told = browser.get(outbox).await.body;
    assert!(told.contains("they sign in to another organisation"), "{told}");
}
