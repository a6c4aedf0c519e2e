//! Records of a school: the same questions, checks and refusals as their pages.

use super::body::{Json, Program, looked_at, stale, tag};
use super::problem::{MISTAKES, Mistake, Problem, SAME, missing};
use super::school::reached;
use super::standing::only;
use crate::{App, urls};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use schoolkeeper_app::School;
use schoolkeeper_app::entry::{EntryAt, Filled, Left, Saved, choice, form, json as values};
use schoolkeeper_app::register::{Fault, ListAsked, ROWS};
use schoolkeeper_app::token::Bearer;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::Fact;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most parts of an address.
const PARTS_MAX: usize = 80;
/// Most fields of one request.
const FIELDS_MAX: usize = 200;

type Parts = Vec<(String, String)>;
/// School, register, record.
type There = (String, String, String);

/// What a program says of a record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    fields: Map<String, Value>,
    #[serde(default)]
    why: String,
    /// It looked: it is none of those that seem to be the same.
    #[serde(default)]
    another: bool,
}

/// Why something is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    why: String,
}

/// Where a record goes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveTo {
    to: String,
    #[serde(default)]
    why: String,
}

/// GET /schools/{school}/records/{register}
pub async fn list(
    State(app): State<App>,
    Program(bearer): Program,
    Path((school, register)): Path<(String, String)>,
    Query(parts): Query<Parts>,
) -> Result<axum::Json<Value>, Problem> {
    let school = reached(&app, &bearer, &school).await?;
    let (register, _) = app.house.register_at(&bearer.actor, &school, &register).await?;
    let asked = asked(&parts, &register)?;
    let page = app.house.list_entries(&bearer.actor, &school, &register.id, &asked).await?.map_err(faults)?;
    let base = format!("{}/schools/{}/records/{}", super::ROOT, school.slug, register.id);
    let turn = |back: bool, spot| {
        let parts: Vec<(String, String)> = asked.turned(back, spot);
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        base.clone() + &urls::query(&parts)
    };
    let items = page.entries.iter().map(|entry| {
        let removed = asked.removed.then_some(Value::Null);
        shown(&school, &register, (entry.id, entry.version), &entry.facts, removed)
    });
    Ok(axum::Json(json!({
        "items": items.collect::<Vec<_>>(),
        "next": page.next.as_ref().map(|spot| turn(false, spot)),
        "previous": page.previous.as_ref().map(|spot| turn(true, spot)),
    })))
}

/// What is asked of a list; what cannot be meant is said instead of being left out.
fn asked(parts: &Parts, register: &Register) -> Result<ListAsked, Problem> {
    if parts.len() > PARTS_MAX {
        return Err(Problem::part("q", format!("An address may have {PARTS_MAX} parts")));
    }
    let asked = ListAsked::read(parts);
    for (name, value) in parts {
        let wrong = |says: &str| Err(Problem::part(name, says));
        match name.as_str() {
            "since" if value.trim().is_empty() => return wrong("since is a day, as in 2026-11-21, or left out"),
            "q" | "since" | "source" => {}
            "rows" if value.parse().is_ok_and(|rows| ROWS.contains(&rows)) => {}
            "rows" => return wrong("rows is 20, 50, 200 or 1000"),
            "show" if value == "removed" => {}
            "show" => return wrong("show is `removed`, or left out"),
            "sort" => {
                let field = value.trim().trim_start_matches('-');
                if field != "changed" && register.key_of(field).is_none() {
                    return wrong("The list cannot be sorted by that");
                }
            }
            "after" | "before" if asked.turn.is_some() => {}
            "after" | "before" => return wrong("This is no place in the list. Take the address in `next` as it is"),
            other if ["is.", "from.", "to."].iter().any(|start| other.starts_with(start)) => {}
            _ => {
                return wrong(
                    "A list has no such part: q, sort, show, rows, after, before, since, source, is.…, from.…, to.…",
                );
            }
        }
    }
    Ok(asked)
}

fn faults(faults: Vec<Fault>) -> Problem {
    let mistake = |fault: Fault| Mistake { pointer: None, parameter: Some(fault.part), detail: fault.text };
    let says = "a filter cannot be meant, so nothing is shown";
    Problem::new(super::problem::MALFORMED, says).mistakes(faults.into_iter().map(mistake).collect())
}

/// POST /schools/{school}/records/{register}
pub async fn create(
    State(app): State<App>,
    Program(bearer): Program,
    Path((school, register)): Path<(String, String)>,
    Json(written): Json<Written>,
) -> Result<Response, Problem> {
    let school = reached(&app, &bearer, &school).await?;
    let register = app.house.register_to_fill(&bearer.actor, &school, &register).await?;
    let filled = filled(&school, &register, (None, &written))?;
    let saved = app.house.create_entry(&bearer.actor, &school, (&register.id, &filled)).await?;
    let id = done(saved)?;
    let href = format!("{}/schools/{}/records/{}/{id}", super::ROOT, school.slug, register.id);
    let body = json!({ "id": id, "version": 1, "href": href });
    Ok((StatusCode::CREATED, [(header::LOCATION, href), (header::ETAG, tag(1))], axum::Json(body)).into_response())
}

