//! Tasks in the browser: My page, the list, doing one with a photo; hidden from others.

use crate::html::assert_good;
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[[clause]]
id = "a/1"
section = "Rooms"
text = "Somebody looks at the server room every school year."
mode = "evidenced"
controls = ["look"]
[[clause]]
id = "a/2"
section = "Rooms"
text = "The look is written down."
mode = "evidenced"
controls = ["look"]
[control.look]
type = "duty"
title = "Look at the server room"
owner = ["headteacher"]
every = "1 school year"
checklist = [{ name = "locked", says = "Is it locked?", bad = "no" }]
evidence = ["note", "photo"]
"#
);
/// One dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";
const TASKS: &str = "/school/hill/tasks";

async fn browser() -> Browser {
    let browser = Browser::pretending(POLICY).await;
    let house = browser.house();
    let school = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    let terms = include_str!("../../../../docs/terms.toml");
    house.set_calendar(&house.operator(), &school, terms).await.unwrap();
    browser
}

/// The address of the only task.
async fn task(browser: &Browser) -> String {
    let page = browser.get("/mine").await;
    crate::html::links(&page.body).into_iter().find(|href| href.contains("/task/")).expect("a task")
}

#[tokio::test]
async fn a_task_is_found_and_done_with_a_photo() {
    let browser = browser().await;
    let mine = browser.get("/mine").await;
    assert_good("/mine", &mine.body);
    assert!(mine.body.contains("To do: 1") && mine.body.contains("Nothing else needs you."), "{}", mine.body);
    let task = task(&browser).await;
    let page = browser.get(&task).await;
    assert_good(&task, &page.body);
    for words in ["a/1", "The look is written down.", "Is it locked?", "A photo that shows it", "It is done"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let lacking = browser.upload(&task, &[("e-note", "All well")], ("f-photo", "lock.png", PNG)).await;
    assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        lacking.body.contains("Is it locked?”") || lacking.body.contains("is not answered in full"),
        "{}",
        lacking.body
    );
    assert!(lacking.body.contains("All well"), "what was typed stays");
    let said = [("e-note", "All well"), ("i-locked", "yes")];
    let done = browser.upload(&task, &said, ("f-photo", "lock.png", PNG)).await;
    assert_eq!(leads_to(&done), "/mine");
    let mine = browser.get("/mine").await;
    assert!(mine.body.contains("Done: Look at the server room."), "{}", mine.body);
    assert!(mine.body.contains("Nothing needs you today."), "{}", mine.body);
    let page = browser.get(&task).await;
    assert_good("done", &page.body);
    assert!(page.body.contains("lock.png") && page.body.contains("All well"), "{}", page.body);
    assert!(!page.body.contains("Take it back"), "a file was shown for it: {}", page.body);
}

#[tokio::test]
async fn the_list_can_be_searched_exported_and_seen_as_a_year() {
    let browser = browser().await;
    let list = browser.get(TASKS).await;
    assert_good(TASKS, &list.body);
    assert!(list.body.contains("One task is open, in time."), "{}", list.body);
    assert!(browser.get(&format!("{TASKS}?q=zebra")).await.body.contains("No task fits."));
    assert!(browser.get(&format!("{TASKS}?show=late")).await.body.contains("No task fits."));
    let csv = browser.get("/school/hill/tasks.csv?owner=Headteacher").await;
    assert!(csv.body.contains("Look at the server room") && csv.body.contains("a/1 a/2"), "{}", csv.body);
    let year = browser.get("/school/hill/tasks/year").await;
    assert_good("year", &year.body);
    assert!(year.body.contains("Look at the server room"), "{}", year.body);
    let dates = browser.get("/mine.ics").await;
    assert!(dates.body.contains("SUMMARY:Look at the server room"), "{}", dates.body);
}

