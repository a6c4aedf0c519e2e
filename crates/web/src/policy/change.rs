//! What would change: choose numbers or a policy, see what it would do on today's records, adopt it with a reason.

use super::impact::{Shown, shown};
use super::proposal::Ask;
use super::reading::frame;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schoolkeeper_app::change::{EDITION, Looked, Proposal};
use schoolkeeper_app::edition::StateLine;
use schoolkeeper_app::{Standpoint, shipped, view::chapter};
use schoolkeeper_core::id::Name;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "policy/change.html")]
struct ChangePage {
    frame: Frame,
    form: Form,
    with: Field,
    numbers: Vec<Field>,
    add: Field,
    why: Field,
    looked: Option<Shown>,
    ask: Option<Ask>,
    working: Option<String>,
    again: String,
    compare: Option<String>,
    action: String,
    kept: Vec<(String, String)>,
}

/// GET /school/{school}/policy/{pack}/change
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, &at, (&Posted::new(asked), None)).await
}

/// POST /school/{school}/policy/{pack}/change
pub async fn adopt(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let proposal = proposal(&at, &posted);
    let holds = holds(&posted);
    let done = app.house.adopt_change(&signed.actor, &at, &proposal, (posted.get("why"), &holds)).await;
    match done {
        Ok(()) if proposal.with.is_some() => {
            let adopted = proposal.with.as_deref().unwrap_or(&pack);
            let adopted = adopted.strip_prefix(EDITION).unwrap_or(adopted);
            Ok(told(&app, &urls::policy(&school, adopted), "Adopted. The new tasks and checks begin today"))
        }
        Ok(()) => Ok(told(&app, &urls::numbers(&school, &pack), "Set")),
        Err(schoolkeeper_app::Error::Refused(why)) => show(&app, &signed, &at, (&posted, Some(("why", why)))).await,
        Err(error) => Err(error.into()),
    }
}

/// `with=ID&n-NAME=VALUE`; a number left empty is not changed.
pub(super) fn proposal(at: &Standpoint, posted: &Posted) -> Proposal {
    let own = at.pack_id();
    let with = Some(posted.word("with")).filter(|with| !with.is_empty());
    let numbers = posted.fields().iter().filter_map(|(name, value)| {
        let value = value.trim();
        Some((Name::from(name.strip_prefix("n-")?), value.to_owned())).filter(|_| !value.is_empty())
    });
    let numbers: Vec<(Name, String)> = numbers.collect();
    let same = with.as_deref() == Some(own) && shipped::heads().iter().all(|head| head.id != own);
    Proposal { with: with.filter(|_| !same), numbers }
}

/// `conflict-1=ID&holds-1=PACK`
fn holds(posted: &Posted) -> BTreeMap<String, Name> {
    let mut out = BTreeMap::new();
    for (name, id) in posted.fields() {
        let Some(number) = name.strip_prefix("conflict-") else { continue };
        out.insert(id.clone(), Name::from(posted.get(&format!("holds-{number}"))));
    }
    out
}

