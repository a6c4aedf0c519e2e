//! The door of every page: the first run, who is signed in, whether the act is theirs, and whether a form is ours.
//!
//! Invariant: nothing but [`OPEN`] is reached without passing here; whatever changes something came from a page of
//! this server in this browser; what the permission table does not reach answers as if it were not there.

use crate::error::{self, Error};
use crate::form::Posted;
use crate::routes::UPLOADS;
use crate::session::{CSRF, Cookie, Signed, Visit, with_cookie};
use crate::{App, sign_in, urls};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::{self, StreamExt};
use schoolkeeper_core::actor::Narrowing;

/// Reached by anybody at any time.
pub const OPEN: [&str; 10] = [
    "/static/{name}",
    "/health",
    "/ready",
    "/metrics",
    "/published/{school}/{pack}",
    "/published/{school}/{pack}/policy.pdf",
    "/published/{school}/{pack}/role/{role}",
    "/tell/{school}",
    "/tell/{school}/look",
    "/tell/{school}/{pack}/{control}",
];
/// Said after a rest.
const KEPT: &str = "You were away for a while. Your form is kept: sign in to go on with it.";
/// Said when a session's token came from another browser than it was given to.
const COPIED: &str = "You were signed out: your session was used from another browser. Sign in again, and tell whoever looks after Schoolkeeper if that was not you.";
/// Longest form.
pub const FORM_BYTES_MAX: usize = 64 * 1024;
/// A multipart form names its token within its first so many bytes.
const HEAD_BYTES: usize = 2048;

/// The door of one route.
#[derive(Clone)]
pub struct Door {
    /// The house behind it.
    pub app: App,
    /// Its path in the table.
    pub path: &'static str,
    /// The act it needs; `None` for anybody.
    pub act: Option<&'static str>,
}

/// Lets a request in, or answers it.
pub async fn enter(State(door): State<Door>, request: Request, next: Next) -> Response {
    match pass(&door, request).await {
        Ok((request, visit)) => finish(&door.app, &visit, next.run(request).await),
        Err(answer) => answer,
    }
}

async fn pass(door: &Door, request: Request) -> Result<(Request, Visit), Response> {
    let Door { app, path, act } = door;
    let visit = Visit::of(app, request.headers()).map_err(failed)?;
    if !path.starts_with("/set-up") && app.house.is_new().await.map_err(failed)? {
        return Err(Redirect::to(&urls::set_up()).into_response());
    }
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut request = match looks {
        true => request,
        false if UPLOADS.contains(path) && in_pieces(request.headers()) => {
            ours_with_files(app, &visit, request).await?
        }
        false => ours(app, &visit, request).await?,
    };
    let signed = if visit.fresh { None } else { app.house.signed_in(visit.token()).await.map_err(failed)? };
    let mut signed = signed.map(|signed| Signed::of(signed, visit.clone()));
    let browser = sign_in::browser(request.headers());
    // A session begun on the command line or by a test knows no browser.
    let other = |signed: &mut Signed| !signed.session.browser.is_empty() && signed.session.browser != browser;
    if let Some(copied) = signed.take_if(other) {
        app.house.end_misused(copied.session.id).await.map_err(failed)?;
        if act.is_some() {
            let told = Cookie::Told.set(app, &urls::escape(COPIED));
            return Err(with_cookie(to_page(&request, urls::sign_in), told));
        }
    }
    if let Some(signed) = &mut signed {
        let uses = app.house.emergencies(&signed.actor).await.map_err(failed)?;
        signed.alarms = uses.into_iter().map(|used| used.id).collect();
        signed.unprepared = app.house.unprepared(&signed.actor).await.map_err(failed)?;
        signed.stand_ins = app.house.stand_ins(&signed.actor).await.map_err(failed)?;
        signed.looks_as = app.house.looked_at_as(&signed.actor).await.map_err(failed)?;
    }
    if let Some(act) = act {
        let Some(signed) = &signed else { return Err(to_sign_in(app, &visit, request).await) };
        if signed.asked_for_notice() && !["/notice", "/sign-out"].contains(path) {
            return Err(to_page(&request, urls::notice));
        }
        if signed.outgrown && !["/account/password", "/notice", "/sign-out"].contains(path) {
            return Err(to_page(&request, |_| urls::new_password()));
        }
        if let Some(first) = signed.first.as_ref().filter(|_| !goes_first(path, act)) {
            return Err(Redirect::to(first).into_response());
        }
        if !signed.may_try(act) || signed.actor.scope(act, &Narrowing::default()).is_err() {
            return Err(error::missing());
        }
    }
    request.extensions_mut().insert(visit.clone());
    if let Some(signed) = signed {
        request.extensions_mut().insert(signed);
    }
    Ok((request, visit))
}

