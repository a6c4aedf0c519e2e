//! How a school's mail leaves, and where reports by mail come in. Passwords and tokens are never part of it.
//!
//! Invariant: a sign-in never goes over a connection that is not encrypted; a token is asked for over TLS, or on this
//! very machine.

use super::Hours;
use serde::{Deserialize, Serialize};

/// Longest name, address or host, in characters.
const TEXT_MAX: usize = 254;
/// Longest certificate of an own authority, in bytes.
const CA_MAX: usize = 64 * 1024;

/// How a school's mail leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transport {
    /// Which way.
    pub way: Way,
    /// The name mails come from.
    pub from_name: String,
    /// The address mails come from.
    pub from_address: String,
    /// When mail that is not urgent goes out.
    #[serde(default)]
    pub hours: Hours,
}

/// Which way mail leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Way {
    /// It does not: messages wait on a page.
    None,
    /// A mail server that asks for no sign-in.
    Relay {
        /// The server.
        server: Server,
    },
    /// A mail server with name and password.
    Password {
        /// The server.
        server: Server,
        /// The name to sign in with.
        user: String,
    },
    /// Microsoft 365, Google or another server that takes tokens (`XOAUTH2`).
    Token {
        /// The server.
        server: Server,
        /// The mailbox to sign in as.
        user: String,
        /// Where tokens come from.
        grant: Grant,
    },
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its name, as its certificate has it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// Certificate (PEM) of the school's own authority, for a server inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// From the first byte.
    Tls,
    /// After a plain greeting; refused when the server does not offer it.
    StartTls,
    /// Not at all: only a relay without sign-in.
    Clear,
}

/// Where access tokens come from (OAuth 2.0).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Address that gives tokens.
    pub token_url: String,
    /// The registered application.
    pub client_id: String,
    /// What the token is for.
    pub scope: String,
    /// On whose word it is given.
    pub by: GrantBy,
}

/// On whose word a token is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantBy {
    /// Somebody agreed once; kept as a refresh token.
    RefreshToken,
    /// The application itself, as the administrator allowed.
    ClientCredentials,
}

/// Where reports by mail come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// The server and how to sign in: never [`Way::None`] or [`Way::Relay`].
    pub way: Way,
    /// The folder that is read.
    pub folder: String,
    /// Where a message goes once it was taken; it stays and is marked as read when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_folder: Option<String>,
}

impl Way {
    /// Its server.
    pub fn server(&self) -> Option<&Server> {
        match self {
            Self::None => None,
            Self::Relay { server } | Self::Password { server, .. } | Self::Token { server, .. } => Some(server),
        }
    }

    /// The mailbox to sign in as.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::None | Self::Relay { .. } => None,
            Self::Password { user, .. } | Self::Token { user, .. } => Some(user),
        }
    }

    /// What is wrong with it, in words with a next step.
    pub fn check(&self) -> Result<(), String> {
        let Some(server) = self.server() else { return Ok(()) };
        plain("the server's name", &server.host)?;
        let host = server.host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c));
        ensure(host && server.port > 0, "the server is a name such as `smtp.office365.com` and a port such as 587")?;
        let authority = server.authority.as_deref().unwrap_or_default();
        ensure(authority.len() <= CA_MAX, "the certificate of your own authority is longer than a certificate is")?;
        if let Self::Password { user, .. } | Self::Token { user, .. } = self {
            plain("the name to sign in with", user)?;
            ensure(
                server.encryption != Encryption::Clear,
                "a password or token never goes over a connection in the clear\nhint: choose TLS or STARTTLS",
            )?;
        }
        if let Self::Token { grant, .. } = self {
            plain("the application's id", &grant.client_id)?;
            ensure(grant.scope.len() <= 1000 && grant.token_url.len() <= 1000, "scope and address are too long")?;
            ensure(
                is_guarded(&grant.token_url),
                "tokens are asked for at an address that begins with https://\nhint: copy it from your provider's pages",
            )?;
        }
        Ok(())
    }
}

impl Transport {
    /// What is wrong with it, in words with a next step.
    pub fn check(&self) -> Result<(), String> {
        self.way.check()?;
        plain("the sender's name", &self.from_name)?;
        if self.way != Way::None {
            address("the sender's address", &self.from_address)?;
        }
        ensure(self.hours.checked().is_some(), "the hours begin before they end\nhint: 7:30 to 17:30")
    }
}

impl Mailbox {
    /// What is wrong with it, in words with a next step.
    pub fn check(&self) -> Result<(), String> {
        self.way.check()?;
        ensure(
            matches!(self.way, Way::Password { .. } | Way::Token { .. }),
            "a mailbox needs a name to sign in with, and a password or a token",
        )?;
        plain("the folder", &self.folder)?;
        self.done_folder.as_deref().map_or(Ok(()), |folder| plain("the folder for what was taken", folder))
    }
}

/// One line of ordinary characters, not empty.
fn plain(what: &str, text: &str) -> Result<(), String> {
    let fits = !text.trim().is_empty() && text.chars().count() <= TEXT_MAX && !text.chars().any(char::is_control);
    ensure(fits, &format!("{what} is one line of at most {TEXT_MAX} characters"))
}

/// Something with one @, a name before it and a host with a dot, or `localhost`, after it; ASCII, so that every server
/// takes it.
pub fn address(what: &str, text: &str) -> Result<(), String> {
    plain(what, text)?;
    let fits = text.split_once('@').is_some_and(|(name, host)| {
        let word = |text: &str, also: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
        };
        let dots = |text: &str| !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
        name.len() <= 64 && word(name, ".!#$%&'*+/=?^_`{|}~-") && dots(name) && word(host, ".-") && dots(host)
    });
    ensure(fits, &format!("{what}: `{text}` is no address such as office@marlpit.example"))
}

/// Over TLS, or to this very machine.
fn is_guarded(url: &str) -> bool {
    let local = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    url.starts_with("https://") || local.iter().any(|start| url.starts_with(start))
}

fn ensure(holds: bool, message: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message.to_owned()) }
}
