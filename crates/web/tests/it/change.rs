//! Numbers, what would change, and adopting: looked at on today's records, set with a reason, never looser.

use crate::school::Browser;
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = r#"
[pack]
id = "outside"
title = "Outside"
version = "2.1"
language = 1
owner = ["headteacher"]
[param]
backup_gap = { value = "26 hours", stricter = "lower" }
size_min = { unit = "count", stricter = "higher", min = 1, max = 100, ask = "How many megabytes has a good run?" }
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
[[clause]]
id = "a/1"
section = "Back-ups"
text = "Every run is fresh."
mode = "detected"
controls = ["fresh"]
[[clause]]
id = "a/2"
text = "Every run is large enough."
mode = "detected"
controls = ["large"]
[control.fresh]
type = "rule"
for = "backup-run"
expect = "age(backup_run.finished_at) <= param.backup_gap"
message = "{backup_run.target} is old"
[control.large]
type = "rule"
for = "backup-run"
expect = "backup_run.size >= param.size_min"
message = "{backup_run.target} is small"
"#;

const JOBS: &str = "Job\nOffice\nLibrary\n";
const RUNS: &str =
    "Job,Finished,Destination,Size (MB)\nOffice,2026-11-22T20:00,Box A,40\nLibrary,2026-11-23T07:00,Box B,60\n";
const CHANGE: &str = "/school/hill/policy/outside/change";

async fn browser() -> Browser {
    let browser = Browser::pretending(POLICY).await;
    browser.import("hill", "backup-job", JOBS).await;
    browser.import("hill", "backup-run", RUNS).await;
    browser
}

#[tokio::test]
async fn a_stricter_number_is_looked_at_on_todays_records_and_nothing_changes_before_it_is_set() {
    let browser = browser().await;
    let body = browser.get(&format!("{CHANGE}?n-backup_gap=6%20hours")).await.body;
    for words in ["1 statement would stand otherwise. 1 problem would begin.", "Box A is old", "Not met"] {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert!(!body.contains("Box B is old"));
    let numbers = browser.get("/school/hill/policy/outside/numbers").await.body;
    assert!(numbers.contains("26 hours") && !numbers.contains("Set by"), "a look sets nothing: {numbers}");
    let fields = [("n-backup_gap", "6 hours"), ("why", "Governors agreed it")];
    let said = browser.post(&format!("{CHANGE}?n-backup_gap=6%20hours"), CHANGE, &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let numbers = browser.get("/school/hill/policy/outside/numbers").await.body;
    for words in ["6 hours", "Set by", "23 November 2026: Governors agreed it", "The policy itself says 26 hours"] {
        assert!(numbers.contains(words), "{words}: {numbers}");
    }
    let statement = browser.get("/school/hill/policy/outside/statement/a/1").await.body;
    assert!(statement.contains("Not met") && statement.contains("6 hours"), "{statement}");
}

#[tokio::test]
async fn whom_a_further_policy_reaches_is_counted_before_it_is_adopted() {
    let browser = browser().await;
    let staff = "Name,Kind,Active\nMadeup One,staff,yes\nMadeup Two,staff,yes\nMadeup Three,pupil,yes\n";
    browser.import("hill", "person", staff).await;
    let body = browser.get(&format!("{CHANGE}?with=skeleton")).await.body;
    crate::html::assert_good("change", &body);
    assert!(body.contains("4 people would be asked to sign."), "pupils too: {body}");
    assert!(body.contains("tasks would begin.") && body.contains("Which tasks"), "{body}");
    let body = browser.get(&format!("{CHANGE}?n-backup_gap=6%20hours")).await.body;
    assert!(!body.contains("would be asked to sign") && !body.contains("Which tasks"), "{body}");
}

#[tokio::test]
async fn a_blank_is_asked_for_first_and_filling_it_makes_a_statement_known() {
    let browser = browser().await;
    let numbers = browser.get("/school/hill/policy/outside/numbers").await.body;
    assert!(numbers.contains("1 number is not set yet."), "{numbers}");
    let asked = browser.get(&format!("{CHANGE}?add=size_min")).await.body;
    assert!(asked.contains("How many megabytes has a good run?") && !asked.contains("With what we know"), "{asked}");
    let looked = browser.get(&format!("{CHANGE}?n-size_min=50")).await.body;
    assert!(looked.contains("Box A is small") && looked.contains("Not known yet"), "{looked}");
}

#[tokio::test]
async fn a_looser_number_one_outside_its_bounds_and_one_without_a_reason_are_refused_beside_their_fields() {
    let browser = browser().await;
    for (query, words) in [("n-backup_gap=40%20hours", "looser"), ("n-size_min=500", "outside what the policy allows")]
    {
        let answer = browser.get(&format!("{CHANGE}?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(answer.body.contains(words) && answer.body.contains("There is a problem"), "{}", answer.body);
    }
    let looked = format!("{CHANGE}?n-backup_gap=6%20hours");
    let hidden = crate::html::hidden(&browser.get(&looked).await.body, CHANGE);
    let csrf = hidden.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let post = async |number: &str, why: &str| {
        let fields = [("csrf", csrf.as_str()), ("n-backup_gap", number), ("why", why)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        browser.post_raw(CHANGE, &fields).await
    };
    let answer = post("6 hours", " ").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("say in at most 500 characters why"), "{}", answer.body);
    let loose = post("40 hours", "easier").await;
    assert_eq!(loose.status, StatusCode::UNPROCESSABLE_ENTITY, "a forged form is held to the same");
}

#[tokio::test]
async fn a_further_policy_is_looked_at_compared_and_adopted_with_a_reason() {
    let browser = browser().await;
    let body = browser.get(&format!("{CHANGE}?with=skeleton")).await.body;
    assert!(body.contains("would stand otherwise") && body.contains("New"), "{body}");
    let compared = "/school/hill/policy/outside/compare?with=skeleton";
    assert!(browser.get(compared).await.body.contains("New"), "{compared}");
    let last = browser.get(&format!("{compared}&page=9")).await.body;
    assert!(last.contains("Gone") && last.contains("Every run is fresh."), "{last}");
    let said = browser
        .post(&format!("{CHANGE}?with=skeleton"), CHANGE, &[("with", "skeleton"), ("why", "Two policies now")])
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    assert_eq!(browser.get("/school/hill/policy/skeleton").await.status, StatusCode::OK);
    assert!(browser.get("/history").await.body.contains("Adopted a policy"));
    assert_eq!(browser.get("/school/hill/conflicts").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_who_may_adopt_looks_and_nobody_finds_a_policy_that_is_not_there() {
    let browser = browser().await;
    assert_eq!(browser.get(&format!("{CHANGE}?with=nothing")).await.status, StatusCode::NOT_FOUND);
    for role in [BaseRole::Technician, BaseRole::Governor, BaseRole::Staff] {
        browser.signed_in(role).await;
        assert_eq!(browser.get(CHANGE).await.status, StatusCode::NOT_FOUND, "{role:?}");
        assert_eq!(browser.get("/school/hill/policy/outside/numbers").await.status, StatusCode::OK, "{role:?}");
    }
}
