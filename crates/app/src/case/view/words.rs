//! What things of an incident are called, the words people write about it, and what its closing still lacks.

use super::super::Of;
use super::super::question::asks;
use crate::entry::choice;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::case::{applies, closing_lacks, completed_at};
use schoolkeeper_rules::flow::record::Row;

/// The words people write about an incident.
const WORDS: [&str; 5] = ["action", "answer", QUESTION, "lessons", "grounds"];
/// The words of a question that was answered for everybody.
const QUESTION: &str = "common_question";

/// A field of words about the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseWords {
    /// Its name.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// Who reads it.
    pub hint: Option<String>,
    /// What stands there.
    pub text: String,
}

/// `dpo-opinion` → *DPO opinion*.
pub(crate) fn title_of(name: &str) -> String {
    let words = choice(&name.replace('_', "-"));
    let known = |word: &str| match word.to_lowercase().as_str() {
        "dpo" => "DPO".to_owned(),
        "hr" => "HR".to_owned(),
        "siro" => "SIRO".to_owned(),
        _ => word.to_owned(),
    };
    words.split(' ').map(known).collect::<Vec<_>>().join(" ")
}

/// What a field of words is called.
pub(in super::super) fn word_label(name: &str) -> String {
    match name {
        "action" => "What was done".to_owned(),
        "answer" => "The answer to whoever reported it".to_owned(),
        QUESTION => "The question as everybody may read it, without names".to_owned(),
        "lessons" => "What we learned".to_owned(),
        "grounds" => "On what grounds".to_owned(),
        "closed" => "When it is closed".to_owned(),
        other => title_of(other),
    }
}

/// Whether anything keeps it from being closed.
pub(in super::super) fn lacks(of: Of<'_>, row: Row<'_>) -> bool {
    closing_lacks(of.ctx, of.control, of.spec, row).is_some()
}

/// What is still to be done before it can be closed, in words.
pub(in super::super) fn lacking(of: Of<'_>, row: Row<'_>) -> Vec<String> {
    if !lacks(of, row) {
        return Vec::new();
    }
    let test = of.spec.close_when.as_ref().map_or("", |test| test.get_ref().as_str());
    let open = of.spec.steps.iter().filter(|step| {
        let named = test.is_empty() || test.contains(&format!("'{}'", step.name));
        named && completed_at(row, &step.name).is_none() && applies(of.ctx, of.control, step, row) != Truth::False
    });
    let mut out: Vec<String> = open.map(|step| title_of(&step.name)).collect();
    let words = WORDS.into_iter();
    out.extend(words.filter(|name| test.contains(&format!("it.{name}")) && row.text(name).is_none()).map(word_label));
    if out.is_empty() {
        out.push("Something the policy asks of the records".to_owned());
    }
    out
}

/// The words the policy speaks of, and what was done and learned.
pub(super) fn of(of: Of<'_>, row: Row<'_>) -> Vec<CaseWords> {
    let control = serde_json::to_string(&of.control.control.kind).unwrap_or_default();
    let reads = |name: &str| of.spec.reporter_sees.iter().any(|one| **one == *name);
    let about_statements = asks(&of.control.control, &of.ctx.pack.pack).is_some();
    let asked = |name: &str| match name {
        QUESTION => about_statements,
        _ => control.contains(&format!("it.{name}")) || reads(name),
    };
    let all = WORDS.into_iter();
    let shown = all.filter(|name| matches!(*name, "action" | "lessons") || asked(name) || row.text(name).is_some());
    let line = |name: &'static str| CaseWords {
        name,
        label: word_label(name),
        hint: match name {
            QUESTION => {
                Some("When this is filled in, it stands with the answer among the policy's questions".to_owned())
            }
            _ => reads(name).then(|| "Whoever reported it reads this".to_owned()),
        },
        text: row.text(name).unwrap_or_default().to_owned(),
    };
    shown.map(line).collect()
}
