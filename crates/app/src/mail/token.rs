//! Access tokens for mail servers (OAuth 2.0): asked for, kept sealed until shortly before they end.
//!
//! Invariant: a secret goes only to the address of the settings, without following anybody elsewhere.

use super::smtp::{Refusal, bounded};
use super::tls;
use crate::House;
use reqwest::{Client, Url, redirect};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::mail::{Grant, GrantBy};
use schoolkeeper_store::mail_setup::{Setup, SetupOf, Token};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const TIME_MAX: Duration = Duration::from_secs(20);
/// Longest answer of a token endpoint, in bytes.
const ANSWER_MAX: usize = 64 * 1024;
/// A token is renewed so long before it ends.
const EARLY: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);
/// How long a token is believed to hold when the answer does not say, and at most.
const HOLDS: i64 = 300;
const HOLDS_MAX: i64 = 86_400;

/// What only the server may know; sealed in the records.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Of a mail server with name and password.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub password: String,
    /// Of the registered application.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_secret: String,
    /// What somebody agreed to once.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub refresh_token: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    expires_in: Option<i64>,
    refresh_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// The token of a setup: the one that is kept, or a fresh one.
pub(super) async fn of(house: &House, setup: &Setup, grant: &Grant, secret: &Secret) -> Result<String, Refusal> {
    if let Some(Token { sealed, until }) = &setup.token
        && house.now() + EARLY < *until
        && let Ok(token) = house.key().open_text(sealed)
        && let Ok(token) = std::str::from_utf8(&token)
    {
        return Ok(token.to_owned());
    }
    let answer = ask(grant, secret).await.map_err(Refusal::Later)?;
    let Some(token) = answer.access_token.filter(|token| !token.is_empty()) else {
        let why = answer.error_description.or(answer.error).unwrap_or_else(|| "it gave no token".to_owned());
        return Err(Refusal::Later(format!("The sign-in service refused a token: {}", bounded(&why))));
    };
    let renewed = answer.refresh_token.filter(|fresh| *fresh != secret.refresh_token);
    let secret = renewed.map(|refresh_token| Secret { refresh_token, ..secret.clone() });
    let holds = answer.expires_in.unwrap_or(HOLDS).clamp(0, HOLDS_MAX);
    let until = house.now() + jiff::SignedDuration::from_secs(holds);
    keep(house, setup.of, &token, (until, secret)).await.map_err(|error| Refusal::Later(error.to_string()))?;
    Ok(token)
}

async fn keep(
    house: &House,
    at: SetupOf,
    token: &str,
    (until, secret): (jiff::Timestamp, Option<Secret>),
) -> Result<(), crate::Error> {
    let sealed = house.key().seal_text(token.as_bytes());
    let secret = secret.map(|secret| seal(house, &secret));
    let mut write = house.write().await?;
    write.keep_token(&Scope::system("mail"), at, Some(&Token { sealed, until }), secret.as_deref()).await?;
    Ok(write.commit().await?)
}

/// A secret as it is stored.
pub(super) fn seal(house: &House, secret: &Secret) -> String {
    let text = serde_json::to_vec(secret).expect("three texts");
    house.key().seal_text(&text)
}

/// A secret from the records.
pub(super) fn unseal(house: &House, sealed: Option<&str>) -> Result<Secret, crate::Error> {
    let Some(sealed) = sealed else { return Ok(Secret::default()) };
    let text = house.key().open_text(sealed)?;
    serde_json::from_slice(&text).map_err(|_| crate::Error::refused("the secret of the mail settings cannot be read"))
}

async fn ask(grant: &Grant, secret: &Secret) -> Result<Answer, String> {
    let url = Url::parse(&grant.token_url).map_err(|error| format!("The token address is no address: {error}"))?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let away =
        |why: &dyn std::fmt::Display| format!("{host} cannot be reached for a token: {}", bounded(&why.to_string()));
    let client = client().map_err(|error| away(&error))?;
    let request = client.post(url).header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("accept", "application/json").body(form(grant, secret));
    let mut response = request.send().await.map_err(|error| away(&error.without_url()))?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| away(&error.without_url()))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_MAX {
            return Err(format!("{host} gave an answer that is longer than a token"));
        }
    }
    serde_json::from_slice(&body).map_err(|_| format!("{host} gave no token but {}", response.status()))
}

/// The fields of a token request, encoded as a form.
fn form(grant: &Grant, secret: &Secret) -> String {
    let mut url = Url::parse("form:/").expect("an address");
    {
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("client_id", &grant.client_id);
        if !grant.scope.is_empty() {
            pairs.append_pair("scope", &grant.scope);
        }
        if !secret.client_secret.is_empty() {
            pairs.append_pair("client_secret", &secret.client_secret);
        }
        match grant.by {
            GrantBy::ClientCredentials => pairs.append_pair("grant_type", "client_credentials"),
            GrantBy::RefreshToken => {
                pairs.append_pair("refresh_token", &secret.refresh_token).append_pair("grant_type", "refresh_token")
            }
        };
    }
    url.query().unwrap_or_default().to_owned()
}

fn client() -> Result<Client, String> {
    let builder = Client::builder().tls_backend_preconfigured(tls::config(None)?);
    let client = builder.redirect(redirect::Policy::none()).timeout(TIME_MAX).build();
    client.map_err(|error| error.to_string())
}
