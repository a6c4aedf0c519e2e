//! Where a school stands, as its pages show it: nothing is worked out here.

use super::body::Program;
use super::problem::Problem;
use super::school::reached;
use crate::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use schoolkeeper_app::token::Bearer;
use schoolkeeper_app::{ProblemsAsked, Standpoint};
use schoolkeeper_core::id::{EntryId, Name};
use serde_json::{Value, json};
use std::sync::Arc;

/// Most problems of one page.
const PAGE: u32 = 100;

type Parts = Vec<(String, String)>;

/// GET /schools/{school}/standing
pub async fn standing(
    State(app): State<App>,
    Program(bearer): Program,
    Path(school): Path<String>,
    Query(parts): Query<Parts>,
) -> Result<Json<Value>, Problem> {
    let asked = only(&parts, &["policy"])?;
    let at = standpoint(&app, &bearer, &school, asked.first().copied()).await?;
    let clauses = at.pack.pack.clauses.iter().filter_map(|clause| {
        let stands = at.outcome.clause(clause.id.get_ref())?;
        Some(json!({
            "statement": clause.id.get_ref(),
            "text": clause.text,
            "section": clause.section,
            "standing": stands.standing,
            "known_by": stands.known_by,
            "since": stands.since.map(|at| at.to_string()),
            "due_on": stands.due_on,
            "not_counted": stands.none_because,
            "counts": stands.counts,
        }))
    });
    Ok(Json(json!({
        "policy": at.pack_id(),
        "as_of": at.outcome.at.to_string(),
        "items": clauses.collect::<Vec<_>>(),
    })))
}

/// GET /schools/{school}/problems
pub async fn problems(
    State(app): State<App>,
    Program(bearer): Program,
    Path(school): Path<String>,
    Query(parts): Query<Parts>,
) -> Result<Json<Value>, Problem> {
    let asked = only(&parts, &["policy", "cause", "q", "after"])?;
    let [policy, cause, search, after] = asked[..] else { return Err(super::problem::missing()) };
    let at = standpoint(&app, &bearer, &school, Some(policy)).await?;
    let wanted = ProblemsAsked {
        control: Some(cause).filter(|cause| !cause.is_empty()).map(Name::from),
        search: search.chars().take(200).collect(),
        after: if after.is_empty() { None } else { Some(spot(after).ok_or_else(|| Problem::part("after", NO_PLACE))?) },
        limit: PAGE + 1,
    };
    let mut found = app.house.problems(&bearer.actor, &at, &wanted).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let after = format!("{}.{}", last.control, last.entry.map_or_else(String::new, |entry| entry.to_string()));
        let parts = [("policy", policy), ("cause", cause), ("q", search), ("after", &after)];
        format!("{}/schools/{school}/problems{}", super::ROOT, crate::urls::query(&parts))
    });
    let items: Vec<Value> = found
        .iter()
        .map(|problem| {
            json!({
                "cause": problem.control,
                "record": problem.entry,
                "standing": problem.standing,
                "since": problem.since.to_string(),
                "due_at": problem.due_at.map(|at| at.to_string()),
                "message": problem.message,
            })
        })
        .collect();
    let link = app.house.base_url().to(&crate::urls::to_fix(&school, at.pack_id()));
    Ok(Json(json!({ "policy": at.pack_id(), "items": items, "next": next, "link": link })))
}

const NO_PLACE: &str = "This is no place in the list. Take the address in `next` as it is";

/// `CONTROL.ENTRY`, as `next` has it.
fn spot(text: &str) -> Option<(Name, Option<EntryId>)> {
    let (control, entry) = text.rsplit_once('.')?;
    let entry = if entry.is_empty() { None } else { Some(EntryId(entry.parse().ok()?)) };
    Some((Name::from(control), entry))
}

/// The values of these parts of an address, in order; what else it says cannot be meant.
pub(super) fn only<'a>(parts: &'a Parts, known: &[&str]) -> Result<Vec<&'a str>, Problem> {
    if let Some((name, _)) = parts.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(Problem::part(name, format!("This address has no such part. It has: {}", known.join(", "))));
    }
    let value = |name: &&str| parts.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    Ok(known.iter().map(value).collect())
}

/// The policy that is asked for, else the school's first.
async fn standpoint(
    app: &App,
    bearer: &Bearer,
    school: &str,
    policy: Option<&str>,
) -> Result<Arc<Standpoint>, Problem> {
    let school = reached(app, bearer, school).await?;
    let policies = app.house.policies(&bearer.actor, &school.slug).await?;
    let wanted = policy.filter(|policy| !policy.is_empty());
    let found = policies.iter().find(|(id, _)| wanted.is_none_or(|wanted| wanted == id));
    let (id, _) = found.ok_or_else(super::problem::missing)?;
    Ok(app.house.standpoint(&bearer.actor, &school.slug, id).await?)
}
