//! The page that lists the interface, for people.

use super::problem::KINDS;
use super::{OPERATIONS, ROOT};
use crate::error::Error;
use crate::frame::Frame;
use crate::manage;
use crate::session::Signed;
use askama::Template;
use axum::response::Html;
use schoolkeeper_app::token::{Need, PROBLEMS, STANDING};
use schoolkeeper_app::words;

#[derive(Template)]
#[template(path = "api/page.html")]
struct ApiPage {
    frame: Frame,
    rows: Vec<Row>,
    problems: Vec<(&'static str, u16, &'static str)>,
    groups: Vec<(&'static str, &'static str)>,
    may_make: bool,
}

struct Row {
    method: &'static str,
    path: String,
    says: &'static str,
    needs: &'static str,
}

/// GET /api
pub async fn page(signed: Signed) -> Result<Html<String>, Error> {
    let rows = OPERATIONS.iter().map(|one| Row {
        method: one.method,
        path: format!("{ROOT}{}", one.path),
        says: one.says,
        needs: match one.need {
            Need::Known => "any token",
            Need::Standing => STANDING,
            Need::Problems => PROBLEMS,
            Need::Read => "GROUP.read",
            Need::Write => "GROUP.write",
        },
    });
    let page = ApiPage {
        rows: rows.collect(),
        problems: KINDS.iter().map(|(name, status, title)| (*name, status.as_u16(), *title)).collect(),
        groups: words::subjects().iter().map(|group| (&*group.id, &*group.title)).collect(),
        may_make: manage::opens(&signed, "/token"),
        frame: manage::frame("Programming interface", &signed, "/token"),
    };
    Ok(Html(page.render()?))
}
