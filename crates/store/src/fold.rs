//! Words as a search compares them and keys as a list is sorted by: blind to case and accents, numbers in words by
//! their size.
//!
//! Invariant: everything a list compares in SQL was made here, so both engines order and find alike, byte by byte.

use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest key of a text, in characters.
const KEY_MAX: usize = 100;
/// Longest searched text of one entry, in characters.
const WORDS_MAX: usize = 1000;
/// Words of a search that are looked at.
const SEARCH_MAX: usize = 8;
/// Longest word of a search, in characters.
const WORD_MAX: usize = 60;

/// `  Zoë O’Straße ` → `zoe o'strasse`.
pub fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'ß' => "ss".to_owned(),
        'æ' | 'Æ' => "ae".to_owned(),
        'œ' | 'Œ' => "oe".to_owned(),
        'ø' | 'Ø' => "o".to_owned(),
        'ł' | 'Ł' => "l".to_owned(),
        'đ' | 'Đ' | 'ð' | 'Ð' => "d".to_owned(),
        'þ' | 'Þ' => "th".to_owned(),
        'ı' => "i".to_owned(),
        '’' | '‘' => "'".to_owned(),
        c if c.is_control() && !c.is_whitespace() => String::new(),
        c => c.to_lowercase().to_string(),
    };
    let letters: String = text.nfkd().filter(|c| !is_combining_mark(*c)).map(plain).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a search asks for: every word, folded; at most eight.
pub fn search(text: &str) -> Vec<String> {
    let cut = |word: &str| word.chars().take(WORD_MAX).collect::<String>();
    fold(text).split(' ').filter(|word| !word.is_empty()).take(SEARCH_MAX).map(cut).collect()
}

/// What a search looks through: texts folded, and beside each word with signs in it the same without them, so that
/// `ml014` finds `ML-014`.
pub(crate) fn words<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    for text in texts {
        for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
            out.push(' ');
            out.push_str(word);
            if word.contains(|c: char| !c.is_alphanumeric()) {
                out.push(' ');
                out.extend(word.chars().filter(|c| c.is_alphanumeric()));
            }
        }
    }
    out.trim_start().chars().take(WORDS_MAX).collect()
}

/// A text to sort by: `Room 10` comes after `Room 9`.
pub fn text(text: &str) -> String {
    let folded = fold(text);
    let mut out = String::with_capacity(folded.len() + 4);
    let mut rest = folded.as_str();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| c.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        if first.is_ascii_digit() {
            let number = part.trim_start_matches('0');
            out.push(char::from(b'0' + number.len().min(60) as u8));
            out.push_str(number);
        } else {
            out.push_str(part);
        }
        rest = after;
    }
    out.chars().take(KEY_MAX).collect()
}

/// A number to sort by.
pub fn number(number: f64) -> String {
    let bits = number.to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    format!("{ordered:016x}")
}

/// An instant to sort by.
pub fn instant(at: Timestamp) -> String {
    format!("{:016x}", (at.as_microsecond() as u64) ^ (1 << 63))
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod fold_tests;
