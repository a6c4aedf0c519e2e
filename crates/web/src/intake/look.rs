//! The look before anything is saved: what is new, what changes cell by cell, what is left out; then save or cancel.

use super::{At, Desk, done, said, sentences};
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Filter, Frame, Link, Pager};
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::intake::{First, LineKind, LineShown, LinesAsked, Next, Shown, Stage, next, shown_of};
use schoolkeeper_app::words;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "intake/look.html")]
struct LookPage {
    frame: Frame,
    form: Form,
    shown: Shown,
    stop: Option<String>,
    sentence: String,
    many: String,
    filters: Vec<Filter>,
    show: String,
    search: Field,
    here: String,
    lines: Vec<LineShown>,
    pager: Pager,
    left: Option<Field>,
    steps: Vec<Link>,
    extent: String,
    refused: Option<String>,
    nothing: bool,
    save: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "intake/working.html")]
struct WorkingPage {
    frame: Frame,
    heading: &'static str,
    progress: Option<String>,
    here: String,
}

/// `?show=new&after=50&q=text`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    after: String,
    q: String,
}

/// Kinds of lines: name in the address, words.
const KINDS: [(&str, LineKind, &str); 5] = [
    ("new", LineKind::New, "New"),
    ("changed", LineKind::Changed, "Changed"),
    ("left", LineKind::Left, "Not in the list"),
    ("refused", LineKind::Refused, "Refused"),
    ("same", LineKind::Same, "The same"),
];

/// GET /school/{school}/records/{register}/import/{intake}
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let (house, actor) = (&app.house, &signed.actor);
    if desk.intake.stage == Stage::Saved {
        return done::page(&app, &signed, &desk).await;
    }
    if house.is_worked_on(actor, &desk.school, &desk.intake).await? {
        return working(&app, &signed, &desk).await;
    }
    if desk.intake.outcome.is_none() {
        let to = match house.first_step(actor, &desk.school, &desk.intake).await? {
            First::Table => Some("table"),
            First::Columns => Some("columns"),
            First::Look => None,
        };
        if let Some(step) = to {
            return Ok(Redirect::to(&desk.step(step)).into_response());
        }
        house.begin_look(actor, &desk.school, &mut desk.intake).await?;
        if desk.intake.stage == Stage::Looking {
            return working(&app, &signed, &desk).await;
        }
    }
    match next(&desk.intake)? {
        Next::Words => Ok(Redirect::to(&desk.step("words")).into_response()),
        Next::Questions => Ok(Redirect::to(&desk.step("questions")).into_response()),
        Next::Look => page(&app, &signed, &desk, &asked, None).await,
    }
}

/// POST /school/{school}/records/{register}/import/{intake}/extent
pub async fn extent(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let chosen = (posted.get("part") == "some", posted.get("blank") == "empty");
    app.house.choose_extent(&signed.actor, &desk.school, &mut desk.intake, chosen).await?;
    Ok(Redirect::to(&desk.here()).into_response())
}

async fn working(app: &App, signed: &Signed, desk: &Desk) -> Result<Response, Error> {
    let saves = desk.intake.stage == Stage::Saving;
    let heading = if saves { "Saving the list" } else { "Reading the list" };
    let page = WorkingPage {
        frame: desk.frame(app, signed, heading).await?,
        heading,
        progress: desk.intake.progress.map(|(done, of)| format!("{done} of {of} rows")),
        here: desk.here(),
    };
    Ok(Html(page.render()?).into_response())
}

/// POST /school/{school}/records/{register}/import/{intake}/save
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let left = posted.word("left").parse().ok();
    match app.house.save_intake(&signed.actor, &desk.school, &mut desk.intake, left).await {
        Ok(()) => Ok(Redirect::to(&desk.here()).into_response()),
        Err(error) => {
            let mistake = said(error)?;
            page(&app, &signed, &desk, &Asked::default(), Some(mistake)).await
        }
    }
}

