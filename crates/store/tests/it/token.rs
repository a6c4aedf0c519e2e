//! Tokens and webhooks: found by the system, seen and changed by whoever reaches their schools, told within bounds.

use crate::house::{House, asset, day, id, named};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, LoginId, SchoolId};
use schoolkeeper_store::ByHand;
use schoolkeeper_store::token::Token;
use schoolkeeper_store::webhook::{Delivered, Event, WAITING_MAX, Webhook};

schoolkeeper_testkit::both_engines!(
    tokens_are_shown_to_the_system_and_seen_by_whoever_reaches_their_schools,
    a_request_that_comes_again_is_answered_as_before,
    what_is_told_goes_with_the_change_and_to_those_who_want_it,
    only_so_many_things_wait_for_one_receiver,
    a_feed_is_its_persons_own_and_ends_with_their_sign_in
);

fn token(house: &House, number: u128, schools: &[SchoolId]) -> Token {
    Token {
        id: id(number),
        organisation: house.trust,
        person: maker_of(house),
        name: "Wallboard (made up)".to_owned(),
        schools: schools.to_vec(),
        scopes: vec!["standing.read".to_owned()],
        made_at: day(1),
        ends_at: day(20),
        used_on: None,
        revoked_at: None,
    }
}

fn maker_of(house: &House) -> EntryId {
    crate::login::joined(LoginId(id(900)), house.trust, house.lane).person
}

