//! What is published to sign: versions of the agreement itself, or documents with theirs.

use super::super::record::Row;
use super::super::request::named;
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::Agreement;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Missing;

/// One published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its name.
    pub name: Name,
    /// When it was published.
    pub at: Timestamp,
    /// Clause ids of its articles; `None` when nobody said.
    pub articles: Option<Vec<Name>>,
}

/// One thing to sign, with every version whose signatures count: since the last material change, current one last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The document, when it is an entry.
    pub entry: Option<EntryId>,
    /// Never empty.
    pub versions: Vec<Version>,
}

impl Paper {
    /// The version that is signed now.
    pub fn current(&self) -> &Version {
        self.versions.last().expect("a paper is made from its versions")
    }

    /// Since when its signatures are asked for: of an article, since the first version that holds it.
    pub fn asked_since(&self, article: Option<&str>) -> Timestamp {
        let holds = |version: &&Version| {
            let articles = version.articles.as_deref().unwrap_or_default();
            article.is_none_or(|article| self.entry.is_some() || articles.iter().any(|id| &**id == article))
        };
        self.versions.iter().find(holds).unwrap_or_else(|| self.current()).at
    }
}

/// Everything to sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// What is published.
    pub found: Vec<Paper>,
    /// Why there may be more, or none.
    pub missing: Vec<Missing>,
    /// Until when the list of documents counts.
    pub until: Option<Timestamp>,
    /// Each of several documents: judged document by document.
    pub each: bool,
}

/// What an agreement publishes now.
pub fn papers(ctx: Ctx<'_>, control: &CompiledControl, spec: &Agreement) -> Papers {
    let published = publications(ctx, control);
    let document = spec.document.as_ref().map(|document| document.get_ref().as_str());
    if let Some(rest) = document.and_then(|document| document.strip_prefix("each ")) {
        return each_document(ctx, control, rest.split_whitespace().next().unwrap_or_default());
    }
    let found = match document.and_then(|document| document.split_once('/')) {
        Some((register, name)) if published.is_none() => {
            let named = Row::all(ctx.world, register).find(|row| row.name() == name);
            named.and_then(document_paper)
        }
        _ => published,
    };
    match found {
        Some(paper) => Papers { found: vec![paper], ..Papers::default() },
        None => Papers { missing: vec![nothing(control)], ..Papers::default() },
    }
}

fn nothing(control: &CompiledControl) -> Missing {
    Missing::Publication { control: control.control.id.clone() }
}

fn publications(ctx: Ctx<'_>, control: &CompiledControl) -> Option<Paper> {
    let mut rows: Vec<(Timestamp, Row<'_>)> = named(ctx, "publication", "agreement", control)
        .filter_map(|row| Some((row.instant("published_at")?, row)))
        .filter(|(at, _)| *at <= ctx.world.now)
        .collect();
    rows.sort_by_key(|(at, row)| (*at, row.row));
    // Whatever is not said to be a small change asks for new signatures.
    let last_material = rows.iter().rposition(|(_, row)| row.flag("material") != Some(false)).unwrap_or(0);
    let versions: Vec<Version> = rows[last_material.min(rows.len())..]
        .iter()
        .filter_map(|(at, row)| {
            let articles = row.value("articles").map(|_| row.texts("articles"));
            Some(Version { name: Name::from(row.text("version")?), at: *at, articles })
        })
        .collect();
    (!versions.is_empty()).then_some(Paper { entry: None, versions })
}

fn document_paper(row: Row<'_>) -> Option<Paper> {
    let name = Name::from(row.text("published_version")?);
    let at = row.held_since("published_version")?;
    Some(Paper { entry: Some(row.id()), versions: vec![Version { name, at, articles: None }] })
}

fn each_document(ctx: Ctx<'_>, control: &CompiledControl, register: &str) -> Papers {
    let mut out = Papers { each: true, ..Papers::default() };
    let table = ctx.world.table_of(register);
    match table.and_then(|table| table.closed_until(ctx.world.now)) {
        Some(until) => out.until = Some(until),
        None => out.missing.push(Missing::census(&Name::from(register))),
    }
    for row in Row::all(ctx.world, register) {
        let tested = control.expr("document").map(|test| test.test(&Scene::now(ctx).of(row.register, row.row)));
        match tested.as_ref().map_or(Truth::True, |tested| tested.truth) {
            Truth::False => {}
            Truth::Unknown => out.missing.extend(tested.into_iter().flat_map(|tested| tested.missing)),
            Truth::True => match document_paper(row) {
                Some(paper) => out.found.push(paper),
                None => out.missing.push(nothing(control)),
            },
        }
    }
    out
}
