//! From a person to an actor, by the dates on record.

use crate::house::{TODAY, Test, open, role};
use jiff::civil::date;
use schoolkeeper_app::Error;
use schoolkeeper_app::role::{AppointmentChange, NewAppointment};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::permission::BaseRole;

fn has(actor: &Actor, base: BaseRole) -> bool {
    actor.roles.iter().any(|held| held.base == base)
}

#[tokio::test]
async fn without_an_appointment_somebody_is_what_their_kind_is() {
    let test = Test::new().await;
    for (name, base) in [("Sam", BaseRole::Staff), ("Gail", BaseRole::Governor), ("Pip", BaseRole::Guest)] {
        let actor = test.actor(&format!("{name} Made-Up")).await;
        let bases: Vec<_> = actor.roles.iter().map(|held| (held.base, held.school)).collect();
        assert_eq!(bases, [(base, Some(test.hill.id))], "{name}");
    }
}

#[tokio::test]
async fn a_role_counts_in_its_school_and_what_follows_it_comes_with_it() {
    let test = Test::new().await;
    test.give("Hanna Made-Up", "headteacher").await;
    let actor = test.actor("Hanna Made-Up").await;
    assert!(actor.bases_at(test.hill.id).contains(&BaseRole::Head));
    assert!(!actor.bases_at(test.vale.id).contains(&BaseRole::Head));
    assert!(actor.roles.iter().any(|held| &*held.role == "siro"), "the risk owner follows the headteacher");
}

#[tokio::test]
async fn a_role_of_the_central_office_counts_in_every_school() {
    let test = Test::new().await;
    let operator = test.house.operator();
    test.appoint(&operator, &test.trust, "Tom Made-Up", role("dpo")).await.unwrap();
    let actor = test.actor("Tom Made-Up").await;
    assert!(actor.bases_at(test.vale.id).contains(&BaseRole::Protection));
}

#[tokio::test]
async fn dates_take_effect_by_themselves() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let new = NewAppointment { from: Some(date(2026, 12, 1)), until: Some(date(2026, 12, 3)), ..role("it-technician") };
    test.appoint(&operator, &test.hill, "Tom Made-Up", new).await.unwrap();
    assert!(!has(&test.actor("Tom Made-Up").await, BaseRole::Technician));
    let test = test.on(date(2026, 12, 1)).await;
    assert!(has(&test.actor("Tom Made-Up").await, BaseRole::Technician));
    let test = test.on(date(2026, 12, 3)).await;
    assert!(has(&test.actor("Tom Made-Up").await, BaseRole::Technician), "the last day counts");
    let test = test.on(date(2026, 12, 4)).await;
    assert!(!has(&test.actor("Tom Made-Up").await, BaseRole::Technician));
}

#[tokio::test]
async fn a_deputy_acts_while_the_holder_is_away_or_the_post_is_vacant() {
    let test = Test::new().await;
    let operator = test.house.operator();
    let deputy = NewAppointment {
        deputy_of: Some("headteacher".to_owned()),
        delegation: "Minute 4 of 2 November 2026".to_owned(),
        ..role("deputy")
    };
    test.appoint(&operator, &test.hill, "Sam Made-Up", deputy).await.unwrap();
    let stands_in = |actor: &Actor| actor.roles.iter().any(|held| held.base == BaseRole::Head && held.stands_in);
    assert!(stands_in(&test.actor("Sam Made-Up").await), "nobody is headteacher yet");
    let head = test.give("Hanna Made-Up", "headteacher").await;
    assert!(!stands_in(&test.actor("Sam Made-Up").await));
    let away = AppointmentChange { away_from: Some(TODAY), away_until: Some(TODAY), ..AppointmentChange::default() };
    test.house.change_appointment(&operator, &test.hill, (head, &away)).await.unwrap();
    assert!(stands_in(&test.actor("Sam Made-Up").await));
    assert!(has(&test.actor("Hanna Made-Up").await, BaseRole::Head), "who is away is still who they are");
    let test = test.on(date(2026, 11, 24)).await;
    assert!(!stands_in(&test.actor("Sam Made-Up").await), "back again");
}

#[tokio::test]
async fn whoever_has_left_is_nobody_and_a_stranger_is_missing() {
    let test = Test::new().await;
    test.give("Tom Made-Up", "it-technician").await;
    let tom = test.person("Tom Made-Up").await;
    let list = "Name,Email,End date\nTom Made-Up,tech@hill.example,2026-11-22\n";
    let part = schoolkeeper_app::bring_in::List {
        register: "person",
        file: "left.csv",
        bytes: list.as_bytes(),
        part: true,
        ..schoolkeeper_app::bring_in::List::default()
    };
    test.house.bring_in(&test.house.operator(), &test.hill, &part).await.unwrap();
    let actor = test.house.actor(tom, test.hill.organisation).await.unwrap();
    assert_eq!(actor.roles, []);
    let elsewhere = schoolkeeper_core::id::OrganisationId(tom.0);
    assert!(matches!(test.house.actor(tom, elsewhere).await, Err(Error::Missing)));
}

#[tokio::test]
async fn no_policy_makes_anybody_the_operator() {
    let policy = crate::house::POLICY.replace(
        "slt = { title = \"Senior leadership team\", acts_as = \"staff\" }",
        "slt = { title = \"Senior leadership team\", acts_as = \"staff\" }\noperator = { title = \"Operator\", acts_as = \"staff\" }",
    );
    let test = Test::under(&policy).await;
    let new = NewAppointment { role: "operator".to_owned(), ..open() };
    test.appoint(&test.house.operator(), &test.hill, "Sam Made-Up", new).await.unwrap();
    assert!(!has(&test.actor("Sam Made-Up").await, BaseRole::Operator));
}
