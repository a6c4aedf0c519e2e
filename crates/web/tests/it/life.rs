//! The life of a policy: approved, published and taken away again, and what changed between two adoptions.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, SET_COOKIE};
use axum::http::{Request, StatusCode};
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = r#"
[pack]
id = "outside"
title = "Outside"
version = "2.1"
language = 1
owner = ["headteacher"]
review = "1 year"
[param]
backup_gap = { value = "26 hours", stricter = "lower" }
supplier = { unit = "text", ask = "Who makes the back-ups?" }
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
[[term]]
id = "run"
word = "run"
means = "One time a back-up is made."
[[companion]]
id = "leaflet"
title = "Leaflet for visitors"
[[clause]]
id = "a/1"
section = "Back-ups"
text = "Every run is fresh, and the supplier is known."
mode = "detected"
who = ["headteacher"]
controls = ["fresh", "known"]
[control.fresh]
type = "rule"
for = "backup-run"
expect = "age(backup_run.finished_at) <= param.backup_gap"
message = "{backup_run.target} is old"
tell = [{ who = ["headteacher"], when = "opened" }]
[control.known]
type = "rule"
for = "backup-run"
expect = "backup_run.target != param.supplier"
"#;

const AT: &str = "/school/hill/policy/outside";
const PUBLIC: &str = "/published/hill/outside";

async fn anybody(browser: &Browser, path: &str, tag: Option<&str>) -> Answer {
    let mut request = Request::get(path).header("host", "localhost").header("cookie", "nothing=1");
    if let Some(tag) = tag {
        request = request.header(IF_NONE_MATCH, tag);
    }
    browser.send(request.body(axum::body::Body::empty()).unwrap()).await
}

async fn approve(browser: &Browser) -> Answer {
    let day = [("on-day", "12"), ("on-month", "11"), ("on-year", "2026")];
    let mut fields = vec![("body", "Governing body"), ("minute", "item 7")];
    fields.extend(day);
    browser.post(&format!("{AT}/approve"), &format!("{AT}/approve"), &fields).await
}

#[tokio::test]
async fn an_approval_is_put_on_record_once_and_its_page_asks_for_the_minute_as_a_file() {
    let browser = Browser::pretending(POLICY).await;
    let before = browser.get(&format!("{AT}/life")).await;
    assert_good("life", &before.body);
    for words in ["No approval is on record yet", "Version 2.1", "The first one", "Leaflet for visitors", "Headteacher"]
    {
        assert!(before.body.contains(words), "{words}: {}", before.body);
    }
    let done = approve(&browser).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let to = done.headers["location"].to_str().unwrap().to_owned();
    assert!(to.contains("/records/policy-document/") && to.ends_with("/attachment"), "{to}");
    let page = browser.get(&to).await;
    assert!(page.body.contains("add the minute as a file"), "{}", page.body);
    let after = browser.get(&format!("{AT}/life")).await.body;
    for words in ["Version 2.1 on 12 November 2026. Governing body: item 7", "12 November 2027, in 354 days"] {
        assert!(after.contains(words), "{words}: {after}");
    }
    assert_eq!(approve(&browser).await.headers["location"].to_str().unwrap(), to, "the same record");
}

