//! The one catalogue of settings: key, type, which way is stricter, and the act where it bites.
//!
//! Invariant: a key a pack may `set` stands here, or the pack is refused.

use crate::pack::Stricter;

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingType {
    /// On or off.
    YesNo,
    /// A whole number.
    Count,
    /// A span.
    Span,
    /// One of these, mildest first.
    Choice(&'static [&'static str]),
}

/// One key of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingKey {
    /// As written in `set`.
    pub name: &'static str,
    /// What it holds.
    pub kind: SettingType,
    /// Which way is stricter.
    pub stricter: Stricter,
    /// The act of [`crate::act`] that it may refuse.
    pub act: &'static str,
    /// In words, with `{}` for the value.
    pub says: &'static str,
    /// Field of the compared register that holds the same key.
    pub field: &'static str,
}

macro_rules! key {
    ($name:literal, $kind:expr, $stricter:ident, $act:literal, $field:literal, $says:literal) => {
        SettingKey { name: $name, kind: $kind, stricter: Stricter::$stricter, act: $act, field: $field, says: $says }
    };
}

/// Every key.
pub const CATALOGUE: &[SettingKey] = &[
    key!(
        "password.length_min",
        SettingType::Count,
        Higher,
        "password.set",
        "password_length_min",
        "A password has at least {} characters."
    ),
    key!(
        "password.classes_min",
        SettingType::Count,
        Higher,
        "password.set",
        "password_classes_min",
        "A password has at least {} kinds of character (small, capital, digit, other)."
    ),
    key!(
        "password.not_username",
        SettingType::YesNo,
        True,
        "password.set",
        "password_not_username",
        "A password does not hold the user name."
    ),
    key!(
        "password.not_name",
        SettingType::YesNo,
        True,
        "password.set",
        "password_not_name",
        "A password does not hold the person's name."
    ),
    key!(
        "password.not_common",
        SettingType::YesNo,
        True,
        "password.set",
        "password_not_common",
        "A password is not on the list of common ones."
    ),
    key!(
        "password.letters_digits",
        SettingType::YesNo,
        True,
        "password.set",
        "password_letters_digits",
        "A password has letters and digits."
    ),
    key!(
        "password.not_date",
        SettingType::YesNo,
        True,
        "password.set",
        "password_not_date",
        "A password is not a date."
    ),
    key!(
        "password.not_school",
        SettingType::YesNo,
        True,
        "password.set",
        "password_not_school",
        "A password does not hold the school's name."
    ),
    key!(
        "password.history",
        SettingType::Count,
        Higher,
        "password.set",
        "password_history",
        "A password differs from the last {}."
    ),
    key!("password.age_max", SettingType::Span, Lower, "sign-in", "password_age_max", "A password is at most {} old."),
    key!(
        "lockout.attempts_max",
        SettingType::Count,
        Lower,
        "sign-in",
        "lockout_attempts_max",
        "After {} wrong attempts sign-in waits."
    ),
    key!(
        "session.idle_max",
        SettingType::Span,
        Lower,
        "page.see",
        "session_idle_max",
        "One is signed out after {} of rest."
    ),
    key!(
        "second_factor.required",
        SettingType::YesNo,
        True,
        "sign-in",
        "second_factor_required",
        "Sign-in asks for a second factor."
    ),
    key!(
        "log.sign_in_attempts",
        SettingType::Choice(&["none", "failed", "all"]),
        Higher,
        "sign-in",
        "log_sign_in_attempts",
        "Sign-in attempts written down: {}."
    ),
];

/// A key by its name.
pub fn key(name: &str) -> Option<&'static SettingKey> {
    CATALOGUE.iter().find(|key| key.name == name)
}
