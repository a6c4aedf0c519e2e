//! An act of a control is judged with whose it is, so that one's own things are reach enough to write it down.

use crate::house::{House, day, id};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_store::act::ActAt;
use schoolkeeper_store::{ByHand, Error, Write};

schoolkeeper_testkit::both_engines!(an_act_rests_on_the_records_it_was_judged_on);

fn at<'a>(school: SchoolId, generation: i64) -> ActAt<'a> {
    ActAt { school, act: "request-ask", control: "borrow", now: day(1), generation }
}

/// Whether an act is written; for a scope of one's own things, which may, nothing is tried here.
pub async fn act(tx: &mut Write, scope: &Scope, school: SchoolId) -> bool {
    let generation = tx.generation().await.unwrap();
    scope.own_at(school).is_none() && tx.act(scope, at(school, generation), Vec::new()).await.unwrap()
}

/// Whether what an act wrote is taken back; for a scope of one's own things, which may, nothing is tried here.
pub async fn undo(tx: &mut Write, scope: &Scope, place: ByHand<'_>, entry: EntryId) -> bool {
    scope.own_at(place.school).is_none() && tx.undo_act(scope, place, (entry, 1)).await.unwrap()
}

async fn an_act_rests_on_the_records_it_was_judged_on(url: String) {
    let house = House::open(&url).await;
    let own = house.own(EntryId(id(100)));
    let mut tx = house.store.write_tx().await.unwrap();
    let generation = tx.generation().await.unwrap();
    assert!(tx.act(&own, at(house.lane, generation), Vec::new()).await.unwrap());
    let stale = tx.act(&own, at(house.lane, generation), Vec::new()).await;
    assert!(matches!(stale, Err(Error::Conflict { constraint }) if constraint == "generation"));
}
