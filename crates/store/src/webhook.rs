//! Who is told what by HTTP: subscriptions, and each thing told until its receiver has taken it.
//!
//! Invariant: a delivery and its job stand in the transaction of the change they tell of; it holds ids, counts and
//! words of policies and schemas, never a name or free text. At most [`WAITING_MAX`] wait for one receiver.

use crate::error::Error;
use crate::job::NewJob;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, id, json, maybe_text, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{OrganisationId, SchoolId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most things that wait for one receiver; what comes then is counted as missed.
pub const WAITING_MAX: i64 = 1000;
/// Most subscriptions of one school.
pub const WEBHOOKS_MAX: i64 = 20;
/// The kind of job that delivers.
pub const JOB: &str = "webhook";
/// Longest answer that is kept, in characters.
const ANSWER_MAX: usize = 300;

statements! {
    INSERT = "INSERT INTO webhook (id, school, name, url, events, secret_sealed, missed, actor, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
    GET = "SELECT id, school, name, url, events, secret_sealed, missed, made_at, ended_at FROM webhook WHERE id = $1";
    LIST = "SELECT id, school, name, url, events, secret_sealed, missed, made_at, ended_at FROM webhook \
        WHERE school = $1 AND ended_at IS NULL ORDER BY made_at, id LIMIT 100";
    COUNT = "SELECT count(*) AS number FROM webhook WHERE school = $1 AND ended_at IS NULL";
    END = "UPDATE webhook SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    // Those of the school and of its central office that want the event.
    WANT = "SELECT w.id, o.organisation FROM school s \
        JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN webhook w ON w.school = o.id AND w.ended_at IS NULL \
        WHERE s.id = $1 AND w.events LIKE '%,' || $2 || ',%' ORDER BY w.id LIMIT 100";
    WAITING = "SELECT count(*) AS number FROM webhook_delivery WHERE webhook = $1 AND delivered = 'waiting'";
    MISS = "UPDATE webhook SET missed = missed + 1 WHERE id = $1";
    TELL = "INSERT INTO webhook_delivery (id, webhook, organisation, school, event, document, delivered, attempts, at, \
        changed_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7)";
    DELIVERY = "SELECT id, webhook, organisation, school, event, document, delivered, attempts, answer, at, changed_at \
        FROM webhook_delivery WHERE id = $1";
    DELIVERIES = "SELECT id, webhook, organisation, school, event, document, delivered, attempts, answer, at, changed_at \
        FROM webhook_delivery WHERE webhook = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";
    TRIED = "UPDATE webhook_delivery SET delivered = $2, attempts = attempts + 1, answer = $3, changed_at = $4 \
        WHERE id = $1 AND delivered = 'waiting'";
    AGAIN = "UPDATE webhook_delivery SET delivered = 'waiting', attempts = 0, changed_at = $2 \
        WHERE id = $1 AND delivered <> 'waiting'";
    STOP = "UPDATE webhook_delivery SET delivered = 'dead', answer = 'The webhook was ended.', changed_at = $2 \
        WHERE webhook = $1 AND delivered = 'waiting'";
}

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A record was added by hand or by a program.
    RecordCreated,
    /// A record was changed.
    RecordChanged,
    /// A record was taken out of its list.
    RecordRemoved,
    /// Problems of one cause came up.
    ProblemOpened,
    /// Problems of one cause are over.
    ProblemClosed,
    /// A list was brought in.
    ImportDone,
    /// Somebody tries it out; told to one receiver, whatever it wants.
    Ping,
}

impl Event {
    /// Those one can subscribe to.
    pub const ALL: [Self; 6] = [
        Self::RecordCreated,
        Self::RecordChanged,
        Self::RecordRemoved,
        Self::ProblemOpened,
        Self::ProblemClosed,
        Self::ImportDone,
    ];

    /// As receivers read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RecordCreated => "record.created",
            Self::RecordChanged => "record.changed",
            Self::RecordRemoved => "record.removed",
            Self::ProblemOpened => "problem.opened",
            Self::ProblemClosed => "problem.closed",
            Self::ImportDone => "import.done",
            Self::Ping => "ping",
        }
    }

    /// Reads its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Ping]).find(|event| event.name() == name)
    }
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Of this school, or of the central office for all its schools.
    pub school: SchoolId,
    /// What it is for.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What is told.
    pub events: Vec<Event>,
    /// What signs, sealed.
    pub secret: String,
    /// How many things were not kept for it because too many waited.
    pub missed: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Somebody ended it.
    pub ended_at: Option<Timestamp>,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivered {
    /// It is tried, or tried again.
    Waiting,
    /// The receiver has taken it.
    Done,
    /// It will not be tried again by itself.
    Dead,
}

