//! Notices for walls and cards for panels: large words and a square that leads somewhere. Printed from what the policy
//! and its agreements say already.

use crate::App;
use crate::error::Error;
use crate::form::{Choice, Field};
use crate::frame::Frame;
use crate::proof::square;
use crate::urls;
use askama::Template;
use schoolkeeper_app::School;

/// A sheet to be printed.
#[derive(Template)]
#[template(path = "poster.html")]
pub(crate) struct Poster {
    pub(crate) frame: Frame,
    /// What the page is called above the sheet.
    pub(crate) heading: &'static str,
    /// What to do with it.
    pub(crate) lead: String,
    pub(crate) title: String,
    pub(crate) school: String,
    /// Each with the same in another language.
    pub(crate) points: Vec<(String, Option<String>)>,
    /// Which points there are to choose from.
    pub(crate) choose: Option<Field>,
    pub(crate) square: Square,
}

/// A square with the words beside it.
pub(crate) struct Square {
    picture: String,
    says: &'static str,
    address: String,
}

impl Square {
    /// Leads to a page of this house.
    pub(crate) fn to(app: &App, path: &str, (says, alt): (&'static str, &str)) -> Result<Self, Error> {
        let address = app.house.base_url().to(path);
        Ok(Self { picture: square(&address, alt)?, says, address })
    }

    /// Leads to where something is reported; whoever reads a wall may have no login.
    pub(crate) async fn to_report(app: &App, school: &School) -> Result<Self, Error> {
        let unnamed = app.house.unnamed_reports(&school.slug).await.is_ok();
        let path = if unnamed { urls::tell(&school.slug) } else { urls::report(&school.slug) };
        let says = "Something lost, odd or wrong? Say so at once: ask at the office, or report it at";
        Self::to(app, &path, (says, "Where to report something, as a QR code"))
    }
}

/// The points of which some are chosen.
pub(crate) fn choose<'a>(points: impl Iterator<Item = (&'a str, &'a str)>, chosen: &[String]) -> Field {
    let choice = |(id, words): (&str, &str)| Choice {
        chosen: chosen.iter().any(|one| one == id),
        hint: Some(id.to_owned()),
        ..Choice::new(id, words)
    };
    Field::new("point", "Which points?").choices(points.map(choice).collect())
}
