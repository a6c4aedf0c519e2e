use super::{At, Kept};
use std::sync::Arc;

const NOW: At<&str> = At { generation: 7, also: "today" };

fn of_three() -> Kept<u8, &'static str, u8> {
    Kept::up_to(3)
}

#[test]
fn a_value_is_handed_out_for_the_reading_it_was_made_from_and_no_other() {
    let kept = of_three();
    kept.keep(1, NOW, (&Arc::new(10), 1));
    assert_eq!(kept.get(&1, &NOW).as_deref(), Some(&10));
    assert_eq!(kept.get(&1, &At { generation: 8, ..NOW }), None, "a record changed");
    assert_eq!(kept.get(&1, &At { also: "tomorrow", ..NOW }), None, "a day went by");
    assert_eq!(kept.get(&2, &NOW), None);
}

#[test]
fn what_was_read_before_a_change_goes_with_the_next_that_is_kept() {
    let kept = of_three();
    kept.keep(1, NOW, (&Arc::new(10), 1));
    kept.keep(2, At { generation: 8, ..NOW }, (&Arc::new(20), 1));
    assert_eq!(kept.get(&1, &NOW), None);
}

#[test]
fn there_is_never_more_than_there_may_be() {
    let kept = of_three();
    kept.keep(1, NOW, (&Arc::new(10), 2));
    kept.keep(2, NOW, (&Arc::new(20), 1));
    assert!(kept.get(&1, &NOW).is_some() && kept.get(&2, &NOW).is_some());
    kept.keep(1, NOW, (&Arc::new(11), 2));
    assert!(kept.get(&2, &NOW).is_some(), "the same again counts once");
    kept.keep(3, NOW, (&Arc::new(30), 2));
    assert_eq!((kept.get(&1, &NOW), kept.get(&2, &NOW)), (None, None));
    kept.keep(4, NOW, (&Arc::new(40), 4));
    assert_eq!(kept.get(&4, &NOW), None, "too large alone");
    assert_eq!(kept.get(&3, &NOW).as_deref(), Some(&30), "and nothing made way for it");
}

#[test]
fn what_nobody_asks_for_is_let_go_and_what_somebody_asks_for_stays() {
    let kept = of_three();
    kept.keep(1, NOW, (&Arc::new(10), 1));
    kept.keep(2, NOW, (&Arc::new(20), 1));
    kept.let_go();
    assert!(kept.get(&1, &NOW).is_some(), "kept since the last time");
    kept.let_go();
    assert_eq!(kept.get(&1, &NOW).as_deref(), Some(&10));
    assert_eq!(kept.get(&2, &NOW), None, "nobody asked for it");
    kept.let_go();
    kept.let_go();
    assert_eq!(kept.get(&1, &NOW), None);
}
