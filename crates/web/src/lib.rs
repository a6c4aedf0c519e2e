//! Pages: routes, gate, templates. Knows use cases, never the store.
//!
//! Invariant: every page works without JavaScript and without inline script or style, and every route stands
//! in [`routes::ROUTES`] with the act it needs.

mod account;
mod agreement;
mod api;
mod assets;
mod attachment;
mod backup;
mod calendar;
mod case;
mod census;
mod demo;
mod dispatch;
mod door;
mod download;
mod duty;
mod edition;
mod emergency;
mod entry;
mod error;
mod feed;
mod form;
mod frame;
mod gate;
mod grant;
mod handover;
mod history;
mod import;
mod intake;
mod job;
mod keep;
mod link;
mod login;
mod mail;
mod manage;
mod menu;
mod mine;
mod naming;
mod new_year;
mod not_here;
mod notice;
mod own_field;
mod pack_form;
mod policy;
mod poster;
mod problem;
mod proof;
mod register;
mod report;
mod request;
mod role;
pub mod routes;
mod school;
mod section;
mod serve;
pub mod session;
mod set_up;
mod sign;
mod sign_in;
mod token;
mod training;
mod upload;
mod urls;
mod wanted;
mod watch;
mod webhook;

pub use routes::router;
pub use serve::{Caller, Certificates, Sockets, serve};

use schoolkeeper_app::House;
use std::sync::Arc;

/// What every handler is given.
#[derive(Clone)]
pub struct App {
    /// The house: use cases over the store.
    pub house: Arc<House>,
}

impl App {
    /// Whether browsers come by https: then cookies are bound to it.
    pub fn https(&self) -> bool {
        self.house.base_url().https()
    }
}
