use super::set;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// A program of one line instead of the typesetter.
fn program(folder: &tempfile::TempDir, line: &str) -> PathBuf {
    let path = folder.path().join("typesetter");
    std::fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

async fn done(line: &str, document: &[u8]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().unwrap();
    set(program(&folder, line), document.to_vec()).await.unwrap()
}

#[tokio::test]
async fn what_the_typesetter_writes_is_the_pdf() {
    // More than a pipe holds, both ways at once.
    let large = vec![b'x'; 1 << 20];
    assert_eq!(done("exec /bin/cat", &large).await.unwrap(), large);
}

#[tokio::test]
async fn why_it_cannot_is_told_in_its_own_words() {
    let why = done("/bin/cat >/dev/null; echo 'error: no such letter' >&2; exit 1", b"{}").await;
    assert_eq!(why.unwrap_err(), "no such letter");
    let why = done("exit 3", b"{}").await.unwrap_err();
    assert!(why.contains("exit status: 3"), "{why}");
}

#[tokio::test]
async fn a_pdf_without_end_is_cut_off() {
    let why = done("exec /bin/cat /dev/zero", b"{}").await.unwrap_err();
    assert!(why.contains("larger than 32 MB"), "{why}");
}

#[tokio::test]
async fn it_sees_nothing_of_the_environment() {
    let seen = String::from_utf8(done("exec /usr/bin/env", b"").await.unwrap()).unwrap();
    assert!(!seen.contains("HOME=") && !seen.contains("CARGO"), "{seen}");
}
