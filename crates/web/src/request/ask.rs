//! What may be asked for at a school, and the form of one permission: its questions, its conditions one by one, and
//! what will happen. The form is kept for a day when somebody wants to come back to it.

use super::entry_id;
use crate::entry::find::Finding;
use crate::error::{Error, sentences};
use crate::form::{Choice, Fault, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::pack_form::{self, Item, Step, items};
use crate::session::{Draft, Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::pack_form::Typed;
use schoolkeeper_app::request::{Ask, Askable, Asked};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Its place in the table of routes.
const HERE: &str = "/school/{school}/ask";

#[derive(Template)]
#[template(path = "request/all.html")]
struct AllPage {
    frame: Frame,
    action: String,
    q: String,
    any: bool,
    subjects: Vec<(String, Vec<Line>)>,
}

struct Line {
    link: Link,
    statements: Vec<Link>,
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
    shown: String,
    conditions: Option<Field>,
    cancel: String,
}

/// `?q=words`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Looked {
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
}

/// `?again=permission`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Again {
    #[serde(deserialize_with = "crate::problem::asked")]
    again: String,
}

/// School, policy and control of an address.
type There = (String, String, String);

/// GET /ask
pub async fn home(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let schools = app.house.all_schools(&signed.actor).await?;
    let first = schools.iter().find(|school| !school.trust).or(schools.first()).ok_or(Error::Missing)?;
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
    let any = !all.is_empty();
    let wanted = looked.q.trim().to_lowercase();
    let fits = |one: &Askable| {
        let statements = one.statements.iter().map(|(id, text)| format!("{id} {text}")).collect::<Vec<_>>().join(" ");
        format!("{} {} {statements}", one.title, one.subject).to_lowercase().contains(&wanted)
    };
    let mut subjects: Vec<(String, Vec<Line>)> = Vec::new();
    for one in all.into_iter().filter(fits) {
        let line = line(&school.slug, &one);
        match subjects.last_mut().filter(|(subject, _)| *subject == one.subject) {
            Some((_, lines)) => lines.push(line),
            None => subjects.push((one.subject, vec![line])),
        }
    }
    let page = AllPage {
        frame: frame_of(&school, "Ask for permission", &signed, HERE),
        action: urls::ask(&school.slug),
        q: looked.q,
        any,
        subjects,
    };
    Ok(Html(page.render()?))
}

fn line(slug: &str, one: &Askable) -> Line {
    let href = urls::ask_for(slug, &one.pack, &one.control);
    Line { link: Link { text: one.title.clone(), href }, statements: statements(slug, &one.pack, &one.statements) }
}

/// The statements behind a permission, as links.
pub(crate) fn statements(slug: &str, pack: &str, statements: &[(String, String)]) -> Vec<Link> {
    let link =
        |(id, text): &(String, String)| Link { text: format!("{id} {text}"), href: urls::statement(slug, pack, id) };
    statements.iter().map(link).collect()
}

/// GET /school/{school}/ask/{pack}/{control}
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    Query(again): Query<Again>,
    draft: Draft,
) -> Result<Response, Error> {
    let work = Work::new(&app, &signed, &there, &draft.0).await?;
    let mut typed = pack_form::typed(&work.ask.whole, &draft.0);
    if draft.0.fields().is_empty() && !again.again.is_empty() {
        let answers = work.ask.again(entry_id(&again.again)?).ok_or(Error::Missing)?;
        typed = work.ask.whole.typed(&answers, &work.ask.zone);
    }
    // A draft is given once; whoever looks and goes away again still finds it.
    work.keep().await?;
    work.show(&typed, &[], false).await
}

/// POST /school/{school}/ask/{pack}/{control}
pub async fn send(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    Work::new(&app, &signed, &there, &posted).await?.step().await
}

/// Everything the form knows.
struct Work<'a> {
    app: &'a App,
    signed: &'a Signed,
    school: School,
    ask: Ask,
    posted: &'a Posted,
}

/// What is wrong: with a field, or with the form as a whole.
type Wrong = (Option<Name>, String);

impl<'a> Work<'a> {
    async fn new(app: &'a App, signed: &'a Signed, there: &There, posted: &'a Posted) -> Result<Self, Error> {
        let (school, pack, control) = there;
        let school = app.house.school_at(&signed.actor, school).await?;
        let ask = app.house.ask_for(&signed.actor, &school, (pack, control)).await?;
        Ok(Self { app, signed, school, ask, posted })
    }

    fn here(&self) -> String {
        urls::ask_for(&self.school.slug, &self.ask.what.pack, &self.ask.what.control)
    }

