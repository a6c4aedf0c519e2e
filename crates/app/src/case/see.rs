//! Who sees an incident: the permission table, the policies, the engine, row by row.
//!
//! Invariant: whoever reaches only what is their own sees what they have a part in; what cannot be told is not seen.

use super::{CASE, Of, of_row};
use crate::act::Before;
use crate::authority::Try;
use crate::request::id_of;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::flow::case::has_part;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;

/// The act of seeing one whole.
const SEE: &str = "case.see";

/// How far somebody sees incidents of a school, before each is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What they reported.
    Nothing,
    /// What they have a part in, too.
    Own,
    /// All, as far as the policies let them.
    School,
}

/// How somebody stands to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Looks {
    /// They see all of it.
    pub whole: bool,
    /// They reported it.
    pub reported: bool,
}

impl House {
    /// How far somebody sees incidents of a school.
    pub(crate) async fn case_reach(&self, actor: &Actor, school: &School) -> Result<Reach, Error> {
        match self.scope_at(actor, SEE, school).await {
            Ok(scope) if scope.reaches_whole(school.id) => Ok(Reach::School),
            Ok(_) => Ok(Reach::Own),
            Err(Error::NotAllowed(_)) => Ok(Reach::Nothing),
            Err(error) => Err(error),
        }
    }
}

/// How the one who looks stands to an incident; nothing when it is not theirs to see.
pub(crate) fn looks(before: &Before, (of, row): (Of<'_>, Row<'_>), reach: Reach) -> Option<Looks> {
    let person = before.person();
    let reported = person.is_some_and(|person| row.one("reporter") == Some(id_of(of.ctx, person)));
    let part = || person.is_some_and(|person| has_part(of.ctx, of.control, of.spec, row, person));
    let reached = match reach {
        Reach::Nothing => false,
        Reach::Own => part(),
        Reach::School => true,
    };
    let whole = reached && before.lets(&Try { on: Some(row.id()), ..Try::plain(SEE) });
    (whole || reported).then_some(Looks { whole, reported })
}

/// An incident with its kind and how the one who looks stands to it; missing when it is not theirs to see.
pub(crate) fn found(before: &Before, id: EntryId, reach: Reach) -> Result<(Of<'_>, Row<'_>, Looks), Error> {
    let row = Row::of(before.world(), id).filter(|row| row.kind() == CASE).ok_or(Error::Missing)?;
    let of = of_row(before, row).ok_or(Error::Missing)?;
    let looks = looks(before, (of, row), reach).ok_or(Error::Missing)?;
    Ok((of, row, looks))
}
