//! One step of an incident: what it asks for, and doing it.

use super::list::HERE;
use crate::error::Error;
use crate::form::{Choice, Fault, Field, Form, Posted, refusal};
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::request::entry_id;
use crate::session::{Signed, told};
use crate::upload::{self, Sent};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schoolkeeper_app::attachment::FILE_BYTES_MAX;
use schoolkeeper_app::case::{CasePage, StepForm, StepLine, Worked};
use schoolkeeper_app::{House, School};
use schoolkeeper_core::control::StepKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// Its place in the table of routes.
pub const CASE_STEP: &str = "/school/{school}/case/{case}/step/{step}";
/// What the file of a step is called.
const FILE: &str = "file";
/// What the answer of a step is called.
const VALUE: &str = "value";

#[derive(Template)]
#[template(path = "case/step.html")]
struct StepPage {
    frame: Frame,
    form: Form,
    action: String,
    of: String,
    title: String,
    says: Option<String>,
    more: String,
    asks: Vec<Ask>,
    back: String,
}

/// One question.
enum Ask {
    Line(Field),
    Text(Field),
    Radios(Field),
    Tick(Field),
    File(Field),
}

impl Ask {
    fn field(&self) -> &Field {
        match self {
            Self::Line(field) | Self::Text(field) | Self::Radios(field) | Self::Tick(field) | Self::File(field) => {
                field
            }
        }
    }
}

/// School, incident and step of an address.
type There = (String, String, String);
/// What is to be mended, by field; of the form as a whole without one.
type Wrong = (Option<&'static str>, String);

/// A step somebody opened that is theirs to do now.
struct Opened {
    school: School,
    case: EntryId,
    page: CasePage,
    step: StepLine,
    asked: StepForm,
}

/// GET /school/{school}/case/{case}/step/{step}
pub async fn form(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    show(&signed, &opened, &Posted::default(), &[])
}

/// POST /school/{school}/case/{case}/step/{step}
pub async fn take(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    request: Request,
) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    let caption = |name: &str| (name == FILE).then(|| opened.step.title.clone());
    let whose = (&signed, &opened.school);
    let Some(sent) = upload::read(&app, whose, House::case_files(opened.case), (request, caption)).await? else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let Sent { posted, mut files, came } = sent;
    let file = files.remove(FILE).transpose();
    let (answers, wrong) = read(&opened, &posted, &file);
    if !wrong.is_empty() {
        app.house.discard_evidence(came).await;
        return show(&signed, &opened, &posted, &wrong);
    }
    let (who, what) = ((&signed.actor, &opened.school), (opened.case, &*opened.step.name));
    match app.house.do_case_step(who, what, answers, came).await? {
        Worked::Done => {
            let says = format!("Done: {}.", opened.step.title);
            Ok(told(&app, &urls::case(&opened.school.slug, opened.case), &says))
        }
        Worked::Refused(why) => show(&signed, &opened, &posted, &[(None, refusal(&why))]),
    }
}

async fn open(app: &App, signed: &Signed, (school, case, step): &There) -> Result<Opened, Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let case = entry_id(case)?;
    let page = app.house.case_page(&signed.actor, &school, case).await?;
    let steps = page.whole.as_ref().map_or(&[][..], |whole| &whole.steps);
    let step = steps.iter().find(|known| *known.name == **step).cloned().ok_or(Error::Missing)?;
    let asked = step.form.clone().ok_or(Error::Missing)?;
    Ok(Opened { school, case, page, step, asked })
}

/// The questions of a step, with what was answered.
fn asks(opened: &Opened, posted: &Posted) -> Vec<Ask> {
    let StepForm { kind: kind_of_step, choices, evidence, .. } = &opened.asked;
    let named = |name: &'static str, label: &str| Field::new(name, label).value(posted.word(name));
    let mut out = Vec::new();
    match kind_of_step {
        StepKind::Choose if !choices.is_empty() => {
            let choices = choices.iter().map(|(value, text)| Choice::new(value.to_string(), text.clone())).collect();
            out.push(Ask::Radios(named(VALUE, "What is it?").choices(choices)));
        }
        StepKind::Choose => out.push(Ask::Line(named(VALUE, "What is chosen?"))),
        StepKind::Decide => out.push(Ask::Text(named(VALUE, "What is decided, and why?"))),
        StepKind::Statement => out.push(tick(opened, posted)),
        _ if evidence.is_empty() => out.push(Ask::Text(named(VALUE, "What was done? (if there is anything to say)"))),
        _ => {}
    }
    out.extend(evidence.iter().filter_map(|kind| match kind {
        Evidence::File | Evidence::Photo => {
            let hint = format!("PDF, picture or office document, at most {} MB", FILE_BYTES_MAX >> 20);
            Some(Ask::File(Field::new(FILE, "The file that shows it").hint(hint)))
        }
        Evidence::Note => Some(Ask::Text(named("note", "What was done, and what came of it?"))),
        Evidence::Receipt => Some(Ask::Line(named("receipt", "Number of the receipt, or their reference"))),
        Evidence::Minute => Some(Ask::Line(named("minute", "The minute: which body, on which day, which reference"))),
        Evidence::Statement if *kind_of_step != StepKind::Statement => Some(tick(opened, posted)),
        Evidence::Statement => None,
        other => Some(Ask::Line(named(other.name(), "What shows it?"))),
    }));
    out
}

