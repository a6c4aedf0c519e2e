//! One's own training: what is asked, taking it here or elsewhere, handing in a certificate.

use super::person::{PartOfPerson, part};
use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::intake::said;
use crate::role::{date_of, typed};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use jiff::civil::Date;
use schoolkeeper_app::duty::Came;
use schoolkeeper_app::training::{HandIn, HandedIn, MyTraining};
use schoolkeeper_app::{School, dates};
use std::io;

/// Most parts of the form.
const PARTS_MAX: usize = 40;
/// Most files of one certificate.
const FILES_MAX: usize = 4;

#[derive(Template)]
#[template(path = "training/mine.html")]
struct MinePage {
    frame: Frame,
    form: Form,
    action: String,
    part: PartOfPerson,
    ways: Vec<(Option<String>, Option<String>)>,
    lessons: Vec<(String, String)>,
    report_to: Option<String>,
    course: Field,
    other: Field,
    on: Field,
    until: Field,
    issuer: Field,
    file: Field,
}

/// GET /school/{school}/my-training
pub async fn page(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "training.hand-in").await?;
    let mine = app.house.my_training(&signed.actor, &school).await?;
    show(&signed, &school, (&mine, &Posted::default()), &[])
}

/// POST /school/{school}/my-training
pub async fn hand_in(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "training.hand-in").await?;
    let mine = app.house.my_training(&signed.actor, &school).await?;
    let Ok(parts) = Multipart::from_request(request, &app).await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let (posted, came) = match came(&app, (&signed, &school), parts).await {
        Ok(came) => came,
        Err(Fault::Broken) => return Ok(StatusCode::BAD_REQUEST.into_response()),
        Err(Fault::Failed(error)) => return Err(error),
        Err(Fault::Refused(posted, why)) => {
            return show(&signed, &school, (&mine, &posted), &[("file", sentences(&why))]);
        }
    };
    let mistakes = match app.house.hand_in_certificate((&signed.actor, &school), &read(&posted), came).await? {
        HandedIn::Done => {
            let words = "Handed in. It counts once somebody has looked at it.";
            return Ok(told(&app, &urls::my_training(&slug), words));
        }
        HandedIn::Mistakes(mistakes) => mistakes,
        HandedIn::Refused(why) => vec![("course", sentences(&why))],
    };
    show(&signed, &school, (&mine, &posted), &mistakes)
}

fn read(posted: &Posted) -> HandIn {
    let other = posted.word("other");
    HandIn {
        course: if other.is_empty() { posted.word("course") } else { other },
        on: date_of(posted, "on"),
        until: date_of(posted, "until"),
        issuer: posted.word("issuer"),
    }
}

/// Why a form with files was not read.
enum Fault {
    /// It is no form.
    Broken,
    /// A file is not taken.
    Refused(Posted, String),
    /// Something failed, or a policy says no.
    Failed(Error),
}

/// Reads the parts as they come; files are sealed at once.
async fn came(app: &App, (signed, school): (&Signed, &School), mut parts: Multipart) -> Result<(Posted, Came), Fault> {
    let (mut fields, mut came, mut files) = (Vec::new(), HandIn::no_files(), 0);
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await.map_err(|_| Fault::Broken)? else { break };
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            fields.push((name, part.text().await.map_err(|_| Fault::Broken)?));
            continue;
        }
        let file = part.file_name().unwrap_or_default().to_owned();
        let mut content = part.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(io::Error::other));
        let first = content.next().await;
        let empty = first.as_ref().is_none_or(|piece| piece.as_ref().is_ok_and(Vec::is_empty));
        if file.is_empty() && empty || files == FILES_MAX {
            continue;
        }
        files += 1;
        let content = stream::iter(first).chain(content);
        let whose = (&signed.actor, school);
        if let Err(error) = app.house.receive_evidence(whose, &mut came, (&file, "Certificate"), content).await {
            app.house.discard_evidence(came).await;
            return Err(Fault::Refused(Posted::new(fields), said(error).map_err(Fault::Failed)?));
        }
    }
    Ok((Posted::new(fields), came))
}

fn show(
    signed: &Signed,
    school: &School,
    (mine, posted): (&MyTraining, &Posted),
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let slug = &*school.slug;
    let names = mine.ways.iter().map(|(course, ..)| Choice::new(&**course, &**course));
    let choices: Vec<Choice> = std::iter::once(Choice::new("", "Another course")).chain(names).collect();
    let course = Field::new("course", "Course").drop_down(choices).value(posted.get("course")).check(mistakes);
    let other = Field::new("other", "If it is another: its name").value(posted.get("other"));
    let on = Field::new("on", "When did you finish it?").hint("Such as 27 3 2026");
    let on = on.value(typed(posted, "on")).check(mistakes);
    let until = Field::new("until", "Until when is it valid?").hint("Leave it empty when the certificate does not say");
    let until = until.value(typed(posted, "until")).check(mistakes);
    let issuer = Field::new("issuer", "Who gave it?").hint("Such as NCSC").value(posted.get("issuer"));
    let file = Field::new("file", "The certificate").hint("A photo or a PDF").check(mistakes);
    let form = Form::of(signed.csrf(), &[&course, &on, &until, &file]);
    let title = format!("My training – {}", school.title);
    let frame = Frame { school: Some(school.title.clone()), ..Frame::titled(&title) };
    let page = MinePage {
        frame: frame.signed(signed).back("My page", urls::mine()).faulty(&form),
        form,
        action: urls::my_training(slug),
        part: part(slug, &mine.shown, false),
        ways: mine.ways.iter().map(|(_, id, out)| (id.map(|id| urls::learn(slug, id)), out.clone())).collect(),
        lessons: mine.lessons.iter().map(|(id, day)| (urls::learn(slug, *id), lesson(*day))).collect(),
        report_to: mine.report_to.clone(),
        course,
        other,
        on,
        until,
        issuer,
        file,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn lesson(day: Option<Date>) -> String {
    day.map_or_else(
        || "A trial message took you in".to_owned(),
        |day| format!("A trial message of {} took you in", dates::long(day)),
    )
}
