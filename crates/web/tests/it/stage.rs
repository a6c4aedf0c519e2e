//! Stages of a decision told through the pages: one of several, each of several, a stand-in; and the files they decide by.

use crate::attachment::PNG;
use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_app::role::{AppointmentChange, NewAppointment};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
clerk = { title = "Clerk", acts_as = "staff" }
[form]
abroad = { fields = [
  { name = "where", type = "text", label = "To which country?", required = true },
  { name = "assessment", type = "file", label = "The risk assessment", required = true },
] }
leave = { fields = [
  { name = "why", type = "text", label = "Why?", required = true, sensitive = true },
  { name = "note", type = "file", label = "The doctor's note", required = true, sensitive = true },
] }
plain = { fields = [{ name = "what", type = "text", label = "What for?", required = true }] }
[[clause]]
id = "a/1"
section = "Leaving the house"
text = "Data goes abroad only after an assessment."
mode = "evidenced"
controls = ["abroad", "each", "leave"]
[control.abroad]
type = "request"
title = "Send data abroad"
who = ["staff"]
form = "abroad"
stages = [{ by = ["headteacher", "it-technician"] }]
[control.leave]
type = "request"
title = "Keep access while ill"
who = ["staff"]
form = "leave"
stages = [{ by = ["headteacher"] }]
[control.each]
type = "request"
title = "Open the firewall"
who = ["staff"]
form = "plain"
stages = [{ by = ["headteacher", "it-technician"], all = true }]
"#
);
const ABROAD: &str = "/school/hill/ask/outside/abroad";
const EACH: &str = "/school/hill/ask/outside/each";

schoolkeeper_testkit::both_engines!(
    one_of_several_decides_and_each_of_several_is_waited_for_by_name,
    a_stand_in_is_named_and_nobody_decides_their_own,
    a_file_that_is_asked_for_is_opened_by_those_with_a_part_in_the_request_and_nobody_else,
    what_a_form_calls_sensitive_is_not_read_as_a_record_either,
);

async fn school(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    for role in [BaseRole::Staff, BaseRole::Technician, BaseRole::Safeguarding] {
        browser.also(role, "hill").await;
    }
    browser.also_as("clerk", "hill").await;
    browser
}

async fn shows(browser: &Browser, path: &str, words: &[&str]) -> String {
    let answer = browser.get(path).await;
    assert_good(path, &answer.body);
    for words in words {
        assert!(answer.body.contains(words), "“{words}” is missing: {}", answer.body);
    }
    answer.body
}

async fn ask_each(browser: &Browser) -> String {
    leads_to(&browser.post(EACH, EACH, &[("step", "send"), ("f-what", "The new phones")]).await)
}

async fn ask_abroad(browser: &Browser) -> String {
    let said = [("step", "send"), ("f-where", "Norway")];
    leads_to(&browser.upload(ABROAD, &said, ("f-assessment", "assessment.png", PNG)).await)
}

async fn one_of_several_decides_and_each_of_several_is_waited_for_by_name(url: String) {
    let browser = school(&url).await;
    browser.let_in_as("staff").await;
    let (any, each) = (ask_abroad(&browser).await, ask_each(&browser).await);
    shows(&browser, &any, &["One yes is enough: the first of them decides."]).await;
    let both = "Each of them must say yes. Still missing: the headteacher; the IT technician.";
    shows(&browser, &each, &[both]).await;
    browser.let_in_as("technician").await;
    leads_to(&browser.post(&any, &any, &[("step", "yes")]).await);
    shows(&browser, &any, &["Granted", "Yes, Madeup technician"]).await;
    leads_to(&browser.post(&each, &each, &[("step", "yes")]).await);
    let waits = shows(&browser, &each, &["Waiting", "Still missing: the headteacher."]).await;
    assert!(!waits.contains("Your decision"), "whoever has said yes waits for the others");
    let again = browser.post_to(&each, &[("step", "yes"), ("stage", "1")]).await;
    assert!(again.body.contains("You have decided this already"), "{}", again.body);
    browser.let_in_as("head").await;
    leads_to(&browser.post(&each, &each, &[("step", "yes")]).await);
    let granted = shows(&browser, &each, &["Granted", "Yes, Madeup technician", "Yes, Madeup head"]).await;
    assert!(!granted.contains("Still missing"), "{granted}");
    browser.let_in_as("staff").await;
    let refused = ask_each(&browser).await;
    browser.let_in_as("head").await;
    leads_to(&browser.post(&refused, &refused, &[("step", "no"), ("words", "Not before the holidays")]).await);
    shows(&browser, &refused, &["Refused", "Not before the holidays"]).await;
}

