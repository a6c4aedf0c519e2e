//! What a stranger's message says, within limits: who, about what, in plain text, with which files.
//!
//! Invariant: pure but for its thread; a message that cannot be read still gives a letter that says so.

use crate::mail::message::mail_named_in;
use crate::mail::smtp::bounded;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use schoolkeeper_store::report::ReportFile;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use uuid::Uuid;

/// Longest text that is kept, in characters.
const TEXT_MAX: usize = 20_000;
/// Longest subject, sender or file name, in characters.
const LINE_MAX: usize = 200;
/// Most files of one message.
const FILES_MAX: usize = 10;
/// Most bytes of one file, and of all files of a message.
const FILE_MAX: usize = 2 * 1024 * 1024;
const ALL_FILES_MAX: usize = 5 * 1024 * 1024;
/// Headers that say a program wrote this. A program's mail is no report, and must never be answered.
const AUTOMATIC: [&str; 4] = ["X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Loop"];

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Somebody reports something.
    Report,
    /// A mail of ours came back.
    CameBack {
        /// Which.
        mail: Uuid,
        /// Why, as the other server says.
        why: String,
    },
    /// A program answered or told us something else.
    Automatic,
}

/// A message within limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) sort: Sort,
    pub(super) key: String,
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) cut: bool,
    pub(super) files: Vec<(ReportFile, Option<Vec<u8>>)>,
}

/// Reads a message on a thread of its own, so that a hostile one stops nobody. `cut`: only its beginning is here.
pub(super) async fn read(bytes: Vec<u8>, cut: bool) -> Letter {
    let key = hash(&bytes);
    let read = tokio::task::spawn_blocking(move || parse(&bytes, cut)).await;
    read.unwrap_or_else(|_| Letter { cut: true, ..unreadable(key) })
}

/// A message within limits.
pub(super) fn parse(bytes: &[u8], cut: bool) -> Letter {
    let Some(message) = MessageParser::default().parse(bytes) else { return unreadable(hash(bytes)) };
    let (text, long) = text(&message);
    Letter {
        sort: sort(&message, bytes),
        key: message.message_id().map_or_else(|| hash(bytes), |id| hash(id.as_bytes())),
        sender: sender(&message),
        subject: line(message.subject().unwrap_or("(no subject)")),
        text,
        cut: cut || long,
        files: files(&message, cut),
    }
}

fn unreadable(key: String) -> Letter {
    Letter {
        sort: Sort::Report,
        key,
        sender: "(unknown)".to_owned(),
        subject: "(a message that cannot be read)".to_owned(),
        text: "Open it in the mailbox itself.".to_owned(),
        cut: false,
        files: Vec::new(),
    }
}

fn sort(message: &Message<'_>, bytes: &[u8]) -> Sort {
    let kind = message.content_type();
    let is_report = kind.is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report"));
    let from = sender(message).to_lowercase();
    let from_server = ["mailer-daemon", "postmaster@"].iter().any(|name| from.contains(name));
    if is_report || from_server {
        return came_back(bytes).unwrap_or(Sort::Automatic);
    }
    let header = |name: &str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let submitted = header("Auto-Submitted").is_some_and(|value| !value.starts_with("no"));
    let bulk = header("Precedence").is_some_and(|value| ["bulk", "auto_reply", "list", "junk"].contains(&&*value));
    if submitted || bulk || AUTOMATIC.iter().any(|name| message.header_raw(*name).is_some()) {
        return Sort::Automatic;
    }
    Sort::Report
}

/// A delivery report on one of our mails that says *failed*; a delay is none.
fn came_back(bytes: &[u8]) -> Option<Sort> {
    let text = String::from_utf8_lossy(bytes);
    let field = |name: &str| {
        let found = text.lines().find(|line| line.to_ascii_lowercase().starts_with(name))?;
        found.get(name.len()..).map(|value| bounded(value.trim()))
    };
    let mail = mail_named_in(&text)?;
    let failed = field("action:").is_none_or(|action| action.eq_ignore_ascii_case("failed"));
    let why = field("diagnostic-code:").or_else(|| field("status:")).unwrap_or_else(|| "no reason given".to_owned());
    failed.then(|| Sort::CameBack { mail, why: format!("It came back: {why}") })
}

fn sender(message: &Message<'_>) -> String {
    let first = message.from().and_then(|from| from.first());
    let address = first.and_then(|from| from.address()).unwrap_or("(no address)");
    match first.and_then(|from| from.name()) {
        Some(name) => line(&format!("{name} <{address}>")),
        None => line(address),
    }
}

/// Every text part as plain text, and whether there was more.
fn text(message: &Message<'_>) -> (String, bool) {
    let mut out = String::new();
    let mut long = false;
    for part in 0..message.text_body_count().min(20) {
        let Some(body) = message.body_text(part) else { continue };
        let room = TEXT_MAX.saturating_sub(out.chars().count());
        long |= body.chars().count() > room;
        let plain = body.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c });
        let _ = write!(out, "{}", plain.take(room).collect::<String>());
    }
    (out.trim().to_owned(), long)
}

fn files(message: &Message<'_>, cut: bool) -> Vec<(ReportFile, Option<Vec<u8>>)> {
    let mut out = Vec::new();
    let mut room = ALL_FILES_MAX;
    for (at, part) in message.attachments().enumerate().take(FILES_MAX * 10) {
        let content = part.contents();
        let name = line(part.attachment_name().unwrap_or("(no name)"));
        let media_type = part.content_type().map_or_else(String::new, |kind| {
            let sub = kind.subtype().unwrap_or_default();
            line(&format!("{}/{sub}", kind.ctype()))
        });
        let refused = match &part.body {
            _ if cut => Some("the message is too big, so its files were left in the mailbox"),
            _ if at >= FILES_MAX => Some("there are more than 10 files"),
            PartType::Message(_) => Some("a message inside the message is left in the mailbox"),
            _ if content.len() > FILE_MAX => Some("it is bigger than 2 MB"),
            _ if content.len() > room => Some("the files together are bigger than 5 MB"),
            _ => None,
        };
        let kept = refused.is_none().then(|| content.to_vec());
        room -= kept.as_ref().map_or(0, Vec::len);
        let file = ReportFile {
            number: at as i64 + 1,
            name,
            media_type,
            size: content.len() as i64,
            sealed: None,
            refused: refused.map(str::to_owned),
        };
        out.push((file, kept));
    }
    out
}

/// One line without what turns text around or hides it.
fn line(text: &str) -> String {
    let clean = |c: char| {
        let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
        if c.is_control() || turns { ' ' } else { c }
    };
    text.chars().take(LINE_MAX).map(clean).collect::<String>().trim().to_owned()
}

fn hash(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod letter_tests;
