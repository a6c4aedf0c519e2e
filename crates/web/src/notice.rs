//! What everybody agrees to before they go on, once for each version.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::words;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/notice.html")]
struct NoticePage {
    frame: Frame,
    form: Form,
    text: &'static [String],
    agree: Field,
    next: String,
}

/// Where somebody wanted to go.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

/// GET /notice
pub async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response, Error> {
    show(&signed, &wanted.next, &[])
}

/// POST /notice
pub async fn agree(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let next = posted.get("next");
    if posted.get("agree") != "yes" {
        return show(&signed, next, &[("agree", "Tick the box to go on, or sign out.".to_owned())]);
    }
    app.house.agree_notice(signed.login.ok_or(Error::Missing)?).await?;
    Ok(Redirect::to(urls::local(next).unwrap_or("/")).into_response())
}

fn show(signed: &Signed, next: &str, mistakes: &[(&'static str, String)]) -> Result<Response, Error> {
    let choices = vec![Choice::new("yes", "I have read this and agree")];
    let agree = Field::new("agree", "Do you agree?").choices(choices).check(mistakes);
    let form = Form::of(signed.csrf(), &[&agree]);
    let frame = Frame::titled("Before you go on").signed(signed).faulty(&form);
    let page = NoticePage { frame, form, text: &words::notice().text, agree, next: next.to_owned() };
    Ok(page.form.answer(page.render()?))
}
