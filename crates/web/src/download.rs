//! A file the browser saves instead of showing.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A table as a file; `stem` is its name without the `.csv`.
pub(crate) fn csv(stem: &str, table: impl Into<Body>) -> Response {
    file(&format!("{stem}.csv"), "text/csv; charset=utf-8", table)
}

/// A file of this name and media type. Letters a header may not hold become `_`.
pub(crate) fn file(name: &str, media_type: &'static str, content: impl Into<Body>) -> Response {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    let headers =
        [(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    (headers, content.into()).into_response()
}
