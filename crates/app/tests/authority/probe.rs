//! *Enforced* is what was tried out here and refused.

use crate::house::Test;
use schoolkeeper_core::standing::{ClauseResult, KnownBy, Missing, Standing};
use schoolkeeper_core::world::World;
use schoolkeeper_rules::decide::{Decision, Policy, Tried};

fn lets_everything_through(_: &[Policy<'_>], _: &World, _: &Tried<'_>) -> Decision {
    Decision::Allowed { conditions: Vec::new() }
}

async fn clause(test: &Test, id: &str) -> ClauseResult {
    let evaluated = test.house.evaluate(&test.house.operator(), &test.hill).await.unwrap();
    evaluated[0].clauses.iter().find(|clause| &*clause.clause == id).unwrap().clone()
}

#[tokio::test]
async fn a_guard_in_front_of_a_live_act_is_enforced_once_it_was_tried() {
    let test = Test::new().await;
    let found = clause(&test, "1.1").await;
    assert_eq!((found.standing, found.known_by), (Standing::Kept, Some(KnownBy::Enforced)), "{found:?}");
}

#[tokio::test]
async fn what_was_never_tried_is_not_known() {
    let policy = crate::house::POLICY.split("[[example]]").next().unwrap().to_owned();
    let test = Test::under(&policy).await;
    let found = clause(&test, "1.1").await;
    assert_ne!(found.known_by, Some(KnownBy::Enforced), "{found:?}");
    assert!(found.standing != Standing::Kept || found.missing.iter().any(|one| matches!(one, Missing::Probe { .. })));
}

#[tokio::test]
async fn a_decide_that_lets_everything_through_is_noticed() {
    let mut test = Test::new().await;
    test.house = test.house.deciding_by(lets_everything_through);
    test.house.probe_all().await.unwrap();
    let found = clause(&test, "1.1").await;
    assert_ne!(found.standing, Standing::Kept, "{found:?}");
    assert_ne!(found.known_by, Some(KnownBy::Enforced));
}
