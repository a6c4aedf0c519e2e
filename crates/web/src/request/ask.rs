//! What may be asked for at a school, and the form of one permission: its questions, its conditions one by one, and
//! what will happen. The form is kept for a day when somebody wants to come back to it.

use super::entry_id;
use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::pack_form::{
    self, Choosing, Files, Item, Looked, Next, Sheet, There, Wrong, again, answered, first_school, mistakes, refused,
    statements,
};
use crate::session::{Draft, Signed, told};
use crate::upload::{self, Sent};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::duty::Came;
use schoolkeeper_app::pack_form::Typed;
use schoolkeeper_app::request::{Ask, Asked};
use schoolkeeper_app::{House, School};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The form of one permission, with its files.
pub const ASK_FOR: &str = "/school/{school}/ask/{pack}/{control}";
/// Its place in the table of routes.
const HERE: &str = "/school/{school}/ask";

#[derive(Template)]
#[template(path = "request/all.html")]
struct AllPage {
    frame: Frame,
    choosing: Choosing,
}

#[derive(Template)]
#[template(path = "request/ask.html")]
struct AskPage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    statements: Vec<Link>,
    happens: Vec<String>,
    more: bool,
    items: Vec<Item>,
    files: bool,
    shown: String,
    conditions: Option<Field>,
    cancel: String,
}

/// `?again=permission`, or `?about=record`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Again {
    #[serde(deserialize_with = "crate::problem::asked")]
    again: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    about: String,
}

/// GET /ask
pub async fn home(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let first = first_school(&app, &signed).await?;
    Ok(Redirect::to(&urls::ask(&first.slug)).into_response())
}

/// GET /school/{school}/ask
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(looked): Query<Looked>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let all = app.house.may_ask_for(&signed.actor, &school).await?;
    let choosing = Choosing::new((&school.slug, urls::ask(&school.slug)), looked, all, urls::ask_for);
    let frame = frame_of(&school, "Ask for permission", &signed, HERE);
    Ok(Html(AllPage { frame, choosing }.render()?))
}

/// GET /school/{school}/ask/{pack}/{control}
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    Query(again): Query<Again>,
    draft: Draft,
) -> Result<Response, Error> {
    let (school, ask) = opened(&app, &signed, &there).await?;
    let work = Work { sheet: sheet(&app, &signed, (&school, &ask), &draft.0), ask: &ask };
    let mut typed = pack_form::typed(&ask.form.whole, &draft.0);
    if draft.0.fields().is_empty() && !again.again.is_empty() {
        let answers = ask.again(entry_id(&again.again)?).ok_or(Error::Missing)?;
        typed = ask.form.whole.typed(&answers, &ask.form.zone);
    }
    if draft.0.fields().is_empty() && !again.about.is_empty() {
        let about = ask.about(entry_id(&again.about)?);
        typed = about.map_or(typed, |answers| ask.form.whole.typed(&answers, &ask.form.zone));
    }
    // A draft is given once; whoever looks and goes away again still finds it.
    work.sheet.keep().await?;
    work.show(&typed, &[], false).await
}

/// POST /school/{school}/ask/{pack}/{control}
pub async fn send(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    request: Request,
) -> Result<Response, Error> {
    let (school, ask) = opened(&app, &signed, &there).await?;
    let caption = |name: &str| ask.form.file(name.strip_prefix("f-")?);
    let read = upload::read(&app, (&signed, &school), House::request_files(), (request, caption)).await?;
    let Some(Sent { posted, files, came }) = read else { return Ok(StatusCode::BAD_REQUEST.into_response()) };
    Work { sheet: sheet(&app, &signed, (&school, &ask), &posted), ask: &ask }.step(&files, came).await
}

async fn opened(app: &App, signed: &Signed, (school, pack, control): &There) -> Result<(School, Ask), Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let ask = app.house.ask_for(&signed.actor, &school, (pack, control)).await?;
    Ok((school, ask))
}

fn sheet<'a>(app: &'a App, signed: &'a Signed, (school, ask): (&'a School, &'a Ask), posted: &'a Posted) -> Sheet<'a> {
    let here = urls::ask_for(&school.slug, &ask.what.pack, &ask.what.control);
    Sheet { app, signed, school, filling: &ask.form, posted, takes_files: true, here, act: "request.ask" }
}

/// Everything the form knows.
struct Work<'a> {
    sheet: Sheet<'a>,
    ask: &'a Ask,
}

