//! The one visible table of routes, with the act each needs.

use crate::{App, assets, error, gate, policy, problem, school};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// One route.
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// The act of [`schoolkeeper_core::act`] it needs; `None` for what anybody may fetch.
    pub act: Option<&'static str>,
    handler: fn() -> MethodRouter<App>,
}

/// Every route of the product.
pub const ROUTES: &[Route] = &[
    Route { path: "/", act: Some("policy.see"), handler: || get(school::list) },
    Route { path: "/school/{school}", act: Some("policy.see"), handler: || get(school::first_policy) },
    Route { path: "/school/{school}/policy/{pack}", act: Some("policy.see"), handler: || get(policy::overview) },
    Route {
        path: "/school/{school}/policy/{pack}/section/{section}",
        act: Some("policy.see"),
        handler: || get(policy::section),
    },
    Route {
        path: "/school/{school}/policy/{pack}/statement/{*clause}",
        act: Some("policy.see"),
        handler: || get(policy::statement),
    },
    Route { path: "/school/{school}/policy/{pack}/to-fix", act: Some("finding.see"), handler: || get(problem::list) },
    Route {
        path: "/school/{school}/policy/{pack}/to-fix.csv",
        act: Some("finding.see"),
        handler: || get(problem::export),
    },
    Route {
        path: "/school/{school}/policy/{pack}/cause/{control}",
        act: Some("finding.see"),
        handler: || get(problem::cause),
    },
    Route { path: "/static/{name}", act: None, handler: || get(assets::file) },
    Route { path: "/health", act: None, handler: || get(|| async { "ok\n" }) },
];

/// Everything behind the gate.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, (route.handler)());
    }
    router
        .fallback(|| async { error::missing() })
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(20)))
        .layer(RequestBodyLimitLayer::new(64 * 1024))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), gate::known_host))
        .layer(from_fn_with_state(app.clone(), gate::headers))
        .with_state(app)
}