#[tokio::test]
async fn a_task_is_not_there_for_staff_it_is_not_for() {
    let browser = browser().await;
    let task = task(&browser).await;
    browser.signed_in(BaseRole::Staff).await;
    assert_eq!(leads_to(&browser.get("/").await), "/mine", "their first page");
    let mine = browser.get("/mine").await;
    assert_good("staff", &mine.body);
    assert!(mine.body.contains("Nothing needs you today."), "{}", mine.body);
    for path in [&task, TASKS, "/school/hill/tasks.csv", "/school/hill/tasks/year"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// Words and addresses of the menu of a page.
fn menu(body: &str) -> Vec<String> {
    let Some(menu) = body.split("aria-label=\"Menu\"").nth(1).and_then(|rest| rest.split("</nav>").next()) else {
        return Vec::new();
    };
    crate::html::links(menu)
}

#[tokio::test]
async fn everybody_has_a_menu_of_what_their_role_does_and_all_of_it_opens() {
    let browser = browser().await;
    for (base, wanted) in [
        (BaseRole::Head, vec!["/mine", "/to-fix", "/tasks", "/records", "/policy/outside"]),
        (BaseRole::Technician, vec!["/mine", "/to-fix", "/tasks", "/records", "/policy/outside"]),
        (BaseRole::Protection, vec!["/mine", "/to-fix", "/records", "/policy/outside"]),
        (BaseRole::Governor, vec!["/mine", "/policy/outside", "/signed"]),
        (BaseRole::Staff, vec!["/mine", "/ask", "/signed"]),
    ] {
        browser.signed_in(base).await;
        let page = browser.get("/school/hill/policy/outside").await;
        let menu = menu(&page.body);
        assert!(menu.len() <= 7, "{base:?}: {menu:?}");
        let ours: Vec<&String> =
            menu.iter().filter(|href| !href.ends_with("/cases") && !href.ends_with("/report")).collect();
        assert_eq!(ours.len(), wanted.len(), "{base:?}: {menu:?}");
        for (href, end) in ours.iter().zip(wanted) {
            assert!(href.ends_with(end), "{base:?}: {href} is not {end}");
        }
        for href in &menu {
            assert_eq!(browser.get(href).await.status, StatusCode::OK, "{base:?}: {href} is shown and does not open");
        }
        assert_eq!(self::menu(&browser.get("/mine").await.body).len(), menu.len(), "{base:?}: on My page as well");
    }
}

#[tokio::test]
async fn a_problem_is_on_the_page_of_whoever_fixes_it() {
    let browser = Browser::pretending(crate::school::POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let mine = browser.get("/mine").await;
    assert_good("/mine", &mine.body);
    assert!(mine.body.contains("To fix: 1") && mine.body.contains("MU-1 is not encrypted"), "{}", mine.body);
    assert!(mine.body.contains("/cause/encrypted"), "{}", mine.body);
    browser.signed_in(BaseRole::Technician).await;
    assert!(!browser.get("/mine").await.body.contains("MU-1"), "it is not theirs");
}

#[tokio::test]
async fn a_calendar_gets_the_dates_by_an_address_that_is_shown_once_and_can_end() {
    let browser = browser().await;
    let page = browser.get("/mine/calendar").await;
    assert_good("feed", &page.body);
    let made = browser.post("/mine/calendar", "/mine/calendar", &[]).await;
    assert_eq!(made.status, StatusCode::OK);
    assert_good("made", &made.body);
    let path = |body: &str| format!("/feed/{}", body.split("/feed/").nth(1).unwrap().split('<').next().unwrap());
    let first = path(&made.body);
    assert!(!browser.get("/mine/calendar").await.body.contains("/feed/"), "it is shown once");
    let dates = browser.get(&first).await;
    assert_eq!(dates.status, StatusCode::OK);
    assert_eq!(dates.headers["content-type"], "text/calendar; charset=utf-8");
    assert!(dates.body.contains("SUMMARY:Look at the server room\r\n"), "{}", dates.body);
    assert!(dates.body.split("\r\n").all(|line| line.len() <= 75), "{}", dates.body);
    assert!(!dates.body.contains("Hill") && !dates.body.contains("Madeup"), "nothing but tasks: {}", dates.body);
    let again = browser.post("/mine/calendar", "/mine/calendar", &[]).await;
    let second = path(&again.body);
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND, "the old address has ended");
    for _ in 0..30 {
        if browser.get(&second).await.status != StatusCode::OK {
            break;
        }
    }
    let slow = browser.get(&second).await;
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slow.headers.contains_key("retry-after"));
    let ended = browser.post("/mine/calendar", "/mine/calendar/end", &[]).await;
    assert_eq!(leads_to(&ended), "/mine/calendar");
    assert_eq!(browser.get(&second).await.status, StatusCode::NOT_FOUND);
}

const ALARM: &str = schoolkeeper_testkit::outside!(
    r#"
[[clause]]
id = "a/1"
section = "Rooms"
text = "Every evening somebody sets the alarm."
mode = "evidenced"
controls = ["alarm"]
[control.alarm]
type = "duty"
title = "Set the alarm"
owner = ["headteacher"]
every = "1 day"
checklist = [{ name = "set", says = "Is the alarm set?", bad = "no" }]
skip = { by = ["headteacher"] }
"#
);

#[tokio::test]
async fn a_task_of_every_day_is_ticked_with_one_tap_and_says_which_days_nobody_ticked() {
    let mut browser = Browser::pretending(ALARM).await;
    let house = browser.house();
    let school = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &school, include_str!("../../../../docs/terms.toml")).await.unwrap();
    drop(house);
    let tally = "/school/hill/tally/outside/alarm";
    let mine = browser.get("/mine").await;
    assert!(mine.body.contains(tally), "My page leads to the month: {}", mine.body);
    let page = browser.get(tally).await;
    assert_good(tally, &page.body);
    assert!(
        page.body.contains("Tick today, Monday 23 November") && page.body.contains("Is the alarm set?"),
        "{}",
        page.body
    );
    let card = browser.get(&format!("{tally}/card")).await;
    assert_good("card", &card.body);
    assert!(card.body.contains(&format!("localhost:8087{tally}")) && card.body.contains("<svg"), "{}", card.body);
    assert_eq!(leads_to(&browser.post(tally, tally, &[]).await), tally);
    let ticked = browser.get(tally).await;
    assert!(ticked.body.contains("Ticked for today.") && !ticked.body.contains("Tick today"), "{}", ticked.body);
    let again = browser.post(tally, tally, &[]).await;
    assert_ne!(again.status, StatusCode::SEE_OTHER, "it is ticked already");
    browser.later(3 * 24 * 60).await;
    browser.signed_in_again().await;
    let page = browser.get(tally).await;
    assert_good("later", &page.body);
    assert!(page.body.contains("2 days not ticked: 24 November and 25 November."), "{}", page.body);
    assert!(page.body.contains("Say what happened"), "about yesterday: {}", page.body);
    assert!(browser.get("/school/hill/tally").await.body.contains("Open today"));
    assert_good("month", &browser.get(&format!("{tally}?month=2026-10")).await.body);
    let gaps = format!("{tally}/days");
    let days = [("day", "2026-11-24"), ("what", "missed")];
    let refused = browser.post(tally, &gaps, &days).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good("a mistake", &refused.body);
    assert!(refused.body.contains("Write a sentence about why"), "{}", refused.body);
    let today = [("day", "2026-11-26"), ("what", "missed"), ("why", "Too early to say")];
    assert!(browser.post(tally, &gaps, &today).await.body.contains("Somebody has said so already"));
    assert!(browser.post(tally, &gaps, &[("what", "done")]).await.body.contains("No day is chosen"));
    let why = ("why", "The panel was out of order");
    assert_eq!(leads_to(&browser.post(tally, &gaps, &[days[0], days[1], why]).await), tally);
    assert_eq!(leads_to(&browser.post(tally, &gaps, &[("day", "2026-11-25"), ("what", "done")]).await), tally);
    let page = browser.get(tally).await;
    assert!(page.body.contains("Not done, with a reason") && !page.body.contains("not ticked:"), "{}", page.body);
    browser.signed_in(BaseRole::Staff).await;
    assert_eq!(browser.get(tally).await.status, StatusCode::NOT_FOUND);
    let none = browser.get("/school/hill/tally").await;
    assert_good("none", &none.body);
    assert!(none.body.contains("No task of every day is yours."), "{}", none.body);
}

