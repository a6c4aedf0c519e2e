//! What comes with a signature: nobody gets on without it, and afterwards one question a fortnight.

use crate::html::{assert_good, hidden, links};
use crate::school::{Answer, Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[audience]
staff-all = { title = "Everybody who works here", where = "person.kind == 'staff'" }
[[clause]]
id = "s/1"
section = "Using IT"
text = "Passwords stay secret."
mode = "acknowledged"
controls = ["aup"]
article = { words = "Keep your password to yourself.", ask = "May a colleague have it?", right = "no", wrong = ["yes"] }
[[clause]]
id = "s/2"
section = "Using IT"
text = "Screens are locked."
mode = "acknowledged"
controls = ["aup"]
article = { words = "Lock the screen.", ask = "May the screen stay open?", right = "no", wrong = ["yes"] }
[[clause]]
id = "s/3"
section = "Using IT"
text = "Sticks are handed in."
mode = "acknowledged"
controls = ["aup"]
article = { words = "Hand a found stick in.", ask = "May you open a found stick?", right = "no", wrong = ["yes"] }
[control.aup]
type = "agreement"
title = "Acceptable use"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "10 days"
again = { every = "1 year", on = "material-change" }
questions = 1
blocks = ["sign-in"]
"#
);
const PEOPLE: &str = "Name,Email,Kind,Active\nMadeup head,head@school.example,staff,yes\n";
const DAY: i64 = 24 * 60;
const SIGN: &str = "/school/hill/sign/outside/aup";
const QUESTION: &str = "/school/hill/question/outside/aup";

schoolkeeper_testkit::both_engines!(
    what_the_check_left_out_comes_one_a_fortnight_until_nothing_is_left,
    a_school_says_how_many_questions_are_asked,
    whoever_has_not_signed_what_signing_in_waits_for_signs_first_or_reports,
);

async fn school(url: &str) -> Browser {
    let browser = Browser::pretending_over(POLICY, Some(url)).await;
    browser.import("hill", "person", PEOPLE).await;
    let base = "/school/hill/agreement/outside/aup";
    let words = ["s/1", "s/2", "s/3"].map(|clause| format!("words-{clause}"));
    let says = ["Keep your password to yourself.", "Lock the screen.", "Hand a found stick in."];
    let mut fields: Vec<(&str, &str)> = words.iter().map(String::as_str).zip(says).collect();
    fields.push(("statement", "I keep to this."));
    leads_to(&browser.post(&format!("{base}/words"), &format!("{base}/words"), &fields).await);
    let publish = format!("{base}/publish");
    leads_to(&browser.post(&publish, &publish, &[("version", "1"), ("material", "yes")]).await);
    browser
}

async fn signs(browser: &Browser) {
    let page = browser.get(SIGN).await;
    assert_good(SIGN, &page.body);
    let asked: Vec<&str> = ["s/1", "s/2", "s/3"]
        .into_iter()
        .filter(|clause| page.body.contains(&format!("name=\"answer-{clause}\"")))
        .collect();
    assert_eq!(asked.len(), 1, "the check draws one of three");
    let mut fields = hidden(&page.body, SIGN);
    let more = [("step", "sign"), ("agreed", "yes"), (&*format!("answer-{}", asked[0]), "no")];
    fields.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let done = browser.post_raw(SIGN, &fields).await;
    assert!(done.body.contains("You signed"), "{}", done.body);
}

