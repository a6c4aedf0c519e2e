//! What stays of a signature: the text as it was signed, sealed, with its receipt in the history.
//!
//! Invariant: a copy is sealed before and named with the signature, once and never again from something newer; its checksum is in the ledger, so whoever holds
//! the copy can show that it is the one that was signed.

use super::wording::system;
use super::{Point, ToSign, place, places};
use crate::attachment::collect;
use crate::mine::Mine;
use crate::{Error, House, dates};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::clock;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::ledger::Detail;
use schoolkeeper_store::said::SaidPage;
use std::fmt::Write as _;

/// The kind of record copies hang on.
pub(super) const SIGNATURE: &str = "signature";

/// A receipt as people read it: the beginning of the checksum of the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt(pub String);

impl Receipt {
    /// `7F3K-92QD` from a checksum in hexadecimal.
    pub(super) fn of(sha256: &str) -> String {
        let short = sha256.get(..8).unwrap_or_default().to_uppercase();
        short.split_at_checked(4).map_or(short.clone(), |(one, two)| format!("{one}-{two}"))
    }
}

/// The sealed copy of a signature.
#[derive(Clone, Debug)]
pub struct SignedCopy {
    /// Where it was signed.
    pub school: School,
    /// The page that is sealed.
    pub html: Vec<u8>,
}

/// One signature as its giver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MySignature {
    /// The signature.
    pub id: EntryId,
    /// What was signed.
    pub title: String,
    /// Which version.
    pub version: String,
    /// When.
    pub at: Timestamp,
    /// In which way, in words.
    pub way: String,
    /// For what, where there is one signature an entry.
    pub about: Option<String>,
    /// Until when it counts, while it counts.
    pub until: Option<Date>,
    /// It counts today.
    pub counts: bool,
    /// A sealed copy is kept of it; none of a signature a list told of.
    pub kept: bool,
}

impl House {
    /// Everything somebody has signed at a school, newest first.
    pub async fn my_signatures(&self, actor: &Actor, school: &School) -> Result<Vec<MySignature>, Error> {
        self.scope_at(actor, "agreement.sign", school).await?;
        let before = self.before(actor, school).await?;
        let (world, Some(me)) = (before.world(), before.person()) else { return Ok(Vec::new()) };
        let places = places(&before);
        let mine = Row::all(world, SIGNATURE).filter(|row| row.one("person") == actor.person);
        let mut out: Vec<MySignature> = mine
            .filter_map(|row| {
                let of = places
                    .iter()
                    .find(|place| crate::under::belongs(row, &place.ctx.pack.pack, &place.control.control));
                let lines = of.map_or_else(Vec::new, |place| engine::roll(place.ctx, place.control, place.spec));
                let at = row.instant("signed_at")?;
                let counts = lines.iter().find(|line| line.signer.person == me && line.signed.at == Some(at));
                Some(MySignature {
                    id: row.id(),
                    title: of.map_or_else(|| row.text("agreement").unwrap_or_default().to_owned(), super::Place::title),
                    version: row.text("version").unwrap_or_default().to_owned(),
                    at,
                    way: way_words(row.text("way").unwrap_or_default()).to_owned(),
                    about: row.one("entry").and_then(|id| Row::of(world, id)).map(Row::name),
                    until: counts
                        .and_then(|line| line.signed.ends)
                        .zip(of)
                        .map(|(ends, of)| clock::last_day(of.ctx, ends)),
                    counts: counts.is_some(),
                    kept: false,
                })
            })
            .collect();
        let ids: Vec<_> = out.iter().map(|signature| signature.id.0).collect();
        let kept = self.read().await?.with_blobs(&system(), school.id, (SIGNATURE, &ids)).await?;
        for signature in &mut out {
            signature.kept = kept.contains(&signature.id.0);
        }
        out.sort_by_key(|signature| std::cmp::Reverse(signature.at));
        Ok(out)
    }

    /// What somebody has still to sign at a school.
    pub async fn my_open_signatures(&self, actor: &Actor, school: &School) -> Result<Vec<Mine>, Error> {
        self.scope_at(actor, "agreement.sign", school).await?;
        Ok(crate::mine::sign::of(&self.before(actor, school).await?, school, None))
    }

    /// The sealed copy of a signature, for its giver and for those who see who has signed.
    pub async fn signature_copy(
        &self,
        actor: &Actor,
        school: &School,
        signature: EntryId,
    ) -> Result<SignedCopy, Error> {
        let blob = self.copy_of(actor, school, signature).await?;
        let html = collect(self.content(&blob).await?, blob.size).await?;
        Ok(SignedCopy { school: school.clone(), html })
    }

