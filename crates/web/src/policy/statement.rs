//! One statement: met or not, how do you know, what must who do next?

use super::cause_line;
use super::question::{Answer, answer, asks};
use crate::frame::{Frame, Here, Link, Status};
use crate::problem::CauseLine;
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::change::Side;
use schoolkeeper_app::conflict::ConflictLine;
use schoolkeeper_app::view::statement::{Statement, lead, statement as look};
use schoolkeeper_app::words::{self, MissingWords};
use schoolkeeper_app::{Change, Standpoint, dates};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{NoneBecause, Standing};

#[derive(Template)]
#[template(path = "policy/statement.html")]
struct StatementPage {
    frame: Frame,
    text: String,
    status: Option<Status>,
    lead: String,
    missing: Vec<MissingWords>,
    missing_first: bool,
    summary: Vec<Pair>,
    causes: Vec<CauseLine>,
    checked: Vec<Check>,
    history: Vec<Happened>,
    words: Vec<String>,
    not_here_href: Option<String>,
    asks: Vec<Link>,
    answers: Vec<Answer>,
    inherited: Option<Trusts>,
    conflicts: Vec<String>,
}

/// The answer of the trust.
struct Trusts {
    status: Option<Status>,
    says: String,
    slug: String,
    href: Option<String>,
}

struct Pair {
    key: String,
    value: String,
}

struct Check {
    title: String,
    text: String,
}

struct Happened {
    stamp: String,
    date: String,
    words: String,
}

/// GET /school/{school}/policy/{pack}/statement/{clause}
pub async fn statement(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, clause)): Path<(String, String, String)>,
) -> Result<Html<String>, Error> {
    let actor = &signed.actor;
    let at = app.house.standpoint(actor, &school, &pack).await?;
    let groups = app.house.groups_of_clause(actor, &at, &clause).await?;
    let (policy, schemas) = (&at.pack.pack, &at.registers);
    let seen = look(policy, schemas, &at.outcome, &clause, (&groups, &at.set)).ok_or(Error::Missing)?;
    let history = app.house.history(actor, &at, &clause).await?;
    let mut shown = page(&at, &seen, &history);
    shown.frame = shown.frame.signed(&signed);
    if !shown.asks.is_empty() {
        let all = app.house.common_questions(&at).await?;
        let own = all.iter().filter(|one| one.statement.as_deref() == Some(&*clause));
        shown.answers = own.map(|one| answer(&at, one)).collect();
    }
    if !crate::manage::opens(&signed, "/school/{school}/policy/{pack}/not-here/{*clause}") {
        shown.not_here_href = None;
    }
    if at.policies.len() > 1 {
        shown.conflicts = conflicts(&at, &clause, &app.house.conflicts(actor, &at.school).await?);
    }
    if let Some(inherited) = &mut shown.inherited
        && app.house.school_at(actor, &inherited.slug).await.is_err()
    {
        inherited.href = None;
    }
    Ok(Html(shown.render()?))
}

/// What another policy asks against this statement, and which of them holds.
fn conflicts(at: &Standpoint, clause: &str, all: &[ConflictLine]) -> Vec<String> {
    let stated = at.pack.pack.clauses.iter().find(|known| &**known.id.get_ref() == clause);
    let binds = |control: &Name| stated.is_some_and(|stated| stated.controls.iter().any(|it| it.get_ref() == control));
    let mine = |line: &&ConflictLine| {
        let side = |side: &Side| *side.pack == *at.pack_id() && side.control.as_ref().is_some_and(binds);
        line.conflict.sides.iter().any(side)
    };
    let words = |line: &ConflictLine| match &line.decided {
        Some((holds, said)) => format!("{}. {holds} holds. {said}", line.conflict.about),
        None => format!("{}. Nobody has decided which policy holds.", line.conflict.about),
    };
    all.iter().filter(mine).map(words).collect()
}

/// What the trust's answer looks like at a school.
fn inherited(at: &Standpoint, id: &str) -> Option<Trusts> {
    let (office, stands) = at.inherited(id)?;
    let since =
        stands.since.map_or_else(String::new, |since| format!(" since {}", dates::long(at.calendar.day(since))));
    let words = words::standing(stands.standing);
    let how = stands.known_by.map_or_else(String::new, |by| format!(" {}.", words::known_by(by)));
    Some(Trusts {
        status: Status::of(stands.standing),
        says: format!("Answered by {} for all its schools. {}{since}.{how}", office.title, words.tag),
        slug: office.slug.clone(),
        href: Some(urls::statement(&office.slug, at.pack_id(), id)),
    })
}

