//! Who is at the browser: cookies, the session behind them, the token in every form, one message after a redirect.
//!
//! Invariant: a handler gets [`Signed`] only from the gate, which has asked the store; a token in a form follows from
//! the browser's cookie and looks different on every page.

use crate::App;
use crate::error::Error;
use crate::form::Posted;
use crate::urls;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::sign_in::secret::Secret;
use schoolkeeper_app::sign_in::{LINK_ACTS, NewSession, Session, SignedIn, Way};
use schoolkeeper_app::{House, words};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::LoginId;
use uuid::Uuid;

/// The name of the hidden field in every form.
pub const CSRF: &str = "csrf";
/// What a form's token is derived for.
const FORM: &str = "form";
/// Longest message after a redirect, in characters.
const TOLD_MAX: usize = 300;
const YEAR_SECONDS: u32 = 365 * 86_400;
const TOLD_SECONDS: u32 = 60;

/// The cookies we set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token, or that of a visit without one.
    Session,
    /// The browser's mark: one who signed in here before is not held up by what others try.
    Device,
    /// A message for the next page.
    Told,
}

impl Cookie {
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-schoolkeeper",
            (Self::Session, false) => "schoolkeeper",
            (Self::Device, true) => "__Host-schoolkeeper-device",
            (Self::Device, false) => "schoolkeeper-device",
            (Self::Told, true) => "__Host-schoolkeeper-told",
            (Self::Told, false) => "schoolkeeper-told",
        }
    }

    /// Reads it from a request.
    pub fn read(self, app: &App, headers: &HeaderMap) -> Option<String> {
        let name = self.name(app.https());
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }

    /// Reads a secret from a request.
    pub fn secret(self, app: &App, headers: &HeaderMap) -> Option<Secret> {
        Secret::read(&self.read(app, headers)?)
    }

    /// The header that sets it; an empty value takes it away.
    pub fn set(self, app: &App, value: &str) -> HeaderValue {
        let secure = if app.https() { "; Secure" } else { "" };
        let age = match self {
            _ if value.is_empty() => "; Max-Age=0".to_owned(),
            Self::Session => String::new(),
            Self::Device => format!("; Max-Age={YEAR_SECONDS}"),
            Self::Told => format!("; Max-Age={TOLD_SECONDS}"),
        };
        let name = self.name(app.https());
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }
}

/// A browser, signed in or not.
#[derive(Clone, Debug)]
pub struct Visit {
    token: Secret,
    /// It held no token yet.
    pub fresh: bool,
    /// A message from the page before.
    pub told: Option<String>,
}

impl Visit {
    /// Of a request; a browser without a token gets one.
    pub fn of(app: &App, headers: &HeaderMap) -> Result<Self, schoolkeeper_app::Error> {
        let held = Cookie::Session.secret(app, headers);
        let fresh = held.is_none();
        let token = held.map_or_else(House::secret, Ok)?;
        let told = Cookie::Told.read(app, headers).map(|text| urls::unescape(&text)).filter(|text| !text.is_empty());
        Ok(Self { token, fresh, told })
    }

    /// The token of the browser's cookie.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The value of the hidden field [`CSRF`] on one page.
    pub fn csrf(&self) -> String {
        House::secret().map_or_else(|_| String::new(), |mask| self.token.derive(FORM).masked(&mask))
    }

    /// Whether a form came from one of this browser's pages.
    pub fn sent(&self, csrf: &str) -> bool {
        self.token.derive(FORM).unmasks(csrf)
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who, where, with which roles.
    pub actor: Actor,
    /// Their login; `None` for the emergency account.
    pub login: Option<LoginId>,
    /// The session and what is known of it.
    pub session: Session,
    /// The browser.
    pub visit: Visit,
    /// Uses of the emergency account that wait for a review.
    pub alarms: Vec<Uuid>,
    /// Their password is older than a policy lets it be: they choose another before anything else.
    pub outgrown: bool,
    /// Path of what they sign before anything else.
    pub first: Option<String>,
    /// What is to be done before real records come in.
    pub unprepared: Option<&'static str>,
    /// For whom they stand in today, one sentence each.
    pub stand_ins: Vec<String>,
    /// In a demo: as whom it is looked at.
    pub looks_as: Option<String>,
}

/// What was typed into this form before the session ended; empty when nothing was kept.
#[derive(Clone, Debug, Default)]
pub struct Draft(pub Posted);

impl Signed {
    /// From what the house says of the browser's token.
    pub fn of(signed: SignedIn, visit: Visit) -> Self {
        let SignedIn { actor, session, outgrown, first } = signed;
        let (alarms, unprepared, stand_ins) = (Vec::new(), None, Vec::new());
        let looks_as = None;
        Self { actor, login: session.login, session, outgrown, first, visit, alarms, unprepared, stand_ins, looks_as }
    }

    /// The value of the hidden field [`CSRF`] on one page.
    pub fn csrf(&self) -> String {
        self.visit.csrf()
    }

    /// Whether the notice as it reads now is still to be agreed to.
    pub fn asked_for_notice(&self) -> bool {
        self.session.way == Way::Password && self.session.notice.as_deref() != Some(&*words::notice().version)
    }

    /// Whether the session may do an act at all: one that came by a link only does what is theirs.
    pub fn may_try(&self, act: &str) -> bool {
        self.session.way != Way::Link || LINK_ACTS.contains(&act)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // The gate answers before a handler without it.
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Signed {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl FromRequestParts<App> for Draft {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Some(login) = parts.extensions.get::<Signed>().and_then(|signed| signed.login) else {
            return Ok(Self::default());
        };
        let kept = app.house.take_draft(login, parts.uri.path()).await?;
        Ok(kept.map(|fields| Self(Posted::new(fields))).unwrap_or_default())
    }
}

/// To another page, with one message in its notification banner.
pub fn told(app: &App, to: &str, words: &str) -> Response {
    let value = urls::escape(&words.chars().take(TOLD_MAX).collect::<String>());
    with_cookie(Redirect::to(to).into_response(), Cookie::Told.set(app, &value))
}

/// To a page, holding a session that has just begun.
pub fn enter(app: &App, new: &NewSession, to: &str) -> Response {
    let response = with_cookie(Redirect::to(to).into_response(), Cookie::Session.set(app, &new.token.text()));
    match &new.device {
        Some(device) => with_cookie(response, Cookie::Device.set(app, &device.text())),
        None => response,
    }
}

/// To a page, holding no session any more.
pub fn leave(app: &App, to: &str) -> Response {
    with_cookie(Redirect::to(to).into_response(), Cookie::Session.set(app, ""))
}

/// Adds a cookie to an answer.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
