//! Adding a file to a record, or a photo from a phone.

use crate::App;
use crate::entry::{There, entry_of};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::intake::said;
use crate::register::framed;
use crate::role::{date_of, typed};
use crate::session::{Signed, told};
use crate::urls;
use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use jiff::civil::Date;
use schoolkeeper_app::attachment::{Attached, CAPTION_MAX, FILE_BYTES_MAX, NewAttachment, Received, file_fields};
use schoolkeeper_app::entry::EntryAt;
use schoolkeeper_core::id::Name;
use serde::Deserialize;
use std::io;

/// Most parts of the form.
const PARTS_MAX: usize = 20;
/// What a file is that answers no question of the record.
const NOTHING: &str = "-";

#[derive(Template)]
#[template(path = "attachment/add.html")]
struct AddPage {
    frame: Frame,
    form: Form,
    heading: String,
    photo: bool,
    action: String,
    other: String,
    file: Field,
    field: Option<Field>,
    caption: Field,
    keep: Field,
    until: Field,
    cancel: String,
}

/// `?photo=yes`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    photo: String,
}

/// What came with the form: its fields, and the file when there was one.
type Came = (Posted, Option<Received>, Vec<(&'static str, String)>);

/// GET /school/{school}/records/{register}/{entry}/attachment
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let at = to_attach(&app, &signed, &there).await?;
    let posted = Posted::new(vec![("photo".to_owned(), asked.photo)]);
    page(&app, &signed, &at, (&posted, &[])).await
}

/// POST /school/{school}/records/{register}/{entry}/attachment
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    request: Request,
) -> Result<Response, Error> {
    let at = to_attach(&app, &signed, &there).await?;
    // Only now: whether it is theirs comes before whether it is a form.
    let Ok(parts) = Multipart::from_request(request, &app).await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    match came(&app, &signed, &at, parts).await {
        Ok(came) => done(&app, &signed, &at, came).await,
        Err(Fault::Broken) => Ok(StatusCode::BAD_REQUEST.into_response()),
        Err(Fault::Failed(error)) => Err(error),
    }
}

async fn done(
    app: &App,
    signed: &Signed,
    at: &EntryAt,
    (posted, received, mut mistakes): Came,
) -> Result<Response, Error> {
    let (new, wrong) = read(at, &posted);
    mistakes.extend(wrong);
    let received = match received {
        Some(received) if mistakes.is_empty() => received,
        received => {
            if let Some(received) = received {
                app.house.discard_file(&received).await;
                mistakes.push(("file", "Choose the file again".to_owned()));
            }
            return page(app, signed, at, (&posted, &mistakes)).await;
        }
    };
    match app.house.attach(&signed.actor, at, (received, &new)).await? {
        Attached::Done(_) => {
            let words = if posted.get("photo") == "yes" {
                "Photo added, without where and with what it was taken."
            } else {
                "File added."
            };
            Ok(told(app, &urls::entry(&at.school.slug, &at.register.id, at.id()), words))
        }
        Attached::Mistakes(mistakes) => page(app, signed, at, (&posted, &mistakes)).await,
        Attached::MovedOn => {
            let mistake = [("file", "Somebody changed this record meanwhile. Add the file again".to_owned())];
            page(app, signed, at, (&posted, &mistake)).await
        }
    }
}

/// Why a form with a file was not read.
enum Fault {
    /// It is no form.
    Broken,
    /// Something failed, or a policy says no.
    Failed(Error),
}

impl From<MultipartError> for Fault {
    fn from(_: MultipartError) -> Self {
        Self::Broken
    }
}

/// Reads the parts as they come; a file is sealed at once, and let go of when what follows is no form.
async fn came(app: &App, signed: &Signed, at: &EntryAt, mut parts: Multipart) -> Result<Came, Fault> {
    let (mut fields, mut received, mut mistakes) = (Vec::new(), None, Vec::new());
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await? else { break };
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            fields.push((name, part.text().await?));
            continue;
        }
        let file = part.file_name().unwrap_or_default().to_owned();
        let mut content = part.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(io::Error::other));
        let first = content.next().await;
        let empty = first.as_ref().is_none_or(|piece| piece.as_ref().is_ok_and(Vec::is_empty));
        if received.is_some() || (file.is_empty() && empty) {
            continue;
        }
        let content = stream::iter(first).chain(content);
        match app.house.receive(&signed.actor, at, &file, content).await {
            Ok(taken) => received = Some(taken),
            Err(error) => {
                mistakes.push(("file", said(error).map_err(Fault::Failed)?));
                return Ok((Posted::new(fields), None, mistakes));
            }
        }
    }
    if received.is_none() && mistakes.is_empty() {
        mistakes.push(("file", "Choose the file".to_owned()));
    }
    Ok((Posted::new(fields), received, mistakes))
}

