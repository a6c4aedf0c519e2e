//! Taking a course page by page: a screen, the next, a question; signed in or by a one-time link.
//!
//! Invariant: looking changes nothing; only the last question's right answer writes, and every answer is looked at again.

use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Draft, Signed, Visit};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::secret::Secret;
use schoolkeeper_app::training::{Finished, Screen, SeenCourse, Step, Taken, ToLearn, learn_path};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "training/start.html")]
struct StartPage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    lead: String,
    asks_who: Option<String>,
    left: Option<Left>,
}

/// Where somebody left off.
struct Left {
    words: String,
    hidden: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "training/step.html")]
struct StepPage {
    frame: Frame,
    form: Form,
    action: String,
    progress: String,
    screen: Option<Screen>,
    question: Option<Field>,
    hidden: Vec<(String, String)>,
    at: usize,
}

#[derive(Template)]
#[template(path = "training/finished.html")]
struct FinishedPage {
    frame: Frame,
    title: String,
    name: String,
    school: String,
    on: String,
    until: Option<String>,
    after_trial: bool,
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "training/ended.html")]
struct EndedPage {
    frame: Frame,
}

/// Where the form is sent, the token in it, and the frame around it.
struct Place {
    frame: Frame,
    action: String,
    csrf: String,
}

/// What a page of a course leads to.
enum Next {
    /// A step of the course: which, and its page.
    Show(usize, Box<Response>),
    Finish(BTreeMap<String, String>),
}

/// GET /school/{school}/learn/{course}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, id)): Path<(String, String)>,
    draft: Draft,
) -> Result<Response, Error> {
    let (shown, place) = open(&app, &signed, (&slug, &id)).await?;
    // A draft is given once; whoever looks and goes away again still finds it.
    keep(&app, (&signed, &place.action), draft.0.fields()).await?;
    start(place, (&shown, false), left(&shown, &draft.0))
}

/// POST /school/{school}/learn/{course}
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let (shown, place) = open(&app, &signed, (&slug, &id)).await?;
    let here = place.action.clone();
    let answers = match step(place, &shown, &posted)? {
        Next::Show(at, response) => {
            let answered = posted.fields().iter().filter(|(name, _)| name.starts_with("answer-")).cloned();
            let kept: Vec<(String, String)> =
                std::iter::once(("at".to_owned(), at.to_string())).chain(answered).collect();
            keep(&app, (&signed, &here), &kept).await?;
            return Ok(*response);
        }
        Next::Finish(answers) => answers,
    };
    if let Some(login) = signed.login {
        app.house.take_draft(login, &here).await?;
    }
    let taken = app.house.learned(&signed.actor, &shown.school, (shown.id, &answers)).await?;
    let (shown, place) = match open(&app, &signed, (&slug, &id)).await {
        Ok(again) => again,
        // The lesson after a trial is gone once it is taken.
        Err(Error::Missing) => (shown, place_of(&signed, &slug, &id)?),
        Err(error) => return Err(error),
    };
    ended(place, (&shown, &posted), (taken, Some(urls::mine())))
}

