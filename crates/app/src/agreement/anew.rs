//! Signing anew at the start of a school year: several agreements published in one go, each as its wording stands.
//!
//! Invariant: each is published by its own act, as on its own page; what one refuses holds up no other.

use super::wording::Publish;
use super::{AgreementLine, ApprovalState, ComparedPoint};
use crate::act::Acted;
use crate::{Error, House};
use jiff::ToSpan;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_store::School;

/// So many months before a school year begins, what is signed anew is signed for it.
const AHEAD_MONTHS: i64 = 4;

/// An agreement that can be signed anew.
#[derive(Clone, Debug)]
pub struct ForAnew {
    /// As the list has it.
    pub line: AgreementLine,
    /// Which wording is looked at.
    pub number: i64,
    /// Its words are others than those that are signed now.
    pub changed: bool,
    /// Somebody was asked to approve it and has not answered.
    pub awaited: bool,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Anew {
    /// Published: so many signatures are asked.
    pub published: Vec<(String, usize)>,
    /// Not published: which, its title, and why.
    pub refused: Vec<(AgreementLine, String)>,
}

impl House {
    /// The agreements that can be signed anew, which is what is worded here and somebody is to sign; and what a version
    /// for the school year at hand is called: `2026-27`.
    pub async fn to_sign_anew(&self, actor: &Actor, school: &School) -> Result<(Vec<ForAnew>, String), Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        let mut all = self.agreements(actor, school).await?;
        all.retain(|line| line.worded && !line.not_started && line.asked() > 0);
        let soon = self.today(school).saturating_add(AHEAD_MONTHS.months());
        let year = Calendar::new(school.division, Vec::new()).school_year_start(soon).year();
        let mut out = Vec::with_capacity(all.len());
        for line in all {
            let composed = self.composed(actor, school, (&line.pack, &line.control)).await?;
            let changed = composed.changes.as_ref().is_some_and(|all| all.iter().any(ComparedPoint::is_changed));
            let awaited = matches!(composed.approval, Some(ApprovalState::Waiting { .. }));
            out.push(ForAnew { line, number: composed.number, changed, awaited });
        }
        Ok((out, format!("{year}-{:02}", (year + 1) % 100)))
    }

    /// Publishes the chosen ones under one name, so that everybody signs them again.
    pub async fn sign_anew(
        &self,
        (actor, school): (&Actor, &School),
        chosen: Vec<(AgreementLine, i64)>,
        version: &str,
    ) -> Result<Anew, Error> {
        let mut out = Anew::default();
        for (line, number) in chosen {
            let which = (&*line.pack, &*line.control);
            let new = Publish { version: version.to_owned(), material: true, number };
            match self.publish(actor, school, (which, &new)).await {
                Ok(Acted::Done(_)) => out.published.push((line.title.clone(), line.asked())),
                Ok(Acted::Refused(why)) | Err(Error::Refused(why)) => out.refused.push((line, why)),
                Err(Error::Denied(denial)) => out.refused.push((line, denial.to_string())),
                Err(error) => return Err(error),
            }
        }
        Ok(out)
    }
}

impl AgreementLine {
    /// How many signatures are asked.
    pub fn asked(&self) -> usize {
        self.signed + self.waiting + self.late + self.unknown
    }
}
