//! The year of a school: what is due in which month.

use super::list::HERE;
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::dates;
use schoolkeeper_app::duty::{YearMonth, YearTask};

#[derive(Template)]
#[template(path = "duty/year.html")]
struct YearPage {
    frame: Frame,
    months: Vec<MonthPart>,
    calendar_href: String,
}

struct MonthPart {
    id: String,
    title: String,
    rows: Vec<Row>,
}

struct Row {
    due: String,
    planned: Option<String>,
    done: bool,
    title: String,
    owner: String,
    href: Option<String>,
}

/// GET /school/{school}/tasks/year
pub async fn year(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let months = app.house.task_year(&signed.actor, &school).await?;
    let frame = frame_of(&school, "Tasks of the school year", &signed, HERE).back("Tasks", urls::tasks(&school.slug));
    let page =
        YearPage { frame, months: months.iter().map(month).collect(), calendar_href: urls::calendar(&school.slug) };
    Ok(Html(page.render()?))
}

fn month(month: &YearMonth) -> MonthPart {
    MonthPart {
        id: month.first.strftime("month-%Y-%m").to_string(),
        title: month.first.strftime("%B %Y").to_string(),
        rows: month.tasks.iter().map(row).collect(),
    }
}

fn row(task: &YearTask) -> Row {
    let due = match task.times {
        1 => dates::long(task.due),
        times if task.done == 0 => format!("{times} times, first {}", dates::long(task.due)),
        times => format!("{times} times, first {}, {} done", dates::long(task.due), task.done),
    };
    let planned = task.planned.map(dates::long);
    Row {
        due,
        planned,
        done: task.times == 1 && task.done > 0,
        title: task.title.clone(),
        owner: task.owner.clone(),
        href: task.link.clone(),
    }
}
