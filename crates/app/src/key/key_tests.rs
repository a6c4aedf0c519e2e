use super::{Key, KeyError, KeyFrom};
use crate::settings::Settings;
use std::os::unix::fs::PermissionsExt;

#[test]
fn what_is_sealed_opens_with_its_key_only() {
    let (key, other) = (Key::fresh(), Key::fresh());
    let sealed = key.seal(b"a made-up secret");
    assert!(!sealed.windows(6).any(|part| part == b"secret"));
    assert_eq!(key.open(&sealed).unwrap().as_slice(), b"a made-up secret");
    assert!(matches!(other.open(&sealed), Err(KeyError::OtherKey)));
    let text = key.seal_text(b"a made-up secret");
    assert_eq!(key.open_text(&text).unwrap().as_slice(), b"a made-up secret");
    assert!(matches!(key.open_text("sealed:1:***"), Err(KeyError::Damaged)));
}

#[test]
fn a_flipped_byte_anywhere_and_a_cut_are_noticed() {
    let key = Key::fresh();
    let sealed = key.seal(&[7; 300]);
    for at in 0..sealed.len() {
        let mut broken = sealed.clone();
        broken[at] ^= 1;
        assert!(key.open(&broken).is_err(), "byte {at}");
        assert!(key.open(&sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_key_lies_beside_its_folder_and_a_demos_inside() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("hill");
    std::fs::create_dir(&data).unwrap();
    let mut settings = Settings::default();
    let (key, made) = KeyFrom::Beside.make(&data, &mut settings).unwrap();
    assert_eq!(settings.recipient, Some(key.recipient()));
    let file = place.path().join("hill.key");
    assert_eq!(made.as_ref(), Some(&file));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(KeyFrom::Beside.of(&data.join("."), &settings).unwrap().recipient(), key.recipient());
    let (again, made) = KeyFrom::Beside.make(&data, &mut Settings::default()).unwrap();
    assert_eq!(again.recipient(), key.recipient(), "an init that begins again takes the key that is there");

    assert_eq!(made, None);

    let mut demo = Settings { sandbox: true, ..Settings::default() };
    KeyFrom::Beside.make(&data, &mut demo).unwrap();
    assert!(demo.demo_key);
    assert!(std::fs::read_to_string(data.join("demo.key")).unwrap().starts_with("# DEMO KEY"));
}

#[test]
fn a_readable_a_wrong_a_broken_and_a_missing_key_are_named() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("hill");
    let file = place.path().join("hill.key");
    let mut settings = Settings::default();
    KeyFrom::Beside.make(&data, &mut settings).unwrap();

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = KeyFrom::Beside.of(&data, &settings).unwrap_err();
    assert!(error.to_string().contains("can be read by others\nhint: chmod 600"), "{error}");
    assert!(KeyFrom::Credential(file.clone()).of(&data, &settings).is_ok(), "systemd shows an access list as a group");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();

    let other = KeyFrom::Text(Key::fresh().secret());
    assert!(matches!(other.of(&data, &settings), Err(KeyError::Wrong { .. })));
    std::fs::write(&file, "AGE-SECRET-KEY-1NOTONE").unwrap();
    assert!(matches!(KeyFrom::Beside.of(&data, &settings), Err(KeyError::Malformed { .. })));
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(KeyFrom::Beside.of(&data, &settings), Err(KeyError::Missing { .. })));
}

#[test]
fn a_key_can_be_typed_in_small_letters_and_groups() {
    let key = Key::fresh();
    let secret = key.secret().to_ascii_lowercase();
    let typed = format!("{} {}", &secret[..20], &secret[20..]);
    assert_eq!(Key::parse(&typed, "paper").unwrap().recipient(), key.recipient());
    assert!(!format!("{key:?}").contains("SECRET"));
}
