//! People who can sign in: the list, one person, an invitation, the end of access.

mod invite;
mod person;
mod setting;

pub use invite::{invite, invited};
pub use person::{again, end, person, reset};
pub use setting::{set, setting};

use crate::error::Error;
use crate::frame::{Frame, Pager};
use crate::session::Signed;
use crate::{App, download, manage, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::{LoginLine, LoginPage};
use schoolkeeper_core::calendar::{Calendar, Division};
use serde::Deserialize;

/// People on one page.
const PAGE_SIZE: u32 = 50;
/// People in an export.
const EXPORT_MAX: u32 = 1000;
/// Last page that is looked at.
const PAGE_MAX: u32 = 10_000;

#[derive(Template)]
#[template(path = "login/list.html")]
struct ListPage {
    frame: Frame,
    search: String,
    ended: bool,
    rows: Vec<Row>,
    pages: Pager,
    export: String,
}

struct Row {
    href: String,
    name: String,
    email: String,
    state: String,
}

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default, deserialize_with = "crate::problem::asked")]
    q: String,
    #[serde(default, deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(default)]
    page: u32,
}

impl Asked {
    fn wanted(&self, skip: u32, limit: u32) -> LoginPage {
        LoginPage { search: self.q.clone(), ended: self.show == "ended", skip, limit }
    }

    fn href(&self, path: &str, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        path.to_owned() + &urls::query(&[("q", &self.q), ("show", &self.show), ("page", &page)])
    }
}

/// GET /login
pub async fn list(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let page = asked.page.clamp(1, PAGE_MAX);
    let wanted = asked.wanted((page - 1) * PAGE_SIZE, PAGE_SIZE + 1);
    let mut lines = app.house.people_who_sign_in(&signed.actor, &wanted).await?;
    let more = lines.len() > PAGE_SIZE as usize;
    lines.truncate(PAGE_SIZE as usize);
    let pages = Pager {
        previous: (page > 1).then(|| asked.href("/login", page - 1)),
        next: more.then(|| asked.href("/login", page + 1)),
    };
    let page = ListPage {
        frame: manage::frame("People who can sign in", &signed, "/login"),
        export: asked.href("/login.csv", 1),
        rows: lines.iter().map(row).collect(),
        ended: asked.show == "ended",
        search: asked.q,
        pages,
    };
    Ok(Html(page.render()?))
}

fn row(line: &LoginLine) -> Row {
    Row {
        href: urls::login(&line.joined.login.to_string()),
        name: line.joined.name.clone(),
        email: line.email.clone(),
        state: state(line),
    }
}

/// `Last here 20 November 2026`.
fn state(line: &LoginLine) -> String {
    let zone = Calendar::new(Division::default(), Vec::new());
    match (line.joined.ended_at, line.signed_in_at) {
        (Some(at), _) => format!("Access ended {}", dates::long(zone.day(at))),
        (None, Some(at)) => format!("Last here {}", dates::long(zone.day(at))),
        (None, None) if line.ready => "Was never here".to_owned(),
        (None, None) => "Has not chosen a password yet".to_owned(),
    }
}

/// GET /login.csv
pub async fn export(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let lines = app.house.people_who_sign_in(&signed.actor, &asked.wanted(0, EXPORT_MAX)).await?;
    let rows = lines.iter().map(|line| vec![line.joined.name.clone(), line.email.clone(), state(line)]);
    let csv = schoolkeeper_app::export::table(&["Name", "Email", "State"], rows)?;
    Ok(download::csv("people-who-can-sign-in", csv))
}
