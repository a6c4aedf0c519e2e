//! What happened to an entry: page by page, as a file, with the receipt of each change; and taking the last one back.

use super::leave::{MOVED_ON, version};
use super::{There, entry_of};
use crate::error::Error;
use crate::form::Posted;
use crate::frame::{Frame, Link};
use crate::register::framed;
use crate::session::{Signed, told};
use crate::{App, attachment, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::entry::past::{PAGE, PastLine};
use schoolkeeper_app::entry::{EntryAt, Left};
use schoolkeeper_core::actor::Narrowing;
use schoolkeeper_core::calendar::Calendar;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "entry/history.html")]
struct HistoryPage {
    frame: Frame,
    heading: String,
    lines: Vec<Line>,
    files: Vec<String>,
    next: Option<String>,
    export_href: String,
}

/// One change.
pub struct Line {
    /// *Changed by Tom Made-Up, 21 November 2026, 4:40pm*.
    pub head: String,
    /// The reason.
    pub why: Option<String>,
    /// Field, before, after.
    pub fields: Vec<(String, String, String)>,
    /// The receipt of its record.
    pub receipt: Option<Link>,
}

/// `?before=VERSION`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    before: String,
}

/// GET /school/{school}/records/{register}/{entry}/history
pub async fn history(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let at = entry_of(&app, &signed, &there).await?;
    let (past, more) = app.house.entry_past(&at, (asked.before.parse().ok(), PAGE)).await?;
    let name = app.house.entry_title(&at).await?;
    let here = urls::entry_act(&at.school.slug, &at.register.id, (at.id(), "history"));
    let last = past.last().filter(|_| more).map(|line| line.version.to_string());
    let heading = format!("History of {name}");
    let back = Link { text: name, href: urls::entry(&at.school.slug, &at.register.id, at.id()) };
    let page = HistoryPage {
        frame: Frame { back: Some(back), ..framed(&app, &signed, &at.school, &heading).await? },
        lines: past.into_iter().map(|one| line(&at, &signed, one)).collect(),
        files: if asked.before.is_empty() { attachment::lines(&app, &signed, &at).await?.past } else { Vec::new() },
        next: last.map(|last| here.clone() + &urls::query(&[("before", &last)])),
        export_href: format!("{here}.csv"),
        heading,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/records/{register}/{entry}/history.csv
pub async fn export(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let at = entry_of(&app, &signed, &there).await?;
    let csv = app.house.entry_past_export(&at).await?;
    Ok(download::csv(&format!("history-{}", at.register.id), csv))
}

/// GET /school/{school}/records/{register}/{entry}/receipt/{version}
pub async fn receipt(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, entry, version)): Path<(String, String, String, String)>,
) -> Result<Response, Error> {
    let at = entry_of(&app, &signed, &(school, register, entry)).await?;
    let version = version.parse().map_err(|_| Error::Missing)?;
    let text = app.house.entry_receipt(&signed.actor, &at, version).await?;
    Ok(download::file(&format!("change-{version}.tlog-proof"), "text/plain; charset=utf-8", text))
}

/// POST /school/{school}/records/{register}/{entry}/undo
pub async fn undo(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = entry_of(&app, &signed, &there).await?;
    let of = (&*at.register.id, at.id(), version(&posted));
    let words = match app.house.undo_entry(&signed.actor, &at.school, of).await? {
        Left::Done => "The last change was taken back.".to_owned(),
        Left::Mistake(mistake) => mistake,
        Left::MovedOn => MOVED_ON.to_owned(),
    };
    let gone = entry_of(&app, &signed, &there).await.is_err();
    let (slug, register) = (&at.school.slug, &at.register.id);
    let to = if gone { urls::register(slug, register) } else { urls::entry(slug, register, at.id()) };
    Ok(told(&app, &to, &words))
}

/// One change as pages show it.
pub fn line(at: &EntryAt, signed: &Signed, line: PastLine) -> Line {
    let zone = Calendar::new(at.school.division, Vec::new());
    let when = dates::moment(line.at, zone.zone());
    let source = line.source.map(|source| format!(" ({source})")).unwrap_or_default();
    let act = format!("receipt/{}", line.version);
    let href = urls::entry_act(&at.school.slug, &at.register.id, (at.id(), &act));
    let proof = signed.actor.scope("proof.see", &Narrowing::default()).is_ok();
    let text = format!("Receipt of the change of {when}");
    Line {
        head: format!("{} by {}{source}, {when}", line.what, line.who),
        why: line.why,
        fields: line.fields,
        receipt: proof.then_some(Link { text, href }),
    }
}