impl Delivered {
    /// All.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Done, Self::Dead];
}

/// One thing told to one receiver.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Its id, the same at every try.
    pub id: Uuid,
    /// To whom.
    pub webhook: Uuid,
    /// Where it happened.
    pub organisation: OrganisationId,
    /// Where it happened.
    pub school: SchoolId,
    /// What.
    pub event: Event,
    /// Ids, counts and words.
    pub details: BTreeMap<String, Detail>,
    /// How far it has come.
    pub delivered: Delivered,
    /// How often it was tried.
    pub attempts: i64,
    /// What the receiver said last.
    pub answer: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// When it was last tried.
    pub changed_at: Timestamp,
}

impl Read {
    /// The live subscriptions of a school.
    pub async fn webhooks(&self, scope: &Scope, school: SchoolId) -> Result<Vec<Webhook>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("webhook", LIST, vec![reached.id()]).await?.iter().map(from_row).collect()
    }

    /// A subscription; `None` when it is not there or not reached.
    pub async fn webhook(&self, scope: &Scope, webhook: Uuid) -> Result<Option<Webhook>, Error> {
        let Some(row) = self.one("webhook", GET, vec![id(webhook)]).await? else { return Ok(None) };
        let found = from_row(&row)?;
        Ok(self.reach_whole(scope, found.school).await?.map(|_| found))
    }

    /// A delivery, by whoever reaches its subscription.
    pub async fn delivery(&self, scope: &Scope, delivery: Uuid) -> Result<Option<Delivery>, Error> {
        let Some(row) = self.one("webhook_delivery", DELIVERY, vec![id(delivery)]).await? else { return Ok(None) };
        let found = delivery_from(&row)?;
        Ok(self.webhook(scope, found.webhook).await?.map(|_| found))
    }

    /// What was told to a receiver, newest first, before one of them.
    pub async fn deliveries(
        &self,
        scope: &Scope,
        webhook: Uuid,
        (before, limit): (Option<(Timestamp, Uuid)>, u32),
    ) -> Result<Vec<Delivery>, Error> {
        if self.webhook(scope, webhook).await?.is_none() {
            return Ok(Vec::new());
        }
        let (before, last) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
        let values = vec![id(webhook), at(before), id(last), i64::from(limit.min(200)).into()];
        self.all("webhook_delivery", DELIVERIES, values).await?.iter().map(delivery_from).collect()
    }
}

