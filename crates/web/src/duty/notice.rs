//! A notice that went out with a task: read it, say so, see who has.

use super::list::HERE;
use crate::error::{Error, sentences};
use crate::form::{Form, Posted};
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::frame_of;
use crate::request::entry_id;
use crate::session::{Signed, told};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::duty::{MyReading, NoticeShown, ReaderLine};
use schoolkeeper_app::{School, dates};
use serde::Deserialize;

const PAGE_SIZE: usize = 50;

#[derive(Template)]
#[template(path = "duty/notice.html")]
struct NoticePage {
    frame: Frame,
    form: Form,
    refused: Option<String>,
    action: String,
    caption: String,
    title: String,
    by: String,
    paragraphs: Vec<String>,
    open: bool,
    read: Option<String>,
    roll: Option<Roll>,
}

/// Who has read it.
struct Roll {
    filters: Vec<Filter>,
    rows: Vec<(String, Option<String>, Status)>,
    pages: Pager,
    export_href: String,
}

/// `?show=open&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    page: usize,
}

/// GET /school/{school}/notice/{task}
pub async fn notice(
    State(app): State<App>,
    signed: Signed,
    Path((school, id)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let (school, notice) = open(&app, &signed, (&school, &id)).await?;
    show(&signed, (&school, notice), &wanted, None)
}

/// POST /school/{school}/notice/{task}
pub async fn read_notice(
    State(app): State<App>,
    signed: Signed,
    Path((school, id)): Path<(String, String)>,
    _posted: Posted,
) -> Result<Response, Error> {
    let (school, notice) = open(&app, &signed, (&school, &id)).await?;
    match app.house.read_notice(&signed.actor, &school, &notice).await? {
        Acted::Done(_) => Ok(told(&app, &urls::mine(), "Thank you: it is written down that you have read it.")),
        Acted::Refused(why) => {
            Ok(show(&signed, (&school, notice), &Wanted::default(), Some(sentences(&why)))?.into_response())
        }
    }
}

/// GET /school/{school}/notice/{task}/who.csv
pub async fn readers(
    State(app): State<App>,
    signed: Signed,
    Path((school, id)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let (school, notice) = open(&app, &signed, (&school, &id)).await?;
    let all = notice.readers.ok_or(schoolkeeper_app::Error::Missing)?;
    let chosen: Vec<ReaderLine> = all.into_iter().filter(|line| fits(&wanted.show, line)).collect();
    let csv = schoolkeeper_app::export::readers(&chosen)?;
    Ok(download::csv(&format!("notice-{}-{}", school.slug, notice.on), csv))
}

async fn open(app: &App, signed: &Signed, (school, id): (&str, &str)) -> Result<(School, NoticeShown), Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let notice = app.house.notice(&signed.actor, &school, entry_id(id)?).await?;
    Ok((school, notice))
}

fn show(
    signed: &Signed,
    (school, notice): (&School, NoticeShown),
    wanted: &Wanted,
    refused: Option<String>,
) -> Result<Html<String>, Error> {
    let action = urls::task_notice(&school.slug, notice.id);
    let back =
        if notice.mine == MyReading::None { ("Tasks", urls::tasks(&school.slug)) } else { ("My page", urls::mine()) };
    let heading = format!("Notice of {}", dates::long(notice.on));
    let page = NoticePage {
        frame: frame_of(school, &heading, signed, HERE).back(back.0, back.1),
        form: Form::of(signed.csrf(), &[]),
        refused,
        by: notice.by,
        paragraphs: notice.words.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        open: notice.mine == MyReading::Open,
        read: match notice.mine {
            MyReading::Read(on) => Some(dates::long(on)),
            MyReading::Open | MyReading::Past | MyReading::None => None,
        },
        roll: notice.readers.map(|all| roll(&action, all, wanted)),
        caption: notice.title,
        title: heading,
        action,
    };
    Ok(Html(page.render()?))
}

fn roll(action: &str, all: Vec<ReaderLine>, wanted: &Wanted) -> Roll {
    let href = |show: &str, page: &str| action.to_owned() + &urls::query(&[("show", show), ("page", page)]);
    let filter = |(name, text): (&str, &str)| Filter {
        text: format!("{text} {}", all.iter().filter(|line| fits(name, line)).count()),
        href: href(name, ""),
        current: wanted.show == name,
    };
    let filters = [("", "All"), ("open", "Not read yet"), ("read", "Read")].map(filter).into();
    let fitting: Vec<ReaderLine> = all.into_iter().filter(|line| fits(&wanted.show, line)).collect();
    let (lines, pages) = page_of(fitting, wanted.page, PAGE_SIZE, |page| href(&wanted.show, &page.to_string()));
    let rows = lines.into_iter().map(row).collect();
    Roll { filters, rows, pages, export_href: format!("{action}/who.csv") + &urls::query(&[("show", &wanted.show)]) }
}

fn fits(show: &str, line: &ReaderLine) -> bool {
    match show {
        "open" => line.read.is_none(),
        "read" => line.read.is_some(),
        _ => true,
    }
}

fn row(line: ReaderLine) -> (String, Option<String>, Status) {
    let status = match line.read {
        Some(_) => Status { colour: "green", mark: "●", text: "Read" },
        None => Status { colour: "yellow", mark: "◐", text: "Not read yet" },
    };
    (line.name, line.read.map(dates::long), status)
}
