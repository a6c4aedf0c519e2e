//! One incident: for those who deal with it everything, for whoever reported it a thank-you and what they are to know.

use super::list::HERE;
use super::status;
use crate::attachment::{self, FileLines};
use crate::error::Error;
use crate::form::{Fault, Field, Form, Posted, refusal};
use crate::frame::{Frame, Link, Status};
use crate::manage::{frame_of, opens};
use crate::pack_form::statements;
use crate::request::entry_id;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::case::{CaseAct, CasePage, Stand, StepLine, StepState, Whole, Worked};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// The register of incidents.
const CASE: &str = "case";
/// Longest text about an incident, in characters.
const WORDS_MAX: usize = 20_000;

#[derive(Template)]
#[template(path = "case/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    one: CasePage,
    status: Status,
    lead: String,
    statements: Vec<Link>,
    whole: Option<Whole>,
    about_href: Option<String>,
    steps: Vec<Step>,
    words: Vec<Field>,
    files: FileLines,
    history_href: Option<String>,
}

struct Step {
    line: StepLine,
    status: Status,
    href: Option<String>,
}

/// GET /school/{school}/case/{case}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, case)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, (&school, entry_id(&case)?), (&Posted::default(), None)).await
}

/// POST /school/{school}/case/{case}/write
pub async fn write(
    State(app): State<App>,
    signed: Signed,
    Path((school, case)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let case = entry_id(&case)?;
    let (act, says) = match posted.get("step") {
        "close" => (CaseAct::Close, "Closed. Those who are to know are told."),
        "review" => (CaseAct::Review, "Written down: a second person has looked at it."),
        _ => (CaseAct::Write, "Kept."),
    };
    let worked = match words(&posted) {
        Ok(words) => app.house.write_case((&signed.actor, &school), (case, act), words).await?,
        Err(why) => Worked::Refused(why),
    };
    match worked {
        Worked::Done => Ok(told(&app, &urls::case(&school.slug, case), says)),
        Worked::Refused(why) => show(&app, &signed, (&school, case), (&posted, Some(why))).await,
    }
}

/// The words that were written; what is left empty stays as it is.
fn words(posted: &Posted) -> Result<BTreeMap<Name, Value>, String> {
    let names = ["action", "answer", "common_question", "lessons", "grounds"].into_iter();
    let written = names.map(|name| (name, posted.word(name))).filter(|(_, text)| !text.is_empty());
    let read = |(name, text): (&str, String)| {
        let fits = text.chars().count() <= WORDS_MAX;
        if fits {
            Ok((Name::from(name), Value::text(text)))
        } else {
            Err(format!("A text may have {WORDS_MAX} characters"))
        }
    };
    written.map(read).collect()
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, case): (&School, EntryId),
    (posted, wrong): (&Posted, Option<String>),
) -> Result<Response, Error> {
    let mut one = app.house.case_page(&signed.actor, school, case).await?;
    let whole = one.whole.take().map(|whole| *whole);
    let typed = |name: &'static str, known: &str| {
        if wrong.is_some() { posted.word(name) } else { known.to_owned() }
    };
    let words = whole.iter().flat_map(|whole| &whole.words).map(|one| {
        let field = Field::new(one.name, one.label.clone()).value(typed(one.name, &one.text));
        one.hint.iter().fold(field, |field, hint| field.hint(hint.clone()))
    });
    let words: Vec<Field> = words.collect();
    let mut form = Form::of(signed.csrf(), &[]);
    if let Some(why) = &wrong {
        let href = if words.is_empty() { "#main-content".to_owned() } else { format!("#{}", words[0].name) };
        form.faults.insert(0, Fault { href, text: refusal(why) });
    }
    let sees = whole.is_some() && opens(signed, "/school/{school}/records/{register}/{entry}");
    let record = if sees { app.house.entry_at(&signed.actor, school, (CASE, case)).await.ok() } else { None };
    let files = match &record {
        Some(at) => attachment::lines(app, signed, at).await?,
        None if whole.is_some() => super::file::lines(app, signed, (school, case)).await?,
        None => FileLines::default(),
    };
    let about = whole.as_ref().and_then(|whole| whole.about.clone()).filter(|_| sees);
    let list = opens(signed, HERE).then(|| urls::cases(&school.slug));
    let back = list.map_or(("My page", urls::mine()), |href| ("Incidents", href));
    let frame = frame_of(school, &format!("{}, {}", one.title, one.opened), signed, HERE).back(back.0, back.1);
    let steps = whole.iter().flat_map(|whole| &whole.steps).map(|line| step(&school.slug, case, line)).collect();
    let page = Page {
        frame: frame.faulty(&form),
        action: urls::case(&school.slug, case) + "/write",
        status: status(one.stand),
        lead: lead(&one),
        statements: statements(&school.slug, &one.of.0, &one.statements),
        about_href: about.map(|(register, id, _)| urls::entry(&school.slug, &register, id)),
        history_href: record.map(|at| urls::entry_act(&school.slug, CASE, (at.id(), "history"))),
        form,
        steps,
        words,
        files,
        whole,
        one,
    };
    Ok(page.form.answer(page.render()?))
}

fn step(slug: &str, case: EntryId, line: &StepLine) -> Step {
    let (colour, mark, text) = match line.state {
        StepState::Done => ("grey", "●", "Done"),
        StepState::Now => ("blue", "…", "To do"),
        StepState::Late => ("red", "✕", "Late"),
        StepState::Waits => ("grey", "–", "Waits"),
        StepState::Not => ("grey", "–", "Not needed"),
    };
    let href = line.form.as_ref().map(|_| urls::case_step(slug, case, &line.name));
    Step { status: Status { colour, mark, text }, href, line: line.clone() }
}

fn lead(one: &CasePage) -> String {
    match (one.stand, &one.closed) {
        (Stand::Closed, Some(closed)) => format!("Opened {}, closed {closed}.", one.opened),
        _ => format!("Opened {}.", one.opened),
    }
}
