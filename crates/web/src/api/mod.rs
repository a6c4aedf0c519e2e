//! The programming interface: `/api/v1`, one visible table of operations, from which the routes, the OpenAPI document
//! and the page that lists it are made.
//!
//! Invariant: nothing of it is reached without a token ([`door`]); every operation asks the same use cases as the
//! pages, so what is refused there is refused here.

mod body;
mod document;
mod door;
mod import;
mod page;
mod problem;
pub(crate) mod rate;
mod record;
mod schema;
mod school;
mod standing;

pub use page::page;

use crate::App;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, any, delete, get, patch, post};
use schoolkeeper_app::token::Need;
use std::collections::BTreeMap;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// Where it begins.
pub const ROOT: &str = "/api/v1";
/// Longest body of a request, but for lists.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Longest list.
pub const LIST_BYTES_MAX: usize = 50 << 20;
const TIME_MAX: Duration = Duration::from_secs(20);
/// Longest time a list may take.
const LIST_TIME_MAX: Duration = Duration::from_mins(10);

/// One operation.
pub struct Operation {
    /// `GET`, `POST`, `PATCH`, `DELETE`.
    pub method: &'static str,
    /// Its path after [`ROOT`].
    pub path: &'static str,
    /// What a token must have been given for it.
    pub need: Need,
    /// Its name in the document.
    pub id: &'static str,
    /// What it does.
    pub says: &'static str,
    /// A list comes with it.
    pub takes_list: bool,
    handler: fn() -> MethodRouter<App>,
}

macro_rules! operation {
    ($method:ident $path:literal, $need:ident, $id:literal, $says:literal, $handler:path) => {
        operation!($method $path, $need, $id, $says, $handler, false)
    };
    ($method:ident $path:literal, $need:ident, $id:literal, $says:literal, $handler:path, $list:literal) => {
        Operation {
            method: operation!(@ $method),
            path: $path,
            need: Need::$need,
            id: $id,
            says: $says,
            takes_list: $list,
            handler: || $method($handler),
        }
    };
    (@ get) => { "GET" };
    (@ post) => { "POST" };
    (@ patch) => { "PATCH" };
    (@ delete) => { "DELETE" };
}

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    operation!(get "/openapi.json", Known, "openApi", "This interface as an OpenAPI document", document::show),
    operation!(get "/schools", Known, "listSchools", "The schools of the token", school::list),
    operation!(get "/schools/{school}/registers", Known, "listRegisters",
        "The kinds of record of a school that the token may read, each with its fields", school::registers),
    operation!(get "/schools/{school}/records/{register}", Read, "listRecords",
        "Records of one kind: searched, filtered, sorted, by page", record::list),
    operation!(post "/schools/{school}/records/{register}", Write, "createRecord", "Add a record", record::create),
    operation!(get "/schools/{school}/records/{register}/{record}", Read, "getRecord", "One record", record::show),
    operation!(patch "/schools/{school}/records/{register}/{record}", Write, "changeRecord",
        "Change a record: fields that are not mentioned stay", record::change),
    operation!(delete "/schools/{school}/records/{register}/{record}", Write, "removeRecord",
        "Take a record out of its list, with the reason; it is kept as long as its register says", record::remove),
    operation!(get "/schools/{school}/records/{register}/{record}/history", Read, "listHistory",
        "What happened to a record, newest first", record::history),
    operation!(get "/schools/{school}/records/{register}/{record}/moves", Read, "listMoves",
        "The states a record may go to from here", record::moves),
    operation!(post "/schools/{school}/records/{register}/{record}/moves", Write, "moveRecord",
        "Move a record to another state", record::make_move),
    operation!(post "/schools/{school}/imports/{register}", Write, "handInList",
        "Hand in a list as CSV or XLSX; nothing is saved before its look was confirmed", import::hand_in, true),
    operation!(get "/schools/{school}/imports/{register}/{list}", Write, "getList",
        "What saving a list would do", import::show),
    operation!(post "/schools/{school}/imports/{register}/{list}/save", Write, "saveList",
        "Save a list as its look showed it", import::save),
    operation!(delete "/schools/{school}/imports/{register}/{list}", Write, "giveUpList",
        "Give a list up; its file goes", import::give_up),
    operation!(get "/schools/{school}/standing", Standing, "listStanding",
        "Where each statement of a policy stands, how we know, and since when", standing::standing),
    operation!(get "/schools/{school}/problems", Problems, "listProblems", "Problems to fix", standing::problems),
];

/// Its routes.
pub fn router(app: &App) -> Router<App> {
    let mut by_path: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in OPERATIONS {
        by_path.entry(operation.path).or_default().push(operation);
    }
    let mut router = Router::new();
    for (path, operations) in by_path {
        let mut handler = MethodRouter::new();
        for operation in &operations {
            handler = handler.merge((operation.handler)());
        }
        let time = if operations.iter().any(|one| one.takes_list) { LIST_TIME_MAX } else { TIME_MAX };
        router = router.route(&format!("{ROOT}{path}"), guarded(app, handler, time));
    }
    let nowhere = any(|| async { problem::missing() });
    router.route(&format!("{ROOT}/{{*rest}}"), guarded(app, nowhere, TIME_MAX))
}

fn guarded(app: &App, handler: MethodRouter<App>, time: Duration) -> MethodRouter<App> {
    let handler: MethodRouter<App> = handler.layer(axum::middleware::from_fn_with_state(app.clone(), door::enter));
    handler.layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time))
}

/// The operation of a matched route and a method.
fn operation(matched: &str, method: &str) -> Option<&'static Operation> {
    let path = matched.strip_prefix(ROOT)?;
    let method = if method == "HEAD" { "GET" } else { method };
    OPERATIONS.iter().find(|one| one.path == path && one.method == method)
}
