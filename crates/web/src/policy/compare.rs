//! Two policies, or two versions of one, side by side.

use super::reading::frame;
use crate::frame::{Filter, Frame, Pager, page_of};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::Standpoint;
use schoolkeeper_app::compare::{Difference, Part, Side, differences, named};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rows of one page.
const ROWS: usize = 50;

/// What may be looked at alone: word in the address, words, part.
const PARTS: &[(&str, &str, Part)] = &[
    ("statements", "Statements", Part::Statements),
    ("checks", "How they are checked", Part::Checks),
    ("numbers", "Numbers", Part::Numbers),
    ("rest", "Everything else", Part::Rest),
];

#[derive(Template)]
#[template(path = "policy/compare.html")]
struct ComparePage {
    frame: Frame,
    heading: &'static str,
    here: (&'static str, String),
    there: (&'static str, String),
    filters: Vec<Filter>,
    rows: Vec<Difference>,
    pages: Pager,
}

/// `?with=ID&show=numbers&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    with: String,
    show: String,
    page: usize,
}

/// `?from=1&to=2&show=numbers&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Between {
    from: String,
    to: String,
    show: String,
    page: usize,
}

/// GET /school/{school}/policy/{pack}/compare
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let with = if asked.with.is_empty() { pack.as_str() } else { &asked.with };
    let other = match app.house.proposed_policy(&signed.actor, &at.school, with).await {
        Err(schoolkeeper_app::Error::Missing) if asked.with.is_empty() => at.pack.clone(),
        other => other?,
    };
    let none = BTreeMap::new();
    let all = differences(Side { pack: &at.pack, set: &at.set }, Side { pack: &other, set: &none });
    let sides = Sides {
        heading: "Two policies side by side",
        here: ("Here", named(&at.pack)),
        there: ("There", named(&other)),
        back: ("Back to the contents", urls::read(&school, &pack)),
    };
    let href = |show: &str, page: usize| urls::compared(&school, &pack, (with, show, page));
    show((&at, &signed), all, (&asked.show, asked.page), (sides, href))
}

/// GET /school/{school}/policy/{pack}/changed
pub async fn changed(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Between>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let all = app.house.changed_between(&signed.actor, &at, (&asked.from, &asked.to)).await?;
    let versions = app.house.versions(&signed.actor, &at).await?;
    let called = |key: &str| {
        let line = versions.iter().find(|line| line.key == key);
        line.map_or_else(|| "today".to_owned(), |line| format!("{}, {}", line.title.to_lowercase(), line.day))
    };
    let sides = Sides {
        heading: "What changed",
        here: ("Before", called(&asked.from)),
        there: ("After", called(&asked.to)),
        back: ("Back to the life of this policy", urls::life(&school, &pack)),
    };
    let href = |show: &str, page: usize| urls::changed_part(&school, &pack, (&asked.from, &asked.to, show, page));
    show((&at, &signed), all, (&asked.show, asked.page), (sides, href))
}

/// What stands beside what.
struct Sides {
    heading: &'static str,
    here: (&'static str, String),
    there: (&'static str, String),
    back: (&'static str, String),
}

fn show(
    (at, signed): (&Standpoint, &Signed),
    all: Vec<Difference>,
    (wanted, page): (&str, usize),
    (sides, href): (Sides, impl Fn(&str, usize) -> String),
) -> Result<Html<String>, Error> {
    let count = |part: Part| all.iter().filter(|one| one.part == part).count();
    // Without a wish, the first part in which anything differs.
    let first = PARTS.iter().find(|(_, _, part)| wanted.is_empty() && count(*part) > 0);
    let (show, _, part) = PARTS.iter().find(|(name, ..)| *name == wanted).or(first).unwrap_or(&PARTS[0]);
    let filters = PARTS.iter().map(|(name, text, part)| Filter {
        text: format!("{text} {}", count(*part)),
        href: href(name, 1),
        current: name == show,
    });
    let filters = filters.collect();
    let chosen = all.into_iter().filter(|one| one.part == *part).collect();
    let (rows, pages) = page_of(chosen, page, ROWS, |page| href(show, page));
    let page = ComparePage {
        frame: frame(at, sides.heading).signed(signed).back(sides.back.0, sides.back.1),
        heading: sides.heading,
        here: sides.here,
        there: sides.there,
        filters,
        rows,
        pages,
    };
    Ok(Html(page.render()?))
}
