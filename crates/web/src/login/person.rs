//! One person who can sign in: a new link, the end of access.

use crate::error::{Error, Known, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schoolkeeper_app::Error as AppError;
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::{IDENTITY_CHECKS, RESET_REASONS};
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::LoginId;

#[derive(Template)]
#[template(path = "login/person.html")]
struct PersonPage {
    frame: Frame,
    form: Form,
    name: String,
    since: String,
    sessions: usize,
    invited: bool,
    reason: Field,
    checked: Field,
    href: String,
    refused: Option<Vec<String>>,
}

/// GET /login/{login}
pub async fn person(State(app): State<App>, signed: Signed, Known(login): Known) -> Result<Response, Error> {
    show(&app, &signed, LoginId(login), &[], None).await
}

/// POST /login/{login}/again
pub async fn again(State(app): State<App>, signed: Signed, Known(login): Known) -> Result<Response, Error> {
    app.house.invite_again(&signed.actor, LoginId(login)).await?;
    Ok(session::told(&app, &urls::login(&login.to_string()), "Sent again. The link before has ended."))
}

/// POST /login/{login}/reset
pub async fn reset(
    State(app): State<App>,
    signed: Signed,
    Known(login): Known,
    posted: Posted,
) -> Result<Response, Error> {
    let (checked, reason) = (posted.get("checked"), posted.get("reason"));
    let known = |list: &[(&str, &str)], word| list.iter().any(|(known, _)| *known == word);
    let mut mistakes = Vec::new();
    if !known(&RESET_REASONS, reason) {
        mistakes.push(("reason", "Say why they need a new password.".to_owned()));
    }
    if !known(&IDENTITY_CHECKS, checked) {
        mistakes.push(("checked", "Say how you checked that it is them.".to_owned()));
    }
    if !mistakes.is_empty() {
        return show(&app, &signed, LoginId(login), &mistakes, None).await;
    }
    app.house.reset_for(&signed.actor, LoginId(login), (checked, reason)).await?;
    Ok(session::told(&app, &urls::login(&login.to_string()), "A link to choose a new password is on its way to them."))
}

/// POST /login/{login}/end
pub async fn end(State(app): State<App>, signed: Signed, Known(login): Known) -> Result<Response, Error> {
    match app.house.end_access(&signed.actor, LoginId(login)).await {
        Ok(()) => Ok(session::told(&app, &urls::logins(), "Their access has ended, everywhere they were signed in.")),
        Err(AppError::Refused(why)) => show(&app, &signed, LoginId(login), &[], Some(why)).await,
        Err(other) => Err(other.into()),
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    login: LoginId,
    mistakes: &[(&'static str, String)],
    refused: Option<String>,
) -> Result<Response, Error> {
    let joined = app.house.person_who_signs_in(&signed.actor, login).await?;
    let zone = Calendar::new(Division::default(), Vec::new());
    let reasons = RESET_REASONS.iter().map(|(value, text)| Choice::new(*value, *text)).collect();
    let reason = Field::new("reason", "Why do they need a new password?").choices(reasons).check(mistakes);
    let choices = IDENTITY_CHECKS.iter().map(|(value, text)| Choice::new(*value, *text)).collect();
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let checked = Field::new("checked", "How did you check that it is them?").choices(choices).check(mistakes);
    let form = Form::of(signed.csrf(), &[&reason, &checked]);
    let frame = Frame::titled(&joined.name).signed(signed).faulty(&form).back("Back to the list", urls::logins());
    let page = PersonPage {
        frame,
        form,
        since: dates::long(zone.day(joined.made_at)),
        sessions: app.house.sessions_of(login).await?.len(),
        invited: app.house.is_invited(&signed.actor, login).await?,
        name: joined.name,
        reason,
        checked,
        href: urls::login(&login.to_string()),
        refused: refused.map(|why| why.split("\nhint: ").map(sentences).collect()),
    };
    let mut answer = page.form.answer(page.render()?);
    if status != StatusCode::OK {
        *answer.status_mut() = status;
    }
    Ok(answer)
}
