//! Roles in the browser: vacant first, appointing step by step, refusals with their reasons.

use crate::html::assert_good;
use crate::school::{Browser, POLICY};
use axum::http::StatusCode;
use jiff::civil::{Date, date};
use schoolkeeper_app::role::NewAppointment;
use schoolkeeper_core::permission::BaseRole;

const ROLES: &str = "/school/hill/roles";
const APPOINT: &str = "/school/hill/roles/appoint";

async fn browser() -> Browser {
    let browser = Browser::at(POLICY).await;
    let list = "Name,Email,Kind\nTom Made-Up,tom@hill.example,staff\nTomma Made-Up,tomma@hill.example,staff\n";
    browser.import("hill", "person", list).await;
    browser
}

#[tokio::test]
async fn somebody_is_appointed_step_by_step() {
    let browser = browser().await;
    let page = browser.get(ROLES).await;
    assert_good(ROLES, &page.body);
    let who = browser.post(APPOINT, APPOINT, &[("like", "Tom")]).await;
    assert_eq!(who.status, StatusCode::OK);
    assert!(who.body.contains("Tom Made-Up") && who.body.contains("Tomma Made-Up"), "both may be meant");
    assert_good("what", &who.body);
    let none = browser.post(APPOINT, APPOINT, &[("like", "Zebedee")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Nobody on the staff list"));
    let mut fields = crate::html::hidden(&who.body, APPOINT);
    let person = who.body.split("name=\"person\" type=\"radio\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    fields.push(("person".to_owned(), person.to_owned()));
    fields.push(("role".to_owned(), "it-technician".to_owned()));
    let when = browser.post_raw(APPOINT, &fields).await;
    assert!(when.body.contains("From when?"), "{}", when.body);
    assert_good("when", &when.body);
    let mut fields = crate::html::hidden(&when.body, APPOINT);
    let bad: Vec<_> = [("from-day", "31"), ("from-month", "2"), ("from-year", "2027")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let wrong = browser.post_raw(APPOINT, &[fields.clone(), bad].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("is no date"), "{}", wrong.body);
    fields.extend(
        [("from-day", "1"), ("from-month", "9"), ("from-year", "2026")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let check = browser.post_raw(APPOINT, &fields).await;
    assert!(
        check.body.contains("Check before you appoint") && check.body.contains("1 September 2026"),
        "{}",
        check.body
    );
    assert_good("check", &check.body);
    let done = browser.post_raw(APPOINT, &crate::html::hidden(&check.body, APPOINT)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let list = browser.get(ROLES).await;
    assert!(list.body.contains("since 1 September 2026"), "{}", list.body);
    let csv = browser.get("/school/hill/roles.csv").await;
    assert!(csv.body.contains("2026-09-01"), "{}", csv.body);
}

#[tokio::test]
async fn a_refusal_says_why_and_who_may_allow_it() {
    let browser = browser().await;
    browser.signed_in(BaseRole::Office).await;
    let who = browser.post(APPOINT, APPOINT, &[("like", "tomma@hill.example")]).await;
    let mut fields = crate::html::hidden(&who.body, APPOINT);
    fields.retain(|(name, _)| name != "step");
    let person = who.body.split("name=\"person\" type=\"radio\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    fields.extend(
        [("step", "check"), ("person", person), ("role", "headteacher")].map(|(a, b)| (a.to_owned(), b.to_owned())),
    );
    let no = browser.post_raw(APPOINT, &fields).await;
    assert_eq!(no.status, StatusCode::FORBIDDEN);
    assert!(no.body.contains("You cannot give somebody a role yet"), "{}", no.body);
    assert!(no.body.contains("Headteacher may allow it.") && no.body.contains("Nothing was changed."), "{}", no.body);
    assert_good("403", &no.body);
}

#[tokio::test]
async fn an_appointment_is_changed_and_ended_and_keeps_its_history() {
    let browser = browser().await;
    let path = format!("/school/hill/roles/appointment/{}", browser.appointment().await);
    let page = browser.get(&path).await;
    assert_good(&path, &page.body);
    let away = [("away-from-day", "1"), ("away-from-month", "1"), ("away-from-year", "2026")];
    let done = browser.post(&path, &path, &away).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(&path).await.body.contains("Changed on"));
    let wrong = browser.post(&path, &format!("{path}/end"), &[("last-day", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn staff_see_who_holds_what_and_change_nothing() {
    let browser = browser().await;
    browser.signed_in(BaseRole::Staff).await;
    let page = browser.get(ROLES).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("Appoint"), "{}", page.body);
    assert_eq!(browser.get(APPOINT).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_role_that_nobody_holds_stands_on_to_fix_with_the_way_to_appoint() {
    let named = "[role]\ndpo = { title = \"Data protection officer\", acts_as = \"protection\" }\n";
    let policy = POLICY.replace("who = [\"headteacher\"]", "who = [\"dpo\"]").replace("[role]\n", named);
    let browser = Browser::at(&policy).await;
    let page = browser.get("/school/hill/policy/outside/to-fix").await;
    assert_good("to fix", &page.body);
    assert!(page.body.contains("Data protection officer: nobody holds this role"), "{}", page.body);
    assert!(page.body.contains("Statement a/1 waits for somebody") && page.body.contains("appoint?role=dpo"));
    assert!(!page.body.contains("Nothing to fix"));
    browser.signed_in(BaseRole::Governor).await;
    let page = browser.get("/school/hill/policy/outside/to-fix").await;
    assert!(page.body.contains("nobody holds this role") && !page.body.contains("appoint?role="), "{}", page.body);
}

/// Somebody gets a role at Hill from a day until another.
async fn appointed(browser: &Browser, like: &str, role: &str, (from, until): (Option<Date>, Option<Date>)) {
    let (house, operator) = (browser.house(), browser.house().operator());
    let hill = house.one_school(&operator, Some("hill")).await.unwrap();
    let person = Some(house.one_person(&operator, &hill, like).await.unwrap());
    let delegation = "Minute 7".to_owned();
    let new = NewAppointment { person, role: role.to_owned(), from, until, delegation, ..NewAppointment::default() };
    house.appoint(&operator, &hill, &new).await.unwrap();
}

/// The people of the list, in its order.
fn people(body: &str) -> Vec<&str> {
    let cells = body.split("role=\"rowheader\">").skip(1);
    let inner = |cell: &'_ str| cell.strip_prefix("<a ").map_or(0, |link| link.find('>').unwrap() + "<a >".len());
    cells.map(|cell| cell[inner(cell)..].split('<').next().unwrap()).collect()
}

#[tokio::test]
async fn every_role_is_searched_narrowed_ordered_and_exported() {
    let browser = browser().await;
    appointed(&browser, "tom@hill.example", "it-technician", (None, Some(date(2020, 7, 31)))).await;
    appointed(&browser, "tomma@hill.example", "governor", (Some(date(2190, 9, 1)), None)).await;
    let list = async |query: &str| {
        let page = browser.get(&format!("/roles{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_good(query, &page.body);
        page.body
    };
    let all = list("").await;
    assert_eq!(people(&all), ["Tomma Made-Up", "Madeup head", "Madeup head", "Tom Made-Up"], "by role, then school");
    for (query, found) in [
        ("?q=tom", vec!["Tomma Made-Up", "Tom Made-Up"]),
        ("?q=TECHNICIAN", vec!["Tom Made-Up"]),
        ("?role=governor", vec!["Tomma Made-Up"]),
        ("?school=vale", vec!["Madeup head"]),
        ("?show=ended", vec!["Tom Made-Up"]),
        ("?show=coming", vec!["Tomma Made-Up"]),
        ("?show=current&school=hill", vec!["Madeup head"]),
        ("?sort=person", vec!["Madeup head", "Madeup head", "Tom Made-Up", "Tomma Made-Up"]),
        ("?sort=from&q=tomma", vec!["Tomma Made-Up"]),
        ("?sort=until&show=ended", vec!["Tom Made-Up"]),
    ] {
        assert_eq!(people(&list(query).await), found, "{query}");
    }
    let none = list("?q=zebedee").await;
    assert!(none.contains("No role fits") && none.contains("Clear search and filters"), "{none}");
    assert_eq!(people(&list("?school=elsewhere").await), [""; 0]);
    list("?page=99&sort=%00&show=x").await;
    let csv = browser.get("/roles.csv?show=ended").await;
    assert!(csv.body.starts_with("School,Role,Person,State,From,Until"), "{}", csv.body);
    assert!(csv.body.contains("Hill,IT technician,Tom Made-Up,Ended,,2020-07-31") && csv.body.lines().count() == 2);
    browser.signed_in(BaseRole::Staff).await;
    let seen = browser.get("/roles?show=ended").await.body;
    assert!(seen.contains("No role fits") && !seen.contains("Tom Made-Up"), "who held it is not everybody's: {seen}");
    assert!(!browser.get("/roles.csv").await.body.contains("Vale"), "another school's");
}

#[tokio::test]
async fn a_long_list_of_roles_is_leafed_through_and_a_vacant_one_stands_first() {
    let policy = POLICY.replacen(
        "[role]\n",
        "[role]\nit-technician = { title = \"IT technician\", acts_as = \"technician\" }\n",
        1,
    );
    let policy = policy.replacen("who = [\"headteacher\"]", "who = [\"headteacher\", \"it-technician\"]", 1);
    let browser = Browser::at(&policy).await;
    let rows: Vec<String> = (0..55).map(|at| format!("Number{at:02} Made-Up,n{at}@hill.example,governor\n")).collect();
    browser.import("hill", "person", &format!("Name,Email,Kind\n{}", rows.concat())).await;
    for at in 0..55 {
        appointed(&browser, &format!("n{at}@hill.example"), "governor", (None, None)).await;
    }
    let first = browser.get("/roles?school=hill").await.body;
    assert!(people(&first)[0] == "Appoint somebody" && first.contains("Nobody holds it"), "{first}");
    assert_eq!(people(&first).len(), 50);
    assert!(first.contains("57 roles") && first.contains("rel=\"next\"") && !first.contains("rel=\"prev\""));
    let second = browser.get("/roles?school=hill&page=2").await.body;
    assert_eq!(people(&second).len(), 7);
    assert!(second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""), "{second}");
}
