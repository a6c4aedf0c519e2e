//! The check before a signature: which questions somebody is asked, and what a wrong answer teaches.
//!
//! Invariant: the same person is asked the same of the same version, so that coming back to the page is no new draw; an
//! answer is never kept.

use super::{Place, Text};
use schoolkeeper_core::clause::Article;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;

/// Answers one question offers at most.
const CHOICES_MAX: usize = 4;

/// Questions before a signature where neither the school nor the policy says how many.
const USUAL: u32 = 5;

/// A question before signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The statement it is about.
    pub clause: Name,
    /// What is asked.
    pub ask: String,
    /// The answers, in the order shown.
    pub choices: Vec<String>,
    /// What teaches whoever answered wrongly: the point itself.
    pub teaches: String,
    pub(super) right: String,
}

impl Question {
    /// Whether an answer is right.
    pub fn is_right(&self, answer: &str) -> bool {
        answer == self.right
    }
}

/// The questions of one agreement for one person: from the points they are shown.
pub(super) fn drawn(place: &Place<'_>, of: (usize, EntryId), text: &Text) -> Vec<Question> {
    let mut pool = pool(place, of, text);
    pool.truncate(wanted(place, text));
    pool
}

/// How many questions are asked before a signature: as the school says, else as the policy does.
pub(super) fn wanted(place: &Place<'_>, text: &Text) -> usize {
    text.questions.unwrap_or_else(|| as_the_policy_has_it(place)) as usize
}

/// How many the policy asks.
pub(super) fn as_the_policy_has_it(place: &Place<'_>) -> u32 {
    place.spec.questions.unwrap_or(USUAL)
}

/// Every question somebody may be asked of an agreement, in the order in which they are drawn for them.
pub(super) fn pool(place: &Place<'_>, (row, person): (usize, EntryId), text: &Text) -> Vec<Question> {
    let shown = engine::articles_for(place.ctx, place.control, row);
    let there = shown.into_iter().filter(|(clause, _)| text.points.iter().any(|point| point.clause == **clause));
    let seed = |what: &str| mixed(&format!("{person}{}{what}", text.version));
    let mut pool: Vec<Question> = there
        .filter_map(|(clause, article)| {
            let teaches = &text.points.iter().find(|point| point.clause == *clause)?.words;
            question(place.ctx, (clause, article), teaches, &seed)
        })
        .collect();
    pool.sort_by_key(|question| seed(&question.clause));
    pool
}

/// The question of one article, its answers in an order that looks drawn; nothing while its answer is not known.
pub(crate) fn question(
    ctx: Ctx<'_>,
    (clause, article): (&Name, &Article),
    teaches: &str,
    seed: &impl Fn(&str) -> u64,
) -> Option<Question> {
    let (ask, right) = (article.ask.as_deref()?, article.right.as_deref()?);
    let (ask, right, wrong) = match right.strip_prefix("$live:") {
        Some(path) => picked(ctx, (ask, path), seed)?,
        None => (ask.to_owned(), right.to_owned(), article.wrong.clone()),
    };
    let mut choices: Vec<String> = wrong.into_iter().filter(|answer| *answer != right).take(CHOICES_MAX - 1).collect();
    choices.push(right.clone());
    choices.sort_by_key(|choice| seed(choice));
    (choices.len() > 1).then(|| Question { clause: clause.clone(), ask, choices, teaches: teaches.to_owned(), right })
}

/// `Who owns {pick('information-asset')}?` with `picked.owner`: one record whose answer is known, the answers of others
/// beside it. Not asked while fewer than two answers are known.
fn picked(
    ctx: Ctx<'_>,
    (ask, path): (&str, &str),
    seed: &impl Fn(&str) -> u64,
) -> Option<(String, String, Vec<String>)> {
    let field = path.strip_prefix("picked.")?;
    let (before, rest) = ask.split_once("{pick('")?;
    let (register, after) = rest.split_once("')}")?;
    let world = ctx.world;
    let answer = |row: Row<'_>| {
        let one = row.one(field).and_then(|id| Row::of(world, id)).map(Row::name);
        one.or_else(|| row.text(field).map(str::to_owned))
    };
    let mut known: Vec<(String, String)> =
        Row::all(world, register).filter_map(|row| Some((row.name(), answer(row)?))).collect();
    known.sort_by_key(|(name, _)| seed(name));
    let (name, right) = known.first()?.clone();
    let mut wrong: Vec<String> =
        known.into_iter().map(|(_, answer)| answer).filter(|answer| *answer != right).collect();
    wrong.dedup();
    (!wrong.is_empty()).then(|| (format!("{before}{name}{after}"), right, wrong))
}

/// FNV-1a: only to put things into an order that looks drawn.
pub(crate) fn mixed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
