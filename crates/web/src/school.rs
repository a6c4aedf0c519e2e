//! The list of schools, and the way from a school to its policy.

use crate::frame::Frame;
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "school/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    text: String,
    href: String,
    words: String,
}

/// GET /
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let schools = app.house.schools(&signed.actor).await?;
    if let [only] = &schools[..] {
        return Ok(Redirect::to(&urls::school(&only.slug)).into_response());
    }
    let rows = schools
        .into_iter()
        .map(|school| Row { href: urls::school(&school.slug), text: school.title, words: school.words })
        .collect();
    let frame = Frame::titled("Schools").signed(&signed);
    Ok(Html(ListPage { frame, rows }.render()?).into_response())
}

/// GET /school/{school}
pub async fn first_policy(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
) -> Result<Response, Error> {
    let policies = app.house.policies(&signed.actor, &school).await?;
    match policies.first() {
        Some((pack, _)) => Ok(Redirect::to(&urls::policy(&school, pack)).into_response()),
        None => Err(Error::Missing),
    }
}
