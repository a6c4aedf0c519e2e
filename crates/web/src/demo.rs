//! As whom a demo is looked at. Only in a folder that `schoolkeeper demo` made: elsewhere the router has no such route.

use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::Frame;
use crate::serve::Caller;
use crate::session::{self, Signed, Visit};
use crate::{App, sign_in, urls};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, Response};
use schoolkeeper_app::demo::Seat;
use schoolkeeper_core::id::LoginId;

#[derive(Template)]
#[template(path = "demo/people.html")]
struct PeoplePage {
    frame: Frame,
    form: Form,
    places: Vec<Place>,
}

struct Place {
    title: String,
    seats: Vec<Seat>,
}

/// GET /demo
pub async fn page(State(app): State<App>, signed: Option<Signed>, visit: Visit) -> Result<Html<String>, Error> {
    let mut places: Vec<Place> = Vec::new();
    for seat in app.house.seats().await? {
        match places.last_mut() {
            Some(place) if place.title == seat.place => place.seats.push(seat),
            _ => places.push(Place { title: seat.place.clone(), seats: vec![seat] }),
        }
    }
    let frame = Frame::titled("As whom do you look at this?");
    let frame = match &signed {
        Some(signed) => frame.signed(signed).back("Back to the start", urls::home()),
        None => frame.visit(&visit).back("Back to sign-in", urls::sign_in(None)),
    };
    Ok(Html(PeoplePage { frame, form: Form::of(visit.csrf(), &[]), places }.render()?))
}

/// POST /demo
pub async fn look_as(
    State(app): State<App>,
    signed: Option<Signed>,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Error> {
    if !caller.address.is_loopback() {
        return Err(Error::Missing);
    }
    let login = posted.get("login").parse().map_err(|_| Error::Missing)?;
    let arrival = sign_in::arrival(&app, caller, &headers);
    let before = signed.as_ref().map(|signed| &signed.session);
    let new = app.house.look_as(LoginId(login), before, &arrival).await?;
    Ok(session::enter(&app, &new, &urls::home()))
}
