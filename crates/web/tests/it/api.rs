//! The programming interface as programs use it: tokens, records, conditional and repeated requests, lists, standing.
//! The router is driven without a network.

use crate::school::{Answer, Browser, POLICY};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use schoolkeeper_app::token::{NewToken, scopes};
use serde_json::{Value, json};

mod token;

const HILL: &str = "/api/v1/schools/hill";

/// A program with a token.
pub struct Program<'a> {
    browser: &'a Browser,
    token: String,
}

/// Everything there is to ask for.
pub fn all_scopes() -> Vec<String> {
    scopes().into_iter().map(|(name, _)| name).collect()
}

impl<'a> Program<'a> {
    async fn with(browser: &'a Browser, schools: &[&str], scopes: &[&str]) -> Self {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Self::given(browser, schools, scopes).await
    }

    pub async fn given(browser: &'a Browser, schools: &[&str], scopes: Vec<String>) -> Self {
        let (house, actor) = (browser.house(), browser.actor().await);
        let mut known = house.all_schools(&actor).await.unwrap();
        known.retain(|school| schools.contains(&school.slug.as_str()));
        let new = NewToken { name: "Wallboard (made up)".to_owned(), schools: known, scopes, days: 90 };
        let (_, token) = house.make_token(&actor, &new).await.unwrap();
        Self { browser, token }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8087");
        request = request.header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.browser.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], Body::empty()).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.ask(method, path, &headers, Body::from(body.to_string())).await
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body))
}

/// A refusal is a problem in words, whatever it is about.
fn problem(answer: &Answer, status: u16, kind: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let said = json_of(answer);
    assert_eq!(said["type"], format!("/api#{kind}"), "{}", answer.body);
    assert_eq!(said["status"], status);
    assert!(said["detail"].as_str().unwrap().ends_with(['.', '?']), "{}", answer.body);
    said
}

async fn house() -> Browser {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\nMU-2,yes\n").await;
    browser
}

