//! What people say of themselves: a tie outside school declared to the headteacher alone, and what one colleague lets
//! another do with files of their own.

use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[form]
share = { fields = [
  { name = "person", type = "ref", to = "person", label = "Whom do you let?", required = true },
  { name = "what", type = "text", label = "Which of your files?", required = true },
  { name = "right", type = "choice", choices = ["may-read", "may-change"], label = "What may they do?", required = true },
  { name = "until", type = "date", label = "Until when?", required = true },
] }
tie = { fields = [{ name = "what", type = "long-text", label = "Whom do you know, and how?", required = true, sensitive = true }] }
[[clause]]
id = "a/1"
section = "Files"
text = "Nobody opens another's files without being let."
mode = "evidenced"
controls = ["share"]
[control.share]
type = "request"
title = "Let a colleague use your files"
who = ["staff"]
form = "share"
given = true
[[clause]]
id = "b/1"
section = "Ties"
text = "Ties with pupils or parents outside school are declared to the headteacher."
mode = "evidenced"
controls = ["tie", "tie-closed"]
[control.tie]
type = "case"
title = "Declare a tie outside school"
report_by = ["staff"]
form = "tie"
visible_to = ["headteacher"]
tell = [{ who = ["headteacher"], when = "opened" }]
reporter_sees = ["answer", "closed"]
close_when = "it.answer != null"
[control.tie-closed]
type = "access"
title = "Only the headteacher sees a declared tie"
on = ["case.see", "case.act", "case.step"]
where = "case.type == 'tie'"
only = "holds(actor, 'headteacher')"
"#
);
const SHARE: &str = "/school/hill/ask/outside/share";
const TIE: &str = "/school/hill/report/outside/tie";

schoolkeeper_testkit::both_engines!(
    a_colleague_is_let_at_once_until_a_day_and_whoever_let_them_may_end_it,
    a_declared_tie_is_the_headteachers_and_its_answer_the_declarers,
);

async fn browser(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    for role in [BaseRole::Staff, BaseRole::Technician] {
        browser.also(role, "hill").await;
    }
    browser
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert_good(path, &answer.body);
    answer.body
}

async fn a_colleague_is_let_at_once_until_a_day_and_whoever_let_them_may_end_it(url: String) {
    let browser = browser(&url).await;
    let (staff, technician) =
        (browser.entry("person", "Madeup staff").await, browser.entry("person", "Madeup technician").await);
    browser.let_in_as("staff").await;
    assert!(page(&browser, SHARE).await.contains("You give what is yours: it counts at once"));
    let said = |person: &str| {
        let person = person.to_owned();
        let rest =
            [("f-what", "Year 4 plans"), ("f-right", "may-read"), ("f-until-day", "18"), ("f-until-month", "12")];
        let mut all = vec![("step".to_owned(), "send".to_owned()), ("f-person".to_owned(), person)];
        all.extend(rest.into_iter().chain([("f-until-year", "2026")]).map(|(a, b)| (a.to_owned(), b.to_owned())));
        all
    };
    let send = async |person: &str| {
        let said = said(person);
        let fields: Vec<(&str, &str)> = said.iter().map(|(name, value)| (&**name, &**value)).collect();
        browser.post(SHARE, SHARE, &fields).await
    };
    let oneself = send(&staff).await;
    assert!(oneself.body.contains("Nobody else is named who gets it"), "{}", oneself.body);
    let asked = page(&browser, &leads_to(&send(&technician).await)).await;
    assert!(asked.contains("Granted"), "{asked}");
    let grant = links(&asked).into_iter().find(|href| href.contains("/grant/")).expect("the permission");
    browser.let_in_as("technician").await;
    let held = page(&browser, &grant).await;
    assert!(held.contains("You have this permission until 18 December 2026.") && held.contains("May read"), "{held}");
    assert!(page(&browser, "/mine").await.contains("Let a colleague use your files"), "what they hold");
    browser.let_in_as("head").await;
    let second = page(&browser, &leads_to(&send(&technician).await)).await;
    let second = links(&second).into_iter().find(|href| href.contains("/grant/")).expect("the second permission");
    let second = page(&browser, &second).await;
    assert!(second.contains("23 November 2026</dd>") && second.contains("Madeup head"), "at once, too: {second}");
    browser.let_in_as("staff").await;
    leads_to(&browser.post(&grant, &grant, &[]).await);
    assert!(page(&browser, &grant).await.contains("It is over."), "ended by whoever gave it");
}

async fn a_declared_tie_is_the_headteachers_and_its_answer_the_declarers(url: String) {
    let browser = browser(&url).await;
    browser.let_in_as("staff").await;
    let fields = [("step", "send"), ("f-what", "A made-up godchild in year 5")];
    let case = leads_to(&browser.post(TIE, TIE, &fields).await);
    browser.let_in_as("technician").await;
    assert_eq!(browser.get(&case).await.status, StatusCode::NOT_FOUND);
    assert!(!page(&browser, "/mine").await.contains("Declare a tie"));
    browser.let_in_as("head").await;
    let seen = page(&browser, &case).await;
    assert!(seen.contains("A made-up godchild in year 5"), "{seen}");
    let answered = [("step", "close"), ("answer", "Thank you. Somebody else marks the tests.")];
    leads_to(&browser.post(&case, &format!("{case}/write"), &answered).await);
    browser.let_in_as("staff").await;
    assert!(page(&browser, &case).await.contains("Somebody else marks the tests."));
}
