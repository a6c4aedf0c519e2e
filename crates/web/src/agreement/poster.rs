//! What people sign as a notice for a wall: the points in large letters, and where to report what is seen.

use super::frame;
use crate::error::Error;
use crate::frame::Frame;
use crate::proof::square;
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::agreement::Text;

#[derive(Template)]
#[template(path = "agreement/poster.html")]
struct PosterPage {
    frame: Frame,
    title: String,
    school: String,
    text: Text,
    qr: String,
    address: String,
}

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
    // Whoever reads a wall may have no login.
    let unnamed = app.house.unnamed_reports(&slug).await.is_ok();
    let address = app.house.base_url().to(&if unnamed { urls::tell(&slug) } else { urls::report(&slug) });
    let page = PosterPage {
        frame: frame(&format!("Notice for the wall: {title}"), &school, &signed)
            .back("Who has signed", urls::agreement(&slug, which)),
        school: school.title.clone(),
        qr: square(&address, "Where to report something, as a QR code")?,
        address,
        title,
        text,
    };
    Ok(Html(page.render()?))
}
