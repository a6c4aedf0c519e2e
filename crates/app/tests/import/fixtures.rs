//! The made-up lists in `tests/fixtures`: this file makes them, so that they can be made again and are never edited.
//!
//! `UPDATE_FIXTURES=1 cargo test -p schoolkeeper-app --test import` writes them.

use crate::made_up;

#[test]
fn the_committed_lists_are_what_their_maker_makes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (name, text) in made_up::files() {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{name} differs: run this test with UPDATE_FIXTURES=1");
    }
}
