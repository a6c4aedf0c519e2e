//! My page: what is somebody's, decisions first, and that nothing else needs them.

use crate::frame::{Frame, Link};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use schoolkeeper_app::dates;
use schoolkeeper_app::mine::{Mine, MySchool, What};
use serde::Deserialize;

/// How many of a kind are shown before the rest is asked for.
const FIRST: usize = 5;

#[derive(Template)]
#[template(path = "mine/page.html")]
struct MinePage {
    frame: Frame,
    schools: Vec<SchoolPart>,
    calendar: Option<String>,
}

struct SchoolPart {
    title: Option<String>,
    parts: Vec<Part>,
    buttons: Vec<Link>,
    ends: String,
    tasks: Option<String>,
    report_to: Option<String>,
}

/// One kind of thing.
struct Part {
    heading: String,
    id: String,
    rows: Vec<Row>,
    more: Option<Link>,
}

struct Row {
    title: String,
    href: Option<String>,
    about: String,
    due: Option<String>,
    late: bool,
    verb: &'static str,
}

/// `?all=do`: everything of one kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    all: String,
}

/// Word in the address, heading with a number, verb of its lines.
fn words(what: What) -> (&'static str, &'static str, &'static str) {
    match what {
        What::Decide => ("decide", "To decide", "Decide"),
        What::Answer => ("answer", "To answer", "Answer"),
        What::Do => ("do", "To do", "Do it"),
        What::Sign => ("sign", "To sign", "Sign"),
        What::Fix => ("fix", "To fix", "Fix"),
        What::Asked => ("asked", "You asked", "Open"),
        What::Held => ("held", "You hold", "Open"),
    }
}

const KINDS: [What; 7] = [What::Decide, What::Answer, What::Do, What::Sign, What::Fix, What::Asked, What::Held];

/// GET /mine
pub async fn page(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let mine = app.house.mine(&signed.actor).await?;
    let several = mine.schools.len() > 1;
    // Where nothing is theirs a school is only in the way, unless it is the only one.
    let shown = mine.schools.iter().filter(|at| !several || !at.all.is_empty());
    let mut schools: Vec<SchoolPart> = shown.map(|at| school_part(at, several, mine.leads, &asked)).collect();
    if schools.is_empty() {
        schools.extend(mine.schools.first().map(|at| school_part(at, false, mine.leads, &asked)));
    }
    let frame = Frame::titled("My page").signed(&signed);
    let calendar = mine.schools.iter().any(|at| at.all.iter().any(|one| one.due.is_some())).then(urls::mine_calendar);
    Ok(Html(MinePage { frame, schools, calendar }.render()?))
}

/// GET /mine.ics: what is theirs, with its dates.
pub async fn as_ics(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let text = app.house.mine_as_ics(&signed.actor).await?;
    let name = "attachment; filename=\"my-tasks.ics\"";
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}

fn school_part(at: &MySchool, several: bool, leads: bool, asked: &Asked) -> SchoolPart {
    let slug = &at.school.slug;
    let parts = KINDS.iter().filter_map(|what| part(at, *what, asked, several)).collect();
    SchoolPart {
        title: several.then(|| at.school.title.clone()),
        parts,
        buttons: if leads { Vec::new() } else { buttons(at) },
        ends: ends(at),
        report_to: at.report_to.clone(),
        tasks: leads.then(|| urls::tasks(slug)),
    }
}

/// What everybody may do: shown to those without a leading role, as far as there are pages for it.
fn buttons(at: &MySchool) -> Vec<Link> {
    let link = |text: &str, href: String| Link { text: text.to_owned(), href };
    vec![
        link("Report something", urls::report(&at.school.slug)),
        link("Ask for permission", urls::ask(&at.school.slug)),
        link("What you signed", urls::signed(&at.school.slug)),
        link("My training", urls::my_training(&at.school.slug)),
    ]
}

/// `Nothing else needs you. Next: Thursday 26 November, restore test.`
fn ends(at: &MySchool) -> String {
    let any = at.all.iter().any(|one| one.what < What::Asked);
    let words = if any { "Nothing else needs you." } else { "Nothing needs you today." };
    match &at.next {
        Some((day, title)) => format!("{words} Next: {}, {title}.", dates::with_weekday(*day)),
        None => words.to_owned(),
    }
}

fn part(at: &MySchool, what: What, asked: &Asked, several: bool) -> Option<Part> {
    let (word, heading, verb) = words(what);
    let all: Vec<&Mine> = at.all.iter().filter(|one| one.what == what).collect();
    if all.is_empty() {
        return None;
    }
    let shown = if asked.all == word { all.len() } else { FIRST };
    let more = all.len().saturating_sub(shown);
    Some(Part {
        heading: format!("{heading}: {}", all.len()),
        id: if several { format!("{word}-{}", at.school.slug) } else { word.to_owned() },
        rows: all.iter().take(shown).map(|one| row(at.today, one, verb)).collect(),
        more: (more > 0).then(|| Link {
            text: format!("Show all {}", all.len()),
            href: urls::mine() + &urls::query(&[("all", word)]),
        }),
    })
}

fn row(today: Date, one: &Mine, verb: &'static str) -> Row {
    let soon = |day: Date| (day - today).get_days().abs() < 14;
    let by = |day: Date| if soon(day) { dates::with_weekday(day) } else { dates::long(day) };
    Row {
        title: one.title.clone(),
        href: (!one.link.is_empty()).then(|| one.link.clone()),
        about: one.about.clone(),
        due: one.due.map(|day| if one.late { format!("was due {}", by(day)) } else { format!("by {}", by(day)) }),
        late: one.late,
        verb,
    }
}
