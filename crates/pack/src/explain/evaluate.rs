//! What is read from records, in words: rules and retention.

use super::control::shown;
use super::expression::{says, says_value};
use super::words::{Words, plain};
use schoolkeeper_core::control::{Retention, Rule, Then};

pub(super) fn explain_rule(words: &Words<'_>, rule: &Rule) -> Vec<String> {
    let subject = words.register(rule.subject.get_ref());
    let which = rule.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref())));
    let mut expects = vec![says(words, rule.expect.get_ref())];
    expects.extend(rule.expect_also.iter().map(|also| says(words, also.get_ref())));
    let mut out = vec![format!(
        "Every {subject}{} is looked at; it is in order when {}.",
        which.unwrap_or_default(),
        expects.join(", and also ")
    )];
    if !rule.guards.is_empty() {
        out.push(format!("Schoolkeeper refuses to {} when this would not hold.", words.acts(&rule.guards)));
    }
    if let Some(message) = &rule.message {
        out.push(format!("The problem to fix reads: “{}”.", message_words(message.get_ref())));
    }
    if let Some(grace) = &rule.grace {
        out.push(format!("Time to put it right: {}.", words.or_param(grace)));
    }
    if let Some(max) = &rule.unknown_max {
        out.push(format!("What stays unknown for more than {} counts as a problem.", words.or_param(max)));
    }
    if !rule.excused_by.is_empty() {
        out.push(format!("It is allowed with the permission {}.", words.controls(&rule.excused_by)));
    } else if !rule.excusable {
        out.push("There are no exceptions.".to_owned());
    }
    if let Some(case) = &rule.opens {
        out.push(format!("A problem opens “{}”.", words.control(case.get_ref())));
    }
    out
}

pub(super) fn explain_retention(words: &Words<'_>, retention: &Retention) -> Vec<String> {
    let subject = words.register(retention.register.get_ref());
    let then = |then: Then| match then {
        Then::Destroy => "destroyed",
        Then::Review => "looked at by a person",
        Then::HandOver => "handed over",
        Then::Anonymise => "stripped of names",
    };
    let which =
        retention.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref()))).unwrap_or_default();
    let mut out = Vec::new();
    match (&retention.schedule, &retention.keep, &retention.from) {
        (Some(schedule), _, _) => {
            let rows = words.pack.schedules.get(schedule.get_ref()).map_or(0, Vec::len);
            out.push(format!("Every {subject}{which} is kept as long as the table says ({rows} rows)."));
        }
        (None, Some(keep), Some(from)) => out.push(format!(
            "Every {subject}{which} is kept for {} from {}, then {}.",
            words.or_param(keep),
            says_value(words, from.get_ref()),
            then(retention.then)
        )),
        _ => out.push(format!("Every {subject}{which} is {}.", then(retention.then))),
    }
    if let Some(within) = &retention.within {
        out.push(format!("Time to do it: {}.", words.or_param(within)));
    }
    out.extend(shown(&retention.proof));
    out
}

/// `{asset.tag} needs …` → *[tag] needs …*.
fn message_words(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        let last = inside.rsplit('.').next().filter(|last| last.chars().all(|c| c.is_alphanumeric() || c == '_'));
        out.push_str(before);
        out.extend(["[", &last.map_or_else(|| "…".to_owned(), plain), "]"]);
        rest = after;
    }
    out + rest
}
