//! A school's dates in the ways schools have them: typed lines, a CSV, an iCal calendar.
//!
//! Invariant: what cannot be read is named and left out, never guessed; nothing is fetched.

use crate::dates;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use schoolkeeper_core::calendar::Term;
use schoolkeeper_core::id::slug;

/// Longest text, in bytes.
pub const BYTES_MAX: usize = 256 * 1024;
/// Most lines or events.
const EVENTS_MAX: usize = 2_000;
/// Longest stretch of days of one event.
const DAYS_MAX: i32 = 400;

/// What was read.
#[derive(Debug, Default, PartialEq)]
pub struct Read {
    /// Terms with their half terms, INSET and closed days.
    pub terms: Vec<Term>,
    /// What was left out, in words.
    pub left_out: Vec<String>,
}

/// Something on some days.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    words: String,
    from: Date,
    to: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Term,
    Begins,
    Ends,
    Half,
    Inset,
    Closed,
    Other,
}

/// Reads a text in any of the three ways.
pub fn read(text: &str) -> Result<Read, String> {
    if text.len() > BYTES_MAX {
        return Err(format!("that is longer than {BYTES_MAX} bytes"));
    }
    let mut left_out = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    let events = if text.trim_start().starts_with("BEGIN:VCALENDAR") {
        ical(text, &mut left_out)
    } else {
        lines(text, &mut left_out)
    };
    if events.len() > EVENTS_MAX {
        return Err(format!("that has more than {EVENTS_MAX} dates; leave out past years"));
    }
    Ok(Read { terms: terms(events, &mut left_out), left_out })
}

/// Terms as lines that [`read`] reads again.
pub fn written(terms: &[Term]) -> String {
    let day = dates::long;
    let mut out = Vec::new();
    for term in terms {
        out.push(format!("{}: {} to {}\n", term.name, day(term.from), day(term.to)));
        if let (Some(from), Some(to)) = (term.half_from, term.half_to) {
            out.push(format!("Half term: {} to {}\n", day(from), day(to)));
        }
        for (word, days) in [("INSET", &term.inset), ("Closed", &term.closed)] {
            if !days.is_empty() {
                let days: Vec<String> = days.iter().map(|one| day(*one)).collect();
                out.push(format!("{word}: {}\n", days.join(", ")));
            }
        }
    }
    out.concat()
}

/// What terms are made of, in order: words, first and last day.
fn events(terms: &[Term]) -> Vec<Event> {
    let event = |words: &str, from, to| Event { words: words.to_owned(), from, to };
    let mut out = Vec::new();
    for term in terms {
        out.push(event(&term.name, term.from, term.to));
        out.extend(term.half_from.zip(term.half_to).map(|(from, to)| event("Half term", from, to)));
        out.extend(term.inset.iter().map(|day| event("INSET", *day, *day)));
        out.extend(term.closed.iter().map(|day| event("Closed", *day, *day)));
    }
    out
}

/// Terms as a CSV of name, from, to that [`read`] reads again.
pub fn as_csv(terms: &[Term]) -> Result<Vec<u8>, crate::Error> {
    let rows = events(terms).into_iter().map(|one| vec![one.words, one.from.to_string(), one.to.to_string()]);
    crate::export::table(&["name", "from", "to"], rows)
}

/// Terms as an iCal calendar that [`read`] reads again: one event of whole days each.
pub fn as_ics(terms: &[Term], school: &str, now: Timestamp) -> String {
    ics(events(terms).into_iter().map(|one| (one.words, one.from, one.to)), school, now)
}

