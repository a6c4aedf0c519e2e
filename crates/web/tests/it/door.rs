//! The door: nobody without a session, nothing from another site, nothing that is not theirs.

use crate::html::{assert_good, hidden};
use crate::school::{Browser, PASSWORD, POLICY};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_web::routes::ROUTES;

fn location(answer: &crate::school::Answer) -> &str {
    answer.headers.get("location").map_or("", |to| to.to_str().unwrap())
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in_and_comes_back_to_where_they_wanted_to_go() {
    let browser = Browser::at(POLICY).await;
    browser.set_cookie("schoolkeeper", None);
    let wanted = "/school/hill/policy/outside/to-fix?q=a%20b";
    let answer = browser.get(wanted).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), "/sign-in?next=%2Fschool%2Fhill%2Fpolicy%2Foutside%2Fto-fix%3Fq%3Da%2520b");
    let page = browser.get(location(&answer)).await;
    assert_good("sign-in", &page.body);
    let fields = [("email", "HEAD@school.example "), ("password", PASSWORD)];
    let entered = browser.post(location(&answer), "/sign-in", &fields).await;
    assert_eq!((entered.status, location(&entered)), (StatusCode::SEE_OTHER, wanted));
    assert_eq!(browser.get(wanted).await.status, StatusCode::OK);
}

