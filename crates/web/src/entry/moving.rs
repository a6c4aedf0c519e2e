//! Moving an entry to another state: a page that says what the move needs, and the refusal with every reason.

use super::{There, entry_to_change};
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::register::framed;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schoolkeeper_app::entry::{EntryAt, MoveLine, Saved};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "entry/move.html")]
struct MovePage {
    frame: Frame,
    form: Form,
    heading: String,
    to: String,
    missing: Vec<String>,
    only: Option<String>,
    why: Field,
    button: String,
    action: String,
    change_href: String,
    cancel: String,
}

/// `?to=STATE`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    to: String,
}

/// GET /school/{school}/records/{register}/{entry}/move
pub async fn ask_move(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    let step = step(&app, &signed, &at, &asked.to)?;
    show(&app, &signed, &at, step).await
}

/// POST /school/{school}/records/{register}/{entry}/move
pub async fn do_move(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    let step = step(&app, &signed, &at, posted.get("to"))?;
    let saved = app.house.move_entry(&signed.actor, &at, (&step.to, &posted.word("why"))).await?;
    let words = match saved {
        Saved::Done(_) => format!("Now: {}.", step.title.to_lowercase()),
        _ => super::leave::MOVED_ON.to_owned(),
    };
    Ok(told(&app, &urls::entry(&at.school.slug, &at.register.id, at.id()), &words))
}

fn step(app: &App, signed: &Signed, at: &EntryAt, to: &str) -> Result<MoveLine, Error> {
    app.house.moves(&signed.actor, at).into_iter().find(|step| &*step.to == to).ok_or(Error::Missing)
}

async fn show(app: &App, signed: &Signed, at: &EntryAt, step: MoveLine) -> Result<Response, Error> {
    let name = app.house.entry_title(at).await?;
    let heading = format!("Mark {name} as {}", step.title.to_lowercase());
    let why = Field::new("why", "Why, if it is not plain").hint("It stays in the history");
    let form = Form::of(signed.csrf(), &[]);
    let act = |act| urls::entry_act(&at.school.slug, &at.register.id, (at.id(), act));
    let cancel = urls::entry(&at.school.slug, &at.register.id, at.id());
    let back = Link { text: "Back".to_owned(), href: cancel.clone() };
    let page = MovePage {
        frame: Frame { back: Some(back), ..framed(app, signed, &at.school, &heading).await? },
        button: format!("Mark as {}", step.title.to_lowercase()),
        to: step.to.to_string(),
        missing: step.missing,
        only: step.only,
        action: act("move"),
        change_href: act("change"),
        heading,
        why,
        cancel,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
