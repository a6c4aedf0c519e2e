//! Several writers at once: nothing is lost and nobody is refused.

use crate::house::{House, day, open, school};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Literal;
use schoolkeeper_store::param::ParamAt;
use std::collections::BTreeMap;
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(two_writers_lose_nothing, eight_writers_through_two_stores_lose_nothing);

async fn two_writers_lose_nothing(url: String) {
    contend(&url, 2, 20).await;
}

async fn eight_writers_through_two_stores_lose_nothing(url: String) {
    contend(&url, 8, 10).await;
}

/// Each writer reads, adds a school and sets a number, so many times. Half use a store of their own.
async fn contend(url: &str, writers: u128, times: u128) {
    let house = House::open(url).await;
    let second = open(url).await;
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..writers {
        let store = if writer % 2 == 0 { house.store.clone() } else { second.clone() };
        let (trust, lane) = (house.trust, house.lane);
        tasks.spawn(async move {
            let system = Scope::system("contention");
            for time in 0..times {
                let mut tx = store.write_tx().await.unwrap();
                let known = tx.schools(&system).await.unwrap().len();
                let number = 10_000 + writer * 1000 + time;
                let title = format!("School {number} (made up)");
                tx.add_school(&system, &school(number, trust, &title, false)).await.unwrap();
                let name = format!("n{writer}");
                let param = ParamAt { school: lane, pack: "p", name: &name, why: "" };
                tx.set_param(&system, param, Some(&Literal::Int(time as i64)), day(1)).await.unwrap();
                assert!(tx.schools(&system).await.unwrap().len() > known);
                tx.commit().await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let read = house.store.read().await.unwrap();
    let system = Scope::system("contention");
    assert_eq!(read.schools(&system).await.unwrap().len() as u128, 4 + writers * times);
    let params = read.params(&system, house.lane, "p").await.unwrap();
    let last = Literal::Int(times as i64 - 1);
    assert_eq!(params, (0..writers).map(|writer| (Name::from(format!("n{writer}")), last.clone())).collect());
    no_gaps(&read).await;
}

async fn no_gaps(read: &schoolkeeper_store::Read) {
    let mut series: BTreeMap<(Uuid, i64), Vec<i64>> = BTreeMap::new();
    for record in read.pending_records(&Scope::system("contention"), None, 100_000).await.unwrap() {
        series.entry((record.writer, record.slot)).or_default().push(record.number);
    }
    for numbers in series.values() {
        assert_eq!(*numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "a gap in a series");
    }
}
