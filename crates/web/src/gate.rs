//! The gate before every page: own names only, security headers, limits, a reference for errors.
//!
//! Invariant: no answer leaves without the security headers, and no request with a foreign `Host` gets in
//! (a page of another site must not reach this server through its name).

use crate::App;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::atomic::{AtomicU64, Ordering};

/// Sent with every answer.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// A year of https only, once a browser has been here by it.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds the security headers.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.house.base_url().https() {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    for (name, value) in HEADERS {
        // A file that is handed out says itself, more strictly, what may be done with it.
        if name == header::CONTENT_SECURITY_POLICY && response.headers().contains_key(&name) {
            continue;
        }
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Answers only requests that name this server: its `base_url`, or this machine.
pub async fn known_host(State(app): State<App>, request: Request, next: Next) -> Response {
    // HTTP/2 says it in the address instead.
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| request.uri().authority().map(Authority::as_str)).unwrap_or_default();
    if app.house.base_url().answers(host) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    }
}

static FAILURES: AtomicU64 = AtomicU64::new(1);

/// A short reference that stands in the log and on the page.
pub fn reference() -> String {
    format!("{:x}-{}", std::process::id(), FAILURES.fetch_add(1, Ordering::Relaxed))
}
