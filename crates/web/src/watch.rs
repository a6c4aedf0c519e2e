//! What operators see from outside: a line and a count for each request, figures, whether we live and can work.
//!
//! Invariant: a route is named by its template and a request by a number of ours, so nothing of anybody gets in.

use crate::gate::reference;
use crate::{App, Caller, error::Error, routes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;
use subtle::ConstantTimeEq;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FIGURES: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Logs and counts an answer.
pub async fn watch(State(app): State<App>, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let (id, began) = (reference(), Instant::now());
    let mut response = next.run(request).await;
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    let route = routes::ROUTES.iter().find(|route| route.path == path).map_or("none", |route| route.path);
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    tracing::info!(request = id, route, status, ms, "answered");
    app.house.figures().answered(route, status);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// GET /ready
pub async fn ready(State(app): State<App>) -> Response {
    let (status, text) = match app.house.readiness().await {
        Err(error) => {
            tracing::error!(error = error.chain(), "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Ok(ready) if !ready.schema => (StatusCode::SERVICE_UNAVAILABLE, "the tables are of another version\n"),
        Ok(ready) if !ready.works => (StatusCode::SERVICE_UNAVAILABLE, "no process works\n"),
        Ok(_) => (StatusCode::OK, "ready\n"),
    };
    (status, text).into_response()
}

/// GET /metrics: with the token of the settings, or without one for this machine only.
pub async fn figures(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Error> {
    let allowed = match &app.house.settings().metrics_token {
        Some(token) => bearer(&headers).is_some_and(|sent| bool::from(sent.as_bytes().ct_eq(token.as_bytes()))),
        None => caller.address.is_loopback(),
    };
    if !allowed {
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    }
    let text = app.house.figures_text().await?;
    Ok(([(header::CONTENT_TYPE, FIGURES)], text).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
