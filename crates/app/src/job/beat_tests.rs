//! Who holds a lease when processes come, go, stand still, and clocks jump.

use super::{Heart, STILL};
use crate::House;
use crate::job::tests::house;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use std::time::Duration;

schoolkeeper_testkit::both_engines!(
    a_holder_that_stands_still_is_followed_after_so_many_beats_of_another,
    a_clock_that_jumps_gives_no_lease_to_two,
    who_stood_still_comes_back_as_somebody_else,
    what_is_left_is_taken_at_once,
);

const PAUSE: Duration = Duration::from_mins(10);
const NAMES: [&str; 1] = ["schedule"];

async fn beats(heart: &mut Heart, house: &House) -> bool {
    heart.beat(house, &NAMES).await.unwrap().holds("schedule")
}

async fn a_holder_that_stands_still_is_followed_after_so_many_beats_of_another(url: String) {
    let (house, _folder) = house(&url).await;
    let (mut first, mut second) = (Heart::new(PAUSE), Heart::new(PAUSE));
    assert!(beats(&mut first, &house).await);
    for _ in 0..10 {
        assert!(!beats(&mut second, &house).await, "the first lives");
        assert!(beats(&mut first, &house).await);
    }
    for _ in 0..STILL {
        assert!(!beats(&mut second, &house).await, "not yet");
    }
    assert!(beats(&mut second, &house).await);
    assert!(!beats(&mut first, &house).await, "there is only one");
}

async fn a_clock_that_jumps_gives_no_lease_to_two(url: String) {
    let (house, _folder) = house(&url).await;
    let mut house = house;
    let (mut first, mut second) = (Heart::new(PAUSE), Heart::new(PAUSE));
    for now in ["2026-11-23T08:00:00Z", "2031-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "2026-11-23T08:00:01Z"] {
        house.pretend(now.parse::<Timestamp>().unwrap());
        assert!(beats(&mut first, &house).await, "{now}");
        assert!(!beats(&mut second, &house).await, "{now}");
    }
}

async fn who_stood_still_comes_back_as_somebody_else(url: String) {
    let (house, _folder) = house(&url).await;
    let (mut first, mut second) = (Heart::new(PAUSE), Heart::new(PAUSE));
    let before = first.beat(&house, &[]).await.unwrap();
    assert!(before.works());
    for _ in 0..=STILL {
        second.beat(&house, &[]).await.unwrap();
    }
    let after = first.beat(&house, &[]).await.unwrap();
    assert!(after.works() && after.holder != before.holder, "what it held is no longer its own");
    let leases = house.read().await.unwrap().leases(&Scope::system("test")).await.unwrap();
    assert_eq!(leases.len(), 2, "{leases:?}");
}

async fn what_is_left_is_taken_at_once(url: String) {
    let (house, _folder) = house(&url).await;
    let (mut first, mut second) = (Heart::new(PAUSE), Heart::new(PAUSE));
    let held = first.beat(&house, &NAMES).await.unwrap();
    house.leave(held.holder).await.unwrap();
    assert!(beats(&mut second, &house).await);
    let late = Heart::new(Duration::ZERO).beat(&house, &NAMES).await.unwrap();
    assert!(!late.works(), "who cannot beat in time believes nothing");
}
