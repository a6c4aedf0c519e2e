//! Webhooks: who is told what by HTTP, and the pages' look at what was told.
//!
//! Invariant: a secret is shown once and sealed; what is told holds ids, counts, titles of the policy and a link, never
//! a name or what a record says.

mod address;
mod deliver;

pub use address::check;
pub use schoolkeeper_store::webhook::{Delivered, Delivery, Event, WAITING_MAX, WEBHOOKS_MAX, Webhook};

pub(crate) use deliver::{ATTEMPTS_MAX, deliver};
pub(crate) use schoolkeeper_store::webhook::JOB;

use crate::authority::Try;
use crate::{Error, House};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::School;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longest name, in characters.
const NAME_MAX: usize = 80;
/// How every secret begins (Standard Webhooks).
const SECRET: &str = "whsec_";
/// Bytes of a secret.
const SECRET_BYTES: usize = 32;

/// A subscription somebody wants.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    /// What it is for.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What is told.
    pub events: Vec<Event>,
}

impl NewWebhook {
    /// What is to be mended, by field.
    pub fn mistakes(&self, loopback: bool) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            out.push(("name", format!("Say what the webhook is for, in at most {NAME_MAX} characters")));
        }
        if let Err(why) = check(&self.url, loopback) {
            out.push(("url", why));
        }
        if self.events.is_empty() || self.events.contains(&Event::Ping) {
            out.push(("event", "Choose at least one thing to be told".to_owned()));
        }
        out
    }
}

impl House {
    /// Whether receivers on this machine are told, too: only where everything is made up.
    pub fn tells_loopback(&self) -> bool {
        self.settings().sandbox || self.has_demo_key()
    }

    /// Makes a subscription; its secret is given once and never again.
    pub async fn make_webhook(
        &self,
        actor: &Actor,
        school: &School,
        new: &NewWebhook,
    ) -> Result<(Uuid, String), Error> {
        let scope = self.allow(actor, school, &Try::plain("webhook.set")).await?.scope;
        if let Some((_, mistake)) = new.mistakes(self.tells_loopback()).into_iter().next() {
            return Err(Error::refused(mistake));
        }
        let secret = Zeroizing::new(Self::salt());
        debug_assert_eq!(secret.len(), SECRET_BYTES);
        let webhook = Webhook {
            id: Self::new_id(),
            school: school.id,
            name: new.name.trim().chars().filter(|c| !c.is_control()).collect(),
            url: new.url.trim().to_owned(),
            events: new.events.clone(),
            secret: self.key().seal_text(&*secret),
            missed: 0,
            made_at: self.now(),
            ended_at: None,
        };
        let mut write = self.write().await?;
        if !write.add_webhook(&scope, &webhook).await? {
            return Err(Error::refused(format!(
                "a school has at most {WEBHOOKS_MAX} webhooks\nhint: end one that is not used any more"
            )));
        }
        write.commit().await?;
        Ok((webhook.id, format!("{SECRET}{}", BASE64.encode(*secret))))
    }

    /// The subscriptions of a school.
    pub async fn webhooks(&self, actor: &Actor, school: &School) -> Result<Vec<Webhook>, Error> {
        let scope = self.scope_at(actor, "webhook.set", school).await?;
        Ok(self.read().await?.webhooks(&scope, school.id).await?)
    }

    /// One of them.
    pub async fn webhook(&self, actor: &Actor, school: &School, webhook: Uuid) -> Result<Webhook, Error> {
        let scope = self.scope_at(actor, "webhook.set", school).await?;
        let found = self.read().await?.webhook(&scope, webhook).await?;
        found.filter(|found| found.school == school.id && found.ended_at.is_none()).ok_or(Error::Missing)
    }

    /// What was told to a receiver, newest first, after one of them; at most so many.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        (school, webhook): (&School, Uuid),
        before: Option<(Timestamp, Uuid)>,
        limit: u32,
    ) -> Result<Vec<Delivery>, Error> {
        self.webhook(actor, school, webhook).await?;
        let scope = self.scope_at(actor, "webhook.set", school).await?;
        Ok(self.read().await?.deliveries(&scope, webhook, (before, limit)).await?)
    }

    /// Ends a subscription.
    pub async fn end_webhook(&self, actor: &Actor, school: &School, webhook: Uuid) -> Result<(), Error> {
        self.webhook(actor, school, webhook).await?;
        let scope = self.allow(actor, school, &Try::plain("webhook.set")).await?.scope;
        let mut write = self.write().await?;
        if !write.end_webhook(&scope, webhook, self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// Tells a receiver that somebody tries it out.
    pub async fn ping_webhook(&self, actor: &Actor, school: &School, webhook: Uuid) -> Result<(), Error> {
        self.webhook(actor, school, webhook).await?;
        let scope = self.allow(actor, school, &Try::plain("webhook.set")).await?.scope;
        let mut write = self.write().await?;
        let told = write.ping_webhook(&scope, webhook, self.now()).await?;
        write.commit().await?;
        told.map(drop).ok_or_else(|| {
            Error::refused(format!("{WAITING_MAX} things wait for it already\nhint: see why it does not take them"))
        })
    }

    /// Tells a thing again.
    pub async fn redeliver(
        &self,
        actor: &Actor,
        (school, webhook): (&School, Uuid),
        delivery: Uuid,
    ) -> Result<(), Error> {
        self.webhook(actor, school, webhook).await?;
        let scope = self.allow(actor, school, &Try::plain("webhook.set")).await?.scope;
        let mut write = self.write().await?;
        let known = write.delivery(&scope, delivery).await?.filter(|known| known.webhook == webhook);
        if known.is_none() || !write.redeliver(&scope, delivery, self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }
}
