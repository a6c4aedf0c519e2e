//! The history and its proof, as pages.

use crate::school::{Browser, POLICY};
use axum::http::StatusCode;

const LIST: &str = "Device name,Encrypted\nMU-1,no\nMU-2,yes\n";

#[tokio::test]
async fn what_was_done_stands_in_the_history_and_can_be_filtered_and_exported() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", LIST).await;
    let all = browser.get("/history").await;
    assert!(all.body.contains("Brought in a list"), "{}", all.body);
    let only = browser.get("/history?kind=import-committed&school=hill").await;
    assert_eq!(only.body.matches("<tr class=\"govuk-table__row\" role=\"row\"><th scope=\"row\"").count(), 1);
    assert!(only.body.contains("list devices"), "{}", only.body);
    let none = browser.get("/history?kind=import-committed&school=vale").await;
    assert!(none.body.contains("Nothing fits these filters."));
    let csv = browser.get("/history.csv?kind=import-committed").await;
    assert_eq!(csv.body.lines().count(), 2, "{}", csv.body);
    assert!(csv.body.starts_with("Record,When,Who,What,Details,School"));
    let nowhere = browser.get("/history?school=nowhere").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_date_that_is_none_is_told_beside_its_field() {
    let browser = Browser::at(POLICY).await;
    let wrong = browser.get("/history?from=yesterday").await;
    assert_eq!(wrong.status, StatusCode::OK);
    assert!(wrong.body.contains("There is a problem") && wrong.body.contains("id=\"from-error\""));
}

#[tokio::test]
async fn the_proof_shows_the_root_as_text_and_as_a_picture_and_hands_the_checkpoint_out() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", LIST).await;
    let note = browser.get("/proof/checkpoint").await;
    let root = note.body.lines().nth(2).unwrap().to_owned();
    assert_eq!(root.len(), 44);
    let page = browser.get("/proof").await;
    assert!(page.body.contains("<svg role=\"img\""), "{}", page.body);
    assert!(!page.body.contains("<?xml") && !page.body.contains("style="));
    let shown = page.body.replace("&#43;", "+").replace("&#x2B;", "+").replace("&#61;", "=").replace("&#x3D;", "=");
    assert!(shown.contains(&root), "{root} is not on {}", page.body);
    assert!(page.body.contains("Never. Until one does"));
}
