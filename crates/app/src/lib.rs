//! Use cases: what people do with Schoolkeeper, over the store and the pure engines.
//!
//! Invariant: every function that reads or writes records asks the permission table for a `Scope` first; `now` is
//! an argument, and only [`House::now`] asks the clock.

pub mod act;
pub mod agreement;
mod allowed;
pub mod apart;
pub mod appointment;
mod asking;
pub mod attachment;
pub mod authority;
pub mod backup;
pub mod base_url;
pub mod blob;
pub mod bring_in;
pub mod brought;
pub mod calendar;
pub mod census;
pub mod certificate;
pub mod change;
pub mod compare;
pub mod conflict;
pub mod dates;
pub mod demo;
pub mod doctor;
pub mod duty;
pub mod edition;
pub mod entry;
pub mod evaluate;
pub mod event;
pub mod export;
pub mod figures;
pub mod folder;
pub mod grant;
pub mod house;
pub mod import;
pub mod intake;
pub mod job;
pub mod keep;
pub mod key;
pub mod ledger;
pub mod life;
pub mod mail;
pub mod mine;
pub mod not_here;
pub mod number;
pub mod outcome;
pub mod owner;
pub mod pack_form;
pub mod policy;
pub mod policy_page;
pub mod register;
pub mod remark;
mod remind;
pub mod request;
pub mod role;
pub mod section;
pub mod settings;
pub mod shipped;
mod sight;
pub mod sign_in;
pub mod token;
pub mod upgrade;
pub mod vacancy;
pub mod version;
pub mod view;
pub mod webhook;
pub mod why;
pub mod words;

mod confirm;
mod error;
mod guard;
#[cfg(test)]
mod live;
mod pages;
mod probe;
mod school;
mod snapshot;
mod standpoint;

pub use error::Error;
pub use house::House;
pub use school::{Across, SchoolLine};
pub use schoolkeeper_store::School;
pub use standpoint::{Change, ProblemsAsked, Standpoint};
