//! Inviting somebody to a role is giving it: by the inviter's own authority, before the policies and the house's rules.

use crate::house::{POLICY, Test, denied};
use schoolkeeper_app::Error;
use schoolkeeper_app::sign_in::NewLogin;
use schoolkeeper_core::permission::BaseRole;

fn new(test: &Test, email: &str, role: &str) -> NewLogin {
    let (name, school) = ("Made-Up Newcomer".to_owned(), test.hill.clone());
    NewLogin { name, email: email.to_owned(), role: Some(role.to_owned()), school }
}

#[tokio::test]
async fn nobody_invites_somebody_to_more_than_they_may_give() {
    let test = Test::new().await;
    test.give("Bea Made-Up", "school-business-manager").await;
    let bea = test.actor("Bea Made-Up").await;
    let said = denied(test.house.invite(&bea, &new(&test, "new@hill.example", "headteacher")).await.map(drop));
    assert!(said.contains("may do what a headteacher may"), "{said}");
    let said = denied(test.house.invite(&bea, &new(&test, "office@hill.example", "it-technician")).await.map(drop));
    assert!(said.contains("nobody gives a leading role to themselves"), "{said}");
    let (person, _) = test.house.invite(&bea, &new(&test, "new@hill.example", "it-technician")).await.unwrap();
    let actor = test.house.actor(person.person, test.hill.organisation).await.unwrap();
    assert!(actor.bases_at(test.hill.id).contains(&BaseRole::Technician));
    let tom = test.actor("Tom Made-Up").await;
    let no = test.house.invite(&tom, &new(&test, "more@hill.example", "governor")).await.map(drop);
    assert!(matches!(no, Err(Error::NotAllowed(_))), "{no:?}");
}

#[tokio::test]
async fn a_policy_that_refuses_a_role_refuses_the_invitation_and_nobody_is_made() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let said = denied(test.house.invite(&operator, &new(&test, "new@hill.example", "siro")).await.map(drop));
    assert!(said.contains("1.1"), "{said}");
    let people = test.house.people_like(&operator, &test.hill, "new@hill.example").await.unwrap();
    assert_eq!(people, []);
}

#[tokio::test]
async fn a_policy_narrows_acts_on_the_house_itself() {
    let gate = r#"
[[clause]]
id = "2.1"
text = "The headteacher tries automatic checks again."
mode = "context"
controls = ["again"]
[control.again]
type = "access"
title = "Those who may try automatic checks again"
on = ["job.retry", "backup.run"]
only = "holds(actor, 'headteacher')"
"#;
    let test = Test::under(&POLICY.replacen("[[example]]", &format!("{gate}[[example]]"), 1)).await;
    test.give("Tom Made-Up", "it-technician").await;
    let tom = test.actor("Tom Made-Up").await;
    let nothing = uuid::Uuid::nil();
    let no = test.house.retry_job(&tom, nothing).await;
    assert!(matches!(no, Err(Error::NotAllowed(_) | Error::Denied(_))), "{no:?}");
    let no = test.house.give_up_job(&tom, nothing).await;
    assert!(matches!(no, Err(Error::NotAllowed(_) | Error::Denied(_))), "{no:?}");
    test.give("Hanna Made-Up", "headteacher").await;
    let hanna = test.actor("Hanna Made-Up").await;
    let none = test.house.retry_job(&hanna, nothing).await;
    assert!(matches!(none, Err(Error::Missing)), "let through, and there is no such job: {none:?}");
}
