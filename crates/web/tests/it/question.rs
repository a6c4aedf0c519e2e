//! A question about a statement: asked beside it, answered by whom the policy names, put before everybody without a name.

use crate::html::{assert_good, links};
use crate::school::{Browser, leads_to};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
it-technician = { title = "IT technician", acts_as = "technician" }
[form]
ask = { fields = [
  { name = "rule", type = "statement", label = "Which statement?" },
  { name = "what", type = "long-text", label = "What would you like to know?", required = true },
] }
[[clause]]
id = "a/1"
section = "Phones"
text = "Phones stay in the bag."
mode = "evidenced"
controls = ["question"]
[[clause]]
id = "a/2"
section = "Phones"
text = "Cameras are the school's."
mode = "context"
[control.question]
type = "case"
title = "Question about this policy"
report_by = ["anyone"]
form = "ask"
tell = [{ who = ["it-technician"], when = "opened" }, { who = ["reporter"], when = "closed" }]
reporter_sees = ["answer", "closed"]
close_when = "it.answer != null"
"#
);
const CHAPTER: &str = "/school/hill/policy/outside/read/chapter/phones";
const ASK: &str = "/school/hill/report/outside/question";
const QUESTIONS: &str = "/school/hill/policy/outside/questions";
const NO_FILE: (&str, &str, &[u8]) = ("file", "", b"");

schoolkeeper_testkit::both_engines!(a_question_is_asked_beside_a_statement_and_answered_for_everybody);

async fn shows(browser: &Browser, path: &str, words: &[&str]) -> String {
    let answer = browser.get(path).await;
    assert_good(path, &answer.body);
    for words in words {
        assert!(answer.body.contains(words), "“{words}” is missing on {path}: {}", answer.body);
    }
    answer.body
}

async fn a_question_is_asked_beside_a_statement_and_answered_for_everybody(url: String) {
    let browser = Browser::pretending_over(POLICY, Some(&url)).await;
    browser.also(BaseRole::Staff, "hill").await;
    browser.also(BaseRole::Technician, "hill").await;
    browser.let_in_as("staff").await;
    shows(&browser, QUESTIONS, &["Nothing was answered for everybody yet.", "Ask: Question about this policy"]).await;
    let chapter = shows(&browser, CHAPTER, &["Ask about this"]).await;
    let way = links(&chapter).into_iter().find(|href| href.contains("a%2F1")).expect("a way to ask about a/1");
    assert_eq!(way, format!("{ASK}?f-rule=a%2F1"));
    shows(&browser, &way, &["value=\"a/1\""]).await;
    let wrong = [("step", "send"), ("f-rule", "z/9"), ("f-what", "May I?")];
    let wrong = browser.upload(ASK, &wrong, NO_FILE).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("the number of a statement"), "{}", wrong.body);
    let said =
        [("step", "send"), ("f-rule", "a/1"), ("f-what", "I am Sam of Year 6: may my phone ring for my mother?")];
    let case = leads_to(&browser.upload(ASK, &said, NO_FILE).await);
    shows(&browser, QUESTIONS, &["Nothing was answered for everybody yet."]).await;

    browser.let_in_as("technician").await;
    shows(&browser, &case, &["The question as everybody may read it, without names"]).await;
    let (write, public) = (format!("{case}/write"), "May a phone be on in an emergency?");
    let words = [("step", "close"), ("answer", "Yes, when the office knows."), ("common_question", public)];
    leads_to(&browser.post(&case, &write, &words).await);

    browser.let_in_as("staff").await;
    for page in [QUESTIONS, "/school/hill/policy/outside/statement/a/1"] {
        let page = shows(&browser, page, &[public, "Yes, when the office knows.", "Answered on"]).await;
        assert!(!page.contains("Sam of Year 6"), "what was asked stays with those who see it");
    }
    let other = shows(&browser, "/school/hill/policy/outside/statement/a/2", &["Ask about this"]).await;
    assert!(!other.contains(public), "it is about another statement");
    shows(&browser, &format!("{QUESTIONS}?q=EMERGENCY"), &[public]).await;
    shows(&browser, &format!("{QUESTIONS}?q=stapler"), &["No answer fits."]).await;
    browser.also(BaseRole::Head, "vale").await;
    browser.let_in_as("head").await;
    let vale = browser.get(&QUESTIONS.replace("hill", "vale")).await;
    assert!(!vale.body.contains(public), "each school answers for itself");
}
