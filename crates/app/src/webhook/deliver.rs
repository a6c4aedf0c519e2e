//! One thing told to one receiver (Standard Webhooks): a job that ends with it taken, waiting for another try, or dead.
//!
//! Invariant: what is told again has the same id and body; a receiver is never followed elsewhere, and nothing of its
//! answer is kept but the status.

use super::{Delivered, Delivery, Event, Webhook, address};
use crate::job::Failure;
use crate::{Error, House};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, redirect};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::School;
use schoolkeeper_store::ledger::Detail;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::time::Duration;
use uuid::Uuid;

/// After so many tries a delivery is dead: about six hours.
pub(crate) const ATTEMPTS_MAX: u32 = 12;
/// Longest wait for a receiver.
const TIME_MAX: Duration = Duration::from_secs(15);
/// Longest title, in characters.
const TITLE_MAX: usize = 200;

/// How a try went.
struct Tried {
    delivered: Delivered,
    answer: String,
}

impl Tried {
    fn later(answer: impl Into<String>) -> Self {
        Self { delivered: Delivered::Waiting, answer: answer.into() }
    }
}

/// Does the job.
pub(crate) async fn deliver(house: &House, document: &Value) -> Result<(), Failure> {
    let id = document.get("delivery").and_then(Value::as_str).and_then(|id| Uuid::parse_str(id).ok());
    let id = id.ok_or_else(|| Failure::Fail("the job names no delivery".to_owned()))?;
    let (read, system) = (house.read().await?, system());
    let Some(delivery) = read.delivery(&system, id).await? else { return Ok(()) };
    let webhook = read.webhook(&system, delivery.webhook).await?.filter(|webhook| webhook.ended_at.is_none());
    let school = read.school(&system, delivery.school).await?;
    let (Some(webhook), Some(school), Delivered::Waiting) = (webhook, school, delivery.delivered) else {
        return Ok(());
    };
    drop(read);
    let body = house.told(&delivery, &school).await?.to_string();
    let mut tried = house.post(&webhook, &delivery, body).await;
    let last = delivery.attempts + 1 >= i64::from(ATTEMPTS_MAX);
    if tried.delivered == Delivered::Waiting && last {
        tried = Tried {
            delivered: Delivered::Dead,
            answer: format!("{} It was tried {ATTEMPTS_MAX} times.", tried.answer),
        };
    }
    let mut write = house.write().await?;
    write.delivery_tried(&system, (id, tried.delivered), &tried.answer, house.now()).await.map_err(Error::from)?;
    write.commit().await.map_err(Error::from)?;
    match tried.delivered {
        Delivered::Waiting => Err(Failure::Retry("the receiver did not take it".to_owned())),
        Delivered::Done | Delivered::Dead => Ok(()),
    }
}

fn system() -> Scope {
    Scope::system("webhook")
}

impl House {
    /// What is told: ids, counts, the title of a cause, and a link for whoever may see more.
    async fn told(&self, delivery: &Delivery, school: &School) -> Result<Value, Error> {
        let word = |name: &str| match delivery.details.get(name) {
            Some(Detail::Word(word)) => word.clone(),
            Some(Detail::Id(id)) => id.to_string(),
            Some(Detail::Count(count)) => count.to_string(),
            None => String::new(),
        };
        let mut data = Map::from_iter([("school".to_owned(), json!(school.slug))]);
        for (name, detail) in &delivery.details {
            let (name, value) = match detail {
                Detail::Id(id) => (if name == "entry" { "record" } else { name }, json!(id)),
                Detail::Count(count) => (&**name, json!(count)),
                Detail::Word(word) => (if name == "pack" { "policy" } else { name }, json!(word)),
            };
            data.insert(name.to_owned(), value);
        }
        let base = format!("/school/{}", school.slug);
        let link = match delivery.event {
            Event::RecordCreated | Event::RecordChanged | Event::RecordRemoved
                if delivery.details.contains_key("entry") =>
            {
                format!("{base}/records/{}/{}", word("register"), word("entry"))
            }
            Event::RecordCreated | Event::RecordChanged | Event::RecordRemoved => {
                format!("{base}/records/{}", word("register"))
            }
            Event::ProblemOpened | Event::ProblemClosed => {
                let title = self.cause_title(school, (&word("pack"), &word("control"))).await?;
                data.insert("title".to_owned(), json!(problem_title(delivery.event, &title, &word("count"))));
                format!("{base}/policy/{}/cause/{}", word("pack"), word("control"))
            }
            Event::ImportDone => format!("{base}/imports"),
            Event::Ping => base,
        };
        data.insert("link".to_owned(), json!(self.base_url().to(&link)));
        Ok(json!({ "type": delivery.event.name(), "timestamp": delivery.at.to_string(), "data": data }))
    }

