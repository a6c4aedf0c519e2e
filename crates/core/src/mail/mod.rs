//! Kinds of mail. What a mail says stands in one data file of `app`; a kind carries only dates, counts and the
//! ledger's own line.
//!
//! Invariant: nothing personal has a way into a mail: no kind has a field for a name, a subject or free text.

mod hours;
mod transport;

pub use hours::{Digest, Hours, Item, digests};
pub use transport::{Encryption, Grant, GrantBy, Mailbox, Server, Transport, Way, address};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum MailKind {
    /// A one-time link to sign in, asked for a moment ago.
    Link {
        /// It ends then.
        until: Timestamp,
    },
    /// The first link of somebody who has never been here.
    Invite {
        /// It ends then.
        until: Timestamp,
    },
    /// Everything that is not urgent, once a day.
    Digest(Gathered),
    /// A decision is waiting.
    Decision {
        /// To be decided by then.
        by: Option<Date>,
    },
    /// What somebody asked for is decided, or they are asked something about it.
    Answer,
    /// A task is to be done.
    Task {
        /// To be done by then.
        by: Option<Date>,
    },
    /// An incident waits for them, or goes on.
    Incident {
        /// The next thing of it is to be done by then.
        by: Option<Date>,
    },
    /// Nobody who deals with an incident has opened its report in time.
    Unopened,
    /// What they reported is answered or closed.
    Reported,
    /// Something is to be signed.
    Signature {
        /// To be signed by then.
        by: Option<Date>,
    },
    /// A one-time link to sign by, for whoever has no way in.
    SignLink {
        /// It ends then.
        until: Timestamp,
    },
    /// A one-time link to a course, for whoever has no way in.
    CourseLink {
        /// It ends then.
        until: Timestamp,
    },
    /// The emergency account was used.
    BreakGlass {
        /// Then.
        at: Timestamp,
    },
    /// An automatic check has stopped and waits for somebody.
    JobDead,
    /// The ledger's checkpoint leaves the machine.
    Checkpoint {
        /// Its 44 characters.
        line: String,
    },
    /// A program's access ends soon.
    TokenEnds {
        /// Then.
        at: Timestamp,
    },
    /// Somebody tries the settings out.
    Test,
}

/// How much of what a digest tells, and the first date by which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gathered {
    /// Decisions.
    pub decide: Waiting,
    /// Tasks.
    pub act: Waiting,
    /// Signatures.
    pub sign: Waiting,
}

/// So many, the first by then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// How many.
    pub count: u32,
    /// The earliest date among them, when one has a date.
    pub by: Option<Date>,
}

impl MailKind {
    /// Its name, as it is stored and as the templates are called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Link { .. } => "link",
            Self::Invite { .. } => "invite",
            Self::Digest(_) => "digest",
            Self::Decision { .. } => "decision",
            Self::Answer => "answer",
            Self::Task { .. } => "task",
            Self::Incident { .. } => "incident",
            Self::Unopened => "unopened",
            Self::Reported => "reported",
            Self::Signature { .. } => "signature",
            Self::SignLink { .. } => "sign-link",
            Self::CourseLink { .. } => "course-link",
            Self::BreakGlass { .. } => "break-glass",
            Self::JobDead => "job-dead",
            Self::Checkpoint { .. } => "checkpoint",
            Self::TokenEnds { .. } => "token-ends",
            Self::Test => "test",
        }
    }

    /// Part of the day's digest unless it is urgent.
    pub fn is_gathered(&self) -> bool {
        matches!(self, Self::Decision { .. } | Self::Task { .. } | Self::Incident { .. } | Self::Signature { .. })
    }

    /// About the house itself, so that it goes before any section of the policy is started.
    pub fn is_of_the_house(&self) -> bool {
        let of_a_policy =
            matches!(self, Self::Digest(_) | Self::SignLink { .. } | Self::CourseLink { .. } | Self::Unopened);
        !self.is_gathered() && !of_a_policy
    }
}

impl Gathered {
    /// Counts one more; what is not gathered changes nothing.
    pub fn add(&mut self, kind: &MailKind) {
        let (waiting, by) = match kind {
            MailKind::Decision { by } => (&mut self.decide, *by),
            MailKind::Task { by } | MailKind::Incident { by } => (&mut self.act, *by),
            MailKind::Signature { by } => (&mut self.sign, *by),
            _ => return,
        };
        waiting.count += 1;
        waiting.by = [waiting.by, by].into_iter().flatten().min();
    }

    /// How many things in all.
    pub fn count(&self) -> u32 {
        self.decide.count + self.act.count + self.sign.count
    }
}
