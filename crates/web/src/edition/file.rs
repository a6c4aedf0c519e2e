//! One file of a policy as text, checked as on the command line.

use super::{MOVED_ON, Message, edition_at, framed, message};
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::edition::{Edition, Found, Kept};

#[derive(Template)]
#[template(path = "edition/file.html")]
struct FilePage {
    frame: Frame,
    form: Form,
    path: String,
    text: Field,
    errors: Vec<Message>,
    action: String,
    number: i64,
}

type There = (String, String, String);

/// GET /school/{school}/edition/{edition}/file/{*path}
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, path)): Path<There>,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    let text = edition.text(&path).filter(|_| edition.is_own(&path)).ok_or(Error::Missing)?.to_owned();
    show(&app, &signed, &edition, (&path, &text, None)).await
}

/// POST /school/{school}/edition/{edition}/file/{*path}
pub async fn keep(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, path)): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    let text = posted.get("text");
    let done = if posted.get("number") == edition.state.number.to_string() {
        app.house.write_edition(&signed.actor, &edition, (&path, text)).await?
    } else {
        Kept::MovedOn
    };
    let why = match done {
        Kept::Done => return Ok(told(&app, &urls::edition(&slug, &pack), &format!("Kept: {path}"))),
        Kept::MovedOn => MOVED_ON.to_owned(),
        Kept::Mistakes(wrong) => wrong.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(". "),
    };
    show(&app, &signed, &edition, (&path, text, Some(why))).await
}

async fn show(
    app: &App,
    signed: &Signed,
    edition: &Edition,
    (path, typed, fault): (&str, &str, Option<String>),
) -> Result<Response, Error> {
    let checked = app.house.check_edition(edition).await?;
    let here = |one: &&Found| one.error && one.file == path;
    let mut text =
        Field::new("text", "The text of this file").hint("TOML: tables in [ ], lines as key = value").value(typed);
    text.error = fault;
    let form = Form::of(signed.csrf(), &[&text]);
    let page = FilePage {
        frame: framed(edition, path, signed).faulty(&form),
        errors: checked.found.iter().filter(here).map(|one| message(edition, one)).collect(),
        action: urls::edition_file(&edition.school.slug, edition.pack(), path),
        number: edition.state.number,
        path: path.to_owned(),
        form,
        text,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}
