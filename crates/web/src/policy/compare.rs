//! Two policies, or two versions of one, side by side.

use super::reading::frame;
use crate::frame::{Filter, Frame, Pager, page_of};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::compare::{Difference, Part, differences, named};
use serde::Deserialize;

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
    here: String,
    there: String,
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

/// GET /school/{school}/policy/{pack}/compare
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let with = if asked.with.is_empty() { pack.as_str() } else { &asked.with };
    let other = match app.house.shipped_policy(with) {
        Err(schoolkeeper_app::Error::Missing) if asked.with.is_empty() => at.pack.clone(),
        other => other?,
    };
    let all = differences(&at, &other);
    let (show, _, part) = PARTS.iter().find(|(name, ..)| *name == asked.show).unwrap_or(&PARTS[0]);
    let href = |show: &str, page: usize| urls::compared(&school, &pack, (with, show, page));
    let count = |part: Part| all.iter().filter(|one| one.part == part).count();
    let filters = PARTS.iter().map(|(name, text, part)| Filter {
        text: format!("{text} {}", count(*part)),
        href: href(name, 1),
        current: name == show,
    });
    let filters = filters.collect();
    let chosen = all.into_iter().filter(|one| one.part == *part).collect();
    let (rows, pages) = page_of(chosen, asked.page, ROWS, |page| href(show, page));
    let page = ComparePage {
        frame: frame(&at, "Two policies side by side")
            .signed(&signed)
            .back("Back to the contents", urls::read(&school, &pack)),
        here: named(&at.pack),
        there: named(&other),
        filters,
        rows,
        pages,
    };
    Ok(Html(page.render()?))
}
