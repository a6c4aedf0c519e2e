//! The installation key from outside: where it lies, its sheet, a wrong one, a change of keys.

use crate::binary::{ENCRYPTED, Place, program};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

/// A school that is not a sandbox.
fn real() -> (Place, String) {
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    let made = place.run(&["init", "--school", "Hill School"], &[("--pack", &pack)]).good();
    (place, made.err)
}

#[test]
fn init_shows_the_recovery_sheet_once_and_keeps_the_key_outside() {
    let (place, sheet) = real();
    let file = place.data().with_extension("key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let key = std::fs::read_to_string(&file).unwrap();
    let secret = key.lines().last().unwrap();
    assert!(sheet.contains(secret) && sheet.contains("RECOVERY SHEET") && sheet.contains("Hill School"), "{sheet}");
    for line in std::fs::read_dir(place.data()).unwrap().flatten() {
        let bytes = std::fs::read(line.path()).unwrap_or_default();
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "{} holds the key", line.path().display());
    }
    let again = place.run(&["key", "show-sheet"], &[]).good();
    assert!(again.out.contains(secret));
    place.run(&["key", "check"], &[]).good();

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    place.run(&["key", "check"], &[]).refused(&["can be read by others", "chmod 600"]);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (other, _) = real();
    let wrong = other.data().with_extension("key");
    place.run(&["key", "check"], &[("--key-file", &wrong)]).refused(&["holds the key age1", "hint:"]);
    std::fs::remove_file(&file).unwrap();
    place.run(&["evaluate"], &[]).refused(&["installation key is not at", "recovery sheet"]);
}

#[test]
fn a_list_is_asked_to_wait_until_a_back_up_came_back_and_the_sheet_is_put_away() {
    let (place, _) = real();
    let list = "Device name,Encrypted\nMU-1,no\n";
    let first = place.import("device", list, &[]).good();
    assert!(first.err.contains("before real records come in"), "{}", first.err);
    place.run(&["backup"], &[]).good();
    place.run(&["key", "put-away"], &[]).good();
    let later = place.import("device", list, &[]).good();
    assert!(!later.err.contains("before real records come in"), "{}", later.err);
}

#[test]
fn a_changed_key_opens_everything_and_the_old_one_only_old_back_ups() {
    let (place, _) = real();
    place.run(&["backup"], &[]).good();
    let file = place.data().with_extension("key");
    let old = std::fs::read_to_string(&file).unwrap();
    place.run(&["key", "change"], &[]).good();
    let new = std::fs::read_to_string(&file).unwrap();
    assert_ne!(old, new);
    place.run(&["key", "check"], &[]).good();
    place.run(&["backup"], &[]).good();
    let kept = std::fs::read_dir(place.data().parent().unwrap()).unwrap().flatten();
    let kept: Vec<_> =
        kept.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains(".before-")).collect();
    assert_eq!(std::fs::read_to_string(&kept[0]).unwrap(), old);
    place.run(&["key", "check"], &[("--key-file", &kept[0])]).refused(&["holds the key age1"]);

    // Interrupted after the records switched and before the files did: both keys are there under their first names.
    std::fs::rename(&file, file.with_extension("key.next")).unwrap();
    std::fs::copy(&kept[0], &file).unwrap();
    place.run(&["key", "check"], &[]).good();
    place.run(&["key", "change"], &[]).good();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), new);
}

#[test]
fn a_key_of_the_environment_opens_and_a_secret_can_be_sealed_for_the_settings() {
    let (place, _) = real();
    let file = place.data().with_extension("key");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut child = program()
        .args(["key", "seal", "--data"])
        .arg(place.data())
        .env("SCHOOLKEEPER_KEY", text.lines().last().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a made-up secret\n").unwrap();
    let out = child.wait_with_output().unwrap();
    let sealed = String::from_utf8(out.stdout).unwrap();
    assert!(sealed.starts_with("sealed:1:") && !sealed.contains("made-up"), "{sealed}");
}
