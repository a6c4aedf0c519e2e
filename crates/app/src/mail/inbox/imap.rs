//! A mailbox read by IMAP, over TLS only.
//!
//! Invariant: nothing is said before the connection is encrypted and the certificate fits the server's name, and no
//! message is fetched beyond [`BYTES_MAX`].

use crate::mail::smtp::bounded;
use crate::mail::tls;
use async_imap::{Authenticator, Client, Session};
use futures_util::TryStreamExt;
use rustls::pki_types::ServerName;
use schoolkeeper_core::mail::{Encryption, Server, Way};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(15);
/// Most bytes of a message that are read.
const BYTES_MAX: usize = 8 * 1024 * 1024;

pub(super) type Open = Session<TlsStream<TcpStream>>;

/// A message as it lies in the mailbox.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) uid: u32,
    pub(super) bytes: Vec<u8>,
    /// There was more of it than is read.
    pub(super) cut: bool,
}

struct Token {
    line: String,
    said: bool,
}

impl Authenticator for &mut Token {
    type Response = String;

    /// The token once; what a server asks after that is why it refused, and gets an empty line.
    fn process(&mut self, _: &[u8]) -> String {
        let line = if self.said { String::new() } else { self.line.clone() };
        self.said = true;
        line
    }
}

/// Connects and signs in.
pub(super) async fn open(way: &Way, secret: &str) -> Result<Open, String> {
    let Some(server) = way.server() else { return Err("the mailbox names no server".to_owned()) };
    let client = connect(server).await?;
    let refused = |error: async_imap::error::Error| format!("{} did not let us in: {}", server.host, words(&error));
    match way {
        Way::Password { user, .. } => client.login(user, secret).await.map_err(|(error, _)| refused(error)),
        Way::Token { user, .. } => {
            let mut token = Token { line: format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}"), said: false };
            client.authenticate("XOAUTH2", &mut token).await.map_err(|(error, _)| refused(error))
        }
        Way::None | Way::Relay { .. } => Err("a mailbox needs a name to sign in with".to_owned()),
    }
}

async fn connect(server: &Server) -> Result<Client<TlsStream<TcpStream>>, String> {
    let away =
        |why: &dyn std::fmt::Display| format!("{} cannot be reached: {}", server.host, bounded(&why.to_string()));
    let tcp = tokio::time::timeout(CONNECT_MAX, TcpStream::connect((server.host.as_str(), server.port)));
    let tcp = tcp.await.map_err(|error| away(&error))?.map_err(|error| away(&error))?;
    match server.encryption {
        Encryption::Tls => {
            let mut client = Client::new(encrypt(server, tcp).await?);
            greet(&mut client, server).await?;
            Ok(client)
        }
        Encryption::StartTls => {
            let mut plain = Client::new(tcp);
            greet(&mut plain, server).await?;
            let agreed = plain.run_command_and_check_ok("STARTTLS", None).await;
            agreed.map_err(|error| format!("{} offers no STARTTLS: {}", server.host, words(&error)))?;
            Ok(Client::new(encrypt(server, plain.into_inner()).await?))
        }
        Encryption::Clear => Err("a mailbox is never read over a connection in the clear".to_owned()),
    }
}

async fn greet<T>(client: &mut Client<T>, server: &Server) -> Result<(), String>
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    match tokio::time::timeout(CONNECT_MAX, client.read_response()).await {
        Ok(Ok(Some(_))) => Ok(()),
        _ => Err(format!("{} answers, but not as a mailbox server does", server.host)),
    }
}

async fn encrypt(server: &Server, tcp: TcpStream) -> Result<TlsStream<TcpStream>, String> {
    let config = tls::config(server.authority.as_deref())?;
    let name =
        ServerName::try_from(server.host.clone()).map_err(|_| format!("`{}` is no server's name", server.host))?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, tcp);
    let unsafe_ = |why: &dyn std::fmt::Display| {
        format!("the connection to {} is not safe: {}", server.host, bounded(&why.to_string()))
    };
    let stream = tokio::time::timeout(CONNECT_MAX, stream).await.map_err(|error| unsafe_(&error))?;
    stream.map_err(|error| unsafe_(&error))
}

/// Opens a folder and gives its `UIDVALIDITY`.
pub(super) async fn select(session: &mut Open, folder: &str) -> Result<u32, String> {
    let opened = session.select(folder).await.map_err(|error| format!("the folder `{folder}`: {}", words(&error)))?;
    opened.uid_validity.ok_or_else(|| format!("the folder `{folder}` does not number its messages"))
}

/// Numbers of the messages after the last one that was read; in a folder not read before, of the unread ones.
pub(super) async fn new_messages(session: &mut Open, last: Option<u32>) -> Result<Vec<u32>, String> {
    let query = match last {
        Some(last) => format!("UID {}:*", last.saturating_add(1)),
        None => "UNSEEN".to_owned(),
    };
    let found = session.uid_search(query).await.map_err(|error| words(&error))?;
    // `N:*` names the last message even when it lies before N.
    let mut found: Vec<u32> = found.into_iter().filter(|uid| last.is_none_or(|last| last < *uid)).collect();
    found.sort_unstable();
    Ok(found)
}

/// One message, as far as it is read; `None` when it is gone.
pub(super) async fn fetch(session: &mut Open, uid: u32) -> Result<Option<Found>, String> {
    let query = format!("(UID RFC822.SIZE BODY.PEEK[]<0.{BYTES_MAX}>)");
    let messages = session.uid_fetch(uid.to_string(), query).await.map_err(|error| words(&error))?;
    let messages: Vec<_> = messages.try_collect().await.map_err(|error| words(&error))?;
    let message = messages.into_iter().find(|message| message.uid == Some(uid));
    Ok(message.map(|message| Found {
        uid,
        bytes: message.body().unwrap_or_default().to_vec(),
        cut: message.size.is_some_and(|size| size as usize > BYTES_MAX),
    }))
}

/// Marks a message as read, and moves it when there is a folder for that.
pub(super) async fn done(session: &mut Open, uid: u32, folder: Option<&str>) -> Result<(), String> {
    let flags = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await.map_err(|error| words(&error))?;
    let _: Vec<_> = flags.try_collect().await.map_err(|error| words(&error))?;
    let Some(folder) = folder else { return Ok(()) };
    let moved = session.uid_mv(uid.to_string(), folder).await;
    moved.map_err(|error| format!("what was taken cannot be moved to `{folder}`: {}", words(&error)))
}

/// Says goodbye; what was read is written down already.
pub(super) async fn close(mut session: Open) {
    let _ = tokio::time::timeout(Duration::from_secs(5), session.logout()).await;
}

fn words(error: &async_imap::error::Error) -> String {
    bounded(&error.to_string())
}