#[tokio::test]
async fn a_program_adds_changes_and_removes_a_record_and_the_history_says_which() {
    let browser = house().await;
    let program = Program::with(&browser, &["hill"], &["equipment.write"]).await;
    let list = format!("{HILL}/records/asset");
    let made = program
        .send("POST", &list, &[], &json!({"fields": {"tag": "MU-100", "name": "Made-up laptop", "kind": "laptop"}}))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let at = made.headers["location"].to_str().unwrap().to_owned();
    let shown = program.get(&at).await;
    assert_eq!(json_of(&shown)["fields"], json!({"tag": "MU-100", "name": "Made-up laptop", "kind": "laptop"}));
    assert_eq!(shown.headers["etag"], "\"1\"");
    let known = program.ask("GET", &at, &[("if-none-match", "\"1\"")], Body::empty()).await;
    assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let change = json!({"fields": {"name": "Made-up lectern", "kind": null}, "why": "it was mistaken"});
    problem(&program.send("PATCH", &at, &[], &change).await, 428, "if-match");
    problem(&program.send("PATCH", &at, &[("if-match", "\"7\"")], &change).await, 412, "stale");
    let changed = program.send("PATCH", &at, &[("if-match", "\"1\"")], &change).await;
    assert_eq!(changed.headers["etag"], "\"2\"", "{}", changed.body);
    assert_eq!(json_of(&changed)["fields"], json!({"tag": "MU-100", "name": "Made-up lectern"}));
    let past = json_of(&program.get(&format!("{at}/history")).await);
    assert!(past["items"][0]["who"].as_str().unwrap().ends_with("by the token “Wallboard (made up)”"), "{past}");
    assert_eq!(past["items"][0]["why"], "it was mistaken");
    problem(&program.send("DELETE", &at, &[], &json!({"why": "gone"})).await, 428, "if-match");
    problem(&program.send("DELETE", &at, &[("if-match", "\"2\"")], &json!({"why": " "})).await, 422, "mistakes");
    let gone = program.send("DELETE", &at, &[("if-match", "\"2\"")], &json!({"why": "given away"})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    problem(&program.get(&at).await, 404, "missing");
    assert!(json_of(&program.get(&format!("{at}?show=removed")).await)["removed_at"].is_string(), "it is kept");
    browser.signed_in_again().await;
    let history = browser.get("/history").await;
    assert!(history.body.contains("by the token"), "the page of the history names the token");
}

#[tokio::test]
async fn a_record_moves_only_where_its_register_lets_it() {
    let browser = house().await;
    let program = Program::with(&browser, &["hill"], &["equipment.write"]).await;
    let list = format!("{HILL}/records/asset");
    let made = program.send("POST", &list, &[], &json!({"fields": {"tag": "MU-100", "name": "Made-up camera"}})).await;
    let at = made.headers["location"].to_str().unwrap().to_owned();
    let moves = json_of(&program.get(&format!("{at}/moves")).await);
    let to = moves["items"][0]["to"].as_str().unwrap().to_owned();
    let nowhere = program.send("POST", &format!("{at}/moves"), &[], &json!({"to": "the-moon"})).await;
    assert_eq!(problem(&nowhere, 422, "mistakes")["errors"][0]["pointer"], "/to");
    let stale = program.send("POST", &format!("{at}/moves"), &[("if-match", "\"9\"")], &json!({"to": to})).await;
    problem(&stale, 412, "stale");
    let step = program.send("POST", &format!("{at}/moves"), &[], &json!({"to": to})).await;
    if step.status == StatusCode::OK {
        assert_eq!(json_of(&program.get(&at).await)["state"], to);
    } else {
        problem(&step, 403, "refused");
    }
}

#[tokio::test]
async fn a_list_is_asked_as_its_page_is_and_goes_page_by_page() {
    let browser = house().await;
    let rows =
        (0..45).map(|n| format!("PC-{n:02},{}\n", if n % 2 == 0 { "yes" } else { "no" })).collect::<Vec<_>>().concat();
    browser.import("hill", "device", &format!("Device name,Encrypted\nMU-1,no\nMU-2,yes\n{rows}")).await;
    let program = Program::with(&browser, &["hill"], &["equipment.read"]).await;
    let mut at = format!("{HILL}/records/device?q=pc&is.encrypted=no&rows=20&sort=-name");
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let page = json_of(&program.get(&at).await);
        names.extend(
            page["items"].as_array().unwrap().iter().map(|one| one["fields"]["name"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        at = next.to_owned();
    }
    assert_eq!((names.len(), pages), (22, 2));
    assert!(names.is_sorted_by(|a, b| a > b), "{names:?}");
    for (wrong, part) in [
        ("rows=21", "rows"),
        ("sort=nothing", "sort"),
        ("is.nothing=1", "is.nothing"),
        ("is.encrypted=perhaps", "is.encrypted"),
        ("after=x", "after"),
        ("show=all", "show"),
        ("made=up", "made"),
    ] {
        let answer = program.get(&format!("{HILL}/records/device?{wrong}")).await;
        assert_eq!(problem(&answer, 400, "malformed")["errors"][0]["parameter"], part);
    }
    let many = "q=a&".repeat(81);
    problem(&program.get(&format!("{HILL}/records/device?{many}")).await, 400, "malformed");
    let whole = program.get(&format!("{HILL}/records/device")).await;
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    let again = program.ask("GET", &format!("{HILL}/records/device"), &[("if-none-match", &tag)], Body::empty()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_same_request_twice_is_carried_out_once() {
    let browser = house().await;
    let program = Program::with(&browser, &["hill"], &["equipment.write"]).await;
    let list = format!("{HILL}/records/asset");
    let (key, body) =
        ([("idempotency-key", "order-7")], json!({"fields": {"tag": "MU-100", "name": "Made-up printer"}}));
    let bad = program.send("POST", &list, &key, &json!({"fields": {}})).await;
    problem(&bad, 422, "mistakes");
    let first = program.send("POST", &list, &key, &body).await;
    assert_eq!(first.status, StatusCode::CREATED, "a request that was refused may be mended: {}", first.body);
    let second = program.send("POST", &list, &key, &body).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(second.headers["location"], first.headers["location"]);
    assert_eq!(second.headers["idempotency-replayed"], "true");
    let other = program.send("POST", &list, &key, &json!({"fields": {"tag": "MU-101", "name": "Another"}})).await;
    problem(&other, 422, "other-request");
    let elsewhere = Program::with(&browser, &["hill"], &["equipment.write"]).await;
    let theirs =
        elsewhere.send("POST", &list, &key, &json!({"fields": {"tag": "MU-102", "name": "Another program's"}})).await;
    assert_eq!(theirs.status, StatusCode::CREATED, "keys are each program's own");
    let found = json_of(&program.get(&format!("{list}?q=printer")).await);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    for bad in ["", &"k".repeat(101)] {
        problem(&program.send("POST", &list, &[("idempotency-key", bad)], &body).await, 400, "malformed");
    }
}

#[tokio::test]
async fn what_is_written_wrongly_is_named_and_changes_nothing() {
    let browser = house().await;
    let program = Program::with(&browser, &["hill"], &["equipment.write"]).await;
    let list = format!("{HILL}/records/asset");
    for (fields, pointer) in [
        (json!({"name": 7}), "/fields/name"),
        (json!({"name": ["a"]}), "/fields/name"),
        (json!({"tag": "x", "kind": "spaceship"}), "/fields/kind"),
        (json!({"tag": "x", "made/up~": 1}), "/fields/made~1up~0"),
        (json!({"tag": "x", "state": "disposed"}), "/fields/state"),
        (json!({"name": "x".repeat(501)}), "/fields/name"),
        (json!({}), "/fields/tag"),
    ] {
        let answer = program.send("POST", &list, &[], &json!({"fields": fields})).await;
        assert_eq!(problem(&answer, 422, "mistakes")["errors"][0]["pointer"], pointer, "{fields}");
    }
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let nested = format!("{{\"fields\": {{\"name\": {deep}}}}}");
    let many = (0..201).map(|n| format!("\"f{n}\": 1,")).collect::<Vec<_>>().concat();
    let many = format!("{{\"fields\": {{{}}}}}", many.trim_end_matches(','));
    let long = format!("{{\"fields\": {{\"name\": \"{}\"}}}}", "x".repeat(300_000));
    for (body, status, kind) in [
        (nested, 400, "malformed"),
        (many, 422, "mistakes"),
        (long, 413, "too-large"),
        (String::new(), 400, "malformed"),
        ("{\"fields\": {\"name\": \"a\"}, \"fields\": {\"name\": \"b\"}".to_owned(), 400, "malformed"),
        ("[]".to_owned(), 422, "mistakes"),
        ("{\"fields\": {\"name\": \"x\"}, \"more\": 1}".to_owned(), 422, "mistakes"),
        ("{\"fields\": {\"name\": \"\\ud800\"}}".to_owned(), 400, "malformed"),
    ] {
        let start: String = body.chars().take(60).collect();
        let answer = program.ask("POST", &list, &[("content-type", "application/json")], Body::from(body)).await;
        assert_eq!(problem(&answer, status, kind)["status"], status, "{start}");
    }
    let plain = program.ask("POST", &list, &[("content-type", "text/plain")], Body::from("{}")).await;
    problem(&plain, 415, "media-type");
    assert!(json_of(&program.get(&list).await)["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_list_is_handed_in_looked_at_and_saved_by_its_digest() {
    let browser = house().await;
    let program = Program::with(&browser, &["hill"], &["equipment.write"]).await;
    let csv = "Device name,Encrypted\nMU-1,yes\nMU-3,no\nMU-4,perhaps\n";
    let strange = format!("{HILL}/imports/device?source=mdm&part=yes");
    let handed = program.ask("POST", &strange, &[("content-type", "text/csv")], Body::from(csv)).await;
    let at = handed.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(json_of(&program.get(&at).await)["asks"], "columns", "nobody said yet what a list of this source is");
    problem(&program.send("POST", &format!("{at}/save"), &[], &json!({"digest": ""})).await, 422, "mistakes");
    // The list the house was made with came from the source that is meant when none is named.
    let path = format!("{HILL}/imports/device?part=yes");
    let handed = program.ask("POST", &path, &[("content-type", "text/csv")], Body::from(csv)).await;
    assert_eq!(handed.status, StatusCode::CREATED, "{}", handed.body);
    let at = handed.headers["location"].to_str().unwrap().to_owned();
    let list = json_of(&program.get(&at).await);
    assert_eq!(list["stage"], "looked", "{list}");
    let digest = list["look"]["digest"].as_str().unwrap().to_owned();
    problem(&program.send("POST", &format!("{at}/save"), &[], &json!({"digest": "other"})).await, 412, "stale");
    if list["asks"].is_string() {
        problem(&program.send("POST", &format!("{at}/save"), &[], &json!({"digest": digest})).await, 422, "mistakes");
    }
    let sure = json!({"digest": digest, "leave_out_questions": true});
    let saved = program.send("POST", &format!("{at}/save"), &[], &sure).await;
    assert_eq!(json_of(&saved)["stage"], "saved", "{}", saved.body);
    let found = json_of(&program.get(&format!("{HILL}/records/device?q=mu-3")).await);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let other = program.ask("POST", &path, &[("content-type", "text/csv")], Body::from(csv)).await;
    let at = other.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(program.send("DELETE", &at, &[], &json!({})).await.status, StatusCode::NO_CONTENT);
    problem(&program.get(&at).await, 404, "missing");
    let empty = program.ask("POST", &path, &[("content-type", "text/csv")], Body::empty()).await;
    problem(&empty, 422, "mistakes");
    let picture = program.ask("POST", &path, &[("content-type", "image/png")], Body::from("x")).await;
    problem(&picture, 415, "media-type");
}

#[tokio::test]
async fn standing_and_problems_are_those_of_the_pages() {
    let browser = house().await;
    let program = Program::with(&browser, &["hill"], &["standing.read", "problems.read"]).await;
    let schools = json_of(&program.get("/api/v1/schools").await);
    assert_eq!(schools["items"].as_array().unwrap().len(), 1);
    assert_eq!(schools["items"][0]["policies"][0]["id"], "outside");
    let standing = json_of(&program.get(&format!("{HILL}/standing?policy=outside")).await);
    let encrypted = standing["items"].as_array().unwrap().iter().find(|one| one["statement"] == "a/1").unwrap();
    assert_eq!(encrypted["standing"], "broken", "{encrypted}");
    assert_eq!(encrypted["counts"]["subjects"], 2);
    let problems = json_of(&program.get(&format!("{HILL}/problems?cause=encrypted")).await);
    assert_eq!(problems["items"].as_array().unwrap().len(), 1, "{problems}");
    assert!(problems["items"][0]["message"].as_str().unwrap().contains("MU-1"));
    problem(&program.get(&format!("{HILL}/standing?policy=nothing")).await, 404, "missing");
    problem(&program.get(&format!("{HILL}/standing?made=up")).await, 400, "malformed");
    problem(&program.get(&format!("{HILL}/problems?after=nowhere")).await, 400, "malformed");
}
