//! The policy: where it stands (overview, section, statement), and its text as everybody reads it.

mod asks;
mod change;
mod compare;
mod conflict;
mod document;
mod file;
mod glossary;
mod impact;
mod life;
mod notice;
mod number;
mod overview;
mod page;
mod proposal;
mod question;
mod reading;
mod section;
mod statement;

pub use asks::{of as asks_of, roles as asks};
pub use change::{adopt, page as change};
pub use compare::{changed, page as compare};
pub use conflict::{decide as decide_conflict, page as conflicts};
pub use document::{pdf, public_pdf};
pub use file::{page as page_file, statements as statements_file};
pub use glossary::glossary;
pub use life::{approve, ask_approval, life};
pub use notice::notice;
pub use number::numbers;
pub use overview::overview;
pub use page::{ask as ask_publish, public, public_role, switch as publish};
pub use proposal::{answer as answer_proposed, ask as send_for_approval, page as proposed};
pub use question::questions;
pub use reading::{contents, one as chapter, whole};
pub use section::section;
pub use statement::statement;

use crate::problem::CauseLine;
use schoolkeeper_app::Standpoint;
use schoolkeeper_app::view::cause::Cause;

/// A cause as pages list it.
fn cause_line(at: &Standpoint, cause: &Cause) -> CauseLine {
    CauseLine::of(at, cause)
}
