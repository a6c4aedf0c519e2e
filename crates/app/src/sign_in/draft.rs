//! What somebody had typed when their session ended: sealed, kept for a day, given back once after they are in again.
//!
//! Invariant: secrets are never part of it, and nobody but its writer gets it.

use super::secret::Secret;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::LoginId;

const KEPT_HOURS: i64 = 24;
/// How long the place in something long is kept.
const PLACE_HOURS: i64 = 30 * 24;
/// Longest draft, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// Fields with these words in their name are secrets.
const SECRET: [&str; 5] = ["csrf", "password", "again", "old", "code"];

impl House {
    /// Keeps a form that came with the token of a session that has ended. `false` when we do not know whose it was.
    pub async fn keep_draft(&self, token: &Secret, path: &str, fields: &[(String, String)]) -> Result<bool, Error> {
        let (system, now) = (Scope::system("sign-in"), self.now());
        let hash = token.hash();
        let Some(login) = self.read().await?.whose_token(&system, &hash, now).await? else { return Ok(false) };
        self.keep_form((login, path), fields, KEPT_HOURS).await
    }

    /// Keeps a form that somebody who is signed in wants to come back to; one that is too long is not kept.
    pub async fn keep_own_draft(&self, login: LoginId, path: &str, fields: &[(String, String)]) -> Result<(), Error> {
        self.keep_form((login, path), fields, KEPT_HOURS).await.map(drop)
    }

    /// Keeps where somebody is in something long, for weeks.
    pub async fn keep_place(&self, login: LoginId, path: &str, fields: &[(String, String)]) -> Result<(), Error> {
        self.keep_form((login, path), fields, PLACE_HOURS).await.map(drop)
    }

    async fn keep_form(
        &self,
        (login, path): (LoginId, &str),
        fields: &[(String, String)],
        hours: i64,
    ) -> Result<bool, Error> {
        let (system, now) = (Scope::system("sign-in"), self.now());
        let open = |name: &str| SECRET.iter().all(|secret| !name.contains(secret));
        let kept: Vec<&(String, String)> = fields.iter().filter(|(name, _)| open(name)).collect();
        let text = serde_json::to_vec(&kept).map_err(|error| Error::corrupt("a draft", error))?;
        if kept.is_empty() || text.len() > BYTES_MAX {
            return Ok(false);
        }
        let sealed = self.key().seal_text(&text);
        let ends_at = now + SignedDuration::from_hours(hours);
        let mut write = self.write().await?;
        write.keep_draft(&system, (login, path), &sealed, (now, ends_at)).await?;
        write.commit().await?;
        Ok(true)
    }

    /// What was kept of the form at a path, once.
    pub async fn take_draft(&self, login: LoginId, path: &str) -> Result<Option<Vec<(String, String)>>, Error> {
        let system = Scope::system("sign-in");
        let Some(sealed) = self.read().await?.draft(&system, login, path, self.now()).await? else { return Ok(None) };
        let mut write = self.write().await?;
        write.drop_draft(&system, login, path).await?;
        write.commit().await?;
        let text = self.key().open_text(&sealed).map_err(|error| Error::corrupt("a draft", error))?;
        serde_json::from_slice(&text).map(Some).map_err(|error| Error::corrupt("a draft", error))
    }
}
