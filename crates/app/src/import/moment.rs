//! Dates and times as people and programs write them. Day before month; a date-time without a zone is local.

use crate::dates::MONTHS;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What a text says about a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of day, when one was given.
    pub time: Option<Time>,
    /// Distance from UTC, when one was given.
    pub offset: Option<Offset>,
}

impl Moment {
    /// The instant; without a time the start of the local day.
    pub fn instant(self, zone: &TimeZone) -> Option<Timestamp> {
        let local = DateTime::from_parts(self.date, self.time.unwrap_or(Time::midnight()));
        match self.offset {
            Some(offset) => offset.to_timestamp(local).ok(),
            None => local.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp()),
        }
    }
}

/// Reads a date with or without a time. The error says why, for people.
pub fn parse(text: &str) -> Result<Moment, String> {
    let mut numbers = Vec::new();
    let (mut time, mut offset, mut afternoon) = (None, None, None);
    for token in tokens(text) {
        let lower = token.to_lowercase();
        if let Some((clock, rest)) = clock(&lower) {
            time = Some(clock?);
            (offset, afternoon) = (zone_of(rest).or(offset), meridiem(rest).or(afternoon));
        } else if meridiem(&lower).is_some() {
            afternoon = meridiem(&lower);
        } else if zone_of(&lower).is_some() {
            offset = zone_of(&lower);
        } else if !is_weekday(&lower) {
            numbers.extend(lower.split(['/', '-', '.']).filter(|part| !part.is_empty()).map(str::to_owned));
        }
    }
    let time = match (time, afternoon) {
        (Some(time), Some(afternoon)) => Some(twelve_hours(time, afternoon)?),
        (time, _) => time,
    };
    Ok(Moment { date: date_of(&numbers)?, time, offset })
}

/// The day of an Excel serial number, with its fraction as the time.
pub fn from_serial(serial: f64) -> Option<Moment> {
    if !(18_264.0..=91_312.0).contains(&serial) {
        return None; // 1950 … 2149: other numbers are not dates
    }
    let start = jiff::civil::date(1899, 12, 30);
    let date = start.checked_add(jiff::Span::new().days(serial.floor() as i64)).ok()?;
    let seconds = ((serial.fract() * 86_400.0).round() as i64).min(86_399);
    let time = Time::midnight().checked_add(jiff::Span::new().seconds(seconds)).ok()?;
    Some(Moment { date, time: (seconds > 0).then_some(time), offset: None })
}

/// White space, commas and the `T` of ISO dates part the tokens.
fn tokens(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let parts = |(at, c): (usize, char)| {
        c.is_whitespace() || c == ',' || (matches!(c, 'T' | 't') && at > 0 && digit(at - 1) && digit(at + 1))
    };
    let spaced: String = text.char_indices().map(|(at, c)| if parts((at, c)) { ' ' } else { c }).collect();
    spaced.split_whitespace().take(8).map(str::to_owned).collect()
}

/// `18:12:00.0000000z` → the time and what follows it.
fn clock(token: &str) -> Option<(Result<Time, String>, &str)> {
    token.find(':').filter(|&at| (1..=2).contains(&at) && token[..at].bytes().all(|b| b.is_ascii_digit()))?;
    let end = token.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(token.len());
    let whole = token[..end].split('.').next().unwrap_or_default();
    let mut parts = whole.split(':').map(|part| part.parse::<i8>().unwrap_or(-1));
    let (hour, minute, second) = (parts.next().unwrap_or(-1), parts.next().unwrap_or(-1), parts.next().unwrap_or(0));
    let time = Time::new(hour, minute, second, 0).map_err(|_| format!("there is no time {whole}"));
    Some((time, &token[end..]))
}

fn meridiem(token: &str) -> Option<bool> {
    match token.replace('.', "").as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

fn twelve_hours(time: Time, afternoon: bool) -> Result<Time, String> {
    match (time.hour(), afternoon) {
        (0 | 13.., _) => Err(format!("{}:{:02} is not a time before or after noon", time.hour(), time.minute())),
        (12, false) => Ok(time.with().hour(0).build().unwrap_or(time)),
        (hour @ 1..=11, true) => Ok(time.with().hour(hour + 12).build().unwrap_or(time)),
        _ => Ok(time),
    }
}

fn zone_of(token: &str) -> Option<Offset> {
    match token {
        "z" | "utc" | "gmt" => return Some(Offset::UTC),
        "bst" => return Offset::from_hours(1).ok(),
        _ => {}
    }
    let sign = match token.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = token[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    Offset::from_seconds(sign * ((number / 100) * 3600 + (number % 100) * 60)).ok()
}

fn is_weekday(token: &str) -> bool {
    token.chars().all(char::is_alphabetic) && DAYS.iter().any(|day| token.starts_with(day)) && token.ends_with("day")
        || DAYS.contains(&token)
}

fn date_of(parts: &[String]) -> Result<Date, String> {
    let [a, b, c] = parts else { return Err("this is not a date".to_owned()) };
    let (year, month, day) = if a.len() == 4 && a.bytes().all(|byte| byte.is_ascii_digit()) {
        (a, b, c)
    } else if month_by_name(a).is_some() {
        (c, a, b)
    } else {
        (c, b, a)
    };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number = |text: &str| text.parse::<i16>().map_err(|_| "this is not a date".to_owned());
    let (day, year) = (number(day)?, year_of(year, number(year)?)?);
    let month = match month_by_name(month) {
        Some(month) => month,
        None => number(month)?,
    };
    if month > 12 && (1..=12).contains(&day) {
        return Err(format!("there is no month {month}; write the day before the month"));
    }
    if !(1..=12).contains(&month) {
        return Err(format!("there is no month {month}"));
    }
    Date::new(year, month as i8, i8::try_from(day).unwrap_or(0)).map_err(|_| no_such_day(year, month, day))
}

fn month_by_name(text: &str) -> Option<i16> {
    let text = if text == "sept" { "sep" } else { text };
    let begins = |month: &&str| month.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    let found = MONTHS.iter().position(|month| text.len() >= 3 && begins(month))?;
    Some(found as i16 + 1)
}

fn year_of(text: &str, year: i16) -> Result<i16, String> {
    match (text.len(), year) {
        (2, 0..=49) => Ok(2000 + year),
        (2, _) => Ok(1900 + year),
        (4, 1900..=2199) => Ok(year),
        _ => Err(format!("the year {text} cannot be right")),
    }
}

fn no_such_day(year: i16, month: i16, day: i16) -> String {
    let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
    let suffix = match (day % 10, day % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    match (month, day) {
        (2, 29) => format!("February {year} has no 29th day"),
        _ => format!("{name} has no {day}{suffix} day"),
    }
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod moment_tests;
