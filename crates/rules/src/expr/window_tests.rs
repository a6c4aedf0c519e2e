use super::stays;

/// Asks at every tick around now; the answer must be the same exactly inside what `stays` says.
#[test]
fn a_moving_difference_stays_exactly_as_long_as_it_says() {
    let tests: [fn(i64) -> bool; 6] = [|s| s < 0, |s| s <= 0, |s| s == 0, |s| s != 0, |s| s >= 0, |s| s > 0];
    for test in tests {
        for difference in -4..=4_i64 {
            for slope in [-1, 0, 1] {
                let (answer, from, until) = stays(difference, slope, test);
                let at = |tick: i64| test((difference + slope * tick).signum());
                assert_eq!(answer, at(0));
                let inside = |tick: i64| from.is_none_or(|from| from <= tick) && until.is_none_or(|until| tick < until);
                assert!((-20..20).filter(|&tick| inside(tick)).all(|tick| at(tick) == answer));
                assert!(from.is_none_or(|from| at(from - 1) != answer), "{difference} {slope}: too late a beginning");
                assert!(until.is_none_or(|until| at(until) != answer), "{difference} {slope}: too early an end");
            }
        }
    }
}
