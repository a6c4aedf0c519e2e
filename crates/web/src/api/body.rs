//! Bodies of requests, read within bounds, and what conditional requests say.

use super::BODY_BYTES_MAX;
use super::problem::{ASKED, MALFORMED, MEDIA, MISTAKES, Problem, STALE, TOO_LARGE};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use schoolkeeper_app::entry::Version;
use schoolkeeper_app::token::Bearer;
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let kind = media_type(&parts.headers);
        if !["application/json", "application/merge-patch+json"].contains(&kind.as_str()) {
            return Err(Problem::new(MEDIA, "the body is JSON\nhint: say so: Content-Type: application/json"));
        }
        let bytes = collect(body, BODY_BYTES_MAX).await?;
        // Once as any JSON, so that what is no JSON is told apart from what is another shape.
        let any: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::new(MALFORMED, &format!("the body is no JSON: {error}")))?;
        serde_json::from_value(any)
            .map(Self)
            .map_err(|error| Problem::new(MISTAKES, &format!("the body has another shape: {error}")))
    }
}

/// The token's bearer: the door has put it there.
pub struct Program(pub Bearer);

impl<S: Send + Sync> FromRequestParts<S> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let bearer = parts.extensions.get::<Bearer>().cloned();
        bearer.map(Self).ok_or_else(|| Problem::new(super::problem::UNKNOWN, "show a token"))
    }
}

/// The media type without its parameters.
pub fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A whole body of at most so many bytes.
pub async fn collect(body: Body, max: usize) -> Result<Bytes, Problem> {
    let too_large = |_| Problem::new(TOO_LARGE, &format!("a request may have {max} bytes"));
    axum::body::to_bytes(body, max).await.map_err(too_large)
}

/// The tag of a version.
pub fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version somebody looked at, which must be the one that is.
pub fn looked_at(headers: &HeaderMap, is: i64) -> Result<Version, Problem> {
    let Some(said) = headers.get(header::IF_MATCH) else {
        let says = "send the ETag you were given as If-Match\nhint: get the record first";
        return Err(Problem::new(ASKED, says));
    };
    if matches(said.to_str().unwrap_or_default(), &tag(is), false) { Ok(Version(is)) } else { Err(stale()) }
}

/// Somebody else was faster.
pub fn stale() -> Problem {
    Problem::new(STALE, "somebody else changed it since you looked; nothing was changed\nhint: get it again and look")
}

/// Whether one of the tags of a header is this one; with `weak`, weak ones too.
pub fn matches(said: &str, tag: &str, weak: bool) -> bool {
    let bare = |one: &str| one.trim().strip_prefix("W/").filter(|_| weak).unwrap_or(one.trim()).to_owned();
    said.trim() == "*" || said.split(',').any(|one| bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_tag_is_one_of_several_and_weak_ones_only_where_that_is_enough() {
        assert!(
            matches("\"7\"", "\"7\"", false) && matches("\"6\", \"7\"", "\"7\"", false) && matches("*", "\"7\"", false)
        );
        assert!(matches("W/\"7\"", "\"7\"", true) && !matches("W/\"7\"", "\"7\"", false));
        assert!(!matches("\"77\"", "\"7\"", true) && !matches("", "\"7\"", true) && !matches("7", "\"7\"", true));
    }
}
