//! A new password against the policy's settings.

use super::Asked;
use super::setting::Verdict;
use crate::evaluate::wanted::{Level, Wanted};
use crate::flow::record::Row;
use schoolkeeper_core::value::Value;

/// Passwords everybody tries first, one a line, in small letters.
const COMMON: &str = include_str!("common-passwords.txt");
/// Parts of names and user names shorter than this are not looked for.
const PART_MIN: usize = 3;

/// One key of the setting against `form.password`.
pub fn test(asked: &Asked<'_>, wanted: &Wanted) -> Verdict {
    let Some(password) = text(asked, "password") else { return Verdict::NotSaid("which password it is") };
    match (wanted.key.name, wanted.level) {
        ("password.length_min", Level::Count(least)) => Verdict::of(password.chars().count() as i64 >= least),
        ("password.classes_min", Level::Count(least)) => Verdict::of(classes(password) >= least),
        ("password.not_common", _) => Verdict::of(!is_common(password)),
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
