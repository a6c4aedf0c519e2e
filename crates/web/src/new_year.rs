//! The new school year: what is to be ready, how far it is, and the spread of the yearly tasks, looked at and then made.

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::dates;
use schoolkeeper_app::new_year::{MOST, MOST_MAX, NewYear, Spread, Step};
use serde::Deserialize;

/// The entry of the menu it belongs to.
const HERE: &str = "/school/{school}/tasks";

#[derive(Template)]
#[template(path = "new_year/page.html")]
struct NewYearPage {
    frame: Frame,
    form: Form,
    action: String,
    lead: String,
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

/// `?most=3`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    most: String,
}

/// GET /school/{school}/new-year
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let year = app.house.new_year(&signed.actor, &school, most(&asked.most)).await?;
    let most = Field::new("most", "Most tasks of a role in a fortnight").value(year.most.to_string());
    let page = NewYearPage {
        frame: frame_of(&school, "New school year", &signed, HERE).back("Tasks", urls::tasks(&school.slug)),
        form: Form::of(signed.csrf(), &[]),
        action: urls::new_year(&school.slug),
        lead: lead(&year),
        year: dates::long(year.from),
        kept: year.most,
        left: year.spread.iter().filter(|one| one.day.is_none()).count(),
        rows: year.spread.iter().map(row).collect(),
        steps: year.steps,
        most,
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
    let count = app.house.plan_year(&signed.actor, &school, most(&posted.word("most"))).await?;
    let tasks = if count == 1 { "1 yearly task has".to_owned() } else { format!("{count} yearly tasks have") };
    Ok(told(&app, &urls::new_year(&school.slug), &format!("{tasks} a day now. The year shows them.")))
}

fn most(typed: &str) -> usize {
    typed.parse().ok().filter(|most| (1..=MOST_MAX).contains(most)).unwrap_or(MOST)
}

fn lead(year: &NewYear) -> String {
    let (done, all) = (year.steps.iter().filter(|step| step.done).count(), year.steps.len());
    let from = dates::long(year.from);
    if done == all {
        format!("Everything is ready for {from}.")
    } else {
        format!("{done} of {all} are ready for {from}.")
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
