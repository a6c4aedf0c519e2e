//! The schools a token reaches, and the kinds of record of each.

use super::body::Program;
use super::problem::Problem;
use crate::App;
use axum::Json;
use axum::extract::{Path, State};
use schoolkeeper_app::School;
use schoolkeeper_app::entry::{form, is_changeable, is_kept};
use schoolkeeper_app::token::{Need, group_of};
use schoolkeeper_core::schema::{Field, FieldType, Register};
use serde_json::{Value, json};

/// GET /schools
pub async fn list(State(app): State<App>, Program(bearer): Program) -> Result<Json<Value>, Problem> {
    let mut schools = app.house.all_schools(&bearer.actor).await?;
    schools.retain(|school| bearer.token.schools.contains(&school.id));
    let mut items = Vec::new();
    for school in schools {
        let policies = app.house.policies(&bearer.actor, &school.slug).await?;
        let policies: Vec<Value> = policies.iter().map(|(id, title)| json!({"id": id, "title": title})).collect();
        items.push(json!({
            "id": school.slug,
            "title": school.title,
            "central_office": school.trust,
            "policies": policies,
        }));
    }
    Ok(Json(json!({ "items": items })))
}

/// GET /schools/{school}/registers
pub async fn registers(
    State(app): State<App>,
    Program(bearer): Program,
    Path(school): Path<String>,
) -> Result<Json<Value>, Problem> {
    let school = reached(&app, &bearer, &school).await?;
    let schemas = app.house.registers_at(&school).await?;
    let seen = schemas.all().iter().filter(|register| bearer.may(Need::Read, Some(&register.id)));
    let items: Vec<Value> = seen.map(|register| shown(&bearer, register)).collect();
    Ok(Json(json!({ "items": items })))
}

/// A school of the token; anything else is missing.
pub(super) async fn reached(
    app: &App,
    bearer: &schoolkeeper_app::token::Bearer,
    slug: &str,
) -> Result<School, Problem> {
    Ok(app.house.school_at(&bearer.actor, slug).await?)
}

fn shown(bearer: &schoolkeeper_app::token::Bearer, register: &Register) -> Value {
    let writes = bearer.may(Need::Write, Some(&register.id)) && is_kept(register);
    json!({
        "id": register.id,
        "title": register.title,
        "group": group_of(&register.id),
        "may_add": writes,
        "may_change": writes && is_changeable(register),
        "fields": register.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

fn field(field: &Field) -> Value {
    let (kind, choices, of) = match &field.kind {
        FieldType::Choice(choices) => ("choice", choices.clone(), None),
        FieldType::Choices(choices) => ("choices", choices.clone(), None),
        FieldType::Ref(of) => ("record", Vec::new(), Some(of.clone())),
        FieldType::Refs(of) => ("records", Vec::new(), Some(of.clone())),
        FieldType::Back { from, .. } => ("pointed-to-by", Vec::new(), Some(from.clone())),
        FieldType::Text => ("text", Vec::new(), None),
        FieldType::LongText => ("long-text", Vec::new(), None),
        FieldType::Number => ("number", Vec::new(), None),
        FieldType::Money => ("pence", Vec::new(), None),
        FieldType::YesNo => ("yes-no", Vec::new(), None),
        FieldType::Date => ("date", Vec::new(), None),
        FieldType::Instant => ("instant", Vec::new(), None),
        FieldType::Span => ("seconds", Vec::new(), None),
        FieldType::List => ("list", Vec::new(), None),
        FieldType::Rows(_) => ("rows", Vec::new(), None),
        FieldType::Map => ("map", Vec::new(), None),
        FieldType::File => ("file", Vec::new(), None),
        FieldType::Photo => ("photo", Vec::new(), None),
    };
    json!({
        "name": field.name,
        "title": field.label,
        "type": kind,
        "choices": choices,
        "of": of,
        "required": field.required,
        "writable": form::control(field).is_some(),
    })
}
