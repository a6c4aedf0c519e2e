//! The files of a record as pages show them: what is there, what was taken off, what was done with them.

use super::{Attachment, KEPT_REMOVED, is_elsewhere, on};
use crate::entry::EntryAt;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::attachment::{AttachedTo, AttachmentChange, Happened};
use std::collections::BTreeMap;

/// Changes of files that are read.
const PAST_MAX: u32 = 500;

/// A file with who did what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The file.
    pub file: Attachment,
    /// Who added it.
    pub added_by: String,
    /// Who took it off, why, and when it is erased.
    pub removed: Option<(String, String, Timestamp)>,
}

/// One thing that was done with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastFile {
    /// Its name; of one that was erased there is none any more.
    pub name: Option<String>,
    /// What.
    pub happened: Happened,
    /// Who.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: Option<String>,
}

/// The files of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What is there, oldest first.
    pub there: Vec<Shown>,
    /// What was taken off and can be put back.
    pub removed: Vec<Shown>,
    /// What was done, newest first.
    pub past: Vec<PastFile>,
}

impl House {
    /// The files of an entry. Those of a request are shown on its own page, which knows what of it is sensitive.
    pub async fn attachments(&self, at: &EntryAt) -> Result<Files, Error> {
        if is_elsewhere(at) {
            return Ok(Files::default());
        }
        self.files_of(&at.scope, on(at)).await
    }

    /// The files of a record of any kind.
    pub(crate) async fn files_of(&self, scope: &Scope, to: AttachedTo<'_>) -> Result<Files, Error> {
        let read = self.read().await?;
        let files = read.attachments(scope, to).await?;
        if files.is_empty() {
            return Ok(Files::default());
        }
        let changes = read.attachment_changes(scope, to, PAST_MAX).await?;
        let names = Scope::system("names");
        let mut who = BTreeMap::new();
        for change in &changes {
            if !who.contains_key(&change.actor) {
                who.insert(change.actor.clone(), self.who_did(&names, &change.actor).await?);
            }
        }
        let last = |file: &Attachment, what: Happened| {
            changes.iter().find(|change| change.attachment == file.id && change.happened == what)
        };
        let mut out = Files::default();
        for file in files.iter().filter(|file| file.erased_at.is_none()) {
            let by = |change: Option<&AttachmentChange>| {
                change.and_then(|change| who.get(&change.actor)).cloned().unwrap_or_default()
            };
            let removed = file.removed_at.map(|at| {
                let change = last(file, Happened::Removed);
                let why = change.and_then(|change| change.why.clone()).unwrap_or_default();
                (by(change), why, at + KEPT_REMOVED)
            });
            let shown = Shown { added_by: by(last(file, Happened::Added)), file: file.clone(), removed };
            if shown.removed.is_some() { out.removed.push(shown) } else { out.there.push(shown) }
        }
        out.past = changes
            .into_iter()
            .map(|change| {
                let file = files.iter().find(|file| file.id == change.attachment);
                PastFile {
                    name: file.map(|file| file.name.clone()).filter(|name| !name.is_empty()),
                    happened: change.happened,
                    who: who.get(&change.actor).cloned().unwrap_or_default(),
                    at: change.at,
                    why: change.why,
                }
            })
            .collect();
        Ok(out)
    }
}
