//! The OpenAPI document, made from the table of operations and the declared registers.

use super::body::Program;
use super::problem::Problem;
use super::schema::{self, Shape, formatted, named, plain, text, word};
use super::{OPERATIONS, Operation, ROOT};
use crate::App;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schoolkeeper_app::entry::is_kept;
use schoolkeeper_app::token::{Need, group_of};
use schoolkeeper_core::schema::Schemas;
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HeaderBuilder, HttpMethod, InfoBuilder, KnownFormat, OpenApi, OpenApiBuilder,
    PathItem, PathsBuilder, Required, ResponseBuilder,
};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";
const SAYS: &str = "Records, standing and problems of the schools of a token. Show it as `Authorization: Bearer sk_…`. \
    What a page refuses is refused here, in the same words, as a problem of RFC 9457. docs/api.md walks through it.";

/// GET /openapi.json
pub async fn show(State(app): State<App>, Program(bearer): Program) -> Result<Response, Problem> {
    let mut schools = app.house.all_schools(&bearer.actor).await?;
    schools.retain(|school| bearer.token.schools.contains(&school.id));
    let schemas = app.house.registers_of(&schools).await?;
    let schools: Vec<&str> = schools.iter().map(|school| school.slug.as_str()).collect();
    let text = document(&schemas, &schools).to_json().map_err(|error| {
        let says = format!("the document cannot be written: {error}");
        Problem::new(super::problem::FAILED, &says)
    })?;
    Ok(([(header::CONTENT_TYPE, JSON)], text).into_response())
}

/// The whole document, for a token of these schools.
pub fn document(schemas: &Schemas, schools: &[&str]) -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut items: Vec<(String, PathItem)> = Vec::new();
    for one in OPERATIONS {
        let path = format!("{ROOT}{}", one.path);
        let item = PathItem::new(method(one), operation(one, schemas, schools));
        match items.iter_mut().find(|(known, _)| *known == path) {
            Some((_, known)) => known.merge_operations(item),
            None => items.push((path, item)),
        }
    }
    for (path, item) in items {
        paths = paths.path(path, item);
    }
    let mut components = ComponentsBuilder::new();
    for (name, shape) in schema::shapes() {
        components = components.schema(name, shape);
    }
    for register in schemas.all().iter().filter(|register| group_of(&register.id).is_some() && is_kept(register)) {
        components = components.schema(format!("fields.{}", register.id), schema::of_register(register));
    }
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = components.security_scheme("token", scheme).build();
    let info = InfoBuilder::new().title("Schoolkeeper").version("1").description(Some(SAYS)).build();
    OpenApiBuilder::new().info(info).paths(paths.build()).components(Some(components)).build()
}

fn method(one: &Operation) -> HttpMethod {
    match one.method {
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(one: &Operation, schemas: &Schemas, schools: &[&str]) -> utoipa::openapi::path::Operation {
    let mut out = OperationBuilder::new()
        .operation_id(Some(one.id))
        .summary(Some(one.says))
        .security(SecurityRequirement::new("token", Vec::<String>::new()));
    for parameter in parameters(one, schemas, schools) {
        out = out.parameter(parameter);
    }
    if let Some(body) = body(one) {
        out = out.request_body(Some(body));
    }
    for (status, says, shape) in good(one) {
        let mut response = ResponseBuilder::new().description(says);
        if let Some(shape) = shape {
            response = response.content(JSON, ContentBuilder::new().schema(Some(shape)).build());
        }
        if one.method == "GET" || one.method == "PATCH" {
            response = response.header("ETag", HeaderBuilder::new().schema(Some(text())).build());
        }
        out = out.response(status, response.build());
    }
    for status in refused(one) {
        let content = ContentBuilder::new().schema(Some(named("Problem"))).build();
        let says = "Nothing was changed; the body says why";
        let response = ResponseBuilder::new().description(says).content("application/problem+json", content);
        out = out.response(*status, response.build());
    }
    out.build()
}

fn parameter(place: ParameterIn, name: &str, shape: Shape) -> ParameterBuilder {
    let required = if matches!(place, ParameterIn::Path) { Required::True } else { Required::False };
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(shape))
}

fn parameters(one: &Operation, schemas: &Schemas, schools: &[&str]) -> Vec<Parameter> {
    let registers = schemas.all().iter().filter(|register| group_of(&register.id).is_some());
    let registers: Vec<&str> = registers.map(|register| &*register.id).collect();
    let mut out = Vec::new();
    for name in one.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let shape = match name {
            "register" => word(registers.iter().copied()),
            "record" | "list" => schema::id(),
            _ => word(schools.iter().copied()),
        };
        out.push(parameter(ParameterIn::Path, name, shape));
    }
    let query = |name: &str, shape: Shape| parameter(ParameterIn::Query, name, shape);
    match one.id {
        "listRecords" => out.extend(list_parameters()),
        "getRecord" => out.push(query("show", word(["removed"]))),
        "listHistory" => out.push(query("before", plain(Type::Integer).minimum(Some(1)).into())),
        "listStanding" => out.push(query("policy", text())),
        "listProblems" => out.extend(["policy", "cause", "q", "after"].map(|name| query(name, text()))),
        "handInList" => out.extend([
            query("source", plain(Type::String).max_length(Some(80)).into())
                .description(Some("Whose word the list is: an earlier list of the same source is compared with it")),
            query("part", word(["yes", "no"]))
                .description(Some("`yes`: only some of them, so nobody has left and nothing is complete")),
        ]),
        _ => {}
    }
    let header = |name: &str| parameter(ParameterIn::Header, name, text());
    match one.method {
        "GET" => out.push(header("If-None-Match")),
        "PATCH" => out.push(header("If-Match").required(Required::True)),
        "DELETE" if one.path.contains("{record}") => out.push(header("If-Match").required(Required::True)),
        "POST" => {
            let key = plain(Type::String).min_length(Some(1)).max_length(Some(100)).pattern(Some("^[!-~]+$"));
            out.push(parameter(ParameterIn::Header, "Idempotency-Key", key.into()).description(Some(
                "The same key with the same request within a day gives the same answer and does nothing twice",
            )));
        }
        _ => {}
    }
    if one.id == "moveRecord" {
        out.push(header("If-Match"));
    }
    out.into_iter().map(ParameterBuilder::build).collect()
}

