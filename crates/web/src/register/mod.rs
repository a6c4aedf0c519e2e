//! Records: every register of a school, and the list of one.

mod bulk;
mod label;
mod list;
mod view;

pub use bulk::{bulk, stands as bulk_stands, undo as undo_bulk};
pub use label::labels;
pub use list::{export, list};
pub use view::{ask as ask_view, drop as drop_view, keep as keep_view};

use crate::error::Error;
use crate::frame::{Frame, Here};
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::School;
use schoolkeeper_app::register::Subject;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "register/all.html")]
struct AllPage {
    frame: Frame,
    action: String,
    q: String,
    subjects: Vec<Subject>,
    school: String,
}

/// `?q=words`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
}

/// GET /school/{school}/records
pub async fn all(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let subjects = app.house.registers(&signed.actor, &school, &asked.q).await?;
    let page = AllPage {
        frame: framed(&app, &signed, &school, "Records").await?,
        action: urls::records(&school.slug),
        q: asked.q,
        subjects,
        school: school.slug,
    };
    Ok(Html(page.render()?))
}

/// An address with a query of these parts.
fn href(at: &str, parts: &[(String, String)]) -> String {
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    at.to_owned() + &urls::query(&parts)
}

/// The frame of a page about records, with the menu of the school's first policy.
pub(crate) async fn framed(app: &App, signed: &Signed, school: &School, title: &str) -> Result<Frame, Error> {
    let policies = app.house.policies(&signed.actor, &school.slug).await?;
    let pack = policies.first().map_or("", |(pack, _)| pack);
    Ok(Frame::of_policy(title, school, pack, Here::Records).signed(signed))
}
