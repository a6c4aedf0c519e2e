//! Files on a record in the browser: added, shown, handed out safely, changed, taken off, put back; hidden from others.

use crate::html::assert_good;
use crate::school::{Answer, Browser, POLICY, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const NEW: &str = "/school/hill/records/room/new";
/// One dot.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

async fn room(browser: &Browser) -> String {
    leads_to(&browser.post(NEW, NEW, &[("step", "save"), ("f-name", "Hall")]).await)
}

/// The addresses of files on a page.
fn files(page: &Answer) -> Vec<String> {
    let links = crate::html::links(&page.body);
    let file = |href: &String| href.rsplit_once("/attachment/").is_some_and(|(_, file)| !file.contains('/'));
    links.into_iter().filter(file).collect()
}

#[tokio::test]
async fn a_file_is_added_shown_and_handed_out_as_something_no_browser_runs() {
    let browser = Browser::at(POLICY).await;
    let at = room(&browser).await;
    let shown = browser.get(&at).await;
    assert!(shown.body.contains("No file yet"), "{}", shown.body);
    let add = format!("{at}/attachment");
    for page in [add.clone(), format!("{add}?photo=yes")] {
        assert_good(&page, &browser.get(&page).await.body);
    }
    let photo = browser.get(&format!("{add}?photo=yes")).await;
    assert!(photo.body.contains("accept=\"image/*\" capture=\"environment\""), "{}", photo.body);
    let said = [("caption", "Where the valve <is>"), ("keep", "record")];
    let done = browser.upload(&add, &said, ("file", "plan é.png", PNG)).await;
    assert_eq!(leads_to(&done), at);
    let shown = browser.get(&at).await;
    assert_good(&at, &shown.body);
    for words in ["Files (1)", "File added.", "Where the valve &#60;is&#62;", "Picture, ", "Added by"] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    let file = files(&shown).remove(0);
    let got = browser.get(&file).await;
    let header = |name: &str| got.headers[name].to_str().unwrap().to_owned();
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(header("content-type"), "image/png");
    assert!(header("content-disposition").starts_with("attachment; filename=\"plan "), "{:?}", got.headers);
    assert!(header("content-disposition").contains("filename*=UTF-8''plan%20"), "{:?}", got.headers);
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    let small = browser.get(&format!("{file}/small")).await;
    assert_eq!(small.headers["content-type"], "image/jpeg");
    assert_eq!(small.headers["cache-control"], "private, max-age=86400, immutable");
    assert_eq!(small.headers["content-security-policy"], "default-src 'none'; sandbox");
}

#[tokio::test]
async fn what_is_not_taken_is_said_beside_the_field_and_what_was_typed_stays() {
    let browser = Browser::at(POLICY).await;
    let at = room(&browser).await;
    let add = format!("{at}/attachment");
    let said = [("caption", "The valve"), ("keep", "until"), ("until-day", "1"), ("until-month", "2")];
    for (name, bytes, why) in [
        ("a.pdf", &b"MZ\x90\0"[..], "This kind of file is not taken."),
        ("IMG.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC picture"),
        ("", b"", "Choose the file"),
        ("good.txt", b"Tested.", "Choose the file again"),
    ] {
        let answer = browser.upload(&add, &said, ("file", name, bytes)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_good(name, &answer.body);
        assert!(answer.body.contains(why) && answer.body.contains("value=\"The valve\""), "{why}: {}", answer.body);
    }
    assert!(browser.get(&at).await.body.contains("No file yet"));
}

#[tokio::test]
async fn the_minute_behind_an_appointment_is_put_on_it() {
    let browser = Browser::at(POLICY).await;
    let id = browser.appointment().await;
    let page = format!("/school/hill/roles/appointment/{id}");
    assert!(browser.get(&page).await.body.contains("No file yet"));
    let add = format!("/school/hill/records/appointment/{id}/attachment");
    let said = [("caption", "Minute of the governors"), ("keep", "record")];
    leads_to(&browser.upload(&add, &said, ("file", "minute.png", PNG)).await);
    let shown = browser.get(&page).await;
    assert_good(&page, &shown.body);
    assert!(shown.body.contains("Minute of the governors"), "{}", shown.body);
    assert_eq!(browser.get(&files(&shown).remove(0)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_file_is_changed_taken_off_with_a_reason_and_put_back() {
    let browser = Browser::at(POLICY).await;
    let at = room(&browser).await;
    browser.upload(&format!("{at}/attachment"), &[], ("file", "note.txt", b"Tested (made up).")).await;
    let file = files(&browser.get(&at).await).remove(0);
    let (change, remove) = (format!("{file}/change"), format!("{file}/remove"));
    let until = [("keep", "until"), ("until-day", "1"), ("until-month", "2"), ("until-year", "2190")];
    let done = browser.post(&change, &change, &[&until[..], &[("caption", "The test")]].concat()).await;
    assert_eq!(leads_to(&done), at);
    let shown = browser.get(&at).await;
    assert!(shown.body.contains("The test") && shown.body.contains("Kept until 1 February 2190"), "{}", shown.body);
    assert!(browser.get(&change).await.body.contains("value=\"2190\""));
    let none = browser.post(&remove, &remove, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Say why it is taken off"), "{}", none.body);
    assert_good(&remove, &none.body);
    leads_to(&browser.post(&remove, &remove, &[("why", "An old one")]).await);
    let shown = browser.get(&at).await;
    assert!(shown.body.contains("Files taken off (1)") && shown.body.contains("An old one"), "{}", shown.body);
    assert_eq!(browser.get(&change).await.status, StatusCode::NOT_FOUND, "first it is put back");
    let back = format!("{file}/restore");
    leads_to(&browser.post(&at, &back, &[]).await);
    let shown = browser.get(&at).await;
    assert!(shown.body.contains("Files (1)") && shown.body.contains("File put back."), "{}", shown.body);
    let history = browser.get(&format!("{at}/history")).await;
    assert_good("history", &history.body);
    for words in ["note.txt: added by", "note.txt: taken off by", "Why: An old one", "note.txt: put back by"] {
        assert!(history.body.contains(words), "{words}: {}", history.body);
    }
}

#[tokio::test]
async fn nobody_else_learns_that_there_is_a_file() {
    let browser = Browser::at(POLICY).await;
    let at = room(&browser).await;
    browser.upload(&format!("{at}/attachment"), &[], ("file", "p.png", PNG)).await;
    let file = files(&browser.get(&at).await).remove(0);
    let nothing = browser.get("/there/is/nothing").await;
    let elsewhere = [
        file.replace("/hill/", "/vale/"),
        file.replace("/room/", "/asset/"),
        format!("{}/small", file.replace("/hill/", "/vale/")),
        format!("{file}0"),
    ];
    for path in elsewhere {
        let answer = browser.get(&path).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::NOT_FOUND, &nothing.body), "{path}");
    }
    let other = leads_to(&browser.post(NEW, NEW, &[("step", "save"), ("f-name", "Gym")]).await);
    let id = file.rsplit('/').next().unwrap();
    assert_eq!(browser.get(&format!("{other}/attachment/{id}")).await.status, StatusCode::NOT_FOUND);
    browser.signed_in(BaseRole::Staff).await;
    for path in [&file, &format!("{file}/small"), &format!("{file}/change")] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    browser.signed_in(BaseRole::Governor).await;
    assert_eq!(browser.get(&file).await.status, StatusCode::OK, "who may see the record may see its files");
    assert!(!browser.get(&at).await.body.contains("Add a file"));
    assert_eq!(browser.get(&format!("{at}/attachment")).await.status, StatusCode::NOT_FOUND);
}
