//! Where are we, and what first?

use super::cause_line;
use crate::frame::{Filter, Frame, Here};
use crate::problem::CauseLine;
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::view::overview::overview as look;
use schoolkeeper_app::view::{self, Tally, WORST_FIRST};
use schoolkeeper_app::{Standpoint, dates, words};
use schoolkeeper_core::standing::{NoneBecause, Standing};

#[derive(Template)]
#[template(path = "policy/overview.html")]
struct OverviewPage {
    frame: Frame,
    today: String,
    policy: String,
    policies: Vec<Filter>,
    old: Option<String>,
    met: String,
    counts: Vec<String>,
    apart: Option<String>,
    not_here_href: Option<String>,
    start_hint: Option<&'static str>,
    start: Option<String>,
    gaps: Vec<Gap>,
    nothing: String,
    causes: Vec<CauseLine>,
    all_href: String,
    all_text: String,
    changes: Option<String>,
    sections: Vec<SectionRow>,
    known: Vec<KnownRow>,
    as_of: String,
    read_href: String,
    asks_href: String,
    by_section_href: Option<String>,
}

struct SectionRow {
    href: String,
    title: String,
    words: String,
}

struct KnownRow {
    how: &'static str,
    count: usize,
    means: &'static str,
}

struct Gap {
    what: String,
    next: String,
    statements: String,
}

/// GET /school/{school}/policy/{pack}
pub async fn overview(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let now = app.house.now();
    let mut shown = page(&at, now);
    let may = crate::manage::opens(&signed, "/school/{school}/policy/{pack}/by-section");
    shown.by_section_href = (may && at.sections.is_empty()).then(|| urls::by_section(&school, &pack));
    shown.frame = shown.frame.signed(&signed);
    Ok(Html(shown.render()?))
}

fn page(at: &Standpoint, now: jiff::Timestamp) -> OverviewPage {
    let lines = view::lines(&at.pack.pack, &at.outcome);
    let seen = look(&lines);
    let causes: Vec<CauseLine> = at.causes().iter().map(|cause| cause_line(at, cause)).collect();
    let all = causes.len();
    let gaps = gaps(at);
    OverviewPage {
        frame: Frame::of_policy("Where we stand", at.named(), at.pack_id(), Here::Policy).problems(all),
        today: dates::with_weekday(at.calendar.day(now)),
        policy: at.pack.pack.head.title.clone(),
        policies: policies(at),
        old: at.late(now),
        start_hint: (seen.tally.not_started > 0).then_some(if seen.tally.counted() == 0 {
            "You have not started a section yet, so nothing is counted, mailed or late. Open a section to start it."
        } else {
            "Some sections are not started. Open one of them to start it or to plan when."
        }),
        met: format!("{} of {} statements are met.", seen.tally.kept, seen.tally.counted()),
        counts: counts(&seen.tally),
        apart: apart(at),
        not_here_href: (seen.tally.not_here > 0).then(|| urls::not_here(&at.school.slug, at.pack_id())),
        start: (seen.tally.unknown > 0).then(|| {
            format!("{} statements are not known yet. They can be told once these are known.", seen.tally.unknown)
        }),
        gaps,
        nothing: nothing(&seen),
        all_href: urls::to_fix(&at.school.slug, at.pack_id()),
        all_text: format!("All {all} problem{}", if all == 1 { "" } else { "s" }),
        causes: causes.into_iter().take(5).collect(),
        changes: at.changes.clone(),
        sections: seen
            .sections
            .iter()
            .map(|section| SectionRow {
                href: urls::section(&at.school.slug, at.pack_id(), &section.slug, None),
                title: section.title.to_owned(),
                words: words_of(at, section),
            })
            .collect(),
        known: seen
            .known
            .iter()
            .map(|(by, count)| KnownRow { how: words::known_by(*by), count: *count, means: words::known_by_means(*by) })
            .collect(),
        read_href: urls::read(&at.school.slug, at.pack_id()),
        asks_href: urls::asks(&at.school.slug, at.pack_id()),
        by_section_href: None,
        as_of: format!("Worked out {}.", dates::moment(at.outcome.at, at.calendar.zone())),
    }
}

