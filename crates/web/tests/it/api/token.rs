//! Who reaches the programming interface: tokens, their schools, scopes and ends; and the pages that make them.

use super::{HILL, Program, all_scopes, house, json_of, problem};
use crate::school::{Browser, POLICY};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use schoolkeeper_core::permission::BaseRole;
use serde_json::json;

/// Every operation with things that are there at Hill.
async fn operations(browser: &Browser) -> Vec<(String, String)> {
    let device = browser.entry("device", "MU-1").await;
    let document = Program::given(browser, &["hill"], all_scopes()).await.get("/api/v1/openapi.json").await;
    let document = json_of(&document);
    let mut out = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.replace("{school}", "hill").replace("{register}", "device").replace("{record}", &device);
        let path = path.replace("{list}", "0190a5b2-0000-7000-8000-000000000001");
        out.extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    assert!(out.len() > 15, "{out:?}");
    out
}

#[tokio::test]
async fn nothing_is_reached_without_a_live_token_and_no_cookie_helps() {
    let browser = house().await;
    let all = operations(&browser).await;
    let program = Program::given(&browser, &["hill"], all_scopes()).await;
    let mut wrong = program.token.clone();
    wrong.replace_range(10..11, if &wrong[10..11] == "0" { "1" } else { "0" });
    let basic = format!("Basic {}", program.token);
    for (method, path) in &all {
        for said in [None, Some("Bearer "), Some("Bearer x"), Some(basic.as_str()), Some(&format!("Bearer {wrong}"))] {
            let mut request = Request::builder().method(&**method).uri(path).header("host", "localhost:8087");
            if let Some(said) = said {
                request = request.header("authorization", said);
            }
            let answer = browser.send(request.body(Body::empty()).unwrap()).await;
            problem(&answer, 401, "no-token");
            assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"Schoolkeeper\"");
            assert!(!answer.headers.contains_key("set-cookie"));
        }
        let by_address = format!("{path}?access_token={}", program.token);
        assert_eq!(browser.ask(method.parse::<Method>().unwrap(), &by_address, "localhost:8087").await.status, 401);
    }
    let foreign = browser.ask(Method::GET, "/api/v1/schools", "school.example").await;
    assert_eq!(foreign.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_token_of_another_school_finds_nothing_at_any_address_and_the_same_bytes_as_for_nothing() {
    let browser = house().await;
    let all = operations(&browser).await;
    let vale = Program::given(&browser, &["vale"], all_scopes()).await;
    assert!(!vale.get("/api/v1/schools").await.body.contains("Hill"));
    for (method, path) in all.iter().filter(|(_, path)| path.contains("/hill")) {
        let headers = [
            ("if-match", "*"),
            ("content-type", if path.ends_with("/imports/device") { "text/csv" } else { "application/json" }),
        ];
        let body = json!({"fields": {"name": "x"}, "why": "x", "to": "x", "digest": "x"});
        let bodies =
            [json!({"fields": {"name": "x"}}), json!({"why": "x"}), json!({"to": "x"}), json!({"digest": "x"}), body];
        let mut answers = Vec::new();
        for path in [path.clone(), path.replace("/hill", "/nowhere")] {
            let mut found = Vec::new();
            for body in &bodies {
                let answer = vale.ask(method, &path, &headers, Body::from(body.to_string())).await;
                assert!(matches!(answer.status.as_u16(), 404 | 422), "{method} {path}: {}", answer.body);
                assert!(!answer.body.contains("MU-1") && !answer.body.contains("Hill"), "{method} {path}");
                found.push(answer.body);
            }
            answers.push(found);
        }
        assert_eq!(answers[0], answers[1], "{method} {path} tells that something is hidden");
        assert!(answers[0].iter().any(|body| body.contains("missing")), "{method} {path}");
    }
}

#[tokio::test]
async fn a_token_does_only_what_it_was_given() {
    let browser = house().await;
    let device = browser.entry("device", "MU-1").await;
    let reads = Program::with(&browser, &["hill"], &["equipment.read"]).await;
    assert_eq!(reads.get(&format!("{HILL}/records/device/{device}")).await.status, StatusCode::OK);
    for (method, path, body) in [
        ("POST", format!("{HILL}/records/device"), json!({"fields": {"name": "x"}})),
        ("PATCH", format!("{HILL}/records/device/{device}"), json!({"fields": {"name": "x"}})),
        ("DELETE", format!("{HILL}/records/device/{device}"), json!({"why": "x"})),
        ("POST", format!("{HILL}/imports/device"), json!({})),
        ("GET", format!("{HILL}/records/person"), json!({})),
        ("GET", format!("{HILL}/standing"), json!({})),
        ("GET", format!("{HILL}/problems"), json!({})),
    ] {
        problem(&reads.send(method, &path, &[("if-match", "*")], &body).await, 403, "not-given");
    }
    let registers = json_of(&reads.get(&format!("{HILL}/registers")).await);
    let ids: Vec<&str> = registers["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"device") && !ids.contains(&"person"), "{ids:?}");
    problem(&reads.get(&format!("{HILL}/records/nothing")).await, 404, "missing");
    problem(&reads.get("/api/v1/nothing").await, 404, "missing");
    problem(&reads.send("PUT", &format!("{HILL}/records/device"), &[], &json!({})).await, 405, "method");
    // A device is what a machine reports: another entry's id under another register is not there.
    problem(&reads.get(&format!("{HILL}/records/asset/{device}")).await, 404, "missing");
}

#[tokio::test]
async fn a_token_ends_with_its_day_by_hand_and_with_its_makers_roles() {
    let mut browser = Browser::pretending(POLICY).await;
    let token = Program::with(&browser, &["hill"], &["standing.read"]).await.token;
    let asks = async |browser: &Browser, token: &str| {
        let program = Program { browser, token: token.to_owned() };
        program.get(&format!("{HILL}/standing")).await.status.as_u16()
    };
    assert_eq!(asks(&browser, &token).await, 200);
    browser.later(89 * 24 * 60).await;
    assert_eq!(asks(&browser, &token).await, 200);
    browser.later(2 * 24 * 60).await;
    assert_eq!(asks(&browser, &token).await, 401, "its day has come");
    browser.signed_in_again().await;
    let second = Program::with(&browser, &["hill"], &["standing.read"]).await.token;
    let house = browser.house();
    let actor = browser.actor().await;
    let line = house.tokens(&actor).await.unwrap().into_iter().find(|line| line.live).unwrap();
    house.revoke_token(&actor, line.token.id).await.unwrap();
    assert_eq!(asks(&browser, &second).await, 401, "somebody ended it");
    drop(house);
    browser.signed_in(BaseRole::Technician).await;
    let third = Program::with(&browser, &["hill"], &["standing.read"]).await.token;
    assert_eq!(asks(&browser, &third).await, 200);
    let (house, operator) = (browser.house(), browser.house().operator());
    let school = house.one_school(&operator, Some("hill")).await.unwrap();
    let roles = house.roles(&operator, &school).await.unwrap();
    let held = roles.iter().flat_map(|line| &line.people).find(|one| one.name.contains("technician")).unwrap();
    let last = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    house.end_appointment(&operator, &school, (held.appointment.id, last)).await.unwrap();
    drop(house);
    browser.later(2 * 24 * 60).await;
    assert_eq!(asks(&browser, &third).await, 401, "its maker holds no such role any more");
}

#[tokio::test]
async fn a_token_is_made_on_its_page_shown_once_and_ended_there() {
    let browser = house().await;
    let empty = browser.get("/token").await;
    assert!(empty.body.contains("No program has access"));
    let wrong = browser.post("/token/new", "/token/new", &[("name", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    crate::html::assert_good("/token/new", &wrong.body);
    let fields = [("name", "Wallboard"), ("school", "hill"), ("equipment", "equipment.read"), ("days", "30")];
    let made = browser.post("/token/new", "/token/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    crate::html::assert_good("made", &made.body);
    assert_eq!(made.headers["cache-control"], "no-store");
    let token = made.body.split("sk_").nth(1).unwrap().split('<').next().unwrap();
    let program = Program { browser: &browser, token: format!("sk_{token}") };
    assert_eq!(program.get(&format!("{HILL}/records/device")).await.status, StatusCode::OK);
    let list = browser.get("/token").await;
    assert!(list.body.contains("Wallboard") && list.body.contains("Last used") && !list.body.contains(token));
    let href = crate::html::links(&list.body).into_iter().find(|href| href.starts_with("/token/0")).unwrap();
    let page = browser.get(&href).await;
    crate::html::assert_good(&href, &page.body);
    assert!(!page.body.contains(token));
    let renewed = browser.post(&href, &format!("{href}/renew"), &[("days", "365")]).await;
    assert_eq!(renewed.status, StatusCode::OK);
    assert_eq!(program.get("/api/v1/schools").await.status, StatusCode::UNAUTHORIZED, "the old text is worth nothing");
    let ended = browser.post(&href, &format!("{href}/end"), &[]).await;
    assert_eq!(ended.headers["location"], "/token");
    assert!(browser.get("/token").await.body.contains("No program has access"));
    let history = browser.get("/history").await;
    assert!(history.body.contains("Made an access token") && !history.body.contains("Wallboard"));
}

#[tokio::test]
async fn a_webhook_is_made_tried_and_ended_on_its_pages() {
    let browser = house().await;
    assert!(browser.get("/school/hill/webhook").await.body.contains("No program is told anything"));
    let new = "/school/hill/webhook/new";
    for url in ["", "http://helpdesk.example/", "https://169.254.169.254/", "https://localhost/"] {
        let wrong = browser.post(new, new, &[("name", "Helpdesk"), ("url", url), ("event", "problem.opened")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
        crate::html::assert_good(new, &wrong.body);
    }
    let fields = [("name", "Helpdesk"), ("url", "https://helpdesk.made.example/hook"), ("event", "record.created")];
    let made = browser.post(new, new, &fields).await;
    let secret = made.body.split("whsec_").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(secret.len(), 44);
    crate::html::assert_good("made", &made.body);
    let list = browser.get("/school/hill/webhook").await;
    let href =
        crate::html::links(&list.body).into_iter().find(|href| href.starts_with("/school/hill/webhook/0")).unwrap();
    let page = browser.get(&href).await;
    assert!(page.body.contains("Nothing yet") && !page.body.contains(secret));
    crate::html::assert_good(&href, &page.body);
    assert_eq!(browser.post(&href, &format!("{href}/ping"), &[]).await.headers["location"], href.as_str());
    let page = browser.get(&href).await;
    assert!(page.body.contains("Waiting") && page.body.contains("Not tried yet"), "{}", page.body);
    crate::html::assert_good(&href, &page.body);
    assert_eq!(browser.post(&href, &format!("{href}/end"), &[]).await.headers["location"], "/school/hill/webhook");
    assert_eq!(browser.get(&href).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_kind_of_problem_is_explained_on_the_page() {
    let browser = house().await;
    let page = browser.get("/api").await;
    crate::html::assert_good("/api", &page.body);
    for name in ["no-token", "stale", "if-match", "too-many", "other-request"] {
        assert!(page.body.contains(&format!("id=\"{name}\"")), "{name}");
    }
    for (method, path) in operations(&browser).await.iter().filter(|(_, path)| path.ends_with("/schools")) {
        assert!(page.body.contains(&format!("{method} {path}")));
    }
}
