//! Fields a school adds itself: made on a page, and then everywhere: forms, lists, filters, exports, imports, history.

use crate::html::assert_good;
use crate::school::{Answer, Browser, POLICY, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const FIELDS: &str = "/school/hill/records/room/fields";
const NEW: &str = "/school/hill/records/room/fields/new";
const ROOM: &str = "/school/hill/records/room/new";
const LIST: &str = "/school/hill/records/room";

async fn add(browser: &Browser, fields: &[(&str, &str)]) {
    assert_eq!(leads_to(&browser.post(NEW, NEW, fields).await), FIELDS);
}

/// Shelf (on the list), Heating (a choice), Walked on (a day), Seats (a number), Answers for heat (a person).
async fn with_fields(browser: &Browser) {
    add(browser, &[("label", "Shelf"), ("kind", "text"), ("more", "listed"), ("help", "As on the label")]).await;
    let options = "Oil\nGas\nHeat pump";
    add(browser, &[("label", "Heating"), ("kind", "choice"), ("options", options), ("more", "listed")]).await;
    add(browser, &[("label", "Walked on"), ("kind", "date")]).await;
    add(browser, &[("label", "Seats"), ("kind", "number")]).await;
    add(browser, &[("label", "Answers for heat"), ("kind", "person")]).await;
}

/// The addresses of fields that can be changed, in the order of the page.
fn changes(page: &Answer) -> Vec<String> {
    let links = crate::html::links(&page.body);
    let own = |href: &String| href.starts_with(FIELDS) && href.len() > FIELDS.len() + 10;
    links.into_iter().filter(own).collect()
}

#[tokio::test]
async fn a_field_is_added_and_stands_on_form_page_list_filter_export_and_history() {
    let browser = Browser::at(POLICY).await;
    let empty = browser.get(FIELDS).await;
    assert_good(FIELDS, &empty.body);
    assert!(empty.body.contains("No field of your own yet"), "{}", empty.body);
    assert_good(NEW, &browser.get(NEW).await.body);
    with_fields(&browser).await;
    let page = browser.get(FIELDS).await;
    assert_good(FIELDS, &page.body);
    assert!(page.body.contains("One of: Oil, Gas, Heat pump, on the list"), "{}", page.body);
    let form = browser.get(ROOM).await;
    assert_good(ROOM, &form.body);
    for words in ["Our own fields", "Shelf", "As on the label", "Heat pump", "Answers for heat"] {
        assert!(form.body.contains(words), "{words}: {}", form.body);
    }
    let day = [("f-x_walked_on-day", "5"), ("f-x_walked_on-month", "1"), ("f-x_walked_on-year", "2026")];
    let said =
        [("step", "save"), ("f-name", "Hall"), ("f-x_shelf", "B7"), ("f-x_heating", "Heat-pump"), ("f-x_seats", "120")];
    let hall = leads_to(&browser.post(ROOM, ROOM, &[&said[..], &day].concat()).await);
    leads_to(&browser.post(ROOM, ROOM, &[("step", "save"), ("f-name", "Gym"), ("f-x_shelf", "A1")]).await);
    let shown = browser.get(&hall).await;
    assert_good(&hall, &shown.body);
    for words in ["B7", "Heat pump", "120", "5 January 2026"] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    let list = browser.get(LIST).await;
    assert_good(LIST, &list.body);
    assert!(list.body.contains("data-label=\"Shelf\">B7<") && list.body.contains("Heat pump"), "{}", list.body);
    let narrow = async |query: &str| {
        let page = browser.get(&format!("{LIST}?{query}")).await.body;
        (page.contains(">Hall<"), page.contains(">Gym<"))
    };
    assert_eq!(narrow("is.x_heating=Heat-pump").await, (true, false));
    assert_eq!(narrow("is.x_heating=unknown").await, (false, true));
    assert_eq!(narrow("from.x_seats=100").await, (true, false));
    assert_eq!(narrow("to.x_walked_on=2025-12-31").await, (false, false));
    assert_eq!(narrow("q=a1").await, (false, true));
    let sorted = browser.get(&format!("{LIST}?sort=x_shelf")).await.body;
    assert!(sorted.find(">Gym<") < sorted.find(">Hall<"), "A1 before B7");
    let csv = browser.get(&format!("{LIST}/file/list.csv?col=x_heating&col=x_walked_on")).await.body;
    assert!(csv.contains("Heating,Walked on") && csv.contains("Heat-pump,2026-01-05"), "{csv}");
    let change = format!("{hall}/change");
    leads_to(&browser.post(&change, &change, &[("step", "save"), ("f-name", "Hall"), ("f-x_shelf", "C9")]).await);
    let history = browser.get(&format!("{hall}/history")).await.body;
    assert!(history.contains("Shelf") && history.contains("B7") && history.contains("C9"), "{history}");
}

#[tokio::test]
async fn a_list_that_is_brought_in_fills_the_fields_and_another_school_knows_nothing_of_them() {
    let browser = Browser::at(POLICY).await;
    with_fields(&browser).await;
    browser.import("hill", "room", "Room,Shelf,heating,Walked on,Seats\nHall,B7,heat pump,05/01/2026,120\n").await;
    let list = browser.get(&format!("{LIST}?col=x_shelf&col=x_heating&col=x_walked_on&col=x_seats")).await.body;
    for words in ["B7", "Heat pump", "5 January 2026", "120"] {
        assert!(list.contains(words), "{words}: {list}");
    }
    let vale = browser.get("/school/vale/records/room/new").await.body;
    assert!(!vale.contains("Shelf"), "{vale}");
    assert!(!browser.get("/school/vale/records/room/fields").await.body.contains("Shelf"));
}

#[tokio::test]
async fn a_field_is_renamed_moved_and_retired_and_what_was_said_stays_in_the_history() {
    let browser = Browser::at(POLICY).await;
    with_fields(&browser).await;
    let hall = leads_to(&browser.post(ROOM, ROOM, &[("step", "save"), ("f-name", "Hall"), ("f-x_shelf", "B7")]).await);
    let shelf = changes(&browser.get(FIELDS).await).remove(0);
    assert_good(&shelf, &browser.get(&shelf).await.body);
    leads_to(&browser.post(&shelf, &shelf, &[("label", "Cupboard"), ("more", "listed"), ("section", "-")]).await);
    assert!(browser.get(LIST).await.body.contains("data-label=\"Cupboard\">B7<"), "the value stays under a new name");
    let act = format!("{shelf}/do");
    leads_to(&browser.post(FIELDS, &act, &[("do", "down")]).await);
    assert_eq!(changes(&browser.get(FIELDS).await)[1], shelf);
    leads_to(&browser.post(FIELDS, &act, &[("do", "retire")]).await);
    for path in [LIST, ROOM, &hall] {
        assert!(!browser.get(path).await.body.contains("Cupboard</"), "{path}");
    }
    let history = browser.get(&format!("{hall}/history")).await.body;
    assert!(history.contains("Cupboard") && history.contains("B7"), "{history}");
    let page = browser.get(FIELDS).await;
    assert_good(FIELDS, &page.body);
    assert!(page.body.contains("Retired") && page.body.contains("Ask for it again"), "{}", page.body);
    leads_to(&browser.post(FIELDS, &act, &[("do", "restore")]).await);
    assert!(browser.get(LIST).await.body.contains("data-label=\"Cupboard\">B7<"), "what was said is there again");
}

#[tokio::test]
async fn what_is_wrong_with_a_field_is_said_and_nothing_is_made() {
    let browser = Browser::at(POLICY).await;
    for (fields, why) in [
        (vec![("kind", "text")], "Say what the field is called"),
        (vec![("label", "Building"), ("kind", "text")], "has a field of that name already"),
        (vec![("label", "Heat")], "Choose what kind of answer it is"),
        (vec![("label", "Heat"), ("kind", "choice"), ("options", "Oil")], "at least two options"),
        (vec![("label", "Heat"), ("kind", "choice"), ("options", "Oil\noil")], "Two options are the same"),
        (vec![("label", "Heat"), ("kind", "choice"), ("options", "Oil\nUnknown")], "there by themselves"),
        (vec![("label", "Heat"), ("kind", "choice"), ("options", "Oil\nG;as")], "letters, digits and"),
    ] {
        let answer = browser.post(NEW, NEW, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_good(why, &answer.body);
        assert!(answer.body.contains(why), "{why}: {}", answer.body);
    }
    assert!(browser.get(FIELDS).await.body.contains("No field of your own yet"));
    for number in 0..20 {
        add(&browser, &[("label", &format!("Field {number}")), ("kind", "yes-no")]).await;
    }
    let more = browser.post(NEW, NEW, &[("label", "One more"), ("kind", "text")]).await;
    assert!(more.body.contains("There are 20 fields of your own already"), "{}", more.body);
    assert_eq!(browser.get("/school/hill/records/appointment/fields").await.status, StatusCode::NOT_FOUND);
    browser.signed_in(BaseRole::Safeguarding).await;
    assert_eq!(browser.get(FIELDS).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_needed_field_is_asked_on_forms_and_not_of_lists() {
    let browser = Browser::at(POLICY).await;
    add(&browser, &[("label", "Shelf"), ("kind", "text"), ("more", "required")]).await;
    let missing = browser.post(ROOM, ROOM, &[("step", "save"), ("f-name", "Hall")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body.contains("Fill in shelf"), "{}", missing.body);
    browser.import("hill", "room", "Room\nGym\n").await;
    assert!(browser.get(LIST).await.body.contains(">Gym<"));
}
