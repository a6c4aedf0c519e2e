//! Bringing in lists, from the file to the preview and to the store.

#![expect(clippy::unwrap_used, reason = "tests")]

mod files;
mod fixtures;
mod guide;
mod made_up;
mod matching;
mod previews;
mod records;
mod school;
mod size;
mod workbook;
