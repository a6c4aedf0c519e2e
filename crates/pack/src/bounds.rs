//! What a pack may be at most. A pack is hostile input: these are checked before its text is parsed.

use schoolkeeper_core::diagnostic::{Diagnostic, Place};

/// Bytes of one file.
pub const FILE_BYTES_MAX: usize = 2_000_000;
/// Files of one pack, imports and parents included.
pub const FILES_MAX: usize = 128;
/// Bytes of one line.
pub const LINE_BYTES_MAX: usize = 64_000;
/// Brackets within brackets, and parts of a dotted key.
pub const DEPTH_MAX: usize = 16;
/// Clauses, controls, examples and every other kind of table, each.
pub const TABLES_MAX: usize = 5_000;
/// Parents above parents.
pub const PARENTS_MAX: usize = 4;
/// Keys of one table and items of one list.
pub const ITEMS_MAX: usize = 20_000;

/// Looks at a file's text without parsing it. `base` is the position of its first byte among all sources.
pub(crate) fn check(text: &str, base: usize) -> Option<Diagnostic> {
    let at = |from: usize, to: usize| Place { file: 0, range: base + from..base + to };
    if text.len() > FILE_BYTES_MAX {
        let message = format!("the file has {} bytes; a file of a pack has at most {FILE_BYTES_MAX}", text.len());
        return Some(Diagnostic::error(message, at(0, 0)).hint("split the pack into several files in a folder"));
    }
    let mut start = 0;
    for line in text.split('\n') {
        if line.len() > LINE_BYTES_MAX {
            let message = format!("this line has {} bytes; a line has at most {LINE_BYTES_MAX}", line.len());
            return Some(Diagnostic::error(message, at(start, start)).hint("break the line"));
        }
        start += line.len() + 1;
    }
    too_deep(text).map(|from| {
        let message = format!("this is nested more than {DEPTH_MAX} deep");
        Diagnostic::error(message, at(from, from + 1)).hint("no table of a pack needs that; is a bracket not closed?")
    })
}

/// Position of the first bracket or dot beyond [`DEPTH_MAX`], strings and comments left out.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut brackets, mut dots) = (0, 0_usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = skip_line(bytes, at),
            quote @ (b'"' | b'\'') => at = skip_string(bytes, at, quote),
            b'[' | b'{' => (brackets, dots) = (brackets + 1, 0),
            b']' | b'}' => (brackets, dots) = (brackets.saturating_sub(1), 0),
            b'.' => dots += 1,
            b'=' | b',' | b'\n' => dots = 0,
            _ => {}
        }
        if brackets > DEPTH_MAX || dots > DEPTH_MAX {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn skip_line(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| from + length - 1)
}

/// Position of the last byte of a string; a string that is not closed ends with its line (or the text).
fn skip_string(bytes: &[u8], from: usize, quote: u8) -> usize {
    let triple = bytes[from..].starts_with(&[quote, quote, quote]);
    let mut at = if triple { from + 3 } else { from + 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' && bytes.get(at + 1) != Some(&b'\n') => at += 1,
            b'\n' if !triple => return at - 1,
            byte if byte == quote && !triple => return at,
            byte if byte == quote && bytes[at..].starts_with(&[quote, quote, quote]) => {
                // Up to two quotes may stand before the closing three.
                let more = bytes[at + 3..].iter().take(2).take_while(|byte| **byte == quote).count();
                return at + 2 + more;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
