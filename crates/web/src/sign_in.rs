//! Sign in, sign out.

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::serve::Caller;
use crate::session::{self, Cookie, Signed, Visit};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::demo::{self, Seat};
use schoolkeeper_app::sign_in::{Arrival, SignIn};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct SignInPage {
    frame: Frame,
    form: Form,
    email: Field,
    password: Field,
    next: String,
    demo: Option<DemoBox>,
}

/// What the page says in a demo: who there is.
struct DemoBox {
    password: &'static str,
    seats: Vec<Seat>,
}

/// Where somebody wanted to go.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

/// GET /sign-in
pub async fn page(
    State(app): State<App>,
    signed: Option<Signed>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    match signed {
        Some(_) => Ok(Redirect::to(urls::local(&wanted.next).unwrap_or("/")).into_response()),
        None => show(&app, &visit, ("", &wanted.next), None).await,
    }
}

/// POST /sign-in
pub async fn enter(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Error> {
    let arrival = arrival(&app, caller, &headers);
    let (email, next) = (posted.get("email"), posted.get("next"));
    let answer = app.house.sign_in(email, posted.get("password"), &arrival).await;
    app.house.figures().signed_in(outcome(&answer));
    match answer? {
        SignIn::In(new) => Ok(session::enter(&app, &new, urls::local(next).unwrap_or("/"))),
        SignIn::Wrong => show(&app, &visit, (email, next), Some("Email or password is not right.")).await,
        SignIn::Wait(_) => show(&app, &visit, (email, next), Some(TOO_MANY)).await,
    }
}

/// How an attempt ended, as it is counted.
fn outcome(answer: &Result<SignIn, schoolkeeper_app::Error>) -> &'static str {
    match answer {
        Ok(SignIn::In(_)) => "in",
        Ok(SignIn::Wrong) => "wrong",
        Ok(SignIn::Wait(_)) => "wait",
        Err(schoolkeeper_app::Error::Busy) => "busy",
        Err(_) => "failed",
    }
}

/// Said to whoever waits.
const TOO_MANY: &str = "Too many wrong attempts came from where you are. Wait a few minutes or get a one-time link. Others are not affected.";

async fn show(app: &App, visit: &Visit, (email, next): (&str, &str), fault: Option<&str>) -> Result<Response, Error> {
    let mut email = Field::new("email", "Email").autocomplete("username").value(email);
    email.error = fault.map(str::to_owned);
    let password = Field::new("password", "Password").autocomplete("current-password");
    let form = Form::of(visit.csrf(), &[&email, &password]);
    let frame = Frame::titled("Sign in").visit(visit).faulty(&form);
    let demo = if app.house.is_demo() {
        Some(DemoBox { password: demo::PASSWORD, seats: app.house.seats().await? })
    } else {
        None
    };
    let page = SignInPage { frame, email, password, next: next.to_owned(), form, demo };
    Ok(page.form.answer(page.render()?))
}

/// POST /sign-out
pub async fn leave(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    app.house.sign_out(signed.session.id).await?;
    Ok(session::leave(&app, &urls::sign_in(None)))
}

/// How a browser arrives: its network, its mark, what it says it is.
pub fn arrival(app: &App, caller: Caller, headers: &HeaderMap) -> Arrival {
    Arrival { source: network(caller.address), device: Cookie::Device.secret(app, headers), browser: browser(headers) }
}

/// An address of the old kind as it is, of the new kind its network: one household or school has many.
fn network(address: std::net::IpAddr) -> String {
    match address.to_canonical() {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => {
            let parts = address.segments();
            format!("{:x}:{:x}:{:x}:{:x}", parts[0], parts[1], parts[2], parts[3])
        }
    }
}

/// `Firefox on Windows`.
pub(crate) fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let find = |known: &[(&'static str, &'static str)], other| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map_or(other, |(_, name)| *name)
    };
    let programs = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    format!("{} on {}", find(&programs, "A browser"), find(&systems, "an unknown system"))
}
