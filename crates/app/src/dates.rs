//! Dates and times as people read them: "21 November 2026", "4:40pm", in the school's zone.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, tz::TimeZone};

/// Names of months, January first.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "21 November 2026".
pub fn long(date: Date) -> String {
    format!("{} {} {}", date.day(), MONTHS[(date.month() - 1) as usize], date.year())
}

/// Reads "27 March 2027", "27/3/2027", "27 3 2027" and "2027-03-27"; years from 2000 to 2199.
pub fn typed(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split([' ', '/', '-', '.', ',']).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (day, year) = if first.len() == 4 { (last, first) } else { (first, last) };
    let lower = month.to_lowercase();
    let named = || MONTHS.iter().position(|name| lower.len() >= 3 && name.to_lowercase().starts_with(&lower));
    let month = month.parse().ok().or_else(|| i8::try_from(named()? + 1).ok())?;
    let date = Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    (2000..2200).contains(&date.year()).then_some(date)
}

/// "Monday 23 November 2026".
pub fn with_weekday(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    };
    format!("{weekday} {}", long(date))
}

/// "4:40pm", "9am", "midday", "midnight".
pub fn clock(time: Time) -> String {
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "midday".to_owned(),
        (hour, minute) => {
            let half = if hour < 12 { "am" } else { "pm" };
            let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
            if minute == 0 { format!("{hour}{half}") } else { format!("{hour}:{minute:02}{half}") }
        }
    }
}

/// "21 November 2026, 4:40pm".
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{}, {}", long(local.date()), clock(local.time()))
}
