//! Files on a record: adding one or a photo, handing it out, saying something else of it, taking it off.
//!
//! Invariant: a file leaves only as a download that no browser runs; only small pictures made by us are shown.

mod change;
mod upload;

pub use change::{ask_remove, change, edit, remove, restore};
pub use upload::{add, begin};

use crate::entry::entry_of;
use crate::error::Error;
use crate::session::Signed;
use crate::{App, urls};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use schoolkeeper_app::School;
use schoolkeeper_app::attachment::{Attachment, Happened, PastFile, Shown};
use schoolkeeper_app::blob::Content;
use schoolkeeper_app::dates;
use schoolkeeper_app::entry::EntryAt;
use schoolkeeper_core::calendar::Calendar;
use uuid::Uuid;

/// School, register, entry and file of an address.
type File = (String, String, String, String);

/// No browser runs anything of it, whatever it holds.
const SANDBOX: &str = "default-src 'none'; sandbox";

/// A file as a list shows it.
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// Its download.
    pub href: String,
    /// Its small picture.
    pub small: Option<String>,
    /// What the small picture shows, for those who do not see it.
    pub alt: String,
    /// What somebody said of it.
    pub caption: Option<String>,
    /// Kind, size, who and when, how long.
    pub about: Vec<String>,
    /// Saying something else, taking it off; for those who may.
    pub acts: Vec<(String, &'static str)>,
    /// Putting it back: where, and the version that was looked at.
    pub back: Option<String>,
}

/// The files of an entry as its page shows them.
#[derive(Default)]
pub struct FileLines {
    /// What is there.
    pub there: Vec<FileLine>,
    /// What was taken off.
    pub removed: Vec<FileLine>,
    /// Adding one.
    pub add: Option<String>,
    /// Taking a photo.
    pub photo: Option<String>,
    /// What was done with them, newest first.
    pub past: Vec<String>,
}

/// The files of an entry.
pub async fn lines(app: &App, signed: &Signed, at: &EntryAt) -> Result<FileLines, Error> {
    let files = app.house.attachments(at).await?;
    let may = app.house.may_attach(&signed.actor, at).await;
    let add = urls::entry_act(&at.school.slug, &at.register.id, (at.id(), "attachment"));
    let line = |shown: &Shown| line(at, shown, may);
    Ok(FileLines {
        there: files.there.iter().map(line).collect(),
        removed: files.removed.iter().map(line).collect(),
        past: files.past.iter().map(|one| past(at, one)).collect(),
        photo: may.then(|| format!("{add}?photo=yes")),
        add: may.then_some(add),
    })
}

fn line(at: &EntryAt, shown: &Shown, may: bool) -> FileLine {
    let file = &shown.file;
    let href = |act: &str| address(at, file.id, act);
    let mut line = read_line(&at.school, shown, href);
    let field = file.field.as_ref().and_then(|name| at.register.field(name)).map(|(_, field)| field.label.clone());
    line.about.splice(..0, field);
    if let Some((who, why, until)) = &shown.removed {
        let zone = Calendar::new(at.school.division, Vec::new());
        line.about.push(format!("Taken off by {who}: {why}"));
        line.about.push(format!("Erased on {} unless it is put back", dates::long(zone.day(*until))));
    }
    let there = shown.removed.is_none();
    FileLine {
        acts: if may && there { vec![(href("/change"), "Change"), (href("/remove"), "Take off")] } else { Vec::new() },
        back: (may && !there).then(|| href("/restore")),
        ..line
    }
}

/// Files as somebody reads them who opens no list of records; `href` makes an address of a file and what is done with it.
pub(crate) fn read_lines(school: &School, files: &[Shown], href: impl Fn(&str) -> String) -> FileLines {
    let line = |shown: &Shown| read_line(school, shown, |act| href(&format!("{}{act}", shown.file.id)));
    FileLines { there: files.iter().map(line).collect(), ..FileLines::default() }
}

/// A file as somebody reads it who changes nothing of it; its addresses are given by what they do.
fn read_line(school: &School, shown: &Shown, href: impl Fn(&str) -> String) -> FileLine {
    let (file, there) = (&shown.file, shown.removed.is_none());
    let zone = Calendar::new(school.division, Vec::new());
    let mut about = vec![
        format!("{}, {}", file.kind.title(), size(file.size)),
        format!("Added by {}, {}", shown.added_by, dates::moment(file.added_at, zone.zone())),
    ];
    let until = file.keep_until.filter(|_| there);
    about.extend(until.map(|until| format!("Kept until {}", dates::long(until))));
    FileLine {
        name: file.name.clone(),
        href: href(""),
        small: file.small.filter(|_| there).map(|_| href("/small")),
        alt: if file.caption.is_empty() { file.name.clone() } else { file.caption.clone() },
        caption: Some(file.caption.clone()).filter(|caption| !caption.is_empty()),
        about,
        acts: Vec::new(),
        back: None,
    }
}

fn past(at: &EntryAt, one: &PastFile) -> String {
    let zone = Calendar::new(at.school.division, Vec::new());
    let name = one.name.as_deref().unwrap_or("A file that was erased");
    let why = one.why.as_ref().map(|why| format!(" Why: {why}")).unwrap_or_default();
    let when = dates::moment(one.at, zone.zone());
    format!("{name}: {} by {}, {when}.{why}", words(one.happened), one.who)
}

fn words(happened: Happened) -> &'static str {
    match happened {
        Happened::Added => "added",
        Happened::Changed => "changed",
        Happened::Removed => "taken off",
        Happened::Restored => "put back",
        Happened::Erased => "erased",
    }
}

/// "240 kB", "3.1 MB".
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

fn address(at: &EntryAt, file: Uuid, act: &str) -> String {
    urls::entry_act(&at.school.slug, &at.register.id, (at.id(), &format!("attachment/{file}{act}")))
}

/// The file an address names, for somebody who may see its record.
async fn file_of(app: &App, signed: &Signed, file: &File) -> Result<(EntryAt, Attachment), Error> {
    let (school, register, entry, file) = file.clone();
    let at = entry_of(app, signed, &(school, register, entry)).await?;
    let id = Uuid::parse_str(&file).map_err(|_| Error::Missing)?;
    let found = app.house.attachment(&at, id).await?;
    Ok((at, found))
}

/// GET /school/{school}/records/{register}/{entry}/attachment/{attachment}
pub async fn download(State(app): State<App>, signed: Signed, Path(file): Path<File>) -> Result<Response, Error> {
    let (_, file) = file_of(&app, &signed, &file).await?;
    Ok(handed_out(&file, app.house.attachment_content(&file, false).await?))
}

/// GET /school/{school}/records/{register}/{entry}/attachment/{attachment}/small
pub async fn small(State(app): State<App>, signed: Signed, Path(file): Path<File>) -> Result<Response, Error> {
    let (_, file) = file_of(&app, &signed, &file).await?;
    Ok(shown_small(app.house.attachment_content(&file, true).await?))
}

/// A small picture: it never changes under its address, and stays with whoever may see it.
pub(crate) fn shown_small(content: Content<'static>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
    ];
    (headers, Body::from_stream(content.map_ok(axum::body::Bytes::from))).into_response()
}

/// A file as a download.
pub(crate) fn handed_out(file: &Attachment, content: Content<'static>) -> Response {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' };
    let ascii: String = file.name.chars().map(plain).collect();
    let name = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", urls::escape(&file.name));
    let headers = [
        (header::CONTENT_TYPE, file.kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
    ];
    (headers, Body::from_stream(content.map_ok(axum::body::Bytes::from))).into_response()
}
