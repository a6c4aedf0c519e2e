//! Who may look at logins, and who lets people in.

use crate::house::{House, day, id};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, LoginId, OrganisationId, SessionId};
use schoolkeeper_store::Write;
use schoolkeeper_store::emergency::EmergencyUse;
use schoolkeeper_store::login::{LoginPage, Setting};
use schoolkeeper_store::sign_link::{Carrier, SignLink};

/// Who signs in is the system's business; an organisation sees its own people and ends only their access.
#[tokio::test]
async fn logins_are_let_in_by_the_system_and_seen_by_their_own_organisation() {
    let database = schoolkeeper_testkit::TestDatabase::sqlite().unwrap();
    let house = House::open(database.url()).await;
    let system = Scope::system("test");
    let mut tx = house.store.write_tx().await.unwrap();
    let (login, session) = (LoginId(id(900)), crate::login::session(LoginId(id(900)), house.trust));
    let joined = crate::login::joined(login, house.trust, house.lane);
    let link = crate::login::link(login, house.trust);
    let by_mail = by_mail(&house);
    let glass = EmergencyUse { id: id(950), organisation: house.trust, at: day(1), ends_at: day(2) };
    let everything = async |tx: &mut Write, scope: &Scope| {
        tx.count_wrong(scope, "key", day(1), day(0)).await.unwrap();
        [
            tx.add_login(scope, login, "a@made.example", day(1)).await.unwrap(),
            tx.join_login(scope, &joined, day(1)).await.unwrap(),
            tx.set_password(scope, login, "hash", day(1)).await.unwrap(),
            tx.rehash(scope, login, ("hash", "other")).await.unwrap(),
            tx.note_failed(scope, login, day(1)).await.unwrap(),
            tx.agree_notice(scope, login, "1", day(1)).await.unwrap(),
            tx.begin_session(scope, &session, ("token", Some("device"))).await.unwrap(),
            tx.see_session(scope, session.id, day(2)).await.unwrap(),
            tx.release_session(scope, session.id).await.unwrap(),
            tx.renew_session(scope, session.id, "token2").await.unwrap(),
            tx.move_session(scope, session.id, (house.trust, EntryId(id(100))), "token3").await.unwrap(),
            tx.add_link(scope, &link, "link").await.unwrap(),
            tx.use_link(scope, &link, day(2)).await.unwrap(),
            tx.hold_back(scope, "key", day(2)).await.unwrap(),
            tx.keep_draft(scope, (login, "/form"), "sealed", (day(1), day(2))).await.unwrap(),
            tx.drop_draft(scope, login, "/form").await.unwrap(),
            tx.clear_wrong(scope, "key").await.unwrap(),
            tx.use_emergency(scope, "glass", &glass).await.unwrap(),
            tx.set_setup_code(scope, "code", 4, day(1)).await.unwrap(),
            tx.try_setup_code(scope).await.unwrap(),
            tx.end_setup_code(scope).await.unwrap(),
            tx.look_as(scope, &joined, None, day(2)).await.unwrap(),
            tx.add_sign_link(scope, &by_mail, "sign").await.unwrap(),
            tx.use_sign_link(scope, &by_mail, (day(2), None)).await.unwrap(),
        ]
    };
    for scope in [house.stranger(), house.technician(house.lane), house.own(EntryId(id(100))), system.clone()] {
        assert!(!tx.set_emergency(&scope, house.trust, "glass", day(1)).await.unwrap(), "{scope:?}");
    }
    assert!(tx.set_emergency(&house.operator(), house.trust, "glass", day(1)).await.unwrap());
    for scope in [house.operator(), house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(everything(&mut tx, &scope).await, [false; 24]);
    }
    assert_eq!(everything(&mut tx, &system).await, [true; 24]);
    assert!(tx.end_session(&system, session.id, day(3)).await.unwrap());
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        sees_nobody(&mut tx, &scope, (login, session.id, house.trust)).await;
    }
    assert!(tx.emergency_uses(&house.stranger()).await.unwrap().is_empty());
    assert!(!tx.review_emergency(&house.stranger(), glass.id, (None, "no"), day(2)).await.unwrap());
    assert_eq!(tx.emergency_uses(&house.operator()).await.unwrap(), [glass]);
    assert!(tx.review_emergency(&house.operator(), glass.id, (None, "tried"), day(2)).await.unwrap());
    let setting = Setting { idle_staff_minutes: 5, ..Setting::default() };
    assert!(tx.set_sign_in(&house.operator(), setting, day(1)).await.unwrap());
    assert!(!tx.set_sign_in(&system, setting, day(1)).await.unwrap());
    assert_eq!(tx.sign_in_setting(&house.operator(), house.trust).await.unwrap(), setting);
    assert_eq!(tx.sign_in_setting(&house.stranger(), house.trust).await.unwrap(), Setting::default());
    assert_eq!(tx.logins(&house.operator(), &LoginPage { limit: 9, ..LoginPage::default() }).await.unwrap().len(), 1);
    assert!(!tx.note_checked(&system, login, ("in-person", "forgotten"), day(2)).await.unwrap());
    assert!(tx.end_login(&house.operator(), login, day(2)).await.unwrap());
    tx.commit().await.unwrap();
}

