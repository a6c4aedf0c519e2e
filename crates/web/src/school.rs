//! The list of schools, and the way from a school to its policy.

use crate::frame::Frame;
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
pub async fn list(State(app): State<App>) -> Result<Response, Error> {
    let schools = app.house.schools(&app.house.operator()).await?;
    if let [only] = &schools[..] {
        return Ok(Redirect::to(&urls::school(&only.slug)).into_response());
    }
    let rows = schools
        .into_iter()
        .map(|school| Row { href: urls::school(&school.slug), text: school.title, words: school.words })
        .collect();
    let frame = Frame { title: "Schools".to_owned(), ..Frame::default() };
    Ok(Html(ListPage { frame, rows }.render()?).into_response())
}

/// GET /school/{school}
pub async fn first_policy(State(app): State<App>, Path(school): Path<String>) -> Result<Response, Error> {
    let policies = app.house.policies(&app.house.operator(), &school).await?;
    match policies.first() {
        Some((pack, _)) => Ok(Redirect::to(&urls::policy(&school, pack)).into_response()),
        None => Err(Error::Missing),
    }
}
