//! How the organisation wants sign-in to be.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use schoolkeeper_app::sign_in::Reset;

#[derive(Template)]
#[template(path = "login/setting.html")]
struct SettingPage {
    frame: Frame,
    form: Form,
    reset: Field,
    leading: Field,
    staff: Field,
}

/// GET /login/setting
pub async fn setting(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let known = app.house.sign_in_setting(&signed.actor).await?;
    let reset = if known.reset == Reset::Administrator { "administrator" } else { "itself" };
    let fields = [
        ("reset", reset.to_owned()),
        ("leading", known.idle_leading_minutes.to_string()),
        ("staff", known.idle_staff_minutes.to_string()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    show(&signed, &Posted::new(fields.to_vec()), &[])
}

/// POST /login/setting
pub async fn set(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let reset = match posted.get("reset") {
        "itself" => Reset::Itself,
        "administrator" => Reset::Administrator,
        _ => return show(&signed, &posted, &[("reset", "Choose one.".to_owned())]),
    };
    let typed = (posted.get("leading"), posted.get("staff"));
    let mistakes = app.house.set_sign_in(&signed.actor, reset, typed).await?;
    if mistakes.is_empty() {
        return Ok(session::told(&app, &urls::logins(), "Saved. It holds from the next page on."));
    }
    show(&signed, &posted, &mistakes)
}

fn show(signed: &Signed, posted: &Posted, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
    let choices = vec![
        Choice::new("itself", "They get a one-time link to the address we hold"),
        Choice::new("administrator", "A colleague who gives roles checks who it is and sends the link"),
    ];
    let text = |name, label: &str| Field::new(name, label).value(posted.word(name)).check(mistakes);
    let reset = Field::new("reset", "Somebody forgot their password").choices(choices);
    let reset = reset.value(posted.word("reset")).check(mistakes);
    let (leading, staff) =
        (text("leading", "Minutes of rest, leading roles"), text("staff", "Minutes of rest, everybody else"));
    let leading = leading.hint("Then they are signed out; what they typed is kept. A policy may ask for less.");
    let form = Form::of(signed.csrf(), &[&reset, &leading, &staff]);
    let frame = Frame::titled("How people sign in").signed(signed).faulty(&form);
    let page = SettingPage { frame: frame.back("Back to the list", urls::logins()), form, reset, leading, staff };
    Ok(page.form.answer(page.render()?))
}
