//! Bounds an expression before it is parsed: packs are hostile input, and the parser is recursive.
//!
//! Invariant: what passes here can be parsed, checked, run and dropped on a small stack.

use super::Problem;

/// Longest expression, in characters.
pub const LONGEST: usize = 2_000;
/// Deepest nesting of brackets.
pub const DEEPEST: usize = 16;
/// Most operators, dots and question marks together.
pub const OPERATORS: usize = 160;
/// Most references followed one after the other.
pub const LINKS: usize = 3;
/// Most `exists`, `all`, `filter`, … inside each other.
pub const COMPREHENSIONS: usize = 2;

/// Refuses what would be too long, too deep or too much.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(problem("an expression is missing here", 0..text.len(), "write a test such as `device.encrypted`"));
    }
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let message = format!("an expression may have at most {LONGEST} characters");
        return Err(problem(message, end..text.len(), "split the control in two, or move texts to a `[list]`"));
    }
    nesting(text)
}

fn nesting(text: &str) -> Result<(), Problem> {
    let (mut depth, mut operators) = (0_usize, 0_usize);
    let (mut quote, mut escaped, mut before) = (None, false, b' ');
    for (at, byte) in text.bytes().enumerate() {
        if let Some(end) = quote {
            quote = if byte == end && !escaped { None } else { quote };
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'\'' | b'"' => (quote, escaped) = (Some(byte), false),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'&' | b'|' | b'=' if byte == before => {}
            b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'=' | b'!' | b'&' | b'|' | b'?' => operators += 1,
            _ => {}
        }
        before = byte;
        if depth > DEEPEST {
            let message = format!("brackets may be nested at most {DEEPEST} deep");
            return Err(problem(message, at..at + 1, "split the control in two"));
        }
        if operators > OPERATORS {
            let message = format!("an expression may have at most {OPERATORS} operators and dots");
            return Err(problem(message, at..at + 1, "split the control in two, or move texts to a `[list]`"));
        }
    }
    Ok(())
}

fn problem(message: impl Into<String>, range: std::ops::Range<usize>, hint: &str) -> Problem {
    Problem { message: message.into(), range, hint: Some(hint.to_owned()) }
}
