//! Whose a problem is: of whoever holds the thing, else of the role; past its day the headteacher hears of it.

use crate::html::assert_good;
use crate::school::Browser;
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
grace = "5 days"
tell = [{ who = ["holder", "it-technician"], when = "opened" }]
[[clause]]
id = "a/2"
section = "Devices"
text = "The room is looked at every week."
mode = "evidenced"
controls = ["look"]
[control.look]
type = "duty"
title = "Look at the machine room"
owner = ["it-technician"]
every = "1 week"
evidence = ["note"]
"#
);
const PEOPLE: &str = "Name,Email,Kind,Active\n\
    Madeup head,head@school.example,staff,yes\n\
    Madeup staff,staff@school.example,staff,yes\n\
    Madeup technician,technician@school.example,staff,yes\n\
    Lena Left (made up),lena@school.example,staff,no\n";
const DEVICES: &str = "Device name,Encrypted,Primary user email address\n\
    MU-1,no,staff@school.example\nMU-2,no,lena@school.example\nMU-3,no,\n";
const DAY: i64 = 24 * 60;

schoolkeeper_testkit::both_engines!(a_problem_is_first_whoevers_it_is_about_then_the_roles_and_late_the_headteachers,);

async fn mine(browser: &Browser, who: &str) -> String {
    browser.let_in_as(who).await;
    let page = browser.get("/mine").await.body;
    assert_good("/mine", &page);
    page
}

async fn evaluated(browser: &Browser) {
    let house = browser.house();
    let hill = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.evaluate(&house.operator(), &hill).await.unwrap();
    house.remind().await.unwrap();
}

async fn a_problem_is_first_whoevers_it_is_about_then_the_roles_and_late_the_headteachers(url: String) {
    let mut browser = Browser::pretending_over(POLICY, Some(&url)).await;
    for role in [BaseRole::Staff, BaseRole::Technician] {
        browser.also(role, "hill").await;
    }
    browser.import("hill", "person", PEOPLE).await;
    browser.import("hill", "device", DEVICES).await;
    let house = browser.house();
    let hill = house.one_school(&house.operator(), Some("hill")).await.unwrap();
    house.set_calendar(&house.operator(), &hill, include_str!("../../../../docs/terms.toml")).await.unwrap();
    evaluated(&browser).await;
    let staff = mine(&browser, "staff").await;
    assert!(staff.contains("MU-1: it is not encrypted") && !staff.contains("MU-2"), "{staff}");
    let technician = mine(&browser, "technician").await;
    assert!(technician.contains("2 devices: it is not encrypted"), "what is nobody's: {technician}");
    let head = mine(&browser, "head").await;
    assert!(!head.contains("not encrypted") && !head.contains("past the day"), "not hers yet: {head}");
    let list = browser.get("/school/hill/policy/outside/to-fix").await.body;
    assert!(list.contains("Whoever is “holder”, else IT technician"), "{list}");
    browser.later(20 * DAY).await;
    evaluated(&browser).await;
    let head = mine(&browser, "head").await;
    assert!(head.contains("3 problems are past the day, with: Whoever is “holder”, else IT technician"), "{head}");
    assert!(head.contains("late with: IT technician"), "and tasks: {head}");
    let staff = mine(&browser, "staff").await;
    assert!(staff.contains("MU-1: it is not encrypted") && !staff.contains("past the day"), "{staff}");
}
