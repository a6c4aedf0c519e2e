//! The pictures on the pages of a scanned PDF, and the squares on them.
//!
//! Invariant: any bytes are read to an end in bounded time and memory, and give pictures or a sentence; nothing of a
//! file is run, followed or fetched.

mod parse;
mod picture;
mod square;

pub use square::{Sheet, read_sheet};

use parse::{Dict, Parser, Thing};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Most pages of one file.
pub const PAGES_MAX: usize = 500;
/// Most objects of one file.
const THINGS_MAX: usize = 100_000;
/// Pictures looked at on one page.
const ON_PAGE_MAX: usize = 8;
/// Deepest tree of pages, and of drawings in drawings.
const DEPTH_MAX: usize = 16;

/// Why a file or a page is not read: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread(pub String);

impl Unread {
    fn say<T>(why: impl Into<String>) -> Result<T, Self> {
        Err(Self(why.into()))
    }
}

/// A file that was looked through.
#[derive(Debug)]
pub struct Pdf {
    bytes: Vec<u8>,
    things: BTreeMap<u32, Found>,
    pages: Vec<Vec<u32>>,
}

/// An object with the place of what hangs on it.
#[derive(Debug)]
struct Found {
    dict: Dict,
    stream: Option<Range<usize>>,
}

impl Pdf {
    /// Looks a file through.
    pub fn open(bytes: Vec<u8>) -> Result<Self, Unread> {
        if !bytes.get(..1024.min(bytes.len())).unwrap_or_default().windows(5).any(|five| five == b"%PDF-") {
            return Unread::say("This is no PDF. Scan the pile to a PDF file and choose that");
        }
        let mut pdf = Self { bytes, things: BTreeMap::new(), pages: Vec::new() };
        let trailers = pdf.look_through()?;
        if trailers.iter().chain(pdf.things.values().map(|found| &found.dict)).any(|dict| dict.contains_key("Encrypt"))
        {
            return Unread::say("This PDF is locked with a password. Scan the pile without one");
        }
        pdf.unpack();
        pdf.pages = pdf.find_pages();
        match pdf.pages.len() {
            0 => Unread::say("This PDF has no pages. Scan the pile again"),
            many if many > PAGES_MAX => Unread::say(format!(
                "This PDF has {many} pages, and {PAGES_MAX} are read at once. Scan the pile in two parts"
            )),
            _ => Ok(pdf),
        }
    }

    /// How many pages it has.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Every object with its number, in the order of the file: what comes later holds. The trailers beside.
    fn look_through(&mut self) -> Result<Vec<Dict>, Unread> {
        let (mut at, mut trailers) = (0, Vec::new());
        while let Some(next) = next_of(&self.bytes, at, b"obj") {
            trailers.extend(self.trailer(at..next));
            at = next + 3;
            let Some(id) = number_before(&self.bytes[..next]) else { continue };
            let mut parser = Parser::new(&self.bytes, at);
            let thing = parser.thing();
            let after = Parser::new(&self.bytes, parser.at).thing_at();
            at = parser.at.max(at);
            let Some(Thing::Dict(dict)) = thing else { continue };
            let stream = match after {
                Some((Thing::Word(word), end)) if word == "stream" => Some(self.stream(&dict, end)),
                _ => None,
            };
            at = stream.as_ref().map_or(at, |range| range.end.max(at));
            if self.things.len() >= THINGS_MAX {
                return Unread::say("This PDF has too many parts to be a scan. Scan the pile again");
            }
            self.things.insert(id, Found { dict, stream });
        }
        trailers.extend(self.trailer(at..self.bytes.len()));
        Ok(trailers)
    }

    fn trailer(&self, within: Range<usize>) -> Option<Dict> {
        let from = next_of(&self.bytes[..within.end], within.start, b"trailer")?;
        match Parser::new(&self.bytes, from + 7).thing() {
            Some(Thing::Dict(dict)) => Some(dict),
            _ => None,
        }
    }

    /// What stands between `stream` and `endstream`.
    fn stream(&self, dict: &Dict, after: usize) -> Range<usize> {
        let line = match self.bytes.get(after..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([b'\n' | b'\r', ..]) => 1,
            _ => 0,
        };
        let from = after + line;
        let told = dict.get("Length").and_then(Thing::number).and_then(|length| usize::try_from(length).ok());
        let end = told.and_then(|length| from.checked_add(length)).filter(|end| {
            let rest = self.bytes.get(*end..end.saturating_add(12)).unwrap_or_default();
            rest.windows(9).any(|nine| nine == b"endstream")
        });
        from..end.or_else(|| next_of(&self.bytes, from, b"endstream")).unwrap_or(self.bytes.len())
    }

