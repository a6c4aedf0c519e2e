//! Which sheet the list is on, and which row holds the names of its columns.

use super::{At, Desk, said};
use crate::App;
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::import::top::Top;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "intake/table.html")]
struct TablePage {
    frame: Frame,
    form: Form,
    action: String,
    file: String,
    sheet: Option<Field>,
    rows: Vec<(u32, bool, Vec<String>)>,
    width: usize,
}

/// `?sheet=NAME`: another sheet is to be seen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    sheet: String,
}

/// GET /school/{school}/records/{register}/import/{intake}/table
pub async fn table(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    Query(_): Query<Asked>,
) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    page(&app, &signed, &desk, None).await
}

/// POST /school/{school}/records/{register}/import/{intake}/table
pub async fn choose_table(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let top = app.house.intake_top(&signed.actor, &desk.school, &desk.intake).await?;
    let sheet = Some(posted.word("sheet")).filter(|sheet| !sheet.is_empty());
    let other = sheet.is_some() && sheet != top.sheet;
    let row = if other { 0 } else { posted.word("row").parse().unwrap_or(top.header_row) };
    let chosen = app.house.choose_table(&signed.actor, &desk.school, &mut desk.intake, (sheet, row)).await;
    match chosen {
        // Another sheet has other rows: they are shown first.
        Ok(()) if other => Ok(Redirect::to(&desk.step("table")).into_response()),
        Ok(()) => Ok(Redirect::to(&desk.step("columns")).into_response()),
        Err(error) => {
            let mistake = said(error)?;
            page(&app, &signed, &desk, Some(mistake)).await
        }
    }
}

async fn page(app: &App, signed: &Signed, desk: &Desk, mistake: Option<String>) -> Result<Response, Error> {
    let top = app.house.intake_top(&signed.actor, &desk.school, &desk.intake).await;
    let (top, mistake) = match top {
        Ok(top) => (top, mistake),
        Err(error) => (Top::default(), Some(said(error)?)),
    };
    let mut form = Form::of(signed.csrf(), &[]);
    if let Some(words) = mistake {
        form = form.fault(&Field::new("row-1", ""), &words);
    }
    let sheet = (top.sheets.len() > 1).then(|| {
        let choices = top.sheets.iter().map(|name| Choice::new(name, name)).collect();
        Field::new("sheet", "Sheet").choices(choices).value(top.sheet.clone().unwrap_or_default())
    });
    let page = TablePage {
        frame: desk.frame(app, signed, "Which row holds the names of the columns?").await?.faulty(&form),
        action: desk.step("table"),
        file: desk.intake.file.clone(),
        width: top.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0),
        rows: top.rows.into_iter().map(|(row, cells)| (row, row == top.header_row, cells)).collect(),
        sheet,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
