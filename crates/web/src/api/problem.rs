//! When it does not work: the one place where errors become RFC 9457 problems, in the words of the pages.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schoolkeeper_app::Error as AppError;
use schoolkeeper_app::authority::Denial;
use serde::Serialize;

const JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// One thing to be mended.
#[derive(Clone, Debug, Serialize)]
pub struct Mistake {
    /// Where in the body, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Which part of the address or which header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong.
    pub detail: String,
}

/// A kind of problem: the end of its address, status, title. The page of the interface explains each.
pub type Kind = (&'static str, StatusCode, &'static str);

/// Every kind.
pub const KINDS: &[Kind] = &[
    UNKNOWN, FORBIDDEN, REFUSED, MISSING, METHOD, MALFORMED, MEDIA, TOO_LARGE, MISTAKES, SAME, STALE, ASKED, UNDER_WAY,
    OTHER_BODY, TOO_MANY, BUSY, FAILED,
];
/// No live token.
pub const UNKNOWN: Kind = ("no-token", StatusCode::UNAUTHORIZED, "No live token was shown");
/// The token was not given this.
pub const FORBIDDEN: Kind = ("not-given", StatusCode::FORBIDDEN, "The token was not given this");
/// A policy refuses it.
pub const REFUSED: Kind = ("refused", StatusCode::FORBIDDEN, "This cannot be done yet");
/// It is not there, or not theirs: the same bytes.
pub const MISSING: Kind = ("missing", StatusCode::NOT_FOUND, "There is no such thing here");
/// No such method.
pub const METHOD: Kind = ("method", StatusCode::METHOD_NOT_ALLOWED, "This address does not take that method");
/// The request cannot be read.
pub const MALFORMED: Kind = ("malformed", StatusCode::BAD_REQUEST, "The request cannot be read");
/// Another kind of body.
pub const MEDIA: Kind = ("media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "This kind of body is not taken here");
/// Too much.
pub const TOO_LARGE: Kind = ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "The request is too large");
/// Something is to be mended.
pub const MISTAKES: Kind = ("mistakes", StatusCode::UNPROCESSABLE_ENTITY, "Something is to be mended");
/// It seems to be there already.
pub const SAME: Kind = ("same", StatusCode::CONFLICT, "This seems to be on record already");
/// Somebody else changed it.
pub const STALE: Kind = ("stale", StatusCode::PRECONDITION_FAILED, "It was changed since you looked");
/// `If-Match` is missing.
pub const ASKED: Kind = ("if-match", StatusCode::PRECONDITION_REQUIRED, "Say which version you looked at");
/// The same key is under way.
pub const UNDER_WAY: Kind = ("under-way", StatusCode::CONFLICT, "A request with this key is under way");
/// The same key came with another request.
pub const OTHER_BODY: Kind =
    ("other-request", StatusCode::UNPROCESSABLE_ENTITY, "This key came with another request before");
/// Too many requests.
pub const TOO_MANY: Kind = ("too-many", StatusCode::TOO_MANY_REQUESTS, "Too many requests");
/// Come again.
pub const BUSY: Kind = ("busy", StatusCode::SERVICE_UNAVAILABLE, "Busy; try again");
/// Our fault.
pub const FAILED: Kind = ("failed", StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side");

/// An answer that is none.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Box<str>,
    hint: Option<Box<str>>,
    mistakes: Vec<Mistake>,
    more: Vec<(HeaderName, String)>,
}

#[derive(Serialize)]
struct Shown<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Mistake],
}

impl Problem {
    /// What happened; after `hint:` the next step.
    pub fn new(kind: Kind, says: &str) -> Self {
        let (detail, hint) = says.split_once("\nhint: ").map_or((says, None), |(what, hint)| (what, Some(hint)));
        Self {
            kind,
            detail: sentence(detail).into(),
            hint: hint.map(|hint| sentence(hint).into()),
            mistakes: Vec::new(),
            more: Vec::new(),
        }
    }

    /// Names what is to be mended.
    pub fn mistakes(mut self, mistakes: Vec<Mistake>) -> Self {
        self.mistakes = mistakes;
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: String) -> Self {
        self.more.push((name, value));
        self
    }

    /// Something of the body is to be mended.
    pub fn at(pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mistake = Mistake { pointer: Some(pointer.to_owned()), parameter: None, detail: sentence(&detail) };
        Self::new(MISTAKES, "nothing was changed").mistakes(vec![mistake])
    }

    /// Something of the address is to be mended.
    pub fn part(parameter: &str, detail: impl Into<String>) -> Self {
        let detail = sentence(&detail.into());
        let mistake = Mistake { pointer: None, parameter: Some(parameter.to_owned()), detail };
        Self::new(MALFORMED, "a part of the address cannot be meant").mistakes(vec![mistake])
    }
}

/// The answer for everything that is not there.
pub fn missing() -> Problem {
    Problem::new(MISSING, "it does not exist, or the token does not reach it")
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    crate::intake::sentences(text)
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Missing | AppError::NotAllowed(_) => missing(),
            AppError::Denied(denial) => denied(&denial),
            AppError::Busy => Self::new(BUSY, "many people are signing in\nhint: try again in a minute"),
            AppError::Refused(text) => Self::new(MISTAKES, &text),
            AppError::Import(error) => Self::new(MISTAKES, &error.to_string()),
            other => {
                let (reference, cause) = (crate::gate::reference(), other.chain());
                tracing::error!(%reference, %cause, "an operation failed");
                let says = format!("nothing was changed\nhint: try again; the reference in the log is {reference}");
                Self::new(FAILED, &says)
            }
        }
    }
}

fn denied(denial: &Denial) -> Problem {
    let reasons = denial.reasons.iter().map(|reason| Mistake {
        pointer: None,
        parameter: None,
        detail: reason.to_string().replace("\nhint: ", " "),
    });
    Problem::new(REFUSED, &format!("a program cannot {} yet; nothing was changed", denial.says))
        .mistakes(reasons.collect())
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (name, status, title) = self.kind;
        let shown = Shown {
            r#type: format!("/api#{name}"),
            title,
            status: status.as_u16(),
            detail: &self.detail,
            hint: self.hint.as_deref(),
            errors: &self.mistakes,
        };
        let body = serde_json::to_vec(&shown).unwrap_or_default();
        let mut response = (status, body).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        for (name, value) in self.more {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
