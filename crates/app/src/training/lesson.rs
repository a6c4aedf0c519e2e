//! Lessons made of the articles of policies: up to three screens of plain words, then a question about one of them.
//!
//! Invariant: the words and the answers are the policy's own; the same person is asked the same when they come back.

use crate::act::Before;
use crate::agreement::{Question, mixed, question};
use schoolkeeper_core::clause::{Article, Clause};
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::people;

/// Screens of one lesson.
const SCREENS: usize = 3;

/// One screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Heading of the chapter.
    pub chapter: String,
    /// The plain words.
    pub words: String,
    /// Statement and text of the policy behind them.
    pub says: (Name, String),
    /// Title of the policy.
    pub policy: String,
}

/// One step of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Something to read.
    Screen(Screen),
    /// Something to answer.
    Question(Question),
}

/// A statement with its article, in its policy.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) ctx: Ctx<'a>,
    pub(super) clause: &'a Clause,
    pub(super) article: &'a Article,
}

impl Piece<'_> {
    /// `primary-school: Passwords`.
    pub(super) fn chapter(&self) -> String {
        format!("{}: {}", self.ctx.pack.pack.head.id.get_ref(), self.heading())
    }

    pub(super) fn heading(&self) -> &str {
        self.clause.section.as_deref().unwrap_or("Other statements")
    }

    /// Whether a person is shown it; what nobody knows of them keeps nothing from them.
    fn is_for(&self, person: usize) -> bool {
        let audience = &self.article.audience;
        audience.is_empty() || people::meant(self.ctx, audience, person, None).truth != Truth::False
    }
}

/// Every article of the policies in force, in their order.
pub(super) fn pieces<'a>(before: &'a Before) -> Vec<Piece<'a>> {
    let of_policy = |ctx: Ctx<'a>| {
        let clauses = ctx.pack.pack.clauses.iter();
        clauses.filter_map(move |clause| Some(Piece { ctx, clause, article: clause.article.as_ref()? }))
    };
    before.policies().flat_map(|(_, ctx)| of_policy(ctx)).collect()
}

/// The steps of some pieces for one person: chapter by chapter, three screens and a question.
pub(super) fn steps(pieces: &[Piece<'_>], (row, seed): (usize, &str)) -> Vec<Step> {
    let theirs: Vec<Piece<'_>> = pieces.iter().copied().filter(|piece| piece.is_for(row)).collect();
    let chapters = theirs.chunk_by(|a, b| a.chapter() == b.chapter());
    let mut out = Vec::new();
    for lesson in chapters.flat_map(|chapter| chapter.chunks(SCREENS)) {
        out.extend(lesson.iter().map(|piece| Step::Screen(screen(piece))));
        let order = |what: &str| mixed(&format!("{seed}{what}"));
        let mut asks: Vec<Question> = lesson.iter().filter_map(|piece| asked(piece, &order)).collect();
        asks.sort_by_key(|question| order(&question.clause));
        out.extend(asks.into_iter().next().map(Step::Question));
    }
    out
}

fn screen(piece: &Piece<'_>) -> Screen {
    Screen {
        chapter: piece.heading().to_owned(),
        words: piece.article.words.clone(),
        says: (piece.clause.id.get_ref().clone(), piece.clause.text.clone()),
        policy: piece.ctx.pack.pack.head.title.clone(),
    }
}

fn asked(piece: &Piece<'_>, order: &impl Fn(&str) -> u64) -> Option<Question> {
    question(piece.ctx, (piece.clause.id.get_ref(), piece.article), &piece.article.words, order)
}