impl Write {
    /// Adds a subscription; `false` when the school is not reached or has [`WEBHOOKS_MAX`].
    pub async fn add_webhook(&mut self, scope: &Scope, webhook: &Webhook) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, webhook.school).await? else { return Ok(false) };
        let count = self.one("webhook", COUNT, vec![reached.id()]).await?;
        if count.map_or(Ok(0), |row| row.int("number"))? >= WEBHOOKS_MAX {
            return Ok(false);
        }
        let events: Vec<&str> = webhook.events.iter().map(|event| event.name()).collect();
        let values = vec![
            id(webhook.id),
            reached.id(),
            text(&webhook.name),
            text(&webhook.url),
            text(format!(",{},", events.join(","))),
            text(&webhook.secret),
            text(actor(scope.by())),
            at(webhook.made_at),
        ];
        self.run(INSERT, values).await?;
        self.record_webhook(scope, webhook, "webhook-made", webhook.made_at).await?;
        Ok(true)
    }

    /// Ends a subscription: what waits for it is not told any more. `false` when it is not there or not reached.
    pub async fn end_webhook(&mut self, scope: &Scope, webhook: Uuid, now: Timestamp) -> Result<bool, Error> {
        let Some(known) = self.webhook(scope, webhook).await? else { return Ok(false) };
        if self.run(END, vec![id(webhook), at(now)]).await? == 0 {
            return Ok(false);
        }
        self.run(STOP, vec![id(webhook), at(now)]).await?;
        self.record_webhook(scope, &known, "webhook-ended", now).await?;
        Ok(true)
    }

    /// Tells one receiver that somebody tries it out; the delivery's id, `None` when it is not there or not reached.
    pub async fn ping_webhook(&mut self, scope: &Scope, webhook: Uuid, now: Timestamp) -> Result<Option<Uuid>, Error> {
        let Some(known) = self.webhook(scope, webhook).await?.filter(|known| known.ended_at.is_none()) else {
            return Ok(None);
        };
        let school = self.school(scope, known.school).await?;
        let Some(school) = school else { return Ok(None) };
        self.tell(scope, (webhook, school.organisation), (known.school, Event::Ping, now), &[]).await
    }

    /// Tells a thing again, under the same id; `false` when it is not there, not reached, or waits already.
    pub async fn redeliver(&mut self, scope: &Scope, delivery: Uuid, now: Timestamp) -> Result<bool, Error> {
        let Some(known) = self.delivery(scope, delivery).await? else { return Ok(false) };
        let live = self.webhook(scope, known.webhook).await?.is_some_and(|webhook| webhook.ended_at.is_none());
        if !live || self.run(AGAIN, vec![id(delivery), at(now)]).await? == 0 {
            return Ok(false);
        }
        self.push_delivery(scope, (delivery, known.organisation), now).await?;
        Ok(true)
    }

    /// Writes down how a try went; `false` when it does not wait any more. Only the system may.
    pub async fn delivery_tried(
        &mut self,
        scope: &Scope,
        (delivery, delivered): (Uuid, Delivered),
        answer: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let answer: String = answer.chars().take(ANSWER_MAX).collect();
        let values = vec![id(delivery), word(&delivered), maybe_text(Some(&answer)), at(now)];
        Ok(self.run(TRIED, values).await? > 0)
    }

    /// Tells everybody who wants to know it, in the transaction of the change itself.
    pub(crate) async fn announce(
        &mut self,
        scope: &Scope,
        (school, event, now): (SchoolId, Event, Timestamp),
        details: &[(&str, Detail)],
    ) -> Result<(), Error> {
        for row in self.all("webhook", WANT, vec![id(school.0), text(event.name())]).await? {
            let to = (row.id("id")?, OrganisationId(row.id("organisation")?));
            self.tell(scope, to, (school, event, now), details).await?;
        }
        Ok(())
    }

    async fn tell(
        &mut self,
        scope: &Scope,
        (webhook, organisation): (Uuid, OrganisationId),
        (school, event, now): (SchoolId, Event, Timestamp),
        details: &[(&str, Detail)],
    ) -> Result<Option<Uuid>, Error> {
        let waiting = self.one("webhook_delivery", WAITING, vec![id(webhook)]).await?;
        if waiting.map_or(Ok(0), |row| row.int("number"))? >= WAITING_MAX {
            self.run(MISS, vec![id(webhook)]).await?;
            return Ok(None);
        }
        let delivery = self.fresh_id();
        let details: BTreeMap<&str, &Detail> = details.iter().map(|(name, detail)| (*name, detail)).collect();
        let values = vec![
            id(delivery),
            id(webhook),
            id(organisation.0),
            id(school.0),
            text(event.name()),
            json(&details),
            at(now),
        ];
        self.run(TELL, values).await?;
        self.push_delivery(scope, (delivery, organisation), now).await?;
        Ok(Some(delivery))
    }

    async fn push_delivery(
        &mut self,
        scope: &Scope,
        (delivery, organisation): (Uuid, OrganisationId),
        now: Timestamp,
    ) -> Result<(), Error> {
        let job = NewJob {
            kind: JOB,
            key: Some(delivery.to_string()),
            document: serde_json::json!({ "delivery": delivery }),
            run_at: now,
            organisation: Some(organisation),
        };
        self.push(scope, &job).await.map(drop)
    }

    async fn record_webhook(
        &mut self,
        scope: &Scope,
        webhook: &Webhook,
        kind: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let details = [("webhook", Detail::Id(webhook.id)), ("events", Detail::Count(webhook.events.len() as i64))];
        self.record(scope, About::school(webhook.school, now), kind, &details).await
    }
}

fn from_row(row: &Row) -> Result<Webhook, Error> {
    let events = row.text("events")?;
    Ok(Webhook {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        name: row.text("name")?,
        url: row.text("url")?,
        events: events.split(',').filter_map(Event::from_name).collect(),
        secret: row.text("secret_sealed")?,
        missed: row.int("missed")?,
        made_at: row.at("made_at")?,
        ended_at: row.maybe_at("ended_at")?,
    })
}

fn delivery_from(row: &Row) -> Result<Delivery, Error> {
    Ok(Delivery {
        id: row.id("id")?,
        webhook: row.id("webhook")?,
        organisation: OrganisationId(row.id("organisation")?),
        school: SchoolId(row.id("school")?),
        event: Event::from_name(&row.text("event")?).ok_or_else(|| row.corrupt("event"))?,
        details: row.json("document")?,
        delivered: row.word("delivered")?,
        attempts: row.int("attempts")?,
        answer: row.maybe_text("answer")?,
        at: row.at("at")?,
        changed_at: row.at("changed_at")?,
    })
}
