//! May I send this, and how? Asked before it leaves, refused in a sentence, written down, and that it arrived.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[class]
order = ["public", "confidential"]
[[clause]]
id = "a/1"
section = "Sending"
text = "Confidential files go encrypted or by tracked post."
mode = "enforced"
controls = ["out", "fax-awaited"]
[control.out]
type = "channel"
title = "Confidential files"
class = ["confidential"]
by = ["encrypted-email", "post", "fax"]
passcode = { by = ["phone"], never_by = "link" }
log = ["recipient", "contents"]
receipt = { for = ["post"], within = "10 working days", needs = ["tracking_number"] }
[control.fax-awaited]
type = "rule"
for = "dispatch"
where = "dispatch.way == 'fax'"
expect = "dispatch.waiting != null"
guards = ["dispatch.log"]
message = "Write down who waits at the other end"
"#
);
const SEND: &str = "/school/hill/send";
const SENT: &str = "/school/hill/sent";

async fn browser(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    for role in [BaseRole::Staff, BaseRole::Governor] {
        browser.also(role, "hill").await;
    }
    browser.let_in("staff@school.example").await;
    browser
}

fn file<'a>(class: &'a str, way: &'a str) -> Vec<(&'a str, &'a str)> {
    let known = [("f-contents", "A care plan"), ("f-to", "health"), ("f-recipient", "Made-Up Clinic")];
    known.into_iter().chain([("f-class", class), ("f-way", way)]).collect()
}

/// Sends the form as it came, with answers and a button.
async fn go_on(browser: &Browser, page: &Answer, step: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = hidden(&page.body, SEND);
    all.extend(fields.iter().chain(&[("step", step)]).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    browser.post_raw(SEND, &all).await
}

fn holds(answer: &Answer, status: StatusCode, words: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    for words in words {
        assert!(answer.body.contains(words), "“{words}” is missing: {}", answer.body);
    }
    assert_good("page", &answer.body);
}

async fn somebody_asks_first_is_refused_in_a_sentence_and_sends_it_the_way_the_policy_names(url: String) {
    let browser = browser(&url).await;
    let first = browser.get(SEND).await;
    holds(&first, StatusCode::OK, &["May it leave the school, and how?"]);
    let blank = go_on(&browser, &first, "check", &[]).await;
    holds(&blank, StatusCode::UNPROCESSABLE_ENTITY, &["Answer “How does it go?”"]);
    // More is asked of what the policy speaks of.
    let more = go_on(&browser, &first, "check", &file("confidential", "email")).await;
    holds(&more, StatusCode::OK, &["How does the passcode go?", "A care plan"]);
    let refused = go_on(&browser, &more, "check", &file("confidential", "email")).await;
    let why = "Send it by encrypted-email, post or fax";
    holds(&refused, StatusCode::UNPROCESSABLE_ENTITY, &["There is a problem", why, "a/1"]);
    let mut encrypted = file("confidential", "encrypted-email");
    encrypted.push(("f-passcode_way", "email"));
    let refused = go_on(&browser, &more, "send", &encrypted).await;
    holds(&refused, StatusCode::UNPROCESSABLE_ENTITY, &["the passcode does not go by email", "Send it by phone"]);
    encrypted.pop();
    encrypted.push(("f-passcode_way", "phone"));
    let may = go_on(&browser, &more, "check", &encrypted).await;
    holds(&may, StatusCode::OK, &["Yes, it may go like this.", "Nothing is written down yet."]);
    holds(&browser.get(SENT).await, StatusCode::OK, &["Nothing is written down yet."]);
    let one = leads_to(&go_on(&browser, &may, "send", &encrypted).await);
    holds(&browser.get(&one).await, StatusCode::OK, &["A care plan", "Made-Up Clinic", "Encrypted email", "Phone"]);
    holds(&browser.get(SENT).await, StatusCode::OK, &["A care plan", "Made-Up Clinic"]);
    // Others do not see it, unless they look after the whole school.
    browser.let_in("governor@school.example").await;
    assert_eq!(browser.get(&one).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get(SENT).await.body.contains("A care plan"));
    browser.signed_in_again().await;
    holds(&browser.get(&one).await, StatusCode::OK, &["A care plan", "Madeup staff"]);
    let policy = browser.get("/school/hill/policy/outside/statement/a/1").await.body;
    assert!(!policy.contains("encrypted-email, not"), "{policy}");
}

async fn what_the_policy_does_not_speak_of_goes_as_it_likes_and_a_question_of_a_rule_is_asked(url: String) {
    let browser = browser(&url).await;
    let first = browser.get(SEND).await;
    let leaflet = leads_to(&go_on(&browser, &first, "send", &file("public", "email")).await);
    holds(&browser.get(&leaflet).await, StatusCode::OK, &["Sent", "Email"]);
    let more = go_on(&browser, &first, "send", &file("public", "fax")).await;
    holds(&more, StatusCode::OK, &["Who waits at the fax machine at the other end?"]);
    let refused = go_on(&browser, &more, "send", &file("public", "fax")).await;
    holds(&refused, StatusCode::UNPROCESSABLE_ENTITY, &["Write down who waits at the other end"]);
    let mut awaited = file("public", "fax");
    awaited.push(("f-waiting", "the nurse"));
    leads_to(&go_on(&browser, &more, "send", &awaited).await);
}

async fn a_letter_is_on_its_way_until_its_number_and_its_arrival_are_written_down(url: String) {
    let browser = browser(&url).await;
    let first = browser.get(SEND).await;
    let more = go_on(&browser, &first, "send", &file("confidential", "post")).await;
    let letter = leads_to(&go_on(&browser, &more, "send", &file("confidential", "post")).await);
    holds(&browser.get(&letter).await, StatusCode::OK, &["On its way", "Proof of arrival is needed by", "It arrived"]);
    let waiting = browser.get(&format!("{SENT}?show=on-its-way&q=CARE")).await;
    holds(&waiting, StatusCode::OK, &["A care plan", "On its way 1", "Arrived 0", "Export this list"]);
    holds(&browser.get(&format!("{SENT}?q=zebra")).await, StatusCode::OK, &["Nothing that was sent fits."]);
    let csv = browser.get(&format!("{SENT}.csv?show=on-its-way")).await.body;
    assert!(csv.lines().count() == 2 && csv.contains("A care plan") && csv.contains("on-its-way"), "{csv}");
    assert_eq!(browser.get(&format!("{SENT}.csv?show=arrived")).await.body.lines().count(), 1);
    leads_to(&browser.post(&letter, &letter, &[("number", "")]).await);
    holds(&browser.get(&letter).await, StatusCode::OK, &["On its way", "It arrived"]);
    leads_to(&browser.post(&letter, &letter, &[("number", "DX 77")]).await);
    let arrived = browser.get(&letter).await;
    holds(&arrived, StatusCode::OK, &["Arrived", "DX 77"]);
    assert!(!arrived.body.contains("Proof of arrival is needed by"));
}

schoolkeeper_testkit::both_engines!(
    somebody_asks_first_is_refused_in_a_sentence_and_sends_it_the_way_the_policy_names,
    what_the_policy_does_not_speak_of_goes_as_it_likes_and_a_question_of_a_rule_is_asked,
    a_letter_is_on_its_way_until_its_number_and_its_arrival_are_written_down,
);

#[tokio::test]
async fn where_no_policy_speaks_of_sending_the_page_says_so() {
    let browser = Browser::at(crate::school::POLICY).await;
    holds(&browser.get(SEND).await, StatusCode::OK, &["there is nothing to ask"]);
}
