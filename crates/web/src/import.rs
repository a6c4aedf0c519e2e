//! What was brought in: every import with who, from where and how much; and taking one back.

use crate::error::Error;
use crate::frame::{Frame, Pager};
use crate::intake::said;
use crate::mail::{frame, school_for};
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::Timestamp;
use schoolkeeper_app::brought::Brought;
use schoolkeeper_app::dates;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::ImportId;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "import/list.html")]
struct ListPage {
    frame: Frame,
    csrf: String,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    title: String,
    when: String,
    who: String,
    source: String,
    figures: String,
    undone: Option<String>,
    undo: Option<String>,
}

/// `?at=MICROSECONDS&before=ID`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    at: String,
    before: String,
}

/// GET /school/{school}/imports
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = school_for(&app, &signed.actor, &slug, "records.import").await?;
    let at = asked.at.parse().ok().and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let before = at.zip(Uuid::parse_str(&asked.before).ok().map(ImportId));
    let page = app.house.brought_in(&signed.actor, &school, before).await?;
    let calendar = Calendar::new(school.division, Vec::new());
    let may = signed.may_try("records.undo");
    let here = urls::imports(&slug);
    let next = page.next.map(|(at, id)| {
        here + &urls::query(&[("at", &at.as_microsecond().to_string()), ("before", &id.0.to_string())])
    });
    let page = ListPage {
        frame: frame("What was brought in", &school, &signed).back("Back to the school", urls::school(&slug)),
        csrf: signed.csrf(),
        rows: page.imports.into_iter().map(|import| row(&slug, import, &calendar, may)).collect(),
        pager: Pager { previous: None, next },
    };
    Ok(Html(page.render()?))
}

fn row(slug: &str, brought: Brought, calendar: &Calendar, may: bool) -> Row {
    let Brought { import, many, who } = brought;
    let figures = [
        (import.created, "new"),
        (import.changed, "changed"),
        (import.left, "not in the list any more"),
        (import.unchanged, "the same"),
    ];
    let figures = figures.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    Row {
        title: many,
        when: dates::moment(import.at, calendar.zone()),
        who,
        source: if import.part { format!("{}, only some", import.source) } else { import.source.to_string() },
        figures: figures.collect::<Vec<_>>().join(", "),
        undone: import.undone_at.map(|at| dates::moment(at, calendar.zone())),
        undo: (may && import.undone_at.is_none()).then(|| urls::undo_import(slug, import.id.0)),
    }
}

/// POST /school/{school}/imports/{import}/undo
pub async fn undo(
    State(app): State<App>,
    signed: Signed,
    Path((slug, import)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "records.undo").await?;
    let import = Uuid::parse_str(&import).map_err(|_| Error::Missing)?;
    let words = match app.house.undo(&signed.actor, &school, Some(import)).await {
        Ok(_) => "Taken back. The records are as they were before.".to_owned(),
        Err(error) => said(error)?,
    };
    Ok(session::told(&app, &urls::imports(&slug), &words))
}
