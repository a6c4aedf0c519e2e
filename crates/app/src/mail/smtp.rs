//! One mail given to one mail server, and its answer in words.
//!
//! Invariant: with a sign-in nothing is said before the connection is encrypted and the certificate fits the server's
//! name; the whole conversation ends within [`TIME_MAX`].

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use schoolkeeper_core::mail::{Encryption, Server, Way};
use std::error::Error as _;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(15);
/// Longest conversation.
const TIME_MAX: Duration = Duration::from_mins(1);
/// Longest answer of a server that is kept, in characters.
const ANSWER_MAX: usize = 300;

/// Why a mail did not leave, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It may leave later: the server is away, busy, or does not let us in.
    Later(String),
    /// The server will never take this mail.
    Never(String),
}

/// A mail as it goes over the wire.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

/// Gives a mail to the server of a way. `secret` is its password or its access token. The answer is the server's own.
pub(super) async fn give(way: &Way, secret: &str, hello: &str, mail: &Outgoing) -> Result<String, Refusal> {
    let Some(server) = way.server() else { return Err(Refusal::Later("Mail is not set up.".to_owned())) };
    match tokio::time::timeout(TIME_MAX, converse(way, server, secret, (hello, mail))).await {
        Ok(answer) => answer,
        Err(_) => Err(Refusal::Later(format!("{} did not answer within a minute.", server.host))),
    }
}

async fn converse(
    way: &Way,
    server: &Server,
    secret: &str,
    (hello, mail): (&str, &Outgoing),
) -> Result<String, Refusal> {
    let hello = ClientId::Domain(hello.to_owned());
    let mut connection = connect(server, &hello).await?;
    let sign_in = match way {
        Way::Password { user, .. } => Some((vec![Mechanism::Plain, Mechanism::Login], user)),
        Way::Token { user, .. } => Some((vec![Mechanism::Xoauth2], user)),
        Way::None | Way::Relay { .. } => None,
    };
    if let Some((mechanisms, user)) = sign_in {
        let credentials = Credentials::new(user.clone(), secret.to_owned());
        let signed = connection.auth(&mechanisms, &credentials).await;
        signed.map_err(|error| {
            let why = words(&error);
            Refusal::Later(format!("{} did not let us in: {why}", server.host))
        })?;
    }
    let given = connection.send(&mail.envelope, &mail.bytes).await;
    let answer = given.map_err(|error| refused(server, &error))?;
    // It was taken: whatever happens to the farewell changes nothing.
    let _ = tokio::time::timeout(Duration::from_secs(5), connection.quit()).await;
    Ok(said(&answer))
}

async fn connect(server: &Server, hello: &ClientId) -> Result<AsyncSmtpConnection, Refusal> {
    let at = (server.host.as_str(), server.port);
    let away = |error| Refusal::Later(format!("{} cannot be reached: {}", server.host, words(&error)));
    let unsafe_ = |error| {
        Refusal::Later(format!("The connection to {} is not safe, nothing was sent: {}", server.host, words(&error)))
    };
    match server.encryption {
        Encryption::Clear => {
            AsyncSmtpConnection::connect_tokio1(at, Some(CONNECT_MAX), hello, None, None).await.map_err(away)
        }
        Encryption::Tls => {
            let tls = Some(parameters(server)?);
            AsyncSmtpConnection::connect_tokio1(at, Some(CONNECT_MAX), hello, tls, None).await.map_err(away)
        }
        Encryption::StartTls => {
            let tls = parameters(server)?;
            let plain = AsyncSmtpConnection::connect_tokio1(at, Some(CONNECT_MAX), hello, None, None).await;
            let mut connection = plain.map_err(away)?;
            connection.starttls(tls, hello).await.map_err(unsafe_)?;
            Ok(connection)
        }
    }
}

fn parameters(server: &Server) -> Result<TlsParameters, Refusal> {
    let wrong = |error: &dyn std::fmt::Display| {
        Refusal::Later(format!("The certificate of your own authority for {} cannot be used: {error}", server.host))
    };
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(authority) = &server.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(authority.as_bytes()).map_err(|e| wrong(&e))?);
    }
    builder.build_rustls().map_err(|error| wrong(&error))
}

/// A server that says 5xx to the mail itself will say it again.
fn refused(server: &Server, error: &lettre::transport::smtp::Error) -> Refusal {
    let why = format!("{} did not take it: {}", server.host, words(error));
    if error.is_permanent() || error.is_client() { Refusal::Never(why) } else { Refusal::Later(why) }
}

/// An error with its causes and the server's code, bounded, in one line.
fn words(error: &lettre::transport::smtp::Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        cause = error.source();
    }
    bounded(&parts.join(": "))
}

fn said(answer: &Response) -> String {
    bounded(&format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" ")))
}

/// One line of what a stranger's server said.
pub(super) fn bounded(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(ANSWER_MAX).collect::<String>().trim().to_owned()
}
