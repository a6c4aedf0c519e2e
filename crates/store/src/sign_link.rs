//! Links to sign by without an account, and devices at reception that make them. What was given out is kept only as a
//! hash.
//!
//! Invariant: a link is used up by the signature it is for, once; looking at it changes nothing.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, maybe_id, name_of, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO sign_link (id, token, carrier, organisation, school, target, entry, person, made_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    GET = "SELECT id, carrier, organisation, school, target, entry, person, made_at, ends_at, used_at, signature \
        FROM sign_link WHERE token = $1";
    USE = "UPDATE sign_link SET used_at = $2, signature = $3 WHERE id = $1 AND used_at IS NULL AND ends_at > $2";
}

/// How a link comes to whom it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// By mail.
    Mail,
    /// At the device in reception.
    Kiosk,
    /// Printed on a slip, to be read from the signed slip.
    Paper,
    /// No link: the device in reception itself.
    Device,
}

impl Carrier {
    /// All.
    pub const ALL: [Self; 4] = [Self::Mail, Self::Kiosk, Self::Paper, Self::Device];
}

/// A link to sign by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignLink {
    /// Its id.
    pub id: Uuid,
    /// How it comes.
    pub carrier: Carrier,
    /// Where.
    pub organisation: OrganisationId,
    /// Where.
    pub school: SchoolId,
    /// `PACK/CONTROL`; empty for a device.
    pub target: String,
    /// The entry signed for.
    pub entry: Option<EntryId>,
    /// Whose it is; of a device, who put it there, `None` for the operator.
    pub person: Option<EntryId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// When it was used, or the device ended.
    pub used_at: Option<Timestamp>,
    /// The signature it was used for, when its copy may be had by it.
    pub signature: Option<EntryId>,
}

impl Read {
    /// A link by its token's hash, also one that has ended; only for the system.
    pub async fn sign_link(&self, scope: &Scope, token: &str) -> Result<Option<SignLink>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        self.one("sign_link", GET, vec![text(token)]).await?.as_ref().map(from_row).transpose()
    }
}

impl Write {
    /// Keeps a link under its token's hash; only the system may.
    pub async fn add_sign_link(&mut self, scope: &Scope, link: &SignLink, token: &str) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let values = vec![
            id(link.id),
            text(token),
            word(&link.carrier),
            id(link.organisation.0),
            id(link.school.0),
            text(&link.target),
            maybe_id(link.entry.map(|entry| entry.0)),
            maybe_id(link.person.map(|person| person.0)),
            at(link.made_at),
            at(link.ends_at),
        ];
        self.run(INSERT, values).await?;
        self.record_sign_link(scope, link, "sign-link-made", link.made_at).await?;
        Ok(true)
    }

    /// Uses a link up, for a signature whose copy may be had by it, or ends a device; `false` when it was used or has
    /// ended meanwhile. Only the system may.
    pub async fn use_sign_link(
        &mut self,
        scope: &Scope,
        link: &SignLink,
        (now, signature): (Timestamp, Option<EntryId>),
    ) -> Result<bool, Error> {
        let values = vec![id(link.id), at(now), maybe_id(signature.map(|entry| entry.0))];
        if scope.organisation().is_some() || self.run(USE, values).await? == 0 {
            return Ok(false);
        }
        self.record_sign_link(scope, link, "sign-link-used", now).await?;
        Ok(true)
    }

    async fn record_sign_link(
        &mut self,
        scope: &Scope,
        link: &SignLink,
        kind: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut details = vec![("link", Detail::Id(link.id))];
        details.extend(link.person.map(|person| ("person", Detail::Id(person.0))));
        details.extend(name_of(&link.carrier).map(|carrier| ("carrier", Detail::Word(carrier))));
        self.record(scope, About::school(link.school, now), kind, &details).await
    }
}

fn from_row(row: &Row) -> Result<SignLink, Error> {
    Ok(SignLink {
        id: row.id("id")?,
        carrier: row.word("carrier")?,
        organisation: OrganisationId(row.id("organisation")?),
        school: SchoolId(row.id("school")?),
        target: row.text("target")?,
        entry: row.maybe_id("entry")?.map(EntryId),
        person: row.maybe_id("person")?.map(EntryId),
        made_at: row.at("made_at")?,
        ends_at: row.at("ends_at")?,
        used_at: row.maybe_at("used_at")?,
        signature: row.maybe_id("signature")?.map(EntryId),
    })
}
