//! Roles: who holds what, since when, who stands in, what is vacant; and the forms that change it.

mod appoint;
mod appointment;
mod every;
mod name;

pub use appoint::{appoint, begin};
pub use appointment::{change, end, show};
pub use every::{every, every_csv};
pub use name::{name, named};

use crate::error::Error;
use crate::frame::{Frame, Status};
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use schoolkeeper_app::role::{Holder, RoleLine};
use schoolkeeper_app::{School, dates};

#[derive(Template)]
#[template(path = "role/list.html")]
struct ListPage {
    frame: Frame,
    lead: String,
    roles: Vec<Row>,
    appoint_href: Option<String>,
    export_href: String,
    every_href: String,
    names_href: Option<String>,
}

/// One role.
struct Row {
    title: String,
    status: Option<Status>,
    note: Option<String>,
    needed: Vec<String>,
    people: Vec<Person>,
    appoint_href: Option<String>,
    name_href: Option<String>,
}

/// One appointment.
struct Person {
    name: String,
    words: String,
    href: Option<String>,
}

/// GET /school/{school}/roles
pub async fn list(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let lines = app.house.roles(&signed.actor, &school).await?;
    let may = app.house.posts_of(&signed.actor, &school).await.is_ok();
    let vacant = lines.iter().filter(|line| line.vacant).count();
    let page = ListPage {
        frame: framed("Roles", &school, &signed),
        lead: lead(vacant, lines.len()),
        appoint_href: may.then(|| urls::appoint(&school.slug)),
        export_href: urls::roles_export(&school.slug),
        every_href: urls::every_role_at(&school.slug),
        names_href: crate::manage::opens(&signed, "/school/{school}/names").then(|| urls::namings(&school.slug)),
        roles: lines.into_iter().map(|line| row(line, &school, may)).collect(),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/roles.csv
pub async fn export(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let csv = schoolkeeper_app::export::roles(&app.house.roles(&signed.actor, &school).await?)?;
    Ok(download::csv(&format!("roles-{}", school.slug), csv))
}

/// The frame of a page about roles.
fn framed(title: &str, school: &School, signed: &Signed) -> Frame {
    let frame = Frame::titled(&format!("{title} – {}", school.title)).signed(signed);
    Frame { school: Some(school.title.clone()), ..frame }
}

fn lead(vacant: usize, all: usize) -> String {
    match (vacant, all) {
        (_, 0) => "No role is held yet. Bring in the staff list, then appoint somebody.".to_owned(),
        (0, _) => "Every role that a statement needs is held.".to_owned(),
        (1, _) => "1 role that a statement needs is held by nobody. It stands first.".to_owned(),
        (many, _) => format!("{many} roles that statements need are held by nobody. They stand first."),
    }
}

fn row(line: RoleLine, school: &School, may: bool) -> Row {
    let vacant = Status { colour: "red", mark: "✕", text: "Nobody holds it" };
    let follows = line.follows.as_ref().map(|post| format!("Held by whoever is {post}, unless somebody is appointed."));
    let own = |person: &Holder| person.appointment.school.is_none() == school.trust;
    Row {
        status: line.vacant.then_some(vacant),
        note: follows,
        needed: line.needed_by.iter().take(3).map(|(id, text)| format!("{id} {text}")).collect(),
        appoint_href: may.then(|| urls::appoint_to(&school.slug, &line.role)),
        name_href: may.then(|| urls::name_role(&school.slug, &line.role)),
        people: line
            .people
            .iter()
            .map(|person| Person {
                name: person.name.clone(),
                words: words(person),
                href: (may && own(person)).then(|| urls::appointment(&school.slug, person.appointment.id)),
            })
            .collect(),
        title: line.title,
    }
}

/// `since 1 September 2026, until 31 August 2027, Annexe only, stands in now`.
fn words(person: &Holder) -> String {
    let one = &person.appointment;
    let day = |word: &str, day: Date| format!("{word} {}", dates::long(day));
    let begins = if person.today { "since" } else { "from" };
    let mut out: Vec<String> = Vec::new();
    out.extend(one.deputy_of.is_some().then(|| "deputy".to_owned()));
    out.extend(one.from.map(|from| day(begins, from)));
    out.extend(one.until.map(|until| day("until", until)));
    out.extend(person.site.as_ref().map(|site| format!("for {site}")));
    out.extend(one.school.is_none().then(|| "for all schools".to_owned()));
    out.extend(person.stands_in.then(|| "stands in now".to_owned()));
    out.extend(person.away.then(|| match one.away_until {
        Some(until) => day("away until", until),
        None => "away".to_owned(),
    }));
    out.extend(person.delegation.as_ref().map(|paper| format!("by {paper}")));
    out.join(", ")
}

/// Reads the three parts of a date: nothing at all is no date; a wrong one says why.
pub(crate) fn date_of(posted: &crate::form::Posted, name: &str) -> Result<Option<Date>, String> {
    let part = |part: &str| posted.word(&format!("{name}-{part}"));
    let [day, month, year] = ["day", "month", "year"].map(part);
    if [&day, &month, &year].iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let wrong = || format!("\"{day} {month} {year}\" is no date. Write it like 27 3 2027");
    let date = (|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())();
    date.filter(|date| (2000..2200).contains(&date.year())).map(Some).ok_or_else(wrong)
}

/// What stands in the three parts of a date.
pub(crate) fn typed(posted: &crate::form::Posted, name: &str) -> String {
    ["day", "month", "year"].map(|part| posted.word(&format!("{name}-{part}")).replace('-', "")).join("-")
}

/// A date as the three parts show it.
pub(crate) fn parts(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| format!("{}-{}-{}", date.day(), date.month(), date.year()))
}
