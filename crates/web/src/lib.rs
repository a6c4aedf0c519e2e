//! Pages: routes, gate, templates. Knows use cases, never the store.
//!
//! Invariant: every page works without JavaScript and without inline script or style, and every route stands
//! in [`routes::ROUTES`] with the act it needs.

mod assets;
mod error;
mod frame;
mod gate;
mod policy;
mod problem;
pub mod routes;
mod school;
mod urls;

pub use routes::router;

use axum::Router;
use schoolkeeper_app::House;
use std::future::Future;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What every handler is given.
#[derive(Clone)]
pub struct App {
    /// The house: use cases over the store.
    pub house: Arc<House>,
}

/// Serves the pages until `stop` ends; requests under way are finished.
pub async fn serve(
    listener: TcpListener,
    pages: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, pages).with_graceful_shutdown(stop).await
}