fn tick(opened: &Opened, posted: &Posted) -> Ask {
    let says = opened.step.says.clone().unwrap_or_else(|| "I confirm this".to_owned());
    let choice = Choice { chosen: posted.get("statement") == "yes", ..Choice::new("yes", says) };
    Ask::Tick(Field::new("statement", "In your name").choices(vec![choice]))
}

/// The answers as the engine reads them, and what is missing.
fn read(
    opened: &Opened,
    posted: &Posted,
    file: &Result<Option<String>, String>,
) -> (BTreeMap<Name, Value>, Vec<Wrong>) {
    let (mut answers, mut wrong) = (BTreeMap::new(), Vec::new());
    let needed = opened.asked.kind != StepKind::Task || !opened.asked.evidence.is_empty();
    for ask in asks(opened, posted) {
        let field = ask.field();
        let name = Name::from(&*field.name);
        match (&ask, field.value.trim()) {
            (Ask::File(_), _) => {}
            (Ask::Tick(tick), _) if posted.get("statement") == "yes" => {
                let says = tick.choices.first().map_or("", |choice| &choice.text);
                let own = opened.asked.kind == StepKind::Statement;
                answers.insert(if own { VALUE.into() } else { name }, Value::text(says));
            }
            (Ask::Tick(_), _) => wrong.push((Some("statement"), "Tick it: it is said in your name".to_owned())),
            (_, "") if needed => {
                let known = ["value", "note", "receipt", "minute"].into_iter().find(|known| *known == field.name);
                wrong.push((known, format!("Answer “{}”", field.label)));
            }
            (_, "") => {}
            (_, text) => drop(answers.insert(name, Value::text(text))),
        }
    }
    let kinds = opened.asked.evidence.iter().filter(|kind| matches!(kind, Evidence::File | Evidence::Photo));
    for kind in kinds {
        match file {
            Ok(Some(kept)) => drop(answers.insert(kind.name().into(), Value::text(kept))),
            Ok(None) => wrong.push((Some(FILE), "Choose the file that shows it".to_owned())),
            Err(why) => wrong.push((Some(FILE), why.clone())),
        }
    }
    (answers, wrong)
}

fn show(signed: &Signed, opened: &Opened, posted: &Posted, wrong: &[Wrong]) -> Result<Response, Error> {
    let mut asks = asks(opened, posted);
    for ask in &mut asks {
        let (Ask::Line(field) | Ask::Text(field) | Ask::Radios(field) | Ask::Tick(field) | Ask::File(field)) = ask;
        let why = wrong.iter().find(|(name, _)| name.is_some_and(|name| name == field.name));
        field.error = why.map(|(_, why)| why.clone());
    }
    let fields: Vec<&Field> = asks.iter().map(Ask::field).collect();
    let mut form = Form::of(signed.csrf(), &fields);
    for (_, text) in wrong.iter().filter(|(name, _)| name.is_none()) {
        form.faults.insert(0, Fault { href: "#main-content".to_owned(), text: text.clone() });
    }
    let back = urls::case(&opened.school.slug, opened.case);
    let frame = frame_of(&opened.school, &opened.step.title, signed, HERE).back(&opened.page.title, back.clone());
    let page = StepPage {
        frame: frame.faulty(&form),
        action: urls::case_step(&opened.school.slug, opened.case, &opened.step.name),
        of: opened.page.title.clone(),
        title: opened.step.title.clone(),
        says: opened.step.says.clone(),
        more: opened.step.more.clone(),
        asks,
        back,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
