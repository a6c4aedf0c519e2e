//! Webhooks of a school: who is told what, what was told and how it went, trying it out and telling again.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Pager, Status};
use crate::mail::school_for;
use crate::session::{self, Draft, Signed};
use crate::{App, manage, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::webhook::{Delivered, Delivery, Event, NewWebhook, Webhook};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::calendar::Calendar;
use serde::Deserialize;
use uuid::Uuid;

const HERE: &str = "/school/{school}/webhook";
/// Deliveries on one page.
const PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "webhook/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    new: String,
    office: bool,
}

struct Row {
    name: String,
    href: String,
    url: String,
    events: String,
    missed: i64,
}

#[derive(Template)]
#[template(path = "webhook/new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    name: Field,
    url: Field,
    event: Field,
    action: String,
}

#[derive(Template)]
#[template(path = "webhook/made.html")]
struct MadePage {
    frame: Frame,
    secret: String,
    name: String,
    href: String,
}

#[derive(Template)]
#[template(path = "webhook/page.html")]
struct WebhookPage {
    frame: Frame,
    form: Form,
    row: Row,
    since: String,
    deliveries: Vec<Line>,
    pages: Pager,
    href: String,
}

struct Line {
    id: Uuid,
    event: &'static str,
    when: String,
    status: Status,
    answer: String,
    again: bool,
}

/// `?before=MICROS-ID`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    before: String,
}

/// GET /school/{school}/webhook
pub async fn list(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = school_for(&app, &signed.actor, &slug, "webhook.set").await?;
    let webhooks = app.house.webhooks(&signed.actor, &school).await?;
    let page = ListPage {
        frame: manage::frame_of(&school, "Webhooks", &signed, HERE),
        rows: webhooks.iter().map(|webhook| row(&school, webhook)).collect(),
        new: urls::webhook_act(&school.slug, "new"),
        office: school.trust,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/webhook/new
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    draft: Draft,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "webhook.set").await?;
    show_new(&signed, &school, &draft.0, &[])
}

/// POST /school/{school}/webhook/new
pub async fn make(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "webhook.set").await?;
    let events = posted.all("event").into_iter().filter_map(Event::from_name).collect();
    let new = NewWebhook { name: posted.word("name"), url: posted.word("url"), events };
    let mistakes = new.mistakes(app.house.tells_loopback());
    if !mistakes.is_empty() {
        return show_new(&signed, &school, &posted, &mistakes);
    }
    match app.house.make_webhook(&signed.actor, &school, &new).await {
        Ok((id, secret)) => {
            let frame = Frame::titled("Copy the secret now").signed(&signed);
            let href = urls::webhook_act(&school.slug, &id.to_string());
            Ok(Html(MadePage { frame, secret, name: new.name, href }.render()?).into_response())
        }
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show_new(&signed, &school, &posted, &[("name", crate::intake::sentences(&why))])
        }
        Err(other) => Err(other.into()),
    }
}

/// GET /school/{school}/webhook/{webhook}
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Path((slug, webhook)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let (school, webhook) = found(&app, &signed, (&slug, &webhook)).await?;
    let place = (&school, webhook.id);
    let mut deliveries = app.house.deliveries(&signed.actor, place, spot(&asked.before), PAGE + 1).await?;
    let more = deliveries.len() > PAGE as usize;
    deliveries.truncate(PAGE as usize);
    let href = urls::webhook_act(&school.slug, &webhook.id.to_string());
    let next = deliveries.last().filter(|_| more).map(|last| {
        let before = format!("{}-{}", last.at.as_microsecond(), last.id);
        href.clone() + &urls::query(&[("before", &before)])
    });
    let calendar = Calendar::new(school.division, Vec::new());
    let page = WebhookPage {
        frame: Frame::titled(&format!("{} – {}", webhook.name, school.title))
            .signed(&signed)
            .back("Webhooks", urls::webhooks(&school.slug)),
        form: Form::of(signed.csrf(), &[]),
        since: dates::long(calendar.day(webhook.made_at)),
        deliveries: deliveries.iter().map(|one| line(one, &calendar)).collect(),
        pages: Pager { previous: None, next },
        row: row(&school, &webhook),
        href,
    };
    Ok(Html(page.render()?))
}

