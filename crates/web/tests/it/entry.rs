//! One entry in the browser: adding, changing, links, what is there already, removing and putting back.

use crate::html::{assert_good, hidden};
use crate::school::{Answer, Browser, POLICY};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const NEW: &str = "/school/hill/records/asset/new";

async fn browser() -> Browser {
    let browser = Browser::at(POLICY).await;
    let people = "Name,Email,Kind\nTom Made-Up,tom@hill.example,staff\nTomma Made-Up,tomma@hill.example,staff\n";
    browser.import("hill", "person", people).await;
    browser
}

/// The address an answer leads to.
fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.headers["location"].to_str().unwrap().to_owned()
}

async fn added(browser: &Browser, tag: &str) -> String {
    leads_to(&browser.post(NEW, NEW, &[("step", "save"), ("f-tag", tag), ("f-kind", "laptop")]).await)
}

/// The form of a page as it would be sent, with its text fields.
fn filled(page: &Answer, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut out = hidden(&page.body, action);
    out.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    out
}

#[tokio::test]
async fn an_entry_is_added_with_a_link_that_is_searched_for() {
    let browser = browser().await;
    let page = browser.get(NEW).await;
    assert_good(NEW, &page.body);
    let typed = [("f-tag", "MU-7"), ("f-kind", "laptop"), ("f-held_personal_data", "yes"), ("f-place", "Room 4")];
    let find = browser.post_raw(NEW, &filled(&page, NEW, &[&typed[..], &[("step", "find:holder")]].concat())).await;
    assert_good("find", &find.body);
    let search = browser.post_raw(NEW, &filled(&find, NEW, &[("step", "search:holder"), ("like", "tom")])).await;
    assert!(search.body.contains("Tom Made-Up") && search.body.contains("Tomma Made-Up"), "{}", search.body);
    assert_good("search", &search.body);
    let tom = browser.entry("person", "Tom Made-Up").await;
    let chosen = browser.post_raw(NEW, &filled(&search, NEW, &[("step", "choose:holder"), ("pick", &tom)])).await;
    assert!(
        chosen.body.contains("value=\"MU-7\"") && chosen.body.contains("<strong>Tom Made-Up</strong>"),
        "{}",
        chosen.body
    );
    assert_good("chosen", &chosen.body);
    let done = browser.post_raw(NEW, &filled(&chosen, NEW, &[&typed[..], &[("step", "save")]].concat())).await;
    let path = leads_to(&done);
    let shown = browser.get(&path).await;
    assert_good(&path, &shown.body);
    for words in ["MU-7", "Laptop", "Room 4", "Tom Made-Up", "In use", "Asset added.", "Not known", "just now"] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    let tom = browser.get(&format!("/school/hill/records/person/{tom}")).await;
    assert!(tom.body.contains("Assets: holder") && tom.body.contains("MU-7"), "the way back: {}", tom.body);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_lost() {
    let browser = browser().await;
    let path = "/school/hill/records/disposal/new";
    let day = [("f-recycled_on-day", "31"), ("f-recycled_on-month", "2"), ("f-recycled_on-year", "2027")];
    let answer = browser.post(path, path, &[&day[..], &[("f-recycler", "Madeup Metals")]].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_good("faults", &answer.body);
    assert!(answer.body.contains("is no date. Write it like 27 3 2027"), "{}", answer.body);
    assert!(answer.body.contains("value=\"31\"") && answer.body.contains("Madeup Metals"));
    let good = [("f-recycled_on-day", "28"), ("f-recycled_on-month", "February"), ("f-recycled_on-year", "2026")];
    let answer = browser.post(path, path, &good).await;
    assert!(answer.body.contains("Fill in reference"), "{}", answer.body);
    let foreign = browser.post(path, path, &[("f-reference", "D-1"), ("f-certificate", &uuid())]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "a link to what is not there");
}

fn uuid() -> String {
    "00000000-0000-7000-8000-000000000001".to_owned()
}

#[tokio::test]
async fn a_second_one_of_a_tag_is_asked_about() {
    let browser = browser().await;
    let first = added(&browser, "MU-7").await;
    let again = browser.post(NEW, NEW, &[("step", "save"), ("f-tag", "mu-7")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.body.contains(&format!("href=\"{first}\"")) && again.body.contains("it is another one"),
        "{}",
        again.body
    );
    assert_good("same", &again.body);
    let other = browser.post(NEW, NEW, &[("step", "save"), ("f-tag", "mu-7"), ("another", "yes")]).await;
    assert_ne!(leads_to(&other), first);
}

#[tokio::test]
async fn a_change_keeps_what_was_not_asked_and_refuses_an_old_look() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    let change = format!("{path}/change");
    let page = browser.get(&change).await;
    assert_good(&change, &page.body);
    assert!(page.body.contains("value=\"MU-7\""));
    let look = hidden(&page.body, &change);
    let all = |place: &str| {
        [look.clone(), filled_in(&[("f-tag", "MU-7"), ("f-kind", "tablet"), ("f-place", place)])].concat()
    };
    leads_to(&browser.post_raw(&change, &all("Hall")).await);
    let shown = browser.get(&path).await;
    assert!(shown.body.contains("Tablet") && shown.body.contains("Hall"), "{}", shown.body);
    let late = browser.post_raw(&change, &all("Cellar")).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.body);
    assert!(late.body.contains("Somebody else changed this record") && late.body.contains("Cellar"), "{}", late.body);
    assert!(browser.get(&path).await.body.contains("Hall"));
}

fn filled_in(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn what_a_list_says_is_corrected_with_a_reason_and_stays_beside_it() {
    let browser = browser().await;
    browser.import("hill", "device", "Device name,Encrypted\nMU-1,no\n").await;
    let path = format!("/school/hill/records/device/{}", browser.entry("device", "MU-1").await);
    let change = format!("{path}/change");
    let say = [("f-name", "MU-1"), ("f-encrypted", "yes")];
    let why = browser.post(&change, &change, &say).await;
    assert_eq!(why.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(why.body.contains("Say why: List says something else about “Encrypted”"), "{}", why.body);
    leads_to(&browser.post(&change, &change, &[&say[..], &[("why", "Looked at it")]].concat()).await);
    let page = browser.get(&path).await;
    assert!(page.body.contains("says: No") && page.body.contains("Madeup head"), "{}", page.body);
    assert!(!page.body.contains("MU-1 is not encrypted"), "the problem ended with the newer word");
}

#[tokio::test]
async fn a_removed_entry_says_so_and_comes_back() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    let remove = format!("{path}/remove");
    let page = browser.get(&remove).await;
    assert_good(&remove, &page.body);
    let none = browser.post(&remove, &remove, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Say why it is removed"));
    leads_to(&browser.post(&remove, &remove, &[("why", "Written down twice")]).await);
    let gone = browser.get(&path).await;
    assert!(gone.body.contains("Not in the lists since") && !gone.body.contains(">Change<"), "{}", gone.body);
    assert_eq!(browser.get(&format!("{path}/change")).await.status, StatusCode::NOT_FOUND);
    let restore = format!("{path}/restore");
    leads_to(&browser.post(&path, &restore, &[]).await);
    assert!(browser.get(&path).await.body.contains(">Change<"));
}

#[tokio::test]
async fn only_those_who_may_change_records_find_the_forms() {
    let browser = browser().await;
    let path = added(&browser, "MU-7").await;
    for closed in ["signature", "grant", "case", "appointment"] {
        let new = format!("/school/hill/records/{closed}/new");
        assert_eq!(browser.get(&new).await.status, StatusCode::NOT_FOUND, "{closed} has pages of its own");
    }
    browser.signed_in(BaseRole::Governor).await;
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains(">Change<") && !page.body.contains(">Remove<"), "{}", page.body);
    for act in ["change", "remove"] {
        assert_eq!(browser.get(&format!("{path}/{act}")).await.status, StatusCode::NOT_FOUND);
    }
    browser.signed_in(BaseRole::Staff).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    browser.signed_in_at(BaseRole::Office, "vale").await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.get(&path.replace("hill", "vale")).await.status,
        StatusCode::NOT_FOUND,
        "another school's entry"
    );
}

#[tokio::test]
async fn somebody_who_holds_a_role_is_let_go_of_first() {
    let browser = browser().await;
    let path = format!("/school/hill/records/person/{}", browser.entry("person", "Madeup head").await);
    let remove = format!("{path}/remove");
    let no = browser.post(&remove, &remove, &[("why", "Left")]).await;
    assert!(no.body.contains("This person holds a role"), "{}", no.body);
}
