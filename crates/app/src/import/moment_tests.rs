use super::{from_serial, parse};
use jiff::tz::TimeZone;

fn instant(text: &str) -> String {
    parse(text).unwrap().instant(&TimeZone::get("Europe/London").unwrap()).unwrap().to_string()
}

#[test]
fn every_way_to_write_a_day_is_read() {
    let ways = [
        "21/11/2026",
        "21/11/26",
        "21-11-2026",
        "21.11.2026",
        "2026-11-21",
        "2026/11/21",
        "21 November 2026",
        "21 Nov 2026",
        "21st November 2026",
        "Saturday 21 November 2026",
        "Sat, 21 Nov 2026",
        "November 21, 2026",
        "21-Nov-26",
        "21-Nov-2026",
    ];
    for way in ways {
        assert_eq!(parse(way).map(|moment| moment.date.to_string()), Ok("2026-11-21".to_owned()), "{way}");
    }
    assert_eq!(parse("1/9/26").unwrap().date.to_string(), "2026-09-01", "the day comes before the month");
    assert_eq!(parse("3/2/87").unwrap().date.to_string(), "1987-02-03");
    assert_eq!(parse("1 Sept 2026").unwrap().date.to_string(), "2026-09-01");
}

#[test]
fn times_without_a_zone_are_local() {
    assert_eq!(instant("2026-11-20 18:12:00.0000000"), "2026-11-20T18:12:00Z");
    assert_eq!(instant("2026-07-20 18:12:00.0000000"), "2026-07-20T17:12:00Z", "summer time");
    assert_eq!(instant("20/11/2026 18:12"), "2026-11-20T18:12:00Z");
    assert_eq!(instant("20/11/2026 6:12 PM"), "2026-11-20T18:12:00Z");
    assert_eq!(instant("20 November 2026, 6:12pm"), "2026-11-20T18:12:00Z");
    assert_eq!(instant("20/07/2026"), "2026-07-19T23:00:00Z", "a day alone is its first instant");
    assert_eq!(instant("20/11/2026 12:05 AM"), "2026-11-20T00:05:00Z");
}

#[test]
fn times_with_a_zone_keep_it() {
    assert_eq!(instant("2026-07-20T18:12:00Z"), "2026-07-20T18:12:00Z");
    assert_eq!(instant("2026-07-20T18:12:00.123+01:00"), "2026-07-20T17:12:00Z");
    assert_eq!(instant("2026-07-20 18:12:00 UTC"), "2026-07-20T18:12:00Z");
    assert_eq!(instant("20 Jul 2026 18:12 BST"), "2026-07-20T17:12:00Z");
    assert_eq!(instant("2026-07-20T18:12:00-0500"), "2026-07-20T23:12:00Z");
}

#[test]
fn what_is_no_day_says_why() {
    let why = |text: &str| parse(text).unwrap_err();
    assert_eq!(why("31/02/2026"), "February has no 31st day");
    assert_eq!(why("29/02/2027"), "February 2027 has no 29th day");
    assert_eq!(why("31/11/2026"), "November has no 31st day");
    assert_eq!(why("0/11/2026"), "November has no 0th day");
    assert_eq!(why("11/25/2026"), "there is no month 25; write the day before the month");
    assert_eq!(why("21/11/226"), "the year 226 cannot be right");
    assert_eq!(why("25:61 20/11/2026"), "there is no time 25:61");
    assert_eq!(why("18:12 pm 20/11/2026"), "18:12 is not a time before or after noon");
    for text in
        ["soon", "", "//", "::", "20/11", "1/2/3/4", "\u{301}/\u{301}/2026", "99999999999999999999/1/2026", "+1:99"]
    {
        assert_eq!(why(text), "this is not a date", "{text}");
    }
}

#[test]
fn serial_numbers_of_excel_are_days_only_between_1950_and_2149() {
    assert_eq!(from_serial(46_347.0).unwrap().date.to_string(), "2026-11-21");
    assert_eq!(from_serial(46_347.75).unwrap().time.unwrap().to_string(), "18:00:00");
    assert_eq!(from_serial(412.0), None);
    assert_eq!(from_serial(f64::NAN), None);
    assert_eq!(from_serial(1e300), None);
}
