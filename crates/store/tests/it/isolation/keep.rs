//! How an organisation keeps and erases is nobody else's business.

use super::filled;
use crate::house::{day, id};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::keep::KeepRun;

schoolkeeper_testkit::both_engines!(how_an_organisation_keeps_and_erases_is_its_own);

async fn how_an_organisation_keeps_and_erases_is_its_own(url: String) {
    let house = filled(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let (operator, trust) = (house.operator(), house.trust);
    let rule = Some(("5 years".parse().unwrap(), "Our schedule (made up)"));
    let review = (id(202), "2027-02-01".parse().unwrap(), "Still open (made up)");
    let run = KeepRun { ended_at: Some(day(3)), erased: 1, ..KeepRun::default() };
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert!(!tx.set_keep_rule(&scope, (trust, None, "asset"), rule, day(2)).await.unwrap());
        assert!(!tx.start_keep_run(&scope, trust, day(2)).await.unwrap());
        assert!(!tx.end_keep_run(&scope, trust, &run).await.unwrap());
        assert!(!tx.set_keep_rule(&scope, (trust, Some(house.lane), "asset"), rule, day(2)).await.unwrap());
        assert!(!tx.review_hold(&scope, id(201), review, day(2)).await.unwrap());
        assert!(!tx.lift_hold(&scope, id(201), "No longer", day(2)).await.unwrap());
        assert_eq!(
            tx.erase_log(&scope, (Some(trust), "import", "7 years"), day(900), (id(302), day(2))).await.unwrap(),
            0
        );
    }
    assert!(!tx.set_keep_rule(&house.technician(house.lane), (trust, None, "asset"), rule, day(2)).await.unwrap());
    let (quarry, lane) = (house.technician(house.quarry), (trust, Some(house.lane), "asset"));
    assert!(!tx.lift_hold(&quarry, id(201), "No longer", day(2)).await.unwrap());
    assert!(!tx.review_hold(&quarry, id(201), review, day(2)).await.unwrap());
    assert!(!tx.set_keep_rule(&quarry, lane, rule, day(2)).await.unwrap(), "another school's");
    assert!(tx.set_keep_rule(&house.technician(house.lane), lane, rule, day(2)).await.unwrap());
    assert!(tx.review_hold(&operator, id(201), review, day(2)).await.unwrap());
    assert!(tx.set_keep_rule(&operator, (trust, None, "asset"), rule, day(2)).await.unwrap());
    assert!(tx.start_keep_run(&operator, trust, day(2)).await.unwrap());
    assert!(tx.end_keep_run(&operator, trust, &run).await.unwrap());
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let seen = async |scope: &Scope| {
        let (rules, run) = (read.keep_rules(scope, trust).await.unwrap(), read.keep_run(scope, trust).await.unwrap());
        let proofs = read.proofs(scope, trust, None, 9).await.unwrap().len();
        let (holds, hold) = (read.holds(scope, trust, day(3)).await.unwrap(), read.hold(scope, id(201)).await.unwrap());
        let reviews = read.hold_reviews(scope, id(201)).await.unwrap().len();
        let proof = read.proof(scope, trust, id(301)).await.unwrap().is_some();
        assert_eq!((reviews > 0, proof), (hold.is_some(), proofs > 0));
        assert!(read.past_holds(scope, trust, day(3), 9).await.unwrap().is_empty());
        (rules.len(), run.erased, proofs, holds.len(), hold.is_some())
    };
    // One of records, one of files.
    assert_eq!(seen(&operator).await, (2, 1, 2, 1, true));
    assert_eq!(seen(&house.technician(house.quarry)).await, (1, 1, 0, 0, false));
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(seen(&scope).await, (0, 0, 0, 0, false));
    }
}
