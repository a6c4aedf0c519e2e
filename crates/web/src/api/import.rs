//! Lists that programs hand in: looked at before they are saved, as on the pages, and confirmed by the digest of the
//! look.
//!
//! Invariant: nothing is saved that the digest does not stand for; what a list asks, a person answers on its page once,
//! and it is remembered for the next list of its source.

use super::body::{Json, Program, media_type, stale};
use super::problem::{MEDIA, MISTAKES, Problem, missing};
use super::school::reached;
use super::standing::only;
use crate::{App, urls};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use schoolkeeper_app::School;
use schoolkeeper_app::intake::{First, Intake, LineKind, LinesAsked, NewIntake, Next, Stage, next, shown_of};
use schoolkeeper_app::token::Bearer;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io;
use uuid::Uuid;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Longest name of a source, in characters.
const SOURCE_MAX: usize = 80;

type Parts = Vec<(String, String)>;
/// School, register, list.
type There = (String, String, String);

/// What was looked at and is to be saved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    digest: String,
    /// How many would leave, when they are more than a tenth.
    #[serde(default)]
    left: Option<usize>,
    /// Rows with open questions are left out.
    #[serde(default)]
    leave_out_questions: bool,
}

/// POST /schools/{school}/imports/{register}
pub async fn hand_in(
    State(app): State<App>,
    Program(bearer): Program,
    Path((school, register)): Path<(String, String)>,
    Query(parts): Query<Parts>,
    request: Request,
) -> Result<Response, Problem> {
    let asked = only(&parts, &["source", "part"])?;
    if !["", "yes", "no"].contains(&asked[1]) || asked[0].chars().count() > SOURCE_MAX {
        return Err(Problem::part("part", format!("part is yes or no; source has at most {SOURCE_MAX} letters")));
    }
    let file = match media_type(request.headers()).as_str() {
        "text/csv" => "list.csv",
        XLSX => "list.xlsx",
        _ => return Err(Problem::new(MEDIA, &format!("a list is text/csv or {XLSX}"))),
    };
    let school = reached(&app, &bearer, &school).await?;
    let new = NewIntake { register: &register, file, part: asked[1] == "yes" };
    let content =
        request.into_body().into_data_stream().map(|piece| piece.map(|piece| piece.to_vec()).map_err(io::Error::other));
    let id = app.house.hand_in(&bearer.actor, &school, &new, content).await?;
    let mut list = app.house.intake(&bearer.actor, &school, &register, id).await?;
    if !asked[0].trim().is_empty() {
        app.house.choose_map(&bearer.actor, &school, &mut list, (None, Some(asked[0].trim()))).await?;
    }
    if app.house.first_step(&bearer.actor, &school, &list).await? == First::Look {
        app.house.begin_look(&bearer.actor, &school, &mut list).await?;
    }
    let href = format!("{}/schools/{}/imports/{register}/{id}", super::ROOT, school.slug);
    let body = axum::Json(json!({ "id": id, "href": href }));
    Ok((StatusCode::CREATED, [(header::LOCATION, href)], body).into_response())
}

/// GET /schools/{school}/imports/{register}/{list}
pub async fn show(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
) -> Result<axum::Json<Value>, Problem> {
    let (school, list) = found(&app, &bearer, &there).await?;
    Ok(axum::Json(shown(&app, &bearer, &school, &list).await?))
}

/// POST /schools/{school}/imports/{register}/{list}/save
pub async fn save(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
    Json(confirmed): Json<Confirmed>,
) -> Result<Response, Problem> {
    let (school, mut list) = found(&app, &bearer, &there).await?;
    let look = shown_of(&list)?.filter(|_| list.stage == Stage::Looked);
    let look = look.ok_or_else(|| {
        Problem::new(MISTAKES, "there is no look to confirm\nhint: get the list and see what it asks")
    })?;
    if look.digest != confirmed.digest {
        return Err(stale());
    }
    if next(&list)? != Next::Look && !confirmed.leave_out_questions {
        let says =
            "questions are open\nhint: answer them on the page of the list, or send \"leave_out_questions\": true";
        return Err(Problem::at("/leave_out_questions", says.replace("\nhint: ", ". ")));
    }
    app.house.save_intake(&bearer.actor, &school, &mut list, confirmed.left).await?;
    let status = match list.stage {
        Stage::Saved => StatusCode::OK,
        Stage::Saving => StatusCode::ACCEPTED,
        _ => return Err(stale()),
    };
    let body = json!({ "id": list.id, "stage": list.stage, "import": list.import });
    Ok((status, axum::Json(body)).into_response())
}

/// DELETE /schools/{school}/imports/{register}/{list}
pub async fn give_up(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
) -> Result<StatusCode, Problem> {
    let (school, list) = found(&app, &bearer, &there).await?;
    app.house.give_up_intake(&bearer.actor, &school, &list).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn found(app: &App, bearer: &Bearer, (school, register, list): &There) -> Result<(School, Intake), Problem> {
    let school = reached(app, bearer, school).await?;
    let id = Uuid::parse_str(list).map_err(|_| missing())?;
    let list = app.house.intake(&bearer.actor, &school, register, id).await?;
    Ok((school, list))
}

async fn shown(app: &App, bearer: &Bearer, school: &School, list: &Intake) -> Result<Value, Problem> {
    let look = shown_of(list)?;
    let asks = match (&look, list.stage) {
        (None, Stage::Open) => match app.house.first_step(&bearer.actor, school, list).await? {
            First::Table => Some("table"),
            First::Columns => Some("columns"),
            First::Look => None,
        },
        (Some(_), Stage::Looked) => match next(list)? {
            Next::Words => Some("words"),
            Next::Questions => Some("questions"),
            Next::Look => None,
        },
        _ => None,
    };
    let page = app.house.base_url().to(&urls::intake(&school.slug, &list.register, list.id));
    let mut out = json!({
        "id": list.id,
        "register": list.register,
        "stage": list.stage,
        "asks": asks,
        "page": page,
        "import": list.import.filter(|_| list.stage == Stage::Saved),
    });
    let Some(look) = look else { return Ok(out) };
    let wanted = LinesAsked { kind: LineKind::Refused, after: 0, search: String::new() };
    let refused = app.house.intake_lines(&bearer.actor, school, list, &wanted).await?;
    let refused = refused.lines.iter().map(|(_, line)| json!({ "rows": line.rows, "says": line.says }));
    out["look"] = json!({
        "sentence": look.sentence(),
        "digest": look.digest,
        "source": look.source,
        "part": look.part,
        "counts": look.counts,
        "notes": look.notes,
        "complete_until": look.complete_until,
        "type_left": look.many_left(),
        "stop": look.stop.as_ref().map(|stop| json!({ "message": stop.message, "hint": stop.hint })),
        "refused": refused.collect::<Vec<_>>(),
    });
    Ok(out)
}
