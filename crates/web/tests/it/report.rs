//! The report of a task: what its figures tell, to whom, and as a file.

use crate::html::{assert_good, links};
use crate::school::Browser;
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[[clause]]
id = "a/1"
section = "Devices"
text = "Devices are encrypted."
mode = "detected"
controls = ["encrypted"]
[control.encrypted]
type = "rule"
title = "Every device is encrypted"
for = "device"
expect = "device.encrypted"
message = "{device.name}: it is not encrypted"
tell = [{ who = ["it-technician"], when = "opened" }]
[[clause]]
id = "a/2"
section = "Board"
text = "The board hears of it every term."
mode = "evidenced"
controls = ["paper"]
[control.paper]
type = "duty"
title = "Write the board paper"
owner = ["headteacher"]
every = "1 term"
report = "board-paper-ict"
"#
);
const DEVICES: &str = "Device name,Encrypted\nMU-1,no\nMU-2,no\nMU-3,yes\n";

#[tokio::test]
async fn a_task_that_ends_with_a_report_shows_the_figures_it_is_written_from() {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "device", DEVICES).await;
    let house = browser.house();
    let hill = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &hill, include_str!("../../../../docs/terms.toml")).await.unwrap();
    house.evaluate(&house.operator(), &hill).await.unwrap();
    let tasks = browser.get("/school/hill/tasks").await.body;
    let task = links(&tasks).into_iter().find(|href| href.contains("/task/outside/paper/")).expect("the task");
    let page = browser.get(&task).await.body;
    assert!(page.contains("The figures for the board paper on ICT"), "{page}");
    let at = format!("{task}/report");
    let report = browser.get(&at).await.body;
    assert_good(&at, &report);
    for words in ["Figures for the board paper on ICT", "Where we stand", "Problems", "2", "Incidents", "None is late."]
    {
        assert!(report.contains(words), "{words}: {report}");
    }
    assert!(report.contains("devices: it is not encrypted") && !report.contains("MU-1"), "{report}");
    let csv = browser.get(&format!("{at}.csv")).await.body;
    assert!(
        csv.contains("Section,Statements,Met,Due,Not met,Not known yet") && csv.contains("Devices,1,0,0,1,0"),
        "{csv}"
    );
    let other = links(&tasks).into_iter().find(|href| href.contains("/task/outside/paper/")).unwrap();
    browser.also(BaseRole::Staff, "hill").await;
    browser.let_in_as("staff").await;
    assert_eq!(browser.get(&format!("{other}/report")).await.status, StatusCode::NOT_FOUND, "not theirs");
}
