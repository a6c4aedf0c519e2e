//! The door of every operation: the token, how much it asks, whether it was given this, requests that come again, and
//! answers that are known already.
//!
//! Invariant: no cookie is looked at, so no page of another site acts here; the text of a token is in no log, no
//! address and no answer; a request with a key that was answered is never carried out again.

use super::body::{collect, matches};
use super::problem::{FORBIDDEN, MALFORMED, METHOD, OTHER_BODY, Problem, TOO_MANY, UNDER_WAY, UNKNOWN};
use super::{BODY_BYTES_MAX, LIST_BYTES_MAX, operation, rate};
use crate::App;
use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use schoolkeeper_app::token::{Answered, Bearer, digest};
use serde::{Deserialize, Serialize};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key.
const KEY_MAX: usize = 100;
/// Longest answer that is kept for a request that comes again; ours hold ids.
const KEPT_MAX: usize = 4096;
/// Longest answer that is given a tag.
const TAGGED_MAX: usize = 16 << 20;

/// An answer that is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    location: Option<String>,
    tag: Option<String>,
    body: String,
}

/// Lets a request in, or answers it.
pub(super) async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = match pass(&app, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = response.headers().get(header::ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
        let problem = Problem::new(METHOD, &format!("{path} takes {allow}"));
        response = problem.header(header::ALLOW, allow.to_owned()).into_response();
    }
    let said = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json");
    if response.status().is_client_error() && !said {
        // An address that is no text, say: turned away before any handler.
        return Problem::new(MALFORMED, "the address or its parts cannot be read").into_response();
    }
    response
}

async fn pass(app: &App, mut request: Request, next: Next) -> Result<Response, Problem> {
    let bearer = bearer(app, request.headers()).await?;
    rate::take(bearer.token.id, rate::PROGRAM).map_err(|wait| {
        let seconds = wait.as_secs() + 1;
        let says = format!("the token asked too much at once\nhint: wait {seconds} seconds");
        Problem::new(TOO_MANY, &says).header(header::RETRY_AFTER, seconds.to_string())
    })?;
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    if let Some(operation) = operation(&matched, request.method().as_str()) {
        // The register stands at the same place in every path that has one.
        let register = operation.path.split('/').position(|part| part == "{register}");
        let register = register.and_then(|at| request.uri().path().strip_prefix(super::ROOT)?.split('/').nth(at));
        if !bearer.may(operation.need, register) {
            return Err(not_given(operation.need, register));
        }
    }
    let token = bearer.token.id;
    request.extensions_mut().insert(bearer);
    let conditional = request.headers().get(header::IF_NONE_MATCH).cloned();
    let looks = *request.method() == Method::GET;
    let response = match request.headers().get(KEY).cloned() {
        Some(key) if *request.method() == Method::POST => once(app, (token, &key), request, next).await?,
        _ => next.run(request).await,
    };
    if looks && response.status() == StatusCode::OK {
        tagged(response, conditional.as_ref()).await
    } else {
        Ok(response)
    }
}

/// Not given to the token; a register nobody knows answers the same, so that nothing is told by it.
fn not_given(need: schoolkeeper_app::token::Need, register: Option<&str>) -> Problem {
    use schoolkeeper_app::token::{Need, group_of};
    let what = match (need, register.and_then(group_of)) {
        (Need::Standing, _) => "to read where a school stands".to_owned(),
        (Need::Problems, _) => "to read problems".to_owned(),
        (_, None) => return super::problem::missing(),
        (Need::Write, Some(group)) => format!("to change records of the group `{group}`"),
        (_, Some(group)) => format!("to read records of the group `{group}`"),
    };
    let says = format!("the token was not given {what}\nhint: whoever made it can make another that is");
    Problem::new(FORBIDDEN, &says)
}

async fn bearer(app: &App, headers: &HeaderMap) -> Result<Bearer, Problem> {
    let unknown = |says: &str| {
        Problem::new(UNKNOWN, says).header(header::WWW_AUTHENTICATE, "Bearer realm=\"Schoolkeeper\"".to_owned())
    };
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, text) = said.split_once(' ').unwrap_or((said, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || text.trim().is_empty() {
        return Err(unknown(
            "show a token: Authorization: Bearer sk_…\nhint: a leader or administrator makes one under Manage",
        ));
    }
    let bearer = app.house.bearer(text.trim()).await?;
    bearer.ok_or_else(|| {
        unknown("the token has ended, was ended, or was copied wrongly\nhint: ask whoever made it, or make another")
    })
}

/// Carries a request out unless one with its key was.
async fn once(
    app: &App,
    (token, key): (uuid::Uuid, &HeaderValue),
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = key.to_str().unwrap_or_default().to_owned();
    if key.is_empty() || key.len() > KEY_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let says = format!("Idempotency-Key has 1 to {KEY_MAX} letters, digits and signs, without blanks");
        return Err(Problem::new(MALFORMED, &says));
    }
    let (parts, body) = request.into_parts();
    let max = if parts.uri.path().contains("/imports/") { LIST_BYTES_MAX } else { BODY_BYTES_MAX };
    let body = collect(body, max).await?;
    let address = parts.uri.path_and_query().map_or("", |whole| whole.as_str());
    let asked = digest(&[address.as_bytes(), &body]);
    if let Some(known) = app.house.begin_repeat(token, &key, &asked).await? {
        return answered(&known, &asked);
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !response.status().is_success() {
        app.house.end_repeat(token, &key, None).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = collect(body, KEPT_MAX).await?;
    let said = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let kept = Kept {
        location: said(header::LOCATION),
        tag: said(header::ETAG),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let text = serde_json::to_string(&kept).unwrap_or_default();
    app.house.end_repeat(token, &key, Some((parts.status.as_u16(), &text))).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// The answer that was given before.
fn answered(known: &Answered, asked: &str) -> Result<Response, Problem> {
    if known.request != asked {
        let says = "the key belongs to another request\nhint: use a fresh key for each request";
        return Err(Problem::new(OTHER_BODY, says));
    }
    let Some((status, text)) = &known.answer else {
        let says = "it has not ended yet, or nobody knows how it ended\nhint: wait; then look whether it is there before you ask again with another key";
        return Err(Problem::new(UNDER_WAY, says).header(header::RETRY_AFTER, "5".to_owned()));
    };
    let kept: Kept = serde_json::from_str(text).unwrap_or(Kept { location: None, tag: None, body: String::new() });
    let mut response = kept.body.into_response();
    *response.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, value) in [(header::LOCATION, kept.location), (header::ETAG, kept.tag)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// Gives an answer its tag, and says *not modified* to who has it already.
async fn tagged(response: Response, conditional: Option<&HeaderValue>) -> Result<Response, Problem> {
    let (mut parts, body) = response.into_parts();
    let body: Bytes = collect(body, TAGGED_MAX).await?;
    let own = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let tag = own.unwrap_or_else(|| format!("W/\"{}\"", &digest(&[&body])[..32]));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let known = conditional.and_then(|said| said.to_str().ok()).is_some_and(|said| matches(said, &tag, true));
    if known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        return Ok(Response::from_parts(parts, Body::empty()));
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}