/// GET /schools/{school}/records/{register}/{record}
pub async fn show(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
    Query(parts): Query<Parts>,
) -> Result<Response, Problem> {
    let asked = only(&parts, &["show"])?;
    if !["", "removed"].contains(&asked[0]) {
        return Err(Problem::part("show", "show is `removed`, or left out"));
    }
    let at = found(&app, &bearer, &there).await?;
    if at.whole.left_at.is_some() && asked[0] != "removed" {
        return Err(missing());
    }
    Ok(whole(&at))
}

/// PATCH /schools/{school}/records/{register}/{record}
pub async fn change(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
    headers: HeaderMap,
    Json(written): Json<Written>,
) -> Result<Response, Problem> {
    let at = live(&app, &bearer, &there).await?;
    let version = looked_at(&headers, at.whole.entry.version)?;
    let register = app.house.register_to_fill(&bearer.actor, &at.school, &at.register.id).await?;
    let filled = filled(&at.school, &register, (Some(&at), &written))?;
    let place = (&*register.id, at.id(), version);
    done(app.house.change_entry(&bearer.actor, &at.school, (place, &filled)).await?)?;
    Ok(whole(&found(&app, &bearer, &there).await?))
}

/// DELETE /schools/{school}/records/{register}/{record}
pub async fn remove(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
    headers: HeaderMap,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, Problem> {
    let at = live(&app, &bearer, &there).await?;
    let version = looked_at(&headers, at.whole.entry.version)?;
    let place = (&*at.register.id, at.id(), version);
    match app.house.remove_entry(&bearer.actor, &at.school, (place, &reason.why)).await? {
        Left::Done => Ok(StatusCode::NO_CONTENT),
        Left::Mistake(says) => Err(Problem::at("/why", says)),
        Left::MovedOn => Err(stale()),
    }
}

/// GET /schools/{school}/records/{register}/{record}/history
pub async fn history(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
    Query(parts): Query<Parts>,
) -> Result<axum::Json<Value>, Problem> {
    let before = only(&parts, &["before"])?[0];
    let number = before.parse().ok().filter(|before: &i64| *before > 0);
    if number.is_none() && !before.is_empty() {
        return Err(Problem::part("before", "before is a version"));
    }
    let at = found(&app, &bearer, &there).await?;
    let (lines, more) = app.house.entry_past(&at, (number, schoolkeeper_app::entry::past::PAGE)).await?;
    let next = lines.last().filter(|_| more).map(|last| format!("{}/history?before={}", href(&at), last.version));
    let items = lines.iter().map(|line| {
        let fields = line.fields.iter().map(|(field, was, is)| json!({"field": field, "was": was, "is": is}));
        json!({
            "version": line.version,
            "at": line.at.to_string(),
            "who": line.who,
            "what": line.what,
            "source": line.source,
            "why": line.why,
            "import": line.import,
            "fields": fields.collect::<Vec<_>>(),
        })
    });
    Ok(axum::Json(json!({ "items": items.collect::<Vec<_>>(), "next": next })))
}

/// GET /schools/{school}/records/{register}/{record}/moves
pub async fn moves(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
) -> Result<axum::Json<Value>, Problem> {
    let at = live(&app, &bearer, &there).await?;
    let moves = app.house.moves(&bearer.actor, &at);
    let items = moves
        .iter()
        .map(|step| json!({ "to": step.to, "title": step.title, "missing": step.missing, "only": step.only }));
    Ok(axum::Json(json!({ "items": items.collect::<Vec<_>>() })))
}

/// POST /schools/{school}/records/{register}/{record}/moves
pub async fn make_move(
    State(app): State<App>,
    Program(bearer): Program,
    Path(there): Path<There>,
    headers: HeaderMap,
    Json(step): Json<MoveTo>,
) -> Result<Response, Problem> {
    let at = live(&app, &bearer, &there).await?;
    if headers.contains_key(header::IF_MATCH) {
        looked_at(&headers, at.whole.entry.version)?;
    }
    let moves = app.house.moves(&bearer.actor, &at);
    if !moves.iter().any(|known| *known.to == *step.to) {
        let known: Vec<&str> = moves.iter().map(|known| &*known.to).collect();
        let says = match known[..] {
            [] => "It goes nowhere from here".to_owned(),
            _ => format!("From here it goes to: {}", known.join(", ")),
        };
        return Err(Problem::at("/to", says));
    }
    done(app.house.move_entry(&bearer.actor, &at, (&step.to, &step.why)).await?)?;
    let at = found(&app, &bearer, &there).await?;
    let body = json!({ "id": at.id(), "version": at.whole.entry.version, "state": step.to, "title": choice(&step.to) });
    Ok(([(header::ETAG, tag(at.whole.entry.version))], axum::Json(body)).into_response())
}

async fn found(app: &App, bearer: &Bearer, (school, register, record): &There) -> Result<EntryAt, Problem> {
    let school = reached(app, bearer, school).await?;
    let id = Uuid::parse_str(record).map_err(|_| missing())?;
    Ok(app.house.entry_at(&bearer.actor, &school, (register, EntryId(id))).await?)
}

/// One that is still in its list.
async fn live(app: &App, bearer: &Bearer, there: &There) -> Result<EntryAt, Problem> {
    let at = found(app, bearer, there).await?;
    if at.whole.left_at.is_some() { Err(missing()) } else { Ok(at) }
}

fn href(at: &EntryAt) -> String {
    format!("{}/schools/{}/records/{}/{}", super::ROOT, at.school.slug, at.register.id, at.id())
}

fn whole(at: &EntryAt) -> Response {
    let entry = &at.whole.entry;
    let removed = at.whole.left_at.map(|at| Value::from(at.to_string()));
    let body = shown(&at.school, &at.register, (at.id(), entry.version), &entry.facts, removed);
    ([(header::ETAG, tag(entry.version))], axum::Json(body)).into_response()
}

/// A record: what nobody said is left out, what it is known to have none of is `null`.
fn shown(
    school: &School,
    register: &Register,
    (id, version): (EntryId, i64),
    facts: &BTreeMap<Name, Fact>,
    removed: Option<Value>,
) -> Value {
    let known = |name: &str| register.field(name).is_some_and(|(_, field)| !field.is_filled_in());
    let asked = |name: &str| name != "state" && known(name);
    let mut out = json!({
        "id": id,
        "school": school.slug,
        "register": register.id,
        "version": version,
        "fields": values::fields(facts.iter(), asked),
    });
    let state = facts.get("state").and_then(|fact| fact.value.as_text());
    if register.states.is_some() {
        out["state"] = json!(state);
    }
    if let Some(removed) = removed.filter(|removed| !removed.is_null()) {
        out["removed_at"] = removed;
    }
    out
}

/// What was written as values, or everything that is to be mended.
fn filled(
    school: &School,
    register: &Register,
    (at, written): (Option<&EntryAt>, &Written),
) -> Result<Filled, Problem> {
    let zone = Calendar::new(school.division, Vec::new()).zone().clone();
    if written.fields.len() > FIELDS_MAX {
        return Err(Problem::at("/fields", format!("A request may have {FIELDS_MAX} fields")));
    }
    let mut out = Filled { why: written.why.clone(), another: written.another, ..Filled::default() };
    let mut mistakes = Vec::new();
    for (name, value) in &written.fields {
        let Some((_, field)) = register.field(name) else {
            mistakes.push((Name::from(name.as_str()), "This kind of record has no such field".to_owned()));
            continue;
        };
        let asked =
            field.when.as_ref().is_none_or(|when| form::is_asked(when, &other(&zone, (at, written), &when.field)));
        match values::read(field, value, &zone) {
            Ok(Some(_)) if !asked => {
                let says = format!("{} is only said after another answer; say that first", field.label);
                mistakes.push((field.name.clone(), says));
            }
            Ok(Some(value)) => drop(out.say.insert(field.name.clone(), value)),
            Ok(None) => drop(out.unsay.insert(field.name.clone())),
            Err(says) => mistakes.push((field.name.clone(), says)),
        }
    }
    if mistakes.is_empty() { Ok(out) } else { Err(to_mend(mistakes)) }
}

/// What another field says after the request, as a form would hold it.
fn other(zone: &TimeZone, (at, written): (Option<&EntryAt>, &Written), name: &Name) -> String {
    match written.fields.get(&**name) {
        Some(Value::Bool(yes)) => (if *yes { "yes" } else { "no" }).to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => String::new(),
        None => {
            let fact = at.and_then(|at| at.whole.entry.facts.get(name));
            fact.map_or_else(String::new, |fact| form::typed(&fact.value, zone))
        }
    }
}

fn done(saved: Saved) -> Result<EntryId, Problem> {
    match saved {
        Saved::Done(id) => Ok(id),
        Saved::Mistakes(mistakes) => Err(to_mend(mistakes)),
        Saved::MovedOn => Err(stale()),
        Saved::Same(same) => {
            let ids: Vec<String> = same.iter().map(|(id, _)| format!("`{id}`")).collect();
            let says = format!(
                "nothing was saved: {} has the same key\nhint: change that one, or send \"another\": true when you know that it is another",
                ids.join(", ")
            );
            Err(Problem::new(SAME, &says))
        }
    }
}

fn to_mend(mistakes: Vec<(Name, String)>) -> Problem {
    let mistake = |(name, detail): (Name, String)| {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        let pointer = if &*name == "why" { "/why".to_owned() } else { format!("/fields/{escaped}") };
        Mistake { pointer: Some(pointer), parameter: None, detail: crate::intake::sentences(&detail) }
    };
    Problem::new(MISTAKES, "nothing was changed").mistakes(mistakes.into_iter().map(mistake).collect())
}
