//! Two records of one thing: find the other, look at both side by side, choose field by field, make them one.

use super::{There, entry_to_change};
use crate::error::Error;
use crate::form::{Choice, Fault, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::register::framed;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::House;
use schoolkeeper_app::entry::merge::Compared;
use schoolkeeper_app::entry::{EntryAt, Left, Saved, value};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "entry/merge.html")]
struct MergePage {
    frame: Frame,
    form: Form,
    heading: String,
    action: String,
    like: Option<Field>,
    found: Option<Field>,
    nothing: bool,
    other: String,
    other_name: String,
    name: String,
    same: Vec<(String, String)>,
    choices: Vec<Field>,
    why: Option<Field>,
}

/// GET /school/{school}/records/{register}/{entry}/merge
pub async fn ask_merge(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    find(&app, &signed, &at, &Posted::default()).await
}

/// POST /school/{school}/records/{register}/{entry}/merge
pub async fn merge(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    let step = posted.get("step");
    if step == "search" || posted.get("other").is_empty() {
        return find(&app, &signed, &at, &posted).await;
    }
    let other = (there.0, there.1, posted.word("other"));
    let other = entry_to_change(&app, &signed, &other).await?;
    if step != "merge" {
        return compare(&app, &signed, (&at, &other), (&posted, None)).await;
    }
    let lines = House::compared(&at, &other.whole.entry);
    let chosen = |line: &&Compared| posted.get(&format!("f-{}", line.name)) == "theirs";
    let theirs: BTreeSet<Name> = lines.iter().filter(chosen).map(|line| line.name.clone()).collect();
    let saved = app.house.merge_entries(&signed.actor, (&at, &other), (&theirs, &posted.word("why"))).await?;
    match saved {
        Saved::Done(_) => {
            let words = "The two records are one now. It can be taken back while nobody changes it.";
            Ok(told(&app, &urls::entry(&at.school.slug, &at.register.id, at.id()), words))
        }
        Saved::Mistakes(mistakes) => {
            let text = mistakes.into_iter().next().map(|(_, text)| text);
            compare(&app, &signed, (&at, &other), (&posted, text)).await
        }
        _ => compare(&app, &signed, (&at, &other), (&posted, Some(super::leave::MOVED_ON.to_owned()))).await,
    }
}

/// POST /school/{school}/records/{register}/{entry}/unmerge
pub async fn unmerge(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let at = entry_to_change(&app, &signed, &there).await?;
    let words = match app.house.unmerge_entry(&signed.actor, &at).await? {
        Left::Done => "They are two records again.",
        _ => "Something was changed after they were made one, so it cannot be taken back.",
    };
    Ok(told(&app, &urls::entry(&at.school.slug, &at.register.id, at.id()), words))
}

async fn find(app: &App, signed: &Signed, at: &EntryAt, posted: &Posted) -> Result<Response, Error> {
    let name = app.house.entry_title(at).await?;
    let like = posted.word("like");
    let choices: Vec<Choice> = if like.is_empty() {
        let near = app.house.duplicates(&signed.actor, at).await?.into_iter();
        near.map(|one| Choice { hint: Some(one.because), ..Choice::new(one.id.to_string(), one.name) }).collect()
    } else {
        let found = app.house.entries_like(&signed.actor, &at.school, (&at.register.id, &like)).await?;
        let others = found.into_iter().filter(|one| one.id != at.id());
        others
            .map(|one| Choice {
                hint: Some(one.more).filter(|more| !more.is_empty()),
                ..Choice::new(one.id.to_string(), one.name)
            })
            .collect()
    };
    let nothing = choices.is_empty();
    let found = (!nothing).then(|| Field::new("other", "Which one is the same?").choices(choices));
    let like = Field::new("like", "Look for another").hint("A name, or a part of it").value(like);
    let heading = format!("Is {name} there twice?");
    let page = MergePage { like: Some(like), found, nothing, ..blank(app, signed, at, (heading, name)).await? };
    Ok(page.form.answer(page.render()?))
}

async fn compare(
    app: &App,
    signed: &Signed,
    (at, other): (&EntryAt, &EntryAt),
    (posted, fault): (&Posted, Option<String>),
) -> Result<Response, Error> {
    let names = app.house.names_at(&at.school, &[at.points_to(), other.points_to()].concat()).await?;
    let (name, other_name) = (app.house.entry_title(at).await?, app.house.entry_title(other).await?);
    let zone = Calendar::new(at.school.division, Vec::new());
    let words = |line: &Compared, theirs: bool| said(at, line, theirs, (&names, zone.zone()));
    let (differ, same): (Vec<Compared>, Vec<Compared>) =
        House::compared(at, &other.whole.entry).into_iter().partition(Compared::differs);
    let choice = |line: &Compared| {
        let id = format!("f-{}", line.name);
        let known = posted.get(&id);
        let preferred = if line.prefers_theirs() { "theirs" } else { "mine" };
        let chosen = if known.is_empty() { preferred } else { known };
        let choices = vec![Choice::new("mine", words(line, false)), Choice::new("theirs", words(line, true))];
        Field::new(id, line.label.clone()).choices(choices).value(chosen)
    };
    let why = Field {
        error: fault.clone(),
        ..Field::new("why", "How do you know?").hint("It stays in the history").value(posted.word("why"))
    };
    let heading = format!("Make one of {name} and {other_name}");
    let mut page = blank(app, signed, at, (heading, name)).await?;
    page.form.faults.extend(fault.map(|text| Fault { href: "#why".to_owned(), text }));
    page.frame = page.frame.faulty(&page.form);
    page.other = other.id().to_string();
    page.other_name = other_name;
    page.same = same.iter().map(|line| (line.label.clone(), words(line, false))).collect();
    page.choices = differ.iter().map(choice).collect();
    page.why = Some(why);
    Ok(page.form.answer(page.render()?))
}

fn said(
    at: &EntryAt,
    line: &Compared,
    theirs: bool,
    (names, zone): (&BTreeMap<EntryId, String>, &jiff::tz::TimeZone),
) -> String {
    let fact = if theirs { &line.theirs } else { &line.mine };
    let field = at.register.field(&line.name).map(|(_, field)| field);
    match (field, fact) {
        (Some(field), Some(fact)) => {
            let source = schoolkeeper_app::entry::source(&fact.source);
            let when = schoolkeeper_app::dates::moment(fact.at, zone);
            format!("{} ({source}, {when})", value(field, &fact.value, names, zone))
        }
        _ => "Not known".to_owned(),
    }
}

async fn blank(
    app: &App,
    signed: &Signed,
    at: &EntryAt,
    (heading, name): (String, String),
) -> Result<MergePage, Error> {
    let back = Link { text: name.clone(), href: urls::entry(&at.school.slug, &at.register.id, at.id()) };
    Ok(MergePage {
        frame: Frame { back: Some(back), ..framed(app, signed, &at.school, &heading).await? },
        form: Form::of(signed.csrf(), &[]),
        heading,
        action: urls::entry_act(&at.school.slug, &at.register.id, (at.id(), "merge")),
        like: None,
        found: None,
        nothing: false,
        other: String::new(),
        other_name: String::new(),
        name,
        same: Vec::new(),
        choices: Vec::new(),
        why: None,
    })
}
