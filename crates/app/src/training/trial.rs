//! Trials with false messages: what came out, and the lesson for whoever was taken in.
//!
//! Invariant: only the person and whoever trains people see who did what; everybody else sees totals, and none of so few
//! that a total would name somebody.

use super::RESULT;
use super::lesson::Piece;
use crate::act::Before;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Totals of fewer people would name them.
const FEW: usize = 5;
/// The act by which results of single people are seen.
const SEE: &str = "phishing-result.see";

/// One sending, with its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// The day of sending.
    pub day: Date,
    /// What it was called.
    pub name: Option<String>,
    /// To whom it was sent.
    pub audience: Option<String>,
    /// What it looked like.
    pub message: Option<String>,
    /// How many people it was sent to.
    pub sent: usize,
    /// How many reported it.
    pub reported: usize,
    /// How many left it alone.
    pub left: usize,
    /// How many opened it.
    pub opened: usize,
    /// How many typed something in.
    pub typed: usize,
    /// Of those taken in, how many were taught since.
    pub taught: usize,
}

impl Trial {
    /// How many were taken in.
    pub fn taken_in(&self) -> usize {
        self.opened + self.typed
    }
}

/// What one person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialLine {
    /// Their name.
    pub name: String,
    /// `reported`, `left`, `opened`, `typed`.
    pub did: String,
    /// When they were taught since.
    pub taught_on: Option<Date>,
}

/// Every trial, as somebody sees them.
#[derive(Clone, Debug, Default)]
pub struct Trials {
    /// Newest first; totals are nought where there are too few people.
    pub all: Vec<Trial>,
    /// They see single people.
    pub sees_people: bool,
}

impl House {
    /// The trials of a school in totals.
    pub async fn trials(&self, actor: &Actor, school: &School) -> Result<Trials, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let sees_people = self.sees_results(actor, school).await?;
        let before = self.before(actor, school).await?;
        let mut all: Vec<Trial> = trials(&before).into_values().collect();
        all.reverse();
        for trial in all.iter_mut().filter(|trial| !sees_people && trial.sent < FEW) {
            let Trial { day, name, audience, message, sent, .. } = std::mem::take(trial);
            *trial = Trial { day, name, audience, message, sent, ..Trial::default() };
        }
        Ok(Trials { all, sees_people })
    }

    /// Who did what in one trial; missing for whoever sees totals only.
    pub async fn trial(&self, actor: &Actor, school: &School, day: Date) -> Result<(Trial, Vec<TrialLine>), Error> {
        self.scope_at(actor, SEE, school).await?;
        let before = self.before(actor, school).await?;
        let trial = trials(&before).remove(&day).ok_or(Error::Missing)?;
        let world = before.world();
        let of_day = Row::all(world, RESULT).filter(|row| row.date("at") == Some(day));
        let mut lines: Vec<TrialLine> = of_day
            .map(|row| TrialLine {
                name: row.one("person").and_then(|person| Row::of(world, person)).map_or_else(String::new, Row::name),
                did: row.text("did").unwrap_or_default().to_owned(),
                taught_on: row.date("taught_on"),
            })
            .collect();
        lines.sort_by(|a, b| (&a.did, &a.name).cmp(&(&b.did, &b.name)));
        Ok((trial, lines))
    }

    async fn sees_results(&self, actor: &Actor, school: &School) -> Result<bool, Error> {
        match self.scope_at(actor, SEE, school).await {
            Ok(_) => Ok(true),
            Err(Error::NotAllowed(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn trials(before: &Before) -> BTreeMap<Date, Trial> {
    let mut out: BTreeMap<Date, Trial> = BTreeMap::new();
    for row in Row::all(before.world(), "phishing-trial") {
        let Some(day) = row.date("sent_on") else { continue };
        let said = |field: &str| row.text(field).map(str::to_owned);
        let (audience, message) = (said("audience"), said("message"));
        out.insert(day, Trial { day, name: Some(row.name()), audience, message, ..Trial::default() });
    }
    for row in Row::all(before.world(), RESULT) {
        let Some(day) = row.date("at") else { continue };
        let trial = out.entry(day).or_insert_with(|| Trial { day, ..Trial::default() });
        trial.sent += 1;
        match row.text("did") {
            Some("reported") => trial.reported += 1,
            Some("left") => trial.left += 1,
            Some("opened") => trial.opened += 1,
            Some("typed") => trial.typed += 1,
            _ => {}
        }
        trial.taught += usize::from(is_taken_in(row) && row.value("taught_on").is_some());
    }
    out
}

/// Whether it took somebody in.
pub(super) fn is_taken_in(row: Row<'_>) -> bool {
    matches!(row.text("did"), Some("opened" | "typed"))
}

/// The lesson a policy has for whoever was taken in: the articles of the statements whose rule looks at results.
pub(super) fn lesson_of(before: &Before) -> Option<(Vec<Piece<'_>>, (Name, Name))> {
    before.policies().find_map(|(policy, ctx)| {
        let looks = |kind: &ControlKind| matches!(kind, ControlKind::Rule(rule) if &**rule.subject.get_ref() == RESULT);
        let id = ctx.pack.controls.iter().find(|(_, control)| looks(&control.control.kind)).map(|(id, _)| id)?;
        let clauses = ctx.pack.pack.clauses_of(id);
        let pieces: Vec<Piece<'_>> =
            clauses.filter_map(|clause| Some(Piece { ctx, clause, article: clause.article.as_ref()? })).collect();
        (!pieces.is_empty()).then(|| (pieces, (policy.id().clone(), id.clone())))
    })
}

/// Results that took a person in and after which nobody has taught them: each with its day.
pub(crate) fn taught_by(before: &Before, person: EntryId) -> Vec<(EntryId, Option<Date>)> {
    if lesson_of(before).is_none() {
        return Vec::new();
    }
    let theirs = Row::all(before.world(), RESULT).filter(|row| row.one("person") == Some(person));
    let open = theirs.filter(|row| is_taken_in(*row) && row.value("taught_on").is_none());
    open.map(|row| (row.id(), row.date("at"))).collect()
}
