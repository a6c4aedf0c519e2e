//! Signing anew at the start of a school year: several agreements published in one go, each as its wording stands.
//!
//! Invariant: each is published by its own act, as on its own page; what one refuses holds up no other.

use super::AgreementLine;
use super::wording::Publish;
use crate::act::Acted;
use crate::{Error, House};
use jiff::ToSpan;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_store::School;

/// So many months before a school year begins, what is signed anew is signed for it.
const AHEAD_MONTHS: i64 = 4;

/// What became of it, by title.
#[derive(Debug, Default)]
pub struct Anew {
    /// Published: so many signatures are asked.
    pub published: Vec<(String, usize)>,
    /// Not published, and why.
    pub refused: Vec<(String, String)>,
}

impl House {
    /// The agreements that can be signed anew, which is what is worded here and somebody is to sign; and what a version
    /// for the school year at hand is called: `2026-27`.
    pub async fn to_sign_anew(&self, actor: &Actor, school: &School) -> Result<(Vec<AgreementLine>, String), Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        let mut all = self.agreements(actor, school).await?;
        all.retain(|line| line.worded && !line.not_started && line.asked() > 0);
        let soon = self.today(school).saturating_add(AHEAD_MONTHS.months());
        let year = Calendar::new(school.division, Vec::new()).school_year_start(soon).year();
        Ok((all, format!("{year}-{:02}", (year + 1) % 100)))
    }

    /// Publishes the chosen ones under one name, so that everybody signs them again.
    pub async fn sign_anew(
        &self,
        (actor, school): (&Actor, &School),
        chosen: &[AgreementLine],
        version: &str,
    ) -> Result<Anew, Error> {
        let mut out = Anew::default();
        for line in chosen {
            let which = (&*line.pack, &*line.control);
            let number = self.composed(actor, school, which).await?.number;
            let new = Publish { version: version.to_owned(), material: true, number };
            match self.publish(actor, school, (which, &new)).await {
                Ok(Acted::Done(_)) => out.published.push((line.title.clone(), line.asked())),
                Ok(Acted::Refused(why)) | Err(Error::Refused(why)) => out.refused.push((line.title.clone(), why)),
                Err(Error::Denied(denial)) => out.refused.push((line.title.clone(), denial.to_string())),
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
