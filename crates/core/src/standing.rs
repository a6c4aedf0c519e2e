//! Where a statement stands, how that is known, and what is missing. Never a percentage.

use crate::id::{EntryId, Name};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Worst last: `max` of several standings is the worst (specification §6: broken > unknown > due > told > kept).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A context clause: nothing to keep.
    None,
    /// It holds.
    Kept,
    /// The audience has signed a version that holds the article and passed its check.
    Told,
    /// Not done yet, still in time.
    Due,
    /// Nobody can say.
    Unknown,
    /// It does not hold.
    Broken,
}

impl Standing {
    /// As it is written in packs and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kept => "kept",
            Self::Told => "told",
            Self::Due => "due",
            Self::Unknown => "unknown",
            Self::Broken => "broken",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a standing is known; weakest first, so `min` of several is the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    /// Somebody's word, by name and date.
    Stated,
    /// Signatures.
    Signed,
    /// Evidence on file.
    Evidenced,
    /// Read from a source.
    Measured,
    /// Schoolkeeper itself refuses it; tried out for this pack and build.
    Enforced,
}

/// How many subjects stand where. `subjects` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All of them.
    pub subjects: u32,
    /// Holding.
    pub kept: u32,
    /// Not holding, but permitted until a date.
    pub excused: u32,
    /// Not holding yet, in time.
    pub due: u32,
    /// Not known.
    pub unknown: u32,
    /// Not holding.
    pub broken: u32,
}

impl Counts {
    /// Counts one more subject. `told` counts as kept.
    pub fn add(&mut self, standing: Standing) {
        self.subjects += 1;
        match standing {
            Standing::None | Standing::Kept | Standing::Told => self.kept += 1,
            Standing::Due => self.due += 1,
            Standing::Unknown => self.unknown += 1,
            Standing::Broken => self.broken += 1,
        }
    }

    /// Counts one more subject that a permission excuses.
    pub fn add_excused(&mut self) {
        self.subjects += 1;
        self.excused += 1;
    }

    /// Sum of two.
    pub fn plus(self, other: Self) -> Self {
        Self {
            subjects: self.subjects + other.subjects,
            kept: self.kept + other.kept,
            excused: self.excused + other.excused,
            due: self.due + other.due,
            unknown: self.unknown + other.unknown,
            broken: self.broken + other.broken,
        }
    }
}

/// A problem: one control, one subject.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The control that is not kept.
    pub control: Name,
    /// The entry it concerns; `None` when the control as a whole is concerned.
    pub subject: Option<EntryId>,
    /// Broken, or due while inside a grace.
    pub standing: Standing,
    /// First instant from which it has been so without a break.
    pub since: Timestamp,
    /// When the grace ends, while it runs.
    pub due_at: Option<Timestamp>,
    /// One sentence for people, with the subject's name filled in.
    pub message: String,
}

/// Why something is not known: each is a sentence that says what would tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "missing")]
pub enum Missing {
    /// Nobody has said that the register's list is complete.
    Census {
        /// Register id.
        register: Name,
        /// Its classes that are asked about, where that of each is enough (see [`crate::schema::Register::classes`]);
        /// empty: the whole list.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        classes: Vec<Name>,
    },
    /// A field nobody has filled.
    Field {
        /// Register id.
        register: Name,
        /// Field name.
        field: Name,
    },
    /// A blank of the policy.
    Param {
        /// Its name.
        name: Name,
    },
    /// A named system, place or record the school has not confirmed.
    Entry {
        /// Its name in the pack.
        name: Name,
    },
    /// A role nobody holds.
    Role {
        /// Its name.
        name: Name,
    },
    /// The school's calendar does not reach far enough.
    CalendarEnds {
        /// Last day it knows; `None` when there is no calendar.
        on: Option<Date>,
    },
    /// Nothing has been published to sign.
    Publication {
        /// The agreement.
        control: Name,
    },
    /// Nobody ever asked.
    NeverAsked {
        /// The request.
        control: Name,
    },
    /// It never happened and was never tried out.
    NeverTested {
        /// The case type.
        control: Name,
    },
    /// Never used, and it could happen outside the platform.
    NeverUsed {
        /// The channel.
        control: Name,
    },
    /// The control's examples were not yet tried against this pack and build.
    Probe {
        /// The control.
        control: Name,
    },
    /// The automatic check has not been set up.
    NotSetUp {
        /// The job.
        control: Name,
    },
    /// No `system` entry says whether there is a directory to compare with.
    Directory,
}

