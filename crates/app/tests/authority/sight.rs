//! What a policy keeps from somebody is neither shown nor counted for them.

use crate::house::{POLICY, TODAY, Test, role};
use schoolkeeper_app::role::{AppointmentChange, NewAppointment};
use schoolkeeper_app::{Error, ProblemsAsked, Standpoint};
use schoolkeeper_core::actor::Actor;
use std::sync::Arc;

const CLASSES: &str = r#"
[class]
order = ["open", "secret"]
[[clause]]
id = "2.1"
text = "Nobody has a right."
mode = "detected"
controls = ["rights", "seen"]
[control.rights]
type = "rule"
for = "account-right"
expect = "account_right.name == 'none'"
message = "{account_right.name} is a right"
[control.seen]
type = "access"
title = "Those who may see what is secret"
on = ["records.see"]
class = ["secret"]
only = "holds(actor, 'headteacher')"
"#;
const GATE: &str = r#"
[[clause]]
id = "2.2"
text = "The headteacher sees what is wrong."
mode = "context"
controls = ["gate"]
[control.gate]
type = "access"
title = "Those who may see problems"
on = ["finding.see"]
only = "holds(actor, 'headteacher') || holds(actor, 'slt')"
"#;

async fn school(more: &str) -> Test {
    let policy = POLICY.replacen("[[example]]", &format!("{more}[[example]]"), 1);
    let test = Test::under(&policy).await;
    let operator = test.house.operator();
    let lists = [
        ("device", "Device name,Encrypted\nMU-1,no\n"),
        ("account", "User name\nmara\n"),
        ("account-right", "Right,Account,Class\nExams,mara,secret\nPhotos,mara,open\nMarks,mara,secret\n"),
    ];
    for (register, list) in lists {
        test.bring_in(&operator, &test.hill, register, list).await.unwrap();
    }
    test.give("Hanna Made-Up", "headteacher").await;
    test.give("Tom Made-Up", "it-technician").await;
    test.house.evaluate(&operator, &test.hill).await.unwrap();
    test
}

async fn standpoint(test: &Test, actor: &Actor) -> Arc<Standpoint> {
    test.house.standpoint(actor, "hill", "small").await.unwrap()
}

fn causes(at: &Standpoint) -> Vec<(String, usize)> {
    at.groups.iter().map(|group| (group.control.to_string(), group.count)).collect()
}

async fn rows(test: &Test, actor: &Actor, at: &Standpoint) -> Vec<String> {
    let asked = ProblemsAsked { limit: 100, ..ProblemsAsked::default() };
    test.house.problems(actor, at, &asked).await.unwrap().into_iter().map(|one| one.message).collect()
}

#[tokio::test]
async fn records_that_a_policy_keeps_from_somebody_are_not_on_their_list_and_not_in_its_numbers() {
    let test = school(CLASSES).await;
    let head = test.actor("Hanna Made-Up").await;
    let at = standpoint(&test, &head).await;
    assert!(causes(&at).contains(&("rights".to_owned(), 3)), "{:?}", causes(&at));
    assert_eq!(at.outcome.clause("2.1").unwrap().counts.subjects, 3);
    let tom = test.actor("Tom Made-Up").await;
    let at = standpoint(&test, &tom).await;
    assert!(causes(&at).contains(&("rights".to_owned(), 1)), "{:?}", causes(&at));
    assert!(!format!("{:?}", at.groups).contains("Exams"), "{:?}", at.groups);
    assert_eq!(at.outcome.clause("2.1").unwrap().counts.subjects, 0, "nothing is counted that tells of the others");
    let seen = rows(&test, &tom, &at).await;
    assert!(seen.contains(&"Photos is a right".to_owned()), "{seen:?}");
    assert!(!seen.iter().any(|row| row.contains("Exams") || row.contains("Marks")), "{seen:?}");
    let of_clause = test.house.groups_of_clause(&tom, &at, "2.1").await.unwrap();
    assert_eq!(of_clause.iter().map(|group| group.count).sum::<usize>(), 1);
}

#[tokio::test]
async fn whoever_may_not_see_problems_sees_none_on_any_page() {
    let test = school(GATE).await;
    let (tom, sam) = (test.actor("Tom Made-Up").await, test.actor("Sam Made-Up").await);
    for (who, actor) in [("shut out by the policy", tom), ("staff", sam)] {
        let at = standpoint(&test, &actor).await;
        assert_eq!(causes(&at), [], "{who}");
        assert_eq!(test.house.groups_of_clause(&actor, &at, "1.2").await.unwrap(), [], "{who}");
        assert_eq!(test.house.vacancies(&actor, &at).await.unwrap(), [], "{who}");
        let asked = ProblemsAsked { limit: 9, ..ProblemsAsked::default() };
        let no = test.house.problems(&actor, &at, &asked).await;
        assert!(matches!(no, Err(Error::NotAllowed(_))), "{who}: {no:?}");
    }
    let head = test.actor("Hanna Made-Up").await;
    let at = standpoint(&test, &head).await;
    assert!(causes(&at).contains(&("encrypted".to_owned(), 1)), "{:?}", causes(&at));
}

#[tokio::test]
async fn a_change_of_roles_is_seen_at_the_next_question() {
    let test = school(GATE).await;
    let tom = test.actor("Tom Made-Up").await;
    assert!(test.house.scope_at(&tom, "finding.see", &test.hill).await.is_err());
    assert!(test.house.scope_at(&tom, "finding.see", &test.hill).await.is_err(), "held, and the same");
    test.give("Tom Made-Up", "slt").await;
    let tom = test.actor("Tom Made-Up").await;
    assert!(test.house.scope_at(&tom, "finding.see", &test.hill).await.is_ok());
}

#[tokio::test]
async fn a_role_that_nobody_holds_is_a_problem_until_somebody_does() {
    let test = Test::new().await;
    test.give("Hanna Made-Up", "headteacher").await;
    let head = test.actor("Hanna Made-Up").await;
    let vacant = test.house.vacancies(&head, &*standpoint(&test, &head).await).await.unwrap();
    assert_eq!(vacant.iter().map(|one| &*one.role).collect::<Vec<_>>(), ["it-technician"]);
    assert_eq!(vacant[0].statements, [("1.2".to_owned(), "An IT technician looks after devices.".to_owned())]);
    test.give("Tom Made-Up", "it-technician").await;
    let vacant = test.house.vacancies(&head, &*standpoint(&test, &head).await).await.unwrap();
    assert_eq!(vacant, []);
}

#[tokio::test]
async fn whoever_stands_in_is_told_for_whom_and_until_when() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let head = test.give("Hanna Made-Up", "headteacher").await;
    let deputy = NewAppointment {
        deputy_of: Some("headteacher".to_owned()),
        delegation: "Minute 4 of 2 November 2026".to_owned(),
        ..role("deputy")
    };
    test.appoint(&operator, &test.hill, "Sam Made-Up", deputy).await.unwrap();
    let says = async || test.house.stand_ins(&test.actor("Sam Made-Up").await).await.unwrap();
    assert!(says().await.is_empty());
    let away = AppointmentChange {
        away_from: Some(TODAY),
        away_until: Some(jiff::civil::date(2026, 12, 4)),
        ..AppointmentChange::default()
    };
    test.house.change_appointment(&operator, &test.hill, (head, &away)).await.unwrap();
    assert_eq!(says().await, ["You stand in for the headteacher at Hill until 4 December 2026."]);
}
