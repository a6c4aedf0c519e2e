//! One-time links: what they are for, a button that acts, a page for those that have ended, and how to get a new one.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::serve::Caller;
use crate::session::{self, Visit};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::secret::Secret;
use schoolkeeper_app::sign_in::{Chosen, Purpose, Seen};
use schoolkeeper_core::calendar::{Calendar, Division};
use std::time::Duration;

/// Asking for a link takes so long, whether the address is known or not.
const ASKING: Duration = Duration::from_millis(300);

#[derive(Template)]
#[template(path = "link/page.html")]
struct LinkPage {
    frame: Frame,
    form: Form,
    action: String,
    heading: &'static str,
    lead: &'static str,
    until: String,
    name: String,
}

#[derive(Template)]
#[template(path = "link/password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    action: String,
    email: String,
    password: Field,
    again: Field,
}

#[derive(Template)]
#[template(path = "link/ended.html")]
struct EndedPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "link/ask.html")]
struct AskPage {
    frame: Frame,
    form: Form,
    email: Field,
    what: Field,
}

#[derive(Template)]
#[template(path = "link/asked.html")]
struct AskedPage {
    frame: Frame,
}

/// GET /link/{token}
pub async fn page(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response, Error> {
    let Some(seen) = look(&app, &token).await? else { return ended() };
    let zone = Calendar::new(Division::default(), Vec::new());
    let (heading, lead) = match seen.link.purpose {
        Purpose::Invite => ("Choose your password", "With it you sign in to your school's Schoolkeeper."),
        Purpose::Reset => ("Choose a new password", "The one before ends, and you are signed out everywhere else."),
        Purpose::SignIn => ("See what is yours", "This shows only what is yours to see, sign or answer."),
    };
    let page = LinkPage {
        frame: Frame::titled(heading).visit(&visit),
        form: Form::of(visit.csrf(), &[]),
        action: format!("/link/{token}"),
        heading,
        lead,
        until: dates::moment(seen.link.ends_at, zone.zone()),
        name: seen.name,
    };
    Ok(Html(page.render()?).into_response())
}

/// POST /link/{token}
pub async fn act(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    (Path(token), headers): (Path<String>, HeaderMap),
    posted: Posted,
) -> Result<Response, Error> {
    let Some(seen) = look(&app, &token).await? else { return ended() };
    let arrival = crate::sign_in::arrival(&app, caller, &headers);
    if seen.link.purpose == Purpose::SignIn {
        let to = seen.link.target.clone().unwrap_or_else(urls::account);
        return match app.house.enter_by_link(&seen, &arrival).await? {
            Some(new) => Ok(session::enter(&app, &new, &to)),
            None => ended(),
        };
    }
    if posted.all("password").is_empty() {
        return password(&visit, &token, &seen, &[]);
    }
    let typed = (posted.get("password"), posted.get("again"));
    match app.house.choose_by_link(&seen, typed, &arrival).await? {
        Chosen::Set(new) => Ok(session::enter(&app, &new, "/")),
        Chosen::Mistakes(mistakes) => password(&visit, &token, &seen, &mistakes),
        Chosen::Ended => ended(),
    }
}

async fn look(app: &App, token: &str) -> Result<Option<Seen>, Error> {
    match Secret::read(token) {
        Some(token) => Ok(app.house.look_at_link(&token).await?),
        None => Ok(None),
    }
}

fn password(visit: &Visit, token: &str, seen: &Seen, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
    let (password, again) = crate::account::new_password(mistakes);
    let form = Form::of(visit.csrf(), &[&password, &again]);
    let frame = Frame::titled("Choose a password").faulty(&form);
    let page =
        PasswordPage { frame, form, action: format!("/link/{token}"), email: seen.email.clone(), password, again };
    Ok(page.form.answer(page.render()?))
}

fn ended() -> Result<Response, Error> {
    let page = EndedPage { frame: Frame::titled("This link has ended") };
    Ok((StatusCode::GONE, Html(page.render()?)).into_response())
}

/// GET /sign-in/link
pub async fn ask(visit: Visit) -> Result<Response, Error> {
    show_ask(&visit, "", &[])
}

/// POST /sign-in/link
pub async fn asked(State(app): State<App>, visit: Visit, posted: Posted) -> Result<Response, Error> {
    let purpose = match posted.get("what") {
        "password" => Purpose::Reset,
        "mine" => Purpose::SignIn,
        _ => return show_ask(&visit, posted.get("email"), &[("what", "Choose what the link is for.".to_owned())]),
    };
    if !posted.get("email").contains('@') {
        let why = "Enter your email address, like name@school.example.".to_owned();
        return show_ask(&visit, posted.get("email"), &[("email", why)]);
    }
    let (asked, ()) = tokio::join!(app.house.ask_for_link(posted.get("email"), purpose), tokio::time::sleep(ASKING));
    asked?;
    let page = AskedPage { frame: Frame::titled("Look at your mail").visit(&visit) };
    Ok(Html(page.render()?).into_response())
}

fn show_ask(visit: &Visit, email: &str, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
    let choices = vec![
        Choice::new("password", "To choose a new password"),
        Choice {
            hint: Some("To sign, answer or report something, without a password.".to_owned()),
            ..Choice::new("mine", "To see only what is mine")
        },
    ];
    let email = Field::new("email", "Your work email").autocomplete("username").value(email).check(mistakes);
    let what = Field::new("what", "What is the link for?").choices(choices).check(mistakes);
    let form = Form::of(visit.csrf(), &[&email, &what]);
    let page = AskPage { frame: Frame::titled("Get a one-time link").faulty(&form), form, email, what };
    Ok(page.form.answer(page.render()?))
}
