//! Agreements: what is published to sign, who must sign it, which signatures count, what is refused until then.
//!
//! Invariant: a signature counts only for a version without a material change since, and only until it is to be
//! renewed; nobody is held to a version that was not published.

mod act;
mod judge;
mod later;
mod paper;
mod signature;
mod signer;

pub use act::{blocks, bundle, publish, sign};
pub use judge::{Line, judge, judge_article, roll};
pub use later::{EVERY_DAYS, Later, answer, later};
pub use paper::{Paper, Papers, papers};
pub use signer::{Signer, Signers, signers};

use super::people;
use super::telling::{Course, Told, of_course};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::clause::Article;
use schoolkeeper_core::control::{Agreement, Control};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::When;

/// The clauses whose articles an agreement holds, and whether one of them asks a question.
pub fn bound_articles(ctx: Ctx<'_>, control: &CompiledControl) -> (Vec<Name>, bool) {
    let clauses = ctx.pack.pack.clauses_of(&control.control.id);
    let bound: Vec<_> = clauses.filter_map(|clause| Some((clause.id.get_ref(), clause.article.as_ref()?))).collect();
    let asks = bound.iter().any(|(_, article)| article.ask.is_some());
    (bound.into_iter().map(|(id, _)| id.clone()).collect(), asks)
}

/// The articles a person is shown, as they stand in the policy: those for everybody, and those of an audience they are
/// or may be of.
pub fn articles_for<'c>(ctx: Ctx<'c>, control: &'c CompiledControl, person: usize) -> Vec<(&'c Name, &'c Article)> {
    let clauses = ctx.pack.pack.clauses_of(&control.control.id);
    let bound = clauses.filter_map(|clause| Some((clause.id.get_ref(), clause.article.as_ref()?)));
    let theirs = |article: &Article| {
        article.audience.is_empty() || people::meant(ctx, &article.audience, person, None).truth != Truth::False
    };
    bound.filter(|(_, article)| theirs(article)).collect()
}

/// What should have been told by an instant: of each version to those the policy names, of each person who has not
/// signed along the ladder.
pub(super) fn told_by(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement, by: Timestamp) -> Vec<Told> {
    let of = |keep: fn(When) -> bool| {
        let tell = control.control.tell.iter().filter(|tell| keep(tell.when)).cloned().collect();
        Control { tell, ..control.control.clone() }
    };
    let per_version = Control { ladder: None, ..of(|when| !matches!(when, When::Due | When::Overdue)) };
    let per_person = of(|when| matches!(when, When::Due | When::Overdue));
    let papers = paper::papers(ctx, control, spec);
    let versions = papers.found.iter().map(|paper| Course {
        entry: paper.entry,
        opened: Some(paper.current().at),
        changed: paper.versions.iter().skip(1).map(|version| version.at).collect(),
        ..Course::default()
    });
    let mut out: Vec<Told> = versions.flat_map(|course| of_course(ctx, &per_version, &course, by)).collect();
    for course in judge::courses(ctx, control, spec) {
        out.extend(of_course(ctx, &per_person, &course, by));
    }
    out
}
