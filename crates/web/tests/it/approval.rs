//! Governors approve the words of an agreement: asked, sent back, changed, asked again, approved, published.

use crate::agreement::{AUP, POLICY};
use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;

schoolkeeper_testkit::both_engines!(words_are_approved_by_a_governor_before_they_are_published);

const PUBLISH: &str = "/school/hill/agreement/outside/aup/publish";
const APPROVE: &str = "/school/hill/agreement/outside/aup/approve";
const ASK: &str = "/school/hill/agreement/outside/aup/ask-approval";

async fn words(browser: &Browser, first: &str) {
    let page = format!("{AUP}/words");
    let fields = [("words-s/1", first), ("words-s/2", "Lock it."), ("statement", "I keep to this.")];
    assert_eq!(leads_to(&browser.post(&page, &page, &fields).await), PUBLISH);
}

async fn asks(browser: &Browser) {
    let asked = browser.post(PUBLISH, ASK, &[("role", "chair")]).await;
    assert_eq!(leads_to(&asked), PUBLISH, "{}", asked.body);
}

async fn words_are_approved_by_a_governor_before_they_are_published(url: String) {
    let governors = "chair = { title = \"Chair of governors\", acts_as = \"governor\" }\n[audience]";
    let browser = Browser::pretending_over(&POLICY.replacen("[audience]", governors, 1), Some(&url)).await;
    browser.also_as("chair", "hill").await;
    browser.let_in_as("head").await;
    words(&browser, "Keep it to yourself.").await;
    let page = browser.get(PUBLISH).await;
    assert_good(PUBLISH, &page.body);
    assert!(page.body.contains("No approval is recorded."), "{}", page.body);
    let nobody = browser.post(PUBLISH, ASK, &[]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.body.contains("Choose who approves it"), "{}", nobody.body);
    let own = browser.post(PUBLISH, ASK, &[("role", "headteacher")]).await;
    assert!(own.body.contains("Nobody else is"), "nobody approves what they ask for: {}", own.body);
    asks(&browser).await;
    let page = browser.get(PUBLISH).await.body;
    assert!(page.contains("was asked on 23 November 2026") && !page.contains("Ask for approval"), "{page}");
    assert_eq!(browser.get(APPROVE).await.status, StatusCode::NOT_FOUND, "not hers to approve");
    browser.let_in_as("chair").await;
    let mine = browser.get("/mine").await.body;
    assert!(mine.contains("Approve the words of “Acceptable use”") && mine.contains("Madeup head asks"), "{mine}");
    assert!(links(&mine).contains(&APPROVE.to_owned()));
    let page = browser.get(APPROVE).await;
    assert_good(APPROVE, &page.body);
    assert!(page.body.contains("Keep it to yourself."), "{}", page.body);
    let empty = browser.post(APPROVE, APPROVE, &[("step", "no")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.body.contains("Say what is to change"));
    leads_to(&browser.post(APPROVE, APPROVE, &[("step", "no"), ("back", "Name the password manager")]).await);
    assert_eq!(browser.get(APPROVE).await.status, StatusCode::NOT_FOUND, "it is decided");
    browser.let_in_as("head").await;
    let back = browser.get(PUBLISH).await.body;
    assert!(back.contains("sent these words back on 23 November 2026: Name the password manager"), "{back}");
    words(&browser, "Keep it in the password manager.").await;
    asks(&browser).await;
    // Whoever changes a word after it takes the question back.
    words(&browser, "Keep it in the school's password manager.").await;
    assert!(browser.get(PUBLISH).await.body.contains("The words changed after somebody was asked"));
    asks(&browser).await;
    browser.let_in_as("chair").await;
    leads_to(&browser.post(APPROVE, APPROVE, &[("step", "yes"), ("minute", "FGB, item 7")]).await);
    assert!(!browser.get("/mine").await.body.contains("Approve the words"));
    browser.let_in_as("head").await;
    let page = browser.get(PUBLISH).await.body;
    assert!(page.contains("Approved by Madeup chair, ") && page.contains("(FGB, item 7)"), "{page}");
    leads_to(&browser.post(PUBLISH, PUBLISH, &[("version", "2026-1"), ("material", "yes")]).await);
    let text = browser.get(&format!("{AUP}/text?version=2026-1")).await.body;
    assert!(text.contains("Madeup chair") && text.contains("23 November 2026, FGB, item 7"), "{text}");
    let history = browser.get("/history").await.body;
    for said in ["Sent the words of an agreement back", "Approved the words of an agreement"] {
        assert!(history.contains(said), "{said}: {history}");
    }
    assert!(!history.contains("password manager"), "never a word of it");
}