/// POST /school/{school}/webhook/{webhook}/ping
pub async fn ping(
    State(app): State<App>,
    signed: Signed,
    Path((slug, webhook)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (school, webhook) = found(&app, &signed, (&slug, &webhook)).await?;
    let to = urls::webhook_act(&school.slug, &webhook.id.to_string());
    match app.house.ping_webhook(&signed.actor, &school, webhook.id).await {
        Ok(()) => Ok(session::told(&app, &to, "A test is on its way. Load the page again to see how it went.")),
        Err(schoolkeeper_app::Error::Refused(why)) => Ok(session::told(&app, &to, &crate::intake::sentences(&why))),
        Err(other) => Err(other.into()),
    }
}

/// POST /school/{school}/webhook/{webhook}/again
pub async fn again(
    State(app): State<App>,
    signed: Signed,
    Path((slug, webhook)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let (school, webhook) = found(&app, &signed, (&slug, &webhook)).await?;
    let delivery = Uuid::parse_str(posted.get("delivery")).map_err(|_| Error::Missing)?;
    app.house.redeliver(&signed.actor, (&school, webhook.id), delivery).await?;
    let to = urls::webhook_act(&school.slug, &webhook.id.to_string());
    Ok(session::told(&app, &to, "It is told again, under the same id."))
}

/// POST /school/{school}/webhook/{webhook}/end
pub async fn end(
    State(app): State<App>,
    signed: Signed,
    Path((slug, webhook)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (school, webhook) = found(&app, &signed, (&slug, &webhook)).await?;
    app.house.end_webhook(&signed.actor, &school, webhook.id).await?;
    Ok(session::told(&app, &urls::webhooks(&school.slug), "Ended. Nothing more is told there."))
}

async fn found(app: &App, signed: &Signed, (slug, webhook): (&str, &str)) -> Result<(School, Webhook), Error> {
    let school = school_for(app, &signed.actor, slug, "webhook.set").await?;
    let id = Uuid::parse_str(webhook).map_err(|_| Error::Missing)?;
    let webhook = app.house.webhook(&signed.actor, &school, id).await?;
    Ok((school, webhook))
}

fn spot(text: &str) -> Option<(jiff::Timestamp, Uuid)> {
    let (at, id) = text.split_once('-')?;
    Some((jiff::Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

fn show_new(
    signed: &Signed,
    school: &School,
    posted: &Posted,
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let name = Field::new("name", "What is it for?")
        .hint("Such as “Helpdesk of the IT company”")
        .value(posted.word("name"))
        .check(mistakes);
    let url = Field::new("url", "Where is it told?")
        .hint("An address that begins with https://. One in the school’s own network is fine")
        .value(posted.word("url"))
        .check(mistakes);
    let ticked = posted.all("event");
    let events = Event::ALL.map(|event| Choice {
        chosen: ticked.contains(&event.name()),
        hint: Some(event.name().to_owned()),
        ..Choice::new(event.name(), says(event))
    });
    let event = Field::new("event", "What is told?").choices(events.to_vec()).check(mistakes);
    let form = Form::of(signed.csrf(), &[&name, &url, &event]);
    let frame = Frame::titled(&format!("New webhook – {}", school.title)).signed(signed).faulty(&form);
    let frame = frame.back("Webhooks", urls::webhooks(&school.slug));
    let page = NewPage { frame, form, name, url, event, action: urls::webhook_act(&school.slug, "new") };
    Ok(page.form.answer(page.render()?))
}

fn says(event: Event) -> &'static str {
    match event {
        Event::RecordCreated => "A record was added",
        Event::RecordChanged => "A record was changed",
        Event::RecordRemoved => "A record was removed",
        Event::ProblemOpened => "There are new problems",
        Event::ProblemClosed => "Problems are over",
        Event::ImportDone => "A list was brought in",
        Event::Ping => "Test",
    }
}

fn row(school: &School, webhook: &Webhook) -> Row {
    Row {
        name: webhook.name.clone(),
        href: urls::webhook_act(&school.slug, &webhook.id.to_string()),
        url: webhook.url.clone(),
        events: webhook.events.iter().map(|event| says(*event)).collect::<Vec<_>>().join(", "),
        missed: webhook.missed,
    }
}

fn line(delivery: &Delivery, calendar: &Calendar) -> Line {
    let status = match delivery.delivered {
        Delivered::Done => Status { colour: "green", mark: "✓", text: "Taken" },
        Delivered::Waiting => Status { colour: "yellow", mark: "…", text: "Waiting" },
        Delivered::Dead => Status { colour: "red", mark: "✗", text: "Given up" },
    };
    Line {
        id: delivery.id,
        event: says(delivery.event),
        when: dates::moment(delivery.at, calendar.zone()),
        status,
        answer: delivery.answer.clone().unwrap_or_else(|| "Not tried yet.".to_owned()),
        again: delivery.delivered != Delivered::Waiting,
    }
}
