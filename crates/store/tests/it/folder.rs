//! The data folder's lock.

use schoolkeeper_store::folder::{Folder, FolderError, holders};

#[test]
fn who_wants_the_folder_alone_is_told_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let first = Folder::share(&path, "serve").unwrap();
    let second = Folder::share(&path, "import").unwrap();
    let refused = Folder::alone(&path, "migrate").unwrap_err();
    let me = std::process::id();
    let both = format!("import (process {me}), serve (process {me})");
    assert!(matches!(&refused, FolderError::Held { holder, .. } if *holder == both), "{refused}");
    drop(second);
    assert_eq!(holders(&path), [format!("serve (process {me})")], "who has left is named");
    drop(first);
    let alone = Folder::alone(&path, "migrate").unwrap();
    assert!(Folder::share(&path, "serve").unwrap_err().to_string().contains("in use by migrate"));
    assert!(Folder::alone(&path, "restore").unwrap_err().to_string().contains("in use by migrate"));
    drop(alone);
    Folder::share(&path, "serve").unwrap();
}

#[test]
fn the_file_of_a_killed_process_names_nobody_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let _held = Folder::share(folder.path(), "serve").unwrap();
    let left = folder.path().join("holders/1-1");
    std::fs::write(&left, "import (process 1)").unwrap();
    let refused = Folder::alone(folder.path(), "migrate").unwrap_err().to_string();
    assert!(refused.contains("serve (process") && !refused.contains("import"), "{refused}");
    assert!(!left.exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_by_name() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = Folder::share(&file.path().join("data"), "serve").unwrap_err();
    assert!(matches!(refused, FolderError::Unusable { .. }), "{refused}");
}
