//! Training: who needs which course by the policies in force, who lacks it, and taking it here.
//!
//! Invariant: what is needed comes out of the rules' own tests, what somebody has out of the register `training`; nothing
//! is kept about who lacks what.

mod certificate;
mod chase;
mod course;
mod learn;
mod lesson;
mod link;
mod need;
mod person;
mod trial;

pub use certificate::{Certificate, HandIn, HandedIn, Verdict};
pub use chase::Chase;
pub use course::{Chapter, CourseAt, NewCourse};
pub use learn::{Finished, Taken, ToLearn};
pub use lesson::{Screen, Step};
pub use link::{SeenCourse, learn_path};
pub use need::{Cell, Course, Has, Matrix, PersonLine};
pub use person::{Induction, MyTraining, PersonTraining, Record};
pub use trial::{Trial, TrialLine, Trials};

pub(crate) use need::matrix;
pub(crate) use person::{of_mine, to_decide};
pub(crate) use trial::taught_by;

/// Register of what people have learned.
pub(crate) const TRAINING: &str = "training";
/// Register of certificates that were handed in.
pub(crate) const CERTIFICATE: &str = "training-certificate";
/// Register of courses.
pub(crate) const COURSE: &str = "course";
/// Register of results of trial messages.
pub(crate) const RESULT: &str = "phishing-result";
