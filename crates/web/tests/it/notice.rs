//! A notice told in days: written by one, read by those it is for, counted for whoever leads.

use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[audience]
staff-all = { title = "Everybody who works here", where = "person.kind == 'staff' && person.active" }
[list]
tips = { items = ["Lock the screen when you get up.", "A stick you find is handed in."] }
[[clause]]
id = "a/1"
section = "Awareness"
text = "Everybody is reminded every term."
mode = "evidenced"
controls = ["reminder"]
[control.reminder]
type = "duty"
title = "Remind everybody"
owner = ["it-technician"]
every = "1 term"
send_to = ["staff-all"]
evidence = ["notice"]
texts = "tips"
"#
);
const PEOPLE: &str = "Name,Email,Kind,Active,Start date\n\
    Madeup staff,staff@school.example,staff,yes,2020-01-06\n\
    Madeup technician,technician@school.example,staff,yes,2020-01-06\n\
    Madeup head,head@school.example,staff,yes,2020-01-06\n\
    Lena Left (made up),,staff,no,2020-01-06\n\
    Ned New (made up),,staff,yes,2027-01-04\n";
const DAY: i64 = 24 * 60;

schoolkeeper_testkit::both_engines!(
    what_one_writes_waits_for_those_it_is_for_and_their_receipts_are_counted,
    a_notice_has_words_and_the_next_one_takes_its_place,
);

async fn school(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    for role in [BaseRole::Staff, BaseRole::Technician, BaseRole::Governor] {
        browser.also(role, "hill").await;
    }
    browser.import("hill", "person", PEOPLE).await;
    let house = browser.house();
    let hill = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &hill, include_str!("../../../../docs/terms.toml")).await.unwrap();
    browser.let_in_as("technician").await;
    browser
}

/// What leads to a page of that kind from My page.
async fn way(browser: &Browser, part: &str) -> Option<String> {
    links(&browser.get("/mine").await.body).into_iter().find(|href| href.contains(part))
}

async fn what_one_writes_waits_for_those_it_is_for_and_their_receipts_are_counted(url: String) {
    let browser = school(&url).await;
    let task = way(&browser, "/task/").await.expect("the technician's task");
    let page = browser.get(&task).await;
    assert_good(&task, &page.body);
    for words in ["Which text goes out?", "A stick you find is handed in.", "The words of the notice"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("To whom was it sent?"), "it goes out by itself");
    let said = [("text", "A stick you find is handed in."), ("e-notice", "")];
    assert_eq!(leads_to(&browser.upload(&task, &said, ("f-none", "", b"")).await), "/mine");
    assert_eq!(way(&browser, "/notice/").await, None, "nobody reads what they wrote");

    browser.let_in_as("staff").await;
    let mine = browser.get("/mine").await;
    assert_good("/mine", &mine.body);
    for words in ["To read: 1", "A stick you find is handed in.", "From Madeup technician"] {
        assert!(mine.body.contains(words), "{words}: {}", mine.body);
    }
    let notice = way(&browser, "/notice/").await.expect("a notice");
    let shown = browser.get(&notice).await;
    assert_good(&notice, &shown.body);
    assert!(shown.body.contains("I have read this") && !shown.body.contains("Who has read it"), "{}", shown.body);
    assert_eq!(browser.get(&format!("{notice}/who.csv")).await.status, StatusCode::NOT_FOUND);

    browser.let_in_as("governor").await;
    let roll = browser.get(&notice).await;
    assert_good(&notice, &roll.body);
    assert!(roll.body.contains("Not read yet 2") && roll.body.contains("Read 0"), "{}", roll.body);
    assert!(!roll.body.contains("Lena Left") && !roll.body.contains("Ned New"), "gone, and not here yet");
    assert!(!roll.body.contains("I have read this"), "it is not for governors");
    let refused = browser.post_to(&notice, &[]).await;
    assert!(refused.body.contains("This notice is not for you"), "{}", refused.body);

    browser.let_in_as("staff").await;
    assert_eq!(leads_to(&browser.post(&notice, &notice, &[]).await), "/mine");
    assert_eq!(way(&browser, "/notice/").await, None, "read is read");
    let again = browser.get(&notice).await;
    assert!(again.body.contains("that you have read this.") && !again.body.contains("I have read this"));
    let twice = browser.post_to(&notice, &[]).await;
    assert!(twice.body.contains("You have read this"), "{}", twice.body);
    browser.let_in_as("technician").await;
    let csv = browser.get(&format!("{notice}/who.csv?show=read")).await.body;
    assert!(csv.contains("Madeup staff,2026-") && csv.lines().count() == 2, "{csv}");
    let past = browser.get(&task).await;
    assert!(past.body.contains("See who has read it"), "{}", past.body);
}

async fn a_notice_has_words_and_the_next_one_takes_its_place(url: String) {
    let mut browser = school(&url).await;
    let task = way(&browser, "/task/").await.unwrap();
    let none = browser.upload(&task, &[("text", "own"), ("e-notice", " ")], ("f-none", "", b"")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.body);
    let long = "a".repeat(4_001);
    let long = browser.upload(&task, &[("text", "own"), ("e-notice", &long)], ("f-none", "", b"")).await;
    assert!(long.body.contains("4000 characters"), "{}", long.body);
    let own = [("text", "A stick you find is handed in."), ("e-notice", "Own words go first.\nThen more.")];
    leads_to(&browser.upload(&task, &own, ("f-none", "", b"")).await);
    browser.let_in_as("staff").await;
    let first = way(&browser, "/notice/").await.unwrap();
    let shown = browser.get(&first).await.body;
    assert!(shown.contains("Own words go first.") && shown.contains("Then more."), "{shown}");
    browser.later(50 * DAY).await;
    browser.let_in_as("technician").await;
    let task = way(&browser, "/task/").await.expect("the next term's");
    leads_to(&browser.upload(&task, &[("text", "Lock the screen when you get up.")], ("f-none", "", b"")).await);
    browser.let_in_as("staff").await;
    let mine = browser.get("/mine").await.body;
    assert!(mine.contains("Lock the screen when you get up.") && !mine.contains("Own words go first."), "{mine}");
    let late = browser.post_to(&first, &[]).await;
    assert!(late.body.contains("This notice is not asked any more"), "{}", late.body);
    browser.later(70 * DAY).await;
    browser.let_in_as("staff").await;
    assert_eq!(way(&browser, "/notice/").await, None, "nobody is asked for ever");
}
