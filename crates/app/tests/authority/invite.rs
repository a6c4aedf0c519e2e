//! Inviting somebody to a role is giving it: by the inviter's own authority, before the policies and the house's rules.

use crate::house::{POLICY, Test, denied, open};
use schoolkeeper_app::Error;
use schoolkeeper_app::role::NewAppointment;
use schoolkeeper_app::sign_in::{NewLogin, Reset};
use schoolkeeper_core::actor::Actor;
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

#[tokio::test]
async fn a_policy_narrows_what_is_done_to_those_who_sign_in() {
    let gate = r#"
[[clause]]
id = "2.1"
text = "The headteacher looks after who signs in."
mode = "context"
controls = ["people"]
[control.people]
type = "access"
title = "Those who look after who signs in"
on = ["login.invite", "login.reset", "login.end", "login.set", "emergency.set", "emergency.review", "backup.run"]
only = "holds(actor, 'headteacher')"
"#;
    let test = Test::under(&POLICY.replacen("[[example]]", &format!("{gate}[[example]]"), 1)).await;
    let house = &test.house;
    let invited = house.invite(&house.operator(), &new(&test, "new@hill.example", "it-technician")).await.unwrap();
    let login = invited.0.login;
    let all = async |actor: &Actor| {
        [
            house.invite_again(actor, login).await.err(),
            house.link_to_own(actor, login).await.err(),
            house.reset_for(actor, login, ("in-person", "forgotten")).await.err(),
            house.set_sign_in(actor, Reset::Itself, ("15", "30")).await.err(),
            house.emergency_code(actor).await.err(),
            house.review_emergency(actor, uuid::Uuid::nil(), "Looked at.").await.err(),
            house.end_access(actor, login).await.err(),
        ]
    };
    for school in [&test.hill, &test.vale] {
        let office = NewAppointment { role: "school-business-manager".to_owned(), ..open() };
        test.appoint(&house.operator(), school, "Bea Made-Up", office).await.unwrap();
        let head = NewAppointment { role: "headteacher".to_owned(), ..open() };
        test.appoint(&house.operator(), school, "Hanna Made-Up", head).await.unwrap();
    }
    for no in all(&test.actor("Bea Made-Up").await).await {
        assert!(matches!(no, Some(Error::NotAllowed(_))), "{no:?}");
    }
    test.give("Tom Made-Up", "it-technician").await;
    let tom = test.actor("Tom Made-Up").await;
    for no in [house.acknowledge_sheet(&tom).await.err(), house.recovery_sheet(&tom).await.err()] {
        assert!(matches!(no, Some(Error::NotAllowed(_))), "{no:?}");
    }
    let hanna = all(&test.actor("Hanna Made-Up").await).await;
    let missing = |error: &Error| matches!(error, Error::Missing);
    let through = hanna.iter().all(|error| error.as_ref().is_none_or(missing));
    assert!(through, "{hanna:?}");
    // There was no emergency, and how people sign in is the central office's business, too.
    assert_eq!(hanna.iter().flatten().count(), 3, "{hanna:?}");
}
