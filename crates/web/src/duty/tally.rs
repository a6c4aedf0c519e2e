//! A task of every day: one page a month, one tap a day, and the days nobody ticked.

use super::gap::Gaps;
use super::list::HERE;
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted, refusal};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::poster::{Poster, Square};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::duty::{DayState, Tally, TallyDay, beside};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::EntryId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "duty/dailies.html")]
struct DailiesPage {
    frame: Frame,
    rows: Vec<(Link, bool)>,
}

#[derive(Template)]
#[template(path = "duty/tally.html")]
struct TallyPage {
    frame: Frame,
    form: Form,
    title: String,
    month: String,
    today: String,
    action: String,
    answers: Vec<(String, String)>,
    things: Option<Field>,
    taps: bool,
    button: String,
    page: Option<String>,
    gaps: Option<Gaps>,
    days: Vec<Day>,
    previous: Link,
    next: Link,
    card: String,
}

struct Day {
    date: String,
    words: String,
    tag: Option<&'static str>,
    href: Option<String>,
}

/// `?month=2026-11`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    month: String,
}

/// GET /school/{school}/tally
pub async fn dailies(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let all = app.house.dailies(&signed.actor, &school).await?;
    let link =
        |pack: &str, control: &str, text: String| Link { text, href: urls::tally(&school.slug, (pack, control)) };
    let page = DailiesPage {
        frame: frame_of(&school, "Tasks of every day", &signed, HERE),
        rows: all.into_iter().map(|one| (link(&one.pack, &one.control, one.title), one.waits)).collect(),
    };
    Ok(Html(page.render()?).into_response())
}

/// GET /school/{school}/tally/{pack}/{control}
pub async fn tally(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let month = format!("{}-01", asked.month).parse().ok();
    let shown = app.house.tally(&signed.actor, &school, ((&pack, &control), month)).await?;
    show(&signed, &school, ((&pack, &control), &shown), (&[], None))
}

/// POST /school/{school}/tally/{pack}/{control}
pub async fn tick(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let which = (&*pack, &*control);
    let chosen: Vec<EntryId> = posted.all("thing").into_iter().filter_map(|id| id.parse().ok().map(EntryId)).collect();
    match app.house.tick_day(&signed.actor, &school, (which, &chosen)).await? {
        Acted::Done(_) => Ok(told(&app, &urls::tally(&school.slug, which), "Ticked for today.")),
        Acted::Refused(why) => {
            let shown = app.house.tally(&signed.actor, &school, (which, None)).await?;
            show(&signed, &school, (which, &shown), (&[("", why)], None))
        }
    }
}

/// GET /school/{school}/tally/{pack}/{control}/card
pub async fn card(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let which = (&*pack, &*control);
    let tally = app.house.tally(&signed.actor, &school, (which, None)).await?;
    let there = urls::tally(&school.slug, which);
    let says = "Scan it when it is done, and tick today, or open";
    let page = Poster {
        frame: frame_of(&school, &format!("Card: {}", tally.title), &signed, HERE).back("The month", there.clone()),
        heading: "Card for the wall",
        lead: "Print this page, and put it where it is done: at the panel, the gate, the door.".to_owned(),
        school: school.title.clone(),
        points: tally.tap.unwrap_or_default().into_iter().map(|(says, _)| (says, None)).collect(),
        choose: None,
        square: Square::to(&app, &there, (says, "Where it is ticked, as a QR code"))?,
        title: tally.title,
    };
    Ok(Html(page.render()?).into_response())
}

pub(super) fn show(
    signed: &Signed,
    school: &School,
    (which, tally): ((&str, &str), &Tally),
    (mistakes, posted): (&[(&'static str, String)], Option<&Posted>),
) -> Result<Response, Error> {
    let named = tally.open.iter().filter_map(|(id, name)| Some(((*id)?, name)));
    let named: Vec<Choice> =
        named.map(|(id, name)| Choice { chosen: true, ..Choice::new(id.to_string(), name.clone()) }).collect();
    let things = (!named.is_empty()).then(|| Field::new("thing", "For which?").choices(named));
    let gaps = Gaps::of((school, which), tally, (mistakes, posted));
    let mut form = Form::of(signed.csrf(), &gaps.iter().flat_map(Gaps::fields).collect::<Vec<_>>());
    for (_, why) in mistakes.iter().filter(|(at, _)| at.is_empty()) {
        let there = Field { choices: Vec::new(), ..things.clone().unwrap_or_else(|| Field::new("main-content", "")) };
        form = form.fault(&there, &refusal(why));
    }
    let (before, after) = beside(tally.month);
    let month = |day: Date, words: &str| Link {
        text: format!("{words}: {}", day.strftime("%B %Y")),
        href: urls::tally(&school.slug, which) + &urls::query(&[("month", &day.strftime("%Y-%m").to_string())]),
    };
    let page = TallyPage {
        frame: frame_of(school, &format!("{}, {}", tally.title, tally.month.strftime("%B %Y")), signed, HERE)
            .back("Tasks of every day", urls::dailies(&school.slug))
            .faulty(&form),
        form,
        title: tally.title.clone(),
        month: tally.month.strftime("%B %Y").to_string(),
        today: dates::with_weekday(tally.today),
        action: urls::tally(&school.slug, which),
        answers: tally.tap.clone().unwrap_or_default(),
        taps: !tally.open.is_empty() && tally.tap.is_some(),
        button: format!("Tick today, {}", dates::with_weekday(tally.today)),
        things,
        page: tally.page.clone(),
        gaps,
        days: tally.days.iter().rev().map(day).collect(),
        previous: month(before, "Month before"),
        next: month(after, "Month after"),
        card: urls::tally_card(&school.slug, which),
    };
    Ok(page.form.answer(page.render()?))
}

/// `2 days not ticked: 11 and 12 November`
fn day(one: &TallyDay) -> Day {
    let (words, tag) = match one.state {
        DayState::Done => ("Ticked".to_owned(), Some("green")),
        DayState::LeftOut => ("Left out, with a reason".to_owned(), Some("grey")),
        DayState::Partly(done, of) => (format!("{done} of {of}"), Some("yellow")),
        DayState::Explained => ("Not done, with a reason".to_owned(), Some("orange")),
        DayState::Missing => ("Not ticked".to_owned(), Some("red")),
        DayState::Open => ("Open".to_owned(), Some("blue")),
        DayState::Ahead => ("To come".to_owned(), None),
    };
    Day { date: dates::with_weekday(one.day), words, tag, href: one.link.clone() }
}
