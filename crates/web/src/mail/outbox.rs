//! Outgoing mail: what waits, left, failed or came back, and what can be done about it.

use super::{frame, school_for};
use crate::error::Error;
use crate::form::{Choice, Field, Posted};
use crate::frame::{Filter, Frame, Pager};
use crate::session::{self, Signed};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use schoolkeeper_app::mail::{Asked as Wanted, Line, OutboxPage as Lines, Progress, Way, kinds};
use schoolkeeper_app::{School, dates, words};
use schoolkeeper_core::calendar::Calendar;
use serde::Deserialize;
use uuid::Uuid;

const SHOWN: [(&str, &str, Option<Progress>); 7] = [
    ("", "All", None),
    ("waiting", "Waiting", Some(Progress::Waiting)),
    ("sent", "Sent", Some(Progress::Sent)),
    ("failed", "Not sent", Some(Progress::Failed)),
    ("bounced", "Came back", Some(Progress::Bounced)),
    ("handed-over", "Handed over", Some(Progress::HandedOver)),
    ("withdrawn", "Taken back", Some(Progress::Withdrawn)),
];

#[derive(Template)]
#[template(path = "mail/outbox.html")]
struct OutboxPage {
    frame: Frame,
    slug: String,
    csrf: String,
    filters: Vec<Filter>,
    show: String,
    find: Field,
    kind: Field,
    from: Field,
    to: Field,
    rows: Vec<Row>,
    pager: Pager,
    export: String,
    filtered: bool,
    may: bool,
    hands: bool,
}

struct Row {
    id: Uuid,
    says: &'static str,
    reader: String,
    tag: &'static str,
    colour: &'static str,
    meta: String,
    reason: Option<String>,
    waits: bool,
    can_send: bool,
    can_withdraw: bool,
}

#[derive(Template)]
#[template(path = "mail/handed.html")]
struct HandedPage {
    frame: Frame,
    slug: String,
    text: String,
}

/// `?show=failed&kind=link&from=2026-11-01&to=2026-11-30&before=ID`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    kind: String,
    from: String,
    to: String,
    find: String,
    before: String,
    after: String,
}

impl Asked {
    fn wanted(&self) -> Wanted {
        let day = |text: &str| text.parse::<Date>().ok();
        Wanted {
            progress: SHOWN.iter().find(|(name, ..)| *name == self.show).and_then(|(.., progress)| *progress),
            kind: Some(self.kind.clone()).filter(|kind| !kind.is_empty()),
            from: day(&self.from),
            to: day(&self.to),
            text: self.find.chars().take(100).collect(),
            before: Uuid::parse_str(&self.before).ok(),
            after: Uuid::parse_str(&self.after).ok(),
        }
    }

    fn query(&self, show: &str, (way, line): (&str, Option<Uuid>)) -> String {
        let line = line.map(|line| line.to_string()).unwrap_or_default();
        let own = [("show", show), ("find", &self.find), ("kind", &self.kind), ("from", &self.from), ("to", &self.to)];
        urls::query(&[&own[..], &[(way, &line)]].concat())
    }
}

/// GET /school/{school}/mail/outbox
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.see").await?;
    let lines = app.house.outbox(&signed.actor, &school, &asked.wanted()).await?;
    let setup = app.house.mail_setup(&signed.actor, &school).await?;
    let hands = setup.transport.is_none_or(|transport| transport.way == Way::None);
    let mut page = shown(&school, &signed, &asked, lines);
    page.hands = hands;
    Ok(Html(page.render()?))
}

fn shown(school: &School, signed: &Signed, asked: &Asked, page: Lines) -> OutboxPage {
    let at = urls::mail_outbox(&school.slug);
    let filters = SHOWN.iter().map(|(name, text, _)| Filter {
        text: (*text).to_owned(),
        href: at.clone() + &asked.query(name, ("", None)),
        current: asked.show == *name,
    });
    let any = std::iter::once(Choice::new("", "Any"));
    let choices = any.chain(kinds().map(|(name, says)| Choice::new(name, says))).collect();
    let zone = Calendar::new(school.division, Vec::new());
    OutboxPage {
        frame: frame("Outgoing mail", school, signed).back("Back to mail", urls::mail(&school.slug)),
        slug: school.slug.clone(),
        csrf: signed.csrf(),
        filters: filters.collect(),
        show: asked.show.clone(),
        find: Field::new("find", "Name, address or reason").value(&asked.find),
        kind: Field::new("kind", "Kind").choices(choices).value(&asked.kind),
        from: Field::new("from", "From").value(&asked.from),
        to: Field::new("to", "To").value(&asked.to),
        rows: page.lines.into_iter().map(|line| row(line, &zone)).collect(),
        pager: Pager {
            previous: page.newer.map(|line| at.clone() + &asked.query(&asked.show, ("after", Some(line)))),
            next: page.older.map(|line| at.clone() + &asked.query(&asked.show, ("before", Some(line)))),
        },
        export: urls::mail_outbox_export(&school.slug) + &asked.query(&asked.show, ("", None)),
        filtered: [&asked.show, &asked.find, &asked.kind, &asked.from, &asked.to].iter().any(|text| !text.is_empty()),
        may: signed.may_try("mail.set"),
        hands: false,
    }
}

fn row(line: Line, calendar: &Calendar) -> Row {
    let (tag, colour) = words::progress(line.progress);
    let moment = |at| dates::moment(at, calendar.zone());
    let tries = match line.attempts {
        0 => String::new(),
        1 => ", tried once".to_owned(),
        tries => format!(", tried {tries} times"),
    };
    let waits = line.progress == Progress::Waiting;
    let until = if waits { format!(", not before {}", moment(line.due_at)) } else { String::new() };
    Row {
        id: line.id,
        says: line.says,
        reader: line.reader,
        tag,
        colour,
        meta: format!("Asked for {}{until}{tries}", moment(line.created_at)),
        reason: line.reason,
        waits,
        can_send: line.can_send,
        can_withdraw: matches!(line.progress, Progress::Waiting | Progress::Failed),
    }
}

/// GET /school/{school}/mail/outbox.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.see").await?;
    let csv = app.house.outbox_csv(&signed.actor, &school, &asked.wanted()).await?;
    Ok(download::csv("outgoing-mail", csv))
}

/// POST /school/{school}/mail/outbox/do
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = school_for(&app, &signed.actor, &slug, "mail.set").await?;
    let id = Uuid::parse_str(posted.get("mail")).map_err(|_| Error::Missing)?;
    let (house, actor) = (&app.house, &signed.actor);
    let done = match posted.get("do") {
        "again" => house.send_again(actor, &school, id).await.map(|()| "It will be sent again."),
        "withdraw" => house.withdraw_mail(actor, &school, id).await.map(|()| "Taken back."),
        "hand-over" => match house.hand_over(actor, &school, id).await {
            Ok(text) => return handed(&signed, &school, text.plain),
            Err(error) => Err(error),
        },
        _ => return Err(Error::Missing),
    };
    let at = urls::mail_outbox(&school.slug);
    match done {
        Ok(words) => Ok(session::told(&app, &at, words)),
        Err(schoolkeeper_app::Error::Refused(why)) => Ok(session::told(&app, &at, &why)),
        Err(error) => Err(error.into()),
    }
}

fn handed(signed: &Signed, school: &School, text: String) -> Result<Response, Error> {
    let frame = frame("Hand this over", school, signed).back("Back to outgoing mail", urls::mail_outbox(&school.slug));
    Ok(Html(HandedPage { frame, slug: school.slug.clone(), text }.render()?).into_response())
}
