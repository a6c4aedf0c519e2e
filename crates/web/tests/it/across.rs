//! All schools of a trust at a glance, and the same as a file.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

#[tokio::test]
async fn where_every_school_stands_goes_out_as_a_file_with_nothing_of_other_schools() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let page = browser.get("/").await;
    assert_good("/", &page.body);
    assert!(page.body.contains("href=\"/schools.csv\""), "{}", page.body);
    let file = browser.get("/schools.csv").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let head = "School,Policy,Section,Not met,Not known yet,Due,Met,For information,Not started,Does not apply here";
    assert_eq!(file.body.lines().next().unwrap(), head);
    let hill = |section: &str| {
        let line = file.body.lines().find(|line| line.starts_with("Hill") && line.contains(section));
        line.unwrap_or_else(|| panic!("{section}: {}", file.body)).to_owned()
    };
    assert!(hill("Devices and laptops").ends_with(",1,0,0,0,0,0,0"), "{}", file.body);
    assert!(file.body.lines().any(|line| line.starts_with("Vale")), "{}", file.body);
    browser.signed_in_at(BaseRole::Technician, "vale").await;
    let own = browser.get("/schools.csv").await.body;
    assert!(own.contains("Vale") && !own.contains("Hill"), "{own}");
    browser.signed_in(BaseRole::Staff).await;
    let staff = browser.get("/schools.csv").await;
    assert!(staff.status == StatusCode::NOT_FOUND || !staff.body.contains("Vale"), "{}", staff.body);
}
