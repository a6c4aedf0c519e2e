//! Every request of a school: what waits, what is late, how long it takes to decide.

use super::status;
use crate::error::Error;
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::frame_of;
use crate::session::Signed;
use crate::wanted::{Chosen, Wanted};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::request::{Figures, RequestLine, RequestsPage};

const PAGE_SIZE: usize = 25;
/// Its place in the table of routes.
const HERE: &str = "/school/{school}/requests";

const FILTERS: [(&str, &str); 6] = [
    ("", "All"),
    ("waiting", "Waiting"),
    ("late", "Late"),
    ("granted", "Granted"),
    ("refused", "Refused"),
    ("withdrawn", "Taken back"),
];
const ORDERS: [(&str, &str); 4] =
    [("", "What waits first"), ("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "By what is asked")];

#[derive(Template)]
#[template(path = "request/list.html")]
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
    grants_href: String,
    ask_href: String,
}

struct Row {
    href: String,
    title: String,
    meta: String,
    status: Status,
}

/// GET /school/{school}/requests
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let RequestsPage { lines, figures, controls } = app.house.requests(&signed.actor, &school, &wanted.lines()).await?;
    let action = urls::requests(&school.slug);
    let count = lines.len();
    let href = |page: usize| action.clone() + &wanted.query(&wanted.show, &page.to_string());
    let (lines, pages) = page_of(lines, wanted.page, PAGE_SIZE, href);
    let page = ListPage {
        frame: frame_of(&school, "Requests for permission", &signed, HERE),
        lead: lead(&figures),
        any: figures.counts.get("").is_some_and(|count| *count > 0),
        filters: wanted.filters(&action, &FILTERS, &figures.counts),
        controls: wanted.controls(controls),
        orders: wanted.orders(&ORDERS),
        hits: format!("{count} request{}", if count == 1 { "" } else { "s" }),
        rows: lines.into_iter().map(|line| row(&school.slug, line)).collect(),
        export_href: urls::requests_export(&school.slug) + &wanted.query(&wanted.show, ""),
        grants_href: urls::grants(&school.slug),
        ask_href: urls::ask(&school.slug),
        asked: wanted,
        action,
        pages,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/requests.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let page = app.house.requests(&signed.actor, &school, &wanted.lines()).await?;
    let csv = schoolkeeper_app::export::requests(&page.lines)?;
    Ok(download::csv(&format!("requests-{}", school.slug), csv))
}

/// `3 wait for a decision, 1 of them late; the oldest for 4 days. Half of the decisions were made within 2 days.`
fn lead(figures: &Figures) -> String {
    let count = |name: &str| figures.counts.get(name).copied().unwrap_or_default();
    let waiting = match (count("waiting"), count("late")) {
        (0, _) => "No request waits for a decision.".to_owned(),
        (waiting, late) => {
            let late = if late == 0 { String::new() } else { format!(", {late} of them late") };
            let oldest = figures.oldest.as_ref().map(|time| format!("; the oldest for {time}")).unwrap_or_default();
            format!("{waiting} {} for a decision{late}{oldest}.", if waiting == 1 { "waits" } else { "wait" })
        }
    };
    let usual = figures.usual.as_ref().map(|time| format!(" Half of the decisions were made within {time}."));
    waiting + &usual.unwrap_or_default()
}

fn row(slug: &str, line: RequestLine) -> Row {
    let meta = [format!("{}, {}", line.asker, line.asked), line.more];
    Row {
        href: urls::request(slug, line.id),
        title: line.title,
        meta: meta.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        status: status(line.outcome, line.late),
    }
}