fn by_mail(house: &House) -> SignLink {
    SignLink {
        id: id(960),
        carrier: Carrier::Mail,
        organisation: house.trust,
        school: house.lane,
        target: "p/aup".to_owned(),
        entry: None,
        person: Some(EntryId(id(100))),
        made_at: day(1),
        ends_at: day(9),
        used_at: None,
        signature: None,
    }
}

async fn sees_nobody(tx: &mut Write, scope: &Scope, (login, session, trust): (LoginId, SessionId, OrganisationId)) {
    assert!(tx.login(scope, login).await.unwrap().is_none());
    assert!(tx.login_by_email(scope, "a@made.example").await.unwrap().is_none());
    assert!(tx.joined(scope, login).await.unwrap().is_empty());
    assert!(tx.earlier_passwords(scope, login).await.unwrap().is_empty());
    assert!(tx.session(scope, "token3", day(1)).await.unwrap().is_none());
    assert!(tx.sessions(scope, login, day(1)).await.unwrap().is_empty());
    assert!(!tx.knows_device(scope, login, "device").await.unwrap());
    assert!(tx.link(scope, "link").await.unwrap().is_none());
    assert!(tx.sign_link(scope, "sign").await.unwrap().is_none());
    assert!(tx.setup_code(scope).await.unwrap().is_none());
    assert!(tx.throttled(scope, "key").await.unwrap().is_none());
    assert_eq!(tx.count_wrong(scope, "key", day(1), day(0)).await.unwrap(), 0);
    assert!(tx.draft(scope, login, "/form", day(1)).await.unwrap().is_none());
    assert!(tx.whose_token(scope, "token3", day(1)).await.unwrap().is_none());
    assert!(tx.joined_to(scope, trust).await.unwrap().is_empty());
    assert!(tx.joined_to_alone(scope, trust).await.unwrap().is_empty());
    assert!(tx.emergency_of(scope, "glass").await.unwrap().is_none());
    assert_eq!(tx.forget_attempts(scope, day(99)).await.unwrap(), 0);
    assert_eq!(tx.forget_logins(scope).await.unwrap(), 0);
    assert_eq!(tx.end_sessions(scope, login, None, day(2)).await.unwrap(), 0);
    assert!(!tx.end_session(scope, session, day(2)).await.unwrap());
    assert!(!tx.misused_session(scope, session, day(2)).await.unwrap());
    assert!(tx.logins(scope, &LoginPage { limit: 9, ..LoginPage::default() }).await.unwrap().is_empty());
    assert!(!tx.end_login(scope, login, day(2)).await.unwrap());
}
