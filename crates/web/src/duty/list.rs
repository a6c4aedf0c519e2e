//! What is open in this school, whose is it, what is late?

use super::status;
use crate::form::Choice;
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::frame_of;
use crate::session::Signed;
use crate::{App, download, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::duty::{Task, Waits};
use schoolkeeper_app::{dates, export};
use serde::Deserialize;
use std::collections::BTreeSet;

const PAGE_SIZE: usize = 25;
/// Its address in the table of routes.
pub(super) const HERE: &str = "/school/{school}/tasks";

#[derive(Template)]
#[template(path = "duty/list.html")]
struct ListPage {
    frame: Frame,
    lead: String,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    asked: Asked,
    owners: Vec<Choice>,
    sections: Vec<Choice>,
    orders: Vec<Choice>,
    hits: String,
    rows: Vec<Row>,
    pages: Pager,
    export_href: String,
    year_href: String,
    daily_href: String,
}

struct Row {
    title: String,
    href: String,
    status: Status,
    about: Option<String>,
    meta: String,
}

/// `?show=late&q=words&owner=Caretaker&section=Back-up&sort=owner&page=2`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    owner: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    section: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    sort: String,
    page: usize,
}

/// GET /school/{school}/tasks
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let all = app.house.tasks(&signed.actor, &school).await?;
    let frame = frame_of(&school, "Tasks", &signed, HERE);
    let lead = lead(&all.open, all.next.as_ref());
    Ok(Html(shown(frame, lead, (&school.slug, &all.open), &asked).render()?))
}

/// GET /school/{school}/tasks.csv: exactly what the list shows.
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let all = app.house.tasks(&signed.actor, &school).await?;
    let csv = export::tasks(&choose(&all.open, &asked))?;
    Ok(download::csv(&format!("tasks-{}", school.slug), csv))
}

fn lead(open: &[Task], next: Option<&(jiff::civil::Date, String)>) -> String {
    let late = open.iter().filter(|task| task.late).count();
    let coming =
        next.map_or_else(String::new, |(day, title)| format!(" Next: {title}, opens {}.", dates::with_weekday(*day)));
    match (open.len(), late) {
        (0, _) => format!("No task is open.{coming}"),
        (1, 0) => "One task is open, in time.".to_owned(),
        (1, _) => "One task is open, and late.".to_owned(),
        (all, 0) => format!("{all} tasks are open, none is late."),
        (all, late) => format!("{all} tasks are open, {late} of them late."),
    }
}

fn shown(frame: Frame, lead: String, (slug, all): (&str, &[Task]), asked: &Asked) -> ListPage {
    let fitting = choose(all, asked);
    let count = fitting.len();
    let action = urls::tasks(slug);
    let href = |show: &str, page: &str| action.clone() + &query(asked, show, page);
    let (rows, pages) = page_of(fitting, asked.page, PAGE_SIZE, |page| href(&asked.show, &page.to_string()));
    let kinds = [("", "All"), ("late", "Late"), ("do", "To do"), ("sign", "To sign"), ("records", "Not known yet")];
    let filter = |(name, text): (&str, &str)| Filter {
        text: format!("{text} {}", all.iter().filter(|task| fits(task, name)).count()),
        href: href(name, ""),
        current: asked.show == name,
    };
    let owners = all.iter().map(|task| task.owner.clone()).collect();
    let sections = all.iter().flat_map(|task| task.sections.clone()).collect();
    let orders = [("", "By date"), ("owner", "By owner"), ("title", "By name")];
    ListPage {
        lead,
        any: !all.is_empty(),
        filters: kinds.into_iter().map(filter).collect(),
        owners: options("Everybody", owners, &asked.owner),
        sections: options("All sections", sections, &asked.section),
        orders: orders.map(|(value, text)| Choice { chosen: value == asked.sort, ..Choice::new(value, text) }).into(),
        hits: format!("{count} task{}", if count == 1 { "" } else { "s" }),
        rows: rows.into_iter().map(row).collect(),
        pages,
        export_href: urls::tasks_export(slug) + &query(asked, &asked.show, ""),
        year_href: urls::task_year(slug),
        daily_href: urls::dailies(slug),
        frame,
        action: action.clone(),
        asked: asked.clone(),
    }
}

fn query(asked: &Asked, show: &str, page: &str) -> String {
    urls::query(&[
        ("show", show),
        ("q", &asked.q),
        ("owner", &asked.owner),
        ("section", &asked.section),
        ("sort", &asked.sort),
        ("page", page),
    ])
}

fn options(all: &str, names: BTreeSet<String>, chosen: &str) -> Vec<Choice> {
    let each = names.into_iter().map(|name| Choice { chosen: name == chosen, ..Choice::new(name.clone(), name) });
    std::iter::once(Choice::new("", all)).chain(each).collect()
}

fn row(task: &Task) -> Row {
    let who = match &task.people[..] {
        [] => task.owner.clone(),
        [one] => format!("{}: {one}", task.owner),
        [one, rest @ ..] => format!("{}: {one} and {} more", task.owner, rest.len()),
    };
    let by = if task.late { "was due" } else { "by" };
    Row {
        title: task.title.clone(),
        href: task.link.clone(),
        status: status(task),
        about: task.about.as_ref().map(|(_, name)| name.clone()),
        meta: format!("{by} {} · {who} · {}", dates::long(task.due), task.clauses.join(", ")),
    }
}

fn choose<'a>(all: &'a [Task], asked: &Asked) -> Vec<&'a Task> {
    let wanted = asked.q.trim().to_lowercase();
    let says = |task: &Task| {
        let about = task.about.as_ref().map_or("", |(_, name)| name);
        format!("{} {about} {} {} {}", task.title, task.owner, task.people.join(" "), task.clauses.join(" "))
    };
    let mut out: Vec<&Task> = all
        .iter()
        .filter(|task| fits(task, &asked.show))
        .filter(|task| asked.owner.is_empty() || task.owner == asked.owner)
        .filter(|task| asked.section.is_empty() || task.sections.contains(&asked.section))
        .filter(|task| says(task).to_lowercase().contains(&wanted))
        .collect();
    match asked.sort.as_str() {
        "owner" => out.sort_by(|a, b| (&a.owner, a.due).cmp(&(&b.owner, b.due))),
        "title" => out.sort_by(|a, b| (&a.title, a.due).cmp(&(&b.title, b.due))),
        _ => {}
    }
    out
}

fn fits(task: &Task, show: &str) -> bool {
    match show {
        "late" => task.late,
        "do" => task.waits == Waits::Doing,
        "sign" => task.waits == Waits::Countersigning,
        "records" => task.waits == Waits::Records,
        _ => true,
    }
}