    /// The receipt of a signature: the proof in the history that this copy was kept then.
    pub async fn signature_receipt(&self, actor: &Actor, school: &School, signature: EntryId) -> Result<String, Error> {
        let blob = self.copy_of(actor, school, signature).await?;
        if self.can_write() {
            self.sequence_once().await?;
        }
        let operator = Actor::operator(school.organisation);
        let page = SaidPage {
            school: Some(school.id),
            from: Some(blob.created_at),
            to: Some(blob.created_at + SignedDuration::from_micros(1)),
            limit: 100,
            ..SaidPage::default()
        };
        let scope = Self::scope(&operator, "proof.see")?;
        let lines = self.read().await?.said(&scope, &page).await?;
        let about = Detail::Id(blob.id);
        let line = lines.iter().find(|line| line.details.values().any(|detail| *detail == about));
        self.receipt(&operator, line.ok_or(Error::Missing)?.index).await
    }

    async fn copy_of(&self, actor: &Actor, school: &School, signature: EntryId) -> Result<Blob, Error> {
        let read = self.read().await?;
        let entry = read.entry(&system(), signature).await?.filter(|entry| &*entry.register == SIGNATURE);
        let entry = entry.filter(|entry| entry.school == school.id).ok_or(Error::Missing)?;
        let person = entry.facts.get("person").and_then(|fact| fact.value.as_ref_id());
        let own = person.is_some() && person == actor.person;
        let act = if own { "agreement.sign" } else { "finding.see" };
        self.scope_at(actor, act, school).await?;
        let blobs = read.blobs_of(&system(), school.id, (SIGNATURE, signature.0)).await?;
        blobs.into_iter().find(|blob| blob.erased_at.is_none()).ok_or(Error::Missing)
    }

    /// What is kept of a signature that is about to be given.
    pub(super) async fn copy_text(&self, shown: &ToSign, (at, way): (Timestamp, &str)) -> Result<String, Error> {
        let calendar = crate::calendar::calendar_of(&self.read().await?, &system(), &shown.school).await?;
        let when = dates::moment(at, calendar.zone());
        Ok(html(shown, (&when, way_words(way))))
    }

    /// The text of a version, to be read by whoever may see who has signed.
    pub async fn agreement_text(
        &self,
        actor: &Actor,
        school: &School,
        (which, version): ((&str, &str), &str),
    ) -> Result<super::Text, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        super::text::text(&place(&before, which)?, version).ok_or(Error::Missing)
    }
}

/// A way of signing in words.
pub(super) fn way_words(way: &str) -> &'static str {
    match way {
        "browser" => "signed in, in the browser",
        "link" => "by one-time link",
        "kiosk" => "at reception",
        "paper" => "on paper",
        _ => "as a list says",
    }
}

/// A page that prints by itself and needs nothing else.
fn html(shown: &ToSign, (when, way): (&str, &str)) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">");
    let title = escape(&shown.title);
    let _ = write!(out, "<title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n");
    let (name, school) = (escape(&shown.name), escape(&shown.school.title));
    let _ = writeln!(out, "<p>Signed by <strong>{name}</strong> on {} for {school}, {way}.</p>", escape(when));
    if let Some((_, about)) = &shown.entry {
        let _ = writeln!(out, "<p>Signed for: {}</p>", escape(about));
    }
    for part in &shown.parts {
        let _ = writeln!(out, "<h2>{}, version {}</h2>", escape(&part.title), escape(&part.text.version));
        if let Some(approved) = &part.text.approved {
            let _ = writeln!(out, "<p>Approved by {}.</p>", escape(approved));
        }
        for line in part.text.summary.lines().filter(|line| !line.trim().is_empty()) {
            let _ = writeln!(out, "<p>{}</p>", escape(line));
        }
        let _ = writeln!(out, "<ol>");
        part.text.points.iter().chain(&part.rest).for_each(|point| article(&mut out, point));
        let _ = writeln!(out, "</ol>");
    }
    if !shown.documents.is_empty() {
        let _ = writeln!(out, "<h2>Opened before</h2>\n<ul>");
        for document in &shown.documents {
            let version = document.version.as_ref().map_or_else(String::new, |version| format!(", version {version}"));
            let _ = writeln!(out, "<li>{}{}</li>", escape(&document.name), escape(&version));
        }
        let _ = writeln!(out, "</ul>");
    }
    let _ = writeln!(out, "<p><strong>{}</strong></p>\n</body></html>", escape(shown.statement()));
    out
}

fn article(out: &mut String, point: &Point) {
    let other = point.other.as_ref().map_or_else(String::new, |other| format!("<br><em>{}</em>", escape(other)));
    let _ = writeln!(out, "<li>{}{other} <small>({})</small></li>", escape(&point.words), escape(&point.clause));
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