    /// What the policy calls a control; its id when it has no title or is not in force any more.
    async fn cause_title(&self, school: &School, (pack, control): (&str, &str)) -> Result<String, Error> {
        let live = self.live(&self.read().await?, &system(), school).await?;
        let pack = live.iter().find(|live| **live.pack.head.id.get_ref() == *pack);
        let title = pack.and_then(|pack| pack.pack.controls.get(control)).map(|control| control.title.as_str());
        let title = title.filter(|title| !title.is_empty()).unwrap_or(control);
        Ok(title.chars().filter(|c| !c.is_control()).take(TITLE_MAX).collect())
    }

    async fn post(&self, webhook: &Webhook, delivery: &Delivery, body: String) -> Tried {
        let loopback = self.tells_loopback();
        let url = match address::check(&webhook.url, loopback) {
            Ok(url) => url,
            Err(why) => return Tried::later(why),
        };
        let at = match address::resolve(&url, loopback).await {
            Ok(at) => at,
            Err(why) => return Tried::later(why),
        };
        let secret = match self.key().open_text(&webhook.secret) {
            Ok(secret) => secret,
            Err(error) => return Tried::later(error.to_string()),
        };
        let (id, seconds) = (delivery.id.to_string(), self.now().as_second().to_string());
        let signature = format!("v1,{}", BASE64.encode(sign(&secret, &[&id, &seconds, &body])));
        let host = url.host_str().unwrap_or_default().to_owned();
        let client = match client(&host, &at) {
            Ok(client) => client,
            Err(why) => return Tried::later(why),
        };
        let request = client.post(url).header("content-type", "application/json").header("webhook-id", id);
        let request = request.header("webhook-timestamp", seconds).header("webhook-signature", signature);
        match request.body(body).send().await {
            Ok(answer) => judge(&host, answer.status().as_u16()),
            Err(error) if error.is_timeout() => {
                Tried::later(format!("{host} did not answer within {} seconds.", TIME_MAX.as_secs()))
            }
            Err(_) => Tried::later(format!("{host} could not be reached.")),
        }
    }
}

fn judge(host: &str, status: u16) -> Tried {
    match status {
        200..300 => Tried { delivered: Delivered::Done, answer: format!("{host} took it ({status}).") },
        300..400 => Tried::later(format!("{host} sent elsewhere ({status}); a receiver is never followed.")),
        410 => Tried { delivered: Delivered::Dead, answer: format!("{host} wants no more of these ({status}).") },
        _ => Tried::later(format!("{host} did not take it ({status}).")),
    }
}

/// `Encrypted devices: 3 new problems`.
fn problem_title(event: Event, title: &str, count: &str) -> String {
    let many = if count == "1" { "problem" } else { "problems" };
    if event == Event::ProblemOpened {
        format!("{title}: {count} new {many}")
    } else {
        format!("{title}: {count} {many} over")
    }
}

/// HMAC-SHA256 over the parts joined by full stops.
fn sign(secret: &[u8], parts: &[&str]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(parts.join(".").as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A client for one receiver at the addresses that were looked at, by no proxy and to nowhere else.
fn client(host: &str, at: &[std::net::SocketAddr]) -> Result<Client, String> {
    let builder = Client::builder().tls_backend_preconfigured(crate::mail::tls_config()?);
    let builder = builder.redirect(redirect::Policy::none()).timeout(TIME_MAX).no_proxy();
    let client = builder.resolve_to_addrs(host, at).user_agent("Schoolkeeper").build();
    client.map_err(|error| error.to_string())
}

#[cfg(test)]
#[path = "deliver_tests.rs"]
mod deliver_tests;