async fn a_stand_in_is_named_and_nobody_decides_their_own(url: String) {
    let browser = school(&url).await;
    let (house, operator) = (browser.house(), browser.house().operator());
    let hill = house.one_school(&operator, Some("hill")).await.unwrap();
    let lines = house.roles(&operator, &hill).await.unwrap();
    let held = lines.iter().find(|line| &*line.role == "it-technician").and_then(|line| line.people.first()).unwrap();
    let today = "2026-11-23".parse().unwrap();
    let away = AppointmentChange { away_from: Some(today), away_until: Some(today), ..AppointmentChange::default() };
    house.change_appointment(&operator, &hill, (held.appointment.id, &away)).await.unwrap();
    let clerk = EntryId(browser.entry("person", "Madeup clerk").await.parse().unwrap());
    let deputy = NewAppointment {
        person: Some(clerk),
        role: "deputy".to_owned(),
        deputy_of: Some("it-technician".to_owned()),
        delegation: "Minute 4".to_owned(),
        ..NewAppointment::default()
    };
    house.appoint(&operator, &hill, &deputy).await.unwrap();
    browser.let_in_as("clerk").await;
    let own = ask_each(&browser).await;
    let page = shows(&browser, &own, &["You asked this yourself, or it is for you, so"]).await;
    assert!(!page.contains("Your decision"), "{page}");
    browser.let_in_as("staff").await;
    let request = ask_each(&browser).await;
    shows(&browser, &request, &["Madeup clerk stands in for the role the IT technician."]).await;
    browser.let_in_as("clerk").await;
    leads_to(&browser.post(&request, &request, &[("step", "yes")]).await);
    shows(&browser, &request, &["Yes, Madeup clerk (the IT technician)", "Still missing: the headteacher."]).await;
}

async fn a_file_that_is_asked_for_is_opened_by_those_with_a_part_in_the_request_and_nobody_else(url: String) {
    let browser = school(&url).await;
    browser.let_in_as("staff").await;
    let form = shows(&browser, ABROAD, &["multipart/form-data", "A phone offers its camera"]).await;
    assert!(form.contains("name=\"f-assessment\""), "{form}");
    let without = browser.post(ABROAD, ABROAD, &[("step", "send"), ("f-where", "Norway")]).await;
    assert!(without.body.contains("Answer “The risk assessment”"), "{}", without.body);
    let program = [("step", "send"), ("f-where", "Norway")];
    let program = browser.upload(ABROAD, &program, ("f-assessment", "a.exe", b"MZ\x90\0 made up")).await;
    assert_eq!(program.status, StatusCode::UNPROCESSABLE_ENTITY);
    let halfway = browser.upload(ABROAD, &[("step", "send")], ("f-assessment", "assessment.png", PNG)).await;
    assert!(halfway.body.contains("Choose the file again"), "{}", halfway.body);
    let request = ask_abroad(&browser).await;
    let page = shows(&browser, &request, &["assessment.png", "The risk assessment"]).await;
    let file = links(&page).into_iter().find(|href| href.contains("/file/")).unwrap();
    let file = file.trim_end_matches("/small").to_owned();
    for who in ["staff", "head", "technician"] {
        browser.let_in_as(who).await;
        shows(&browser, &request, &["assessment.png"]).await;
        let got = browser.get(&file).await;
        assert_eq!((got.status, got.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "image/png"), "{who}");
        assert_eq!(browser.get(&format!("{file}/small")).await.status, StatusCode::OK);
    }
    browser.let_in_as("clerk").await;
    for path in [&request, &file, &format!("{file}/small")] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    browser.let_in_as("staff").await;
    let other = ask_each(&browser).await;
    let elsewhere = format!("{other}/file/{}", file.rsplit('/').next().unwrap());
    assert_eq!(browser.get(&elsewhere).await.status, StatusCode::NOT_FOUND, "a file of another request");
}

async fn what_a_form_calls_sensitive_is_not_read_as_a_record_either(url: String) {
    let browser = school(&url).await;
    browser.let_in_as("staff").await;
    let form = "/school/hill/ask/outside/leave";
    let said = [("step", "send"), ("f-why", "Sprained-word")];
    let request = leads_to(&browser.upload(form, &said, ("f-note", "note.png", PNG)).await);
    let page = shows(&browser, &request, &["Sprained-word", "note.png"]).await;
    let file = links(&page).into_iter().find(|href| href.contains("/file/")).unwrap();
    let file = file.trim_end_matches("/small").rsplit('/').next().unwrap().to_owned();
    let record = request.replace("/request/", "/records/request/");
    let as_record = format!("{record}/attachment/{file}");
    for who in ["safeguarding", "technician"] {
        browser.let_in_as(who).await;
        for path in
            [request.clone(), record.clone(), format!("{record}/history"), "/school/hill/records/request".into()]
        {
            let answer = browser.get(&path).await;
            assert!(!answer.body.contains("Sprained-word"), "{who} reads it on {path}: {}", answer.body);
            assert!(!answer.body.contains("note.png"), "{who} reads it on {path}: {}", answer.body);
        }
        for path in [as_record.clone(), format!("{as_record}/small"), format!("{request}/file/{file}")] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{who} {path}");
        }
        let list = browser.get("/school/hill/records/request.csv").await.body;
        assert!(!list.contains("Sprained-word"), "{who}: {list}");
    }
    browser.let_in_as("head").await;
    shows(&browser, &request, &["Sprained-word", "note.png"]).await;
}
