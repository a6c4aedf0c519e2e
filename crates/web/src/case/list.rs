//! The incidents of a school that whoever looks sees: what is open, what is late, what was closed.

use super::status;
use crate::error::Error;
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::{frame_of, opens};
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::case::{CaseLine, CasesAsked, CasesPage};
use schoolkeeper_app::dates;
use serde::Deserialize;
use std::collections::BTreeMap;

const PAGE_SIZE: usize = 25;
/// Its place in the table of routes.
pub const HERE: &str = "/school/{school}/cases";

#[derive(Template)]
#[template(path = "case/list.html")]
struct ListPage {
    frame: Frame,
    lead: String,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    asked: Wanted,
    controls: Vec<(String, String, bool)>,
    orders: Vec<(&'static str, &'static str, bool)>,
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

/// `?show=late&control=name&q=words&sort=oldest&page=2`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    control: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    sort: String,
    page: usize,
}

impl Wanted {
    fn query(&self, show: &str, page: &str) -> String {
        let parts = [("show", show), ("control", &self.control), ("q", &self.q), ("sort", &self.sort), ("page", page)];
        urls::query(&parts)
    }
}

impl From<&Wanted> for CasesAsked {
    fn from(wanted: &Wanted) -> Self {
        let Wanted { show, control, q, sort, .. } = wanted.clone();
        Self { show, control, search: q, sort }
    }
}

/// GET /school/{school}/cases
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let CasesPage { lines, counts, controls } = app.house.cases(&signed.actor, &school, &(&wanted).into()).await?;
    let action = urls::cases(&school.slug);
    let count = lines.len();
    let href = |page: usize| action.clone() + &wanted.query(&wanted.show, &page.to_string());
    let (lines, pages) = page_of(lines, wanted.page, PAGE_SIZE, href);
    let page = ListPage {
        frame: frame_of(&school, "Incidents", &signed, HERE),
        lead: lead(&counts),
        any: counts.get("").is_some_and(|count| *count > 0),
        filters: filters(&action, &wanted, &counts),
        controls: controls
            .into_iter()
            .map(|(name, title)| (name == wanted.control, name, title))
            .map(|(chosen, name, title)| (name, title, chosen))
            .collect(),
        orders: orders(&wanted.sort),
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
    let page = app.house.cases(&signed.actor, &school, &(&wanted).into()).await?;
    let csv = schoolkeeper_app::export::cases(&page.lines)?;
    Ok(file(csv, &format!("incidents-{}", school.slug)))
}

/// A table as a file.
pub(super) fn file(csv: Vec<u8>, name: &str) -> Response {
    let name = format!("attachment; filename=\"{name}.csv\"");
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], csv)
        .into_response()
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

fn filters(action: &str, wanted: &Wanted, counts: &BTreeMap<&'static str, usize>) -> Vec<Filter> {
    [("", "All"), ("open", "Open"), ("late", "Late"), ("closed", "Closed"), ("mine", "Reported by you")]
        .into_iter()
        .map(|(name, text)| Filter {
            text: format!("{text} {}", counts.get(name).copied().unwrap_or_default()),
            href: action.to_owned() + &wanted.query(name, ""),
            current: wanted.show == name,
        })
        .collect()
}

fn orders(sort: &str) -> Vec<(&'static str, &'static str, bool)> {
    [("", "What is due first"), ("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "By what happened")]
        .into_iter()
        .map(|(name, text)| (name, text, name == sort))
        .collect()
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
