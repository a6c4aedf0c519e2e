//! A pack in plain sentences, without the words of the house.

mod control;
mod decide;
mod evaluate;
mod expression;
mod flow;
mod occur;
mod words;

use schoolkeeper_core::clause::{Clause, Mode, Severity};
use schoolkeeper_core::control::Control;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::schema::Schemas;
use std::collections::BTreeMap;
use words::Words;
pub use words::literal as literal_words;

/// The whole policy: for each statement its text, how it is checked, who, when, and what happens.
pub fn explain(pack: &Pack, schemas: &Schemas) -> String {
    let words = Words { pack, schemas: Some(schemas), set: None };
    let mut out = vec![pack.head.title.clone(), head(&words)];
    let mut section = None;
    for clause in &pack.clauses {
        if clause.section != section {
            section.clone_from(&clause.section);
            out.push(format!("\n{}", section.as_deref().unwrap_or_default()));
        }
        out.push(String::new());
        out.push(statement(&words, clause));
    }
    out.push(String::new());
    out.join("\n")
}

/// How one control is checked, for "How this is checked", with the numbers a school set.
pub fn explain_control(control: &Control, pack: &Pack, set: &BTreeMap<Name, Literal>) -> String {
    control::explain(&Words { pack, schemas: None, set: Some(set) }, control)
}

/// People as a pack names them: *the headteacher and staff*.
pub fn people_words(names: &[Name], pack: &Pack) -> String {
    Words { pack, schemas: None, set: None }.people(names)
}

/// The value of a number, name or blank with its unit, as a school set it; `None` while it is blank.
pub fn param_words(name: &str, pack: &Pack, set: &BTreeMap<Name, Literal>) -> Option<String> {
    let param = pack.params.get(name)?;
    set.get(name).or(param.value.as_ref())?;
    Some(Words { pack, schemas: None, set: Some(set) }.param(name))
}

/// The numbers, names and blanks a control reads: `$name` in its fields, `param.name` in its expressions.
pub fn params_of(control: &Control, pack: &Pack) -> Vec<Name> {
    let content = serde_json::to_string(&control.kind).unwrap_or_default();
    let reads = |name: &&Name| {
        let [dollar, dotted] = [format!("${name}"), format!("param.{name}")];
        [dollar, dotted].iter().any(|token| {
            content.match_indices(token.as_str()).any(|(at, token)| {
                let next = content[at + token.len()..].bytes().next();
                !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        })
    };
    pack.params.keys().filter(reads).cloned().collect()
}

fn head(words: &Words<'_>) -> String {
    let head = &words.pack.head;
    let mut parts = Vec::new();
    if !head.version.is_empty() {
        parts.push(format!("Version {}.", head.version));
    }
    if !head.owner.is_empty() {
        parts.push(format!("Kept by {}.", words.who(&head.owner)));
    }
    if let Some(review) = &head.review {
        parts.push(format!("Reviewed every {}.", review.to_string().trim_start_matches("1 ")));
    }
    parts.push(format!("{} statements.", words.pack.clauses.len()));
    parts.join(" ")
}

fn statement(words: &Words<'_>, clause: &Clause) -> String {
    let mut lines = vec![format!("{}  {}", clause.id.get_ref(), clause.text)];
    let strength = match clause.severity {
        Severity::Must => "",
        Severity::Should => "Expected, not required. ",
        Severity::May => "Good practice. ",
    };
    let who =
        if clause.who.is_empty() { String::new() } else { format!("It concerns {}. ", words.people(&clause.who)) };
    let known = match clause.mode {
        Mode::Context => "For information.",
        Mode::Acknowledged => "People are told and sign.",
        Mode::Evidenced => "People show that it was done.",
        Mode::Detected => "It is read from the records.",
        Mode::Enforced => "Schoolkeeper refuses what goes against it.",
    };
    lines.push(format!("    {strength}{who}{known}"));
    if !clause.about.is_empty() {
        let names: Vec<String> = clause.about.iter().map(|name| words.entry(name.get_ref())).collect();
        lines.push(format!("    Only for {}.", crate::suggest::and(&names)));
    }
    if let Some(article) = &clause.article {
        lines.push(format!("    People read: “{}”", article.words));
    }
    for control in clause.controls.iter().filter_map(|name| words.pack.controls.get(name.get_ref())) {
        lines.push(format!("    – {}: {}", control.title, control::explain(words, control)));
    }
    lines.join("\n")
}
