//! A chapter of the policy as a notice for a wall: its points, those somebody chooses.

use super::reading::frame;
use crate::error::Error;
use crate::poster::{Poster, Square, choose};
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::view::chapter::{Chapter, chapters};
use schoolkeeper_core::clause::{Clause, Mode};

/// Points on a sheet while nobody chose: more are not read from two steps away.
const POINTS: usize = 6;

/// GET /school/{school}/policy/{pack}/read/chapter/{section}/notice
pub async fn notice(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, section)): Path<(String, String, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let all = chapters(&at.pack.pack);
    let chapter = all.iter().find(|chapter| chapter.slug == section).ok_or(Error::Missing)?;
    let points: Vec<(&str, &str)> = points(chapter).collect();
    if points.is_empty() {
        return Err(Error::Missing);
    }
    let wanted = asked.into_iter().filter(|(name, _)| name == "point").map(|(_, id)| id);
    let mut chosen: Vec<String> = wanted.filter(|id| points.iter().any(|(known, _)| known == id)).collect();
    if chosen.is_empty() {
        chosen = points.iter().take(POINTS).map(|(id, _)| (*id).to_owned()).collect();
    }
    let shown = points.iter().filter(|(id, _)| chosen.iter().any(|one| one == id));
    let page = Poster {
        frame: frame(&at, &format!("Notice for the wall: {}", chapter.title))
            .signed(&signed)
            .back("Back to the chapter", urls::read_chapter(&school, &pack, &section)),
        heading: "Notice for the wall",
        lead: format!("“{}”. Print this page, and hang it where it counts.", chapter.title),
        title: chapter.title.to_owned(),
        school: at.school.title.clone(),
        points: shown.map(|(_, words)| ((*words).to_owned(), None)).collect(),
        choose: (points.len() > 1).then(|| choose(points.iter().copied(), &chosen)),
        square: Square::to_report(&app, &at.school).await?,
    };
    Ok(Html(page.render()?))
}

/// What a chapter says: in plain words where it has such, else its statements as they stand.
pub(super) fn points<'a>(chapter: &Chapter<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let plain = |clause: &&'a Clause| Some((&**clause.id.get_ref(), clause.article.as_ref()?.words.as_str()));
    let stated = |clause: &&'a Clause| (&**clause.id.get_ref(), clause.text.as_str());
    let mut out: Vec<_> = chapter.clauses.iter().filter_map(plain).collect();
    if out.is_empty() {
        out = chapter.clauses.iter().filter(|clause| clause.mode != Mode::Context).map(stated).collect();
    }
    out.into_iter()
}
