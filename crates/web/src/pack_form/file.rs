//! The files a form was sent with, among its answers.

use super::Wrong;
use schoolkeeper_app::pack_form::Typed;
use schoolkeeper_core::id::Name;
use std::collections::BTreeMap;

/// By name of its field: what a file is called, or why it is not taken.
pub type Files = BTreeMap<String, Result<String, String>>;

/// A file answers its question with its name.
pub fn answered(files: &Files, typed: &mut Typed) {
    let kept = files.iter().filter_map(|(name, file)| Some((field(name)?, file.as_ref().ok()?.clone())));
    typed.extend(kept);
}

/// Files that are not taken, and why.
pub fn refused(files: &Files) -> Vec<Wrong> {
    files.iter().filter_map(|(name, file)| Some((field(name), file.as_ref().err()?.clone()))).collect()
}

/// Files that were good: a browser does not send them a second time by itself.
pub fn again(files: &Files) -> Vec<Wrong> {
    let good = files.iter().filter(|(_, file)| file.is_ok());
    good.map(|(name, _)| (field(name), "Choose the file again".to_owned())).collect()
}

fn field(name: &str) -> Option<Name> {
    name.strip_prefix("f-").map(Name::from)
}
