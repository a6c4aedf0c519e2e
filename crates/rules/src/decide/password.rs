//! A new password against the policy's settings.

#[cfg(test)]
#[path = "password_tests.rs"]
mod password_tests;

use super::Asked;
use super::setting::Verdict;
use crate::evaluate::wanted::{Level, Wanted};
use crate::flow::record::Row;
use schoolkeeper_core::value::Value;

/// Passwords everybody tries first, one a line, in small letters.
const COMMON: &str = include_str!("common-passwords.txt");
/// Parts of names and user names shorter than this are not looked for.
const PART_MIN: usize = 3;

/// Words in the name of many schools, which say nothing about this one.
const EVERY_SCHOOL: [&str; 5] = ["the", "and", "school", "primary", "academy"];
/// What a written date names.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// One key of the setting against `form.password`.
pub fn test(asked: &Asked<'_>, wanted: &Wanted) -> Verdict {
    let Some(password) = text(asked, "password") else { return Verdict::NotSaid("which password it is") };
    match (wanted.key.name, wanted.level) {
        ("password.length_min", Level::Count(least)) => Verdict::of(password.chars().count() as i64 >= least),
        ("password.classes_min", Level::Count(least)) => Verdict::of(classes(password) >= least),
        ("password.not_common", _) => Verdict::of(!is_common(password)),
        ("password.letters_digits", _) => {
            Verdict::of(password.chars().any(char::is_alphabetic) && password.chars().any(char::is_numeric))
        }
        ("password.not_date", _) => Verdict::of(!is_date(password)),
        ("password.not_school", _) => {
            let title = &asked.ctx.world.place.title;
            Verdict::of(
                !title.split(' ').any(|word| !EVERY_SCHOOL.contains(&&*word.to_lowercase()) && holds(password, word)),
            )
        }
        ("password.history", Level::Count(last)) => history(asked, password, last),
        ("password.not_username", _) => match username(asked) {
            None => Verdict::NotSaid("what the user name is"),
            Some(name) => Verdict::of(!holds(password, name.split('@').next().unwrap_or(name))),
        },
        ("password.not_name", _) => match name(asked) {
            None => Verdict::NotSaid("what the person's name is"),
            Some(name) => Verdict::of(!name.split([' ', '-', '\'']).any(|part| holds(password, part))),
        },
        _ => Verdict::NotSaid("what this setting needs"),
    }
}

fn text<'w>(asked: &Asked<'w>, field: &str) -> Option<&'w str> {
    asked.tried.form.get(field).and_then(Value::as_text)
}

fn username<'w>(asked: &Asked<'w>) -> Option<&'w str> {
    let account = || asked.tried.on.and_then(|(register, row)| Row::at(asked.ctx.world, register, row).text("name"));
    text(asked, "username").or_else(account)
}

fn name<'w>(asked: &Asked<'w>) -> Option<&'w str> {
    let person = asked.ctx.world.schemas.index("person");
    let actor = || Some(Row::at(asked.ctx.world, person?, asked.tried.person?));
    text(asked, "name").or_else(|| actor().and_then(|actor| actor.text("name")))
}

fn holds(password: &str, part: &str) -> bool {
    part.chars().count() >= PART_MIN && password.to_lowercase().contains(&part.to_lowercase())
}

fn classes(password: &str) -> i64 {
    let kinds: [fn(char) -> bool; 4] =
        [char::is_lowercase, char::is_uppercase, |c| c.is_numeric(), |c| !c.is_alphanumeric()];
    kinds.iter().filter(|kind| password.chars().any(**kind)).count() as i64
}

/// On the list, as it is or without the digits and signs at its end.
pub fn is_common(password: &str) -> bool {
    let folded = password.to_lowercase();
    let stem = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    COMMON.lines().any(|common| common == folded || (common == stem && !stem.is_empty()))
}

/// Nothing but a day and a month, perhaps with a year, in figures or with the month's name, whatever stands between.
fn is_date(password: &str) -> bool {
    let folded = password.to_lowercase();
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|ending| letters.strip_prefix(ending));
    let word = ordinal.unwrap_or(&letters);
    if !word.is_empty() {
        return word.len() >= 3 && !digits.is_empty() && MONTHS.iter().any(|month| month.starts_with(word));
    }
    let parted = folded.chars().any(|c| !c.is_alphanumeric());
    let known = |part: Option<&str>| part.is_some_and(day_and_month);
    matches!(digits.len(), 4..=8) && (parted || known(digits.get(..4)) || known(digits.get(4..8)))
}

/// Four figures that may be a day and a month, in either order.
fn day_and_month(figures: &str) -> bool {
    let pair = |from: usize| figures.get(from..from + 2).and_then(|two| two.parse::<u8>().ok()).unwrap_or(0);
    let (one, other) = (pair(0), pair(2));
    let fit = |day: u8, month: u8| (1..=31).contains(&day) && (1..=12).contains(&month);
    fit(one, other) || fit(other, one)
}

/// `previous`: earlier passwords, latest first, or for each of them whether it is the same.
fn history(asked: &Asked<'_>, password: &str, last: i64) -> Verdict {
    let Some(Value::List(previous)) = asked.tried.form.get("previous") else {
        return Verdict::NotSaid("which passwords came before");
    };
    let same = |earlier: &Value| match earlier {
        Value::Bool(same) => *same,
        other => other.as_text() == Some(password),
    };
    Verdict::of(!previous.iter().take(usize::try_from(last).unwrap_or(0)).any(same))
}
