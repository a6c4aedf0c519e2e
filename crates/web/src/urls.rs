//! Typed addresses. No page writes an address by hand.

mod agreement;
mod asking;
mod case;
mod dispatch;
mod mine;
mod reading;
mod training;

pub use agreement::*;
pub use asking::*;
pub use case::*;
pub use dispatch::*;
pub use mine::*;
pub use reading::*;
use schoolkeeper_app::mail::Side;
use schoolkeeper_core::id::EntryId;
use std::fmt::Write;
pub use training::*;
use uuid::Uuid;

/// The list of schools.
pub fn home() -> String {
    "/".to_owned()
}

/// All schools with every section.
pub fn all_sections() -> String {
    "/?all=sections".to_owned()
}

/// The same as CSV.
pub fn schools_export() -> String {
    "/schools.csv".to_owned()
}

/// One section at all schools.
pub fn section_across(pack: &str, section: &str) -> String {
    format!("/policy/{pack}/section/{section}")
}

/// Everything there is to look after.
pub fn manage() -> String {
    "/manage".to_owned()
}

/// Back-ups of Schoolkeeper itself.
pub fn backup() -> String {
    "/backup".to_owned()
}

/// A school: leads to its first policy.
pub fn school(school: &str) -> String {
    format!("/school/{school}")
}

/// The overview of a policy.
pub fn policy(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}")
}

/// A section of a policy; `status` keeps only statements of that standing.
pub fn section(school: &str, pack: &str, section: &str, status: Option<&str>) -> String {
    let query = status.map_or_else(String::new, |status| format!("?status={status}"));
    format!("/school/{school}/policy/{pack}/section/{section}{query}")
}

/// Starting a section.
pub fn start(school: &str, pack: &str, section: &str) -> String {
    format!("/school/{school}/policy/{pack}/section/{section}/start")
}

/// A statement. Its id may hold `/`.
pub fn statement(school: &str, pack: &str, clause: &str) -> String {
    format!("/school/{school}/policy/{pack}/statement/{}", escape(clause))
}

/// The list of problems.
pub fn to_fix(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/to-fix")
}

/// The list of problems as CSV.
pub fn to_fix_export(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/to-fix.csv")
}

/// One cause.
pub fn cause(school: &str, pack: &str, control: &str) -> String {
    format!("/school/{school}/policy/{pack}/cause/{control}")
}

/// Why one problem is one: of an entry, or of the control as a whole.
pub fn why(school: &str, pack: &str, control: &str, entry: Option<EntryId>) -> String {
    let of = entry.map_or_else(String::new, |entry| format!("/{entry}"));
    format!("{}/why{of}", cause(school, pack, control))
}

/// Who does something about a cause.
pub fn give(school: &str, pack: &str, control: &str) -> String {
    format!("{}/give", cause(school, pack, control))
}

/// Going by sections.
pub fn by_section(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/by-section")
}

/// Who holds which role at a school.
pub fn roles(school: &str) -> String {
    format!("/school/{school}/roles")
}

/// The same as CSV.
pub fn roles_export(school: &str) -> String {
    format!("/school/{school}/roles.csv")
}

/// Every role at every school.
pub fn every_role() -> String {
    "/roles".to_owned()
}

/// The same of one school.
pub fn every_role_at(school: &str) -> String {
    every_role() + &query(&[("school", school)])
}

/// The same as CSV.
pub fn every_role_export() -> String {
    "/roles.csv".to_owned()
}

/// Appointing somebody.
pub fn appoint(school: &str) -> String {
    format!("/school/{school}/roles/appoint")
}

/// Appointing somebody to a role.
pub fn appoint_to(school: &str, role: &str) -> String {
    format!("{}{}", appoint(school), query(&[("role", role)]))
}

/// One appointment.
pub fn appointment(school: &str, appointment: EntryId) -> String {
    format!("/school/{school}/roles/appointment/{appointment}")
}

/// Ending it.
pub fn end_appointment(school: &str, appointment: EntryId) -> String {
    format!("/school/{school}/roles/appointment/{appointment}/end")
}

/// What a role is called.
pub fn name_role(school: &str, role: &str) -> String {
    format!("/school/{school}/roles/name/{}", escape(role))
}

/// What a school calls its lists.
pub fn namings(school: &str) -> String {
    format!("/school/{school}/names")
}