impl Work<'_> {
    /// What to do is what the button says.
    async fn step(&self, files: &Files, came: Came) -> Result<Response, Error> {
        let next = self.sheet.next();
        if let Next::Send(typed) = next {
            return self.send(typed, files, came).await;
        }
        // What is not sent yet is chosen again: nothing lies about that belongs to no request.
        self.sheet.app.house.discard_evidence(came).await;
        match next {
            Next::Again(typed) | Next::Send(typed) => self.show(&typed, &[], false).await,
            Next::Find { field: (name, label), register, searched } => {
                let frame = frame_of(self.sheet.school, &label, self.sheet.signed, HERE);
                self.sheet.find(frame, ((&name, &label), &register, searched)).await
            }
            Next::Keep => {
                self.sheet.keep().await?;
                let says = "Kept for a day: open the same form again to go on. A file is chosen then.";
                Ok(told(self.sheet.app, &urls::ask(&self.sheet.school.slug), says))
            }
        }
    }

    async fn send(&self, mut typed: Typed, files: &Files, came: Came) -> Result<Response, Error> {
        let Sheet { app, signed, school, .. } = self.sheet;
        answered(files, &mut typed);
        let typed = &typed;
        let Some((answers, mut wrong)) = self.sheet.read(typed) else {
            app.house.discard_evidence(came).await;
            return self.show(typed, &again(files), true).await;
        };
        wrong.extend(refused(files));
        if wrong.is_empty() {
            wrong = self.ask.form.faults(&answers);
        }
        let accepted = self.accepted();
        if accepted.len() < self.ask.conditions.len() {
            wrong.push((
                Some(Name::from("condition")),
                "Accept each condition, or do without the permission".to_owned(),
            ));
        }
        if !wrong.is_empty() {
            app.house.discard_evidence(came).await;
            wrong.extend(again(files));
            return self.show(typed, &wrong, false).await;
        }
        let what = (self.ask, with(answers, &accepted));
        match app.house.ask((&signed.actor, school), what, came).await? {
            Asked::Refused(why) => {
                let against: Vec<Wrong> = std::iter::once((None, sentences(&why))).chain(again(files)).collect();
                self.show(typed, &against, false).await
            }
            Asked::Done(request) => {
                self.sheet.done().await?;
                Ok(told(app, &urls::request(&school.slug, request), "Asked. Those who decide are told."))
            }
        }
    }

    /// The conditions that were ticked.
    fn accepted(&self) -> Vec<String> {
        let ticked = self.sheet.posted.all("condition");
        let numbered = self.ask.conditions.iter().enumerate();
        numbered.filter(|(at, _)| ticked.contains(&at.to_string().as_str())).map(|(_, text)| text.clone()).collect()
    }

    async fn show(&self, typed: &Typed, wrong: &[Wrong], more: bool) -> Result<Response, Error> {
        let conditions = self.conditions(&mistakes(wrong));
        let drawn = self.sheet.drawn(typed, wrong, conditions.as_ref()).await?;
        let (what, school) = (&self.ask.what, self.sheet.school);
        let frame = frame_of(school, &what.title, self.sheet.signed, HERE);
        let page = AskPage {
            frame: frame.back("Ask for permission", urls::ask(&school.slug)).faulty(&drawn.form),
            action: self.sheet.here.clone(),
            title: what.title.clone(),
            statements: statements(&school.slug, &what.pack, &what.statements),
            happens: self.ask.happens.clone(),
            shown: drawn.shown,
            cancel: urls::ask(&school.slug),
            form: drawn.form,
            more,
            files: drawn.items.iter().any(|item| matches!(item, Item::File(_))),
            items: drawn.items,
            conditions,
        };
        Ok(page.form.answer(page.render()?))
    }

    /// The conditions, each with its own tick.
    fn conditions(&self, mistakes: &[(Name, String)]) -> Option<Field> {
        if self.ask.conditions.is_empty() {
            return None;
        }
        let ticked = self.accepted();
        let choices =
            self.ask.conditions.iter().enumerate().map(|(at, text)| Choice {
                chosen: ticked.contains(text),
                ..Choice::new(at.to_string(), text.clone())
            });
        let mut field = Field::new("condition", "I accept, one by one").choices(choices.collect());
        field.error = mistakes.iter().find(|(name, _)| &**name == "condition").map(|(_, why)| why.clone());
        Some(field)
    }
}

/// The answers with the conditions that were accepted.
fn with(answers: Value, accepted: &[String]) -> Value {
    let Value::Map(map) = &answers else { return answers };
    if accepted.is_empty() {
        return answers;
    }
    let mut map: BTreeMap<Name, Value> = (**map).clone();
    map.insert(Name::from("conditions"), Value::List(accepted.iter().map(Value::text).collect()));
    Value::Map(map.into())
}
