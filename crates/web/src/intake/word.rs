//! Words of choices that nobody here knows: said once what each of them means.

use super::{At, Desk};
use crate::App;
use crate::error::Error;
use crate::form::{Form, Posted};
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

#[derive(Template)]
#[template(path = "intake/words.html")]
struct WordsPage {
    frame: Frame,
    form: Form,
    action: String,
    words: Vec<Word>,
}

struct Word {
    strange: Strange,
    choices: Vec<String>,
}

/// GET /school/{school}/records/{register}/import/{intake}/words
pub async fn words(State(app): State<App>, signed: Signed, Path(at): Path<At>) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    let strange = shown_of(&desk.intake)?.map(|shown| shown.strange).unwrap_or_default();
    if strange.is_empty() {
        return Ok(Redirect::to(&desk.here()).into_response());
    }
    let words = strange.into_iter().map(|strange| {
        let kind = desk.register.field(&strange.field).map(|(_, field)| &field.kind);
        let choices = match kind {
            Some(FieldType::Choice(choices)) => choices.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        Word { strange, choices }
    });
    let page = WordsPage {
        frame: desk.frame(&app, &signed, "Words we do not know").await?,
        form: Form::of(signed.csrf(), &[]),
        action: desk.step("words"),
        words: words.collect(),
    };
    Ok(page.form.answer(page.render()?))
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
    let said = strange.into_iter().enumerate().filter_map(|(at, strange)| {
        let means = posted.word(&format!("word-{}", at + 1));
        (means != LEAVE).then_some((strange.column, strange.word, means))
    });
    let said: Vec<_> = said.collect();
    app.house.choose_words(&signed.actor, &desk.school, &mut desk.intake, &said).await?;
    Ok(Redirect::to(&desk.here()).into_response())
}
