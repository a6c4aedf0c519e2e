//! The policy as somebody reads it: every statement with the school's numbers, found by its words, asked of a role.

use crate::school::{Browser, role_of};
use axum::http::StatusCode;
use schoolkeeper_core::permission::BaseRole;

/// A policy with a number of the school's, a blank, an explained word, a law, and something asked of each of two roles.
const POLICY: &str = r#"
[pack]
id = "outside"
title = "Outside"
version = "2.1"
language = 1
owner = ["headteacher"]
review = "1 year"
[param]
backup_gap = { value = "26 hours", stricter = "lower" }
look_every = { unit = "schedule", stricter = "more often", ask = "How often are the locks looked at?" }
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
caretaker = { title = "Caretaker", acts_as = "staff" }
cook = { title = "Cook", acts_as = "staff" }
[[term]]
id = "run"
word = "back-up run"
means = "One time that files were copied."
[[law]]
id = "gdpr"
title = "Made-Up Data Act"
[[companion]]
id = "plan"
title = "Made-Up Recovery Plan"
owner = "headteacher"
[[clause]]
id = "a/1"
section = "Back-ups"
text = "Every back-up run ends well."
mode = "detected"
who = ["headteacher"]
controls = ["runs"]
terms = ["run"]
laws = ["gdpr"]
companions = ["plan"]
[[clause]]
id = "b/1"
section = "Rooms"
text = "Locks are looked at."
mode = "evidenced"
who = ["caretaker"]
controls = ["locks"]
[control.runs]
type = "rule"
for = "backup-run"
expect = "backup_run.ok && age(backup_run.finished_at) <= param.backup_gap"
tell = [{ who = ["headteacher"], when = "opened" }]
[control.locks]
type = "duty"
title = "Look at the locks"
owner = ["caretaker"]
every = "$look_every"
countersign = ["headteacher"]
"#;

const AT: &str = "/school/hill/policy/outside";

#[tokio::test]
async fn the_whole_policy_stands_on_one_page_with_the_numbers_of_the_school_and_explained_words() {
    let browser = Browser::at(POLICY).await;
    let body = browser.get(&format!("{AT}/read/whole")).await.body;
    for words in [
        "a/1",
        "Every <dfn class=\"sk-word\">back-up run</dfn> ends well.",
        "One time that files were copied.",
        "Backup gap <strong>26 hours</strong>",
        "How often are the locks looked at? <strong>not set yet</strong>",
        "Version 2.1.",
        "Headteacher answers for it.",
    ] {
        assert!(body.contains(words), "{words} is not in {body}");
    }
    let chapter = browser.get(&format!("{AT}/read/chapter/rooms")).await.body;
    assert!(chapter.contains("Locks are looked at.") && !chapter.contains("ends well"), "{chapter}");
    assert_eq!(browser.get(&format!("{AT}/read/chapter/kitchens")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_finds_statements_by_number_text_heading_and_explained_word_and_says_when_there_is_none() {
    let browser = Browser::at(POLICY).await;
    let find = async |words: &str| browser.get(&format!("{AT}/read?find={words}")).await.body;
    for words in ["b/1", "LOCKS", "rooms+looked"] {
        let body = find(words).await;
        assert!(body.contains("1 statement holds") && body.contains("Locks are"), "{words}: {body}");
    }
    assert!(find("run").await.contains("ends well"));
    assert!(find("submarine").await.contains("No statement holds “submarine”"));
    assert!(find("%3Cb%3E").await.contains("No statement holds “&#60;b&#62;”"), "what was typed is escaped");
}

#[tokio::test]
async fn a_role_page_names_its_tasks_what_it_signs_off_and_what_it_is_told_and_nothing_of_others() {
    let browser = Browser::at(POLICY).await;
    let caretaker = browser.get(&format!("{AT}/asks/caretaker")).await.body;
    assert!(caretaker.contains("Tasks you do") && caretaker.contains("Look at the locks"), "{caretaker}");
    assert!(!caretaker.contains("countersign or") && !caretaker.contains("told about"), "{caretaker}");
    let head = browser.get(&format!("{AT}/asks/headteacher")).await.body;
    assert!(head.contains("You countersign.") && head.contains("You hear when it begins."), "{head}");
    assert!(head.contains("You hold this role.") && !head.contains("Tasks you do"), "{head}");
    let cook = browser.get(&format!("{AT}/asks/cook")).await.body;
    assert!(cook.contains("asks nothing of this role by name"), "{cook}");
    assert_eq!(browser.get(&format!("{AT}/asks/nobody")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn staff_read_the_policy_and_what_it_asks_of_them() {
    let browser = Browser::new(POLICY).await;
    browser.signed_in(BaseRole::Staff).await;
    for page in ["read", "read/whole", "glossary", "asks", "asks/caretaker", "statements.csv", "policy.html"] {
        let answer = browser.get(&format!("{AT}/{page}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{page} for {}", role_of(BaseRole::Staff));
    }
}

#[tokio::test]
async fn what_is_taken_away_needs_nothing_else_and_holds_every_statement() {
    let browser = Browser::at(POLICY).await;
    let file = browser.get(&format!("{AT}/policy.html")).await;
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("outside-hill.html"));
    for words in ["a/1", "b/1", "Made-Up Data Act", "Made-Up Recovery Plan", "26 hours"] {
        assert!(file.body.contains(words), "{words}");
    }
    assert!(!file.body.contains("/static") && !file.body.contains("<script"), "it needs nothing else");
    let csv = browser.get(&format!("{AT}/statements.csv")).await.body;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("Statement,Section,Text,"), "{csv}");
    let glossary = browser.get(&format!("{AT}/glossary")).await.body;
    for words in ["back-up run", "Made-Up Data Act", "Kept by: Headteacher", "statement/a/1"] {
        assert!(glossary.contains(words), "{words}");
    }
}
