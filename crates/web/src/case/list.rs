//! The incidents of a school that whoever looks sees: what is open, what is late, what was closed.

use super::status;
use crate::error::Error;
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::{frame_of, opens};
use crate::session::Signed;
use crate::wanted::{Chosen, Wanted};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::case::{CaseLine, CasesPage};
use schoolkeeper_app::dates;
use std::collections::BTreeMap;

const PAGE_SIZE: usize = 25;
/// Its place in the table of routes.
pub const HERE: &str = "/school/{school}/cases";

const FILTERS: [(&str, &str); 5] =
    [("", "All"), ("open", "Open"), ("late", "Late"), ("closed", "Closed"), ("mine", "Reported by you")];
const ORDERS: [(&str, &str); 4] =
    [("", "What is due first"), ("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "By what happened")];

#[derive(Template)]
#[template(path = "case/list.html")]
struct ListPage {
    frame: Frame,
    lead: String,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    asked: Wanted,
    controls: Vec<Chosen<String>>,
    orders: Vec<Chosen<&'static str>>,
    hits: String,
    rows: Vec<Row>,
    pages: Pager,
    export_href: String,
    report_href: String,
    numbers_href: Option<String>,
}

struct Row {
    href: String,
    title: String,
    meta: String,
    status: Status,
    practice: bool,
}

/// GET /school/{school}/cases
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let CasesPage { lines, counts, controls } = app.house.cases(&signed.actor, &school, &wanted.lines()).await?;
    let action = urls::cases(&school.slug);
    let count = lines.len();
    let href = |page: usize| action.clone() + &wanted.query(&wanted.show, &page.to_string());
    let (lines, pages) = page_of(lines, wanted.page, PAGE_SIZE, href);
    let page = ListPage {
        frame: frame_of(&school, "Incidents", &signed, HERE),
        lead: lead(&counts),
        any: counts.get("").is_some_and(|count| *count > 0),
        filters: wanted.filters(&action, &FILTERS, &counts),
        controls: wanted.controls(controls),
        orders: wanted.orders(&ORDERS),
        hits: format!("{count} incident{}", if count == 1 { "" } else { "s" }),
        rows: lines.into_iter().map(|line| row(&school.slug, line)).collect(),
        export_href: urls::cases_export(&school.slug) + &wanted.query(&wanted.show, ""),
        report_href: urls::report(&school.slug),
        numbers_href: opens(&signed, super::number::HERE).then(|| urls::case_numbers(&school.slug)),
        asked: wanted,
        action,
        pages,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/cases.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let page = app.house.cases(&signed.actor, &school, &wanted.lines()).await?;
    let csv = schoolkeeper_app::export::cases(&page.lines)?;
    Ok(download::csv(&format!("incidents-{}", school.slug), csv))
}

/// `3 are open, 1 of them late.`
fn lead(counts: &BTreeMap<&'static str, usize>) -> String {
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    match (count("open"), count("late")) {
        (0, _) => "No incident is open.".to_owned(),
        (open, 0) => format!("{open} {} open, none late.", if open == 1 { "is" } else { "are" }),
        (open, late) => format!("{open} {} open, {late} of them late.", if open == 1 { "is" } else { "are" }),
    }
}

fn row(slug: &str, line: CaseLine) -> Row {
    let due = line.due.map(|due| format!("By {}", dates::long(due))).unwrap_or_default();
    let mine = if line.mine { "You reported it".to_owned() } else { line.reporter };
    let meta = [line.opened, mine, line.more, due];
    Row {
        href: urls::case(slug, line.id),
        title: line.title,
        meta: meta.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        status: status(line.stand),
        practice: line.practice,
    }
}
