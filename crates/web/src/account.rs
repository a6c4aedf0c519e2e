//! My account: who I am here, when I was here last, what was tried in my name, and what I can change.

mod password;
mod place;

pub use password::{change, new_password, password};
pub use place::{end, sessions, switch, switched};

use crate::App;
use crate::error::Error;
use crate::frame::{Frame, Link};
use crate::session::Signed;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use schoolkeeper_app::dates;
use schoolkeeper_app::sign_in::Way;
use schoolkeeper_core::actor::Narrowing;
use schoolkeeper_core::calendar::{Calendar, Division};

#[derive(Template)]
#[template(path = "account/page.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    lead: String,
    links: Vec<Link>,
}

/// GET /account
pub async fn page(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let page = AccountPage {
        frame: Frame::titled("My account").signed(&signed),
        name: if signed.session.way == Way::Emergency {
            "Emergency account".to_owned()
        } else {
            signed.session.name.clone()
        },
        lead: before(&signed),
        links: links(&app, &signed).await?,
    };
    Ok(Html(page.render()?))
}

async fn links(app: &App, signed: &Signed) -> Result<Vec<Link>, Error> {
    let link = |text: &str, href: &str| Link { text: text.to_owned(), href: href.to_owned() };
    let mut out = Vec::new();
    if let Some(login) = signed.login {
        if signed.may_try("password.set") {
            out.push(link("Change your password", &crate::urls::new_password()));
        }
        out.push(link("Where you are signed in", "/account/sessions"));
        if signed.session.way == Way::Password && app.house.places_of(login).await?.len() > 1 {
            out.push(link("Your organisations", "/account/switch"));
        }
    }
    let gives_roles = signed.actor.scope("role.assign", &Narrowing::default()).is_ok();
    if gives_roles && signed.may_try("role.assign") {
        out.push(link("People who can sign in", "/login"));
    }
    Ok(out)
}

/// `Last sign-in 20 November 2026, 8:02am, 2 wrong attempts since.`
fn before(signed: &Signed) -> String {
    let zone = Calendar::new(Division::default(), Vec::new());
    let until = dates::moment(signed.session.ends_at, zone.zone());
    match signed.session.way {
        Way::Password => {}
        Way::Link => return format!("You came by a one-time link: it shows only what is yours, until {until}."),
        Way::Emergency => return format!("What you do is recorded and will be reviewed. It ends {until}."),
    }
    let last = match signed.session.before_at {
        None => "This is your first sign-in".to_owned(),
        Some(at) => format!("Last sign-in {}", dates::moment(at, zone.zone())),
    };
    match signed.session.before_failed {
        0 => format!("{last}, no wrong attempts since."),
        1 => format!("{last}, 1 wrong attempt since."),
        many => format!("{last}, {many} wrong attempts since."),
    }
}