/// What one of them and its columns are called.
pub fn naming(school: &str, register: &str) -> String {
    format!("/school/{school}/names/{register}")
}

/// Every register of a school.
pub fn records(school: &str) -> String {
    format!("/school/{school}/records")
}

/// The list of one register.
pub fn register(school: &str, register: &str) -> String {
    format!("/school/{school}/records/{register}")
}

/// What is somebody's own.
pub fn mine() -> String {
    "/mine".to_owned()
}

/// Every open task of a school.
pub fn tasks(school: &str) -> String {
    format!("/school/{school}/tasks")
}

/// The same as CSV.
pub fn tasks_export(school: &str) -> String {
    format!("/school/{school}/tasks.csv")
}

/// The tasks of its year.
pub fn task_year(school: &str) -> String {
    format!("/school/{school}/tasks/year")
}

/// A school's calendar.
pub fn calendar(school: &str) -> String {
    format!("/school/{school}/calendar")
}

/// Changing it.
pub fn change_calendar(school: &str) -> String {
    format!("/school/{school}/calendar/change")
}

/// Whose bank holidays hold there.
pub fn bank_holidays(school: &str) -> String {
    format!("/school/{school}/calendar/bank-holidays")
}

/// Its dates as a file: `ics`, `csv`.
pub fn calendar_file(school: &str, kind: &str) -> String {
    format!("/school/{school}/calendar.{kind}")
}

/// Labels for what a list shows.
pub fn labels(school: &str, register: &str) -> String {
    format!("/school/{school}/records/{register}/labels")
}

/// Whether it is complete.
pub fn complete(school: &str, register: &str) -> String {
    format!("/school/{school}/records/{register}/complete")
}

/// What was said not to apply at a school.
pub fn not_here(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/not-here")
}

/// The same as CSV.
pub fn not_here_export(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/not-here.csv")
}

/// Saying it of one statement. Its id may hold `/`.
pub fn not_here_of(school: &str, pack: &str, clause: &str) -> String {
    format!("/school/{school}/policy/{pack}/not-here/{}", escape(clause))
}

/// Bringing a list into it.
pub fn import_into(school: &str, register: &str) -> String {
    format!("/school/{school}/records/{register}/import")
}

/// The fields a school added to it.
pub fn own_fields(school: &str, register: &str) -> String {
    format!("/school/{school}/records/{register}/fields")
}

/// Adding one entry to it.
pub fn new_entry(school: &str, register: &str) -> String {
    format!("/school/{school}/records/{register}/new")
}

/// One entry of it.
pub fn entry(school: &str, register: &str, entry: EntryId) -> String {
    format!("/school/{school}/records/{register}/{entry}")
}

/// What may be done with it: `change`, `history`, `remove`, `restore` …
pub fn entry_act(school: &str, register: &str, (entry, act): (EntryId, &str)) -> String {
    format!("/school/{school}/records/{register}/{entry}/{act}")
}

/// Sign-in; `next` is where one wanted to go.
pub fn sign_in(next: Option<&str>) -> String {
    format!("/sign-in{}", query(&[("next", next.unwrap_or_default())]))
}

/// What is agreed to before one goes on.
pub fn notice(next: Option<&str>) -> String {
    format!("/notice{}", query(&[("next", next.unwrap_or_default())]))
}

/// My account.
pub fn account() -> String {
    "/account".to_owned()
}

/// A new password for oneself.
pub fn new_password() -> String {
    "/account/password".to_owned()
}

/// Access tokens of programs.
pub fn tokens() -> String {
    "/token".to_owned()
}

/// One of them.
pub fn token(token: Uuid) -> String {
    format!("/token/{token}")
}

/// Webhooks of a school.
pub fn webhooks(school: &str) -> String {
    format!("/school/{school}/webhook")
}

/// One of them, or `new`.
pub fn webhook_act(school: &str, what: &str) -> String {
    format!("/school/{school}/webhook/{what}")
}

/// People who can sign in.
pub fn logins() -> String {
    "/login".to_owned()
}

/// One of them.
pub fn login(login: &str) -> String {
    format!("/login/{login}")
}

/// The first run.
pub fn set_up() -> String {
    "/set-up".to_owned()
}

/// What comes after the first run.
pub fn welcome() -> String {
    "/welcome".to_owned()
}