#[tokio::test]
async fn the_new_school_year_is_one_page_with_progress_and_a_spread_that_is_looked_at_first() {
    let browser = browser().await;
    let path = "/school/hill/new-year";
    let page = browser.get(path).await;
    assert_good(path, &page.body);
    assert!(
        page.body.contains("School year from 1 September 2026") && page.body.contains("Term dates"),
        "{}",
        page.body
    );
    assert!(page.body.contains("0 of 1 yearly tasks have a day."), "{}", page.body);
    assert!(page.body.contains("The policy asks nobody for a course."), "{}", page.body);
    assert!(page.body.contains("Nobody is on record who begins."), "{}", page.body);
    browser.import("hill", "person", "Name,Email,Kind,Active,First day\nNina Made-Up,,staff,yes,2026-09-01\n").await;
    let page = browser.get(path).await;
    assert!(page.body.contains("1 begins. Still to sign: 0. Without a course they need: 0."), "{}", page.body);
    assert!(browser.get(&format!("{path}?most=nonsense")).await.body.contains("at most 3 of a role"));
    let next = browser.get(&format!("{path}?year=next")).await.body;
    assert!(next.contains("New school year from 1 September 2027") && next.contains("are ready for"), "{next}");
    let spread = format!("{path}?most=3");
    let planned = browser.post(path, &spread, &[]).await;
    assert_eq!(leads_to(&planned), spread);
    let page = browser.get(path).await;
    assert!(page.body.contains("1 yearly task has a day now."), "{}", page.body);
    assert!(browser.get("/school/hill/tasks/year").await.body.contains("planned for "));
    assert!(browser.get("/mine").await.body.contains("Planned for "));
    browser.signed_in(BaseRole::Technician).await;
    assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
}