/// How a section stands, or when it was or is to be started.
fn words_of(at: &Standpoint, section: &schoolkeeper_app::view::section::Section<'_>) -> String {
    let tally = section.tally.words();
    match at.started_words(&section.slug) {
        Some(started) => format!("{tally}. {started}"),
        None => tally,
    }
}

/// What is missing, most wanted first: at most five.
fn gaps(at: &Standpoint) -> Vec<Gap> {
    let unknown = at.outcome.clauses.iter().filter(|clause| clause.standing == Standing::Unknown);
    let mut found: Vec<(&schoolkeeper_core::standing::Missing, usize)> = Vec::new();
    for missing in unknown.flat_map(|clause| &clause.missing) {
        match found.iter_mut().find(|(known, _)| *known == missing) {
            Some((_, count)) => *count += 1,
            None => found.push((missing, 1)),
        }
    }
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let most = found.into_iter().take(5);
    most.map(|(missing, count)| {
        let words = words::missing(missing, &at.pack.pack, &at.registers);
        let statements = if count == 1 {
            "1 statement waits for this".to_owned()
        } else {
            format!("{count} statements wait for this")
        };
        Gap { what: words.what, next: words.next, statements }
    })
    .collect()
}

fn policies(at: &Standpoint) -> Vec<Filter> {
    at.policies
        .iter()
        .map(|(pack, title)| Filter {
            text: title.clone(),
            href: urls::policy(&at.school.slug, pack),
            current: pack == at.pack_id(),
        })
        .collect()
}

fn counts(tally: &Tally) -> Vec<String> {
    let others = WORST_FIRST.iter().filter(|standing| **standing != Standing::Kept && tally.get(**standing) > 0);
    others.map(|standing| format!("{} {}", tally.get(*standing), words::standing(*standing).many)).collect()
}

/// `Apart: 21 explain the policy, 2 are answered by the trust.`
fn apart(at: &Standpoint) -> Option<String> {
    let none = at.outcome.clauses.iter().filter(|clause| clause.standing == Standing::None);
    let mut counts = [
        (0, "explain the policy"),
        (0, "are of a chapter that is off"),
        (0, "are answered by the trust"),
        (0, "are answered at each school"),
        (0, "are not started"),
        (0, "are said not to apply here"),
    ];
    for clause in none {
        let which = match clause.none_because {
            None | Some(NoneBecause::Context) => 0,
            Some(NoneBecause::ChapterOff) => 1,
            Some(NoneBecause::AtTrust) => 2,
            Some(NoneBecause::AtSchools) => 3,
            Some(NoneBecause::NotStarted) => 4,
            Some(NoneBecause::NotHere) => 5,
        };
        counts[which].0 += 1;
    }
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| match (*words, inherited(at)) {
            ("are answered by the trust", Some(stands)) => format!("{count} {words} ({stands})"),
            _ => format!("{count} {words}"),
        })
        .collect();
    (!parts.is_empty()).then(|| format!("Apart: {}.", parts.join(", ")))
}

/// How the trust stands at what it answers for this school: `3 met, 1 not met`.
fn inherited(at: &Standpoint) -> Option<String> {
    let clauses = at.trust.as_ref()?.clauses.values();
    Some(Tally::of(clauses.map(|one| (one.standing, one.none_because))).words()).filter(|words| !words.is_empty())
}

fn nothing(seen: &schoolkeeper_app::view::overview::Overview<'_>) -> String {
    let next =
        seen.next.map(|(on, line)| format!(" Next date: {}, {}.", line.clause.id.get_ref(), dates::with_weekday(on)));
    let known = if seen.tally.unknown > 0 { "No problem is known today." } else { "Nothing needs fixing today." };
    format!("{known}{}", next.unwrap_or_default())
}
