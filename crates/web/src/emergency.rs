//! The emergency account: the code, and the review of each use.

use crate::App;
use crate::error::{Error, Known};
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::serve::Caller;
use crate::session::{self, Signed, Visit};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schoolkeeper_app::Error as AppError;
use schoolkeeper_app::dates;
use schoolkeeper_core::calendar::{Calendar, Division};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "emergency/page.html")]
struct EmergencyPage {
    frame: Frame,
    form: Form,
    code: Field,
}

#[derive(Template)]
#[template(path = "emergency/review.html")]
struct ReviewPage {
    frame: Frame,
    form: Form,
    action: String,
    at: String,
    words: Field,
}

/// GET /emergency
pub async fn page(visit: Visit) -> Result<Response, Error> {
    show(&visit, None)
}

/// POST /emergency
pub async fn enter(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Error> {
    let arrival = crate::sign_in::arrival(&app, caller, &headers);
    match app.house.break_glass(posted.get("code"), &arrival).await? {
        Some(new) => Ok(session::enter(&app, &new, "/")),
        None => show(&visit, Some("This is not the emergency code, or it was used. After five wrong codes it waits.")),
    }
}

fn show(visit: &Visit, fault: Option<&str>) -> Result<Response, Error> {
    let mut code =
        Field::new("code", "Emergency code").hint("Four groups of five letters and digits, in the sealed envelope.");
    code.error = fault.map(str::to_owned);
    let form = Form::of(visit.csrf(), &[&code]);
    let page = EmergencyPage { frame: Frame::titled("Emergency account").faulty(&form), form, code };
    Ok(page.form.answer(page.render()?))
}

/// GET /emergency/{use}
pub async fn review(State(app): State<App>, signed: Signed, Known(used): Known) -> Result<Response, Error> {
    show_review(&app, &signed, used, None).await
}

/// POST /emergency/{use}
pub async fn reviewed(
    State(app): State<App>,
    signed: Signed,
    Known(used): Known,
    posted: Posted,
) -> Result<Response, Error> {
    match app.house.review_emergency(&signed.actor, used, posted.get("words")).await {
        Ok(()) => Ok(session::told(&app, "/account", "Written down. The alarm has ended.")),
        Err(AppError::Refused(why)) => show_review(&app, &signed, used, Some((why, posted.get("words")))).await,
        Err(other) => Err(other.into()),
    }
}

async fn show_review(app: &App, signed: &Signed, used: Uuid, fault: Option<(String, &str)>) -> Result<Response, Error> {
    let known = app.house.emergency(&signed.actor, used).await?;
    let zone = Calendar::new(Division::default(), Vec::new());
    let mut words = Field::new("words", "Who used it, and what for?");
    if let Some((why, typed)) = fault {
        words = words.value(typed);
        words.error = Some(why);
    }
    let form = Form::of(signed.csrf(), &[&words]);
    let page = ReviewPage {
        frame: Frame::titled("The emergency account was used").signed(signed).faulty(&form),
        form,
        action: format!("/emergency/{used}"),
        at: dates::moment(known.at, zone.zone()),
        words,
    };
    Ok(page.form.answer(page.render()?))
}
