//! The small language PDF files are written in, as far as pages and their pictures need it.
//!
//! Invariant: whatever the bytes are, reading ends: every object has a bound on its depth and on its parts.

use std::collections::BTreeMap;

/// Deepest nesting.
const DEPTH_MAX: usize = 20;
/// Most parts of one object.
const PARTS_MAX: usize = 20_000;

/// One object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    /// A whole number; of others the whole part.
    Number(i64),
    /// `/Name`.
    Name(String),
    /// Several.
    Array(Vec<Thing>),
    /// By name.
    Dict(Dict),
    /// Another object, by its number.
    Ref(u32),
    /// `true`, `false`, `null`, `stream`, `endobj`.
    Word(String),
    /// A text, which is never needed.
    Text,
}

/// Objects by name.
pub(super) type Dict = BTreeMap<String, Thing>;

impl Thing {
    pub(super) fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(super) fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }
}

/// Reads objects one after the other.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    left: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, left: PARTS_MAX }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => self.skip(|byte| byte != b'\n' && byte != b'\r'),
                byte if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn plain(&mut self) -> &'a [u8] {
        let from = self.at;
        self.skip(|byte| !is_space(byte) && !b"()<>[]{}/%".contains(&byte));
        &self.bytes[from..self.at]
    }

    /// The next object; none at the end, or where it is none.
    pub(super) fn thing(&mut self) -> Option<Thing> {
        self.deep(0)
    }

    /// The next object, and where it ends.
    pub(super) fn thing_at(mut self) -> Option<(Thing, usize)> {
        let thing = self.thing()?;
        Some((thing, self.at))
    }

    fn deep(&mut self, depth: usize) -> Option<Thing> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEPTH_MAX {
            return None;
        }
        self.space();
        match self.peek()? {
            b'/' => {
                self.at += 1;
                Some(Thing::Name(String::from_utf8_lossy(self.plain()).into_owned()))
            }
            b'(' => self.text(),
            b'[' => {
                self.at += 1;
                self.several(b"]", depth).map(Thing::Array)
            }
            b'<' if self.bytes[self.at..].starts_with(b"<<") => {
                self.at += 2;
                let mut parts = self.several(b">>", depth)?.into_iter();
                let mut dict = Dict::new();
                while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                    dict.insert(key.name()?.to_owned(), value);
                }
                Some(Thing::Dict(dict))
            }
            b'<' => {
                self.skip(|byte| byte != b'>');
                self.at += 1;
                Some(Thing::Text)
            }
            b')' | b']' | b'>' | b'{' | b'}' => None,
            _ => Some(self.word()),
        }
    }

    fn several(&mut self, end: &[u8], depth: usize) -> Option<Vec<Thing>> {
        let mut out = Vec::new();
        loop {
            self.space();
            if self.bytes.get(self.at..)?.starts_with(end) {
                self.at += end.len();
                return Some(out);
            }
            out.push(self.deep(depth + 1)?);
        }
    }

    /// A text in brackets, which may hold brackets.
    fn text(&mut self) -> Option<Thing> {
        let mut open = 0_usize;
        loop {
            match self.peek()? {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(Thing::Text);
            }
        }
    }

    /// A number, a reference `12 0 R`, or a word.
    fn word(&mut self) -> Thing {
        let word = String::from_utf8_lossy(self.plain()).into_owned();
        let whole = word.split('.').next().unwrap_or_default();
        let Ok(number) = whole.parse::<i64>() else { return Thing::Word(word) };
        let back = self.at;
        if let Ok(id) = u32::try_from(number)
            && self.follows(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
            && self.follows(|word| word == b"R")
        {
            return Thing::Ref(id);
        }
        self.at = back;
        Thing::Number(number)
    }

    fn follows(&mut self, wanted: impl Fn(&[u8]) -> bool) -> bool {
        self.space();
        wanted(self.plain())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}
