//! After the save: what it did, undo, and the rows that were left out.

use super::{At, Desk};
use crate::error::Error;
use crate::frame::Frame;
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::intake::{Shown, shown_of};
use schoolkeeper_app::{dates, words};
use schoolkeeper_core::calendar::Calendar;

#[derive(Template)]
#[template(path = "intake/done.html")]
struct DonePage {
    frame: Frame,
    csrf: String,
    shown: Shown,
    sentence: String,
    many: String,
    refused: Option<String>,
    until: String,
    undo: Option<String>,
    list: String,
    imports: String,
}

/// What a saved list did.
pub(super) async fn page(app: &App, signed: &Signed, desk: &Desk) -> Result<Response, Error> {
    let shown = shown_of(&desk.intake)?.unwrap_or_default();
    let zone = Calendar::new(desk.school.division, Vec::new());
    let slug = &desk.school.slug;
    let undo = desk.intake.import.filter(|_| signed.may_try("records.undo"));
    let page = DonePage {
        frame: desk.frame(app, signed, "Saved").await?,
        csrf: signed.csrf(),
        sentence: shown.sentence(),
        many: words::plural_of(&desk.register),
        refused: (shown.counts.refused > 0).then(|| desk.step("refused.csv")),
        until: dates::moment(desk.intake.ends_at, zone.zone()),
        undo: undo.map(|import| urls::undo_import(slug, import.0)),
        list: urls::register(slug, &desk.register.id),
        imports: urls::imports(slug),
        shown,
    };
    Ok(Html(page.render()?).into_response())
}

/// GET /school/{school}/records/{register}/import/{intake}/refused.csv
pub async fn refused(State(app): State<App>, signed: Signed, Path(at): Path<At>) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    let bytes = app.house.intake_refused(&signed.actor, &desk.school, &desk.intake).await?;
    Ok(download::csv(&format!("{}-to-mend", desk.register.id), bytes))
}