fn list_parameters() -> Vec<ParameterBuilder> {
    let query = |name: &str, shape: Shape, says: &str| {
        parameter(ParameterIn::Query, name, shape).description(Some(says.to_owned()))
    };
    vec![
        query("q", text(), "Words a record must hold. Filters follow as `is.FIELD`, `from.FIELD`, `to.FIELD`"),
        query("sort", text(), "A field, or `changed`; with `-` before it the last comes first"),
        query("show", word(["removed"]), "Those that were removed or have left"),
        query("rows", plain(Type::Integer).enum_values(Some([20, 50, 200, 1000])).into(), "Records of a page"),
        query("since", formatted(KnownFormat::Date), "Changed since this day"),
        query("source", text(), "Of this source"),
        query("after", text(), "Only as `next` has it"),
        query("before", text(), "Only as `previous` has it"),
    ]
}

fn body(one: &Operation) -> Option<RequestBody> {
    let content = |shape: Shape| ContentBuilder::new().schema(Some(shape)).build();
    let out = RequestBodyBuilder::new().required(Some(Required::True));
    Some(
        match one.id {
            "createRecord" => out.content(JSON, content(named("Written"))),
            "changeRecord" => out.content("application/merge-patch+json", content(named("Written"))),
            "removeRecord" => out.content(JSON, content(named("Reason"))),
            "moveRecord" => out.content(JSON, content(named("MoveTo"))),
            "saveList" => out.content(JSON, content(named("Confirmed"))),
            "handInList" => {
                // What stands in a file is no matter of JSON Schema.
                out.content("text/csv", ContentBuilder::new().build()).content(XLSX, ContentBuilder::new().build())
            }
            _ => return None,
        }
        .build(),
    )
}

/// What it answers when it worked: status, words, shape.
fn good(one: &Operation) -> Vec<(&'static str, &'static str, Option<Shape>)> {
    let ok = |name: &str| ("200", "Here it is", Some(named(name)));
    let known = ("304", "What you have is what there is", None);
    match one.id {
        "listSchools" => vec![ok("Schools"), known],
        "listRegisters" => vec![ok("Registers"), known],
        "listRecords" => vec![ok("Records"), known],
        "getRecord" => vec![ok("Record"), known],
        "listHistory" => vec![ok("History"), known],
        "listMoves" => vec![ok("Moves"), known],
        "getList" => vec![ok("List"), known],
        "listStanding" => vec![ok("Standing"), known],
        "listProblems" => vec![ok("Problems"), known],
        "openApi" => vec![("200", "This document", Some(plain(Type::Object).into())), known],
        "createRecord" => vec![("201", "It is on record", Some(named("Made")))],
        "handInList" => vec![("201", "It is kept for a day, and looked at", Some(named("Made")))],
        "changeRecord" => vec![ok("Record")],
        "moveRecord" => vec![ok("Moved")],
        "saveList" => vec![ok("Saved"), ("202", "It is large and is being saved", Some(named("Saved")))],
        _ => vec![("204", "Done", None)],
    }
}

/// Statuses it may refuse with.
fn refused(one: &Operation) -> &'static [&'static str] {
    match (one.method, one.need) {
        ("GET", Need::Known) => &["400", "401", "404", "429", "500", "503"],
        ("GET", _) => &["400", "401", "403", "404", "422", "429", "500", "503"],
        _ => &["400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "500", "503"],
    }
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::api::OPERATIONS;
    use serde_json::Value;

    #[test]
    fn every_operation_and_every_register_stands_in_the_document_and_every_name_leads_somewhere() {
        let schemas = schoolkeeper_app::shipped::registers(None).unwrap();
        let text = document(&schemas, &["hill"]).to_json().unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["openapi"], "3.1.0");
        for one in OPERATIONS {
            let method = one.method.to_lowercase();
            let found = &json["paths"][format!("/api/v1{}", one.path)][&method];
            assert_eq!(found["operationId"], one.id, "{} {}", one.method, one.path);
        }
        let known = json["components"]["schemas"].as_object().unwrap();
        assert!(known.contains_key("fields.asset") && known.len() > 60, "{}", known.len());
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(known.contains_key(name), "{name} leads nowhere");
        }
    }
}
