//! Routes by which people do what policies ask of them: their own page, tasks, permissions, agreements, training,
//! incidents.

use super::{MY_TRAINING, PILE, Route, TASK, UPLOAD_BYTES_MAX};
use crate::{agreement, case, dispatch, duty, feed, grant, handover, mine, new_year, request, school, sign, training};
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// Pages of one agreement.
macro_rules! one {
    ($rest:literal) => {
        concat!("/school/{school}/agreement/{pack}/{control}", $rest)
    };
}

/// What somebody signed.
macro_rules! signed {
    ($rest:literal) => {
        concat!("/school/{school}/signed", $rest)
    };
}

/// Pages of training.
macro_rules! training {
    ($rest:literal) => {
        concat!("/school/{school}/training", $rest)
    };
}

const PUBLISH: &str = "agreement.publish";
const SENDING: &str = "dispatch.log";
const REPORT: &str = "case.open";
const SIGN: &str = "/school/{school}/sign/{pack}/{control}";
const KIOSK: &str = "/school/{school}/kiosk";

/// Everything somebody does by a policy.
pub const ROUTES: &[Route] = &[
    Route { path: "/ask", act: Some("request.ask"), handler: || get(request::home) },
    Route { path: "/school/{school}/ask", act: Some("request.ask"), handler: || get(request::ask) },
    Route {
        path: request::ASK_FOR,
        act: Some("request.ask"),
        handler: || get(request::begin).post(request::send).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: "/school/{school}/request/{request}",
        act: Some("request.answer"),
        handler: || get(request::page).post(request::act),
    },
    Route {
        path: "/school/{school}/request/{request}/file/{attachment}",
        act: Some("request.answer"),
        handler: || get(request::download),
    },
    Route {
        path: "/school/{school}/request/{request}/file/{attachment}/small",
        act: Some("request.answer"),
        handler: || get(request::small),
    },
    Route { path: "/school/{school}/requests", act: Some("finding.see"), handler: || get(request::list) },
    Route { path: "/school/{school}/requests.csv", act: Some("finding.see"), handler: || get(request::export) },
    Route {
        path: "/school/{school}/grant/{grant}",
        act: Some("request.answer"),
        handler: || get(grant::page).post(grant::end),
    },
    Route { path: "/school/{school}/grants", act: Some("finding.see"), handler: || get(grant::list) },
    Route { path: "/school/{school}/grants.csv", act: Some("finding.see"), handler: || get(grant::export) },
    Route { path: "/report", act: Some(REPORT), handler: || get(case::home) },
    Route { path: "/school/{school}/report", act: Some(REPORT), handler: || get(case::choose) },
    Route {
        path: case::REPORT_ON,
        act: Some(REPORT),
        handler: || get(case::begin).post(case::send).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    // Without signing in, where a policy allows it.
    Route { path: "/tell/{school}", act: None, handler: || get(case::tell_home) },
    Route { path: "/tell/{school}/look", act: None, handler: || post(case::tell_look) },
    Route { path: "/tell/{school}/{pack}/{control}", act: None, handler: || get(case::tell_form).post(case::tell) },
    // Whoever reported it sees what they are to know.
    Route { path: "/school/{school}/case/{case}", act: Some(REPORT), handler: || get(case::page) },
    Route { path: "/school/{school}/case/{case}/write", act: Some("case.act"), handler: || post(case::write) },
    Route {
        path: case::CASE_STEP,
        act: Some("case.step"),
        handler: || get(case::step_form).post(case::take_step).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: "/school/{school}/case/{case}/file/{attachment}",
        act: Some("case.see"),
        handler: || get(case::download),
    },
    Route {
        path: "/school/{school}/case/{case}/file/{attachment}/small",
        act: Some("case.see"),
        handler: || get(case::small),
    },
    Route { path: "/school/{school}/cases", act: Some("case.see"), handler: || get(case::list) },
    Route { path: "/school/{school}/cases.csv", act: Some("case.see"), handler: || get(case::export) },
    Route { path: "/school/{school}/cases/numbers", act: Some("finding.see"), handler: || get(case::numbers) },
    Route {
        path: "/school/{school}/cases/numbers.csv",
        act: Some("finding.see"),
        handler: || get(case::numbers_export),
    },
    Route { path: dispatch::SEND, act: Some(SENDING), handler: || get(dispatch::begin).post(dispatch::send) },
    Route { path: dispatch::SENT, act: Some(SENDING), handler: || get(dispatch::list) },
    Route { path: "/school/{school}/sent.csv", act: Some(SENDING), handler: || get(dispatch::export) },
    Route {
        path: "/school/{school}/sent/{dispatch}",
        act: Some(SENDING),
        handler: || get(dispatch::page).post(dispatch::arrived),
    },
    Route { path: "/school/{school}/to-fix", act: Some("finding.see"), handler: || get(school::first_problems) },
    Route { path: "/mine", act: Some("page.see"), handler: || get(mine::page) },
    Route { path: "/mine/calendar", act: Some("page.see"), handler: || get(feed::page).post(feed::make) },
    Route { path: "/mine/calendar/end", act: Some("page.see"), handler: || post(feed::end) },
    Route { path: "/feed/{token}", act: None, handler: || get(feed::fetch) },
    Route { path: "/mine.ics", act: Some("page.see"), handler: || get(mine::as_ics) },
    Route { path: "/school/{school}/tasks", act: Some("finding.see"), handler: || get(duty::list) },
    Route { path: "/school/{school}/tasks.csv", act: Some("finding.see"), handler: || get(duty::export) },
    Route { path: "/school/{school}/tasks/year", act: Some("finding.see"), handler: || get(duty::year) },
    Route {
        path: "/school/{school}/new-year",
        act: Some("calendar.set"),
        handler: || get(new_year::page).post(new_year::plan),
    },
    Route { path: "/school/{school}/tally", act: Some("duty.complete"), handler: || get(duty::dailies) },
    Route {
        path: "/school/{school}/tally/{pack}/{control}/card",
        act: Some("duty.complete"),
        handler: || get(duty::tally_card),
    },
    Route {
        path: "/school/{school}/tally/{pack}/{control}/days",
        act: Some("duty.complete"),
        handler: || post(duty::tally_say),
    },
    Route {
        path: "/school/{school}/tally/{pack}/{control}",
        act: Some("duty.complete"),
        handler: || get(duty::tally).post(duty::tick),
    },
    Route {
        path: TASK,
        act: Some("duty.complete"),
        handler: || get(duty::page).post(duty::complete).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: "/school/{school}/task/{pack}/{control}/{due}/{of}/countersign",
        act: Some("duty.countersign"),
        handler: || post(duty::countersign),
    },
    Route {
        path: "/school/{school}/task/{pack}/{control}/{due}/{of}/skip",
        act: Some("duty.skip"),
        handler: || post(duty::skip),
    },
    Route {
        path: "/school/{school}/task/{pack}/{control}/{due}/{of}/report",
        act: Some("duty.complete"),
        handler: || get(duty::report),
    },
    Route {
        path: "/school/{school}/task/{pack}/{control}/{due}/{of}/report.csv",
        act: Some("duty.complete"),
        handler: || get(duty::report_csv),
    },
    Route {
        path: "/school/{school}/task/{pack}/{control}/{due}/{of}/undo",
        act: Some("duty.complete"),
        handler: || post(duty::undo),
    },
    Route {
        path: "/school/{school}/notice/{task}",
        act: Some("notice.read"),
        handler: || get(duty::notice).post(duty::read_notice),
    },
    Route {
        path: "/school/{school}/notice/{task}/who.csv",
        act: Some("duty.complete"),
        handler: || get(duty::readers),
    },
    Route {
        path: "/school/{school}/handover",
        act: Some("role.assign"),
        handler: || get(handover::begin).post(handover::find),
    },
    Route {
        path: "/school/{school}/handover/all",
        act: Some("role.assign"),
        handler: || get(handover::begin).post(handover::hand_all),
    },
    Route {
        path: "/school/{school}/handover/{person}",
        act: Some("role.assign"),
        handler: || get(handover::page).post(handover::hand),
    },
    Route {
        path: "/school/{school}/handover/{person}/list.csv",
        act: Some("role.assign"),
        handler: || get(handover::export),
    },
    Route { path: agreement::LIST, act: Some("finding.see"), handler: || get(agreement::list) },
    Route {
        path: agreement::ANEW,
        act: Some(PUBLISH),
        handler: || get(agreement::ask_anew).post(agreement::publish_anew),
    },
    Route { path: one!(""), act: Some("finding.see"), handler: || get(agreement::roll) },
    Route { path: one!("/who.csv"), act: Some("finding.see"), handler: || get(agreement::export) },
    Route { path: one!("/poster"), act: Some("finding.see"), handler: || get(agreement::poster) },
    Route { path: one!("/text"), act: Some("finding.see"), handler: || get(agreement::text) },
    Route { path: one!("/compare"), act: Some("finding.see"), handler: || get(agreement::compare) },
    Route { path: one!("/words"), act: Some(PUBLISH), handler: || get(agreement::edit).post(agreement::keep) },
    Route { path: one!("/publish"), act: Some(PUBLISH), handler: || get(agreement::look).post(agreement::publish) },
    Route { path: one!("/ask-approval"), act: Some(PUBLISH), handler: || post(agreement::ask_approval) },
    Route {
        path: one!("/approve"),
        act: Some("agreement.approve"),
        handler: || get(agreement::approve).post(agreement::decide_approval),
    },
    Route { path: one!("/chase"), act: Some(PUBLISH), handler: || post(agreement::chase) },
    Route { path: one!("/paper"), act: Some(PUBLISH), handler: || get(agreement::paper).post(agreement::read_slips) },
    Route { path: one!("/slips"), act: Some(PUBLISH), handler: || post(agreement::slips) },
    Route {
        path: PILE,
        act: Some(PUBLISH),
        handler: || get(agreement::piles).post(agreement::hand_in_pile).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: one!("/pile/{pile}"),
        act: Some(PUBLISH),
        handler: || get(agreement::pile).post(agreement::put_right),
    },
    Route { path: one!("/pile/{pile}/page/{number}"), act: Some(PUBLISH), handler: || get(agreement::pile_page) },
    Route { path: KIOSK, act: Some(PUBLISH), handler: || get(sign::kiosk_begin).post(sign::kiosk_start) },
    Route { path: SIGN, act: Some("agreement.sign"), handler: || get(sign::page).post(sign::act) },
    Route {
        path: "/school/{school}/question/{pack}/{control}",
        act: Some("agreement.answer"),
        handler: || get(sign::later_page).post(sign::later_act),
    },
    Route {
        path: "/school/{school}/sign/{pack}/{control}/document/{document}/{attachment}",
        act: Some("agreement.sign"),
        handler: || get(sign::file),
    },
    Route { path: signed!(""), act: Some("agreement.sign"), handler: || get(sign::mine) },
    Route { path: signed!("/{signature}/copy"), act: Some("agreement.sign"), handler: || get(sign::copy) },
    Route { path: signed!("/{signature}/receipt"), act: Some("agreement.sign"), handler: || get(sign::receipt) },
    Route { path: training::LIST, act: Some("finding.see"), handler: || get(training::matrix) },
    Route { path: training!(".csv"), act: Some("finding.see"), handler: || get(training::export) },
    Route { path: training!("/chase"), act: Some("training.teach"), handler: || post(training::chase) },
    Route { path: training!("/person/{person}"), act: Some("finding.see"), handler: || get(training::person) },
    Route { path: training!("/courses"), act: Some("finding.see"), handler: || get(training::courses) },
    Route {
        path: training!("/course"),
        act: Some("training.teach"),
        handler: || get(training::course).post(training::save_course),
    },
    Route { path: training!("/trials"), act: Some("finding.see"), handler: || get(training::trials) },
    Route { path: training!("/trial/{day}"), act: Some("phishing-result.see"), handler: || get(training::trial) },
    Route {
        path: training!("/certificate/{certificate}"),
        act: Some("training.decide"),
        handler: || get(training::certificate).post(training::decide),
    },
    Route {
        path: MY_TRAINING,
        act: Some("training.hand-in"),
        handler: || get(training::mine).post(training::hand_in).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: "/school/{school}/learn/{course}",
        act: Some("training.learn"),
        handler: || get(training::lesson).post(training::learn),
    },
    Route { path: "/learn-by/{token}", act: None, handler: || get(training::by_link).post(training::by_link_act) },
    Route { path: "/kiosk", act: None, handler: || get(sign::kiosk_page).post(sign::kiosk_act) },
    Route { path: "/sign-by/{token}", act: None, handler: || get(sign::link_page).post(sign::link_act) },
    Route { path: "/sign-by/{token}/copy", act: None, handler: || get(sign::link_copy) },
    Route { path: "/sign-by/{token}/document/{document}/{attachment}", act: None, handler: || get(sign::file_by_link) },
];
