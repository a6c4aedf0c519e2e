//! My account: who I am here, when I was here last, what was tried in my name.

use crate::error::Error;
use crate::frame::Frame;
use crate::session::Signed;
use askama::Template;
use axum::response::Html;
use schoolkeeper_app::dates;
use schoolkeeper_core::calendar::{Calendar, Division};

#[derive(Template)]
#[template(path = "account/page.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    lead: String,
}

/// GET /account
pub async fn page(signed: Signed) -> Result<Html<String>, Error> {
    let page = AccountPage {
        frame: Frame::titled("My account").signed(&signed),
        name: signed.session.name.clone(),
        lead: before(&signed),
    };
    Ok(Html(page.render()?))
}

/// `Last sign-in 20 November 2026, 8:02am, 2 wrong attempts since.`
fn before(signed: &Signed) -> String {
    let zone = Calendar::new(Division::default(), Vec::new());
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
