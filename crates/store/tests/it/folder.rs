//! The data folder's lock.

use schoolkeeper_store::folder::{Folder, FolderError};

#[test]
fn who_wants_the_folder_alone_is_told_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let first = Folder::share(&path, "serve").unwrap();
    let second = Folder::share(&path, "import").unwrap();
    let refused = Folder::alone(&path, "migrate").unwrap_err();
    assert!(matches!(&refused, FolderError::Held { holder, .. } if holder.starts_with("import (process")), "{refused}");
    drop((first, second));
    let alone = Folder::alone(&path, "migrate").unwrap();
    assert!(Folder::share(&path, "serve").unwrap_err().to_string().contains("in use by migrate"));
    drop(alone);
    Folder::share(&path, "serve").unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_by_name() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = Folder::share(&file.path().join("data"), "serve").unwrap_err();
    assert!(matches!(refused, FolderError::Unusable { .. }), "{refused}");
}
