//! When it does not work: the one place where errors become pages.

use crate::frame::Frame;
use crate::urls;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

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

/// Why a page could not be shown.
#[derive(Debug)]
pub enum Error {
    /// It does not exist, or it is not theirs to see: the same bytes.
    Missing,
    /// Our fault; logged with its reference.
    Failed(String),
}

impl From<schoolkeeper_app::Error> for Error {
    fn from(error: schoolkeeper_app::Error) -> Self {
        match error {
            schoolkeeper_app::Error::Missing | schoolkeeper_app::Error::NotAllowed(_) => Self::Missing,
            other => Self::Failed(chain(&other)),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        out.push_str(": ");
        out.push_str(&cause.to_string());
        source = cause.source();
    }
    out
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Missing => missing(),
            Self::Failed(cause) => failed(&cause),
        }
    }
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

fn show(status: StatusCode, page: &Message) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => status.into_response(),
    }
}
