//! One cause: everything it concerns.

use crate::frame::{Frame, Here, Link, Pager, Status};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::outcome::Problem;
use schoolkeeper_app::view::cause::Cause;
use schoolkeeper_app::{ProblemsAsked, Standpoint, dates};
use schoolkeeper_core::id::EntryId;
use serde::Deserialize;

const PAGE_SIZE: usize = 50;

#[derive(Template)]
#[template(path = "problem/cause.html")]
struct CausePage {
    frame: Frame,
    title: String,
    status: Status,
    meta: String,
    expected: String,
    statements: Vec<Link>,
    hits: String,
    action: String,
    q: String,
    rows: Vec<Row>,
    pages: Pager,
    export_href: String,
    give_href: Option<String>,
}

struct Row {
    href: String,
    message: String,
    since: String,
    doubt: Option<String>,
}

/// `?q=words&after=ID`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "super::asked")]
    q: String,
    after: Option<EntryId>,
}

/// GET /school/{school}/policy/{pack}/cause/{control}
pub async fn cause(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let actor = &signed.actor;
    let at = app.house.standpoint(actor, &school, &pack).await?;
    let cause = at.causes().into_iter().find(|cause| *cause.control == *control).ok_or(Error::Missing)?;
    let control = cause.control.clone();
    let wanted = ProblemsAsked {
        after: asked.after.map(|after| (control.clone(), Some(after))),
        control: Some(control),
        search: asked.q.clone(),
        limit: PAGE_SIZE as u32 + 1,
    };
    let problems = app.house.problems(actor, &at, &wanted).await?;
    let mut shown = show(&at, &cause, problems, &asked);
    if crate::manage::opens(&signed, "/school/{school}/policy/{pack}/cause/{control}/give") {
        shown.give_href = Some(urls::give(&at.school.slug, at.pack_id(), &cause.control));
    }
    shown.frame = shown.frame.signed(&signed);
    Ok(Html(shown.render()?))
}

fn show(at: &Standpoint, cause: &Cause, mut problems: Vec<Problem>, asked: &Asked) -> CausePage {
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let action = urls::cause(slug, pack, &cause.control);
    let more = problems.len() > PAGE_SIZE;
    problems.truncate(PAGE_SIZE);
    let last = problems.last().and_then(|last| last.entry).filter(|_| more);
    let href = |after: &str| action.clone() + &urls::query(&[("q", &asked.q), ("after", after)]);
    let export = urls::to_fix_export(slug, pack) + &urls::query(&[("control", &cause.control), ("q", &asked.q)]);
    CausePage {
        frame: Frame::of_policy(&cause.title, at.named(), pack, Here::ToFix)
            .back("Back to what is to fix", urls::to_fix(slug, pack)),
        title: cause.title.clone(),
        status: Status::of(cause.standing).unwrap_or(Status { colour: "grey", mark: "–", text: "" }),
        meta: super::meta(at, cause),
        expected: at.explain(&cause.control),
        statements: cause.clauses.iter().map(|id| statement_link(at, id)).collect(),
        hits: format!("{} problem{}", cause.count, if cause.count == 1 { "" } else { "s" }),
        q: asked.q.clone(),
        rows: problems.into_iter().map(|problem| row(at, problem)).collect(),
        pages: Pager { previous: asked.after.map(|_| href("")), next: last.map(|last| href(&last.to_string())) },
        export_href: export,
        give_href: None,
        action,
    }
}

fn statement_link(at: &Standpoint, id: &str) -> Link {
    let text =
        at.pack.pack.clauses.iter().find(|clause| &**clause.id.get_ref() == id).map(|clause| clause.text.as_str());
    Link {
        text: format!("{id} {}", text.unwrap_or_default()),
        href: urls::statement(&at.school.slug, at.pack_id(), id),
    }
}

fn row(at: &Standpoint, problem: Problem) -> Row {
    let about = (&*problem.control, problem.entry);
    let doubts: Vec<_> = at.doubts.iter().filter(|one| one.is_about(at.pack_id(), about)).collect();
    Row {
        href: urls::why(&at.school.slug, at.pack_id(), &problem.control, problem.entry),
        message: problem.message,
        since: dates::moment(problem.since, at.calendar.zone()),
        doubt: schoolkeeper_app::remark::looked_at(&doubts),
    }
}
