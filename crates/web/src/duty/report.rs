//! The report of a task: its figures as tables, to read, print and save.

use super::list::HERE;
use super::page::{There, place};
use crate::error::Error;
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::session::Signed;
use crate::{App, download};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::duty::{ReportPart, TaskReport};

#[derive(Template)]
#[template(path = "duty/report.html")]
struct ReportPage {
    frame: Frame,
    heading: String,
    lead: String,
    parts: Vec<ReportPart>,
    left_out: Option<String>,
    export_href: String,
}

/// GET /school/{school}/task/{pack}/{control}/{due}/{of}/report
pub async fn report(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Html<String>, Error> {
    let (school, at) = place(&app, &signed, &there).await?;
    let TaskReport { title, task, link, on, parts, left_out } =
        app.house.task_report(&signed.actor, &school, &at).await?;
    let page = ReportPage {
        frame: frame_of(&school, &task, &signed, HERE).back(&task, link.clone()),
        heading: format!("Figures for {title}"),
        lead: format!("{}, {}.", school.title, dates::long(on)),
        parts,
        left_out: (!left_out.is_empty())
            .then(|| format!("Left out, as it is not yours to see: {}.", left_out.join(", "))),
        export_href: format!("{link}/report.csv"),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/task/{pack}/{control}/{due}/{of}/report.csv
pub async fn report_csv(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let (school, at) = place(&app, &signed, &there).await?;
    let csv = app.house.task_report_csv(&signed.actor, &school, &at).await?;
    Ok(download::csv(&format!("figures-{}-{}", school.slug, at.control), csv))
}