async fn a_school_says_how_many_questions_are_asked(url: String) {
    let browser = school(&url).await;
    let base = "/school/hill/agreement/outside/aup";
    let page = format!("{base}/words");
    let words = browser.get(&page).await.body;
    assert!(words.contains("Drawn from 3, others for everybody") && words.contains("Leave it empty for 1"), "{words}");
    let fields = |number| {
        let said = [("words-s/1", "Keep it."), ("words-s/2", "Lock it."), ("words-s/3", "Hand it in.")];
        [&said[..], &[("statement", "I keep to this."), ("questions", number)]].concat()
    };
    for wrong in ["0", "21", "many"] {
        let refused = browser.post(&page, &page, &fields(wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.body.contains("Give a number from 1 to 20"), "{wrong}");
    }
    let publish = leads_to(&browser.post(&page, &page, &fields("2")).await);
    leads_to(&browser.post(&publish, &publish, &[("version", "2"), ("material", "yes")]).await);
    assert_eq!(browser.get(SIGN).await.body.matches("name=\"answer-").count(), 4, "two questions of two answers");
}

async fn waits(browser: &Browser) -> bool {
    let mine = browser.get("/mine").await.body;
    assert_good("/mine", &mine);
    links(&mine).iter().any(|href| href == QUESTION)
}

async fn answers(browser: &Browser, answer: &str) -> Answer {
    browser.post(QUESTION, QUESTION, &[("answer", answer)]).await
}

async fn what_the_check_left_out_comes_one_a_fortnight_until_nothing_is_left(url: String) {
    let mut browser = school(&url).await;
    assert!(!waits(&browser).await, "nothing is signed yet");
    signs(&browser).await;
    assert!(!waits(&browser).await, "not on the day itself");
    assert_eq!(browser.get(QUESTION).await.status, StatusCode::NOT_FOUND);
    browser.later(13 * DAY).await;
    browser.let_in_as("head").await;
    assert!(!waits(&browser).await, "a fortnight has 14 days");
    browser.later(DAY).await;
    browser.let_in_as("head").await;
    assert!(waits(&browser).await);
    let page = browser.get(QUESTION).await;
    assert_good(QUESTION, &page.body);
    assert!(page.body.contains("About “Acceptable use”") && page.body.contains("One more comes"), "{}", page.body);
    for (answer, says) in [("", "Choose an answer"), ("yes", "Not quite."), ("nonsense", "Not quite.")] {
        let again = answers(&browser, answer).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains(says), "{}", again.body);
    }
    assert!(waits(&browser).await, "a wrong answer only teaches");
    assert_eq!(leads_to(&answers(&browser, "no").await), "/mine");
    assert!(browser.get("/mine").await.body.contains("That is right."), "and says so once");
    assert!(!waits(&browser).await, "one at a time");
    let records = browser.get("/school/hill/records/check-answer").await.body;
    assert!(records.contains("Madeup head") && !records.contains(">no<"), "{records}");
    browser.later(14 * DAY).await;
    browser.let_in_as("head").await;
    assert!(browser.get(QUESTION).await.body.contains("the last one"));
    leads_to(&answers(&browser, "no").await);
    browser.later(30 * DAY).await;
    browser.let_in_as("head").await;
    assert!(!waits(&browser).await, "nothing is left");
}

async fn whoever_has_not_signed_what_signing_in_waits_for_signs_first_or_reports(url: String) {
    let mut browser = school(&url).await;
    assert_eq!(browser.get("/mine").await.status, StatusCode::OK, "a session that began before goes on");
    browser.also(BaseRole::Governor, "hill").await;
    browser.let_in_as("governor").await;
    assert_eq!(browser.get("/mine").await.status, StatusCode::OK, "it is asked of staff alone");
    browser.let_in_as("head").await;
    for path in ["/mine", "/", "/school/hill/records", "/account", "/manage"] {
        assert_eq!(leads_to(&browser.get(path).await), SIGN, "{path}");
    }
    let csv = browser.get("/school/hill/records/person.csv").await;
    assert_eq!(leads_to(&csv), SIGN, "nor a file");
    assert_eq!(leads_to(&browser.post_raw("/school/hill/calendar/change", &token(&browser).await).await), SIGN);
    assert_eq!(browser.get("/school/hill/report").await.status, StatusCode::OK, "to report stays open");
    let page = browser.get(SIGN).await;
    assert!(page.body.contains("Until you have signed you cannot sign in."), "{}", page.body);
    signs(&browser).await;
    assert_eq!(browser.get("/mine").await.status, StatusCode::OK);
    browser.later(400 * DAY).await;
    browser.let_in_as("head").await;
    assert_eq!(leads_to(&browser.get("/mine").await), SIGN, "a year later it is asked for again");
}

/// The token of a form of a page that is open to them.
async fn token(browser: &Browser) -> Vec<(String, String)> {
    hidden(&browser.get(SIGN).await.body, SIGN).into_iter().filter(|(name, _)| name == "csrf").collect()
}
