//! A change of the policy is sent to the chair of governors: sent back, sent again, approved, adopted.

use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;

schoolkeeper_testkit::both_engines!(a_change_is_approved_by_whoever_is_asked_and_nobody_else);

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[role.chair]
title = "Chair of governors"
acts_as = "governor"
[param]
backup_gap = { value = "26 hours", stricter = "lower", ask = "How old may a back-up be?" }
[[clause]]
id = "a/1"
section = "Back-ups"
text = "Every run is fresh."
mode = "detected"
controls = ["fresh"]
[control.fresh]
type = "rule"
for = "backup-run"
expect = "age(backup_run.finished_at) <= param.backup_gap"
message = "{backup_run.target} is old"
"#
);

const RUNS: &str = "Job,Finished,Destination,Size (MB)\nOffice,2026-11-22T20:00,Box A,40\n";
const CHANGE: &str = "/school/hill/policy/outside/change";
const ASK: &str = "/school/hill/policy/outside/change/ask";
const LOOKED: &str = "/school/hill/policy/outside/change?n-backup_gap=6%20hours";

async fn sends(browser: &Browser, role: &str) -> crate::school::Answer {
    browser.post(LOOKED, ASK, &[("role", role), ("note", "As the insurer asks")]).await
}

async fn waiting(browser: &Browser) -> Option<String> {
    let mine = browser.get("/mine").await.body;
    links(&mine).into_iter().find(|link| link.contains("/proposal/"))
}

async fn a_change_is_approved_by_whoever_is_asked_and_nobody_else(url: String) {
    let browser = Browser::pretending_over(POLICY, Some(&url)).await;
    browser.also_as("chair", "hill").await;
    browser.import("hill", "backup-job", "Job\nOffice\n").await;
    browser.import("hill", "backup-run", RUNS).await;
    browser.let_in_as("head").await;
    let page = browser.get(LOOKED).await;
    assert_good("looked", &page.body);
    assert!(page.body.contains("Send it for approval") && page.body.contains("Chair of governors"), "{}", page.body);
    let own = sends(&browser, "headteacher").await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own.body.contains("Nobody else is"), "nobody approves what they ask for: {}", own.body);
    assert!(sends(&browser, "").await.body.contains("Choose who approves it"));
    assert!(leads_to(&sends(&browser, "chair").await).starts_with(CHANGE));
    let page = browser.get(LOOKED).await.body;
    assert!(page.contains("Chair of governors was asked on 23 November 2026"), "{page}");
    assert!(
        !browser.get("/school/hill/policy/outside/change?n-backup_gap=5%20hours").await.body.contains("was asked on")
    );
    assert_eq!(waiting(&browser).await, None, "not the head's to answer");

    browser.let_in_as("chair").await;
    let at = waiting(&browser).await.expect("the chair finds it on My page");
    let page = browser.get(&at).await;
    assert_good("proposal", &page.body);
    for words in
        ["How old may a back-up be? 6 hours", "Madeup head asks", "As the insurer asks", "Box A is old", "Not met"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("adopt it</a>"), "a governor adopts nothing");
    assert_eq!(browser.get(CHANGE).await.status, StatusCode::NOT_FOUND);
    let empty = browser.post(&at, &at, &[("step", "no")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.body.contains("Say what is to change"));
    leads_to(&browser.post(&at, &at, &[("step", "no"), ("back", "Make it eight hours")]).await);
    assert_eq!(waiting(&browser).await, None, "it is answered");
    let again = browser.get(&at).await;
    assert!(again.body.contains("sent it back on 23 November 2026: Make it eight hours"), "{}", again.body);

    browser.let_in_as("head").await;
    assert!(browser.get(LOOKED).await.body.contains("sent it back on 23 November 2026: Make it eight hours"));
    leads_to(&sends(&browser, "chair").await);
    browser.let_in_as("chair").await;
    let at = waiting(&browser).await.expect("sent again");
    leads_to(&browser.post(&at, &at, &[("step", "yes"), ("minute", "FGB, item 7")]).await);
    browser.let_in_as("head").await;
    let page = browser.get(&at).await.body;
    assert!(page.contains("Approved by Madeup chair, Chair of governors") && page.contains("adopt it</a>"), "{page}");
    let page = browser.get(LOOKED).await.body;
    assert!(page.contains("(FGB, item 7)"), "{page}");
    leads_to(&sends(&browser, "chair").await);
    let fields = [("n-backup_gap", "8 hours"), ("why", "Somebody else set it")];
    let looked = "/school/hill/policy/outside/change?n-backup_gap=8%20hours";
    leads_to(&browser.post(looked, CHANGE, &fields).await);
    browser.let_in_as("chair").await;
    let at = waiting(&browser).await.expect("still to be answered");
    let page = browser.get(&at).await.body;
    assert_good("gone", &page);
    assert!(page.contains("6 hours") && page.contains("The policy has changed since this was sent"), "{page}");
    assert!(!page.contains("I approve it") && page.contains("Send it back"), "{page}");
    browser.signed_in(schoolkeeper_core::permission::BaseRole::Staff).await;
    assert_eq!(browser.get(&at).await.status, StatusCode::NOT_FOUND);
}
