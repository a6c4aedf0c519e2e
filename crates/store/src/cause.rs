//! Why a standing changed.

use schoolkeeper_core::standing::Standing;
use serde::{Deserialize, Serialize};

/// Every change of a standing has one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Nobody had looked before.
    FirstLook,
    /// It does not hold any more.
    NewlyBroken,
    /// It was broken and is not.
    Fixed,
    /// A date has come near or a grace has begun.
    NowDue,
    /// What was due has been done.
    Done,
    /// It can be told now.
    NowKnown,
    /// It cannot be told any more.
    NoLongerKnown,
    /// The audience has signed.
    Signed,
    /// It stands as before and is known in another way.
    KnownOtherwise,
    /// The policy or its numbers changed.
    PolicyChanged,
    /// The school has started its section.
    SectionStarted,
    /// It does not apply here.
    DoesNotApply,
}

impl Cause {
    /// All, for the CHECKs of the tables.
    pub const ALL: &'static [Cause] = &[
        Self::FirstLook,
        Self::NewlyBroken,
        Self::Fixed,
        Self::NowDue,
        Self::Done,
        Self::NowKnown,
        Self::NoLongerKnown,
        Self::Signed,
        Self::KnownOtherwise,
        Self::PolicyChanged,
        Self::SectionStarted,
        Self::DoesNotApply,
    ];

    /// What the change itself tells.
    pub fn of(before: Option<Standing>, after: Standing) -> Self {
        match (before, after) {
            (None, _) => Self::FirstLook,
            (Some(before), after) if before == after => Self::KnownOtherwise,
            (_, Standing::Unknown) => Self::NoLongerKnown,
            (_, Standing::None) => Self::DoesNotApply,
            (Some(Standing::Unknown), _) => Self::NowKnown,
            (_, Standing::Broken) => Self::NewlyBroken,
            (Some(Standing::Broken), _) => Self::Fixed,
            (_, Standing::Due) => Self::NowDue,
            (Some(Standing::Due), _) => Self::Done,
            (_, Standing::Told) => Self::Signed,
            (Some(Standing::None), Standing::Kept) => Self::SectionStarted,
            (Some(Standing::Told | Standing::Kept), Standing::Kept) => Self::KnownOtherwise,
        }
    }
}
