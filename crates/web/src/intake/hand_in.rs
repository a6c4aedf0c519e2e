//! Handing in a list: a file or a pasted table, all of them or only some; and the lists that wait.

use super::said;
use crate::error::Error;
use crate::form::{Choice, Field, Form};
use crate::frame::Frame;
use crate::mail::school_for;
use crate::register::framed;
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::{self, StreamExt};
use schoolkeeper_app::intake::NewIntake;
use schoolkeeper_app::{School, dates, words};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::schema::Register;
use serde::Deserialize;
use std::io;
use uuid::Uuid;

/// Longest pasted table.
const PASTED_MAX: usize = 2 << 20;
/// Most parts of the form.
const PARTS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "intake/hand_in.html")]
struct HandInPage {
    frame: Frame,
    form: Form,
    many: String,
    action: String,
    other: String,
    pastes: bool,
    content: Field,
    part: Field,
    waiting: Vec<Waiting>,
}

/// A list that waits.
struct Waiting {
    file: String,
    words: String,
    href: String,
}

/// `?paste=yes`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    paste: String,
}

/// What is typed besides the list.
#[derive(Default)]
struct Typed {
    part: String,
    pastes: bool,
}

/// GET /school/{school}/records/{register}/import
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path((slug, register)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (school, register) = place(&app, &signed, (&slug, &register)).await?;
    let typed = Typed { part: "all".to_owned(), pastes: asked.paste == "yes" };
    page(&app, &signed, (&school, &register), typed, None).await
}

/// POST /school/{school}/records/{register}/import
pub async fn hand_in(
    State(app): State<App>,
    signed: Signed,
    Path((slug, register)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Error> {
    let (school, register) = place(&app, &signed, (&slug, &register)).await?;
    // Only now: whether it is theirs comes before whether it is a form.
    let Ok(parts) = Multipart::from_request(request, &app).await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let mut typed = Typed::default();
    match taken(&app, &signed, (&school, &register), &mut typed, parts).await {
        Ok(id) => Ok(Redirect::to(&urls::intake(&slug, &register.id, id)).into_response()),
        Err(Fault::Broken) => Ok(StatusCode::BAD_REQUEST.into_response()),
        Err(Fault::Mistake(words)) => page(&app, &signed, (&school, &register), typed, Some(words)).await,
        Err(Fault::App(error)) => {
            let words = said(error)?;
            page(&app, &signed, (&school, &register), typed, Some(words)).await
        }
    }
}

/// Why nothing was taken.
enum Fault {
    /// It is no form.
    Broken,
    /// Something is missing.
    Mistake(String),
    /// It was refused.
    App(schoolkeeper_app::Error),
}

impl From<MultipartError> for Fault {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::Mistake("The file is larger than 50 MB.".to_owned()),
            _ => Self::Broken,
        }
    }
}

async fn taken(
    app: &App,
    signed: &Signed,
    (school, register): (&School, &Register),
    typed: &mut Typed,
    mut parts: Multipart,
) -> Result<Uuid, Fault> {
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await? else { break };
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "part" => typed.part = part.text().await?,
            "file" | "pasted" => {
                typed.pastes = name == "pasted";
                let file = part.file_name().unwrap_or(if typed.pastes { "pasted table" } else { "" }).to_owned();
                let mut content = part.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(io::Error::other));
                let Some(first) = content.next().await else { break };
                if file.is_empty() && first.as_ref().is_ok_and(Vec::is_empty) {
                    break;
                }
                let content = stream::once(std::future::ready(first)).chain(content);
                let new = NewIntake { register: &register.id, file: &file, part: typed.part == "some" };
                let taken = app.house.hand_in(&signed.actor, school, &new, limited(content, typed.pastes)).await;
                return taken.map_err(Fault::App);
            }
            _ => {}
        }
    }
    let words = if typed.pastes { "Paste the table" } else { "Choose the file with the list" };
    Err(Fault::Mistake(words.to_owned()))
}

/// A pasted table is no file of 50 MB.
fn limited(
    content: impl stream::Stream<Item = io::Result<Vec<u8>>> + Send,
    pastes: bool,
) -> impl stream::Stream<Item = io::Result<Vec<u8>>> + Send {
    let mut room = if pastes { PASTED_MAX } else { usize::MAX };
    content.map(move |piece| {
        let piece = piece?;
        room = room.checked_sub(piece.len()).ok_or_else(|| io::Error::other("it is larger than 2 MB"))?;
        Ok(piece)
    })
}

async fn place(app: &App, signed: &Signed, (slug, register): (&str, &str)) -> Result<(School, Register), Error> {
    let school = school_for(app, &signed.actor, slug, "records.import").await?;
    let register = app.house.intake_register(&signed.actor, &school, register).await?;
    Ok((school, register))
}

async fn page(
    app: &App,
    signed: &Signed,
    (school, register): (&School, &Register),
    typed: Typed,
    mistake: Option<String>,
) -> Result<Response, Error> {
    let many = words::plural_of(register);
    let mut content = if typed.pastes {
        Field::new("pasted", "The table").hint("Copy it in your spreadsheet with its column names, and paste it here.")
    } else {
        Field::new("file", "The file").hint("Excel (.xlsx) or CSV, at most 50 MB and 250,000 rows.")
    };
    content.error = mistake;
    let choices =
        vec![Choice::new("all", format!("All our {many} of this source")), Choice::new("some", "Only some of them")];
    let part = Field::new("part", "What is in it?").choices(choices).value(typed.part);
    let form = Form::of(signed.csrf(), &[&part, &content]);
    let action = urls::import_into(&school.slug, &register.id);
    let other = if typed.pastes { action.clone() } else { format!("{action}?paste=yes") };
    let calendar = Calendar::new(school.division, Vec::new());
    let waiting = app.house.intakes(&signed.actor, school).await?;
    let waiting = waiting.into_iter().filter(|intake| intake.register == register.id).map(|intake| Waiting {
        href: urls::intake(&school.slug, &register.id, intake.id),
        words: format!("handed in {}", dates::moment(intake.created_at, calendar.zone())),
        file: intake.file,
    });
    let page = HandInPage {
        frame: framed(app, signed, school, &format!("Bring in a list of {many}"))
            .await?
            .back("Back to the list", urls::register(&school.slug, &register.id))
            .faulty(&form),
        waiting: waiting.collect(),
        form,
        many,
        action,
        other,
        pastes: typed.pastes,
        content,
        part,
    };
    Ok(page.form.answer(page.render()?))
}
