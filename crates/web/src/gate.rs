//! The gate before every page: loopback names only, security headers, limits, a reference for errors.
//!
//! Invariant: no answer leaves without the security headers, and no request with a foreign `Host` gets in
//! (a page of another site must not reach this server through its name).

use axum::extract::Request;
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

/// Adds the security headers.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Answers only requests that name this machine.
pub async fn loopback_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_loopback(host) { next.run(request).await } else { StatusCode::MISDIRECTED_REQUEST.into_response() }
}

/// `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => return rest.starts_with("::1]"),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1"
}

static FAILURES: AtomicU64 = AtomicU64::new(1);

/// A short reference that stands in the log and on the page.
pub fn reference() -> String {
    format!("{:x}-{}", std::process::id(), FAILURES.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_get_in() {
        for host in ["localhost", "localhost:8087", "127.0.0.1:1", "[::1]:8087", "LOCALHOST"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "school.example", "127.0.0.1.school.example", "localhost.school.example:80", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
