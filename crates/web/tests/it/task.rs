//! Tasks in the browser: My page, the list, doing one with a photo; hidden from others.

use crate::html::assert_good;
use crate::school::{Answer, Browser};
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
every = "1 year"
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

fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.headers["location"].to_str().unwrap().to_owned()
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
