//! The questions the check before a signature did not draw: one a fortnight, to whoever has signed.
//!
//! Invariant: a question is answered once for each signature; what was chosen is never kept; only who has signed, and
//! still must, is asked.

use super::super::change::{Change, Refusal};
use super::super::form::Acting;
use super::super::people;
use super::super::record::Row;
use super::super::request::named;
use super::articles_for;
use super::paper::papers;
use super::signature::{Signatures, Wanted};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::control::Agreement;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;

/// Days between a signature, or an answer, and the next question.
pub const EVERY_DAYS: i32 = 14;
/// Register of answers.
const ANSWER: &str = "check-answer";

/// How far somebody is with the questions of an agreement they have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// The version that counts now.
    pub version: Name,
    /// Statements whose question they have answered since they signed.
    pub answered: Vec<Name>,
    /// When they signed or answered last.
    pub last: Timestamp,
}

impl Later {
    /// The day on which the next question may be asked.
    pub fn opens(&self, ctx: Ctx<'_>) -> Date {
        ctx.world.calendar.day(self.last).saturating_add(EVERY_DAYS.days())
    }
}

/// Where somebody stands with the questions of an agreement; none when their signature does not count, or nobody can
/// say that it is theirs to sign. One that is signed for entries asks none.
pub fn later(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement, person: Row<'_>) -> Option<Later> {
    if spec.per.is_some() || people::meant(ctx, &spec.audience.0, person.row, None).truth != Truth::True {
        return None;
    }
    let papers = papers(ctx, control, spec).found;
    let paper = papers.first()?;
    let wanted = Wanted { paper, person: person.id(), entry: None, article: None };
    let signed = Signatures::of(ctx, control, spec, person.id()).find(ctx, spec, wanted).ok()?.at?;
    let own = named(ctx, ANSWER, "agreement", control).filter(|row| row.one("person") == Some(person.id()));
    let since: Vec<(Name, Timestamp)> = own
        .filter_map(|row| Some((Name::from(row.text("clause")?), row.instant("at")?)))
        .filter(|(_, at)| *at >= signed)
        .collect();
    Some(Later {
        version: paper.current().name.clone(),
        last: since.iter().map(|(_, at)| *at).max().map_or(signed, |last| last.max(signed)),
        answered: since.into_iter().map(|(clause, _)| clause).collect(),
    })
}

/// Somebody answered the question of a statement rightly. The form holds `clause`.
pub fn answer(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Agreement,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    let title = &control.control.title;
    let theirs = articles_for(ctx, control, acting.person);
    let asks = |clause: &&str| theirs.iter().any(|(id, article)| &***id == *clause && article.ask.is_some());
    let Some(clause) = acting.text("clause").filter(asks) else {
        return Refusal::say(format!("`{title}` asks nothing about that\nhint: look at My page again"));
    };
    let Some(later) = later(ctx, control, spec, acting.row(ctx)) else {
        return Refusal::say(format!("you have not signed `{title}`\nhint: sign it first"));
    };
    if later.answered.iter().any(|known| **known == *clause) {
        return Refusal::say("you have answered this\nhint: there is nothing to do");
    }
    if ctx.world.calendar.day(ctx.world.now) < later.opens(ctx) {
        return Refusal::say("the next question is not due yet\nhint: it comes to My page by itself");
    }
    Ok(vec![
        Change::new(ANSWER)
            .set("agreement", Value::text(&control.control.id))
            .set("person", Value::Ref(acting.id(ctx)))
            .set("clause", Value::text(clause))
            .set("at", Value::Instant(ctx.world.now)),
    ])
}
