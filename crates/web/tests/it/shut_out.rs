//! Somebody whom the policy shuts out: at the door, and with a session that lasts.

use crate::html::assert_good;
use crate::school::{Browser, PASSWORD};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[form.readmission]
fields = [{ name = "until", type = "date", label = "Until when?", required = true }]
[[clause]]
id = "s/1"
section = "Shut out"
text = "Whoever is shut out has no open account."
mode = "enforced"
controls = ["closed", "readmission"]
[control.closed]
type = "rule"
title = "Whoever is shut out has no open account"
for = "account"
where = "account.person.excluded_on <= today"
expect = "account.active == false || granted('readmission', account.person)"
guards = ["sign-in"]
message = "{account.name} is closed, since you are shut out"
[control.readmission]
type = "request"
title = "Let somebody in again"
who = ["headteacher"]
form = "readmission"
stages = [{ by = ["headteacher"] }]
"#
);

schoolkeeper_testkit::both_engines!(whoever_is_shut_out_comes_in_no_more_and_goes_within_a_minute);

async fn comes_in(browser: &Browser, email: &str) -> crate::school::Answer {
    browser.set_cookie("schoolkeeper", None);
    browser.post("/sign-in", "/sign-in", &[("email", email), ("password", PASSWORD)]).await
}

async fn whoever_is_shut_out_comes_in_no_more_and_goes_within_a_minute(url: String) {
    let mut browser = Browser::pretending_over(POLICY, Some(&url)).await;
    let staff = browser.also(BaseRole::Staff, "hill").await;
    let head = browser.cookie("schoolkeeper");
    assert_eq!(comes_in(&browser, &staff).await.status, StatusCode::SEE_OTHER, "nobody is shut out yet");
    let theirs = browser.cookie("schoolkeeper");
    browser.set_cookie("schoolkeeper", head.as_deref());
    browser.import("hill", "person", "Name,Excluded\nMadeup staff,2026-11-20\n").await;
    browser.set_cookie("schoolkeeper", theirs.as_deref());
    assert_eq!(browser.get("/mine").await.status, StatusCode::OK, "their session has just been looked at");
    browser.later(1).await;
    assert_eq!(browser.get("/mine").await.status, StatusCode::SEE_OTHER, "a minute later it has ended");
    let refused = comes_in(&browser, &staff).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert_good("shut out", &refused.body);
    for words in
        ["You cannot sign in yet", "Your login here is closed, since you are shut out", "Headteacher may allow"]
    {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let wrong = browser.post("/sign-in", "/sign-in", &[("email", &*staff), ("password", "not the password")]).await;
    assert!(wrong.body.contains("Email or password is not right."), "who does not know the password learns nothing");
    assert_eq!(
        comes_in(&browser, "head@school.example").await.status,
        StatusCode::SEE_OTHER,
        "everybody else comes in"
    );
    browser.import("hill", "person", "Name,Excluded\nMadeup staff,2026-11-30\n").await;
    assert_eq!(comes_in(&browser, &staff).await.status, StatusCode::SEE_OTHER, "not before the day");
}
