//! Who did what, and when?

use crate::frame::{Frame, Pager};
use crate::session::Signed;
use crate::{App, download, error::Error, manage, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use jiff::civil::Date;
use schoolkeeper_app::ledger::{HistoryAsked, HistoryLine, HistoryPage};
use schoolkeeper_app::words;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "history/list.html")]
struct ListPage {
    frame: Frame,
    wrong: Vec<Wrong>,
    kinds: Vec<Choice>,
    schools: Vec<Choice>,
    who: Option<String>,
    who_key: String,
    from: String,
    to: String,
    rows: Vec<Row>,
    filtered: bool,
    pages: Pager,
    export_href: String,
}

struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

struct Row {
    line: HistoryLine,
    who_href: String,
}

/// A date that is none.
struct Wrong {
    field: &'static str,
    text: &'static str,
}

/// `?kind=import-committed&school=hill&who=operator&from=2026-11-01&to=2026-11-30&before=4711`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    kind: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    school: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    who: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    from: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    to: String,
    before: Option<u64>,
}

/// GET /history
pub async fn list(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let (wanted, wrong) = wanted(&asked);
    let history =
        if wrong.is_empty() { app.house.ledger_history(&signed.actor, &wanted).await? } else { HistoryPage::default() };
    Ok(Html(page(&signed, history, &asked, wrong).render()?))
}

/// GET /history.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Error> {
    let (wanted, _) = wanted(&asked);
    let csv = app.house.ledger_history_export(&signed.actor, &wanted).await?;
    Ok(download::csv("history", csv))
}

fn wanted(asked: &Asked) -> (HistoryAsked, Vec<Wrong>) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut wrong = Vec::new();
    let mut date = |field, text: &str| {
        let date = text.parse::<Date>().ok();
        if date.is_none() && !text.is_empty() {
            wrong.push(Wrong { field, text: "Enter a date, for example 2026-11-21" });
        }
        date
    };
    let (from, to) = (date("from", &asked.from), date("to", &asked.to));
    let (kind, who, school) = (some(&asked.kind), some(&asked.who), some(&asked.school));
    (HistoryAsked { before: asked.before, kind, who, school, from, to }, wrong)
}

fn page(signed: &Signed, history: HistoryPage, asked: &Asked, wrong: Vec<Wrong>) -> ListPage {
    let query = |who: &str, before: &str| {
        urls::query(&[
            ("kind", &asked.kind),
            ("school", &asked.school),
            ("who", who),
            ("from", &asked.from),
            ("to", &asked.to),
            ("before", before),
        ])
    };
    let choice = |value: &str, text: &str, now: &str| Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        chosen: value == now,
    };
    let next = history.next.map(|next| urls::history() + &query(&asked.who, &next.to_string()));
    let previous = asked.before.map(|_| urls::history() + &query(&asked.who, ""));
    let rows = history.lines.into_iter().map(|line| Row { who_href: urls::history() + &query(&line.actor, ""), line });
    let all = std::iter::once(("", "Everything")).chain(words::records());
    ListPage {
        frame: manage::frame(words::thing("ledger"), signed, "/history"),
        rows: rows.collect(),
        kinds: all.map(|(kind, text)| choice(kind, text, &asked.kind)).collect(),
        schools: history.schools.iter().map(|(slug, title)| choice(slug, title, &asked.school)).collect(),
        who: history.who,
        who_key: asked.who.clone(),
        from: asked.from.clone(),
        to: asked.to.clone(),
        filtered: !query(&asked.who, "").is_empty(),
        pages: Pager { previous, next },
        export_href: urls::history_export() + &query(&asked.who, ""),
        wrong,
    }
}

impl ListPage {
    fn wrong_at(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.text)
    }
}
