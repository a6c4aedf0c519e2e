//! "These are all", "does not apply here", and the start by sections, in the browser.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const COMPLETE: &str = "/school/hill/records/device/complete";
const RUNS: &str = "/school/hill/records/backup-run/complete";
const HERE: &str = "/school/hill/policy/outside/not-here/a/1";
const OVERVIEW: &str = "/school/hill/policy/outside";
const START: &str = "/school/hill/policy/outside/section/devices-and-laptops/start";
const LIST: &str = "Device name,Encrypted\nMU-1,no\nMU-2,yes\n";

#[tokio::test]
async fn somebody_vouches_for_a_list_and_takes_it_back() {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "device", LIST).await;
    let page = browser.get(COMPLETE).await;
    assert_good(COMPLETE, &page.body);
    assert!(page.body.contains("2 are in the records."), "{}", page.body);
    let empty = browser.post(COMPLETE, COMPLETE, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Choose an answer") && empty.body.contains("Choose how you know"), "{}", empty.body);
    let none = browser.post(COMPLETE, COMPLETE, &[("answer", "none"), ("how", "other")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("cannot be said"), "{}", none.body);
    let late =
        [("answer", "all"), ("how", "stocktake"), ("until-day", "1"), ("until-month", "1"), ("until-year", "2029")];
    assert_eq!(browser.post(COMPLETE, COMPLETE, &late).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let good =
        [("answer", "all"), ("how", "stocktake"), ("until-day", "30"), ("until-month", "11"), ("until-year", "2026")];
    let done = browser.post(COMPLETE, COMPLETE, &good).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = browser.get(COMPLETE).await;
    assert!(page.body.contains("after a stocktake") && page.body.contains("30 November 2026"), "{}", page.body);
    let back = browser.post(COMPLETE, COMPLETE, &[("answer", "not-yet")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(!browser.get(COMPLETE).await.body.contains("after a stocktake"));
}

#[tokio::test]
async fn we_have_none_ends_by_itself_with_the_first_one() {
    let browser = Browser::pretending(POLICY).await;
    let done = browser.post(COMPLETE, COMPLETE, &[("answer", "none"), ("how", "other")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(OVERVIEW).await.body.contains("1 of 2 statements are met"), "known by a word");
    let said = browser.get("/school/hill/records/device").await;
    assert!(said.body.contains("Somebody has said that there are none"), "{}", said.body);
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,yes\n").await;
    let page = browser.get(COMPLETE).await;
    assert!(!page.body.contains("that there are none"), "{}", page.body);
}

#[tokio::test]
async fn one_kind_of_a_list_is_vouched_for_on_its_own_page() {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "device", "Device name,Kind\nMU-1,laptop\nMU-2,laptop\n").await;
    let whole = browser.get(COMPLETE).await.body;
    assert!(whole.contains("One kind at a time") && whole.contains("complete?of=laptop"), "{whole}");
    let laptops = format!("{COMPLETE}?of=laptop");
    let page = browser.get(&laptops).await.body;
    assert_good(&laptops, &page);
    assert!(page.contains("Are these all our devices of the kind “laptop”?"), "{page}");
    assert!(page.contains("2 are in the records.") && !page.contains("One kind at a time"), "{page}");
    let none = browser.post(&laptops, &laptops, &[("answer", "none"), ("how", "other")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("hold 2 devices of the kind “laptop”"), "{}", none.body);
    let all = browser.post(&laptops, &laptops, &[("answer", "all"), ("how", "stocktake")]).await;
    assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.body);
    let whole = browser.get(COMPLETE).await.body;
    assert_good(COMPLETE, &whole);
    assert!(whole.contains("these are all, after a stocktake"), "{whole}");
    assert_eq!(browser.get(&format!("{COMPLETE}?of=spoon")).await.status, StatusCode::NOT_FOUND);
    let history = browser.get("/history").await.body;
    assert!(history.contains("list devices") && history.contains("class laptop"), "{history}");
}

#[tokio::test]
async fn only_those_who_may_vouch_reach_the_page() {
    let browser = Browser::at(POLICY).await;
    browser.signed_in(BaseRole::Governor).await;
    assert_eq!(browser.get(COMPLETE).await.status, StatusCode::NOT_FOUND);
    browser.signed_in(BaseRole::Office).await;
    assert_eq!(browser.get(RUNS).await.status, StatusCode::OK);
    assert_eq!(browser.get(&RUNS.replace("hill", "vale")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&HERE.replace("hill", "vale")).await.status, StatusCode::NOT_FOUND);
}

const ASK: [(&str, &str); 5] = [
    ("step", "ask"),
    ("reason", "No devices since 2019 (made up)"),
    ("review-day", "1"),
    ("review-month", "7"),
    ("review-year", "2027"),
];

#[tokio::test]
async fn a_statement_does_not_apply_once_somebody_else_agrees_and_until_a_record_comes() {
    let browser = Browser::pretending(POLICY).await;
    browser.signed_in(BaseRole::Office).await;
    let page = browser.get(HERE).await;
    assert_good(HERE, &page.body);
    assert_eq!(browser.post(HERE, HERE, &[("step", "ask")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = browser.post(HERE, HERE, &ASK).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let mine = browser.get(HERE).await;
    assert!(!mine.body.contains("Agree, in my name"), "nobody agrees to what they asked: {}", mine.body);
    // The form that would agree is not on this page, so its field is written by hand.
    let mut forged = crate::html::hidden(&mine.body, HERE);
    forged.retain(|(name, _)| name != "step");
    forged.push(("step".to_owned(), "agree".to_owned()));
    let refused = browser.post_raw(HERE, &forged).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    browser.signed_in_again().await;
    let done = browser.post(HERE, HERE, &[("step", "agree")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let overview = browser.get(OVERVIEW).await;
    assert!(overview.body.contains("1 are said not to apply here"), "{}", overview.body);
    assert!(overview.body.contains("0 of 1 statements are met"), "{}", overview.body);
    let list = browser.get("/school/hill/policy/outside/not-here").await;
    assert_good("not-here", &list.body);
    assert!(list.body.contains("No devices since 2019"), "{}", list.body);
    let csv = browser.get("/school/hill/policy/outside/not-here.csv").await;
    assert!(csv.body.contains("does not apply here") && csv.body.contains("2027-07-01"), "{}", csv.body);
    browser.import("hill", "device", LIST).await;
    let overview = browser.get(OVERVIEW).await;
    assert!(!overview.body.contains("said not to apply here"), "{}", overview.body);
    let again = browser.get(HERE).await;
    assert!(again.body.contains("Ended by itself: a record came that it speaks of"), "{}", again.body);
    let asked = browser.post(HERE, HERE, &ASK).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "two devices are there");
}

#[tokio::test]
async fn a_section_counts_once_it_is_started_with_its_starting_point() {
    let browser = Browser::by_sections(POLICY).await;
    browser.import("hill", "device", LIST).await;
    let overview = browser.get(OVERVIEW).await;
    assert_good(OVERVIEW, &overview.body);
    assert!(overview.body.contains("You have not started a section yet"), "{}", overview.body);
    let section = browser.get("/school/hill/policy/outside/section/devices-and-laptops").await;
    assert!(section.body.contains("Not started, would be: not met"), "{}", section.body);
    assert!(!browser.get("/school/hill/policy/outside/to-fix").await.body.contains("MU-1"), "nothing is to fix yet");
    let page = browser.get(START).await;
    assert_good(START, &page.body);
    assert!(
        page.body.contains("MU-1 is not encrypted") && page.body.contains("Nothing has been sent"),
        "{}",
        page.body
    );
    let plan = [("step", "plan"), ("plan-day", "11"), ("plan-month", "1"), ("plan-year", "2027")];
    assert_eq!(browser.post(START, START, &plan).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(OVERVIEW).await.body.contains("Planned for 11 January 2027"));
    let far = [("step", "plan"), ("plan-day", "11"), ("plan-month", "1"), ("plan-year", "2029")];
    assert_eq!(browser.post(START, START, &far).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = [("step", "start"), ("control-1", "encrypted"), ("owner-1", "headteacher"), ("fix-1", "25 March 2027")];
    let done = browser.post(START, START, &asked).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let overview = browser.get(OVERVIEW).await;
    assert!(overview.body.contains("0 of 1 statements are met"), "{}", overview.body);
    assert!(overview.body.contains("agreed to fix by 25 March 2027"), "{}", overview.body);
    let statement = browser.get("/school/hill/policy/outside/statement/a/1").await;
    assert!(statement.body.contains("section started"), "{}", statement.body);
    assert!(browser.get(START).await.body.contains("Started 23 November 2026"));
}

#[tokio::test]
async fn only_leaders_start_a_section() {
    let browser = Browser::by_sections(POLICY).await;
    browser.signed_in(BaseRole::Technician).await;
    assert_eq!(browser.get(START).await.status, StatusCode::NOT_FOUND);
    let section = browser.get("/school/hill/policy/outside/section/devices-and-laptops").await;
    assert!(!section.body.contains("Start this section"), "{}", section.body);
}

const CALENDAR: &str = "/school/hill/calendar";
const CHANGE: &str = "/school/hill/calendar/change";
const BANK: &str = "/school/hill/calendar/bank-holidays";
const DATES: &str = "Autumn term: 1 September 2026 to 18 December 2026\nHalf term: 26/10/2026 to 30/10/2026\n\
    INSET: 1 September 2026\nSpring term: 4 January 2027 to 25 March 2027\nSports day: 1 March 2027\n";

#[tokio::test]
async fn dates_are_typed_looked_at_saved_and_seen_month_by_month() {
    let browser = Browser::pretending(POLICY).await;
    let empty = browser.get(CALENDAR).await;
    assert_good(CALENDAR, &empty.body);
    assert!(empty.body.contains("We do not know your terms"), "{}", empty.body);
    let look = browser.post(CHANGE, CHANGE, &[("text", DATES), ("step", "look")]).await;
    assert_good(CHANGE, &look.body);
    assert!(look.body.contains("No due date moves.") && look.body.contains("Sports day"), "{}", look.body);
    assert!(browser.get(CALENDAR).await.body.contains("We do not know your terms"), "nothing is saved yet");
    let wrong = browser
        .post(CHANGE, CHANGE, &[("text", "Autumn term: 18 December 2026 to 1 September 2026"), ("step", "save")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    let done = browser.post(CHANGE, CHANGE, &[("text", DATES), ("step", "save")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = browser.get(CALENDAR).await;
    assert_good(CALENDAR, &page.body);
    for wanted in ["September 2026", "25 December 2026, 28 December 2026", "set 2 terms", "own dates"] {
        assert!(page.body.contains(wanted), "{wanted}: {}", page.body);
    }
    let scotland = browser.post(BANK, BANK, &[("step", "division"), ("division", "scotland")]).await;
    assert_eq!(scotland.status, StatusCode::SEE_OTHER);
    assert!(browser.get(CALENDAR).await.body.contains("30 November 2026"), "St Andrew's Day");
}

#[tokio::test]
async fn dates_come_from_a_file_go_away_as_one_and_come_back_from_the_past() {
    let mut browser = Browser::pretending(POLICY).await;
    browser.post(CHANGE, CHANGE, &[("text", DATES), ("step", "save")]).await;
    browser.later(1).await;
    let file = "name,from,to\nMichaelmas term,2026-09-03,2026-12-11\n";
    let look = browser.upload(CHANGE, &[("text", DATES), ("step", "look")], ("file", "t.csv", file.as_bytes())).await;
    assert_good(CHANGE, &look.body);
    assert!(look.body.contains("Michaelmas term: 3 September 2026 to 11 December 2026"), "{}", look.body);
    let saved = browser.upload(CHANGE, &[("step", "save")], ("file", "t.csv", file.as_bytes())).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let (csv, ics) = (browser.get("/school/hill/calendar.csv").await, browser.get("/school/hill/calendar.ics").await);
    assert_eq!(csv.body, file);
    assert!(ics.body.contains("SUMMARY:Michaelmas term\r\n"), "{}", ics.body);
    let page = browser.get(CALENDAR).await;
    let links = crate::html::links(&page.body);
    let past = links.iter().filter(|href| href.contains("?from=")).collect::<Vec<_>>();
    assert_eq!(past.len(), 2, "{links:?}");
    let again = browser.get(past[1]).await;
    assert!(again.body.contains("What would change") && again.body.contains("Autumn term"), "{}", again.body);
}

#[tokio::test]
async fn a_newer_list_of_bank_holidays_is_taken_and_another_file_is_not() {
    let browser = Browser::pretending(POLICY).await;
    let one = |days: &str| format!("{{\"division\": \"x\", \"events\": [{days}]}}");
    let days =
        one("{\"title\": \"Made up\", \"date\": \"2026-11-24\"}, {\"title\": \"Far\", \"date\": \"2030-05-06\"}");
    let list = format!("{{\"england-and-wales\": {days}, \"scotland\": {days}, \"northern-ireland\": {days}}}");
    let wrong = browser.upload(BANK, &[("step", "list")], ("list", "b.json", b"{}")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("cannot be used"), "{}", wrong.body);
    let none = browser.upload(BANK, &[("step", "list")], ("list", "", b"")).await;
    assert!(none.body.contains("Choose the file with the list"), "{}", none.body);
    let done = browser.upload(BANK, &[("step", "list")], ("list", "b.json", list.as_bytes())).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = browser.get(CALENDAR).await;
    assert!(page.body.contains("known until 31 December 2030"), "{}", page.body);
    let large = "x".repeat(2 << 20);
    let refused = browser.upload(BANK, &[("step", "list")], ("list", "b.json", large.as_bytes())).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn everybody_sees_the_calendar_and_only_leaders_change_it() {
    let browser = Browser::at(POLICY).await;
    browser.signed_in(BaseRole::Staff).await;
    let page = browser.get(CALENDAR).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("Change the dates"), "{}", page.body);
    assert_eq!(browser.get(CHANGE).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/school/vale/calendar").await.status, StatusCode::NOT_FOUND);
}