impl Missing {
    /// The whole list of a register is not known to be complete.
    pub fn census(register: &Name) -> Self {
        Self::Census { register: register.clone(), classes: Vec::new() }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Census { register, classes } if classes.is_empty() => {
                write!(f, "nobody has said that the list of `{register}` is complete")
            }
            Self::Census { register, classes } => {
                write!(
                    f,
                    "nobody has said that all of `{register}` are listed that are one of `{}`",
                    classes.join("`, `")
                )
            }
            Self::Field { register, field } => write!(f, "`{field}` of `{register}` is not known"),
            Self::Param { name } => write!(f, "the policy leaves `{name}` blank and the school has not set it"),
            Self::Entry { name } => write!(f, "nobody has confirmed what `{name}` is at this school"),
            Self::Role { name } => write!(f, "nobody holds the role `{name}`"),
            Self::CalendarEnds { on: Some(on) } => write!(f, "the school's calendar ends on {on}"),
            Self::CalendarEnds { on: None } => f.write_str("the school has no calendar yet"),
            Self::Publication { control } => write!(f, "no version of `{control}` has been published"),
            Self::NeverAsked { control } => write!(f, "nobody has ever asked for `{control}`"),
            Self::NeverTested { control } => write!(f, "`{control}` never happened and was never tried out"),
            Self::NeverUsed { control } => write!(f, "`{control}` was never used and can happen elsewhere"),
            Self::Probe { control } => write!(f, "the examples of `{control}` have not been tried here yet"),
            Self::NotSetUp { control } => write!(f, "the automatic check `{control}` has not been set up"),
            Self::Directory => f.write_str("no entry of `system` says whether there is a directory"),
        }
    }
}

/// What one control gives, for all subjects or for those a clause is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ControlResult {
    /// The control.
    pub control: Name,
    /// Worst of its subjects and of its own conditions.
    pub standing: Standing,
    /// How it is known; `None` while nothing is.
    pub known_by: Option<KnownBy>,
    /// Its subjects.
    pub counts: Counts,
    /// Problems, and subjects inside their grace.
    pub findings: Vec<Finding>,
    /// What would tell, sorted and without repeats.
    pub missing: Vec<Missing>,
    /// First instant at which time alone may change any of this.
    pub valid_until: Option<Timestamp>,
    /// Next date somebody must act by, for the page.
    pub due_on: Option<Date>,
    /// It stands once for the whole trust and is only shown here; its standing here is *none*.
    pub inherited: bool,
}

impl ControlResult {
    /// Nothing judged yet: stands at *none*.
    pub fn none(control: Name) -> Self {
        Self {
            control,
            standing: Standing::None,
            known_by: None,
            counts: Counts::default(),
            findings: Vec::new(),
            missing: Vec::new(),
            valid_until: None,
            due_on: None,
            inherited: false,
        }
    }
}

/// Why a clause has no standing of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoneBecause {
    /// A context clause: nothing to keep.
    Context,
    /// The switch of its chapter (`only_if`) is off at this school.
    ChapterOff,
    /// Its controls stand once for the whole trust: look there.
    AtTrust,
    /// This is the trust, and its controls stand at each school.
    AtSchools,
    /// The school has not started its section.
    NotStarted,
    /// The school has said, and the policy's owner has agreed, that it does not apply here.
    NotHere,
}

/// What one clause gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClauseResult {
    /// Pack id.
    pub pack: Name,
    /// Clause id within the pack.
    pub clause: Name,
    /// Its standing.
    pub standing: Standing,
    /// Weakest among the controls that decided.
    pub known_by: Option<KnownBy>,
    /// Sum over its controls.
    pub counts: Counts,
    /// Of all its controls.
    pub findings: Vec<Finding>,
    /// Of all its controls.
    pub missing: Vec<Missing>,
    /// Earliest of its controls.
    pub valid_until: Option<Timestamp>,
    /// Earliest of its controls.
    pub due_on: Option<Date>,
    /// Why its standing is *none*; only then.
    pub none_because: Option<NoneBecause>,
}
