//! Every route of the product, with the act it needs.

use super::{ATTACH, BANK_HOLIDAYS, DATES, DATES_BYTES_MAX, HAND_IN, Route, UPLOAD_BYTES_MAX};
use crate::{
    account, agreement, api, assets, attachment, backup, calendar, census, emergency, entry, grant, history, import, intake, job, keep, link, login, mail, manage, naming, not_here, notice, own_field, policy, problem, proof, register, report, request, role, school, section, set_up, sign, sign_in, token, watch, webhook,
};
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

const PUBLISH: &str = "agreement.publish";
const SIGN: &str = "/school/{school}/sign/{pack}/{control}";
const KIOSK: &str = "/school/{school}/kiosk";

/// Every route of the product.
pub const ROUTES: &[Route] = &[
    Route { path: "/", act: Some("policy.see"), handler: || get(school::list) },
    Route { path: "/schools.csv", act: Some("policy.see"), handler: || get(school::export) },
    Route { path: "/policy/{pack}/section/{section}", act: Some("policy.see"), handler: || get(school::section) },
    Route { path: "/school/{school}", act: Some("policy.see"), handler: || get(school::first_policy) },
    Route { path: "/school/{school}/policy/{pack}", act: Some("policy.see"), handler: || get(policy::overview) },
    Route { path: "/school/{school}/policy/{pack}/read", act: Some("policy.see"), handler: || get(policy::contents) },
    Route {
        path: "/school/{school}/policy/{pack}/read/whole",
        act: Some("policy.see"),
        handler: || get(policy::whole),
    },
    Route {
        path: "/school/{school}/policy/{pack}/read/chapter/{section}",
        act: Some("policy.see"),
        handler: || get(policy::chapter),
    },
    Route {
        path: "/school/{school}/policy/{pack}/glossary",
        act: Some("policy.see"),
        handler: || get(policy::glossary),
    },
    Route { path: "/school/{school}/policy/{pack}/asks", act: Some("policy.see"), handler: || get(policy::asks) },
    Route {
        path: "/school/{school}/policy/{pack}/asks/{role}",
        act: Some("policy.see"),
        handler: || get(policy::asks_of),
    },
    Route {
        path: "/school/{school}/policy/{pack}/policy.html",
        act: Some("policy.see"),
        handler: || get(policy::page_file),
    },
    Route {
        path: "/school/{school}/policy/{pack}/statements.csv",
        act: Some("policy.see"),
        handler: || get(policy::statements_file),
    },
    Route { path: "/school/{school}/policy/{pack}/numbers", act: Some("policy.see"), handler: || get(policy::numbers) },
    Route {
        path: "/school/{school}/policy/{pack}/change",
        act: Some("policy.adopt"),
        handler: || get(policy::change).post(policy::adopt),
    },
    Route { path: "/school/{school}/policy/{pack}/compare", act: Some("policy.see"), handler: || get(policy::compare) },
    Route {
        path: "/school/{school}/conflicts",
        act: Some("policy.adopt"),
        handler: || get(policy::conflicts).post(policy::decide_conflict),
    },
    Route {
        path: "/school/{school}/policy/{pack}/section/{section}",
        act: Some("policy.see"),
        handler: || get(policy::section),
    },
    Route {
        path: "/school/{school}/policy/{pack}/section/{section}/start",
        act: Some("section.start"),
        handler: || get(section::page).post(section::act),
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
    Route {
        path: "/school/{school}/policy/{pack}/cause/{control}/give",
        act: Some("finding.give"),
        handler: || get(problem::give::ask).post(problem::give::give),
    },
    Route {
        path: "/school/{school}/policy/{pack}/cause/{control}/why",
        act: Some("finding.see"),
        handler: || get(problem::why::whole).post(problem::why::say_whole),
    },
    Route {
        path: "/school/{school}/policy/{pack}/cause/{control}/why/{entry}",
        act: Some("finding.see"),
        handler: || get(problem::why::one).post(problem::why::say_one),
    },
    Route { path: "/ask", act: Some("request.ask"), handler: || get(request::home) },
    Route { path: "/school/{school}/ask", act: Some("request.ask"), handler: || get(request::ask) },
    Route {
        path: "/school/{school}/ask/{pack}/{control}",
        act: Some("request.ask"),
        handler: || get(request::begin).post(request::send),
    },
    Route {
        path: "/school/{school}/request/{request}",
        act: Some("request.answer"),
        handler: || get(request::page).post(request::act),
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
    Route {
        path: "/school/{school}/policy/{pack}/by-section",
        act: Some("section.start"),
        handler: || get(section::switch::ask).post(section::switch::switch),
    },
    Route { path: "/school/{school}/calendar", act: Some("policy.see"), handler: || get(calendar::page) },
    Route {
        path: DATES,
        act: Some("calendar.set"),
        handler: || get(calendar::change).post(calendar::save).layer(DefaultBodyLimit::max(DATES_BYTES_MAX)),
    },
    Route {
        path: BANK_HOLIDAYS,
        act: Some("calendar.set"),
        handler: || get(calendar::bank).post(calendar::save_bank).layer(DefaultBodyLimit::max(DATES_BYTES_MAX)),
    },
    Route { path: "/school/{school}/calendar.csv", act: Some("policy.see"), handler: || get(calendar::as_csv) },
    Route { path: "/school/{school}/calendar.ics", act: Some("policy.see"), handler: || get(calendar::as_ics) },
    Route { path: "/school/{school}/records", act: Some("records.see"), handler: || get(register::all) },
    Route { path: "/school/{school}/records/{register}", act: Some("records.see"), handler: || get(register::list) },
    Route {
        path: "/school/{school}/records/{register}/file/{file}",
        act: Some("records.see"),
        handler: || get(register::export),
    },
    Route {
        path: "/school/{school}/records/{register}/labels",
        act: Some("records.see"),
        handler: || get(register::labels),
    },
    Route {
        path: "/school/{school}/records/{register}/bulk",
        act: Some("records.change"),
        handler: || post(register::bulk),
    },
    Route {
        path: "/school/{school}/records/{register}/bulk/{bulk}",
        act: Some("records.change"),
        handler: || get(register::bulk_stands),
    },
    Route {
        path: "/school/{school}/records/{register}/bulk/{bulk}/undo",
        act: Some("records.change"),
        handler: || post(register::undo_bulk),
    },
    Route {
        path: "/school/{school}/records/{register}/view",
        act: Some("records.see"),
        handler: || get(register::ask_view).post(register::keep_view),
    },
    Route {
        path: "/school/{school}/records/{register}/view/{view}",
        act: Some("records.see"),
        handler: || post(register::drop_view),
    },
    Route {
        path: "/school/{school}/records/{register}/fields",
        act: Some("fields.set"),
        handler: || get(own_field::list),
    },
    Route {
        path: "/school/{school}/records/{register}/fields/new",
        act: Some("fields.set"),
        handler: || get(own_field::begin).post(own_field::add),
    },
    Route {
        path: "/school/{school}/records/{register}/fields/{field}",
        act: Some("fields.set"),
        handler: || get(own_field::edit).post(own_field::change),
    },
    Route {
        path: "/school/{school}/records/{register}/fields/{field}/do",
        act: Some("fields.set"),
        handler: || post(own_field::act),
    },
    Route {
        path: "/school/{school}/records/{register}/complete",
        act: Some("records.confirm"),
        handler: || get(census::page).post(census::answer),
    },
    Route { path: "/school/{school}/policy/{pack}/not-here", act: Some("policy.see"), handler: || get(not_here::list) },
    Route {
        path: "/school/{school}/policy/{pack}/not-here.csv",
        act: Some("policy.see"),
        handler: || get(not_here::export),
    },
    Route {
        path: "/school/{school}/policy/{pack}/not-here/{*clause}",
        act: Some("not-here.ask"),
        handler: || get(not_here::page).post(not_here::act),
    },
    Route { path: "/manage", act: Some("page.see"), handler: || get(manage::page) },
    Route { path: "/roles", act: Some("policy.see"), handler: || get(role::every) },
    Route { path: "/roles.csv", act: Some("policy.see"), handler: || get(role::every_csv) },
    Route { path: "/school/{school}/roles", act: Some("policy.see"), handler: || get(role::list) },
    Route {
        path: "/school/{school}/records/{register}/new",
        act: Some("records.change"),
        handler: || get(entry::begin).post(entry::add),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}",
        act: Some("records.see"),
        handler: || get(entry::page),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/change",
        act: Some("records.change"),
        handler: || get(entry::edit).post(entry::change),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/remove",
        act: Some("records.change"),
        handler: || get(entry::ask_remove).post(entry::remove),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/move",
        act: Some("records.change"),
        handler: || get(entry::ask_move).post(entry::do_move),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/merge",
        act: Some("records.change"),
        handler: || get(entry::ask_merge).post(entry::merge),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/unmerge",
        act: Some("records.change"),
        handler: || post(entry::unmerge),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/history",
        act: Some("records.see"),
        handler: || get(entry::history),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/history.csv",
        act: Some("records.see"),
        handler: || get(entry::export),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/receipt/{version}",
        act: Some("proof.see"),
        handler: || get(entry::receipt),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/undo",
        act: Some("records.change"),
        handler: || post(entry::undo),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/restore",
        act: Some("records.change"),
        handler: || post(entry::restore),
    },
    Route {
        path: ATTACH,
        act: Some("records.change"),
        handler: || get(attachment::begin).post(attachment::add).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/attachment/{attachment}",
        act: Some("records.see"),
        handler: || get(attachment::download),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/attachment/{attachment}/small",
        act: Some("records.see"),
        handler: || get(attachment::small),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/attachment/{attachment}/change",
        act: Some("records.change"),
        handler: || get(attachment::edit).post(attachment::change),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/attachment/{attachment}/remove",
        act: Some("records.change"),
        handler: || get(attachment::ask_remove).post(attachment::remove),
    },
    Route {
        path: "/school/{school}/records/{register}/{entry}/attachment/{attachment}/restore",
        act: Some("records.change"),
        handler: || post(attachment::restore),
    },
    Route { path: "/school/{school}/roles.csv", act: Some("policy.see"), handler: || get(role::export) },
    Route {
        path: "/school/{school}/roles/appoint",
        act: Some("role.assign"),
        handler: || get(role::begin).post(role::appoint),
    },
    Route {
        path: "/school/{school}/roles/appointment/{appointment}",
        act: Some("role.assign"),
        handler: || get(role::show).post(role::change),
    },
    Route {
        path: "/school/{school}/roles/appointment/{appointment}/end",
        act: Some("role.assign"),
        handler: || post(role::end),
    },
    Route {
        path: "/school/{school}/roles/name/{role}",
        act: Some("role.name"),
        handler: || get(role::name).post(role::named),
    },
    Route { path: "/school/{school}/names", act: Some("fields.set"), handler: || get(naming::list) },
    Route {
        path: "/school/{school}/names/{register}",
        act: Some("fields.set"),
        handler: || get(naming::edit).post(naming::save),
    },
    Route { path: "/school/{school}/mail", act: Some("mail.see"), handler: || get(mail::page) },
    Route { path: "/school/{school}/mail/test", act: Some("mail.set"), handler: || post(mail::test) },
    Route {
        path: "/school/{school}/mail/way",
        act: Some("mail.set"),
        handler: || get(mail::choose).post(mail::chosen),
    },
    Route {
        path: "/school/{school}/mail/details",
        act: Some("mail.set"),
        handler: || get(mail::details).post(mail::save),
    },
    Route {
        path: "/school/{school}/mail/mailbox",
        act: Some("mail.set"),
        handler: || get(mail::choose_mailbox).post(mail::chosen_mailbox),
    },
    Route {
        path: "/school/{school}/mail/mailbox/details",
        act: Some("mail.set"),
        handler: || get(mail::mailbox_details).post(mail::save_mailbox),
    },
    Route { path: "/school/{school}/mail/mailbox/test", act: Some("mail.set"), handler: || post(mail::test_mailbox) },
    Route { path: "/school/{school}/mail/outbox", act: Some("mail.see"), handler: || get(mail::outbox::page) },
    Route { path: "/school/{school}/mail/outbox.csv", act: Some("mail.see"), handler: || get(mail::outbox::export) },
    Route { path: "/school/{school}/mail/outbox/do", act: Some("mail.set"), handler: || post(mail::outbox::act) },
    Route { path: "/school/{school}/reports", act: Some("report.see"), handler: || get(report::list) },
    Route { path: "/school/{school}/reports/file", act: Some("report.see"), handler: || get(report::file) },
    Route { path: "/school/{school}/reports/do", act: Some("report.deal"), handler: || post(report::act) },
    Route { path: "/school/{school}/imports", act: Some("records.import"), handler: || get(import::list) },
    Route { path: "/school/{school}/imports/{import}/undo", act: Some("records.undo"), handler: || post(import::undo) },
    Route {
        path: HAND_IN,
        act: Some("records.import"),
        handler: || get(intake::begin).post(intake::hand_in).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}",
        act: Some("records.import"),
        handler: || get(intake::show),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/table",
        act: Some("records.import"),
        handler: || get(intake::table).post(intake::choose_table),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/columns",
        act: Some("records.import"),
        handler: || get(intake::columns).post(intake::choose_columns),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/words",
        act: Some("records.import"),
        handler: || get(intake::words).post(intake::choose_words),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/questions",
        act: Some("records.import"),
        handler: || get(intake::questions).post(intake::answer),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/extent",
        act: Some("records.import"),
        handler: || post(intake::extent),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/refused.csv",
        act: Some("records.import"),
        handler: || get(intake::refused),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/save",
        act: Some("records.import"),
        handler: || post(intake::save),
    },
    Route {
        path: "/school/{school}/records/{register}/import/{intake}/cancel",
        act: Some("records.import"),
        handler: || post(intake::cancel),
    },
    Route { path: agreement::LIST, act: Some("finding.see"), handler: || get(agreement::list) },
    Route { path: one!(""), act: Some("finding.see"), handler: || get(agreement::roll) },
    Route { path: one!("/who.csv"), act: Some("finding.see"), handler: || get(agreement::export) },
    Route { path: one!("/text"), act: Some("finding.see"), handler: || get(agreement::text) },
    Route { path: one!("/compare"), act: Some("finding.see"), handler: || get(agreement::compare) },
    Route { path: one!("/words"), act: Some(PUBLISH), handler: || get(agreement::edit).post(agreement::keep) },
    Route { path: one!("/publish"), act: Some(PUBLISH), handler: || get(agreement::look).post(agreement::publish) },
    Route { path: one!("/chase"), act: Some(PUBLISH), handler: || post(agreement::chase) },
    Route { path: one!("/paper"), act: Some(PUBLISH), handler: || get(agreement::paper).post(agreement::read_slips) },
    Route { path: one!("/slips"), act: Some(PUBLISH), handler: || post(agreement::slips) },
    Route { path: KIOSK, act: Some(PUBLISH), handler: || get(sign::kiosk_begin).post(sign::kiosk_start) },
    Route { path: SIGN, act: Some("agreement.sign"), handler: || get(sign::page).post(sign::act) },
    Route { path: signed!(""), act: Some("agreement.sign"), handler: || get(sign::mine) },
    Route { path: signed!("/{signature}/copy"), act: Some("agreement.sign"), handler: || get(sign::copy) },
    Route { path: signed!("/{signature}/receipt"), act: Some("agreement.sign"), handler: || get(sign::receipt) },
    Route { path: "/kiosk", act: None, handler: || get(sign::kiosk_page).post(sign::kiosk_act) },
    Route { path: "/sign-by/{token}", act: None, handler: || get(sign::link_page).post(sign::link_act) },
    Route { path: "/set-up", act: None, handler: || get(set_up::page).post(set_up::code) },
    Route { path: "/set-up/person", act: None, handler: || post(set_up::person) },
    Route { path: "/welcome", act: Some("role.assign"), handler: || get(set_up::welcome) },
    Route { path: "/sign-in", act: None, handler: || get(sign_in::page).post(sign_in::enter) },
    Route { path: "/sign-in/link", act: None, handler: || get(link::ask).post(link::asked) },
    Route { path: "/link/{token}", act: None, handler: || get(link::page).post(link::act) },
    Route { path: "/emergency", act: None, handler: || get(emergency::page).post(emergency::enter) },
    Route {
        path: "/emergency/{use}",
        act: Some("emergency.review"),
        handler: || get(emergency::review).post(emergency::reviewed),
    },
    Route { path: "/notice", act: Some("page.see"), handler: || get(notice::page).post(notice::agree) },
    Route { path: "/account", act: Some("page.see"), handler: || get(account::page) },
    Route {
        path: "/account/password",
        act: Some("password.set"),
        handler: || get(account::password).post(account::change),
    },
    Route { path: "/account/sessions", act: Some("page.see"), handler: || get(account::sessions).post(account::end) },
    Route { path: "/account/switch", act: Some("page.see"), handler: || get(account::switch) },
    Route { path: "/account/switch/{organisation}", act: Some("page.see"), handler: || post(account::switched) },
    Route { path: "/api", act: Some("policy.see"), handler: || get(api::page) },
    Route { path: "/token", act: Some("token.make"), handler: || get(token::list) },
    Route { path: "/token/new", act: Some("token.make"), handler: || get(token::begin).post(token::make) },
    Route { path: "/token/{token}", act: Some("token.make"), handler: || get(token::show) },
    Route { path: "/token/{token}/renew", act: Some("token.make"), handler: || post(token::renew) },
    Route { path: "/token/{token}/end", act: Some("token.make"), handler: || post(token::end) },
    Route { path: "/school/{school}/webhook", act: Some("webhook.set"), handler: || get(webhook::list) },
    Route {
        path: "/school/{school}/webhook/new",
        act: Some("webhook.set"),
        handler: || get(webhook::begin).post(webhook::make),
    },
    Route { path: "/school/{school}/webhook/{webhook}", act: Some("webhook.set"), handler: || get(webhook::show) },
    Route {
        path: "/school/{school}/webhook/{webhook}/ping",
        act: Some("webhook.set"),
        handler: || post(webhook::ping),
    },
    Route {
        path: "/school/{school}/webhook/{webhook}/again",
        act: Some("webhook.set"),
        handler: || post(webhook::again),
    },
    Route { path: "/school/{school}/webhook/{webhook}/end", act: Some("webhook.set"), handler: || post(webhook::end) },
    Route { path: "/login", act: Some("role.assign"), handler: || get(login::list) },
    Route { path: "/login.csv", act: Some("role.assign"), handler: || get(login::export) },
    Route { path: "/login/invite", act: Some("role.assign"), handler: || get(login::invite).post(login::invited) },
    Route { path: "/login/setting", act: Some("login.set"), handler: || get(login::setting).post(login::set) },
    Route { path: "/login/{login}", act: Some("role.assign"), handler: || get(login::person) },
    Route { path: "/login/{login}/again", act: Some("login.invite"), handler: || post(login::again) },
    Route { path: "/login/{login}/reset", act: Some("login.reset"), handler: || post(login::reset) },
    Route { path: "/login/{login}/end", act: Some("login.end"), handler: || post(login::end) },
    Route { path: "/backup", act: Some("backup.see"), handler: || get(backup::page).post(backup::run) },
    Route { path: "/backup/sheet", act: Some("backup.run"), handler: || post(backup::put_away) },
    Route { path: "/keep", act: Some("keep.see"), handler: || get(keep::list) },
    Route { path: "/keep.csv", act: Some("keep.see"), handler: || get(keep::list_csv) },
    Route { path: "/keep/due", act: Some("keep.see"), handler: || get(keep::due) },
    Route { path: "/keep/due.csv", act: Some("keep.see"), handler: || get(keep::due_csv) },
    Route { path: "/keep/period/{what}", act: Some("keep.set"), handler: || get(keep::period_form).post(keep::set) },
    Route { path: "/keep/holds", act: Some("keep.see"), handler: || get(keep::holds) },
    Route { path: "/keep/holds.csv", act: Some("keep.see"), handler: || get(keep::holds_csv) },
    Route { path: "/keep/hold", act: Some("hold.place"), handler: || get(keep::place_form).post(keep::place) },
    Route { path: "/keep/hold/{hold}", act: Some("keep.see"), handler: || get(keep::show) },
    Route {
        path: "/keep/hold/{hold}/review",
        act: Some("hold.place"),
        handler: || get(keep::review_form).post(keep::review),
    },
    Route { path: "/keep/hold/{hold}/lift", act: Some("hold.lift"), handler: || get(keep::lift_form).post(keep::lift) },
    Route { path: "/keep/proofs", act: Some("keep.see"), handler: || get(keep::proofs) },
    Route { path: "/keep/proofs.csv", act: Some("keep.see"), handler: || get(keep::proofs_csv) },
    Route { path: "/keep/receipt/{proof}", act: Some("keep.see"), handler: || get(keep::receipt) },
    Route { path: "/keep/person", act: Some("keep.erase"), handler: || get(keep::form).post(keep::find) },
    Route { path: "/keep/person/erase", act: Some("keep.erase"), handler: || post(keep::erase) },
    Route { path: "/keep/person/export", act: Some("keep.export"), handler: || post(keep::export) },
    Route { path: "/sign-out", act: Some("page.see"), handler: || post(sign_in::leave) },
    Route { path: "/history", act: Some("history.see"), handler: || get(history::list) },
    Route { path: "/history.csv", act: Some("history.see"), handler: || get(history::export) },
    Route { path: "/proof", act: Some("proof.see"), handler: || get(proof::show) },
    Route { path: "/proof/checkpoint", act: Some("proof.see"), handler: || get(proof::checkpoint) },
    Route { path: "/static/{name}", act: None, handler: || get(assets::file) },
    Route { path: "/jobs", act: Some("job.see"), handler: || get(job::list) },
    Route { path: "/jobs/{job}", act: Some("job.see"), handler: || get(job::dead) },
    Route { path: "/jobs/{job}/retry", act: Some("job.retry"), handler: || post(job::retry) },
    Route { path: "/jobs/{job}/give-up", act: Some("job.retry"), handler: || post(job::give_up) },
    Route { path: "/ready", act: None, handler: || get(watch::ready) },
    Route { path: "/metrics", act: None, handler: || get(watch::figures) },
    Route { path: "/health", act: None, handler: || get(|| async { "ok\n" }) },
];
