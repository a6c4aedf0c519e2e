//! Files that hang on records: which kinds are taken. Pure.
//!
//! Invariant: what a file is follows from its content; its name only tells plain texts apart and is mended to fit.

use serde::{Deserialize, Serialize};

/// So many bytes from the start are enough to tell a kind.
pub const HEAD_BYTES: usize = 4096;
/// Longest name, in characters.
const NAME_MAX: usize = 120;

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// A photo.
    Jpeg,
    /// A picture without loss.
    Png,
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// OpenDocument text.
    Odt,
    /// Plain text.
    Text,
    /// A table as plain text.
    Csv,
    /// A saved e-mail.
    Mail,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It holds nothing.
    Empty,
    /// A picture as iPhones take them.
    Heic,
    /// It can run programs.
    Macros,
    /// Another kind.
    Other,
    /// A picture that cannot be read.
    Broken,
    /// A picture with more dots than are taken.
    Huge,
}

/// What the start of a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Its kind.
    Kind(FileKind),
    /// A zip file: what lies in it tells, see [`office`].
    Zip,
}

impl FileKind {
    /// All.
    pub const ALL: [Self; 9] =
        [Self::Pdf, Self::Jpeg, Self::Png, Self::Docx, Self::Xlsx, Self::Odt, Self::Text, Self::Csv, Self::Mail];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "Photo",
            Self::Png => "Picture",
            Self::Docx => "Word document",
            Self::Xlsx => "Excel workbook",
            Self::Odt => "OpenDocument text",
            Self::Text => "Text",
            Self::Csv => "Table (CSV)",
            Self::Mail => "E-mail",
        }
    }

    /// How its name ends; the first one is given to a name that ends otherwise.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Odt => &["odt"],
            Self::Text => &["txt", "log", "md"],
            Self::Csv => &["csv"],
            Self::Mail => &["eml"],
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
            Self::Mail => "message/rfc822",
        }
    }

    /// Whether it is a picture, which is made anew before it is kept.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }

    /// Whether it is plain text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Csv | Self::Mail)
    }
}

impl Unfit {
    /// What, why and what to do.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "The file is empty. Choose another one",
            Self::Heic => {
                "This is a HEIC picture, which other people often cannot open. On an iPhone or iPad choose Settings, Camera, Formats, “Most Compatible” and take it again, or save it as JPEG"
            }
            Self::Macros => "This document holds macros, which are small programs. Save it without them, or as PDF",
            Self::Other => {
                "This kind of file is not taken. Use PDF, JPEG, PNG, Word (.docx), Excel (.xlsx), OpenDocument text (.odt), plain text, CSV or a saved e-mail (.eml)"
            }
            Self::Broken => "The picture cannot be read. Open it on your device and save it again, or take a new one",
            Self::Huge => "The picture has more than 50 million dots. Save it smaller",
        }
    }
}

/// Tells the kind from the first [`HEAD_BYTES`] bytes; the name only tells plain texts apart.
pub fn seen(head: &[u8], name: &str) -> Result<Seen, Unfit> {
    let starts = |mark: &[u8]| head.starts_with(mark);
    if head.is_empty() {
        return Err(Unfit::Empty);
    }
    if head[..head.len().min(1024)].windows(5).any(|bytes| bytes == b"%PDF-") {
        return Ok(Seen::Kind(FileKind::Pdf));
    }
    if starts(&[0xff, 0xd8, 0xff]) {
        return Ok(Seen::Kind(FileKind::Jpeg));
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return Ok(Seen::Kind(FileKind::Png));
    }
    if starts(b"PK\x03\x04") {
        return Ok(Seen::Zip);
    }
    if is_heic(head) {
        return Err(Unfit::Heic);
    }
    text(head, name).map(Seen::Kind).ok_or(Unfit::Other)
}

/// Tells an office document from the names of what lies in it and the text of its entry `mimetype`.
pub fn office<'a>(names: impl IntoIterator<Item = &'a str>, mimetype: Option<&str>) -> Result<FileKind, Unfit> {
    if let Some(kind) = mimetype {
        let odt = kind.trim() == FileKind::Odt.media_type();
        return if odt { Ok(FileKind::Odt) } else { Err(Unfit::Other) };
    }
    let (mut typed, mut kind) = (false, None);
    for name in names {
        if name.to_ascii_lowercase().ends_with("vbaproject.bin") {
            return Err(Unfit::Macros);
        }
        typed |= name == "[Content_Types].xml";
        match name {
            "word/document.xml" => kind = Some(FileKind::Docx),
            "xl/workbook.xml" => kind = Some(FileKind::Xlsx),
            _ => {}
        }
    }
    kind.filter(|_| typed).ok_or(Unfit::Other)
}

/// Whether bytes are such that plain text may hold them.
pub fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
}

/// A name without folders and what no name holds, ending as its kind does.
pub fn file_name(name: &str, kind: FileKind) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
    };
    let clean: String = last.chars().filter(|c| !hides(*c)).collect();
    let clean = clean.trim().trim_matches('.');
    let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, ""));
    let known = kind.endings().iter().find(|known| ending.eq_ignore_ascii_case(known));
    let (stem, ending) = known.map_or((clean, kind.endings()[0]), |_| (stem, ending));
    let stem: String = stem.chars().take(NAME_MAX - ending.len() - 1).collect();
    let stem = stem.trim();
    if stem.is_empty() { format!("file.{ending}") } else { format!("{stem}.{ending}") }
}

/// An ISO media file of one of the brands HEIC and AVIF pictures have.
fn is_heic(head: &[u8]) -> bool {
    let brands: [&[u8]; 9] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"];
    head.get(4..8) == Some(b"ftyp") && head.get(8..12).is_some_and(|brand| brands.contains(&brand))
}

fn text(head: &[u8], name: &str) -> Option<FileKind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !is_plain(head) {
        return None;
    }
    let lower = String::from_utf8_lossy(head).to_lowercase();
    let start = lower.trim_start();
    // What a browser or an office program would take for more than text.
    if ["<", "{\\rtf", "#!", "mz"].iter().any(|mark| start.starts_with(mark)) {
        return None;
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let header = |line: &str| {
        line.split_once(':').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    match ending.as_str() {
        "csv" => Some(FileKind::Csv),
        "eml" if start.lines().next().is_some_and(header) => Some(FileKind::Mail),
        _ => Some(FileKind::Text),
    }
}

#[cfg(test)]
#[path = "attachment_tests.rs"]
mod attachment_tests;
