//! The calendar feed: a page to make, replace and end it, its address shown once, and what a calendar program fetches.

use crate::error::Error;
use crate::form::Form;
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, api, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::Way;
use schoolkeeper_core::calendar::{Calendar, Division};

#[derive(Template)]
#[template(path = "feed/page.html")]
struct FeedPage {
    frame: Frame,
    form: Form,
    since: Option<String>,
    once: String,
}

#[derive(Template)]
#[template(path = "feed/made.html")]
struct MadePage {
    frame: Frame,
    address: String,
}

/// GET /mine/calendar
pub async fn page(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let since = app.house.feed(&signed.actor).await?;
    let zone = Calendar::new(Division::default(), Vec::new());
    let page = FeedPage {
        form: Form::of(signed.csrf(), &[]),
        since: since.map(|at| dates::long(zone.day(at))),
        once: urls::mine_calendar(),
        frame: framed("My dates in my calendar", &signed),
    };
    Ok(Html(page.render()?))
}

/// POST /mine/calendar
pub async fn make(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    // Whoever came by a link proves a mailbox, not who they are: too little for an address that lasts.
    if signed.session.way == Way::Link {
        return Err(Error::Missing);
    }
    let last = app.house.make_feed(&signed.actor).await?;
    let address = app.house.base_url().to(&urls::feed_at(&last));
    let page = MadePage { frame: framed("Copy the address now", &signed), address };
    Ok(Html(page.render()?).into_response())
}

/// POST /mine/calendar/end
pub async fn end(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    app.house.end_feed(&signed.actor).await?;
    Ok(session::told(&app, &urls::feed(), "Ended. Your calendar gets nothing more from here."))
}

/// GET /feed/{token}: what a calendar program fetches.
pub async fn fetch(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Error> {
    let actor = app.house.feed_of(&token).await?;
    let Some(person) = actor.person else { return Err(Error::Missing) };
    if let Err(wait) = api::rate::take(person.0, api::rate::CALENDAR) {
        let after = (wait.as_secs() + 1).to_string();
        return Ok((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, after)]).into_response());
    }
    let text = app.house.mine_as_ics(&actor).await?;
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

fn framed(title: &str, signed: &Signed) -> Frame {
    Frame::titled(title).signed(signed).back("My page", urls::mine())
}
