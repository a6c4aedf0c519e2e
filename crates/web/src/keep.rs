//! Keeping and erasing: what is kept how long, what is due, holds, one person, proofs.

mod hold;
mod period;
mod person;
mod proof;

pub use hold::{holds, lift, lift_form, place, place_form, review, review_form, show};
pub use period::{form as period_form, set};
pub use person::{erase, export, find, form};
pub use proof::{proofs, receipt};

use crate::error::Error;
use crate::form::{Choice, Field, Posted};
use crate::frame::{Frame, Pager, page_of};
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use schoolkeeper_app::School;
use schoolkeeper_app::keep::{DueLine, KindLine};
use schoolkeeper_core::actor::Narrowing;
use serde::Deserialize;

/// Kinds on one page.
const KINDS: usize = 20;

#[derive(Template)]
#[template(path = "keep/list.html")]
struct ListPage {
    frame: Frame,
    find: String,
    kinds: Vec<(KindLine, Option<String>)>,
    count: usize,
    pager: Pager,
    last_run: Option<String>,
    holds: usize,
    reviews: usize,
    may_erase: bool,
}

#[derive(Template)]
#[template(path = "keep/due.html")]
struct DuePage {
    frame: Frame,
    lines: Vec<DueLine>,
}

/// What is looked for, and which page of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    find: String,
    page: usize,
}

/// GET /keep
pub async fn list(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let page = app.house.keep_page(&signed.actor, &asked.find, None).await?;
    let count = page.kinds.len();
    let (kinds, pager) = page_of(page.kinds, asked.page, KINDS, |page| urls::keep(&asked.find, page));
    let change = |kind: &KindLine| {
        (may(&signed, "keep.set") && period::may_set(&signed, &kind.what)).then(|| urls::keep_period(&kind.what))
    };
    let list = ListPage {
        frame: crate::manage::frame("Keeping and erasing", &signed, "/keep"),
        kinds: kinds.into_iter().map(|kind| (change(&kind), kind)).map(|(href, kind)| (kind, href)).collect(),
        count,
        pager,
        last_run: page.last_run,
        reviews: page.holds.iter().filter(|hold| hold.review_due).count(),
        holds: page.holds.len(),
        may_erase: may(&signed, "keep.erase"),
        find: asked.find,
    };
    Ok(Html(list.render()?))
}

/// GET /keep.csv
pub async fn list_csv(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    Ok(download::csv("kept-how-long", app.house.kinds_csv(&signed.actor).await?))
}

/// GET /keep/due
pub async fn due(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let lines = app.house.keep_due(&signed.actor).await?;
    let frame = Frame::titled("Past its time").signed(&signed).back("Keeping and erasing", urls::keep("", 1));
    Ok(Html(DuePage { frame, lines }.render()?))
}

/// GET /keep/due.csv
pub async fn due_csv(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    Ok(download::csv("past-its-time", app.house.due_csv(&signed.actor).await?))
}

/// GET /keep/holds.csv
pub async fn holds_csv(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    Ok(download::csv("holds", app.house.holds_csv(&signed.actor).await?))
}

/// GET /keep/proofs.csv
pub async fn proofs_csv(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    Ok(download::csv("erased", app.house.proofs_csv(&signed.actor).await?))
}

fn may(signed: &Signed, act: &str) -> bool {
    signed.actor.scope(act, &Narrowing::default()).is_ok()
}

fn school_field(schools: &[School], posted: &Posted) -> Field {
    let choices = schools.iter().map(|school| Choice::new(school.slug.clone(), school.title.clone())).collect();
    Field::new("school", "School").choices(choices).value(posted.get("school"))
}

/// The school of a form; one that is not theirs is not there.
fn chosen<'s>(schools: &'s [School], posted: &Posted) -> Result<&'s School, Error> {
    let slug = posted.get("school");
    let found = if slug.is_empty() { schools.first() } else { schools.iter().find(|school| school.slug == slug) };
    found.ok_or(Error::Missing)
}

/// `NAME-day`, `NAME-month`, `NAME-year`: the day, or what was typed.
fn date_of(posted: &Posted, name: &str) -> Result<Option<Date>, String> {
    let part = |part: &str| posted.word(&format!("{name}-{part}"));
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if [&day, &month, &year].iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let date = (|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())();
    let wrong = || format!("“{day} {month} {year}” is no date. Write it like 27 3 2027");
    date.filter(|date| (2000..2200).contains(&date.year())).map(Some).ok_or_else(wrong)
}

fn typed(posted: &Posted, name: &str) -> String {
    ["day", "month", "year"].map(|part| posted.word(&format!("{name}-{part}"))).join("-")
}

/// What is to be mended, in sentences; anything else is a page of its own.
fn refusal(error: schoolkeeper_app::Error) -> Result<String, Error> {
    match error {
        schoolkeeper_app::Error::Refused(text) => {
            let sentences = text.split("\nhint: ").map(|part| {
                let mut letters = part.trim_end_matches('.').chars();
                letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
            });
            Ok(sentences.collect::<Vec<String>>().join(". "))
        }
        other => Err(other.into()),
    }
}
