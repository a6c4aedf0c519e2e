//! From a change of the law to a policy that is in effect: the watch begins a draft, the new version is planned statement
//! by statement, and what was planned waits for whoever sees to it.

use crate::html::{assert_good, filled, hidden, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[audience]
staff-all = { title = "Everybody who works here", where = "person.kind == 'staff' && person.active" }
[[clause]]
id = "a/1"
section = "Law"
text = "Somebody watches the law, and the policy follows it."
mode = "evidenced"
controls = ["watch", "effect", "planned"]
[control.watch]
type = "duty"
title = "Look for changes of the law"
owner = ["headteacher"]
every = "1 term"
checklist = [{ name = "affects", says = "Does anything new affect this policy?", bad = "yes", finding = true, to = ["it-technician"], draft = true }]
evidence = ["note"]
[control.effect]
type = "duty"
title = "Put a new version into effect"
on = "policy-document.changed:published_version"
for = "policy-document"
within = "14 days"
owner = ["headteacher"]
plan = true
evidence = ["note"]
[control.planned]
type = "duty"
title = "Finish what was planned"
on = "improvement.reaches:target_on"
for = "improvement"
where = "improvement.finished_on == null"
owner = ["owner"]
evidence = ["note"]
[[clause]]
id = "a/2"
section = "Rooms"
text = "The machine room is locked."
mode = "acknowledged"
who = ["it-technician"]
controls = ["aup"]
article = { words = "I lock the machine room." }
[control.aup]
type = "agreement"
title = "Acceptable use"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
"#
);
const OWN: &str = "/school/hill/edition/outside";
const CHANGE: &str = "/school/hill/policy/outside/change";

schoolkeeper_testkit::both_engines!(what_the_law_changes_begins_a_draft_and_the_new_version_is_planned,);

async fn mine(browser: &Browser, who: &str) -> String {
    browser.let_in_as(who).await;
    let page = browser.get("/mine").await.body;
    assert_good("/mine", &page);
    page
}

async fn kept(browser: &Browser, table: &str, said: &[(&str, &str)]) {
    let table = format!("{OWN}/table/{table}");
    let page = browser.get(&table).await.body;
    let mut all = hidden(&page, &table);
    let words = filled(&page).into_iter().map(|(name, value)| {
        let new = said.iter().find(|(known, _)| *known == name);
        let value = new.map_or(value, |(_, said)| (*said).to_owned());
        (name, value)
    });
    all.extend(words);
    let done = browser.post_raw(&table, &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

async fn answer_the_watch(browser: &Browser, answer: &str) {
    let mine = mine(browser, "head").await;
    let task = links(&mine).into_iter().find(|href| href.contains("/task/outside/watch/")).expect("the watch");
    let fields = [("e-note", "A made-up Act on logs"), ("i-affects", answer)];
    leads_to(&browser.upload(&task, &fields, ("f-none", "", b"")).await);
}

async fn what_the_law_changes_begins_a_draft_and_the_new_version_is_planned(url: String) {
    let mut browser = Browser::pretending_over(POLICY, Some(&url)).await;
    browser.also(BaseRole::Technician, "hill").await;
    let house = browser.house();
    let hill = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &hill, include_str!("../../../../docs/terms.toml")).await.unwrap();
    drop(house);
    let none = browser.get("/school/hill/editions").await.body;
    assert!(!none.contains("Began because of"), "{none}");
    answer_the_watch(&browser, "yes").await;
    let head = mine(&browser, "head").await;
    assert!(!head.contains("Does anything new affect this policy? yes"), "told whom the line names: {head}");
    let technician = mine(&browser, "technician").await;
    assert!(technician.contains("Does anything new affect this policy? yes"), "{technician}");
    let statement = links(&technician).into_iter().find(|href| href.ends_with("/statement/a/1")).expect("where it is");
    assert_eq!(browser.get(&statement).await.status, StatusCode::OK);
    assert!(browser.house().remind().await.unwrap() > 0, "by mail too");

    browser.let_in_as("head").await;
    let begun = browser.get("/school/hill/editions").await.body;
    assert!(begun.contains("Began because of “Look for changes of the law”: A made-up Act on logs"), "{begun}");
    kept(
        &browser,
        "clause/a/2",
        &[
            ("text", "The machine room and the cabinets are locked."),
            ("article", r#"{ words = "I lock the machine room and the cabinets." }"#),
        ],
    )
    .await;
    kept(&browser, "pack/-", &[("version", "4.0")]).await;
    let look = format!("{CHANGE}?with=edition%3Aoutside");
    let fields = [("with", "edition:outside"), ("why", "The made-up Act")];
    let done = browser.post(&look, CHANGE, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

    let planned = browser.get("/school/hill/records/improvement").await.body;
    let (statement, signing) = (
        "Version 4.0, a/2: The machine room and the cabinets are locked.",
        "Version 4.0: publish “Acceptable use” anew",
    );
    for words in [statement, signing, "7 December 2026"] {
        assert!(planned.contains(words), "{words}: {planned}");
    }
    assert!(!planned.contains("Version 4.0, a/1"), "what is as it was is not planned: {planned}");
    let technician = mine(&browser, "technician").await;
    assert!(technician.contains("Finish what was planned") && technician.contains("a/2"), "{technician}");
    assert!(!technician.contains("publish “Acceptable use”"), "that is the headteacher's: {technician}");
    let task = links(&technician).into_iter().find(|href| href.contains("/task/outside/planned/")).expect("the task");
    let task = browser.get(&task).await.body;
    let record = links(&task).into_iter().find(|href| href.contains("/records/improvement/")).expect("its record");
    assert!(browser.get(&record).await.body.contains("The machine room and the cabinets are locked."));
    assert!(mine(&browser, "head").await.contains("publish “Acceptable use”"));
    let house = browser.house();
    house.evaluate_due().await.unwrap();
    drop(house);
    let again = browser.get("/school/hill/records/improvement").await.body;
    assert_eq!(again.matches("a/2: The machine room").count(), planned.matches("a/2: The machine room").count());
    browser.later(15 * 24 * 60).await;
    assert!(mine(&browser, "technician").await.contains("Late"), "its day is over");
    // The edition that was adopted is still there: the next change of the law stands as its newest state.
    browser.later(40 * 24 * 60).await;
    let before = {
        browser.let_in_as("head").await;
        browser.get("/school/hill/editions").await.body
    };
    assert!(!before.contains("Began because of"), "{before}");
    answer_the_watch(&browser, "yes").await;
    let after = browser.get("/school/hill/editions").await.body;
    assert!(after.contains("Began because of “Look for changes of the law”: A made-up Act on logs"), "{after}");
    let table = browser.get(&format!("{OWN}/table/clause/a/2")).await.body;
    assert!(table.contains("The machine room and the cabinets are locked."), "its words stay as they were: {table}");
}