/// POST /school/{school}/records/{register}/import/{intake}/cancel
pub async fn cancel(State(app): State<App>, signed: Signed, Path(at): Path<At>) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    app.house.give_up_intake(&signed.actor, &desk.school, &desk.intake).await?;
    let to = urls::import_into(&desk.school.slug, &desk.register.id);
    Ok(session::told(&app, &to, "Cancelled. Everything is as it was, and the file is gone."))
}

async fn page(
    app: &App,
    signed: &Signed,
    desk: &Desk,
    asked: &Asked,
    mistake: Option<String>,
) -> Result<Response, Error> {
    let shown = shown_of(&desk.intake)?.unwrap_or_default();
    let (show, kind) = kind_of(&shown, &asked.show);
    let wanted = LinesAsked { kind, after: asked.after.parse().unwrap_or(0), search: asked.q.clone() };
    let lines = app.house.intake_lines(&signed.actor, &desk.school, &desk.intake, &wanted).await?;
    let href =
        |show: &str, after: &str| desk.here() + &urls::query(&[("show", show), ("q", &asked.q), ("after", after)]);
    let filters = KINDS.iter().filter(|(_, kind, _)| count(&shown, *kind) > 0).map(|(name, kind, words)| Filter {
        text: format!("{words} {}", count(&shown, *kind)),
        href: href(name, ""),
        current: *name == show,
    });
    let next = lines.next.map(|after| href(show, &after.to_string()));
    let mut left = shown.many_left().then(|| {
        let label = format!("Type {}, the number that are missing, to go on", shown.counts.left);
        Field::new("left", label)
    });
    let mut form = Form::of(signed.csrf(), &[]);
    if let Some(words) = mistake {
        if let Some(left) = &mut left {
            left.error = Some(words.clone());
        }
        form = form.fault(&Field::new(if left.is_some() { "left" } else { "save" }, ""), &words);
    }
    let many = words::plural_of(&desk.register);
    let page = LookPage {
        frame: desk.frame(app, signed, &format!("Look before you save: {many}")).await?.faulty(&form),
        sentence: shown.sentence(),
        stop: shown
            .stop
            .as_ref()
            .map(|stop| sentences(&format!("{}\nhint:{}", stop.message, stop.hint.as_deref().unwrap_or_default()))),
        filters: filters.collect(),
        show: show.to_owned(),
        search: Field::new("q", "Find by name").value(asked.q.clone()),
        here: desk.here(),
        lines: lines.lines.into_iter().map(|(_, line)| line).collect(),
        pager: Pager { previous: None, next },
        left,
        steps: steps(desk, &shown),
        extent: desk.step("extent"),
        refused: (shown.counts.refused > 0).then(|| desk.step("refused.csv")),
        nothing: shown.counts.new + shown.counts.changed + shown.counts.left == 0,
        save: desk.step("save"),
        cancel: desk.step("cancel"),
        shown,
        many,
        form,
    };
    Ok(page.form.answer(page.render()?))
}

/// Ways back to what was chosen; it is found as it was left.
fn steps(desk: &Desk, shown: &Shown) -> Vec<Link> {
    let chosen = [
        ("table", "Sheet and row of the names", true),
        ("columns", "Which column is what", true),
        ("words", "Words we do not know", !shown.strange.is_empty()),
        ("questions", "Questions", shown.counts.questions > 0),
    ];
    let there = chosen.iter().filter(|(.., there)| *there);
    there.map(|(step, text, _)| Link { text: (*text).to_owned(), href: desk.step(step) }).collect()
}

/// The kind that is asked for, or the first there is something of.
fn kind_of(shown: &Shown, asked: &str) -> (&'static str, LineKind) {
    let named = KINDS.iter().find(|(name, ..)| *name == asked);
    let first = || KINDS.iter().find(|(_, kind, _)| count(shown, *kind) > 0);
    named.or_else(first).map_or((KINDS[0].0, KINDS[0].1), |(name, kind, _)| (name, *kind))
}

fn count(shown: &Shown, kind: LineKind) -> usize {
    let counts = &shown.counts;
    match kind {
        LineKind::New => counts.new,
        LineKind::Changed => counts.changed,
        LineKind::Left => counts.left,
        LineKind::Refused => counts.refused,
        LineKind::Question => counts.questions,
        LineKind::Same => counts.same,
    }
}
