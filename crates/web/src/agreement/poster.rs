//! What people sign as a notice for a wall: the points in large letters, and where to report what is seen.

use super::frame;
use crate::error::Error;
use crate::poster::{Poster, Square};
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

/// GET /school/{school}/agreement/{pack}/{control}/poster
pub async fn poster(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<(String, String, String)>,
) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "finding.see").await?;
    let which = (&*pack, &*control);
    let roll = app.house.roll(&signed.actor, &school, which).await?;
    let (title, text) = (roll.title, roll.text.ok_or(schoolkeeper_app::Error::Missing)?);
    let page = Poster {
        frame: frame(&format!("Notice for the wall: {title}"), &school, &signed)
            .back("Who has signed", urls::agreement(&slug, which)),
        heading: "Notice for the wall",
        lead: format!(
            "Version {}, as it was published. Print this page, and hang it where people come in.",
            text.version
        ),
        school: school.title.clone(),
        points: text.points.into_iter().map(|point| (point.words, point.other)).collect(),
        choose: None,
        square: Square::to_report(&app, &school).await?,
        title,
    };
    Ok(Html(page.render()?))
}
