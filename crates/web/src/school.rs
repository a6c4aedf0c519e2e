//! All schools of a trust: where each stands, by section; and the way from a school to its policy.

use crate::frame::{Frame, Here, Link};
use crate::session::Signed;
use crate::{App, download, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::view::across::SectionAcross;
use schoolkeeper_app::{Across, SchoolLine};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::standing::Standing;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How many sections the page of all schools shows before it says that there are more.
const FIRST: usize = 12;

#[derive(Template)]
#[template(path = "school/list.html")]
struct ListPage {
    frame: Frame,
    sum: String,
    rows: Vec<Row>,
    sections: Vec<SectionRow>,
    more: Option<Link>,
    export_href: String,
}

struct Row {
    text: String,
    href: String,
    cells: [usize; 4],
    apart: String,
}

struct SectionRow {
    title: String,
    href: String,
    policy: Option<String>,
    wide: String,
    cells: [usize; 2],
    worst: Option<Link>,
}

#[derive(Template)]
#[template(path = "school/section.html")]
struct SectionPage {
    frame: Frame,
    title: String,
    policy: String,
    rows: Vec<Link>,
    words: Vec<String>,
}

/// Whether every section is wanted.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    all: String,
}

/// GET /
pub async fn list(State(app): State<App>, signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response, Error> {
    if !signed.actor.roles.iter().any(|held| held.base.leads() || held.base == BaseRole::Governor)
        && signed.actor.person.is_some()
    {
        return Ok(Redirect::to(&urls::mine()).into_response());
    }
    let across = app.house.across(&signed.actor).await?;
    if let [only] = &across.schools[..] {
        return Ok(Redirect::to(&urls::school(&only.slug)).into_response());
    }
    let policies = across.sections.iter().map(|section| &section.pack).collect::<BTreeSet<_>>().len();
    let all = across.sections.len();
    let shown = if wanted.all.is_empty() { FIRST } else { all };
    let schools = app.house.all_schools(&signed.actor).await?;
    let frame = match schools.first() {
        Some(office) => Frame { school: None, ..Frame::of_school("All schools", office, Here::Schools) },
        None => Frame::titled("All schools"),
    };
    let page = ListPage {
        frame: frame.signed(&signed),
        sum: sum(&across),
        rows: across.schools.iter().map(Row::of).collect(),
        sections: across.sections.iter().take(shown).map(|section| SectionRow::of(section, policies > 1)).collect(),
        more: (all > shown).then(|| Link { text: format!("All {all} sections"), href: urls::all_sections() }),
        export_href: urls::schools_export(),
    };
    Ok(Html(page.render()?).into_response())
}

/// GET /schools.csv
pub async fn export(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let csv = schoolkeeper_app::export::across(&app.house.across(&signed.actor).await?)?;
    Ok(download::csv("schools", csv))
}

/// `At 3 of 4 places something is not met: 31 statements in all.`
fn sum(across: &Across) -> String {
    let (places, broken) = (across.schools.len(), across.schools.iter().map(|line| line.tally.broken));
    let (worse, statements) = (broken.clone().filter(|count| *count > 0).count(), broken.sum::<usize>());
    if statements == 0 {
        return format!("At none of {places} places is anything known that is not met.");
    }
    let noun = if statements == 1 { "statement" } else { "statements" };
    format!("At {worse} of {places} places something is not met: {statements} {noun} in all.")
}

impl Row {
    fn of(line: &SchoolLine) -> Self {
        let tally = &line.tally;
        let apart = [(tally.not_started, "not started"), (tally.not_here, "not applying here")];
        let apart = apart.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
        Self {
            href: urls::school(&line.slug),
            text: if line.trust { format!("{}, central office", line.title) } else { line.title.clone() },
            cells: [tally.broken, tally.unknown, tally.due, tally.kept],
            apart: apart.collect::<Vec<_>>().join(", "),
        }
    }
}

impl SectionRow {
    fn of(section: &SectionAcross, several: bool) -> Self {
        let worst = section.schools.first().filter(|school| school.tally.broken > 0);
        let worst = worst.map(|school| Link {
            text: format!("{}, {}", school.title, school.tally.broken),
            href: urls::section(&school.slug, &section.pack, &section.slug, Some("broken")),
        });
        Self {
            title: section.title.clone(),
            href: urls::section_across(&section.pack, &section.slug),
            policy: several.then(|| section.policy.clone()),
            wide: format!("{} of {}", section.schools_not_met(), section.schools.len()),
            cells: [section.total(Standing::Broken), section.total(Standing::Unknown)],
            worst,
        }
    }
}

/// GET /policy/{pack}/section/{section}
pub async fn section(
    State(app): State<App>,
    signed: Signed,
    Path((pack, section)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let across = app.house.across(&signed.actor).await?;
    let found = across.sections.into_iter().find(|known| known.pack == pack && known.slug == section);
    let found = found.ok_or(Error::Missing)?;
    let page = SectionPage {
        frame: Frame::titled(&format!("{} at all schools", found.title))
            .signed(&signed)
            .back("All schools", urls::home()),
        rows: found
            .schools
            .iter()
            .map(|school| Link {
                text: school.title.clone(),
                href: urls::section(&school.slug, &found.pack, &found.slug, None),
            })
            .collect(),
        words: found.schools.iter().map(|school| school.tally.words()).collect(),
        title: found.title,
        policy: found.policy,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}
pub async fn first_policy(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
) -> Result<Response, Error> {
    to_first(&app, &signed, &school, urls::policy).await
}

/// GET /school/{school}/to-fix
pub async fn first_problems(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
) -> Result<Response, Error> {
    to_first(&app, &signed, &school, urls::to_fix).await
}

async fn to_first(app: &App, signed: &Signed, school: &str, url: fn(&str, &str) -> String) -> Result<Response, Error> {
    let policies = app.house.policies(&signed.actor, school).await?;
    let (pack, _) = policies.first().ok_or(Error::Missing)?;
    Ok(Redirect::to(&url(school, pack)).into_response())
}