#[tokio::test]
async fn after_sign_in_nobody_is_sent_to_another_site() {
    let browser = Browser::at(POLICY).await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb"] {
        browser.set_cookie("schoolkeeper", None);
        let page = format!("/sign-in?next={}", crate::school::escaped(next));
        let entered =
            browser.post(&page, "/sign-in", &[("email", "head@school.example"), ("password", PASSWORD)]).await;
        assert_eq!((entered.status, location(&entered)), (StatusCode::SEE_OTHER, "/"), "{next}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_another_browser_or_no_page_changes_nothing() {
    let browser = Browser::at(POLICY).await;
    let shown = browser.get("/school/hill/policy/outside").await;
    let fields = hidden(&shown.body, "/sign-out");
    let csrf = fields[0].1.clone();
    let other = Browser::at(POLICY).await;
    let stranger = hidden(&other.get("/school/hill/policy/outside").await.body, "/sign-out");
    let send = |headers: Vec<(&'static str, &'static str)>, body: String| {
        let mut request = Request::post("/sign-out").header("host", "localhost:8087");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
    };
    let good = format!("csrf={csrf}");
    for (why, request) in [
        ("no token", send(vec![], String::new())),
        ("another browser's", send(vec![], format!("csrf={}", stranger[0].1))),
        ("not a token", send(vec![], "csrf=é".to_owned())),
        ("another site", send(vec![("sec-fetch-site", "cross-site")], good.clone())),
        ("a sibling", send(vec![("sec-fetch-site", "same-site")], good.clone())),
        ("another origin", send(vec![("origin", "http://evil.example")], good.clone())),
        ("no origin at all", send(vec![("origin", "garbage")], good.clone())),
    ] {
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}");
        assert_good(why, &answer.body);
        assert_eq!(browser.get("/school/hill/policy/outside").await.status, StatusCode::OK, "{why} signed out");
    }
    let cookie = browser.cookie("schoolkeeper").unwrap();
    let answer = browser.send(send(vec![("sec-fetch-site", "same-origin"), ("origin", "null")], good)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    browser.set_cookie("schoolkeeper", Some(&cookie));
    let stolen = browser.get("/school/hill/policy/outside").await;
    assert_eq!(stolen.status, StatusCode::SEE_OTHER, "a token from before the sign-out still opens");
}

#[tokio::test]
async fn the_session_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites() {
    let browser = Browser::new(POLICY).await;
    browser.also(BaseRole::Head, "hill").await;
    let answer =
        browser.post("/sign-in", "/sign-in", &[("email", "head@school.example"), ("password", PASSWORD)]).await;
    let set: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(set.len(), 2, "{set:?}");
    for cookie in set {
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"));
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn a_token_planted_before_sign_in_is_worth_nothing_after_it() {
    let browser = Browser::at(POLICY).await;
    let planted = "ab".repeat(32);
    browser.set_cookie("schoolkeeper", Some(&planted));
    let fields = [("email", "head@school.example"), ("password", PASSWORD)];
    let entered = browser.post("/sign-in", "/sign-in", &fields).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookie("schoolkeeper").unwrap(), planted);
    browser.set_cookie("schoolkeeper", Some(&planted));
    assert_eq!(browser.get("/school/hill").await.status, StatusCode::SEE_OTHER);
    assert!(location(&browser.get("/school/hill").await).starts_with("/sign-in"));
}

#[tokio::test]
async fn until_somebody_can_sign_in_nothing_but_the_first_run_answers() {
    let browser = Browser::new(POLICY).await;
    for route in ROUTES.iter().filter(|route| !route.path.starts_with("/set-up")) {
        let answer = browser.get(route.path).await;
        let open = ["/static/{name}", "/health", "/ready", "/metrics"].contains(&route.path);
        // There is no such page yet; it knows no first run, since it knows nobody.
        let public = ["/published/", "/tell/"].iter().any(|begin| route.path.starts_with(begin));
        let nothing = public && [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&answer.status);
        let open = open || nothing;
        assert!(open || location(&answer) == "/set-up", "{}: {}", route.path, answer.status);
    }
    assert_eq!(location(&browser.get("/there/is/nothing").await), "/set-up");
    let page = browser.get("/set-up").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_good("set-up", &page.body);
}

#[tokio::test]
async fn the_code_of_the_terminal_makes_the_first_person_once() {
    let browser = Browser::new(POLICY).await;
    let code = browser.house().setup_code().await.unwrap();
    let wrong = browser.post("/set-up", "/set-up", &[("code", "AAAAA-AAAAA")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("3 tries left"), "{}", wrong.body);
    assert_good("wrong code", &wrong.body);
    let person = browser.post("/set-up", "/set-up", &[("code", &code)]).await;
    assert_eq!(person.status, StatusCode::OK);
    assert_good("the first person", &person.body);
    let mut fields = hidden(&person.body, "/set-up/person");
    let typed =
        [("school", "hill"), ("name", "Madeup Head"), ("email", "head@school.example"), ("role", "headteacher")];
    fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let faulty = browser.post_raw("/set-up/person", &fields).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good("faults", &faulty.body);
    assert!(faulty.body.contains("href=\"#password\"") && faulty.body.contains("<title>Error: "), "{}", faulty.body);
    fields.extend(["password", "again"].map(|name| (name.to_owned(), PASSWORD.to_owned())));
    let entered = browser.post_raw("/set-up/person", &fields).await;
    assert_eq!((entered.status, location(&entered)), (StatusCode::SEE_OTHER, "/welcome"), "{}", entered.body);
    let agreed = browser.post("/notice?next=%2Fwelcome", "/notice", &[("agree", "yes")]).await;
    assert_eq!(location(&agreed), "/welcome");
    let welcome = browser.get("/welcome").await;
    assert_eq!(welcome.status, StatusCode::OK);
    assert_good("welcome", &welcome.body);
    assert_eq!(browser.get("/set-up").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post_raw("/set-up/person", &fields).await.status, StatusCode::FORBIDDEN, "another token now");
    browser.house().setup_code().await.unwrap_err();
}

#[tokio::test]
async fn four_wrong_codes_end_the_code() {
    let browser = Browser::new(POLICY).await;
    let code = browser.house().setup_code().await.unwrap();
    for left in ["3 tries", "2 tries", "1 try", "A new code is printed"] {
        let answer = browser.post("/set-up", "/set-up", &[("code", "AAAAA-AAAAA")]).await;
        assert!(answer.body.contains(left), "{left}: {}", answer.body);
    }
    let answer = browser.post("/set-up", "/set-up", &[("code", &code)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "the old code still works");
}

#[tokio::test]
async fn what_the_permission_table_does_not_reach_is_not_there() {
    let browser = Browser::at(POLICY).await;
    let nothing = browser.get("/there/is/nothing").await;
    browser.signed_in(BaseRole::Staff).await;
    for path in ["/school/hill/policy/outside/to-fix", "/welcome"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::NOT_FOUND, &nothing.body), "{path}");
    }
    assert_eq!(browser.get("/school/hill/policy/outside").await.status, StatusCode::OK);
    assert_eq!(browser.ask(Method::HEAD, "/school/hill/policy/outside", "localhost").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_bytes_as_a_wrong_password() {
    let browser = Browser::at(POLICY).await;
    browser.set_cookie("schoolkeeper", None);
    let mut bodies = Vec::new();
    for email in ["head@school.example", "nobody@school.example", "no address"] {
        let answer = browser.post("/sign-in", "/sign-in", &[("email", email), ("password", "wrong wrong wrong")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert_good("wrong", &answer.body);
        let csrf = hidden(&answer.body, "/sign-in")[0].1.clone();
        bodies.push(answer.body.replace(&csrf, "").replace(&format!(" value=\"{email}\""), ""));
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}