fn page(at: &Standpoint, seen: &Statement<'_>, history: &[Change]) -> StatementPage {
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let id = seen.clause.id.get_ref();
    let section = seen.clause.section.as_deref().unwrap_or("Other statements");
    let section_slug = schoolkeeper_core::id::slug(section);
    let standing = seen.outcome.standing;
    StatementPage {
        frame: Frame::of_policy(&title(standing, id), at.named(), pack, Here::Policy)
            .back(&format!("Back to {section}"), urls::section(slug, pack, &section_slug, None)),
        text: format!("{id} {}", seen.clause.text),
        status: Status::of(standing),
        lead: lead(seen),
        missing_first: standing == Standing::Unknown,
        missing: seen.missing.clone(),
        summary: summary(at, seen),
        causes: seen.causes.iter().map(|cause| cause_line(at, cause)).collect(),
        checked: seen.checked.iter().map(|(title, text)| Check { title: title.clone(), text: text.clone() }).collect(),
        history: history.iter().map(|change| happened(at, change)).collect(),
        words: words_behind(at, seen),
        inherited: inherited(at, id),
        conflicts: Vec::new(),
        asks: asks(at, Some(id)),
        answers: Vec::new(),
        not_here_href: may_be_apart(seen).then(|| urls::not_here_of(slug, pack, id)),
    }
}

/// A statement that counts, or one that was said not to apply.
fn may_be_apart(seen: &Statement<'_>) -> bool {
    let said = matches!(seen.outcome.none_because, Some(NoneBecause::NotHere | NoneBecause::NotStarted));
    seen.outcome.standing != Standing::None || said
}

fn title(standing: Standing, id: &str) -> String {
    match standing {
        Standing::None => format!("Statement {id}"),
        _ => format!("{}: statement {id}", words::standing(standing).tag),
    }
}

fn summary(at: &Standpoint, seen: &Statement<'_>) -> Vec<Pair> {
    let zone = at.calendar.zone();
    let mut out = Vec::new();
    let mut pair = |key: &str, value: String| out.push(Pair { key: key.to_owned(), value });
    if let Some(since) = seen.outcome.since {
        pair("Since", dates::moment(since, zone));
    }
    if let Some(by) = seen.outcome.known_by {
        pair("How we know", format!("{}. {}", words::known_by(by), words::known_by_means(by)));
    }
    if seen.outcome.counts.subjects > 0 {
        pair("What was looked at", counted(seen));
    }
    if let Some(until) = seen.outcome.valid_until {
        pair("Answer good until", dates::moment(until, zone));
    }
    let who: Vec<String> = seen.clause.who.iter().map(|name| at.role_title(name)).collect();
    if !who.is_empty() {
        pair("Who", who.join(", "));
    }
    if seen.outcome.standing != Standing::None {
        pair("How strongly the policy asks", words::severity(seen.clause.severity).to_owned());
    }
    out
}

fn counted(seen: &Statement<'_>) -> String {
    let counts = &seen.outcome.counts;
    let parts = [
        (counts.kept, "met"),
        (counts.excused, "allowed by permission"),
        (counts.due, "due"),
        (counts.unknown, "not known"),
        (counts.broken, "not met"),
    ];
    let words: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{}: {}", counts.subjects, words.join(", "))
}

fn happened(at: &Standpoint, change: &Change) -> Happened {
    Happened {
        stamp: change.at.to_string(),
        date: dates::moment(change.at, at.calendar.zone()),
        words: change.words.clone(),
    }
}

/// Aims, terms, laws, tags and companion documents the statement points to.
fn words_behind(at: &Standpoint, seen: &Statement<'_>) -> Vec<String> {
    let pack = &at.pack.pack;
    let clause = seen.clause;
    let aims = pack.aims.iter().filter(|aim| clause.aims.contains(&aim.id)).map(|aim| format!("Aim: {}", aim.text));
    let terms = pack.terms.iter().filter(|term| clause.terms.contains(&term.id));
    let laws = pack.laws.iter().filter(|law| clause.laws.contains(&law.id)).map(|law| format!("Law: {}", law.title));
    let tags =
        pack.tags.iter().filter(|tag| clause.tags.contains(&tag.id)).map(|tag| format!("Also answers: {}", tag.title));
    let others = pack.companions.iter().filter(|other| clause.companions.contains(&other.id));
    aims.chain(terms.map(|term| format!("{}: {}", term.word, term.means)))
        .chain(laws)
        .chain(tags)
        .chain(others.map(|other| format!("Document: {}", other.title)))
        .collect()
}
