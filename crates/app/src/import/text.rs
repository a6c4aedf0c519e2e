//! Bytes → text: byte-order marks, UTF-8, UTF-16, Windows-1252; what is not text is named and refused.

use super::message::Problem;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// The text of a file, and a sentence when its encoding had to be guessed.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<String>), Problem> {
    if let Some(problem) = known_kind(bytes) {
        return Err(problem);
    }
    let (encoding, guessed) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => (encoding, false),
        None if looks_wide(bytes, 1) => (UTF_16LE, true),
        None if looks_wide(bytes, 0) => (UTF_16BE, true),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, false),
        None => (WINDOWS_1252, true),
    };
    // Old programs end a file with Ctrl-Z.
    let (text, _, broken) = encoding.decode(bytes.strip_suffix(b"\x1a").unwrap_or(bytes));
    if broken || text.chars().any(is_binary) {
        let hint = "Open it in your spreadsheet and save it as Excel (.xlsx) or as CSV UTF-8.";
        return Err(Problem::file("is not a list: it holds bytes that are not text").hint(hint));
    }
    let guess = || format!("Read as {}, because it is not UTF-8. Look at names with accents.", encoding.name());
    let lost = || "Some letters were lost before this file was made: they stand as `�`.".to_owned();
    let note = if text.contains(char::REPLACEMENT_CHARACTER) { Some(lost()) } else { guessed.then(guess) };
    Ok((text, note))
}

/// Every other byte is zero: UTF-16 of mostly English text, without a mark.
fn looks_wide(bytes: &[u8], zero_at: usize) -> bool {
    let start = &bytes[..bytes.len().min(512) & !1];
    start.len() >= 8 && start.chunks_exact(2).all(|pair| pair[zero_at] == 0 && pair[1 - zero_at] != 0)
}

fn is_binary(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

fn known_kind(bytes: &[u8]) -> Option<Problem> {
    let (message, hint) = match bytes {
        [0xD0, 0xCF, 0x11, 0xE0, ..] => (
            "is an old Excel file (.xls) or has a password",
            "Open it in Excel, take the password away and save it as .xlsx.",
        ),
        [b'%', b'P', b'D', b'F', ..] => ("is a PDF", "Export the list as Excel or CSV instead."),
        [b'<', ..] => ("is a web page or XML, not a list", "Export the list as Excel or CSV instead."),
        [b'{', ..] => ("is JSON, not a list", "Export the list as Excel or CSV instead."),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => {
            ("is a picture", "Export the list as Excel or CSV instead.")
        }
        _ => return None,
    };
    Some(Problem::file(message).hint(hint))
}
