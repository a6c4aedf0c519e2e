//! Changing the dates: typed, pasted or from a file; nothing is saved before it was looked at.

use super::{CHANGE, HERE, TermRow};
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::calendar::change::CalendarPreview;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "calendar/change.html")]
struct ChangePage {
    frame: Frame,
    form: Form,
    text: Field,
    file: Field,
    preview: Option<Preview>,
    own: bool,
    action: String,
}

/// What would change, in words.
struct Preview {
    terms: Vec<TermRow>,
    left_out: Vec<String>,
    moved: String,
    moves: Vec<String>,
    days: String,
}

/// What stands in the form.
#[derive(Default)]
struct Typed {
    text: String,
    preview: Option<CalendarPreview>,
    mistake: Option<String>,
}

/// `?from=MICROSECONDS`: the dates of a past change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: i64,
}

/// GET /school/{school}/calendar/change
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.calendar_page(&signed.actor, &school).await?;
    let past = shown.history.into_iter().find(|past| past.at.as_microsecond() == asked.from);
    match past.and_then(|past| past.lines) {
        Some(text) => look(&app, &signed, &school, text).await,
        None => show(&app, &signed, &school, Typed { text: shown.lines, ..Typed::default() }).await,
    }
}

/// POST /school/{school}/calendar/change
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let (house, actor) = (&app.house, &signed.actor);
    let text = if posted.word("file").is_empty() { posted.get("text") } else { posted.get("file") };
    let done = match posted.get("step") {
        "save" => house.save_calendar(actor, &school, text).await.map(|terms| format!("Saved {terms} terms")),
        "drop" => house.drop_calendar(actor, &school).await.map(|_| "The trust's dates hold".to_owned()),
        _ => return look(&app, &signed, &school, text.to_owned()).await,
    };
    match done {
        Ok(said) => Ok(told(&app, &urls::calendar(&school.slug), &said)),
        Err(schoolkeeper_app::Error::Refused(why)) => {
            let typed = Typed { text: text.to_owned(), mistake: Some(why), ..Typed::default() };
            show(&app, &signed, &school, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form with what its dates would change.
async fn look(app: &App, signed: &Signed, school: &School, text: String) -> Result<Response, Error> {
    let typed = match app.house.calendar_preview(&signed.actor, school, &text).await {
        // What could be read stands in the form, so that what is saved is what was looked at.
        Ok(preview) => Typed {
            text: schoolkeeper_app::calendar::dates::written(&preview.terms),
            preview: Some(preview),
            mistake: None,
        },
        Err(schoolkeeper_app::Error::Refused(why)) => Typed { text, mistake: Some(why), ..Typed::default() },
        Err(error) => return Err(error.into()),
    };
    show(app, signed, school, typed).await
}

async fn show(app: &App, signed: &Signed, school: &School, typed: Typed) -> Result<Response, Error> {
    let own = app.house.calendar_page(&signed.actor, school).await?.own;
    let hint = "One line each, as in: Autumn term: 1 September 2026 to 18 December 2026. Under it: Half term: a date to \
                a date, INSET: a date, a date, Closed: a date. You can paste a table of name, from, to";
    let mut text = Field::new("text", "Terms, half terms, INSET and closed days").hint(hint).value(typed.text);
    text.error = typed.mistake;
    let form = Form::of(signed.csrf(), &[&text]);
    let page = ChangePage {
        frame: frame_of(school, "Change the calendar", signed, HERE)
            .back("Calendar", urls::calendar(&school.slug))
            .faulty(&form),
        preview: typed.preview.map(previewed),
        own: own && !school.trust,
        action: CHANGE.replace("{school}", &school.slug),
        file: Field::new("file", "Or a file").hint(
            "iCal (.ics) from your calendar, or CSV with the columns name, from, to. It is used instead of the lines",
        ),
        text,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn previewed(preview: CalendarPreview) -> Preview {
    Preview {
        terms: preview.terms.iter().map(super::term).collect(),
        left_out: preview.left_out,
        moved: match preview.moved {
            0 => "No due date moves.".to_owned(),
            1 => "1 due date of the next twelve months moves.".to_owned(),
            many => format!("{many} due dates of the next twelve months move."),
        },
        moves: preview.moves,
        days: format!("{}.", preview.days),
    }
}
