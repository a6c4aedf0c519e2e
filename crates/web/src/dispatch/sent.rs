//! What was sent, and that it arrived.

use super::{ACT, SENT, reasons};
use crate::error::Error;
use crate::form::{Fault, Field, Form, Posted};
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::frame_of;
use crate::request::entry_id;
use crate::session::{Signed, told};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::dispatch::{Arrival, Sending, SentItem, SentState};
use schoolkeeper_app::{School, dates};
use serde::Deserialize;

const PAGE_SIZE: usize = 25;
/// What the list can be narrowed to.
const SHOWS: [(&str, &str); 5] = [
    ("", "All"),
    ("no-proof", "No proof of arrival"),
    ("on-its-way", "On its way"),
    ("arrived", "Arrived"),
    ("sent", "Sent"),
];

#[derive(Template)]
#[template(path = "dispatch/list.html")]
struct ListPage {
    frame: Frame,
    send_href: String,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    show: String,
    q: String,
    rows: Vec<Row>,
    pages: Pager,
    export_href: String,
}

struct Row {
    href: String,
    title: String,
    meta: String,
    status: Status,
}

#[derive(Template)]
#[template(path = "dispatch/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    status: Status,
    facts: Vec<(String, String)>,
    number: Field,
    open: bool,
    send_href: String,
}

/// `?show=no-proof&q=words&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    page: usize,
}

impl Wanted {
    fn fits(&self, one: &SentItem) -> bool {
        self.show.is_empty() || one.state().name() == self.show
    }
}

/// GET /school/{school}/sent
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, ACT).await?;
    let all = app.house.sent(&signed.actor, &school, &wanted.q).await?;
    let (show, q) = (&wanted.show, &wanted.q);
    let href = |show: &str, page: &str| urls::sent(&slug) + &urls::query(&[("show", show), ("q", q), ("page", page)]);
    let filter = |(name, text): (&str, &str)| Filter {
        text: format!("{text} {}", all.iter().filter(|one| name.is_empty() || one.state().name() == name).count()),
        href: href(name, ""),
        current: show == name,
    };
    let filters = SHOWS.map(filter).into();
    let any = !all.is_empty() || !q.is_empty();
    let fitting: Vec<&SentItem> = all.iter().filter(|one| wanted.fits(one)).collect();
    let (shown, pages) = page_of(fitting, wanted.page, PAGE_SIZE, |page| href(show, &page.to_string()));
    let page = ListPage {
        frame: frame_of(&school, "What was sent", &signed, SENT),
        send_href: urls::send(&slug),
        rows: shown.into_iter().map(|one| row(&slug, one)).collect(),
        export_href: urls::sent_export(&slug) + &urls::query(&[("show", show), ("q", q)]),
        action: urls::sent(&slug),
        any,
        filters,
        pages,
        show: wanted.show,
        q: wanted.q,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/sent.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, ACT).await?;
    let mut all = app.house.sent(&signed.actor, &school, &wanted.q).await?;
    all.retain(|one| wanted.fits(one));
    Ok(download::csv(&format!("sent-{slug}"), schoolkeeper_app::export::sent(&all)?))
}

/// GET /school/{school}/sent/{dispatch}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, ACT).await?;
    let one = app.house.sent_item(&signed.actor, &school, entry_id(&id)?).await?;
    show(&signed, &school, (&one, &Posted::default()), Vec::new())
}

/// POST /school/{school}/sent/{dispatch}
pub async fn arrived(
    State(app): State<App>,
    signed: Signed,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, ACT).await?;
    let one = app.house.sent_item(&signed.actor, &school, entry_id(&id)?).await?;
    let arrival = Arrival { number: posted.word("number") };
    let came = app.house.arrived((&signed.actor, &school), (one.id, &arrival)).await?;
    match came {
        Sending::Refused(_) => show(&signed, &school, (&one, &posted), reasons(&came)),
        _ => Ok(told(&app, &urls::sent_item(&slug, one.id), "Written down: it arrived.")),
    }
}

fn status(one: &SentItem) -> Status {
    match one.state() {
        SentState::Late => Status { colour: "red", mark: "✕", text: "No proof of arrival" },
        SentState::Awaited => Status { colour: "blue", mark: "…", text: "On its way" },
        SentState::Arrived => Status { colour: "teal", mark: "●", text: "Arrived" },
        SentState::Sent => Status { colour: "grey", mark: "–", text: "Sent" },
    }
}

fn row(slug: &str, one: &SentItem) -> Row {
    let on = one.on.map(dates::long).unwrap_or_default();
    let meta = [one.recipient.clone(), one.way.clone(), on];
    let meta: Vec<String> = meta.into_iter().filter(|text| !text.is_empty()).collect();
    Row {
        href: urls::sent_item(slug, one.id),
        title: one.contents.clone(),
        meta: meta.join(" · "),
        status: status(one),
    }
}

fn show(
    signed: &Signed,
    school: &School,
    (one, posted): (&SentItem, &Posted),
    wrong: Vec<String>,
) -> Result<Response, Error> {
    let number = Field::new("number", "Its number with the carrier");
    let number = number.hint("On the receipt. Leave it when there is none").value(posted.get("number"));
    let mut form = Form::of(signed.csrf(), &[&number]);
    form.faults.extend(wrong.into_iter().map(|text| Fault { href: "#number".to_owned(), text }));
    let page = Page {
        frame: frame_of(school, &one.contents, signed, SENT)
            .back("What was sent", urls::sent(&school.slug))
            .faulty(&form),
        form,
        action: urls::sent_item(&school.slug, one.id),
        title: one.contents.clone(),
        status: status(one),
        facts: facts(one),
        number,
        open: one.arrived.is_none() || one.awaited.is_some(),
        send_href: urls::send(&school.slug),
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn facts(one: &SentItem) -> Vec<(String, String)> {
    let mut out = vec![("To".to_owned(), one.recipient.clone()), ("How".to_owned(), one.way.clone())];
    out.extend(one.on.map(|day| ("Sent".to_owned(), dates::long(day))));
    out.extend(one.more.clone());
    out.extend(one.number.clone().map(|number| ("Its number with the carrier".to_owned(), number)));
    out.extend(one.awaited.map(|(day, _)| ("Proof of arrival is needed by".to_owned(), dates::long(day))));
    out.extend(one.arrived.map(|day| ("Arrived".to_owned(), dates::long(day))));
    out.retain(|(_, value)| !value.is_empty());
    out
}
