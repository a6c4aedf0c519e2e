//! Which signatures count, and for how long.

use super::super::clock;
use super::super::record::Row;
use super::super::request::named;
use super::bound_articles;
use super::paper::Paper;
use crate::compiled::CompiledControl;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::Agreement;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Missing;
use std::collections::BTreeMap;

/// All signatures of an agreement, by person.
pub struct Signatures<'w> {
    by_person: BTreeMap<EntryId, Vec<Row<'w>>>,
    checked: bool,
}

/// What a signature is wanted for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What is signed.
    pub paper: &'a Paper,
    /// Whose.
    pub person: EntryId,
    /// The entry signed for, with `per`.
    pub entry: Option<EntryId>,
    /// The article the version must hold.
    pub article: Option<&'a str>,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// When the signature that counts was given.
    pub at: Option<Timestamp>,
    /// When it, or the last one that no longer counts, is to be renewed.
    pub ends: Option<Timestamp>,
}

impl<'w> Signatures<'w> {
    /// Reads them all.
    pub fn read(ctx: Ctx<'w>, control: &CompiledControl, spec: &Agreement) -> Self {
        Self::read_if(ctx, (control, spec), |_| true)
    }

    /// Reads those of one person.
    pub fn of(ctx: Ctx<'w>, control: &CompiledControl, spec: &Agreement, person: EntryId) -> Self {
        Self::read_if(ctx, (control, spec), |signer| signer == person)
    }

    fn read_if(
        ctx: Ctx<'w>,
        (control, spec): (&CompiledControl, &Agreement),
        wanted: impl Fn(EntryId) -> bool,
    ) -> Self {
        let mut by_person: BTreeMap<EntryId, Vec<Row<'w>>> = BTreeMap::new();
        for row in named(ctx, "signature", "agreement", control) {
            if let Some(person) = row.one("person").filter(|person| wanted(*person)) {
                by_person.entry(person).or_default().push(row);
            }
        }
        Self { by_person, checked: spec.questions.is_some() || bound_articles(ctx, control).1 }
    }

    /// The signature that counts longest. `Err` when nobody can say how long one counts.
    pub fn find(&self, ctx: Ctx<'w>, spec: &Agreement, wanted: Wanted<'_>) -> Result<Signed, Missing> {
        let mut out = Signed::default();
        let rows = self.by_person.get(&wanted.person).map_or(&[][..], Vec::as_slice);
        for row in rows.iter().filter(|row| self.fits(spec, **row, wanted)) {
            let Some(at) = row.instant("signed_at").filter(|at| *at <= ctx.world.now) else { continue };
            let Some(every) = spec.again.as_ref().and_then(|again| again.every) else {
                return Ok(Signed { at: Some(at), ends: None });
            };
            let ends = clock::after(ctx, every.0, at)?;
            out.ends = out.ends.max(Some(ends));
            if ends > ctx.world.now {
                out.at = out.at.max(Some(at));
            }
        }
        Ok(out)
    }

    fn fits(&self, spec: &Agreement, row: Row<'_>, wanted: Wanted<'_>) -> bool {
        let passed = row.flag("passed");
        let way =
            row.text("way").is_none_or(|way| spec.sign.is_empty() || spec.sign.iter().any(|known| &**known == way));
        let entry = match (spec.per.is_some(), wanted.paper.entry) {
            (true, _) => row.one("entry").is_some() && row.one("entry") == wanted.entry,
            (false, Some(document)) => row.one("entry").is_none_or(|entry| entry == document),
            (false, None) => true,
        };
        passed != Some(false)
            && (passed == Some(true) || !self.checked)
            && way
            && entry
            && version_fits(row, wanted.paper)
            && wanted.article.is_none_or(|article| holds(row, wanted.paper, article))
    }
}

/// A signature without a version counts for what was published when it was given.
fn version_fits(row: Row<'_>, paper: &Paper) -> bool {
    match row.text("version") {
        Some(version) => paper.versions.iter().any(|known| &*known.name == version),
        None => row.instant("signed_at") >= paper.versions.first().map(|version| version.at),
    }
}

fn holds(row: Row<'_>, paper: &Paper, article: &str) -> bool {
    let said: Vec<Name> = row.texts("articles");
    let of_version = |version: &&super::paper::Version| match row.text("version") {
        Some(name) => &*version.name == name,
        None => row.instant("signed_at") >= Some(version.at),
    };
    let version = paper.versions.iter().rev().find(of_version);
    let articles = version.and_then(|version| version.articles.as_deref()).unwrap_or_default();
    said.iter().chain(articles).any(|id| &**id == article)
}