/// Where somebody wanted to go, when it is a page of ours.
pub fn local(next: &str) -> Option<&str> {
    let fine = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    (fine && next.len() <= 1000 && !next.chars().any(char::is_control)).then_some(next)
}

/// Who did what, and when.
pub fn history() -> String {
    "/history".to_owned()
}

/// The history as CSV.
pub fn history_export() -> String {
    "/history.csv".to_owned()
}

/// Automatic checks; `before` is the last run of the page before.
pub fn jobs(show: &str, before: &str) -> String {
    format!("/jobs{}", query(&[("show", show), ("before", before)]))
}

/// A job that could not be done.
pub fn job(job: Uuid) -> String {
    format!("/jobs/{job}")
}

/// What may be done with it: `retry`, `give-up`.
pub fn job_act(job: Uuid, act: &str) -> String {
    format!("/jobs/{job}/{act}")
}

/// How mail leaves.
pub fn mail(school: &str) -> String {
    format!("/school/{school}/mail")
}

/// The choice of how mail leaves.
pub fn mail_way(school: &str, side: Side) -> String {
    format!("/school/{school}/mail/{}", if side == Side::Out { "way" } else { "mailbox" })
}

/// What a way of mail needs.
pub fn mail_details(school: &str, side: Side, way: &str) -> String {
    let at = if side == Side::Out { "details" } else { "mailbox/details" };
    format!("/school/{school}/mail/{at}{}", query(&[("way", way)]))
}

/// Outgoing mail.
pub fn mail_outbox(school: &str) -> String {
    format!("/school/{school}/mail/outbox")
}

/// Outgoing mail as CSV.
pub fn mail_outbox_export(school: &str) -> String {
    format!("/school/{school}/mail/outbox.csv")
}

/// Reports by mail.
pub fn reports(school: &str) -> String {
    format!("/school/{school}/reports")
}

/// One file of a report.
pub fn report_file(school: &str) -> String {
    format!("/school/{school}/reports/file")
}

/// What is kept how long: kinds that hold these words, a page of them.
pub fn keep(find: &str, page: usize) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    format!("/keep{}", query(&[("find", find), ("page", &page)]))
}

/// How long one kind is kept.
pub fn keep_period(what: &str) -> String {
    format!("/keep/period/{}", escape(what))
}

/// Holds.
pub fn holds() -> String {
    "/keep/holds".to_owned()
}

/// One hold.
pub fn hold(hold: Uuid) -> String {
    format!("/keep/hold/{hold}")
}

/// Looking at a hold again.
pub fn hold_review(hold: Uuid) -> String {
    format!("/keep/hold/{hold}/review")
}

/// Lifting a hold.
pub fn hold_lift(hold: Uuid) -> String {
    format!("/keep/hold/{hold}/lift")
}

/// Everything about one person.
pub fn keep_person() -> String {
    "/keep/person".to_owned()
}

/// What was erased, before a place in the list.
pub fn keep_proofs(before: &str) -> String {
    format!("/keep/proofs{}", query(&[("before", before)]))
}

/// The receipt of a proof.
pub fn keep_receipt(proof: Uuid) -> String {
    format!("/keep/receipt/{proof}")
}

/// A list that was handed in.
pub fn intake(school: &str, register: &str, intake: Uuid) -> String {
    format!("/school/{school}/records/{register}/import/{intake}")
}

/// A step of it: `save`, `cancel`.
pub fn intake_step(school: &str, register: &str, (intake, step): (Uuid, &str)) -> String {
    format!("/school/{school}/records/{register}/import/{intake}/{step}")
}

/// What was brought in at a school.
pub fn imports(school: &str) -> String {
    format!("/school/{school}/imports")
}

/// Taking an import back.
pub fn undo_import(school: &str, import: Uuid) -> String {
    format!("/school/{school}/imports/{import}/undo")
}

/// A query string from names and values; empty values are left out.
pub fn query(parts: &[(&str, &str)]) -> String {
    let filled: Vec<String> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escape(value).replace('/', "%2F")))
        .collect();
    if filled.is_empty() { String::new() } else { format!("?{}", filled.join("&")) }
}

/// Percent-encodes everything but unreserved characters and `/`.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Undoes [`escape`]; what is no escape stays.
pub fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.filter(|_| first == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => (out.push(byte), rest = &after[2..]),
            None => (out.push(first), rest = after),
        };
    }
    String::from_utf8_lossy(&out).into_owned()
}
