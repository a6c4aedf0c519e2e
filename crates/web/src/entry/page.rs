//! The page of one entry.

use super::history::{Line, line};
use super::{There, entry_of};
use crate::attachment::{self, FileLines};
use crate::error::Error;
use crate::frame::{Frame, Link, Status};
use crate::register::framed;
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::entry::view::{FactLine, Named, Problem, Statement};
use schoolkeeper_app::entry::{EntryAt, is_changeable, is_kept};
use schoolkeeper_core::calendar::Calendar;

/// Changes shown on the page itself.
const PAST: u32 = 5;

#[derive(Template)]
#[template(path = "entry/page.html")]
struct EntryPage {
    frame: Frame,
    csrf: String,
    heading: String,
    kind: String,
    state: Option<String>,
    removed: Option<String>,
    sections: Vec<Section>,
    files: FileLines,
    back: Vec<Back>,
    problems: Vec<Open>,
    allowed: Vec<Link>,
    statements: Vec<Link>,
    change_href: Option<String>,
    remove_href: Option<String>,
    restore_href: Option<String>,
    version: i64,
    moves: Vec<Link>,
    past: Vec<Line>,
    history_href: String,
    undo_href: Option<String>,
    merge_href: Option<String>,
    merged: usize,
    unmerge_href: Option<String>,
}

struct Section {
    title: Option<String>,
    lines: Vec<Fact>,
}

struct Fact {
    label: String,
    value: String,
    links: Vec<Link>,
    from: Option<String>,
    others: Vec<String>,
}

struct Back {
    title: String,
    count: usize,
    links: Vec<Link>,
    more: usize,
    href: String,
}

/// A problem with its tag.
struct Open {
    status: Option<Status>,
    text: String,
    meta: String,
}

/// GET /school/{school}/records/{register}/{entry}
pub async fn page(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let at = entry_of(&app, &signed, &there).await?;
    if let Some(other) = app.house.lives_on_as(&at).await? {
        return Ok(Redirect::to(&urls::entry(&at.school.slug, &at.register.id, other)).into_response());
    }
    let view = app.house.entry_view(&signed.actor, &at).await?;
    let may = app.house.may_change(&signed.actor, &at).await;
    let keeps =
        is_kept(&at.register) && app.house.register_to_fill(&signed.actor, &at.school, &at.register.id).await.is_ok();
    let (slug, register, here) = (&at.school.slug, &at.register.id, at.whole.left_at.is_none());
    let past = app.house.entry_past(&at, (None, PAST)).await?.0;
    let (merged, unmerges) = app.house.merged_into(&at).await?;
    let steps = if may && here { app.house.moves(&signed.actor, &at) } else { Vec::new() };
    let undoes = past.first().is_some_and(|last| {
        last.source.is_none() && last.version == at.whole.entry.version && !unmerges && last.what != "Put back"
    });
    let act = |act| urls::entry_act(slug, register, (at.id(), act));
    let list = Link { text: at.register.title.clone(), href: urls::register(slug, register) };
    let page = EntryPage {
        frame: Frame { back: Some(list), ..framed(&app, &signed, &at.school, &view.name).await? },
        csrf: signed.csrf(),
        kind: at.register.title.clone(),
        removed: removed(&at),
        sections: view
            .sections
            .into_iter()
            .map(|(title, lines)| Section { title, lines: lines.into_iter().map(fact).collect() })
            .collect(),
        files: attachment::lines(&app, &signed, &at).await?,
        problems: view.problems.into_iter().map(|one| problem(&at, one)).collect(),
        allowed: allowed(&app, &signed, &at).await?,
        statements: view.statements.into_iter().map(|one| statement(slug, &one)).collect(),
        back: view
            .back
            .into_iter()
            .map(|one| Back {
                more: one.count - one.entries.len(),
                count: one.count,
                href: urls::register(slug, &one.register),
                links: one.entries.into_iter().map(link).collect(),
                title: one.title,
            })
            .collect(),
        change_href: (may && here && is_changeable(&at.register)).then(|| act("change")),
        remove_href: (keeps && here).then(|| act("remove")),
        restore_href: (keeps && !here).then(|| act("restore")),
        version: at.whole.entry.version,
        moves: steps
            .into_iter()
            .map(|step| {
                let href = act("move") + &urls::query(&[("to", &step.to)]);
                Link { text: format!("Mark as {}", step.title.to_lowercase()), href }
            })
            .collect(),
        undo_href: (keeps && undoes).then(|| act("undo")),
        past: past.into_iter().map(|one| line(&at, &signed, one)).collect(),
        history_href: act("history"),
        merge_href: (may && here).then(|| act("merge")),
        unmerge_href: (may && here && unmerges).then(|| act("unmerge")),
        merged,
        state: view.state,
        heading: view.name,
    };
    Ok(Html(page.render()?).into_response())
}

/// What is allowed to it or for it today.
async fn allowed(app: &App, signed: &Signed, at: &EntryAt) -> Result<Vec<Link>, Error> {
    let all = app.house.allowed_for(&signed.actor, at).await?;
    let link = |(grant, text)| Link { text, href: urls::grant(&at.school.slug, grant) };
    Ok(all.into_iter().map(link).collect())
}

fn statement(slug: &str, one: &Statement) -> Link {
    Link { href: urls::statement(slug, &one.pack, &one.id), text: format!("{} {}", one.id, one.text) }
}

fn link(named: Named) -> Link {
    Link { href: urls::entry(&named.school, &named.register, named.id), text: named.name }
}

fn fact(line: FactLine) -> Fact {
    let FactLine { label, value, links, from, others } = line;
    Fact { label, value, links: links.into_iter().map(link).collect(), from, others }
}

fn problem(at: &EntryAt, problem: Problem) -> Open {
    let calendar = Calendar::new(at.school.division, Vec::new());
    let by = problem.due_at.map(|due| format!(" · by {}", dates::long(calendar.day(due)))).unwrap_or_default();
    let since = dates::long(calendar.day(problem.since));
    Open { status: Status::of(problem.standing), text: problem.message, meta: format!("since {since}{by}") }
}

fn removed(at: &EntryAt) -> Option<String> {
    let left = at.whole.left_at?;
    let zone = Calendar::new(at.school.division, Vec::new());
    let kept = at.register.keep.as_ref().map(|keep| format!(" It is kept for {} and then erased.", keep.span));
    Some(format!("Not in the lists since {}.{}", dates::moment(left, zone.zone()), kept.unwrap_or_default()))
}
