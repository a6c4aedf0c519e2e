//! The new school year: what is to be ready, how far it is, and the spread of the yearly tasks, looked at and then made.

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::ToSpan;
use schoolkeeper_app::dates;
use schoolkeeper_app::new_year::{MOST, MOST_MAX, NewYear, Spread, Step, YearAsked};
use serde::Deserialize;

/// The entry of the menu it belongs to.
const HERE: &str = "/school/{school}/tasks";
/// In the address: the year after the one that runs.
const NEXT: &str = "next";

#[derive(Template)]
#[template(path = "new_year/page.html")]
struct NewYearPage {
    frame: Frame,
    form: Form,
    action: String,
    /// The page again with the same choices.
    again: String,
    lead: String,
    runs: bool,
    next: bool,
    /// Words and address of the other year there is to look at.
    other: Option<Link>,
    year: String,
    steps: Vec<Step>,
    most: Field,
    kept: usize,
    rows: Vec<Row>,
    left: usize,
}

struct Row {
    day: String,
    title: String,
    owner: String,
    due: String,
    now: Option<String>,
}

/// `?most=3&year=next`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    most: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    year: String,
}

/// GET /school/{school}/new-year
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let asked = read(&asked.most, &asked.year);
    let year = app.house.new_year(&signed.actor, &school, asked).await?;
    let frame = frame_of(&school, "New school year", &signed, HERE).back("Tasks", urls::tasks(&school.slug));
    let page = NewYearPage {
        frame,
        form: Form::of(signed.csrf(), &[]),
        action: urls::new_year(&school.slug),
        again: again(&school.slug, YearAsked { most: year.most, ..asked }),
        lead: lead(&year),
        year: dates::long(year.from),
        runs: year.runs,
        next: asked.next,
        other: other(&school.slug, &year, asked),
        kept: year.most,
        left: year.spread.iter().filter(|one| one.day.is_none()).count(),
        most: Field::new("most", "Most tasks of a role in a fortnight").value(year.most.to_string()),
        rows: year.spread.iter().map(row).collect(),
        steps: year.steps,
    };
    Ok(Html(page.render()?).into_response())
}

/// POST /school/{school}/new-year
pub async fn plan(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let asked = read(&posted.word("most"), &posted.word("year"));
    let count = app.house.plan_year(&signed.actor, &school, asked).await?;
    let tasks = if count == 1 { "1 yearly task has".to_owned() } else { format!("{count} yearly tasks have") };
    Ok(told(&app, &again(&school.slug, asked), &format!("{tasks} a day now. The year shows them.")))
}

fn read(most: &str, year: &str) -> YearAsked {
    let most = most.parse().ok().filter(|most| (1..=MOST_MAX).contains(most)).unwrap_or(MOST);
    YearAsked { most, next: year == NEXT }
}

fn again(school: &str, asked: YearAsked) -> String {
    let year = if asked.next { NEXT } else { "" };
    urls::new_year(school) + &urls::query(&[("most", &asked.most.to_string()), ("year", year)])
}

/// From a year that runs to the next, and back to what the page shows by itself.
fn other(school: &str, year: &NewYear, asked: YearAsked) -> Option<Link> {
    let text = if asked.next {
        "Back to the year that is at hand".to_owned()
    } else if year.runs {
        format!("Prepare the year from {}", dates::long(year.from.saturating_add(1.year())))
    } else {
        return None;
    };
    Some(Link { text, href: again(school, YearAsked { next: !asked.next, ..asked }) })
}

fn lead(year: &NewYear) -> String {
    let (done, all) = (year.steps.iter().filter(|step| step.done).count(), year.steps.len());
    let from = dates::long(year.from);
    match (done == all, year.runs) {
        (true, true) => "Everything that a new school year asks for is done.".to_owned(),
        (false, true) => format!("This year runs. {done} of {all} things that it asked for at its start are done."),
        (true, false) => format!("Everything is ready for {from}."),
        (false, false) => format!("{done} of {all} are ready for {from}."),
    }
}

fn row(one: &Spread) -> Row {
    Row {
        day: one.day.map_or_else(|| "Does not fit: by its last day".to_owned(), dates::with_weekday),
        title: one.title.clone(),
        owner: one.owner.clone(),
        due: dates::long(one.due),
        now: one.planned.filter(|day| Some(*day) != one.day).map(dates::long),
    }
}
