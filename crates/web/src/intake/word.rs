//! Words of choices that nobody here knows: said once what each of them means. What a word looks like is proposed,
//! and never taken before somebody has chosen it.

use super::{At, Desk};
use crate::App;
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::import::Strange;
use schoolkeeper_app::intake::shown_of;
use schoolkeeper_core::schema::FieldType;

/// Leaves the rows of a word out.
const LEAVE: &str = "-";
/// Leaves the cells of a word empty.
const EMPTY: &str = "=";

#[derive(Template)]
#[template(path = "intake/words.html")]
struct WordsPage {
    frame: Frame,
    form: Form,
    action: String,
    words: Vec<Field>,
}

/// GET /school/{school}/records/{register}/import/{intake}/words
pub async fn words(State(app): State<App>, signed: Signed, Path(at): Path<At>) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    show(&app, &signed, &desk, None).await
}

/// POST /school/{school}/records/{register}/import/{intake}/words
pub async fn choose_words(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let strange = shown_of(&desk.intake)?.map(|shown| shown.strange).unwrap_or_default();
    let mut said = Vec::new();
    for (at, strange) in strange.into_iter().enumerate() {
        let means = match posted.word(&name(at)) {
            open if open.is_empty() => return show(&app, &signed, &desk, Some(&posted)).await,
            empty if empty == EMPTY => String::new(),
            means => means,
        };
        if means != LEAVE {
            said.push((strange.column, strange.word, means));
        }
    }
    app.house.choose_words(&signed.actor, &desk.school, &mut desk.intake, &said).await?;
    Ok(Redirect::to(&desk.here()).into_response())
}

async fn show(app: &App, signed: &Signed, desk: &Desk, posted: Option<&Posted>) -> Result<Response, Error> {
    let strange = shown_of(&desk.intake)?.map(|shown| shown.strange).unwrap_or_default();
    if strange.is_empty() {
        return Ok(Redirect::to(&desk.here()).into_response());
    }
    let words: Vec<Field> =
        strange.iter().enumerate().map(|(at, strange)| field(desk, (at, strange), posted)).collect();
    let form = Form::of(signed.csrf(), &words.iter().collect::<Vec<_>>());
    let page = WordsPage {
        frame: desk.frame(app, signed, "Words we do not know").await?.faulty(&form),
        action: desk.step("words"),
        words,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// The question about one word: what it looks like stands first, and nothing is chosen.
fn field(desk: &Desk, (at, strange): (usize, &Strange), posted: Option<&Posted>) -> Field {
    let kind = desk.register.field(&strange.field).map(|(_, field)| &field.kind);
    let all: Vec<String> = match kind {
        Some(FieldType::Choice(choices)) => choices.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let near = strange.near.clone();
    let others = all.into_iter().filter(|choice| near.as_ref() != Some(choice));
    let mut choices = vec![Choice::new("", "Choose what it means")];
    choices.extend(near.iter().cloned().chain(others).map(|choice| Choice::new(choice.clone(), choice)));
    choices.extend([Choice::new(LEAVE, "Leave these rows out"), Choice::new(EMPTY, "Leave this cell empty")]);
    let rows = if strange.rows == 1 { "row" } else { "rows" };
    let near = near.map_or_else(String::new, |near| format!(". Do you mean “{near}”?"));
    let hint = format!("Column {}, {} {rows}{near}", strange.column, strange.rows);
    let typed = posted.map_or_else(String::new, |posted| posted.word(&name(at)));
    let mut field = Field::new(name(at), strange.word.clone()).hint(hint).drop_down(choices).value(typed.clone());
    field.error = posted.filter(|_| typed.is_empty()).map(|_| format!("Say what “{}” means", strange.word));
    field
}

fn name(at: usize) -> String {
    format!("word-{}", at + 1)
}
