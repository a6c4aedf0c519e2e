//! One section: which statements need somebody?

use crate::frame::{Filter, Frame, Here, Status};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::view::section::{Section, sections};
use schoolkeeper_app::view::{self, Line, WORST_FIRST};
use schoolkeeper_app::{Standpoint, dates, words};
use schoolkeeper_core::standing::Standing;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "policy/section.html")]
struct SectionPage {
    frame: Frame,
    title: String,
    words: String,
    filters: Vec<Filter>,
    clear_href: String,
    start: Option<(String, String)>,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    text: String,
    meta: String,
    status: Option<Status>,
    /// Instead of a status.
    apart: String,
}

/// `?status=broken`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    status: String,
}

/// GET /school/{school}/policy/{pack}/section/{section}
pub async fn section(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, section)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let all = sections(&view::lines(&at.pack.pack, &at.outcome));
    let found = all.into_iter().find(|known| known.slug == section).ok_or(Error::Missing)?;
    let mut shown = page(&at, &found, &asked.status);
    shown.frame = shown.frame.signed(&signed);
    if !crate::manage::opens(&signed, "/school/{school}/policy/{pack}/section/{section}/start") {
        shown.start = shown.start.map(|(words, _)| (words, String::new()));
    }
    Ok(Html(shown.render()?))
}

fn page(at: &Standpoint, section: &Section<'_>, status: &str) -> SectionPage {
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let fits = |line: &&Line<'_>| status.is_empty() || line.outcome.standing.name() == status;
    let mut lines: Vec<&Line<'_>> = section.lines.iter().filter(fits).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.outcome.standing));
    SectionPage {
        frame: Frame::of_policy(section.title, at.named(), pack, Here::Policy)
            .back("Back to the policy", urls::policy(slug, pack)),
        title: section.title.to_owned(),
        words: section.tally.words(),
        filters: filters(at, section, status),
        clear_href: urls::section(slug, pack, &section.slug, None),
        start: (section.tally.not_started > 0).then(|| {
            let words = "Nobody has started this section. You can read it and see how it would stand; nothing is mailed \
                         and nothing becomes late.";
            (words.to_owned(), urls::start(slug, pack, &section.slug))
        }),
        rows: lines.into_iter().map(|line| row(at, line)).collect(),
    }
}

fn filters(at: &Standpoint, section: &Section<'_>, status: &str) -> Vec<Filter> {
    let href = |status: Option<&str>| urls::section(&at.school.slug, at.pack_id(), &section.slug, status);
    let all = Filter { text: format!("All {}", section.lines.len()), href: href(None), current: status.is_empty() };
    let some = WORST_FIRST.iter().filter(|standing| section.tally.get(**standing) > 0).map(|standing| Filter {
        text: format!("{} {}", words::standing(*standing).tag, section.tally.get(*standing)),
        href: href(Some(standing.name())),
        current: standing.name() == status,
    });
    std::iter::once(all).chain(some).collect()
}

fn row(at: &Standpoint, line: &Line<'_>) -> Row {
    let id = line.clause.id.get_ref();
    Row {
        href: urls::statement(&at.school.slug, at.pack_id(), id),
        text: line.clause.text.clone(),
        meta: meta(line),
        status: Status::of(line.outcome.standing),
        apart: match (line.outcome.would, at.inherited(id)) {
            (Some(would), _) => format!("Not started, would be: {}", words::standing(would).tag.to_lowercase()),
            (None, Some((office, stands))) => {
                format!("{}, answered by {}", words::standing(stands.standing).tag, office.title)
            }
            (None, None) => words::none_because(line.outcome.none_because).to_owned(),
        },
    }
}

fn meta(line: &Line<'_>) -> String {
    let counts = &line.outcome.counts;
    let mut parts = vec![format!("Statement {}", line.clause.id.get_ref())];
    if counts.broken > 0 && counts.subjects > 1 {
        parts.push(format!("{} of {} not met", counts.broken, counts.subjects));
    }
    if let Some(on) = line.outcome.due_on.filter(|_| matches!(line.outcome.standing, Standing::Due | Standing::Broken))
    {
        parts.push(format!("by {}", dates::long(on)));
    }
    parts.join(" · ")
}
