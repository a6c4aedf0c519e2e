//! Training on pages: who lacks what, one person, courses, certificates, trials, taking a course.
//!
//! Invariant: taking a course keeps nothing between its pages but what the form itself carries.

mod certificate;
mod course;
mod learn;
mod matrix;
mod mine;
mod person;
mod trial;

pub use certificate::{decide, page as certificate};
pub use course::{edit as course, list as courses, save as save_course};
pub use learn::{act as learn, by_link, by_link_act, page as lesson};
pub use matrix::{chase, export, page as matrix};
pub use mine::{hand_in, page as mine};
pub use person::page as person;
pub use trial::{list as trials, page as trial};

use crate::frame::Status;
use schoolkeeper_app::training::Has;

/// The page in the table of routes.
pub const LIST: &str = "/school/{school}/training";
/// The act of looking after training.
const TEACH: &str = "/school/{school}/training/course";

fn status(has: Has) -> Status {
    let (colour, mark) = match has {
        Has::Ended | Has::Lacks => ("red", "!"),
        Has::Unknown => ("yellow", "?"),
        Has::Soon => ("blue", "…"),
        Has::Yes => ("green", "✓"),
    };
    Status { colour, mark, text: has.words() }
}
