//! Why is this not met, what people say of it, who does something about it, and who is told.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const CAUSE: &str = "/school/hill/policy/outside/cause/encrypted";
const GIVE: &str = "/school/hill/policy/outside/cause/encrypted/give";
const SWITCH: &str = "/school/hill/policy/outside/by-section";
const LIST: &str = "Device name,Encrypted\nMU-1,no\nMU-2,no\n";

/// A school with a device that is not encrypted, and the page that says why.
async fn broken() -> (Browser, String) {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "device", LIST).await;
    let why = format!("{CAUSE}/why/{}", browser.entry("device", "MU-1").await);
    (browser, why)
}

#[tokio::test]
async fn why_shows_the_raw_value_its_source_its_age_and_what_is_expected() {
    let (browser, why) = broken().await;
    let cause = browser.get(CAUSE).await;
    assert!(crate::html::links(&cause.body).contains(&why), "{}", cause.body);
    let page = browser.get(&why).await;
    assert_good(&why, &page.body);
    for wanted in ["MU-1 is not encrypted", "Encrypted", "No", "23 November 2026", "What we expect", "open"] {
        assert!(page.body.contains(wanted), "{wanted}: {}", page.body);
    }
    browser.signed_in(BaseRole::Staff).await;
    assert_eq!(browser.get(&why).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn this_is_wrong_reopens_the_reading_and_never_closes_the_problem() {
    let (mut browser, why) = broken().await;
    // The first form of the page is the doubt's own.
    let empty = browser.post(&why, &why, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
    let said = browser.post(&why, &why, &[("wrong", "It is on, I looked (made up)")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let cause = browser.get(CAUSE).await;
    assert!(cause.body.contains("MU-1 is not encrypted"), "it stays: {}", cause.body);
    assert!(cause.body.contains("Being looked at until 30 November 2026"), "{}", cause.body);
    let csv = browser.get("/school/hill/policy/outside/to-fix.csv").await;
    assert!(csv.body.contains(",2026-11-30\n"), "{}", csv.body);
    browser.later(1).await;
    browser.import("hill", "device", LIST).await;
    let page = browser.get(&why).await;
    assert!(page.body.contains("a newer reading came") && !page.body.contains("Being looked at"), "{}", page.body);
    assert!(browser.get(CAUSE).await.body.contains("MU-1 is not encrypted"), "the list says the same");
}

#[tokio::test]
async fn somebody_who_looks_again_settles_a_doubt_and_the_end_of_a_problem_does_too() {
    let (mut browser, why) = broken().await;
    browser.post(&why, &why, &[("wrong", "It is on (made up)")]).await;
    let done = browser.post(&why, &why, &[("again", "It is off indeed (made up)")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = browser.get(&why).await;
    assert!(page.body.contains("somebody looked again") && page.body.contains("It is off indeed"), "{}", page.body);
    browser.post(&why, &why, &[("wrong", "It is on now (made up)")]).await;
    browser.later(1).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,yes\nMU-2,no\n").await;
    let page = browser.get(&why).await;
    assert!(page.body.contains("This is over.") && page.body.contains("the problem was over"), "{}", page.body);
}

#[tokio::test]
async fn leaders_give_a_cause_to_a_role_with_a_deputy_and_a_date() {
    let (browser, _) = broken().await;
    let page = browser.get(GIVE).await;
    assert_good(GIVE, &page.body);
    let late = [("owner", "headteacher"), ("fix-day", "1"), ("fix-month", "1"), ("fix-year", "2029")];
    assert_eq!(browser.post(GIVE, GIVE, &late).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let none = browser.post(GIVE, GIVE, &[("owner", "")]).await;
    assert!(none.body.contains("Choose who does it"), "{}", none.body);
    let good = [
        ("owner", "it-technician"),
        ("deputy", "headteacher"),
        ("fix-day", "25"),
        ("fix-month", "3"),
        ("fix-year", "2027"),
    ];
    let done = browser.post(GIVE, GIVE, &good).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let cause = browser.get(CAUSE).await;
    assert!(cause.body.contains("else Headteacher, agreed to fix by 25 March 2027"), "{}", cause.body);
    let mine = browser.get("/school/hill/policy/outside/to-fix?show=mine").await;
    assert!(mine.body.contains("Mine 1"), "the deputy sees it as theirs: {}", mine.body);
    // Nobody holds the owner's role, so its deputy is told, and once.
    assert_eq!(browser.house().remind().await.unwrap(), 1);
    assert_eq!(browser.house().remind().await.unwrap(), 0);
    browser.signed_in(BaseRole::Technician).await;
    assert_eq!(browser.get(GIVE).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_goes_out_as_it_is_shown() {
    let (browser, _) = broken().await;
    let all = browser.get("/school/hill/policy/outside/to-fix.csv").await;
    assert_eq!(all.body.lines().count(), 3, "{}", all.body);
    let none = browser.get("/school/hill/policy/outside/to-fix.csv?show=due").await;
    assert_eq!(none.body.lines().count(), 1, "{}", none.body);
    let one = browser.get("/school/hill/policy/outside/to-fix.csv?control=encrypted&q=MU-2").await;
    assert!(one.body.lines().count() == 2 && one.body.contains("MU-2"), "{}", one.body);
}

#[tokio::test]
async fn a_running_school_goes_by_sections_with_what_is_open_as_its_starting_point() {
    let (browser, _) = broken().await;
    let before = browser.get("/school/hill/policy/outside").await;
    assert!(before.body.contains("0 of 2 statements are met"), "{}", before.body);
    let page = browser.get(SWITCH).await;
    assert_good(SWITCH, &page.body);
    assert!(page.body.contains("starting point"), "{}", page.body);
    let done = browser.post(SWITCH, SWITCH, &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = browser.get("/school/hill/policy/outside").await;
    assert!(after.body.contains("0 of 2 statements are met"), "nothing stands elsewhere: {}", after.body);
    assert!(
        after.body.contains("Started 23 November 2026") && after.body.contains("there at the start"),
        "{}",
        after.body
    );
    assert!(browser.get(SWITCH).await.body.contains("goes by sections already"));
}

#[tokio::test]
async fn a_word_about_a_list_is_asked_for_again_thirty_days_before_its_end_and_once() {
    const COMPLETE: &str = "/school/hill/records/device/complete";
    let mut browser = Browser::pretending(POLICY).await;
    let until =
        [("answer", "none"), ("how", "other"), ("until-day", "25"), ("until-month", "12"), ("until-year", "2026")];
    assert_eq!(browser.post(COMPLETE, COMPLETE, &until).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.house().remind().await.unwrap(), 0, "32 days are left");
    browser.later(9 * 1440).await;
    assert_eq!(browser.house().remind().await.unwrap(), 1);
    browser.later(1440).await;
    assert_eq!(browser.house().remind().await.unwrap(), 0);
}
