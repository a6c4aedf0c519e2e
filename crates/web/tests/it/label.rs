//! Labels of a list: one for each record that is shown, on the chosen sheet, and none of what is not shown.

use crate::school::{Browser, POLICY};
use axum::http::StatusCode;

const AT: &str = "/school/hill/records/backup-medium/labels";

#[tokio::test]
async fn every_medium_of_the_list_gets_a_label_with_its_name_and_place_and_an_empty_list_says_so() {
    let browser = Browser::at(POLICY).await;
    let empty = browser.get(AT).await;
    assert!(empty.status == StatusCode::OK && empty.body.contains("there is nothing to print"), "{}", empty.body);
    let list = (1..=25).map(|at| format!("T-{at:02},tape,Madeup\n")).collect::<Vec<_>>().concat();
    browser.import("hill", "backup-medium", &format!("Label,Kind,Contents\n{list}")).await;
    let body = browser.get(AT).await.body;
    assert_eq!(body.matches("class=\"sk-label\"").count(), 25);
    assert_eq!(body.matches("<ul class=\"sk-labels sk-labels--medium\"").count(), 2, "24 fit on a sheet");
    assert!(body.contains("<strong class=\"sk-label__name\">T-01</strong>") && body.contains("Kind: "), "{body}");
    let large = browser.get(&format!("{AT}?sheet=large")).await.body;
    assert!(large.contains("sk-labels--large"), "{large}");
    let one = browser.get(&format!("{AT}?q=T-07")).await.body;
    assert!(one.contains("T-07") && !one.contains("T-08"), "only what the list shows: {one}");
    assert!(browser.get("/school/hill/records/backup-medium").await.body.contains("backup-medium/labels"));
}
