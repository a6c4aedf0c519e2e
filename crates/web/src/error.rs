//! When it does not work: the one place where errors become pages.

use crate::frame::Frame;
use crate::urls;
use askama::Template;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::authority::{Denial, Reason};
use uuid::Uuid;

/// A page that says what happened and what next.
#[derive(Debug, Template)]
#[template(path = "message.html")]
struct Message {
    frame: Frame,
    heading: &'static str,
    text: &'static str,
    reference: Option<String>,
    href: String,
    action: &'static str,
}

/// A page that says why an act on something one may see is refused, and who may allow it.
#[derive(Debug, Template)]
#[template(path = "denied.html")]
struct Denied {
    frame: Frame,
    says: String,
    reasons: Vec<Why>,
    href: String,
}

/// One reason, in the pieces the page shows.
#[derive(Debug)]
struct Why {
    statement: Option<(String, String)>,
    what: String,
    hint: Option<String>,
    who: Option<String>,
    asks: Vec<(String, String)>,
}

/// An id in a path; what is none is not there.
#[derive(Clone, Copy, Debug)]
pub struct Known(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Known {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, state).await.map_err(|_| Error::Missing)?;
        Ok(Self(id))
    }
}

/// Why a page could not be shown.
#[derive(Debug)]
pub enum Error {
    /// It does not exist, or it is not theirs to see: the same bytes.
    Missing,
    /// A policy refuses it; they may see the thing.
    Denied(Denial),
    /// Too many at once; it helps to come again.
    Busy,
    /// Our fault; logged with its reference.
    Failed(String),
}

impl From<schoolkeeper_app::Error> for Error {
    fn from(error: schoolkeeper_app::Error) -> Self {
        match error {
            schoolkeeper_app::Error::Missing | schoolkeeper_app::Error::NotAllowed(_) => Self::Missing,
            schoolkeeper_app::Error::Denied(denial) => Self::Denied(denial),
            schoolkeeper_app::Error::Refused(why) => {
                Self::Denied(Denial { says: "do this".to_owned(), reasons: vec![Reason::plain(why)] })
            }
            schoolkeeper_app::Error::Busy => Self::Busy,
            other => Self::Failed(other.chain()),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Missing => missing(),
            Self::Denied(denial) => denied(denial),
            Self::Busy => busy(),
            Self::Failed(cause) => failed(&cause),
        }
    }
}

/// What stands against something, as sentences: the reason, then the next step.
pub fn sentences(why: &str) -> String {
    let sentence = |text: &str| {
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        format!("{first}{}.", letters.as_str().trim_end_matches('.'))
    };
    why.split("\nhint: ").map(sentence).collect::<Vec<_>>().join(" ")
}

/// The page for everything that is not there.
pub fn missing() -> Response {
    let page = Message {
        frame: Frame { title: "Page not found".to_owned(), ..Frame::default() },
        heading: "We cannot find this page",
        text: "The link may have ended, or it is not yours to see.",
        reference: None,
        href: urls::home(),
        action: "Go to the start",
    };
    show(StatusCode::NOT_FOUND, &page)
}

/// The page for an act that is refused: what, why, who may allow it, and that nothing was changed.
pub fn denied(denial: Denial) -> Response {
    let page = Denied {
        frame: Frame { title: "This cannot be done yet".to_owned(), ..Frame::default() },
        says: denial.says,
        reasons: denial.reasons.into_iter().map(why).collect(),
        href: urls::home(),
    };
    show(StatusCode::FORBIDDEN, &page)
}

/// The page for what no page of ours in this browser sent.
pub fn foreign() -> Response {
    let page = Message {
        frame: Frame { title: "This form is no longer good".to_owned(), ..Frame::default() },
        heading: "This form is no longer good",
        text: "It was opened before you signed in or out, or another site sent it. Nothing was changed. Go back, load the page again and send it once more.",
        reference: None,
        href: urls::home(),
        action: "Go to the start",
    };
    show(StatusCode::FORBIDDEN, &page)
}

fn why(reason: Reason) -> Why {
    let (what, hint) = match reason.message.split_once("\nhint: ") {
        Some((what, hint)) => (what.to_owned(), Some(sentence(hint))),
        None => (reason.message, None),
    };
    let who = (!reason.who_may_allow.is_empty()).then(|| reason.who_may_allow.join(" or "));
    let asks = reason.asks.iter().map(|ask| (urls::ask_for(&ask.school, &ask.pack, &ask.control), ask.title.clone()));
    Why { statement: reason.statement, what: sentence(&what), hint, who, asks: asks.collect() }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String =
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

fn busy() -> Response {
    let page = Message {
        frame: Frame { title: "Busy".to_owned(), ..Frame::default() },
        heading: "Many people are signing in at this moment",
        text: "Nothing was looked at and nothing counts against you. Try again in a minute.",
        reference: None,
        href: urls::sign_in(None),
        action: "Try again",
    };
    let mut response = show(StatusCode::SERVICE_UNAVAILABLE, &page);
    response.headers_mut().insert(axum::http::header::RETRY_AFTER, axum::http::HeaderValue::from_static("30"));
    response
}

fn failed(cause: &str) -> Response {
    let reference = crate::gate::reference();
    tracing::error!(%reference, %cause, "a page failed");
    let page = Message {
        frame: Frame { title: "Something went wrong".to_owned(), ..Frame::default() },
        heading: "Something went wrong on our side",
        text: "Nothing was changed. Try again; if it stays, IT can look for the reference in the log.",
        reference: Some(reference),
        href: urls::home(),
        action: "Go to the start",
    };
    show(StatusCode::INTERNAL_SERVER_ERROR, &page)
}

fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => status.into_response(),
    }
}
