//! Incidents in numbers, without names.

use crate::error::Error;
use crate::frame::Frame;
use crate::manage::{frame_of, opens};
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use schoolkeeper_app::case::{FEW, YearCount};

/// Its place in the table of routes.
pub const HERE: &str = "/school/{school}/cases/numbers";

#[derive(Template)]
#[template(path = "case/numbers.html")]
struct NumbersPage {
    frame: Frame,
    few: usize,
    years: Vec<(String, Vec<YearCount>)>,
    export_href: String,
    report_href: String,
}

/// GET /school/{school}/cases/numbers
pub async fn numbers(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let numbers = app.house.case_numbers(&signed.actor, &school).await?;
    let mut years: Vec<(String, Vec<YearCount>)> = Vec::new();
    for kind in numbers.kinds {
        match years.last_mut().filter(|(year, _)| *year == kind.year) {
            Some((_, kinds)) => kinds.push(kind),
            None => years.push((kind.year.clone(), vec![kind])),
        }
    }
    let frame = frame_of(&school, "Incidents in numbers", &signed, super::list::HERE);
    let back = opens(&signed, super::list::HERE).then(|| urls::cases(&school.slug));
    let frame = back.into_iter().fold(frame, |frame, href| frame.back("Incidents", href));
    let export_href = urls::case_numbers_export(&school.slug);
    let report_href = urls::report(&school.slug);
    Ok(Html(NumbersPage { frame, few: FEW, years, export_href, report_href }.render()?))
}

/// GET /school/{school}/cases/numbers.csv
pub async fn numbers_export(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let numbers = app.house.case_numbers(&signed.actor, &school).await?;
    Ok(download::csv(&format!("incident-numbers-{}", school.slug), schoolkeeper_app::export::case_numbers(&numbers)?))
}