/// Events of whole days as an iCal calendar: words, first and last day.
pub(crate) fn ics(events: impl Iterator<Item = (String, Date, Date)>, whose: &str, now: Timestamp) -> String {
    let day = |day: Date| day.strftime("%Y%m%d").to_string();
    let plain =
        |words: &str| words.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;").replace(['\r', '\n'], " ");
    let mut out = vec!["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Schoolkeeper//Calendar//EN\r\n".to_owned()];
    for (words, from, to) in events {
        let (from, after) = (day(from), day(to.tomorrow().unwrap_or(to)));
        let stamp = now.strftime("%Y%m%dT%H%M%SZ");
        let uid = folded(&format!("UID:{from}-{after}-{}@{whose}.schoolkeeper", slug(&words)));
        let summary = format!("SUMMARY:{}", plain(&words));
        out.push(format!(
            "BEGIN:VEVENT\r\n{uid}\r\nDTSTAMP:{stamp}\r\nDTSTART;VALUE=DATE:{from}\r\nDTEND;VALUE=DATE:{after}\r\n\
            {}\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n",
            folded(&summary)
        ));
    }
    out.push("END:VCALENDAR\r\n".to_owned());
    out.concat()
}

/// No line is longer than 75 bytes: the rest stands on lines that begin with a blank.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for letter in line.chars() {
        if length + letter.len_utf8() > 74 {
            out.push_str("\r\n ");
            length = 1;
        }
        length += letter.len_utf8();
        out.push(letter);
    }
    out
}

/// `Autumn term: 1 September 2026 to 18 December 2026`, `INSET: 1 September 2026, 2 November 2026`, or the columns
/// name, from, to of a CSV.
fn lines(text: &str, left_out: &mut Vec<String>) -> Vec<Event> {
    let mut out = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(EVENTS_MAX + 1) {
        let found = match line.split_once(':') {
            Some((words, days)) => typed(words, days),
            None => cells(line),
        };
        match found {
            Some(events) => out.extend(events),
            None if line.to_lowercase().contains("from") && line.contains(',') => {}
            None => left_out.push(format!("\"{}\" has no date we can read", short(line))),
        }
    }
    out
}

fn typed(words: &str, days: &str) -> Option<Vec<Event>> {
    let event = |from, to| Event { words: words.trim().to_owned(), from, to };
    let span = [" to ", " until ", " – ", " - "].iter().find_map(|word| days.split_once(word));
    if let Some((from, to)) = span {
        return Some(vec![event(day(from)?, day(to)?)]);
    }
    days.split([',', ';']).map(|one| day(one).map(|day| event(day, day))).collect()
}

/// A date as schools write it: `Tuesday 1st September 2026` too.
fn day(text: &str) -> Option<Date> {
    const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let plain = |word: &str| {
        let number = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let counts = !number.is_empty() && ["st", "nd", "rd", "th"].contains(&&word[number.len()..]);
        if counts { number.to_owned() } else { word.to_owned() }
    };
    let weekday = |word: &&str| WEEKDAYS.iter().any(|name| word.to_lowercase().starts_with(name));
    let words: Vec<String> = text.split_whitespace().filter(|word| !weekday(word)).map(plain).collect();
    dates::typed(&words.join(" "))
}

fn cells(line: &str) -> Option<Vec<Event>> {
    let delimiter = [b'\t', b';', b','].into_iter().find(|one| line.as_bytes().contains(one))?;
    let mut rows = csv::ReaderBuilder::new();
    let rows = rows.has_headers(false).delimiter(delimiter).trim(csv::Trim::All);
    let row = rows.from_reader(line.as_bytes()).records().next()?.ok()?;
    let from = day(row.get(1)?)?;
    let to = match row.get(2).filter(|cell| !cell.is_empty()) {
        Some(cell) => day(cell)?,
        None => from,
    };
    Some(vec![Event { words: row.get(0)?.to_owned(), from, to }])
}

/// SUMMARY, DTSTART and DTEND of each VEVENT; everything else is skipped.
fn ical(text: &str, left_out: &mut Vec<String>) -> Vec<Event> {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let (mut out, mut inside) = (Vec::new(), false);
    let (mut words, mut from, mut to, mut again) = (String::new(), None, None, false);
    for line in unfolded.lines() {
        let (head, value) = line.split_once(':').unwrap_or((line, ""));
        let name = head.split(';').next().unwrap_or_default().to_ascii_uppercase();
        match (name.as_str(), value.trim()) {
            ("BEGIN", "VEVENT") => {
                inside = true;
                (words, from, to, again) = (String::new(), None, None, false);
            }
            ("SUMMARY", value) if inside => words = value.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\"),
            ("DTSTART", value) if inside => from = stamp(value),
            // The end of whole days is the day after.
            ("DTEND", value) if inside => {
                to = stamp(value).and_then(|day| if value.len() == 8 { day.yesterday().ok() } else { Some(day) });
            }
            ("RRULE", _) if inside => again = true,
            ("END", "VEVENT") if inside && out.len() <= EVENTS_MAX => {
                inside = false;
                match from {
                    Some(from) if !again => out.push(Event { words: words.clone(), from, to: to.unwrap_or(from) }),
                    Some(_) => left_out.push(format!("\"{}\" comes again and again", short(&words))),
                    None => left_out.push(format!("\"{}\" has no date we can read", short(&words))),
                }
            }
            _ => {}
        }
    }
    out
}

