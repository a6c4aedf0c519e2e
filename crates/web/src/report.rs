//! Reports by mail: read them, say that somebody is done, erase them.

use crate::attachment::{handed_out, shown_small};
use crate::error::Error;
use crate::form::Posted;
use crate::frame::{Filter, Frame};
use crate::mail::school_for;
use crate::session::{self, Signed};
use crate::{App, download, manage, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::Timestamp;
use schoolkeeper_app::dates;
use schoolkeeper_app::mail::{ReportShown, ReportsAsked};
use schoolkeeper_core::calendar::Calendar;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "report/list.html")]
struct ListPage {
    frame: Frame,
    slug: String,
    csrf: String,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    next: Option<String>,
    may: bool,
}

struct Row {
    id: Uuid,
    subject: String,
    sender: String,
    when: String,
    text: String,
    cut: bool,
    dealt: bool,
    files: Vec<File>,
}

struct File {
    words: String,
    href: Option<String>,
    small: Option<String>,
}

/// `?all=yes&at=MICROSECONDS&before=ID`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    all: String,
    at: String,
    before: String,
}

/// `?report=ID&file=ID`, `&small=yes`; `&number=1` for those of an older version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileAsked {
    report: String,
    file: String,
    small: String,
    number: i64,
}

/// GET /school/{school}/reports
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = school_for(&app, &signed.actor, &slug, "report.see").await?;
    let at = asked.at.parse().ok().and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let before = at.zip(Uuid::parse_str(&asked.before).ok());
    let wanted = ReportsAsked { dealt: asked.all == "yes", before };
    let (reports, more) = app.house.reports(&signed.actor, &school, wanted).await?;
    let last = reports.last().filter(|_| more).map(|report| (report.received_at, report.id));
    let calendar = Calendar::new(school.division, Vec::new());
    let mut rows = Vec::new();
    for report in reports {
        rows.push(row(&slug, app.house.report(&signed.actor, &school, report.id).await?, &calendar));
    }
    let here = urls::reports(&school.slug);
    let filter = |text: &str, all: &str| Filter {
        text: text.to_owned(),
        href: here.clone() + &urls::query(&[("all", all)]),
        current: asked.all == all,
    };
    let next = last.map(|(at, id)| {
        let (at, id) = (at.as_microsecond().to_string(), id.to_string());
        here.clone() + &urls::query(&[("all", &asked.all), ("at", &at), ("before", &id)])
    });
    let page = ListPage {
        frame: manage::frame_of(&school, "Reports by mail", &signed, "/school/{school}/reports")
            .back("Manage", urls::manage()),
        slug,
        csrf: signed.csrf(),
        filters: vec![filter("To deal with", ""), filter("All", "yes")],
        rows,
        next,
        may: signed.may_try("report.deal"),
    };
    Ok(Html(page.render()?))
}

fn row(slug: &str, shown: ReportShown, calendar: &Calendar) -> Row {
    let ReportShown { report, attached, files } = shown;
    let id = report.id.to_string();
    let href =
        |more: &[(&str, &str)]| urls::report_file(slug) + &urls::query(&[&[("report", id.as_str())], more].concat());
    let kb = |size: i64| (size + 1023) / 1024;
    let attached = attached.into_iter().map(|shown| {
        let file = shown.file.id.to_string();
        File {
            words: format!("{} ({} kB)", shown.file.name, kb(shown.file.size)),
            href: Some(href(&[("file", &file)])),
            small: shown.file.small.map(|_| href(&[("file", &file), ("small", "yes")])),
        }
    });
    let files = files.into_iter().map(|file| {
        let old = file.refused.is_none().then(|| href(&[("number", &file.number.to_string())]));
        let words = match file.refused {
            Some(why) => format!("{}: not kept, {why}", file.name),
            None => format!("{} ({} kB)", file.name, kb(file.size)),
        };
        File { words, href: old, small: None }
    });
    Row {
        files: attached.chain(files).collect(),
        id: report.id,
        subject: report.subject,
        sender: report.sender,
        when: dates::moment(report.received_at, calendar.zone()),
        text: report.text,
        cut: report.cut,
        dealt: report.dealt_at.is_some(),
    }
}

/// GET /school/{school}/reports/file. Always as a download of unknown kind: a stranger chose what it is.
pub async fn file(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<FileAsked>,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "report.see").await?;
    let id = Uuid::parse_str(&asked.report).map_err(|_| Error::Missing)?;
    if let Ok(file) = Uuid::parse_str(&asked.file) {
        let file = app.house.report_attachment(&signed.actor, &school, (id, file)).await?;
        let content = app.house.attachment_content(&file, asked.small == "yes").await?;
        return Ok(if asked.small == "yes" { shown_small(content) } else { handed_out(&file, content) });
    }
    let (name, content) = app.house.report_file(&signed.actor, &school, (id, asked.number)).await?;
    Ok(download::file(&name, "application/octet-stream", content.to_vec()))
}

/// POST /school/{school}/reports/do
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "report.deal").await?;
    let id = Uuid::parse_str(posted.get("report")).map_err(|_| Error::Missing)?;
    let words = match posted.get("do") {
        "deal" => {
            app.house.deal_with_report(&signed.actor, &school, id).await?;
            "Dealt with. It is erased 90 days after it came."
        }
        "erase" => {
            app.house.erase_report(&signed.actor, &school, id).await?;
            "Erased, with its files."
        }
        _ => return Err(Error::Missing),
    };
    Ok(session::told(&app, &urls::reports(&school.slug), words))
}
