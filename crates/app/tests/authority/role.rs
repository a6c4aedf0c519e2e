//! Appointing, changing, ending: what the policy and the house refuse, with the reasons.

use crate::house::{TODAY, Test, denied, open, role};
use jiff::civil::date;
use schoolkeeper_app::Error;
use schoolkeeper_app::role::{AppointmentChange, NewAppointment};

#[tokio::test]
async fn a_refusal_names_the_statement_and_changes_nothing() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let before = test.house.roles(&operator, &test.hill).await.unwrap();
    let said = denied(test.appoint(&operator, &test.hill, "Tom Made-Up", role("siro")).await);
    assert!(said.contains("1.1 \"The headteacher is the senior information risk owner.\""), "{said}");
    assert!(said.contains("Tom Made-Up is not the headteacher") && said.contains("Nothing was changed"), "{said}");
    assert_eq!(test.house.roles(&operator, &test.hill).await.unwrap(), before);
}

#[tokio::test]
async fn roles_that_do_not_go_together_are_explained() {
    let test = Test::new().await;
    let operator = test.house.operator();
    test.give("Hanna Made-Up", "headteacher").await;
    let said = denied(test.appoint(&operator, &test.hill, "Hanna Made-Up", role("dpo")).await);
    assert!(said.contains("Data protection officer and Headteacher may not be the same person"), "{said}");
    let said = denied(test.appoint(&operator, &test.hill, "Sam Made-Up", role("headteacher")).await);
    assert!(said.contains("held by one person at a time"), "{said}");
    let said = denied(test.appoint(&operator, &test.hill, "Sam Made-Up", role("ict-lead")).await);
    assert!(said.contains("only for somebody who is Senior leadership team"), "{said}");
    test.give("Sam Made-Up", "slt").await;
    test.give("Sam Made-Up", "ict-lead").await;
    let said = denied(test.appoint(&operator, &test.hill, "Sam Made-Up", role("wizard")).await);
    assert!(said.contains("no policy here names a role `wizard`"), "{said}");
}

#[tokio::test]
async fn nobody_gives_more_than_they_may_and_nobody_raises_themselves() {
    let test = Test::new().await;
    test.give("Bea Made-Up", "school-business-manager").await;
    let bea = test.actor("Bea Made-Up").await;
    let said = denied(test.appoint(&bea, &test.hill, "Bea Made-Up", role("it-technician")).await);
    assert!(said.contains("nobody gives a leading role to themselves"), "{said}");
    let said = denied(test.appoint(&bea, &test.hill, "Sam Made-Up", role("headteacher")).await);
    assert!(said.contains("may do what a headteacher may") && said.contains("Headteacher may allow it"), "{said}");
    test.appoint(&bea, &test.hill, "Tom Made-Up", role("it-technician")).await.unwrap();
    let tom = test.actor("Tom Made-Up").await;
    let no = test.appoint(&tom, &test.hill, "Sam Made-Up", role("it-technician")).await;
    assert!(matches!(no, Err(Error::NotAllowed(_))), "{no:?}");
    let no = test.appoint(&bea, &test.vale, "Tom Made-Up", role("it-technician")).await;
    assert!(matches!(no, Err(Error::NotAllowed(_))), "Bea is nobody at Vale: {no:?}");
    let head = test.give("Hanna Made-Up", "headteacher").await;
    let said = denied(test.house.end_appointment(&bea, &test.hill, (head, TODAY)).await);
    assert!(said.contains("may do what a headteacher may"), "{said}");
}

#[tokio::test]
async fn a_leading_role_is_handed_on_only_with_a_delegation() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let old = test.give("Hanna Made-Up", "headteacher").await;
    test.house.end_appointment(&operator, &test.hill, (old, TODAY)).await.unwrap();
    let next = NewAppointment { from: Some(date(2026, 11, 24)), ..role("headteacher") };
    let said = denied(test.appoint(&operator, &test.hill, "Sam Made-Up", next.clone()).await);
    assert!(said.contains("needs the minute or letter"), "{said}");
    let next = NewAppointment { delegation: "Governors, minute 7".to_owned(), ..next };
    test.appoint(&operator, &test.hill, "Sam Made-Up", next).await.unwrap();
}

#[tokio::test]
async fn vacant_roles_stand_first_with_the_statements_that_need_them() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let roles = test.house.roles(&operator, &test.hill).await.unwrap();
    assert!(roles[0].vacant);
    let technician = roles.iter().find(|line| &*line.role == "it-technician").unwrap();
    assert_eq!(technician.needed_by, [("1.2".to_owned(), "An IT technician looks after devices.".to_owned())]);
    test.give("Tom Made-Up", "it-technician").await;
    let roles = test.house.roles(&operator, &test.hill).await.unwrap();
    let technician = roles.iter().find(|line| &*line.role == "it-technician").unwrap();
    assert!(!technician.vacant);
    assert_eq!(technician.people[0].name, "Tom Made-Up");
}

#[tokio::test]
async fn an_organisation_has_its_own_words_for_roles() {
    let test = Test::new().await;
    let operator = test.house.operator();
    test.house.name_role(&operator, &test.hill, ("headteacher", "Principal")).await.unwrap();
    test.give("Hanna Made-Up", "headteacher").await;
    let roles = test.house.roles(&operator, &test.vale).await.unwrap();
    assert!(roles.iter().any(|line| line.title == "Principal"), "in every school");
    let head = test.actor("Hanna Made-Up").await;
    let no = test.house.name_role(&head, &test.hill, ("headteacher", "Boss")).await;
    assert!(matches!(no, Err(Error::Refused(_))), "one school's head does not name for all: {no:?}");
    test.house.name_role(&operator, &test.hill, ("headteacher", "")).await.unwrap();
    let roles = test.house.roles(&operator, &test.hill).await.unwrap();
    assert!(roles.iter().any(|line| line.title == "Headteacher"));
}

#[tokio::test]
async fn an_appointment_may_answer_for_a_site() {
    let test = Test::new().await;
    let operator = test.house.operator();
    test.bring_in(&operator, &test.hill, "site", "Site,Postcode\nAnnexe,ZZ9 9ZZ\n").await.unwrap();
    let site = test.house.one_site(&operator, &test.hill, "annexe").await.unwrap();
    test.give("Tom Made-Up", "it-technician").await;
    let new = NewAppointment { site: Some(site), ..role("it-technician") };
    test.appoint(&operator, &test.hill, "Sam Made-Up", new).await.unwrap();
    let posts = test.house.posts_of(&operator, &test.hill).await.unwrap();
    let at = |site| {
        let found = posts.roles.responsible(&posts.appointments, "it-technician", (site, posts.today));
        found.iter().map(|one| one.person).collect::<Vec<_>>()
    };
    assert_eq!(at(Some(site)), [test.person("Sam Made-Up").await]);
    assert_eq!(at(None), [test.person("Tom Made-Up").await]);
}

#[tokio::test]
async fn a_change_keeps_its_history() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let one = test.appoint(&operator, &test.hill, "Tom Made-Up", NewAppointment { role: "slt".into(), ..open() }).await;
    let one = one.unwrap();
    let change = AppointmentChange { until: Some(date(2026, 12, 31)), ..AppointmentChange::default() };
    test.house.change_appointment(&operator, &test.hill, (one, &change)).await.unwrap();
    let history = test.house.appointment_history(&operator, &test.hill, one).await.unwrap();
    assert_eq!(history.len(), 2);
    assert!(matches!(test.house.appointment(&operator, &test.vale, one).await, Err(Error::Missing)));
}
