//! Static files inside the binary, with an ETag.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "built/"]
struct Built;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Fixed;

/// GET /static/{name}
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Built::get(&name).or_else(|| Fixed::get(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let hash = file.metadata.sha256_hash();
    let tag = format!("\"{:x}\"", u128::from_be_bytes(std::array::from_fn(|at| hash[at])));
    let caching = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "public, max-age=3600".to_owned())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, file.metadata.mimetype().to_owned())], file.data).into_response()
}