/// GET /learn-by/{token}. A machine that opens the link changes nothing: the page asks for a press.
pub async fn by_link(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response, Error> {
    let Some((secret, seen)) = look(&app, &token).await? else { return gone() };
    start(narrow(&secret, &seen, &visit), (&seen.shown, true), None)
}

/// POST /learn-by/{token}
pub async fn by_link_act(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let Some((secret, seen)) = look(&app, &token).await? else { return gone() };
    let answers = match step(narrow(&secret, &seen, &visit), &seen.shown, &posted)? {
        Next::Show(_, response) => return Ok(*response),
        Next::Finish(answers) => answers,
    };
    match app.house.learned_by_link(&seen, &answers).await? {
        None => gone(),
        Some(done) => ended(narrow(&secret, &seen, &visit), (&seen.shown, &posted), (done, None)),
    }
}

async fn open(app: &App, signed: &Signed, (slug, id): (&str, &str)) -> Result<(ToLearn, Place), Error> {
    let school = app.house.agreement_school(&signed.actor, slug, "training.learn").await?;
    let shown = app.house.to_learn(&signed.actor, &school, crate::request::entry_id(id)?).await?;
    let place = place_of(signed, slug, id)?;
    let title = format!("{} – {}", shown.title, school.title);
    let frame = Frame { title, school: Some(school.title), ..place.frame };
    Ok((shown, Place { frame, ..place }))
}

fn place_of(signed: &Signed, slug: &str, id: &str) -> Result<Place, Error> {
    let frame = Frame::titled("A course").signed(signed).back("My page", urls::mine());
    Ok(Place { frame, action: urls::learn(slug, crate::request::entry_id(id)?), csrf: signed.csrf() })
}

async fn look(app: &App, token: &str) -> Result<Option<(Secret, SeenCourse)>, Error> {
    let Some(secret) = Secret::read(token) else { return Ok(None) };
    Ok(app.house.look_at_course_link(&secret).await?.map(|seen| (secret, seen)))
}

/// A narrow page of the school: no menu, whoever is signed in at this browser.
fn narrow(secret: &Secret, seen: &SeenCourse, visit: &Visit) -> Place {
    let school = seen.shown.school.title.clone();
    let frame = Frame::titled(&format!("{} – {school}", seen.shown.title)).visit(visit);
    Place { frame: Frame { school: Some(school), ..frame }, action: learn_path(secret), csrf: visit.csrf() }
}

fn gone() -> Result<Response, Error> {
    let page = EndedPage { frame: Frame::titled("This link has ended") };
    Ok((StatusCode::GONE, Html(page.render()?)).into_response())
}

/// Keeps where somebody is, so that they may go on another day; nothing of whoever came by a link.
async fn keep(app: &App, (signed, here): (&Signed, &str), fields: &[(String, String)]) -> Result<(), Error> {
    if let Some(login) = signed.login.filter(|_| !fields.is_empty()) {
        app.house.keep_place(login, here, fields).await?;
    }
    Ok(())
}

/// Where they left off; nothing when they were at its beginning, or the course is shorter now.
fn left(shown: &ToLearn, draft: &Posted) -> Option<Left> {
    let at = draft.get("at").parse::<usize>().ok().filter(|at| (1..shown.steps.len()).contains(at))?;
    let words = format!("You left off at page {} of {}.", at + 1, shown.steps.len());
    Some(Left { words, hidden: draft.fields().to_vec() })
}

fn start(place: Place, (shown, by_link): (&ToLearn, bool), left: Option<Left>) -> Result<Response, Error> {
    let minutes = shown.minutes();
    let plural = if minutes == 1 { "" } else { "s" };
    let page = StartPage {
        frame: place.frame,
        form: Form::of(place.csrf, &[]),
        action: place.action,
        title: shown.title.clone(),
        lead: format!("About {minutes} minute{plural}: screens to read, and a question after each part."),
        asks_who: by_link.then(|| shown.name.clone()),
        left,
    };
    Ok(Html(page.render()?).into_response())
}

/// One press on the way: back, on, or an answer.
fn step(place: Place, shown: &ToLearn, posted: &Posted) -> Result<Next, Error> {
    let at = posted.get("at").parse::<usize>().ok().filter(|at| *at < shown.steps.len());
    let to = |place: Place, at: usize, why: Option<String>| {
        let page = show(place, (shown, posted), (at, why))?;
        Ok(Next::Show(at, Box::new(page)))
    };
    let Some(at) = at.filter(|_| posted.get("step") != "start") else {
        let page = show(place, (shown, &Posted::default()), (0, None))?;
        return Ok(Next::Show(0, Box::new(page)));
    };
    match posted.get("step") {
        "back" => return to(place, at.saturating_sub(1), None),
        "go-on" => return to(place, at, None),
        _ => {}
    }
    let answers = answers(posted);
    if let Step::Question(question) = &shown.steps[at] {
        let why = match answers.get(&*question.clause) {
            None => Some("Choose an answer".to_owned()),
            Some(answer) if question.is_right(answer) => None,
            Some(_) => Some(format!("Not quite. {} Try again", question.teaches)),
        };
        if why.is_some() {
            return to(place, at, why);
        }
    }
    if at + 1 < shown.steps.len() {
        return to(place, at + 1, None);
    }
    Ok(Next::Finish(answers))
}

fn answers(posted: &Posted) -> BTreeMap<String, String> {
    let named = posted.fields().iter().filter_map(|(name, value)| Some((name.strip_prefix("answer-")?, value)));
    named.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

fn show(
    place: Place,
    (shown, posted): (&ToLearn, &Posted),
    (at, why): (usize, Option<String>),
) -> Result<Response, Error> {
    let (screen, question) = match &shown.steps[at] {
        Step::Screen(screen) => (Some(screen.clone()), None),
        Step::Question(question) => {
            let name = format!("answer-{}", question.clause);
            let choices = question.choices.iter().map(|choice| Choice::new(&**choice, &**choice)).collect();
            let field = Field::new(name.clone(), &*question.ask).choices(choices).value(posted.get(&name));
            (None, Some(Field { error: why, heading: true, ..field }))
        }
    };
    let form = Form::of(place.csrf, &question.iter().collect::<Vec<_>>());
    let here = question.as_ref().map(|field| field.name.to_string());
    let carried = posted.fields().iter().filter(|(name, _)| name.starts_with("answer-") && Some(name) != here.as_ref());
    let page = StepPage {
        frame: place.frame.faulty(&form),
        form,
        action: place.action,
        progress: format!("{}: {} of {}", shown.title, at + 1, shown.steps.len()),
        screen,
        question,
        hidden: carried.cloned().collect(),
        at,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn ended(
    place: Place,
    (shown, posted): (&ToLearn, &Posted),
    (taken, back): (Taken, Option<String>),
) -> Result<Response, Error> {
    match taken {
        Taken::Missed(at) => show(place, (shown, posted), (at, Some("This question is still open".to_owned()))),
        Taken::Refused(why) => show(place, (shown, posted), (shown.steps.len() - 1, Some(sentences(&why)))),
        Taken::Done(done) => finished(place.frame, shown, (done, back)),
    }
}

fn finished(frame: Frame, shown: &ToLearn, (done, back): (Finished, Option<String>)) -> Result<Response, Error> {
    let page = FinishedPage {
        frame,
        title: shown.title.clone(),
        name: shown.name.clone(),
        school: shown.school.title.clone(),
        on: dates::long(done.on),
        until: done.until.map(dates::long),
        after_trial: shown.after_trial,
        back,
    };
    Ok(Html(page.render()?).into_response())
}
