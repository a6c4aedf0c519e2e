//! Records waiting for the ledger, written in the transaction of the change they tell of; and their canonical text.
//!
//! Invariant: a record holds ids, counts and pack words only; names and free text have no way in.

use crate::error::Error;
use crate::sql::{at, id, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::{By, Scope};
use schoolkeeper_core::id::{OrganisationId, SchoolId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO pending_record (writer, slot, number, kind, organisation, school, actor, document, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT writer, slot, number, kind, organisation, school, actor, document, at FROM pending_record \
        WHERE (writer, slot, number) > ($1, $2, $3) ORDER BY writer, slot, number LIMIT $4";
}

/// One thing a record may say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// An id.
    Id(Uuid),
    /// A number.
    Count(i64),
    /// A word of a pack or a schema: a control, a clause, a hash.
    Word(String),
}

/// A record as it waits for the sequencer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The process that wrote it.
    pub writer: Uuid,
    /// One of its series.
    pub slot: i64,
    /// Its place in the series; from 1, without gaps.
    pub number: i64,
    /// What happened.
    pub kind: String,
    /// Where; `None` for things of the whole installation.
    pub organisation: Option<OrganisationId>,
    /// Where.
    pub school: Option<SchoolId>,
    /// On whose behalf: `person:ID`, `token:ID`, `operator`, `system:REASON`.
    pub actor: String,
    /// Ids and counts.
    pub details: BTreeMap<String, Detail>,
    /// When.
    pub at: Timestamp,
}

/// What a record is about: where it happened and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) school: Option<SchoolId>,
    pub(crate) now: Timestamp,
}

impl About {
    pub(crate) fn school(school: SchoolId, now: Timestamp) -> Self {
        Self { organisation: None, school: Some(school), now }
    }
}

impl Write {
    pub(crate) async fn record(
        &mut self,
        scope: &Scope,
        about: About,
        kind: &str,
        details: &[(&str, Detail)],
    ) -> Result<(), Error> {
        debug_assert!(has_words(kind), "`{kind}` has no words in `[record]` of labels.toml");
        let (writer, slot, number) = self.number();
        let details: BTreeMap<&str, &Detail> = details.iter().map(|(name, detail)| (*name, detail)).collect();
        let values = vec![
            id(writer),
            slot.into(),
            number.into(),
            text(kind),
            maybe_id(about.organisation.map(|id| id.0)),
            maybe_id(about.school.map(|id| id.0)),
            text(actor(scope.by())),
            crate::sql::json(&details),
            at(about.now),
        ];
        self.run(INSERT, values).await.map(drop)
    }
}

impl Read {
    /// Records in the order of their series, after the given one; the system's only. At most `limit`.
    pub async fn pending_records(
        &self,
        scope: &Scope,
        after: Option<(Uuid, i64, i64)>,
        limit: u32,
    ) -> Result<Vec<Pending>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let (writer, slot, number) = after.unwrap_or((Uuid::nil(), 0, 0));
        let values = vec![id(writer), slot.into(), number.into(), i64::from(limit).into()];
        let rows = self.all("pending_record", LIST, values).await?;
        rows.iter()
            .map(|row| {
                Ok(Pending {
                    writer: row.id("writer")?,
                    slot: row.int("slot")?,
                    number: row.int("number")?,
                    kind: row.text("kind")?,
                    organisation: row.maybe_id("organisation")?.map(OrganisationId),
                    school: row.maybe_id("school")?.map(SchoolId),
                    actor: row.text("actor")?,
                    details: row.json("document")?,
                    at: row.at("at")?,
                })
            })
            .collect()
    }
}

/// What a record says, as it is stored: the columns the canonical text is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) kind: String,
    pub(crate) organisation: Option<Uuid>,
    pub(crate) school: Option<Uuid>,
    pub(crate) actor: String,
    pub(crate) document: String,
    pub(crate) at: i64,
}

impl Said {
    /// One line of JSON; the same columns always give the same bytes, and other columns others.
    pub(crate) fn canonical(&self) -> Vec<u8> {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let place = |name: &str, id: Option<Uuid>| id.map_or_else(String::new, |id| format!(",\"{name}\":\"{id}\""));
        let is_object = self.document.starts_with('{') && !self.document.contains(char::is_control);
        let is_object = is_object && serde_json::from_str::<serde::de::IgnoredAny>(&self.document).is_ok();
        let details = if is_object { self.document.clone() } else { text(&self.document) };
        format!(
            "{{\"at\":{},\"kind\":{}{}{},\"actor\":{},\"details\":{details}}}",
            self.at,
            text(&self.kind),
            place("organisation", self.organisation),
            place("school", self.school),
            text(&self.actor),
        )
        .into_bytes()
    }
}

/// Whether the history can say it in words. Whatever test writes a kind without words first, finds it.
fn has_words(kind: &str) -> bool {
    let words = include_str!("../../../labels.toml");
    let words = words.split_once("[record]").and_then(|(_, after)| after.split("\n[").next()).unwrap_or_default();
    words.lines().any(|line| line.split_once(" = ").is_some_and(|(known, _)| known == kind))
}

/// On whose behalf, as it is stored.
pub(crate) fn actor(by: &By) -> String {
    match by {
        By::Person(person) => format!("person:{person}"),
        By::Token(token) => format!("token:{token}"),
        By::Operator => "operator".to_owned(),
        By::System(reason) => format!("system:{reason}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The first word of each call of `record…(` in every file beside this one, as far as it is a kind: `link-made`.
    fn written() -> Vec<String> {
        let mut out = Vec::new();
        for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
            let Ok(text) = std::fs::read_to_string(file.unwrap().path()) else { continue };
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for call in text.split(".record").skip(1) {
                let call = call.split(';').next().unwrap_or_default();
                let word = call.split('"').nth(1).filter(|word| word.contains('-'));
                out.extend(word.map(ToOwned::to_owned));
            }
        }
        out
    }

    #[test]
    fn every_kind_of_record_has_words_in_the_history() {
        let written = written();
        assert!(written.len() > 30 && written.iter().any(|kind| kind == "link-made"), "{written:?}");
        let silent: Vec<_> = written.iter().filter(|kind| !super::has_words(kind)).collect();
        assert!(silent.is_empty(), "no words in `[record]` of labels.toml for {silent:?}");
        assert!(!super::has_words("made-up"));
    }
}