/// A person who can sign in.
async fn maker(house: &House) {
    let (system, mut tx) = (Scope::system("test"), house.store.write_tx().await.unwrap());
    let person = crate::house::register("person", schoolkeeper_core::schema::RegisterKind::Entry);
    let place = ByHand { school: house.lane, register: &person, now: day(1), why: None };
    let mut entry = named(100, "hand", day(1), "Madeup Maker");
    entry.id = maker_of(house);
    assert!(tx.create_entry(&system, place, entry).await.unwrap());
    let login = LoginId(id(900));
    let joined = crate::login::joined(login, house.trust, house.lane);
    assert!(tx.add_login(&system, login, "maker@made.example", day(1)).await.unwrap());
    assert!(tx.join_login(&system, &joined, day(1)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn tokens_are_shown_to_the_system_and_seen_by_whoever_reaches_their_schools(url: String) {
    let house = House::open(&url).await;
    maker(&house).await;
    let (system, lane) = (Scope::system("test"), house.lane);
    let known = token(&house, 950, &[lane]);
    let mut tx = house.store.write_tx().await.unwrap();
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert!(!tx.add_token(&scope, &known, "hash").await.unwrap());
    }
    assert!(!tx.add_token(&house.operator(), &token(&house, 951, &[]), "none").await.unwrap(), "of no school");
    assert!(!tx.add_token(&house.operator(), &token(&house, 951, &[house.elsewhere]), "none").await.unwrap());
    assert!(tx.add_token(&house.operator(), &known, "hash").await.unwrap());
    assert_eq!(tx.live_token(&system, "hash", day(2)).await.unwrap(), Some(known.clone()));
    assert_eq!(tx.live_token(&system, "hash", day(20)).await.unwrap(), None, "it has ended");
    assert_eq!(tx.live_token(&system, "other", day(2)).await.unwrap(), None);
    for scope in [house.operator(), house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(tx.live_token(&scope, "hash", day(2)).await.unwrap(), None);
        assert!(!tx.use_token(&scope, known.id, "2026-01-02".parse().unwrap()).await.unwrap());
        assert!(tx.ending_tokens(&scope, day(2), day(30)).await.unwrap().is_empty());
        assert!(!tx.begin_repeat(&scope, (known.id, "key"), "digest", day(2)).await.unwrap());
        assert!(!tx.end_repeat(&scope, (known.id, "key"), None).await.unwrap());
        assert!(tx.answered(&scope, (known.id, "key")).await.unwrap().is_none());
        assert_eq!(tx.forget_repeats(&scope, day(9)).await.unwrap(), 0);
    }
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert!(tx.tokens(&scope).await.unwrap().is_empty());
        assert!(tx.token(&scope, known.id).await.unwrap().is_none());
        assert!(!tx.revoke_token(&scope, known.id, day(3)).await.unwrap());
        assert!(!tx.renew_token(&scope, (known.id, "stolen"), day(30), day(3)).await.unwrap());
    }
    assert_eq!(tx.token_count(&house.stranger(), day(2)).await.unwrap(), 0);
    assert_eq!(tx.token_count(&house.operator(), day(2)).await.unwrap(), 1);
    assert_eq!(tx.ending_tokens(&system, day(2), day(21)).await.unwrap().len(), 1);
    assert!(tx.ending_tokens(&system, day(2), day(19)).await.unwrap().is_empty());
    assert!(tx.use_token(&system, known.id, "2026-01-02".parse().unwrap()).await.unwrap());
    assert!(tx.renew_token(&house.operator(), (known.id, "new"), day(25), day(3)).await.unwrap());
    assert_eq!(tx.live_token(&system, "hash", day(4)).await.unwrap(), None, "the old text is worth nothing");
    let renewed = tx.live_token(&system, "new", day(24)).await.unwrap().unwrap();
    assert_eq!(renewed.used_on, Some("2026-01-02".parse().unwrap()));
    assert!(tx.revoke_token(&house.operator(), known.id, day(4)).await.unwrap());
    assert!(!tx.revoke_token(&house.operator(), known.id, day(4)).await.unwrap());
    assert!(!tx.renew_token(&house.operator(), (known.id, "again"), day(30), day(5)).await.unwrap());
    assert_eq!(tx.live_token(&system, "new", day(5)).await.unwrap(), None);
    assert_eq!(tx.tokens(&house.operator()).await.unwrap().len(), 1, "what has ended stays in the list");
    tx.commit().await.unwrap();
}

async fn a_request_that_comes_again_is_answered_as_before(url: String) {
    let house = House::open(&url).await;
    maker(&house).await;
    let system = Scope::system("test");
    let known = token(&house, 950, &[house.lane]);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.add_token(&house.operator(), &known, "hash").await.unwrap());
    let place = (known.id, "key");
    assert!(tx.begin_repeat(&system, place, "digest", day(2)).await.unwrap());
    assert!(!tx.begin_repeat(&system, place, "digest", day(2)).await.unwrap());
    assert_eq!(tx.answered(&system, place).await.unwrap().unwrap().answer, None, "it is under way");
    assert!(tx.end_repeat(&system, place, None).await.unwrap(), "nothing was done");
    assert!(tx.begin_repeat(&system, place, "mended", day(2)).await.unwrap());
    assert!(tx.end_repeat(&system, place, Some((201, "{}"))).await.unwrap());
    let answered = tx.answered(&system, place).await.unwrap().unwrap();
    assert_eq!((answered.request.as_str(), answered.answer), ("mended", Some((201, "{}".to_owned()))));
    assert!(!tx.end_repeat(&system, place, None).await.unwrap(), "what was done is not forgotten");
    assert_eq!(tx.forget_repeats(&system, day(2)).await.unwrap(), 0);
    assert_eq!(tx.forget_repeats(&system, day(3)).await.unwrap(), 1);
    assert!(tx.answered(&system, place).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

fn webhook(number: u128, school: SchoolId, events: &[Event]) -> Webhook {
    Webhook {
        id: id(number),
        school,
        name: "Helpdesk (made up)".to_owned(),
        url: "https://helpdesk.made.example/".to_owned(),
        events: events.to_vec(),
        secret: "sealed".to_owned(),
        missed: 0,
        made_at: day(1),
        ended_at: None,
    }
}

async fn what_is_told_goes_with_the_change_and_to_those_who_want_it(url: String) {
    let house = House::open(&url).await;
    let (operator, lane, system) = (house.operator(), house.lane, Scope::system("test"));
    let mut tx = house.store.write_tx().await.unwrap();
    let (wants, other) = (webhook(960, lane, &[Event::RecordCreated]), webhook(961, lane, &[Event::ProblemOpened]));
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert!(!tx.add_webhook(&scope, &wants).await.unwrap());
    }
    assert!(tx.add_webhook(&operator, &wants).await.unwrap() && tx.add_webhook(&operator, &other).await.unwrap());
    tx.commit().await.unwrap();
    let asset = asset();
    let place = ByHand { school: lane, register: &asset, now: day(2), why: Some("a reason nobody else reads") };
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.create_entry(&operator, place, named(101, "hand", day(2), "Secret chair")).await.unwrap());
    drop(tx);
    let read = house.store.read().await.unwrap();
    assert!(read.deliveries(&operator, wants.id, (None, 9)).await.unwrap().is_empty(), "it was not committed");
    drop(read);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.create_entry(&operator, place, named(101, "hand", day(2), "Secret chair")).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = house.store.write_tx().await.unwrap();
    let told = tx.deliveries(&operator, wants.id, (None, 9)).await.unwrap();
    assert_eq!(told.len(), 1);
    assert!(!format!("{told:?}").contains("chair") && !format!("{told:?}").contains("reason"), "{told:?}");
    assert!(tx.deliveries(&operator, other.id, (None, 9)).await.unwrap().is_empty());
    assert!(tx.any_job_due(&system, ",webhook,", day(3)).await.unwrap());
    let one = told[0].id;
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert!(tx.webhooks(&scope, lane).await.unwrap().is_empty());
        assert!(tx.webhook(&scope, wants.id).await.unwrap().is_none());
        assert!(tx.delivery(&scope, one).await.unwrap().is_none());
        assert!(tx.deliveries(&scope, wants.id, (None, 9)).await.unwrap().is_empty());
        assert!(tx.ping_webhook(&scope, wants.id, day(3)).await.unwrap().is_none());
        assert!(!tx.redeliver(&scope, one, day(3)).await.unwrap());
        assert!(!tx.end_webhook(&scope, wants.id, day(3)).await.unwrap());
    }
    assert!(!tx.delivery_tried(&operator, (one, Delivered::Done), "no", day(3)).await.unwrap());
    assert!(!tx.redeliver(&operator, one, day(3)).await.unwrap(), "it waits already");
    assert!(tx.delivery_tried(&system, (one, Delivered::Dead), &"x".repeat(999), day(3)).await.unwrap());
    let dead = tx.delivery(&operator, one).await.unwrap().unwrap();
    assert_eq!((dead.delivered, dead.attempts, dead.answer.unwrap().len()), (Delivered::Dead, 1, 300));
    assert!(tx.redeliver(&operator, one, day(3)).await.unwrap());
    assert_eq!(tx.delivery(&operator, one).await.unwrap().unwrap().attempts, 0);
    assert!(tx.ping_webhook(&operator, other.id, day(3)).await.unwrap().is_some(), "a test is told whatever is wanted");
    assert!(tx.end_webhook(&operator, wants.id, day(4)).await.unwrap());
    assert_eq!(tx.delivery(&operator, one).await.unwrap().unwrap().delivered, Delivered::Dead);
    assert!(
        !tx.redeliver(&operator, one, day(4)).await.unwrap() && tx.webhooks(&operator, lane).await.unwrap().len() == 1
    );
    tx.commit().await.unwrap();
}

