//! Routes of the life of a policy: review, approval, versions, the public page, and writing one.

use super::{EDITION_FILE, Route};
use crate::{edition, policy};
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

const WRITE: &str = "policy.write";
/// Longest text of one file with its form.
const TEXT_BYTES_MAX: usize = 2_100_000;

/// Everything that happens to a policy itself.
pub const ROUTES: &[Route] = &[
    Route { path: "/school/{school}/policy/{pack}/life", act: Some("policy.see"), handler: || get(policy::life) },
    Route {
        path: "/school/{school}/policy/{pack}/change/ask",
        act: Some("policy.propose"),
        handler: || post(policy::send_for_approval),
    },
    Route {
        path: "/school/{school}/proposal/{proposal}",
        act: Some("policy.approve"),
        handler: || get(policy::proposed).post(policy::answer_proposed),
    },
    Route { path: "/school/{school}/policy/{pack}/changed", act: Some("policy.see"), handler: || get(policy::changed) },
    Route {
        path: "/school/{school}/policy/{pack}/approve",
        act: Some("policy.publish"),
        handler: || get(policy::ask_approval).post(policy::approve),
    },
    Route {
        path: "/school/{school}/policy/{pack}/publish",
        act: Some("policy.publish"),
        handler: || get(policy::ask_publish).post(policy::publish),
    },
    Route { path: "/published/{school}/{pack}", act: None, handler: || get(policy::public) },
    Route { path: "/published/{school}/{pack}/policy.pdf", act: None, handler: || get(policy::public_pdf) },
    Route { path: "/published/{school}/{pack}/role/{role}", act: None, handler: || get(policy::public_role) },
    Route { path: edition::LIST, act: Some(WRITE), handler: || get(edition::list) },
    Route {
        path: "/school/{school}/editions/new",
        act: Some(WRITE),
        handler: || get(edition::ask).post(edition::begin),
    },
    Route {
        path: "/school/{school}/edition/{edition}",
        act: Some(WRITE),
        handler: || get(edition::page).post(edition::act),
    },
    Route {
        path: "/school/{school}/edition/{edition}/add/{kind}",
        act: Some(WRITE),
        handler: || get(edition::new_table).post(edition::add),
    },
    Route {
        path: "/school/{school}/edition/{edition}/table/{kind}/{*table}",
        act: Some(WRITE),
        handler: || get(edition::edit_table).post(edition::keep_table),
    },
    Route {
        path: EDITION_FILE,
        act: Some(WRITE),
        handler: || get(edition::edit_file).post(edition::keep_file).layer(DefaultBodyLimit::max(TEXT_BYTES_MAX)),
    },
];
