//! What only somebody who knows the school can answer: which of two records a row is about, which of two rows counts.

use super::{At, Desk};
use crate::App;
use crate::error::Error;
use crate::form::{Choice, Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::import::Answer;
use schoolkeeper_app::intake::{LineKind, LineShown, LinesAsked, Reply};
use schoolkeeper_core::id::EntryId;

#[derive(Template)]
#[template(path = "intake/questions.html")]
struct QuestionsPage {
    frame: Frame,
    form: Form,
    action: String,
    questions: Vec<Question>,
    more: bool,
}

struct Question {
    number: i64,
    says: String,
    choices: Vec<Choice>,
}

/// GET /school/{school}/records/{register}/import/{intake}/questions
pub async fn questions(State(app): State<App>, signed: Signed, Path(at): Path<At>) -> Result<Response, Error> {
    let desk = Desk::of(&app, &signed, &at).await?;
    let (lines, more) = asked(&app, &signed, &desk).await?;
    if lines.is_empty() {
        return Ok(Redirect::to(&desk.here()).into_response());
    }
    let questions = lines.into_iter().map(|(number, line)| Question {
        number,
        says: crate::intake::sentences(&line.says.join(" ")),
        choices: choices(&line),
    });
    let page = QuestionsPage {
        frame: desk.frame(&app, &signed, "Questions about the list").await?,
        form: Form::of(signed.csrf(), &[]),
        action: desk.step("questions"),
        questions: questions.collect(),
        more,
    };
    Ok(page.form.answer(page.render()?))
}

/// POST /school/{school}/records/{register}/import/{intake}/questions
pub async fn answer(
    State(app): State<App>,
    signed: Signed,
    Path(at): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let mut desk = Desk::of(&app, &signed, &at).await?;
    let (lines, _) = asked(&app, &signed, &desk).await?;
    let replies: Vec<(Vec<u32>, Reply)> = lines
        .into_iter()
        .filter_map(|(number, line)| Some((reply(&line, posted.get(&format!("question-{number}")))?, line)))
        .map(|(reply, line)| (line.rows, reply))
        .collect();
    app.house.answer_questions(&signed.actor, &desk.school, &mut desk.intake, &replies).await?;
    Ok(Redirect::to(&desk.here()).into_response())
}

async fn asked(app: &App, signed: &Signed, desk: &Desk) -> Result<(Vec<(i64, LineShown)>, bool), Error> {
    let wanted = LinesAsked { kind: LineKind::Question, after: 0, search: String::new() };
    let found = app.house.intake_lines(&signed.actor, &desk.school, &desk.intake, &wanted).await?;
    Ok((found.lines, found.next.is_some()))
}

fn choices(line: &LineShown) -> Vec<Choice> {
    let mut out = Vec::new();
    if line.candidates.is_empty() {
        out.extend(line.rows.iter().map(|row| Choice::new(format!("row:{row}"), format!("Row {row} counts"))));
        out.push(Choice::new("", "Leave out what they differ in"));
    } else {
        out.extend(line.candidates.iter().map(|(id, name)| Choice::new(format!("is:{id}"), format!("It is {name}"))));
        out.push(Choice::new("new", "Somebody or something new"));
        out.push(Choice::new("out", "Leave the row out"));
    }
    if let Some(last) = out.last_mut() {
        last.chosen = true;
    }
    out
}

/// Only what the page offered.
fn reply(line: &LineShown, said: &str) -> Option<Reply> {
    if let Some(row) = said.strip_prefix("row:").and_then(|row| row.parse().ok()) {
        return line.rows.contains(&row).then_some(Reply::Only(row));
    }
    if let Some(id) = said.strip_prefix("is:").and_then(|id| id.parse().ok()).map(EntryId) {
        let known = line.candidates.iter().any(|(known, _)| *known == id);
        return known.then_some(Reply::Answer(Answer::Is(id)));
    }
    match said {
        "new" => Some(Reply::Answer(Answer::New)),
        "out" => Some(Reply::Answer(Answer::LeaveOut)),
        _ => None,
    }
}