async fn only_so_many_things_wait_for_one_receiver(url: String) {
    let house = House::open(&url).await;
    let (operator, mut tx) = (house.operator(), house.store.write_tx().await.unwrap());
    let hook = webhook(960, house.lane, &[Event::RecordCreated]);
    assert!(tx.add_webhook(&operator, &hook).await.unwrap());
    for _ in 0..WAITING_MAX {
        assert!(tx.ping_webhook(&operator, hook.id, day(2)).await.unwrap().is_some());
    }
    assert!(tx.ping_webhook(&operator, hook.id, day(2)).await.unwrap().is_none());
    assert_eq!(tx.webhook(&operator, hook.id).await.unwrap().unwrap().missed, 1);
    tx.commit().await.unwrap();
}

async fn a_feed_is_its_persons_own_and_ends_with_their_sign_in(url: String) {
    let house = House::open(&url).await;
    maker(&house).await;
    let (system, maker, other) = (Scope::system("test"), house.own(maker_of(&house)), house.own(EntryId(id(100))));
    let mut tx = house.store.write_tx().await.unwrap();
    for scope in [&system, &house.operator()] {
        assert!(!tx.keep_feed(scope, "hash", day(1)).await.unwrap(), "of nobody");
        assert!(!tx.end_feed(scope, day(1)).await.unwrap());
        assert_eq!(tx.feed(scope).await.unwrap(), None);
    }
    assert!(tx.keep_feed(&maker, "hash", day(1)).await.unwrap());
    assert_eq!(tx.feed(&maker).await.unwrap(), Some(day(1)));
    assert_eq!(tx.feed(&other).await.unwrap(), None);
    assert!(!tx.end_feed(&other, day(2)).await.unwrap(), "another person's");
    for scope in [&maker, &other, &house.operator(), &house.stranger()] {
        assert_eq!(tx.feed_of(scope, "hash").await.unwrap(), None, "only the system finds whose it is");
    }
    assert_eq!(tx.feed_of(&system, "hash").await.unwrap().unwrap().person, maker_of(&house));
    assert!(tx.keep_feed(&maker, "new", day(2)).await.unwrap());
    assert_eq!(tx.feed_of(&system, "hash").await.unwrap(), None, "the old address is worth nothing");
    assert!(tx.feed_of(&system, "new").await.unwrap().is_some());
    assert!(tx.end_login(&house.operator(), LoginId(id(900)), day(3)).await.unwrap());
    assert_eq!(tx.feed_of(&system, "new").await.unwrap(), None, "who cannot sign in has no feed");
    assert!(tx.end_feed(&maker, day(4)).await.unwrap());
    assert!(!tx.end_feed(&maker, day(4)).await.unwrap());
    tx.commit().await.unwrap();
}
