//! The policy to take away: one web page that needs nothing else, and its statements as CSV.

use super::reading::{Part, about, parts};
use crate::session::Signed;
use crate::{App, download, error::Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::view::chapter;
use schoolkeeper_app::{dates, export};

#[derive(Template)]
#[template(path = "policy/file.html")]
struct PolicyFile {
    title: String,
    school: String,
    as_of: String,
    about: Vec<String>,
    chapters: Vec<Part>,
    words: Vec<(String, String)>,
    laws: Vec<String>,
    companions: Vec<String>,
}

/// GET /school/{school}/policy/{pack}/policy.html
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let policy = &at.pack.pack;
    let file = PolicyFile {
        title: policy.head.title.clone(),
        school: at.school.title.clone(),
        as_of: dates::long(at.calendar.day(app.house.now())),
        about: about(&at),
        chapters: parts(&at),
        words: policy.terms.iter().map(|term| (term.word.clone(), term.means.clone())).collect(),
        laws: policy.laws.iter().map(|law| law.title.clone()).collect(),
        companions: policy.companions.iter().map(|other| other.title.clone()).collect(),
    };
    Ok(download::file(&format!("{pack}-{school}.html"), "text/html; charset=utf-8", file.render()?))
}

/// GET /school/{school}/policy/{pack}/statements.csv
pub async fn statements(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let (head, rows) = chapter::table(&at);
    Ok(download::csv(&format!("{pack}-{school}"), export::table(head, rows)?))
}