/// What was said of the file.
fn read(at: &EntryAt, posted: &Posted) -> (NewAttachment, Vec<(&'static str, String)>) {
    let mut mistakes = Vec::new();
    let field = posted.word("field");
    let field = Some(field).filter(|field| !field.is_empty() && field != NOTHING);
    let known = |name: &String| file_fields(&at.register).any(|field| *field.name == **name);
    if field.as_ref().is_some_and(|name| !known(name)) {
        mistakes.push(("field", "Choose what the file is".to_owned()));
    }
    let keep_until = kept_until(posted, &mut mistakes);
    (NewAttachment { field: field.as_deref().map(Name::from), caption: posted.word("caption"), keep_until }, mistakes)
}

/// The last day of a file, when it has one of its own.
pub(super) fn kept_until(posted: &Posted, mistakes: &mut Vec<(&'static str, String)>) -> Option<Date> {
    if posted.get("keep") != "until" {
        return None;
    }
    match date_of(posted, "until") {
        Ok(Some(day)) => return Some(day),
        Ok(None) => mistakes.push(("until", "Say until which day it is kept".to_owned())),
        Err(why) => mistakes.push(("until", why)),
    }
    None
}

/// The questions about how long a file is kept.
pub(super) fn keep_fields(at: &EntryAt, posted: &Posted, mistakes: &[(&'static str, String)]) -> [Field; 2] {
    let span = at.register.keep.as_ref().map(|keep| format!("Records like this are kept for {}", keep.span));
    let as_record = Choice { hint: span, ..Choice::new("record", "As long as the record") };
    let choices = vec![as_record, Choice::new("until", "Only until a day you name")];
    let chosen = if posted.get("keep") == "until" { "until" } else { "record" };
    let until = Field::new("until", "Last day it is kept").hint("For example 27 3 2027").value(typed(posted, "until"));
    [
        Field::new("keep", "How long is the file kept?").choices(choices).value(chosen).check(mistakes),
        until.check(mistakes),
    ]
}

async fn to_attach(app: &App, signed: &Signed, there: &There) -> Result<EntryAt, Error> {
    let at = entry_of(app, signed, there).await?;
    if app.house.may_attach(&signed.actor, &at).await { Ok(at) } else { Err(Error::Missing) }
}

async fn page(
    app: &App,
    signed: &Signed,
    at: &EntryAt,
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let photo = posted.get("photo") == "yes";
    let name = app.house.entry_title(at).await?;
    let heading = if photo { format!("Add a photo to {name}") } else { format!("Add a file to {name}") };
    let hint = format!(
        "PDF, JPEG, PNG, Word, Excel, OpenDocument text, plain text, CSV or a saved e-mail, at most {} MB",
        FILE_BYTES_MAX >> 20
    );
    let file = if photo {
        Field::new("file", "The photo")
            .hint("Where, when and with what it was taken is not kept. No people in the picture, please")
    } else {
        Field::new("file", "The file").hint(hint)
    };
    let hint = format!("At most {CAPTION_MAX} characters. Leave names of pupils out");
    let caption = Field::new("caption", "What does it show? (optional)").hint(hint).value(posted.word("caption"));
    let (file, caption) = (file.check(mistakes), caption.check(mistakes));
    let field = question(at, posted).map(|field| field.check(mistakes));
    let [keep, until] = keep_fields(at, posted, mistakes);
    let asked: Vec<&Field> = [&file].into_iter().chain(&field).chain([&caption, &keep, &until]).collect();
    let form = Form::of(signed.csrf(), &asked);
    let cancel = urls::entry(&at.school.slug, &at.register.id, at.id());
    let action = urls::entry_act(&at.school.slug, &at.register.id, (at.id(), "attachment"));
    let frame = framed(app, signed, &at.school, &heading).await?.back("Back", cancel.clone()).faulty(&form);
    let other = if photo { action.clone() } else { format!("{action}?photo=yes") };
    let page = AddPage { frame, form, heading, photo, action, other, file, field, caption, keep, until, cancel };
    Ok(page.form.answer(page.render()?))
}

/// What the file is, where the record asks for files.
fn question(at: &EntryAt, posted: &Posted) -> Option<Field> {
    let mut choices: Vec<Choice> =
        file_fields(&at.register).map(|field| Choice::new(field.name.to_string(), field.label.clone())).collect();
    if choices.is_empty() {
        return None;
    }
    choices.push(Choice::new(NOTHING, "Something else"));
    let chosen = Some(posted.word("field")).filter(|chosen| !chosen.is_empty()).unwrap_or_else(|| NOTHING.to_owned());
    Some(Field::new("field", "What is it?").choices(choices).value(chosen))
}
