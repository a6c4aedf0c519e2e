//! Bringing in a list, one thing a page: hand it in, say what its columns are, answer, look, save.
//!
//! Invariant: nothing but [`save`] changes a record, and it saves what the page before it showed.

mod columns;
mod done;
mod hand_in;
mod look;
mod question;
mod table;
mod word;

pub use columns::{choose_columns, columns};
pub use done::refused;
pub use hand_in::{begin, hand_in};
pub use look::{cancel, extent, save, show};
pub use question::{answer, questions};
pub use table::{choose_table, table};
pub use word::{choose_words, words};

use crate::App;
use crate::error::Error;
use crate::frame::Frame;
use crate::mail::school_for;
use crate::register::framed;
use crate::session::Signed;
use schoolkeeper_app::intake::Intake;
use schoolkeeper_app::{School, words};
use schoolkeeper_core::schema::Register;
use uuid::Uuid;

/// Path of every page of a list that was handed in: school, register, intake.
pub(crate) type At = (String, String, String);

/// A list on somebody's desk.
pub(crate) struct Desk {
    pub(crate) school: School,
    pub(crate) register: Register,
    pub(crate) intake: Intake,
}

impl Desk {
    /// The one of a path; what is not there or not theirs is missing.
    pub(crate) async fn of(app: &App, signed: &Signed, (slug, register, intake): &At) -> Result<Self, Error> {
        let school = school_for(app, &signed.actor, slug, "records.import").await?;
        let id = Uuid::parse_str(intake).map_err(|_| Error::Missing)?;
        let register = app.house.intake_register(&signed.actor, &school, register).await?;
        let intake = app.house.intake(&signed.actor, &school, &register.id, id).await?;
        Ok(Self { school, register, intake })
    }

    /// The frame of its pages, with the way back to where it was handed in.
    pub(crate) async fn frame(&self, app: &App, signed: &Signed, title: &str) -> Result<Frame, Error> {
        let frame = framed(app, signed, &self.school, title).await?;
        let title = format!("Bring in a list of {}", words::plural_of(&self.register));
        Ok(frame.back(&title, crate::urls::import_into(&self.school.slug, &self.register.id)))
    }

    /// Address of a step of it.
    pub(crate) fn step(&self, step: &str) -> String {
        crate::urls::intake_step(&self.school.slug, &self.register.id, (self.intake.id, step))
    }

    /// Address of the look.
    pub(crate) fn here(&self) -> String {
        crate::urls::intake(&self.school.slug, &self.register.id, self.intake.id)
    }
}

/// What a use case has against what somebody asked for, in words; anything else stays an error.
pub(crate) fn said(error: schoolkeeper_app::Error) -> Result<String, Error> {
    match error {
        schoolkeeper_app::Error::Refused(_) | schoolkeeper_app::Error::Import(_) => Ok(sentences(&error.to_string())),
        other => Err(other.into()),
    }
}

/// A message with its hint as two sentences.
pub(crate) fn sentences(text: &str) -> String {
    let sentence = |text: &str| {
        let mut letters = text.trim().chars();
        let first = letters.next().map_or_else(String::new, |first| first.to_uppercase().to_string());
        let all = first + letters.as_str();
        if all.ends_with(['.', '?', '!']) { all } else { all + "." }
    };
    let parts = text.split("\nhint:").flat_map(str::lines).filter(|part| !part.trim().is_empty());
    parts.map(sentence).collect::<Vec<_>>().join(" ")
}