/// What stays open to somebody who has to sign before anything else: signing, a password, going, and reporting.
fn goes_first(path: &str, act: &str) -> bool {
    ["agreement.sign", "case.open"].contains(&act) || ["/account/password", "/notice", "/sign-out"].contains(&path)
}

fn failed(error: schoolkeeper_app::Error) -> Response {
    Error::from(error).into_response()
}

/// To the sign-in page, and from there back; a form that was sent too late is kept for its writer.
async fn to_sign_in(app: &App, visit: &Visit, request: Request) -> Response {
    let answer = to_page(&request, urls::sign_in);
    if in_pieces(request.headers()) {
        // Files are not kept.
        return answer;
    }
    let path = request.uri().path().to_owned();
    let Ok(posted) = Posted::from_request(request, &()).await else { return answer };
    match app.house.keep_draft(visit.token(), &path, posted.fields()).await {
        Ok(true) => with_cookie(answer, Cookie::Told.set(app, &urls::escape(KEPT))),
        Ok(false) => answer,
        Err(error) => failed(error),
    }
}

/// To a page, and from there back to where somebody wanted to go.
fn to_page(request: &Request, page: fn(Option<&str>) -> String) -> Response {
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    let next = Some(wanted).filter(|wanted| *wanted != "/").and_then(urls::local);
    Redirect::to(&page(next)).into_response()
}

/// The request, when it was sent by a page of this server in this browser.
async fn ours(app: &App, visit: &Visit, request: Request) -> Result<Request, Response> {
    if !from_here(app, request.headers()) {
        return Err(error::foreign());
    }
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, FORM_BYTES_MAX).await;
    let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let sent = if in_pieces(&parts.headers) { in_parts(&bytes) } else { in_form(&bytes) };
    if visit.fresh || !sent.is_some_and(|sent| visit.sent(&sent)) {
        return Err(error::foreign());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// A form as browsers send it when it may hold files.
pub(crate) fn in_pieces(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// The same for a form with files: only its head is held, the rest comes as the handler reads it.
async fn ours_with_files(app: &App, visit: &Visit, request: Request) -> Result<Request, Response> {
    if !from_here(app, request.headers()) {
        return Err(error::foreign());
    }
    let (parts, body) = request.into_parts();
    let (mut body, mut head) = (body.into_data_stream(), Vec::new());
    while head.len() < HEAD_BYTES
        && let Some(piece) = body.next().await
    {
        head.extend_from_slice(&piece.map_err(|_| StatusCode::BAD_REQUEST.into_response())?);
    }
    if visit.fresh || !in_parts(&head).is_some_and(|sent| visit.sent(&sent)) {
        return Err(error::foreign());
    }
    let whole = stream::once(std::future::ready(Ok(Bytes::from(head)))).chain(body);
    Ok(Request::from_parts(parts, Body::from_stream(whole)))
}

/// Browsers say where a form comes from. `Origin: null` is what they say under our own referrer policy.
pub(crate) fn from_here(app: &App, headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = said("sec-fetch-site");
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match said("origin") {
        None | Some("null") => true,
        Some(origin) => {
            let Some((scheme, host)) = origin.split_once("://") else { return false };
            let own = said("host").is_none_or(|own| own.eq_ignore_ascii_case(host));
            own && app.house.base_url().answers(host) && (scheme == "https" || !app.https() || is_local(host))
        }
    }
}

fn is_local(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| host == *local || host.starts_with(&format!("{local}:")))
}

fn in_form(bytes: &[u8]) -> Option<String> {
    let name = format!("{CSRF}=");
    let pair = bytes.split(|byte| *byte == b'&').find(|pair| pair.starts_with(name.as_bytes()))?;
    String::from_utf8(pair[name.len()..].to_vec()).ok().map(|sent| urls::unescape(&sent))
}

/// The first part of a form with files is the token.
fn in_parts(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
    let after = head.split_once(&format!("name=\"{CSRF}\""))?.1;
    let value = after.split_once("\r\n\r\n")?.1;
    Some(value.split("\r\n").next()?.to_owned())
}

/// A browser without a token is given one with its first page; a message is shown once.
fn finish(app: &App, visit: &Visit, mut response: Response) -> Response {
    let html =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if html && visit.fresh && !response.headers().contains_key(header::SET_COOKIE) {
        response = with_cookie(response, Cookie::Session.set(app, &visit.token().text()));
    }
    if html && visit.told.is_some() {
        response = with_cookie(response, Cookie::Told.set(app, ""));
    }
    response
}
