//! What goes out to whoever signs: the files of what is to be read before, and the copy of what was signed.

use crate::agreement::{AUP, RIGHT, SIGN, handed_over, publish, school, signs};
use crate::html::{assert_good, hidden, links};
use crate::school::{Answer, Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_app::agreement::{Answers, Signing, copy_path};
use schoolkeeper_app::sign_in::secret::Secret;
use schoolkeeper_core::permission::BaseRole;
use std::collections::BTreeMap;

const WEEK: i64 = 7 * 24 * 60;

schoolkeeper_testkit::both_engines!(
    the_files_of_a_document_go_to_whoever_is_to_read_it_and_to_nobody_else,
    a_copy_goes_along_with_whoever_signed_by_a_link_for_a_week,
    whoever_signed_at_reception_takes_the_copy_along_and_leaves_none_there
);

/// The agreement names a document with a file, and one nobody knows.
async fn with_documents(url: &str) -> Browser {
    let browser = school(url).await;
    browser
        .import("hill", "policy-document", "Document,Version\nData policy (made up),3\nOther paper (made up),1\n")
        .await;
    for (name, text) in [("Data policy (made up)", "Data is locked away."), ("Other paper (made up)", "Not for all.")] {
        let at = format!("/school/hill/records/policy-document/{}", browser.entry("policy-document", name).await);
        let file = ("file", "paper.txt", text.as_bytes());
        leads_to(&browser.upload(&format!("{at}/attachment"), &[("caption", "")], file).await);
    }
    let page = format!("{AUP}/words");
    let read_with = ("read_with", "Data policy (made up)\nHandbook (made up)");
    let words = [("words-s/1", "Keep it to yourself."), ("words-s/2", "Lock it."), ("statement", "I keep to this.")];
    browser.post(&page, &page, &[&words[..], &[read_with]].concat()).await;
    let page = format!("{AUP}/publish");
    let done = browser.post(&page, &page, &[("version", "2026-1"), ("material", "yes")]).await;
    assert_eq!(leads_to(&done), AUP, "{}", done.body);
    browser
}

/// Presses *Open* at a document.
async fn opens(browser: &Browser, page: &Answer, action: &str, name: &str) -> Answer {
    let key = page.body.split("name=\"open\" value=\"").skip(1).find(|rest| rest.contains(&format!("> {name}<")));
    let key = key.unwrap_or_else(|| panic!("{name}: {}", page.body)).split('"').next().unwrap().to_owned();
    let fields = [hidden(&page.body, action), vec![("open".to_owned(), key)]].concat();
    browser.post_raw(action, &fields).await
}

async fn the_files_of_a_document_go_to_whoever_is_to_read_it_and_to_nobody_else(url: String) {
    let browser = with_documents(&url).await;
    let page = browser.get(SIGN).await;
    let document = opens(&browser, &page, SIGN, "Data policy (made up)").await;
    assert_good("document", &document.body);
    let file = links(&document.body).into_iter().find(|link| link.contains("/document/")).unwrap();
    let given = browser.get(&file).await;
    assert_eq!((given.status, &*given.body), (StatusCode::OK, "Data is locked away."));
    let unknown = opens(&browser, &page, SIGN, "Handbook (made up)").await;
    assert!(unknown.body.contains("Nobody has said where it is found"), "{}", unknown.body);
    let other = browser.entry("policy-document", "Other paper (made up)").await;
    let at = format!("/school/hill/records/policy-document/{other}");
    let shown = browser.get(&at).await.body;
    let theirs = links(&shown).into_iter().find_map(|link| link.split("/attachment/").nth(1).map(str::to_owned));
    let not_asked = format!("{SIGN}/document/{other}/{}", theirs.unwrap());
    assert_eq!(browser.get(&not_asked).await.status, StatusCode::NOT_FOUND, "no document of this agreement");
    let mixed = format!("{}/{}", file.rsplit_once('/').unwrap().0, not_asked.rsplit_once('/').unwrap().1);
    assert_eq!(browser.get(&mixed).await.status, StatusCode::NOT_FOUND, "no file of this document");
    // The same by link, for somebody without a login.
    browser.post(AUP, &format!("{AUP}/chase"), &[]).await;
    let link = handed_over(&browser, "Tom Made-Up").await;
    browser.signed_in(BaseRole::Governor).await;
    assert_eq!(browser.get(&file).await.status, StatusCode::NOT_FOUND, "whoever is not asked to sign");
    browser.set_cookie("schoolkeeper", None);
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    let document = opens(&browser, &page, &link, "Data policy (made up)").await;
    let file = links(&document.body).into_iter().find(|found| found.starts_with(&link)).unwrap();
    assert_eq!(browser.get(&file).await.body, "Data is locked away.");
    let forged = file.replace(&link, &format!("/sign-by/{}", "0".repeat(64)));
    assert_eq!(browser.get(&forged).await.status, StatusCode::NOT_FOUND);
}

async fn a_copy_goes_along_with_whoever_signed_by_a_link_for_a_week(url: String) {
    let mut browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    browser.post(AUP, &format!("{AUP}/chase"), &[]).await;
    let link = handed_over(&browser, "Tom Made-Up").await;
    browser.set_cookie("schoolkeeper", None);
    let copy = format!("{link}/copy");
    assert_eq!(browser.get(&copy).await.status, StatusCode::NOT_FOUND, "nothing is signed yet");
    let page = browser.post(&link, &link, &[("step", "start")]).await;
    let done = signs(&browser, &page, &link, RIGHT).await;
    assert!(links(&done.body).contains(&copy), "{}", done.body);
    let kept = browser.get(&copy).await;
    assert!(kept.body.contains("Signed by <strong>Tom Made-Up</strong>"), "{}", kept.body);
    let ended = browser.get(&link).await;
    assert_eq!(ended.status, StatusCode::GONE);
    assert_good("ended", &ended.body);
    assert!(links(&ended.body).contains(&copy), "{}", ended.body);
    browser.later(WEEK).await;
    assert_eq!(browser.get(&copy).await.status, StatusCode::NOT_FOUND);
    assert!(!links(&browser.get(&link).await.body).contains(&copy));
}

async fn whoever_signed_at_reception_takes_the_copy_along_and_leaves_none_there(url: String) {
    let browser = school(&url).await;
    publish(&browser, "aup", "Keep your password to yourself.", ("2026-1", "yes")).await;
    leads_to(&browser.post("/school/hill/kiosk", "/school/hill/kiosk", &[]).await);
    let kiosk = browser.get("/kiosk").await;
    let sue = kiosk.body.split("name=\"who\" type=\"radio\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("target", "outside/aup"), ("who", sue)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fields = [hidden(&kiosk.body, "/kiosk")[..1].to_vec(), fields.to_vec()].concat();
    let link = leads_to(&browser.post_raw("/kiosk", &fields).await);
    let secret = Secret::read(link.trim_start_matches("/sign-by/")).unwrap();
    let house = browser.house();
    let seen = house.look_at_sign_link(&secret).await.unwrap().unwrap();
    let versions = seen.shown.parts.iter().map(|part| (part.control.to_string(), part.text.version.clone()));
    let answers = BTreeMap::from([("s/1".to_owned(), "I keep it".to_owned())]);
    let answers = Answers { versions: versions.collect(), answers, agreed: true, ..Answers::default() };
    let Some(Signing::Done(_, now)) = house.sign_by_link(&seen, &answers).await.unwrap() else { panic!("not signed") };
    assert_eq!(browser.get(&format!("{link}/copy")).await.status, StatusCode::NOT_FOUND, "the address left behind");
    let along = house.copy_link(&seen, &now).await.unwrap();
    assert_eq!(browser.get(&format!("/sign-by/{}", along.text())).await.status, StatusCode::GONE, "it signs nothing");
    let copy = browser.get(&copy_path(&along)).await;
    assert!(copy.body.contains("Signed by <strong>Sue Supply (made up)</strong>"), "{}", copy.body);
}
