//! Which column is what: guessed from names and known exports, said once, remembered for the next time.

use super::{At, Desk, said};
use crate::App;
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::intake::ColumnsAsked;

#[derive(Template)]
#[template(path = "intake/columns.html")]
struct ColumnsPage {
    frame: Frame,
    form: Form,
    action: String,
    table: String,
    asked: ColumnsAsked,
    source: Field,
}

/// GET /school/{school}/records/{register}/import/{intake}/columns
pub async fn columns(State(app): State<App>, signed: Signed, Path(at): Path<At>) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    match app.house.intake_columns(&signed.actor, &desk.school, &desk.intake).await {
        Ok(asked) => page(&app, &signed, &desk, (asked, None)).await,
        // The row that was chosen holds no names: back to where it is chosen.
        Err(error) => said(error).map(|_| Redirect::to(&desk.step("table")).into_response()),
    }
}

/// POST /school/{school}/records/{register}/import/{intake}/columns
pub async fn choose_columns(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let mut asked = app.house.intake_columns(&signed.actor, &desk.school, &desk.intake).await?;
    for (at, column) in asked.columns.iter_mut().enumerate() {
        column.field = posted.word(&format!("column-{}", at + 1));
    }
    asked.source = posted.word("source");
    let fields: Vec<(String, String)> =
        asked.columns.iter().map(|column| (column.name.clone(), column.field.clone())).collect();
    let said_of = (&fields[..], &*asked.source);
    match app.house.choose_columns(&signed.actor, &desk.school, &mut desk.intake, said_of).await {
        Ok(()) => Ok(Redirect::to(&desk.here()).into_response()),
        Err(error) => {
            let mistake = said(error)?;
            page(&app, &signed, &desk, (asked, Some(mistake))).await
        }
    }
}

async fn page(
    app: &App,
    signed: &Signed,
    desk: &Desk,
    (asked, mistake): (ColumnsAsked, Option<String>),
) -> Result<Response, Error> {
    let mut form = Form::of(signed.csrf(), &[]);
    if let Some(words) = mistake {
        form = form.fault(&Field::new("column-1", ""), &words);
    }
    let source = Field::new("source", "Which system does the list come from?")
        .hint("A short name, such as arbor or intune. The next list of the same name is compared with this one.")
        .value(asked.source.clone());
    let page = ColumnsPage {
        frame: desk.frame(app, signed, "Which column is what?").await?.faulty(&form),
        action: desk.step("columns"),
        table: desk.step("table"),
        asked,
        source,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
