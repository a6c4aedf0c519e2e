//! Bringing in lists, from the file to the preview.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fixtures;
mod made_up;
mod previews;
mod school;
