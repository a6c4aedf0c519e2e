//! Logins, sessions and links as they are kept.

use crate::house::{House, day, id};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, LoginId, OrganisationId, SchoolId, SessionId};
use schoolkeeper_store::link::{Link, Purpose};
use schoolkeeper_store::login::{Joined, LoginPage};
use schoolkeeper_store::session::{Session, Way};

schoolkeeper_testkit::both_engines!(
    a_session_ends_with_its_login_and_a_link_is_used_once,
    a_login_belongs_to_several_organisations_and_is_found_by_name_or_address
);

pub fn joined(login: LoginId, organisation: OrganisationId, school: SchoolId) -> Joined {
    Joined {
        login,
        organisation,
        title: String::new(),
        person: EntryId(id(login.0.as_u128() * 1000 + organisation.0.as_u128())),
        school,
        name: format!("Madeup Person {}", login.0.as_u128()),
        made_at: day(1),
        ended_at: None,
    }
}

pub fn session(login: LoginId, organisation: OrganisationId) -> Session {
    Session {
        held: false,
        id: SessionId(id(login.0.as_u128() + 5000)),
        way: Way::Password,
        login: Some(login),
        organisation,
        person: EntryId(id(login.0.as_u128() * 1000 + organisation.0.as_u128())),
        name: String::new(),
        browser: "A test".to_owned(),
        started_at: day(1),
        seen_at: day(1),
        ends_at: day(9),
        before_at: None,
        before_failed: 2,
        notice: None,
        password_set_at: None,
    }
}

pub fn link(login: LoginId, organisation: OrganisationId) -> Link {
    Link {
        id: id(login.0.as_u128() + 7000),
        purpose: Purpose::Reset,
        login,
        organisation,
        target: None,
        made_at: day(1),
        ends_at: day(3),
        used_at: None,
    }
}

async fn a_session_ends_with_its_login_and_a_link_is_used_once(url: String) {
    let house = House::open(&url).await;
    let (system, login) = (Scope::system("test"), LoginId(id(1)));
    let mut tx = house.store.write_tx().await.unwrap();
    tx.add_login(&system, login, "a@made.example", day(0)).await.unwrap();
    tx.join_login(&system, &joined(login, house.trust, house.lane), day(0)).await.unwrap();
    tx.note_failed(&system, login, day(0)).await.unwrap();
    tx.begin_session(&system, &session(login, house.trust), ("token", None)).await.unwrap();
    assert_eq!(tx.login(&system, login).await.unwrap().unwrap().failed_count, 0, "a sign-in forgets wrong attempts");
    let found = tx.session(&system, "token", day(2)).await.unwrap().unwrap();
    assert_eq!((found.before_failed, &*found.name), (2, "Madeup Person 1"));
    assert!(tx.session(&system, "token", day(9)).await.unwrap().is_none(), "it ended by itself");
    let link = link(login, house.trust);
    tx.add_link(&system, &link, "once").await.unwrap();
    assert!(tx.use_link(&system, &link, day(2)).await.unwrap());
    assert!(!tx.use_link(&system, &link, day(2)).await.unwrap(), "a link is used once");
    assert!(tx.end_login(&house.operator(), login, day(2)).await.unwrap());
    assert!(tx.session(&system, "token", day(2)).await.unwrap().is_none(), "its access ended");
    assert!(tx.login(&system, login).await.unwrap().unwrap().closed_at.is_some(), "it belongs nowhere");
    tx.commit().await.unwrap();
    house.store.close().await.unwrap();
}

async fn a_login_belongs_to_several_organisations_and_is_found_by_name_or_address(url: String) {
    let house = House::open(&url).await;
    let system = Scope::system("test");
    let mut tx = house.store.write_tx().await.unwrap();
    for number in 1..=3 {
        let login = LoginId(id(number));
        tx.add_login(&system, login, &format!("p{number}@made.example"), day(0)).await.unwrap();
        tx.join_login(&system, &joined(login, house.trust, house.lane), day(0)).await.unwrap();
    }
    tx.join_login(&system, &joined(LoginId(id(1)), house.elsewhere_trust, house.elsewhere), day(0)).await.unwrap();
    assert_eq!(tx.joined(&system, LoginId(id(1))).await.unwrap().len(), 2);
    for (search, hits) in [("", 3), ("PERSON 2", 1), ("p3@", 1), ("%", 0), ("nobody", 0)] {
        let page = LoginPage { search: search.to_owned(), limit: 9, ..LoginPage::default() };
        assert_eq!(tx.logins(&house.operator(), &page).await.unwrap().len(), hits, "{search}");
    }
    assert!(tx.logins(&house.technician(house.quarry), &LoginPage::default()).await.unwrap().is_empty());
    assert!(tx.end_login(&house.operator(), LoginId(id(1)), day(1)).await.unwrap());
    assert!(tx.login(&system, LoginId(id(1))).await.unwrap().unwrap().closed_at.is_none(), "it belongs elsewhere");
    tx.commit().await.unwrap();
    house.store.close().await.unwrap();
}
