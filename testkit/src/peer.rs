//! Real mail servers for tests: aiosmtpd with a token endpoint, and dovecot; and a real sign-in service for tokens. Each
//! lives as long as its value, on free ports of this machine, with a certificate of an authority of its own.
//!
//! Invariant: a server's supervisor waits on our end of a pipe, so it goes however we end.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Where `./test` puts aiosmtpd.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers/bin/python");
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// A folder with certificates and a process that goes with its input.
#[derive(Debug)]
struct Peer {
    folder: TempDir,
    child: Child,
    said: String,
}

impl Peer {
    fn start(command: impl FnOnce(&Path) -> Command) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("schoolkeeper-peer-").tempdir()?;
        let made = Command::new("sh").arg(format!("{PEERS}/certificate.sh")).arg(folder.path()).status()?;
        ensure!(made.success(), "openssl makes no certificate");
        let mut command = command(folder.path());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("the peer does not start")?;
        let mut said = String::new();
        BufReader::new(child.stdout.take().context("the peer has no output")?).read_line(&mut said)?;
        ensure!(!said.trim().is_empty(), "the peer did not start");
        Ok(Self { folder, child, said })
    }

    fn authority(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.folder.path().join("authority.pem"))?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// A mail server that takes mail, with a token endpoint. See `peers/smtp.py` for what it does with whom.
#[derive(Debug)]
pub struct MailServer(Peer);

impl MailServer {
    /// Starts one; `None` without aiosmtpd or openssl.
    pub fn start() -> Result<Option<Self>> {
        if !Path::new(PYTHON).exists() || !has("openssl") {
            eprintln!("skipped: run ./test once, it installs aiosmtpd");
            return Ok(None);
        }
        let peer = Peer::start(|folder| {
            let mut command = Command::new(PYTHON);
            command.arg(format!("{PEERS}/smtp.py")).arg(folder);
            command.arg(folder.join("certificate.pem")).arg(folder.join("key.pem"));
            command
        })?;
        Ok(Some(Self(peer)))
    }

    /// The port of a listener: `starttls`, `tls`, `relay`, `silent`, `token`.
    pub fn port(&self, listener: &str) -> u16 {
        let said = self.0.said.split_whitespace().filter_map(|part| part.split_once('='));
        let port = said.into_iter().find(|(name, _)| *name == listener).and_then(|(_, port)| port.parse().ok());
        port.expect("the peer said its ports")
    }

    /// The authority its certificate for `localhost` is of, as PEM.
    pub fn authority(&self) -> Result<String> {
        self.0.authority()
    }

    /// What it took, one JSON document a line.
    pub fn mails(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.folder.path().join("mails")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// A mailbox `reports@hill.example` (password `made-up`) behind IMAP with STARTTLS, and a folder `Done`.
#[derive(Debug)]
pub struct MailboxServer {
    peer: Peer,
    port: u16,
}

impl MailboxServer {
    /// Starts one; `None` without dovecot or openssl.
    pub fn start() -> Result<Option<Self>> {
        Self::start_asking("")
    }

    /// The same, which lets in by tokens (XOAUTH2), too: it asks this address about each, the token appended.
    pub fn start_asking(tokens: &str) -> Result<Option<Self>> {
        if !has("dovecot") || !has("openssl") {
            eprintln!("skipped: install dovecot-imapd");
            return Ok(None);
        }
        // dovecot takes no port 0: one that is free a moment before.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let peer = Peer::start(|folder| {
            let mut command = Command::new("bash");
            command.arg(format!("{PEERS}/imap.sh")).arg(folder).arg(port.to_string()).arg(tokens);
            command
        })?;
        Ok(Some(Self { peer, port }))
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority its certificate for `localhost` is of, as PEM.
    pub fn authority(&self) -> Result<String> {
        self.peer.authority()
    }

    /// Puts a message into the mailbox.
    pub fn put(&self, name: &str, message: &[u8]) -> Result<()> {
        Ok(std::fs::write(self.inbox().join("new").join(name), message)?)
    }

    /// How many messages lie in the folder `Done`.
    pub fn done(&self) -> usize {
        let done = self.inbox().join(".Done");
        let count = |part: &str| std::fs::read_dir(done.join(part)).map_or(0, |files| files.flatten().count());
        count("cur") + count("new")
    }

    fn inbox(&self) -> PathBuf {
        self.peer.folder.path().join("mail/reports@hill.example")
    }
}

/// A real sign-in service (oidc-provider) that gives tokens to `made-up-app` for the scope `mail`, and says at `info`
/// whose a token is.
#[derive(Debug)]
pub struct TokenServer(Peer);

impl TokenServer {
    /// Starts one that knows the application by a secret, and the owner of every token by an address; `None` without it.
    pub fn start(secret: &str, address: &str) -> Result<Option<Self>> {
        let folder = format!("{PEERS}/oidc");
        if !Path::new(&folder).join("node_modules").exists() || !has("node") || !has("openssl") {
            eprintln!("skipped: run ./test once, it installs oidc-provider");
            return Ok(None);
        }
        let peer = Peer::start(|_| {
            let mut command = Command::new("node");
            command.arg(format!("{folder}/server.mjs")).args([secret, address]).stderr(Stdio::null());
            command
        })?;
        Ok(Some(Self(peer)))
    }

    /// The address of one of its paths: `token`, `info`, `end`.
    pub fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        let port = self.0.said.trim().strip_prefix("port=").and_then(|port| port.parse().ok());
        port.expect("the peer said its port")
    }
}

/// A receiver of webhooks that checks signatures with the library of Standard Webhooks. See `peers/webhook.py`.
#[derive(Debug)]
pub struct WebhookReceiver(Peer);

impl WebhookReceiver {
    /// Starts one; `None` without the library or openssl.
    pub fn start() -> Result<Option<Self>> {
        let library = Command::new(PYTHON).args(["-c", "import standardwebhooks"]).stderr(Stdio::null()).status();
        if !library.is_ok_and(|status| status.success()) || !has("openssl") {
            eprintln!("skipped: run ./test once, it installs standardwebhooks");
            return Ok(None);
        }
        let peer = Peer::start(|folder| {
            let mut command = Command::new(PYTHON);
            command.arg(format!("{PEERS}/webhook.py")).arg(folder);
            command
        })?;
        Ok(Some(Self(peer)))
    }

    /// Its address, without TLS.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.0.said.trim())
    }

    /// The secret it checks with.
    pub fn knows(&self, secret: &str) -> Result<()> {
        Ok(std::fs::write(self.0.folder.path().join("secret"), secret)?)
    }

    /// What it was told, one JSON document a line.
    pub fn told(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.folder.path().join("told")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

fn has(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}
