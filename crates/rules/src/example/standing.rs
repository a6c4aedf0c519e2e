//! Examples of a standing: what the control, or the clause that narrows it, comes to.

use super::build::Built;
use super::read::moment;
use crate::compiled::{CompiledControl, CompiledPack};
use crate::evaluate;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::pack::Example;
use schoolkeeper_core::standing::{ClauseResult, ControlResult, Finding, KnownBy, Missing, Standing};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What of a control's or clause's result an example may name.
struct Came {
    standing: Standing,
    known_by: Option<KnownBy>,
    findings: Vec<Finding>,
    missing: Vec<Missing>,
    due_on: Option<jiff::civil::Date>,
}

/// Compares everything the example names.
pub fn check(pack: &CompiledPack, control: &CompiledControl, example: &Example, built: &Built) -> Result<(), String> {
    let came = came(pack, control, example, built)?;
    let mut wrong = Vec::new();
    let mut differ = |what: &str, expected: &str, found: &str| {
        if expected != found {
            wrong.push(format!("{what}: expected {expected}, came {found}"));
        }
    };
    if let Some(expect) = &example.expect {
        differ("standing", expect.get_ref(), came.standing.name());
    }
    if let Some(keys) = &example.finding {
        let expected: BTreeSet<String> = keys.iter().cloned().collect();
        let subjects = came.findings.iter().filter_map(|finding| finding.subject);
        differ("finding", &list(&expected), &list(&subjects.map(|id| built.called(id)).collect()));
    }
    if let Some(text) = &example.since {
        let expected = moment(built.world.calendar.zone(), text)?;
        let found = came.findings.iter().map(|finding| finding.since).min();
        differ("since", &local(built, expected), &found.map_or_else(|| "nothing".to_owned(), |at| local(built, at)));
    }
    if let Some(day) = example.due_on {
        differ("due_on", &day.to_string(), &came.due_on.map_or_else(|| "nothing".to_owned(), |day| day.to_string()));
    }
    if let Some(known_by) = example.known_by {
        let found = came.known_by.map_or_else(|| "nothing".to_owned(), word);
        differ("known_by", &word(known_by), &found);
    }
    if let Some(words) = &example.message {
        let said: Vec<_> = came.findings.iter().map(|finding| finding.message.clone()).collect();
        let said = said.into_iter().chain(came.missing.iter().map(ToString::to_string)).collect::<Vec<_>>();
        if !said.iter().any(|said| holds(said, words)) {
            wrong.push(format!("message: expected words `{words}`, came `{}`", said.join("`, `")));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(with_reasons(&wrong, &came)) }
}

/// Whether a message holds the words, whatever their capitals.
pub fn holds(message: &str, words: &str) -> bool {
    message.to_lowercase().contains(&words.to_lowercase())
}

fn came(pack: &CompiledPack, control: &CompiledControl, example: &Example, built: &Built) -> Result<Came, String> {
    let ctx = Ctx { pack, params: &built.params, world: &built.world };
    let Some(id) = &example.clause else {
        return Ok(of_control(evaluate::control(ctx, control).1));
    };
    let clause = pack.pack.clauses.iter().find(|clause| clause.id.get_ref() == id);
    let clause = clause.ok_or_else(|| format!("there is no clause `{id}`"))?;
    if !clause.controls.iter().any(|name| *name.get_ref() == control.control.id) {
        return Err(format!("the clause `{id}` does not bind `{}`", control.control.id));
    }
    Ok(of_clause(evaluate::narrowed(ctx, clause, control)))
}

fn of_control(result: ControlResult) -> Came {
    let ControlResult { standing, known_by, findings, missing, due_on, .. } = result;
    Came { standing, known_by, findings, missing, due_on }
}

fn of_clause(result: ClauseResult) -> Came {
    let ClauseResult { standing, known_by, findings, missing, due_on, .. } = result;
    Came { standing, known_by, findings, missing, due_on }
}

fn list(keys: &BTreeSet<String>) -> String {
    if keys.is_empty() { "none".to_owned() } else { keys.iter().cloned().collect::<Vec<_>>().join(", ") }
}

fn local(built: &Built, at: Timestamp) -> String {
    at.to_zoned(built.world.calendar.zone().clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn word(known_by: KnownBy) -> String {
    format!("{known_by:?}").to_lowercase()
}

fn with_reasons(wrong: &[String], came: &Came) -> String {
    let mut out = wrong.join("; ");
    let reasons: Vec<String> = came
        .findings
        .iter()
        .map(|finding| finding.message.clone())
        .chain(came.missing.iter().map(ToString::to_string))
        .filter(|reason| !reason.is_empty())
        .take(5)
        .collect();
    if !reasons.is_empty() {
        let _ = write!(out, " (because: {})", reasons.join("; "));
    }
    out
}
