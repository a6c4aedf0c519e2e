//! Changing one's own password.

use crate::App;
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::serve::Caller;
use crate::session::{self, Cookie, Signed};
use crate::urls;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schoolkeeper_app::sign_in::Chosen;

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    old: Field,
    password: Field,
    again: Field,
    outgrown: bool,
}

/// The two fields of a new password.
pub fn new_password(mistakes: &[(&'static str, String)]) -> (Field, Field) {
    let password = Field::new("password", "New password")
        .hint("At least 12 characters. Three words that do not belong together are easy to remember.")
        .autocomplete("new-password")
        .check(mistakes);
    (password, Field::new("again", "The same password again").autocomplete("new-password").check(mistakes))
}

/// GET /account/password
pub async fn password(signed: Signed) -> Result<Response, Error> {
    show(&signed, &[])
}

/// POST /account/password
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Error> {
    let login = signed.login.ok_or(Error::Missing)?;
    let arrival = crate::sign_in::arrival(&app, caller, &headers);
    let typed = (posted.get("old"), posted.get("password"), posted.get("again"));
    match app.house.change_password((login, signed.session.id), typed, &arrival).await? {
        Chosen::Set(new) => {
            let told =
                session::told(&app, &urls::account(), "Your password is changed. You are signed out everywhere else.");
            Ok(session::with_cookie(told, Cookie::Session.set(&app, &new.token.text())))
        }
        Chosen::Mistakes(mistakes) => show(&signed, &mistakes),
        Chosen::Ended => Err(Error::Missing),
    }
}

fn show(signed: &Signed, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
    let old = Field::new("old", "Present password").autocomplete("current-password").check(mistakes);
    let (password, again) = new_password(mistakes);
    let form = Form::of(signed.csrf(), &[&old, &password, &again]);
    let frame = Frame::titled("Change your password").signed(signed).faulty(&form);
    let page = PasswordPage {
        frame: frame.back("Back to my account", urls::account()),
        form,
        old,
        password,
        again,
        outgrown: signed.outgrown,
    };
    Ok(page.form.answer(page.render()?))
}
