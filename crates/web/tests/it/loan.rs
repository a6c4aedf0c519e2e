//! A loan is prepared, its terms are signed for it, and only then it is handed over.

use crate::school::Browser;
use axum::http::StatusCode;
use schoolkeeper_app::agreement::{Answers, Publish, RollState, Signing};
use schoolkeeper_core::permission::BaseRole;

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[[clause]]
id = "a/1"
section = "Loans"
text = "Whoever borrows a laptop signs for it."
mode = "enforced"
controls = ["terms"]
article = { words = "Keep it locked away.", ask = "Where is it at night?", right = "Locked away", wrong = ["In the car"], show_at = ["asset.loan"] }
[control.terms]
type = "agreement"
title = "Terms of a loan"
audience = ["holder"]
per = "asset-loan"
articles = "bound"
within = "5 working days"
sign = ["browser"]
blocks = ["asset.loan"]
"#
);
const LOANS: &str = "/school/hill/records/asset-loan";

fn handed_over() -> [(&'static str, &'static str); 3] {
    [("f-from-day", "23"), ("f-from-month", "11"), ("f-from-year", "2026")]
}

#[tokio::test]
async fn a_laptop_is_handed_over_once_the_terms_of_this_loan_are_signed() {
    let browser = Browser::pretending(POLICY).await;
    browser.also(BaseRole::Staff, "hill").await;
    browser.import("hill", "asset", "Tag,Kind\nMU-1,laptop\n").await;
    let (house, operator) = (browser.house(), browser.house().operator());
    let school = house.one_school(&operator, Some("hill")).await.unwrap();
    let head = browser.actor().await;
    let which = ("outside", "terms");
    let number = house.composed(&head, &school, which).await.unwrap().number;
    let first = Publish { version: "1".to_owned(), material: true, number };
    house.publish(&head, &school, (which, &first)).await.unwrap();
    let (laptop, holder) = (browser.entry("asset", "MU-1").await, browser.entry("person", "Madeup staff").await);
    let add = format!("{LOANS}/new");
    let says = "<li>Keep it locked away. <span class=\"sk-meta\">a/1</span></li>";
    assert!(browser.get(&add).await.body.contains(says), "what the policy says is said again where it is handed over");
    let whose = [("step", "save"), ("f-asset", laptop.as_str()), ("f-holder", holder.as_str())];
    // At once it cannot be handed over.
    let at_once: Vec<_> = whose.into_iter().chain(handed_over()).collect();
    let refused = browser.post(&add, &add, &at_once).await;
    assert!(refused.body.contains("has not signed"), "{} {}", refused.status, refused.body);
    let prepared = browser.post(&add, &add, &whose).await;
    assert_eq!(prepared.status, StatusCode::SEE_OTHER, "{}", prepared.body);
    let loan = prepared.headers["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
    let change = format!("{loan}/change");
    let give = async || {
        let filled: Vec<_> = whose.into_iter().chain(handed_over()).collect();
        browser.post(&change, &change, &filled).await
    };
    let refused = give().await;
    assert!(refused.body.contains("has not signed"), "{} {}", refused.status, refused.body);
    // The borrower finds it to sign, and signs for this loan.
    let roll = house.roll(&head, &school, which).await.unwrap();
    assert!(roll.lines.iter().any(|line| line.state == RollState::Waiting), "{:?}", roll.lines);
    let person = roll.lines[0].person;
    let borrower = house.actor(person, school.organisation).await.unwrap();
    let shown = house.to_sign(&borrower, &school, (which, None)).await.unwrap();
    let right = |one: &schoolkeeper_app::agreement::Question| {
        one.choices.iter().find(|choice| one.is_right(choice)).unwrap().clone()
    };
    let answers = Answers {
        versions: shown.parts.iter().map(|part| (part.control.to_string(), part.text.version.clone())).collect(),
        opened: Vec::new(),
        answers: shown.questions.iter().map(|one| (one.clause.to_string(), right(one))).collect(),
        agreed: true,
    };
    let signed = house.sign(&borrower, &school, (which, None), (&answers, "browser")).await.unwrap();
    assert!(matches!(signed, Signing::Done(..)), "{signed:?}");
    let given = give().await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
}
