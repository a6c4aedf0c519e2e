//! The policy as a PDF, with the words of its page: for whoever signed in, and for anybody where it is published.

use super::page::{facts as public_facts, robots};
use super::reading::{Part, Text, about, parts};
use crate::api::rate::{READER, take_from};
use crate::serve::Caller;
use crate::session::Signed;
use crate::{App, download, error::Error};
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use jiff::civil::Date;
use schoolkeeper_app::policy_page::Public;
use schoolkeeper_app::typeset::{Block, Document};
use schoolkeeper_app::{Standpoint, dates};

const PDF: &str = "application/pdf";

/// GET /school/{school}/policy/{pack}/policy.pdf
pub async fn pdf(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let today = at.calendar.day(app.house.now());
    let facts = vec![("About".to_owned(), about(&at).join(" "))];
    let made = app.house.typeset(&document(&at, (today, facts), Some("not set yet"))).await?;
    Ok(download::file(&format!("{pack}-{school}.pdf"), PDF, made))
}

/// GET /published/{school}/{pack}/policy.pdf
pub async fn public_pdf(
    State(app): State<App>,
    caller: Caller,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    if let Some(wait) = take_from(caller.address, READER) {
        return Ok(wait);
    }
    let public = app.house.public_policy(&school, &pack).await?;
    if !app.house.sets_pages() {
        return Err(Error::Missing);
    }
    let made = app.house.public_pdf(&public, || public_document(&public)).await?;
    let mut response = download::file(&format!("{pack}-{school}.pdf"), PDF, made.to_vec());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(super::page::CACHED));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static(robots(&public)));
    Ok(response)
}

fn public_document(public: &Public) -> Document {
    let facts = public_facts(public).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    document(&public.at, (public.day(), facts), None)
}

/// The whole policy; a number that is not set says `blank`, or nothing.
fn document(at: &Standpoint, (day, facts): (Date, Vec<(String, String)>), blank: Option<&str>) -> Document {
    let policy = &at.pack.pack;
    let heading = |text: &str| Block::Heading { text: text.to_owned() };
    let mut blocks: Vec<Block> = parts(at).into_iter().flat_map(|part| chapter(part, blank)).collect();
    if !policy.terms.is_empty() {
        let pairs = policy.terms.iter().map(|term| (term.word.clone(), term.means.clone())).collect();
        blocks.extend([heading("Words"), Block::Words { pairs }]);
    }
    let laws: Vec<String> = policy.laws.iter().map(|law| law.title.clone()).collect();
    let companions: Vec<String> = policy.companions.iter().map(|other| other.title.clone()).collect();
    for (title, lines) in [("Laws", laws), ("Documents", companions)] {
        if !lines.is_empty() {
            blocks.extend([heading(title), Block::List { lines }]);
        }
    }
    Document {
        title: policy.head.title.clone(),
        from: at.school.title.clone(),
        lang: "en",
        day,
        foot: format!("{}, {}. As of {}", policy.head.title, at.school.title, dates::long(day)),
        facts,
        contents: Some("Contents".to_owned()),
        blocks,
    }
}

fn chapter(part: Part, blank: Option<&str>) -> Vec<Block> {
    let points = part.texts.into_iter().map(|text| point(text, blank));
    std::iter::once(Block::Heading { text: part.title }).chain(points).collect()
}

fn point(text: Text, blank: Option<&str>) -> Block {
    let numbers = text.numbers.into_iter().filter_map(|number| {
        let value = number.value.or_else(|| blank.map(str::to_owned))?;
        let colon = if number.asks.ends_with('?') { "" } else { ":" };
        Some(format!("{}{colon} {value}", number.asks))
    });
    let meta = (!text.meta.is_empty()).then_some(text.meta);
    Block::Point {
        number: text.id,
        text: text.pieces.into_iter().map(|piece| piece.text).collect(),
        below: meta.into_iter().chain(numbers).collect(),
    }
}