const TWO_HANDS: &str = schoolkeeper_testkit::outside!(
    r#"
[role.clerk]
title = "Clerk"
acts_as = "office"
[[clause]]
id = "a/1"
section = "Rooms"
text = "Every term somebody walks round, and the headteacher signs."
mode = "evidenced"
controls = ["walk"]
[control.walk]
type = "duty"
title = "Walk round"
owner = ["clerk"]
every = "1 term"
evidence = ["note", "file"]
countersign = ["headteacher"]
"#
);

#[tokio::test]
async fn what_is_sent_back_comes_by_mail_to_whoever_did_it() {
    let browser = Browser::pretending(TWO_HANDS).await;
    let house = browser.house();
    let school = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &school, include_str!("../../../../docs/terms.toml")).await.unwrap();
    drop(house);
    browser.also_as("clerk", "hill").await;
    let of = async || {
        let mine = browser.get("/mine").await.body;
        crate::html::links(&mine).into_iter().find(|link| link.contains("/task/outside/walk/")).expect("the task")
    };
    browser.let_in_as("clerk").await;
    let task = of().await;
    leads_to(&browser.upload(&task, &[("e-note", "All shut")], ("f-file", "list.txt", b"rooms")).await);
    browser.let_in_as("head").await;
    let task = of().await;
    let back = format!("{task}/countersign");
    leads_to(&browser.post(&task, &back, &[("step", "back"), ("back", "Which rooms?")]).await);
    let outbox = browser.get("/school/hill/mail/outbox").await.body;
    assert!(outbox.contains("<strong>Task</strong> to Madeup clerk"), "{outbox}");
    browser.let_in_as("clerk").await;
    assert!(browser.get(&of().await).await.body.contains("Which rooms?"));
}
