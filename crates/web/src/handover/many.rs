//! Several who leave at once, as at the end of a school year: each with whoever comes after, handed on by one button.

use super::begin_page;
use crate::App;
use crate::error::Error;
use crate::form::{Field, Posted};
use crate::frame::Link;
use crate::session::{Signed, told};
use crate::urls;
use axum::response::Response;
use schoolkeeper_app::handover::Handed;
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::EntryId;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who leaves, with the field for who comes after.
pub(super) struct Leaving {
    /// To what they leave.
    pub link: Link,
    /// Who takes over.
    pub to: Field,
}

/// What came of it, when not all was done.
#[derive(Default)]
pub(super) struct Sent {
    /// By who leaves.
    pub mistakes: BTreeMap<EntryId, String>,
    /// What was not handed over, and why.
    pub refused: Vec<(String, String)>,
}

/// Those who leave soon.
pub(super) async fn leavers(
    app: &App,
    signed: &Signed,
    school: &School,
    (posted, mistakes): (&Posted, &BTreeMap<EntryId, String>),
) -> Result<Vec<Leaving>, Error> {
    let all = app.house.leavers(&signed.actor, school).await?;
    let leaving = |one: schoolkeeper_app::handover::Leaver| {
        let name = key(one.person);
        let day = dates::long(one.last_day);
        let to = Field::new(name.clone(), format!("Who takes over from {}?", one.name)).value(posted.word(&name));
        let mut to = to.hint(format!("Their last day is {day}. A name or work e-mail address"));
        to.error = mistakes.get(&one.person).cloned();
        let link = Link { text: one.name, href: urls::handover_of(&school.slug, one.person) };
        Leaving { link, to }
    };
    Ok(all.into_iter().map(leaving).collect())
}

/// Hands on everything of those for whom somebody was named.
pub(super) async fn hand(app: &App, signed: &Signed, school: &School, posted: &Posted) -> Result<Response, Error> {
    let mut sent = Sent::default();
    let wanted = read(app, signed, school, (posted, &mut sent.mistakes)).await?;
    if !sent.mistakes.is_empty() {
        return begin_page(app, signed, school, (posted, Vec::new(), None), sent).await;
    }
    if wanted.is_empty() {
        let first = app.house.leavers(&signed.actor, school).await?.first().map(|one| one.person);
        sent.mistakes.extend(first.map(|one| (one, "Nobody was named who takes over".to_owned())));
        return begin_page(app, signed, school, (posted, Vec::new(), None), sent).await;
    }
    let pairs: Vec<(EntryId, EntryId)> = wanted.iter().map(|(from, to, _)| (*from, *to)).collect();
    let all = app.house.pass_on_all((&signed.actor, school), &pairs, &posted.word("paper")).await?;
    let words = words(&all, &wanted);
    for (name, handed) in all {
        sent.refused.extend(handed.refused.into_iter().map(|(what, why)| (format!("{name}: {what}"), why)));
    }
    if sent.refused.is_empty() {
        return Ok(told(app, &urls::handover(&school.slug), &words));
    }
    begin_page(app, signed, school, (posted, Vec::new(), None), sent).await
}

/// Who leaves, who takes over, and the name of the latter.
type Wanted = (EntryId, EntryId, String);

/// Who takes over from whom, as far as it can be read.
async fn read(
    app: &App,
    signed: &Signed,
    school: &School,
    (posted, mistakes): (&Posted, &mut BTreeMap<EntryId, String>),
) -> Result<Vec<Wanted>, Error> {
    let all = app.house.leavers(&signed.actor, school).await?;
    let going: BTreeSet<EntryId> = all.iter().map(|one| one.person).collect();
    let mut wanted = Vec::new();
    for person in all.iter().map(|one| one.person) {
        let like = posted.word(&key(person));
        if like.is_empty() {
            continue;
        }
        match &app.house.people_like(&signed.actor, school, &like).await?[..] {
            [] => drop(mistakes.insert(person, format!("Nobody here is called \"{like}\""))),
            [(only, name)] if going.contains(only) => drop(mistakes.insert(person, format!("{name} leaves too"))),
            [(only, name)] => wanted.push((person, *only, name.clone())),
            several => {
                let words = format!("{} people are called so. Write the e-mail address", several.len());
                mistakes.insert(person, words);
            }
        }
    }
    Ok(wanted)
}

/// `Handed over: 3 things of Tom Made-Up to Sam Made-Up.`
fn words(all: &[(String, Handed)], wanted: &[Wanted]) -> String {
    let one = |((name, handed), (.., to)): (&(String, Handed), &Wanted)| match handed.done.len() {
        1 => format!("1 thing of {name} to {to}"),
        many => format!("{many} things of {name} to {to}"),
    };
    format!("Handed over: {}.", all.iter().zip(wanted).map(one).collect::<Vec<_>>().join(", "))
}

fn key(person: EntryId) -> String {
    format!("to-{person}")
}
