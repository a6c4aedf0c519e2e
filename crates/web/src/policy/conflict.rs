//! Where two policies of the school cannot both be met: which of them holds, and why.

use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::conflict::ConflictLine;

#[derive(Template)]
#[template(path = "policy/conflicts.html")]
struct ConflictsPage {
    frame: Frame,
    form: Form,
    rows: Vec<Row>,
    action: String,
}

struct Row {
    number: usize,
    id: String,
    about: String,
    sides: Vec<(String, String)>,
    decided: Option<(String, String)>,
    holds: Field,
    why: Field,
}

/// GET /school/{school}/conflicts
pub async fn page(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    show(&app, &signed, &school, (&Posted::default(), &[])).await
}

/// POST /school/{school}/conflicts
pub async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.school_at(&signed.actor, &school).await?;
    let number = posted.get("number");
    let (holds, why) = (posted.word(&format!("holds-{number}")), posted.word(&format!("why-{number}")));
    let choice = (posted.get("conflict"), holds.as_str(), why.as_str());
    match app.house.decide_conflict(&signed.actor, &at, choice).await {
        Ok(()) => Ok(told(&app, &urls::conflicts(&school), "Decided. Both statements say so")),
        Err(schoolkeeper_app::Error::Refused(why)) => {
            let field = if holds.is_empty() { "holds" } else { "why" };
            show(&app, &signed, &school, (&posted, &[(field, why)])).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    school: &str,
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let at = app.house.school_at(&signed.actor, school).await?;
    let lines = app.house.conflicts(&signed.actor, &at).await?;
    let rows: Vec<Row> =
        lines.into_iter().enumerate().map(|(number, line)| row(line, number + 1, (posted, mistakes))).collect();
    let fields: Vec<&Field> = rows.iter().flat_map(|row| [&row.holds, &row.why]).collect();
    let form = Form::of(signed.csrf(), &fields);
    let page = ConflictsPage {
        frame: crate::manage::frame_of(&at, "What cannot both be met", signed, "/school/{school}/conflicts")
            .back("Back to the policy", urls::school(school))
            .faulty(&form),
        rows,
        action: urls::conflicts(school),
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn row(line: ConflictLine, number: usize, (posted, mistakes): (&Posted, &[(&'static str, String)])) -> Row {
    let mine = posted.get("conflict") == line.conflict.id;
    let fault = |name: &str| mistakes.iter().find(|(known, _)| mine && *known == name).map(|(_, why)| why.clone());
    let choices = line.conflict.sides.iter().map(|side| Choice::new(&*side.pack, side.pack.to_string())).collect();
    let mut holds = Field::new(format!("holds-{number}"), "Which policy holds?").choices(choices);
    let mut why = Field::new(format!("why-{number}"), "Why?");
    if mine {
        holds = holds.value(posted.word(&format!("holds-{number}")));
        why = why.value(posted.word(&format!("why-{number}")));
    }
    (holds.error, why.error) = (fault("holds"), fault("why"));
    Row {
        number,
        id: line.conflict.id,
        about: line.conflict.about,
        sides: line.conflict.sides.into_iter().map(|side| (side.pack.to_string(), side.wants)).collect(),
        decided: line.decided,
        holds,
        why,
    }
}
