//! Bringing in a list through its pages: hand in, look, save, take back; and who may not.

use crate::html::assert_good;
use crate::school::{Answer, Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const PAGE: &str = "/school/hill/records/device/import";
const LIST: &[u8] = b"Device name,Encrypted\nMU-1,no\nMU-2,yes\n";

/// Hands in a list and says where it lies.
async fn handed_in(browser: &Browser, bytes: &[u8]) -> String {
    let answer = browser.upload(PAGE, &[("part", "all")], ("file", "devices.csv", bytes)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.headers["location"].to_str().unwrap().to_owned()
}

async fn saved(browser: &Browser, intake: &str) -> Answer {
    browser.post(intake, &format!("{intake}/save"), &[]).await
}

#[tokio::test]
async fn a_list_is_handed_in_looked_at_saved_and_taken_back() {
    let browser = Browser::at(POLICY).await;
    assert_good(PAGE, &browser.get(PAGE).await.body);
    let intake = handed_in(&browser, LIST).await;
    let look = browser.get(&intake).await;
    assert_good(&intake, &look.body);
    assert!(look.body.contains("2 rows: 2 new."), "{}", look.body);
    assert!(look.body.contains("MU-1") && look.body.contains("Nothing is saved yet"));
    assert_eq!(saved(&browser, &intake).await.status, StatusCode::SEE_OTHER);
    let imports = browser.get("/school/hill/imports").await;
    assert_good("imports", &imports.body);
    assert!(imports.body.contains("2 new") && imports.body.contains("Madeup head"), "{}", imports.body);
    let undo =
        imports.body.split("action=\"").find_map(|part| part.split('"').next().filter(|to| to.ends_with("/undo")));
    let undo = undo.unwrap().to_owned();
    assert_eq!(browser.post("/school/hill/imports", &undo, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/school/hill/imports").await.body.contains("Taken back"));
}

#[tokio::test]
async fn what_is_saved_is_what_was_shown() {
    let browser = Browser::at(POLICY).await;
    let (first, second) = (handed_in(&browser, LIST).await, handed_in(&browser, LIST).await);
    for intake in [&first, &second] {
        assert!(browser.get(intake).await.body.contains("2 new"));
    }
    assert_eq!(saved(&browser, &first).await.status, StatusCode::SEE_OTHER);
    let again = saved(&browser, &second).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.body.contains("Records were changed since you looked") && again.body.contains("2 the same"),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn a_list_that_is_given_up_is_gone() {
    let browser = Browser::at(POLICY).await;
    let intake = handed_in(&browser, LIST).await;
    assert!(browser.get(PAGE).await.body.contains("devices.csv"), "it is listed");
    browser.post(&intake, &format!("{intake}/cancel"), &[]).await;
    assert_eq!(browser.get(&intake).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get(PAGE).await.body.contains("devices.csv"));
}

#[tokio::test]
async fn a_file_that_is_no_list_is_refused_beside_its_field() {
    let browser = Browser::at(POLICY).await;
    for (bytes, says) in [
        (&b"%PDF-1.7"[..], "is a PDF"),
        (b"", "is empty"),
        (b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", "web page or XML"),
        (b"PK\x03\x04nonsense", "damaged workbook"),
        (b"Colour,Shape\nred,round\n", "no row of the first 30"),
    ] {
        let answer = browser.upload(PAGE, &[("part", "all")], ("file", "odd.csv", bytes)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(answer.body.contains(says), "{says}: {}", answer.body);
        assert_good(PAGE, &answer.body);
    }
    let nothing = browser.upload(PAGE, &[("part", "all")], ("file", "", b"")).await;
    assert!(nothing.body.contains("Choose the file with the list"), "{}", nothing.body);
    assert!(!browser.get(PAGE).await.body.contains("odd.csv"), "nothing was kept");
}

#[tokio::test]
async fn a_pasted_table_is_a_list_too() {
    let browser = Browser::at(POLICY).await;
    assert_good(PAGE, &browser.get(&format!("{PAGE}?paste=yes")).await.body);
    let table = b"Device name\tEncrypted\nMU-7\tno\n";
    let answer = browser.upload(PAGE, &[("part", "some")], ("pasted", "", table)).await;
    let intake = answer.headers["location"].to_str().unwrap().to_owned();
    assert!(browser.get(&intake).await.body.contains("MU-7"));
}

#[tokio::test]
async fn lists_are_brought_in_by_those_who_may_and_at_their_own_school() {
    let browser = Browser::at(POLICY).await;
    let intake = handed_in(&browser, LIST).await;
    let elsewhere = intake.replace("/hill/", "/vale/");
    assert_eq!(browser.get(&elsewhere).await.status, StatusCode::NOT_FOUND, "another school's address");
    let register = intake.replace("/device/", "/asset/");
    assert_eq!(browser.get(&register).await.status, StatusCode::NOT_FOUND, "another register's address");
    for (role, may) in [(BaseRole::Technician, true), (BaseRole::Governor, false), (BaseRole::Staff, false)] {
        let other = Browser::new(POLICY).await;
        other.signed_in(role).await;
        assert_eq!(other.get(PAGE).await.status.is_success(), may, "{role:?}");
        assert_eq!(other.get("/school/hill/imports").await.status.is_success(), may, "{role:?}");
    }
}

#[tokio::test]
async fn an_upload_that_no_page_of_ours_sent_is_refused() {
    let browser = Browser::at(POLICY).await;
    browser.get(PAGE).await;
    let body = "--made-up\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\nforged\r\n--made-up--\r\n";
    let request = axum::http::Request::post(PAGE)
        .header("host", "localhost:8087")
        .header("content-type", "multipart/form-data; boundary=made-up");
    let answer = browser.send(request.body(axum::body::Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
