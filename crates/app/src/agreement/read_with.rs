//! What is opened before something is signed: documents on record, the files that hang on them, policies with a page.
//!
//! Invariant: whoever is asked to sign gets the files of what is to be read with it, and no others.

use super::{Place, Text, ToSign};
use crate::act::Before;
use crate::blob::Content;
use crate::life::same;
use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::attachment::{AttachedTo, Attachment};
use uuid::Uuid;

/// The register of documents.
const DOCUMENT: &str = "policy-document";

/// A document to be opened before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadWith {
    /// What stands for it in the form.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Where it is found.
    pub found_at: Option<String>,
    /// Its record, where there is one.
    pub(super) entry: Option<EntryId>,
    /// The policy in force it is.
    pub policy: Option<Name>,
}

/// How a document can be read here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readable {
    /// Its files, oldest first.
    pub files: Vec<Attachment>,
    /// Anybody may read it: it is a policy with a public page.
    pub published: bool,
}

impl House {
    /// How one of the documents somebody is to open can be read.
    pub async fn readable(&self, shown: &ToSign, document: &ReadWith) -> Result<Readable, Error> {
        let (system, read) = (Scope::system("read with"), self.read().await?);
        let published = match &document.policy {
            Some(pack) => read.policy_page(&system, shown.school.id, pack).await?.is_some(),
            None => false,
        };
        let Some(entry) = document.entry else { return Ok(Readable { files: Vec::new(), published }) };
        // Documents of a trust are kept at its office.
        let Some(kept) = read.entry(&system, entry).await? else { return Err(Error::Missing) };
        let to = AttachedTo { school: kept.school, register: DOCUMENT, owner: entry.0 };
        let mut files = read.attachments(&system, to).await?;
        files.retain(|file| file.removed_at.is_none() && file.erased_at.is_none());
        Ok(Readable { files, published })
    }

    /// A file of a document somebody is to open; missing when it is none of them.
    pub async fn read_with_file(
        &self,
        shown: &ToSign,
        (document, file): (&str, Uuid),
    ) -> Result<(Attachment, Content<'static>), Error> {
        let document = shown.documents.iter().find(|one| one.key == document).ok_or(Error::Missing)?;
        let files = self.readable(shown, document).await?.files;
        let file = files.into_iter().find(|one| one.id == file).ok_or(Error::Missing)?;
        let content = self.attachment_content(&file, false).await?;
        Ok((file, content))
    }
}

/// What is opened before a text is signed, each once.
pub(super) fn documents_of(before: &Before, place: &Place<'_>, text: &Text) -> Vec<ReadWith> {
    let world = place.ctx.world;
    let policy = |name: &str| {
        let named = before.policies().find(|(policy, _)| same(&policy.live.pack.head.title, name));
        named.map(|(policy, _)| policy.id().clone())
    };
    let of_row = |row: Row<'_>| ReadWith {
        key: row.id().to_string(),
        policy: policy(&row.name()),
        name: row.name(),
        version: row.text("published_version").map(str::to_owned),
        found_at: row.text("location").map(str::to_owned),
        entry: Some(row.id()),
    };
    let papers = engine::papers(place.ctx, place.control, place.spec).found;
    let mut out: Vec<ReadWith> =
        papers.iter().filter_map(|paper| paper.entry.and_then(|id| Row::of(world, id)).map(of_row)).collect();
    for (at, name) in text.read_with.iter().enumerate() {
        let known = Row::all(world, DOCUMENT).find(|row| same(&row.name(), name)).map(of_row);
        let plain = || ReadWith {
            key: format!("{}-{at}", place.id()),
            name: name.clone(),
            version: None,
            found_at: None,
            entry: None,
            policy: policy(name),
        };
        out.push(known.unwrap_or_else(plain));
    }
    out
}
