//! One holder at a time, whoever comes second.

use crate::house::{House, day, id, open};
use schoolkeeper_core::actor::Scope;

schoolkeeper_testkit::both_engines!(a_lease_has_one_holder, of_eight_takers_one_succeeds);

async fn a_lease_has_one_holder(url: String) {
    let House { store, .. } = House::open(&url).await;
    let system = Scope::system("test");
    let mut tx = store.write_tx().await.unwrap();
    assert!(tx.take_lease(&system, "schedule", id(1), day(1)).await.unwrap());
    assert!(!tx.take_lease(&system, "schedule", id(2), day(1)).await.unwrap());
    let seen = tx.leases(&system).await.unwrap().remove(0);
    assert_eq!(tx.beat(&system, id(1), day(2)).await.unwrap(), ["schedule"]);
    assert!(!tx.take_over_lease(&system, &seen, id(2), day(900)).await.unwrap(), "it has moved since");
    assert!(!tx.bury_lease(&system, &seen).await.unwrap());
    let seen = tx.leases(&system).await.unwrap().remove(0);
    assert!(tx.take_over_lease(&system, &seen, id(2), day(0)).await.unwrap(), "no clock is asked");
    assert!(tx.beat(&system, id(1), day(3)).await.unwrap().is_empty(), "the first has lost it");
    assert!(!tx.holds_lease(&system, "schedule", id(1), day(3)).await.unwrap());
    assert!(tx.holds_lease(&system, "schedule", id(2), day(3)).await.unwrap());
    assert!(tx.leave_leases(&system, id(2)).await.unwrap());
    assert!(tx.take_lease(&system, "schedule", id(1), day(3)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn of_eight_takers_one_succeeds(url: String) {
    let House { store, .. } = House::open(&url).await;
    let second = open(&url).await;
    let system = Scope::system("test");
    let mut tx = store.write_tx().await.unwrap();
    tx.take_lease(&system, "schedule", id(99), day(1)).await.unwrap();
    let seen = tx.leases(&system).await.unwrap().remove(0);
    tx.commit().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for taker in 0..8 {
        let (store, seen) = (if taker % 2 == 0 { store.clone() } else { second.clone() }, seen.clone());
        tasks.spawn(async move {
            let mut tx = store.write_tx().await.unwrap();
            let took = tx.take_over_lease(&Scope::system("test"), &seen, id(taker), day(2)).await.unwrap();
            tx.commit().await.unwrap();
            u32::from(took)
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<u32>(), 1);
}