    /// What to do is what the button says.
    async fn step(&self) -> Result<Response, Error> {
        let mut typed = pack_form::typed(&self.ask.whole, self.posted);
        match pack_form::step(&self.ask.whole, self.posted, &mut typed) {
            Step::Show => self.show(&typed, &[], false).await,
            Step::Find { name, label, register, searched } => self.find((&name, &label), &register, searched).await,
            Step::On if self.posted.get("step") == "keep" => {
                self.keep().await?;
                let says = "Kept for a day: open the same form again to go on.";
                Ok(told(self.app, &urls::ask(&self.school.slug), says))
            }
            Step::On => self.send(&typed).await,
        }
    }

    async fn keep(&self) -> Result<(), Error> {
        if let Some(login) = self.signed.login {
            self.app.house.keep_own_draft(login, &self.here(), self.posted.fields()).await?;
        }
        Ok(())
    }

    async fn send(&self, typed: &Typed) -> Result<Response, Error> {
        let (answers, mistakes) = self.ask.whole.read(typed, &self.ask.zone);
        let (form, answers) = self.ask.asked(&answers);
        let seen: Vec<&str> = self.posted.get("shown").split(' ').collect();
        if form.asked.iter().any(|asked| !seen.contains(&&*asked.field.name)) {
            return self.show(typed, &[], true).await;
        }
        let mut wrong: Vec<Wrong> = mistakes.into_iter().map(|(name, why)| (Some(name), why)).collect();
        wrong.retain(|(name, _)| name.as_ref().is_none_or(|name| form.get(name).is_some()));
        if wrong.is_empty() {
            wrong = self.ask.faults(&answers);
        }
        let accepted = self.accepted();
        if accepted.len() < self.ask.conditions.len() {
            wrong.push((
                Some(Name::from("condition")),
                "Accept each condition, or do without the permission".to_owned(),
            ));
        }
        if !wrong.is_empty() {
            return self.show(typed, &wrong, false).await;
        }
        match self.app.house.ask(&self.signed.actor, &self.school, &self.ask, with(answers, &accepted)).await? {
            Asked::Refused(why) => self.show(typed, &[(None, sentences(&why))], false).await,
            Asked::Done(request) => {
                if let Some(login) = self.signed.login {
                    self.app.house.take_draft(login, &self.here()).await?;
                }
                Ok(told(self.app, &urls::request(&self.school.slug, request), "Asked. Those who decide are told."))
            }
        }
    }

    /// The conditions that were ticked.
    fn accepted(&self) -> Vec<String> {
        let ticked = self.posted.all("condition");
        let numbered = self.ask.conditions.iter().enumerate();
        numbered.filter(|(at, _)| ticked.contains(&at.to_string().as_str())).map(|(_, text)| text.clone()).collect()
    }

    async fn show(&self, typed: &Typed, wrong: &[Wrong], more: bool) -> Result<Response, Error> {
        let (answers, _) = self.ask.whole.read(typed, &self.ask.zone);
        let (form, _) = self.ask.asked(&answers);
        let mistakes: Vec<(Name, String)> =
            wrong.iter().filter_map(|(name, why)| Some((name.clone()?, why.clone()))).collect();
        let names = self.app.house.names_at(&self.school, &pack_form::points_to(&form, typed)).await?;
        let items = items(&form, (typed, &mistakes), &names);
        let conditions = self.conditions(&mistakes);
        let mut fields: Vec<&Field> = items.iter().map(Item::field).collect();
        fields.extend(&conditions);
        let mut sheet = Form::of(self.signed.csrf(), &fields);
        for (_, text) in wrong.iter().filter(|(name, _)| name.is_none()) {
            sheet.faults.insert(0, Fault { href: "#main-content".to_owned(), text: text.clone() });
        }
        let what = &self.ask.what;
        let shown: Vec<&str> = form.asked.iter().map(|asked| &*asked.field.name).collect();
        let frame = frame_of(&self.school, &what.title, self.signed, HERE);
        let page = AskPage {
            frame: frame.back("Ask for permission", urls::ask(&self.school.slug)).faulty(&sheet),
            action: self.here(),
            title: what.title.clone(),
            statements: statements(&self.school.slug, &what.pack, &what.statements),
            happens: self.ask.happens.clone(),
            shown: shown.join(" "),
            cancel: urls::ask(&self.school.slug),
            form: sheet,
            more,
            items,
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

    async fn find(&self, (name, label): (&str, &str), register: &str, searched: bool) -> Result<Response, Error> {
        let like = self.posted.word("like");
        let found = if searched {
            Some(self.app.house.nameable(&self.signed.actor, &self.school, (register, &like)).await?)
        } else {
            None
        };
        let frame = frame_of(&self.school, label, self.signed, HERE);
        Finding { name, label, action: self.here(), posted: self.posted }.page(frame, self.signed.csrf(), found)
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