pub(super) async fn show(
    app: &App,
    signed: &Signed,
    at: &Standpoint,
    (posted, fault): (&Posted, Option<(&'static str, String)>),
) -> Result<Response, Error> {
    let proposal = proposal(at, posted);
    let wanted = proposal.with.is_some() || !proposal.numbers.is_empty();
    let (mut looked, mut working, mut mistake) = (None, None, None);
    if wanted {
        match app.house.look_at_change(&signed.actor, at, &proposal).await {
            Ok(Looked::Done(impact)) => looked = Some(shown(at, &impact, posted)),
            Ok(Looked::Working(done, of)) => working = Some(format!("Working: {done} of {of} schools.")),
            Err(schoolkeeper_app::Error::Refused(why)) => mistake = Some(why),
            Err(error) => return Err(error.into()),
        }
    }
    let mistakes: Vec<(&'static str, String)> = fault.into_iter().collect();
    let why = Field::new("why", "Why?").hint("As in: agreed by governors on 12 November. No names of people");
    let why = why.value(posted.get("why")).check(&mistakes);
    let own = app.house.editions(&signed.actor, &at.school).await.unwrap_or_default();
    let (with, add) = (with_field(at, &proposal, &own), add_field(at, posted));
    let mut numbers = number_fields(at, posted);
    match (mistake, numbers.first_mut()) {
        (Some(text), Some(first)) => first.error = Some(text),
        (Some(text), None) => return Err(schoolkeeper_app::Error::Refused(text).into()),
        (None, _) => {}
    }
    let ask = match looked {
        Some(_) => Ask::of(app, signed, at, (&proposal, posted, &mistakes)).await?,
        None => None,
    };
    let asked = ask.iter().flat_map(|ask| [&ask.role, &ask.note]);
    let form = Form::of(signed.csrf(), &numbers.iter().chain(asked).chain([&why]).collect::<Vec<_>>());
    let page = ChangePage {
        frame: frame(at, "What would change")
            .signed(signed)
            .back("Back to the contents", urls::read(&at.school.slug, at.pack_id()))
            .faulty(&form),
        compare: proposal.with.as_ref().map(|with| urls::compare(&at.school.slug, at.pack_id(), with)),
        again: format!("{}{}", urls::change(&at.school.slug, at.pack_id()), again(posted)),
        action: urls::change(&at.school.slug, at.pack_id()),
        kept: kept(&proposal),
        with,
        numbers,
        add,
        why,
        looked,
        ask,
        working,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

pub(super) fn again(posted: &Posted) -> String {
    let asked = posted.fields().iter().filter(|(name, _)| name == "with" || name.starts_with("n-"));
    urls::query(&asked.map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
}

fn kept(proposal: &Proposal) -> Vec<(String, String)> {
    let with = proposal.with.iter().map(|with| ("with".to_owned(), with.clone()));
    with.chain(proposal.numbers.iter().map(|(name, value)| (format!("n-{name}"), value.clone()))).collect()
}

fn with_field(at: &Standpoint, proposal: &Proposal, own: &[StateLine]) -> Field {
    let head = &at.pack.pack.head;
    let mut choices = vec![Choice {
        hint: Some("Only numbers change".to_owned()),
        ..Choice::new("", format!("{}, as it is here", head.title))
    }];
    choices.extend(shipped::heads().iter().map(|shipped| {
        let known = at.policies.iter().any(|(id, _)| *id == shipped.id);
        let hint = if known { "The version that comes with this program" } else { "In addition to what is in force" };
        let title = format!("{}, version {}", shipped.title, shipped.version);
        Choice { hint: Some(hint.to_owned()), ..Choice::new(shipped.id.as_str(), title) }
    }));
    choices.extend(own.iter().map(|line| Choice {
        hint: Some("A policy you write, as it stands now".to_owned()),
        ..Choice::new(format!("{EDITION}{}", line.pack), format!("What you write: {}", line.pack))
    }));
    Field::new("with", "Which policy?").choices(choices).value(proposal.with.clone().unwrap_or_default())
}

/// One field for each number that was named.
fn number_fields(at: &Standpoint, posted: &Posted) -> Vec<Field> {
    let pack = &at.pack.pack;
    let named = posted.fields().iter().filter_map(|(name, value)| match name.as_str() {
        "add" => Some((value.as_str(), "")),
        _ => Some((name.strip_prefix("n-")?, value.as_str())),
    });
    let mut out: Vec<Field> = Vec::new();
    for (name, value) in named.filter(|(name, _)| pack.params.contains_key(*name)) {
        let id = format!("n-{name}");
        if out.iter().any(|known| known.name == id) {
            continue;
        }
        let number = chapter::number(at, Name::from(name));
        let now = number.value.unwrap_or_else(|| "not set yet".to_owned());
        let field =
            Field::new(id, number.asks).hint(format!("Now: {now}. {}", schoolkeeper_app::number::may_be(pack, name)));
        out.push(field.value(value));
    }
    out
}

fn add_field(at: &Standpoint, posted: &Posted) -> Field {
    let taken = |name: &str| !posted.get(&format!("n-{name}")).is_empty() || posted.get("add") == name;
    let names = at.pack.pack.params.keys().filter(|name| !taken(name));
    let choices = names.map(|name| Choice::new(&**name, chapter::asks(&at.pack.pack, name)));
    let none = Choice { chosen: true, ..Choice::new("", "No other number") };
    Field::new("add", "Another number").choices(std::iter::once(none).chain(choices).collect())
}