/// `20260901` or `20260901T080000Z`.
fn stamp(value: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| value.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (2000..2200).contains(&year).then_some(date)
}

fn kind(event: &Event) -> Kind {
    let words = event.words.to_lowercase();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["half term", "half-term", "mid-term", "mid term"]) {
        Kind::Half
    } else if has(&["inset", "in-service", "inservice", "training day", "staff day", "staff development"]) {
        Kind::Inset
    } else if has(&["closed", "closure", "occasional day"]) {
        Kind::Closed
    } else if !has(&["term"]) || has(&["holiday", "break"]) {
        Kind::Other
    } else if event.to > event.from {
        Kind::Term
    } else if has(&["start", "begin", "first day"]) {
        Kind::Begins
    } else if has(&["end", "last day"]) {
        Kind::Ends
    } else {
        Kind::Other
    }
}

fn terms(mut events: Vec<Event>, left_out: &mut Vec<String>) -> Vec<Term> {
    events.sort_by_key(|event| event.from);
    let mut out: Vec<Term> = Vec::new();
    let mut begun: Option<&Event> = None;
    for event in &events {
        match (kind(event), begun.take()) {
            (Kind::Term, _) => out.push(term(&event.words, event.from, event.to)),
            (Kind::Begins, _) => begun = Some(event),
            (Kind::Ends, Some(first)) => out.push(term(&first.words, first.from, event.to)),
            (_, first) => begun = first,
        }
    }
    for event in &events {
        let long = (event.to - event.from).get_days() > DAYS_MAX;
        let placed = match kind(event) {
            Kind::Term | Kind::Begins | Kind::Ends => true,
            _ if long => false,
            Kind::Half => half(&mut out, event),
            Kind::Inset => days(event).all(|day| beside(&mut out, day)),
            Kind::Closed => days(event).all(|day| within(&mut out, day)),
            Kind::Other => false,
        };
        if !placed {
            left_out.push(format!("\"{}\" of {}", short(&event.words), dates::long(event.from)));
        }
    }
    out
}

fn term(words: &str, from: Date, to: Date) -> Term {
    let name = words.chars().take(60).collect();
    Term { name, from, to, half_from: None, half_to: None, inset: Vec::new(), closed: Vec::new() }
}

fn half(terms: &mut [Term], event: &Event) -> bool {
    let Some(term) = terms.iter_mut().find(|term| term.from < event.from && event.to < term.to) else { return false };
    (term.half_from, term.half_to) = (Some(event.from), Some(event.to));
    true
}

fn beside(terms: &mut [Term], day: Date) -> bool {
    let away = |term: &Term| (term.from - day).get_days().max((day - term.to).get_days()).max(0);
    let Some(term) = terms.iter_mut().min_by_key(|term| away(term)).filter(|term| away(term) <= 60) else {
        return false;
    };
    term.inset.push(day);
    true
}

fn within(terms: &mut [Term], day: Date) -> bool {
    let Some(term) = terms.iter_mut().find(|term| term.from <= day && day <= term.to) else { return false };
    term.closed.push(day);
    true
}

/// Monday to Friday of an event.
fn days(event: &Event) -> impl Iterator<Item = Date> {
    let last = event.to;
    let next = |day: &Date| day.checked_add(1.day()).ok();
    std::iter::successors(Some(event.from), next)
        .take_while(move |day| *day <= last)
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
}

fn short(words: &str) -> String {
    words.chars().take(60).collect()
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
