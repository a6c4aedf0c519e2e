//! Every page as a browser gets it: statuses, headers, HTML, hostile text. The router is driven without a network.
#![expect(clippy::unwrap_used, reason = "tests")]

mod across;
mod administrator;
mod agreement;
mod agreement_all;
mod api;
mod ask;
mod asked;
mod attachment;
mod authority;
mod case;
mod change;
mod context;
mod copy;
mod demo;
mod dispatch;
mod door;
mod edition;
mod elsewhere;
mod entry;
mod follow;
mod handover;
mod history;
mod hostile;
mod html;
mod import;
mod job;
mod keep;
mod label;
mod later;
mod life;
mod loan;
mod mail;
mod messy;
mod naming;
mod notice;
mod own_field;
mod pile;
mod question;
mod reading;
mod register;
mod report;
mod role;
mod routes;
mod school;
mod sight;
mod signing;
mod stage;
mod start;
mod task;
mod training;
mod whose;
mod why;
#[path = "../../../app/tests/import/workbook.rs"]
#[expect(dead_code, reason = "the tests of the engine use the rest")]
mod workbook;
