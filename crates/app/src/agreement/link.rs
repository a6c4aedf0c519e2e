//! Signing without an account, by a link that works once.
//!
//! Invariant: whoever only looks at a link changes nothing; the link is used up in the transaction that writes the
//! signature, so that it never gives two and is never lost for none; it opens one agreement for one person and nothing else.

use super::copy::SignedCopy;
use super::sign::shown;
use super::wording::system;
use super::{Answers, SignedNow, Signing, ToSign};
use crate::sign_in::secret::Secret;
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::sign_link::{Carrier, SignLink};
use schoolkeeper_store::{School, Write};

/// For how long whoever signed by a link gets the copy by it too.
const COPY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the first page of a link made at the device in reception is shown.
const KIOSK_BEGINS: SignedDuration = SignedDuration::from_mins(1);

/// A link to sign by, as somebody looks at it.
#[derive(Clone, Debug)]
pub struct SeenSign {
    pub(super) link: SignLink,
    pub(super) actor: Actor,
    /// What there is to sign.
    pub shown: ToSign,
    /// It was made at the device in reception.
    pub at_kiosk: bool,
    /// Its first page is still to be shown: at the device only for a moment, so that nobody finds the name of whoever
    /// was there before.
    pub begins: bool,
}

/// Path of the page a link opens.
pub fn sign_path(token: &Secret) -> String {
    format!("/sign-by/{}", token.text())
}

/// Path of the copy of what was signed by a link.
pub fn copy_path(token: &Secret) -> String {
    format!("{}/copy", sign_path(token))
}

/// For whom and what a link is made.
#[derive(Clone, Debug)]
pub(crate) struct NewLink {
    pub(crate) carrier: Carrier,
    pub(crate) target: String,
    pub(crate) entry: Option<EntryId>,
    pub(crate) person: Option<EntryId>,
    pub(crate) ends_at: Timestamp,
}

impl House {
    /// Makes a link in the caller's transaction.
    pub(crate) async fn make_sign_link(
        &self,
        write: &mut Write,
        school: &School,
        new: NewLink,
    ) -> Result<Secret, Error> {
        Ok(self.add_sign_link(write, school, new).await?.0)
    }

    async fn add_sign_link(
        &self,
        write: &mut Write,
        school: &School,
        new: NewLink,
    ) -> Result<(Secret, SignLink), Error> {
        let token = Self::secret()?;
        let link = SignLink {
            id: Self::new_id(),
            carrier: new.carrier,
            organisation: school.organisation,
            school: school.id,
            target: new.target,
            entry: new.entry,
            person: new.person,
            made_at: self.now(),
            ends_at: new.ends_at,
            used_at: None,
            signature: None,
        };
        write.add_sign_link(&system(), &link, &token.hash()).await?;
        Ok((token, link))
    }

    /// A link that is good and of the given kind; `None` when it was used, has ended or never was.
    pub(crate) async fn sign_link(&self, token: &Secret) -> Result<Option<(SignLink, School)>, Error> {
        let read = self.read().await?;
        let link = read.sign_link(&system(), &token.hash()).await?;
        let Some(link) = link.filter(|link| link.used_at.is_none() && link.ends_at > self.now()) else {
            return Ok(None);
        };
        let school = read.school(&system(), link.school).await?;
        Ok(school.map(|school| (link, school)))
    }

    /// What a link opens; `None` when it is not good any more, or there is nothing to sign by it.
    pub async fn look_at_sign_link(&self, token: &Secret) -> Result<Option<SeenSign>, Error> {
        let Some((link, school)) = self.sign_link(token).await? else { return Ok(None) };
        if !matches!(link.carrier, Carrier::Mail | Carrier::Kiosk) {
            return Ok(None);
        }
        let Some(person) = link.person else { return Ok(None) };
        let actor = match self.actor(person, link.organisation).await {
            Err(Error::Missing) => return Ok(None),
            actor => actor?,
        };
        let before = self.before(&actor, &school).await?;
        let Some(which) = link.target.split_once('/') else { return Ok(None) };
        match shown(&before, &school, (which, link.entry)) {
            Ok(shown) => {
                let at_kiosk = link.carrier == Carrier::Kiosk;
                let begins = !at_kiosk || self.now() < link.made_at + KIOSK_BEGINS;
                Ok(Some(SeenSign { link, actor, shown, at_kiosk, begins }))
            }
            Err(Error::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Signs by a link; `None` when it was used meanwhile.
    pub async fn sign_by_link(&self, seen: &SeenSign, answers: &Answers) -> Result<Option<Signing>, Error> {
        let shown = &seen.shown;
        let mistakes = shown.mistakes_of(answers);
        if !mistakes.is_empty() {
            return Ok(Some(Signing::Mistakes(Box::new(shown.clone()), mistakes)));
        }
        let way = if seen.at_kiosk { "kiosk" } else { "link" };
        let which = (&*shown.pack, &*shown.control);
        let using = (answers, way, Some(&seen.link));
        match self.sign_using(&seen.actor, &shown.school, (which, seen.link.entry), using).await {
            Err(Error::Missing) => Ok(None),
            signing => signing.map(Some),
        }
    }

    /// Another link for whoever has signed at the device in reception, to take the copy along: the one that was used
    /// there stays behind in its browser.
    pub async fn copy_link(&self, seen: &SeenSign, now: &SignedNow) -> Result<Secret, Error> {
        let new = NewLink {
            carrier: Carrier::Kiosk,
            target: seen.link.target.clone(),
            entry: seen.link.entry,
            person: seen.link.person,
            ends_at: self.now() + COPY,
        };
        let mut write = self.write().await?;
        let (token, link) = self.add_sign_link(&mut write, &seen.shown.school, new).await?;
        let signature = now.signatures.first().copied();
        write.use_sign_link(&system(), &link, (self.now(), signature)).await?;
        write.commit().await?;
        Ok(token)
    }

    /// The copy of what was signed by a link; `None` when nothing was, or that is too long ago.
    pub async fn copy_by_link(&self, token: &Secret) -> Result<Option<SignedCopy>, Error> {
        let read = self.read().await?;
        let Some(link) = read.sign_link(&system(), &token.hash()).await? else { return Ok(None) };
        let lasts = link.used_at.is_some_and(|at| self.now() < at + COPY);
        let (Some(signature), Some(person)) = (link.signature.filter(|_| lasts), link.person) else { return Ok(None) };
        let Some(school) = read.school(&system(), link.school).await? else { return Ok(None) };
        let actor = self.actor(person, link.organisation).await?;
        self.signature_copy(&actor, &school, signature).await.map(Some)
    }
}

/// Whose copy a link gives once it is used: what came by mail is in the hands of whoever signed, a slip and the device
/// in reception are not.
pub(crate) fn copied_by(link: &SignLink, signature: EntryId) -> Option<EntryId> {
    (link.carrier == Carrier::Mail).then_some(signature)
}
