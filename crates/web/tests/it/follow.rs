//! What a review decides is work for whoever carries it out, until the records show it.

use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[[clause]]
id = "a/1"
section = "Rights"
text = "Rights are looked through every term."
mode = "evidenced"
controls = ["review"]
[control.review]
type = "duty"
title = "Go through the rights of a system"
owner = ["headteacher"]
every = "1 term"
for = "system"
decide_each = { of = "system.rights", answers = ["keep", "remove"], task = { on = ["remove"], to = ["it-technician"], within = "3 days" } }
"#
);
const SYSTEMS: &str = "Name,Kind\nLearning platform,learning-platform\n";
const RIGHTS: &str =
    "User name,System,Right\nmo.made-up,Learning platform,editor\njo.made-up,Learning platform,reader\n";
const DAY: i64 = 24 * 60;

schoolkeeper_testkit::both_engines!(what_is_to_be_removed_waits_for_the_technician_until_it_is_gone,);

async fn what_is_to_be_removed_waits_for_the_technician_until_it_is_gone(url: String) {
    let mut browser = Browser::pretending_over(POLICY, Some(&url)).await;
    browser.also(BaseRole::Technician, "hill").await;
    browser.import("hill", "system", SYSTEMS).await;
    browser.import("hill", "system-right", RIGHTS).await;
    let house = browser.house();
    let hill = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &hill, include_str!("../../../../docs/terms.toml")).await.unwrap();
    let mine = browser.get("/mine").await.body;
    let task = links(&mine).into_iter().find(|href| href.contains("/task/outside/review/")).expect("the review");
    let page = browser.get(&task).await.body;
    let asked: Vec<(String, bool)> = page
        .split("name=\"d-")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|id| (format!("d-{id}"), true))
        .collect();
    assert_eq!(asked.len(), 2, "{page}");
    let fields = [(&*asked[0].0, "remove"), (&*asked[1].0, "keep")];
    leads_to(&browser.upload(&task, &fields, ("f-none", "", b"")).await);
    browser.later(1).await;
    browser.let_in_as("technician").await;
    let mine = browser.get("/mine").await.body;
    assert_good("/mine", &mine);
    assert!(mine.contains("Decided on 23 November 2026. Go through the rights of a system"), "{mine}");
    assert!(mine.contains("by Thursday 26 November") && mine.contains("To do: 1"), "{mine}");
    assert!(links(&mine).iter().any(|href| href.contains("/records/system-right/")), "{mine}");
    browser.later(4 * DAY).await;
    browser.let_in_as("technician").await;
    assert!(browser.get("/mine").await.body.contains("Late"), "past its day");
    // The next export tells that it was changed.
    let changed =
        RIGHTS.replace("Right\n", "Right,May change\n").replace("editor", "editor,no").replace("reader", "reader,no");
    browser.import("hill", "system-right", &changed).await;
    browser.let_in_as("technician").await;
    let mine = browser.get("/mine").await.body;
    assert!(!mine.contains("Decided on"), "{mine}");
}