#[tokio::test]
async fn an_approval_without_its_body_or_of_a_day_to_come_is_mended_beside_its_field() {
    let browser = Browser::pretending(POLICY).await;
    let fields = [("on-day", "12"), ("on-month", "11"), ("on-year", "2027"), ("minute", "item 7")];
    let answer = browser.post(&format!("{AT}/approve"), &format!("{AT}/approve"), &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Say who approved it", "This day is still to come", "There is a problem"] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_review_that_is_over_is_said_and_told_to_whoever_answers_for_it() {
    let told = async |approved: bool| {
        let mut browser = Browser::pretending(POLICY).await;
        if approved {
            approve(&browser).await;
        }
        browser.later(340 * 24 * 60).await;
        browser.signed_in_again().await;
        (browser.house().remind().await.unwrap(), browser)
    };
    let ((without, _), (with, mut browser)) = (told(false).await, told(true).await);
    assert_eq!(with, without + 1, "it is told of thirty days before, to one person");
    assert_eq!(browser.house().remind().await.unwrap(), 0, "once");
    let life = browser.get(&format!("{AT}/life")).await.body;
    assert!(life.contains("12 November 2027, in 14 days"), "{life}");
    browser.later(20 * 24 * 60).await;
    browser.signed_in_again().await;
    let life = browser.get(&format!("{AT}/life")).await.body;
    assert!(life.contains("Its review was due on 12 November 2027"), "{life}");
}

#[tokio::test]
async fn the_public_page_is_there_only_while_somebody_wants_it_and_holds_nothing_of_people() {
    let browser = Browser::pretending(POLICY).await;
    let nothing = anybody(&browser, PUBLIC, None).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert_eq!(nothing.body, anybody(&browser, "/published/hill/nothing", None).await.body);
    let set = [("n-supplier", "Mx Madeup"), ("why", "They do")];
    let change = format!("{AT}/change");
    let said = browser.post(&format!("{change}?n-supplier=Mx%20Madeup"), &change, &set).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let publish = format!("{AT}/publish");
    assert_good("publish", &browser.get(&publish).await.body);
    let done = browser.post(&publish, &publish, &[("show", "noindex")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let documents = browser.get("/school/hill/records/policy-document").await.body;
    assert!(documents.contains("2.1"), "its record says which version everybody can read: {documents}");
    let page = anybody(&browser, PUBLIC, None).await;
    assert_good(PUBLIC, &page.body);
    for words in ["is fresh, and the supplier", "26 hours", "Version 2.1.", "One time a back-up is made.", "noindex"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for hidden in ["Madeup", "csrf", "Sign out", "/statement/"] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert_eq!(page.headers[CACHE_CONTROL], "public, max-age=300");
    assert!(!page.headers.contains_key(SET_COOKIE));
    let tag = page.headers[ETAG].to_str().unwrap().to_owned();
    assert_eq!(anybody(&browser, PUBLIC, Some(&tag)).await.status, StatusCode::NOT_MODIFIED);
    assert!(!page.body.contains("PDF"), "none is offered where there is no typesetter: {}", page.body);
    assert_eq!(anybody(&browser, &format!("{PUBLIC}/policy.pdf"), None).await.status, StatusCode::NOT_FOUND);
    let pdf = browser.get(&format!("{AT}/policy.pdf")).await;
    assert_eq!(pdf.status, StatusCode::FORBIDDEN);
    assert!(pdf.body.contains("is not installed") && pdf.body.contains("Print the page"), "{}", pdf.body);
    let role = anybody(&browser, &format!("{PUBLIC}/role/headteacher"), None).await;
    assert_good("role", &role.body);
    assert!(role.body.contains("What you are told about"), "{}", role.body);
    assert_eq!(anybody(&browser, &format!("{PUBLIC}/role/nobody"), None).await.status, StatusCode::NOT_FOUND);
    browser.post(&publish, &publish, &[("show", "index")]).await;
    assert_eq!(anybody(&browser, PUBLIC, None).await.headers["x-robots-tag"], "index, follow");
    browser.post(&publish, &publish, &[("show", "off")]).await;
    assert_eq!(anybody(&browser, PUBLIC, None).await.status, StatusCode::NOT_FOUND);
    let history = browser.get("/history").await.body;
    assert!(history.contains("Put the policy on a page") && history.contains("public page away"), "{history}");
}

#[tokio::test]
async fn every_adoption_is_a_version_and_what_changed_between_two_is_told_in_words() {
    let browser = Browser::pretending(POLICY).await;
    let change = format!("{AT}/change");
    let set = [("n-backup_gap", "6 hours"), ("why", "Governors agreed it")];
    let said = browser.post(&format!("{change}?n-backup_gap=6%20hours"), &change, &set).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let since = browser.get(&format!("{AT}/changed?from=1")).await;
    assert_good("changed", &since.body);
    for words in ["What changed", "Before: version 2.1, 23 November 2026", "After: today", "26 hours", "6 hours"] {
        assert!(since.body.contains(words), "{words}: {}", since.body);
    }
    assert_eq!(browser.get(&format!("{AT}/changed?from=9")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_those_who_publish_see_the_forms_and_staff_read_the_life() {
    let browser = Browser::pretending(POLICY).await;
    for role in [BaseRole::Technician, BaseRole::Governor, BaseRole::Staff] {
        browser.signed_in(role).await;
        assert_eq!(browser.get(&format!("{AT}/publish")).await.status, StatusCode::NOT_FOUND, "{role:?}");
        assert_eq!(browser.get(&format!("{AT}/approve")).await.status, StatusCode::NOT_FOUND, "{role:?}");
        let life = browser.get(&format!("{AT}/life")).await;
        assert!(life.status == StatusCode::OK && hidden(&life.body, "/sign-out").len() == 1, "{role:?}");
        assert!(!life.body.contains("Put an approval"), "{role:?}");
    }
}

#[tokio::test]
async fn whoever_reads_the_public_page_too_often_waits() {
    let browser = Browser::pretending(POLICY).await;
    browser.post(&format!("{AT}/publish"), &format!("{AT}/publish"), &[("show", "index")]).await;
    let mut read = 0;
    let waits = loop {
        let answer = anybody(&browser, PUBLIC, None).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        read += 1;
        assert!(read < 1_000, "nobody is ever made to wait");
    };
    assert!(read >= 100, "a class may read it at once");
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.headers.contains_key("retry-after"));
}