    /// Objects that are packed into streams, as newer files do.
    fn unpack(&mut self) {
        let packed: Vec<u32> =
            self.things.iter().filter(|(_, found)| is(&found.dict, "Type", "ObjStm")).map(|(id, _)| *id).collect();
        let (mut out, mut left) = (Vec::new(), picture::UNPACKED_MAX);
        for id in packed {
            let Ok(text) = self.content(id, left) else { continue };
            left = left.saturating_sub(text.len());
            let of = |key: &str| {
                self.things[&id].dict.get(key).and_then(Thing::number).and_then(|n| usize::try_from(n).ok())
            };
            let (Some(count), Some(first)) = (of("N"), of("First")) else { continue };
            let mut head = Parser::new(&text, 0);
            for _ in 0..count.min(THINGS_MAX) {
                let (Some(Thing::Number(id)), Some(Thing::Number(at))) = (head.thing(), head.thing()) else { break };
                let at = usize::try_from(at).ok().and_then(|at| at.checked_add(first));
                let thing = at.and_then(|at| Parser::new(&text, at).thing());
                if let (Ok(id), Some(Thing::Dict(dict))) = (u32::try_from(id), thing) {
                    out.push((id, dict));
                }
            }
        }
        for (id, dict) in out.into_iter().take(THINGS_MAX) {
            self.things.entry(id).or_insert(Found { dict, stream: None });
        }
    }

    /// What an entry of a dictionary means, also by reference.
    fn dict_of<'a>(&'a self, dict: &'a Dict, key: &str) -> Option<&'a Dict> {
        match dict.get(key)? {
            Thing::Ref(id) => self.things.get(id).map(|found| &found.dict),
            other => other.dict(),
        }
    }

    /// The pictures of each page, in the order of the pages.
    fn find_pages(&self) -> Vec<Vec<u32>> {
        let catalog = self.things.values().rev().find(|found| is(&found.dict, "Type", "Catalog"));
        let root = catalog.and_then(|found| self.dict_of(&found.dict, "Pages"));
        let (mut out, mut seen) = (Vec::new(), BTreeSet::new());
        if let Some(root) = root {
            self.walk((root, None), &mut seen, &mut out, 0);
        }
        if out.is_empty() {
            // The tree is broken or lies where it is not read: the pages as they were written.
            let pages = self.things.values().filter(|found| is(&found.dict, "Type", "Page"));
            out = pages.map(|found| self.on_page(&found.dict, None)).collect();
        }
        out
    }

    fn walk(
        &self,
        (node, above): (&Dict, Option<&Dict>),
        seen: &mut BTreeSet<u32>,
        out: &mut Vec<Vec<u32>>,
        depth: usize,
    ) {
        if depth > DEPTH_MAX || out.len() > PAGES_MAX {
            return;
        }
        let resources = self.dict_of(node, "Resources").or(above);
        let Some(Thing::Array(kids)) = node.get("Kids") else {
            out.push(self.on_page(node, resources));
            return;
        };
        for kid in kids {
            if let Thing::Ref(id) = kid
                && seen.insert(*id)
                && let Some(found) = self.things.get(id)
            {
                self.walk((&found.dict, resources), seen, out, depth + 1);
            }
        }
    }

    fn on_page(&self, page: &Dict, above: Option<&Dict>) -> Vec<u32> {
        let mut out = Vec::new();
        if let Some(resources) = self.dict_of(page, "Resources").or(above) {
            self.drawn(resources, &mut out, 0);
        }
        out
    }

    /// The pictures something draws, also within drawings of their own.
    fn drawn(&self, resources: &Dict, out: &mut Vec<u32>, depth: usize) {
        let Some(objects) = self.dict_of(resources, "XObject").filter(|_| depth < 3) else { return };
        for id in objects.values().filter_map(|thing| if let Thing::Ref(id) = thing { Some(id) } else { None }) {
            let Some(found) = self.things.get(id).filter(|_| out.len() < ON_PAGE_MAX) else { continue };
            if is(&found.dict, "Subtype", "Image") {
                out.push(*id);
            } else if let Some(inner) = self.dict_of(&found.dict, "Resources") {
                self.drawn(inner, out, depth + 1);
            }
        }
    }
}

fn is(dict: &Dict, key: &str, name: &str) -> bool {
    dict.get(key).and_then(Thing::name) == Some(name)
}

/// The number of `12 0 obj`, from what stands before `obj`.
fn number_before(before: &[u8]) -> Option<u32> {
    let tail = &before[before.len().saturating_sub(24)..];
    let text = tail.iter().rev().take_while(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace());
    let text: Vec<u8> = text.copied().collect::<Vec<_>>().into_iter().rev().collect();
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).rev();
    let (_, id) = (words.next()?, words.next()?);
    str::from_utf8(id).ok()?.parse().ok()
}

/// Where something stands next.
fn next_of(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}
