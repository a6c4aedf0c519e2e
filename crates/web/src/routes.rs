//! The router made of the one visible table of routes.

mod doing;
mod life;
mod table;

use crate::door::{self, Door, FORM_BYTES_MAX, OPEN};
use crate::{App, api, demo, error, gate, watch};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Where lists are handed in.
const HAND_IN: &str = "/school/{school}/records/{register}/import";
/// Where a school's dates, and a list of bank holidays, are handed in.
const DATES: &str = "/school/{school}/calendar/change";
const BANK_HOLIDAYS: &str = "/school/{school}/calendar/bank-holidays";
/// Where files are put on records.
const ATTACH: &str = "/school/{school}/records/{register}/{entry}/attachment";
/// Where a task is done, with the files that show it.
const TASK: &str = "/school/{school}/task/{pack}/{control}/{due}/{of}";
/// Where a certificate of training is handed in.
const MY_TRAINING: &str = "/school/{school}/my-training";
/// Where a file of a policy is written.
const EDITION_FILE: &str = "/school/{school}/edition/{edition}/file/{*path}";
/// Where a scanned pile of signed slips is handed in.
const PILE: &str = "/school/{school}/agreement/{pack}/{control}/pile";
/// Routes that take files: their forms are read as they come, by handlers that set their own limits.
pub const UPLOADS: &[&str] = &[
    HAND_IN,
    DATES,
    BANK_HOLIDAYS,
    ATTACH,
    TASK,
    MY_TRAINING,
    PILE,
    EDITION_FILE,
    crate::case::CASE_STEP,
    crate::case::REPORT_ON,
    crate::request::ASK_FOR,
];
/// Longest form with files.
const UPLOAD_BYTES_MAX: usize = 51 << 20;
/// Longest form with dates.
const DATES_BYTES_MAX: usize = 1 << 20;
/// Longest time a form with files may take.
const UPLOAD_TIME_MAX: Duration = Duration::from_mins(10);
const TIME_MAX: Duration = Duration::from_secs(20);

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// The act of [`schoolkeeper_core::act`] it needs; `None` for what anybody may fetch.
    pub act: Option<&'static str>,
    handler: fn() -> MethodRouter<App>,
}

const PARTS: [&[Route]; 3] = [table::ROUTES, doing::ROUTES, life::ROUTES];
const COUNT: usize = PARTS[0].len() + PARTS[1].len() + PARTS[2].len();

/// Every route of the product.
pub const ROUTES: &[Route] = &{
    let (mut all, mut at, mut part) = ([PARTS[0][0]; COUNT], 0, 0);
    while part < PARTS.len() {
        let mut one = 0;
        while one < PARTS[part].len() {
            all[at] = PARTS[part][one];
            (at, one) = (at + 1, one + 1);
        }
        part += 1;
    }
    all
};

/// Routes of a demo. Anywhere else they do not exist: the router is made without them.
pub const DEMO_ROUTES: &[Route] =
    &[Route { path: "/demo", act: None, handler: || get(demo::page).post(demo::look_as) }];

/// Everything behind the gate.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    let demo = if app.house.is_demo() { DEMO_ROUTES } else { &[] };
    for route in ROUTES.iter().chain(demo) {
        let door = Door { app: app.clone(), path: route.path, act: route.act };
        let mut handler = (route.handler)();
        if !OPEN.contains(&route.path) {
            handler = handler.layer(from_fn_with_state(door, door::enter));
        }
        let takes_files = UPLOADS.contains(&route.path);
        let time = if takes_files { UPLOAD_TIME_MAX } else { TIME_MAX };
        handler = handler.layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time));
        if !takes_files {
            handler = handler.layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX));
        }
        router = router.route(route.path, handler);
    }
    let nowhere = Door { app: app.clone(), path: "", act: None };
    let missing: MethodRouter<App> = get(|| async { error::missing() }).layer(from_fn_with_state(nowhere, door::enter));
    let missing: MethodRouter<App> =
        missing.layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_MAX));
    let missing: MethodRouter<App> = missing.layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX));
    router
        .merge(api::router(&app))
        .fallback_service(missing.with_state(app.clone()))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), gate::known_host))
        .layer(from_fn_with_state(app.clone(), gate::headers))
        .layer(from_fn_with_state(app.clone(), watch::watch))
        .with_state(app)
}
