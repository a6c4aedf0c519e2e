//! Several organisations in one house: nothing of one is seen or done in the other.

use crate::house::{Test, noon, role};
use jiff::civil::date;
use schoolkeeper_app::{Error, School};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{OrganisationId, SchoolId};
use schoolkeeper_store::{Organisation, Store};
use uuid::Uuid;

async fn elsewhere(test: &Test) -> School {
    let place = schoolkeeper_app::folder::Folder::open(&test.data, "test").unwrap().database();
    let store = Store::open(&place, Uuid::from_u128(9)).await.unwrap();
    let (organisation, at) = (OrganisationId(Uuid::from_u128(91)), noon(date(2026, 11, 23)));
    let system = Scope::system("test");
    let mut write = store.write_tx().await.unwrap();
    let other = Organisation { id: organisation, title: "Elsewhere".to_owned(), created_at: at };
    assert!(write.add_organisation(&system, &other).await.unwrap());
    let school = School {
        id: SchoolId(Uuid::from_u128(92)),
        organisation,
        slug: "elsewhere".to_owned(),
        title: "Elsewhere".to_owned(),
        trust: false,
        division: Division::default(),
        created_at: at,
    };
    assert!(write.add_school(&system, &school).await.unwrap());
    write.commit().await.unwrap();
    store.close().await.unwrap();
    school
}

#[tokio::test]
async fn an_actor_of_one_organisation_is_nobody_in_another() {
    let test = Test::new().await;
    let school = elsewhere(&test).await;
    test.give("Hanna Made-Up", "headteacher").await;
    let hanna = test.actor("Hanna Made-Up").await;
    let id = hanna.person.unwrap();
    assert!(matches!(test.house.actor(id, school.organisation).await, Err(Error::Missing)));
    for actor in [hanna, test.house.operator()] {
        assert!(test.house.roles(&actor, &school).await.is_err(), "not even the operator of the other trust");
        let no = test.appoint(&actor, &school, "Sam Made-Up", role("headteacher")).await;
        assert!(matches!(no, Err(Error::NotAllowed(_))), "{no:?}");
        assert!(test.house.all_schools(&actor).await.unwrap().iter().all(|one| one.id != school.id));
    }
    let stranger = Actor::operator(school.organisation);
    let sees = test.house.all_schools(&stranger).await.unwrap();
    assert_eq!(sees.iter().map(|one| one.id).collect::<Vec<_>>(), [school.id]);
    let no = test
        .house
        .appoint(
            &stranger,
            &school,
            &schoolkeeper_app::role::NewAppointment { person: Some(id), ..role("headteacher") },
        )
        .await;
    assert!(matches!(no, Err(Error::Missing)), "somebody of another organisation: {no:?}");
}
