//! The device in reception: put there by somebody who is signed in, and from then on nobody is signed in at it.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Cookie, Signed, Visit, leave, with_cookie};
use crate::{App, manage, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::agreement::{Kiosk, KioskChoice, Picked, sign_path};
use schoolkeeper_core::id::EntryId;
use uuid::Uuid;

const PUT: &str = "agreement.publish";
/// After so many minutes without a press the device is as it was before.
const IDLE_MINUTES: usize = 2;

#[derive(Template)]
#[template(path = "sign/kiosk_start.html")]
struct BeginPage {
    frame: Frame,
    form: Form,
    action: String,
}

#[derive(Template)]
#[template(path = "sign/kiosk.html")]
struct KioskPage {
    frame: Frame,
    form: Form,
    school: String,
    choices: Vec<Shown>,
}

struct Shown {
    target: String,
    title: String,
    audience: String,
    who: Field,
    name: Field,
    types: bool,
}

/// GET /school/{school}/kiosk
pub async fn begin(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUT).await?;
    let page = BeginPage {
        frame: manage::frame_of(&school, "Sign at reception", &signed, "/school/{school}/kiosk")
            .back("Agreements", urls::agreements(&slug)),
        form: Form::of(signed.csrf(), &[]),
        action: urls::start_kiosk(&slug),
    };
    Ok(Html(page.render()?))
}

/// POST /school/{school}/kiosk
pub async fn start(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUT).await?;
    let token = app.house.start_kiosk(&signed.actor, &school).await?;
    app.house.sign_out(signed.session.id).await?;
    let there = Redirect::to(&urls::kiosk()).into_response();
    Ok(with_cookie(there, Cookie::Session.set(&app, &token.text())))
}

/// GET /kiosk
pub async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let kiosk = app.house.kiosk(visit.token()).await?.ok_or(Error::Missing)?;
    show(&visit, &kiosk, (&Posted::default(), None))
}

/// POST /kiosk
pub async fn act(State(app): State<App>, visit: Visit, posted: Posted) -> Result<Response, Error> {
    let kiosk = app.house.kiosk(visit.token()).await?.ok_or(Error::Missing)?;
    if posted.get("do") == "end" {
        app.house.end_kiosk(visit.token()).await?;
        return Ok(leave(&app, &urls::sign_in(None)));
    }
    let typed = posted.word("name");
    let who = match Uuid::parse_str(posted.get("who")) {
        Ok(person) if typed.is_empty() => Ok(EntryId(person)),
        _ => Err(&*typed),
    };
    match app.house.pick(&kiosk, posted.get("target"), who).await? {
        Picked::Link(token) => Ok(Redirect::to(&sign_path(&token)).into_response()),
        Picked::No(why) => show(&visit, &kiosk, (&posted, Some(why))),
    }
}

fn show(visit: &Visit, kiosk: &Kiosk, (posted, why): (&Posted, Option<String>)) -> Result<Response, Error> {
    let several = kiosk.choices.len() > 1;
    let choices: Vec<Shown> = kiosk
        .choices
        .iter()
        .enumerate()
        .map(|(at, choice)| {
            let here = posted.get("target") == choice.target;
            one(at, choice, (several, posted.word("name"), why.clone().filter(|_| here)))
        })
        .collect();
    let fields: Vec<&Field> = choices.iter().map(|shown| &shown.name).collect();
    let form = Form::of(visit.csrf(), &fields);
    let school = kiosk.school.title.clone();
    let page = KioskPage {
        frame: Frame { school: Some(school.clone()), ..Frame::titled(&format!("Read and sign – {school}")) }
            .faulty(&form),
        form,
        school,
        choices,
    };
    let html = page.render()?;
    Ok(super::idle(page.form.answer(html), IDLE_MINUTES))
}

/// Several forms stand on one page: the ids of the fields carry a number, their names are what is sent.
fn one(at: usize, choice: &KioskChoice, (several, typed, why): (bool, String, Option<String>)) -> Shown {
    let people = choice.people.iter().map(|(id, name)| Choice::new(id.to_string(), &**name)).collect();
    let of = |label: &str| if several { format!("{label} ({})", choice.title) } else { label.to_owned() };
    let mut name = Field::new(format!("name-{at}"), of("Your first name and surname"));
    name = if why.is_some() { name.value(typed) } else { name };
    name.error = why;
    Shown {
        target: choice.target.clone(),
        title: choice.title.clone(),
        audience: choice.audience.clone(),
        who: Field::new(format!("who-{at}"), of("Are you one of these?")).choices(people),
        name,
        types: choice.types,
    }
}
