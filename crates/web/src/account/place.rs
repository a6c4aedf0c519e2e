//! Where one is signed in, and the organisations one belongs to.

use crate::App;
use crate::error::{Error, Known};
use crate::form::{Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Cookie, Signed};
use crate::urls;
use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::Way;
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{OrganisationId, SessionId};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    frame: Frame,
    form: Form,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    what: String,
    since: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "account/switch.html")]
struct SwitchPage {
    frame: Frame,
    form: Form,
    places: Vec<Place>,
}

struct Place {
    id: String,
    title: String,
    here: bool,
}

/// GET /account/sessions
pub async fn sessions(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let login = signed.login.ok_or(Error::Missing)?;
    let zone = Calendar::new(Division::default(), Vec::new());
    let rows = app.house.sessions_of(login).await?.into_iter().map(|one| Row {
        id: one.id.to_string(),
        what: if one.way == Way::Link { format!("{}, by a one-time link", one.browser) } else { one.browser },
        since: dates::moment(one.started_at, zone.zone()),
        here: one.id == signed.session.id,
    });
    let page = SessionsPage {
        frame: Frame::titled("Where you are signed in").signed(&signed).back("Back to my account", urls::account()),
        form: Form::of(signed.csrf(), &[]),
        rows: rows.collect(),
    };
    Ok(Html(page.render()?))
}

/// POST /account/sessions: one, or all the others.
pub async fn end(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let login = signed.login.ok_or(Error::Missing)?;
    let words = match posted.get("session") {
        "" => match app.house.end_other_sessions(login, signed.session.id).await? {
            1 => "Signed out at 1 other place.".to_owned(),
            many => format!("Signed out at {many} other places."),
        },
        one => {
            let one: Uuid = one.parse().map_err(|_| Error::Missing)?;
            app.house.end_own_session(login, SessionId(one)).await?;
            "Signed out there.".to_owned()
        }
    };
    Ok(session::told(&app, "/account/sessions", &words))
}

/// GET /account/switch
pub async fn switch(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let login = signed.login.ok_or(Error::Missing)?;
    let places = app.house.places_of(login).await?.into_iter().map(|place| Place {
        here: place.organisation == signed.actor.organisation,
        id: place.organisation.to_string(),
        title: place.title,
    });
    let page = SwitchPage {
        places: places.collect(),
        frame: Frame::titled("Your organisations").signed(&signed).back("Back to my account", urls::account()),
        form: Form::of(signed.csrf(), &[]),
    };
    Ok(Html(page.render()?))
}

/// POST /account/switch/{organisation}
pub async fn switched(State(app): State<App>, signed: Signed, Known(organisation): Known) -> Result<Response, Error> {
    let new = app.house.switch(&signed.session, OrganisationId(organisation)).await?;
    let told = session::told(&app, "/", "You are in another organisation now.");
    Ok(session::with_cookie(told, Cookie::Session.set(&app, &new.token.text())))
}
