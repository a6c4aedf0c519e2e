//! Questions about a policy: asking about one statement, and what was answered for everybody.

use super::reading::frame;
use crate::frame::{Frame, Link, Pager, page_of};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::case::{Common, ways};
use schoolkeeper_app::{Standpoint, dates};
use serde::Deserialize;

const PAGE_SIZE: usize = 25;

#[derive(Template)]
#[template(path = "policy/questions.html")]
struct QuestionsPage {
    frame: Frame,
    action: String,
    q: String,
    any: bool,
    answers: Vec<Answer>,
    asks: Vec<Link>,
    pages: Pager,
}

/// A question with its answer.
pub(super) struct Answer {
    pub(super) question: String,
    pub(super) words: String,
    pub(super) on: String,
    pub(super) statement: Option<Link>,
}

/// `?q=words&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    page: usize,
}

/// GET /school/{school}/policy/{pack}/questions
pub async fn questions(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let all = app.house.common_questions(&at).await?;
    let (any, words) = (!all.is_empty(), wanted.q.to_lowercase());
    let fits = |one: &Common| [&one.question, &one.answer].iter().any(|text| text.to_lowercase().contains(&words));
    let fitting: Vec<Common> = all.into_iter().filter(fits).collect();
    let action = urls::questions(&school, &pack);
    let (shown, pages) = page_of(fitting, wanted.page, PAGE_SIZE, |page| {
        action.clone() + &urls::query(&[("q", &wanted.q), ("page", &page.to_string())])
    });
    let page = QuestionsPage {
        frame: frame(&at, "Questions and answers").signed(&signed),
        answers: shown.iter().map(|one| answer(&at, one)).collect(),
        asks: asks(&at, None),
        q: wanted.q,
        any,
        action,
        pages,
    };
    Ok(Html(page.render()?))
}

pub(super) fn answer(at: &Standpoint, one: &Common) -> Answer {
    let known = |id: &&String| at.pack.pack.clauses.iter().any(|clause| **clause.id.get_ref() == ***id);
    let link = |id: &String| Link { text: id.clone(), href: urls::statement(&at.school.slug, at.pack_id(), id) };
    Answer {
        question: one.question.clone(),
        words: one.answer.clone(),
        on: dates::long(one.on),
        statement: one.statement.as_ref().filter(known).map(link),
    }
}

/// The ways to ask about the policy, or about one statement of it.
pub(super) fn asks(at: &Standpoint, statement: Option<&str>) -> Vec<Link> {
    let link = |(control, field): (&schoolkeeper_core::control::Control, &schoolkeeper_core::control::FormField)| {
        let to = urls::report_on(&at.school.slug, at.pack_id(), &control.id);
        let about = format!("f-{}", field.name);
        Link {
            text: control.title.clone(),
            href: to + &statement.map_or_else(String::new, |id| urls::query(&[(&about, id)])),
        }
    };
    ways(&at.pack.pack).map(link).collect()
}
