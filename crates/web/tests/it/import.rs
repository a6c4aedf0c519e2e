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

/// Says what the two columns of [`LIST`] are, and looks.
async fn looked_at(browser: &Browser, bytes: &[u8]) -> String {
    let intake = handed_in(browser, bytes).await;
    let columns = format!("{intake}/columns");
    let answer = browser.post(&columns, &columns, &[("column-1", "name"), ("column-2", "encrypted")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    intake
}

async fn saved(browser: &Browser, intake: &str) -> Answer {
    browser.post(intake, &format!("{intake}/save"), &[]).await
}

#[tokio::test]
async fn a_list_is_handed_in_looked_at_saved_and_taken_back() {
    let browser = Browser::at(POLICY).await;
    assert_good(PAGE, &browser.get(PAGE).await.body);
    let intake = handed_in(&browser, LIST).await;
    let begun = browser.get(&intake).await;
    assert_eq!(begun.headers["location"], format!("{intake}/columns"), "a source that is new is asked about");
    let columns = browser.get(&format!("{intake}/columns")).await;
    assert_good("columns", &columns.body);
    assert!(columns.body.contains("MU-1 · MU-2"), "{}", columns.body);
    assert_good("table", &browser.get(&format!("{intake}/table")).await.body);
    let intake = looked_at(&browser, LIST).await;
    let look = browser.get(&intake).await;
    assert_good(&intake, &look.body);
    assert!(look.body.contains("2 rows: 2 new."), "{}", look.body);
    assert!(look.body.contains("MU-1") && look.body.contains("Nothing is saved yet"));
    assert_eq!(saved(&browser, &intake).await.status, StatusCode::SEE_OTHER);
    let done = browser.get(&intake).await;
    assert_good("done", &done.body);
    assert!(done.body.contains("Undo") && done.body.contains("2 rows: 2 new."), "{}", done.body);
    let again = handed_in(&browser, LIST).await;
    assert!(browser.get(&again).await.body.contains("2 the same"), "its columns are remembered");
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
    let (first, second) = (looked_at(&browser, LIST).await, looked_at(&browser, LIST).await);
    for intake in [&first, &second] {
        assert!(browser.get(intake).await.body.contains("2 new"));
    }
    assert_eq!(saved(&browser, &first).await.status, StatusCode::SEE_OTHER);
    saved(&browser, &second).await;
    let again = browser.get(&second).await;
    let says = again.body.contains("records were changed since you looked") && again.body.contains("2 the same");
    assert!(says, "{}", again.body);
    assert!(!browser.get("/school/hill/imports").await.body.contains("2 the same"), "nothing was saved of it");
}

#[tokio::test]
async fn a_list_that_is_given_up_is_gone() {
    let browser = Browser::at(POLICY).await;
    let intake = looked_at(&browser, LIST).await;
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
    assert!(browser.get(&format!("{intake}/columns")).await.body.contains("MU-7"));
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

#[tokio::test]
async fn a_table_without_a_name_we_know_is_asked_about() {
    let browser = Browser::at(POLICY).await;
    let intake = handed_in(&browser, b"Maschine,Verschluesselt\nMU-1,no\nMU-2,yes\n").await;
    assert_eq!(browser.get(&intake).await.headers["location"], format!("{intake}/columns"));
    let columns = format!("{intake}/columns");
    let nothing = browser.post(&columns, &columns, &[("column-1", ""), ("column-2", "encrypted")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing says which device a row is about");
    assert_good("columns", &nothing.body);
    browser.post(&columns, &columns, &[("column-1", "name"), ("column-2", "encrypted")]).await;
    assert!(browser.get(&intake).await.body.contains("2 new"));
}

#[tokio::test]
async fn words_we_do_not_know_are_asked_about_once() {
    let browser = Browser::at(POLICY).await;
    let page = "/school/hill/records/asset/import";
    let list = b"Asset tag,Category\nT-1,Labtop\nT-2,Monitor\nT-3,labtop\n";
    let hand_in = async || {
        let answer = browser.upload(page, &[("part", "some")], ("file", "assets.csv", list)).await;
        answer.headers["location"].to_str().unwrap().to_owned()
    };
    let intake = hand_in().await;
    let columns = format!("{intake}/columns");
    browser.post(&columns, &columns, &[("column-1", "tag"), ("column-2", "kind"), ("source", "cupboard")]).await;
    let words = format!("{intake}/words");
    assert_eq!(browser.get(&intake).await.headers["location"], words);
    let shown = browser.get(&words).await;
    assert_good("words", &shown.body);
    assert!(shown.body.contains("Labtop") && shown.body.contains("2 rows"), "{}", shown.body);
    assert!(
        shown.body.contains("Do you mean “laptop”?") && !shown.body.contains("value=\"laptop\" selected"),
        "{}",
        shown.body
    );
    let open = browser.post(&words, &words, &[("word-1", ""), ("word-2", "-")]).await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY, "a word that looks like one is not taken for it");
    assert!(open.body.contains("Say what “Labtop” means"), "{}", open.body);
    browser.post(&words, &words, &[("word-1", "laptop"), ("word-2", "-")]).await;
    let look = browser.get(&intake).await;
    assert!(look.body.contains("3 rows: 2 new, 1 refused."), "{}", look.body);
    let refused = browser.get(&format!("{intake}/refused.csv")).await;
    assert!(refused.body.starts_with("Asset tag,Category,What to mend\nT-2,Monitor,"), "{}", refused.body);
    saved(&browser, &intake).await;
    let again = hand_in().await;
    let columns = format!("{again}/columns");
    browser.post(&columns, &columns, &[("column-1", "tag"), ("column-2", "kind"), ("source", "cupboard")]).await;
    let look = browser.get(&again).await;
    let location = look.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
    assert_eq!(location, Some(format!("{again}/words")), "only what was left open is asked again");
    assert!(!browser.get(&format!("{again}/words")).await.body.contains("Labtop"));
}

#[tokio::test]
async fn which_of_two_is_meant_is_asked_and_answered() {
    let browser = Browser::at(POLICY).await;
    browser.import("hill", "device", "Device name,Serial number\nTWIN,S-1\nTWIN,S-2\n").await;
    let intake = looked_at(&browser, b"Device name,Encrypted\nTWIN,yes\n").await;
    let questions = format!("{intake}/questions");
    assert_eq!(browser.get(&intake).await.headers["location"], questions);
    let shown = browser.get(&questions).await;
    assert_good("questions", &shown.body);
    let first = shown.body.split("value=\"is:").nth(1).unwrap().split('"').next().unwrap();
    browser.post(&questions, &questions, &[("question-1", &format!("is:{first}"))]).await;
    assert!(browser.get(&intake).await.body.contains("1 changed"), "{}", browser.get(&intake).await.body);
}

#[tokio::test]
async fn many_that_are_missing_are_confirmed_by_their_number() {
    let browser = Browser::at(POLICY).await;
    let many = (0..10).map(|at| format!("MU-{at},yes\n")).collect::<Vec<_>>().concat();
    let first = looked_at(&browser, format!("Device name,Encrypted\n{many}").as_bytes()).await;
    browser.get(&first).await;
    saved(&browser, &first).await;
    let few = handed_in(&browser, b"Device name,Encrypted\nMU-1,yes\n").await;
    let look = browser.get(&few).await;
    assert!(look.body.contains("9 of 10 devices are missing from this list"), "{}", look.body);
    let wrong = browser.post(&few, &format!("{few}/save"), &[("left", "8")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good("look", &wrong.body);
    browser.post(&few, &format!("{few}/save"), &[("left", "9")]).await;
    assert!(browser.get("/school/hill/imports").await.body.contains("9 not in the list any more"));
}
