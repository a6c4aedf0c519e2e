//! What is somebody's: to decide, to answer, to do, to sign, asked, held.
//!
//! Invariant: only what they may see, each with the page where something can be done about it.

mod ask;
pub(crate) mod sign;

use jiff::civil::Date;

/// What sort of thing it is, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Somebody waits for a yes or no.
    Decide,
    /// Somebody asked back.
    Answer,
    /// A task.
    Do,
    /// An agreement.
    Sign,
    /// A problem.
    Fix,
    /// What they asked and what waits.
    Asked,
    /// What they hold: a permission, a device, a key.
    Held,
}

/// One line of somebody's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// What sort of thing it is.
    pub what: What,
    /// What it is called.
    pub title: String,
    /// One line below it: who asks, for what.
    pub about: String,
    /// The last day on which it is in time.
    pub due: Option<Date>,
    /// That day has passed.
    pub late: bool,
    /// Path of its page.
    pub link: String,
}
