use super::{date_of, day_number};
use jiff::ToSpan;
use jiff::civil::date;

#[test]
fn every_day_has_its_number_and_comes_back() {
    let epoch = date(1970, 1, 1);
    for number in [-719_162, -1, 0, 1, 59, 60, 11_016, 20_000, 20_780, 100_000] {
        let day = epoch.checked_add(number.days()).unwrap();
        assert_eq!(day_number(day), number);
        assert_eq!(date_of(number), day);
    }
    assert_eq!(day_number(date(2024, 2, 29)) + 1, day_number(date(2024, 3, 1)));
    assert_eq!(date_of(i32::MAX), jiff::civil::Date::MAX);
    assert_eq!(date_of(i32::MIN), jiff::civil::Date::MIN);
}
