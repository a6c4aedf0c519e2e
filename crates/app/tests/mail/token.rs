//! A mailbox that is opened with a token (XOAUTH2): dovecot asks about each token where it was given out.

use crate::house::{Made, server};
use schoolkeeper_app::mail::{Encryption, Grant, GrantBy, Mailbox, ReportsAsked, Secret, Way};
use schoolkeeper_testkit::{MailboxServer, TokenServer};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const USER: &str = "reports@hill.example";
const SECRET: &str = "made-up-secret";

/// Gives tokens out and says of each whose it is. What it gave out first is worth nothing once `stale` is 1.
struct Tokens {
    port: u16,
    given: Arc<AtomicU32>,
    stale: Arc<AtomicU32>,
}

async fn tokens() -> Tokens {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (given, stale) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (counts, ends) = (given.clone(), stale.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut text = String::new();
            let mut bytes = [0; 4096];
            while !(text.starts_with("GET") && text.contains("\r\n\r\n") || text.contains("grant_type=")) {
                match stream.read(&mut bytes).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => text.push_str(&String::from_utf8_lossy(&bytes[..read])),
                }
            }
            let path = text.split(' ').nth(1).unwrap_or_default();
            let (status, body) = if path == "/token" && text.contains(SECRET) {
                let number = counts.fetch_add(1, Ordering::SeqCst) + 1;
                ("200 OK", format!("{{\"access_token\":\"made-up-token-{number}\",\"expires_in\":3600}}"))
            } else {
                let number =
                    path.strip_prefix("/info?token=made-up-token-").and_then(|number| number.parse::<u32>().ok());
                let good = number.is_some_and(|number| number > ends.load(Ordering::SeqCst));
                let known = ("200 OK", format!("{{\"email\":\"{USER}\",\"expires_in\":600}}"));
                if good { known } else { ("400 Bad Request", "{\"error\":\"invalid_token\"}".to_owned()) }
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
            let _ = stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n{body}").as_bytes()).await;
        }
    });
    Tokens { port, given, stale }
}

async fn set(made: &Made, peer: &MailboxServer, tokens: &Tokens, secret: &str) {
    let token_url = format!("http://127.0.0.1:{}/token", tokens.port);
    set_to(made, peer, (token_url, "https://outlook.office365.com/.default"), secret).await;
}

async fn set_to(made: &Made, peer: &MailboxServer, (token_url, scope): (String, &str), secret: &str) {
    let (client_id, scope) = ("made-up-app".to_owned(), scope.to_owned());
    let grant = Grant { token_url, client_id, scope, by: GrantBy::ClientCredentials };
    let server = server(peer.port(), Encryption::StartTls, Some(peer.authority().unwrap()));
    let way = Way::Token { server, user: USER.to_owned(), grant };
    let mailbox = Mailbox { way, folder: "INBOX".to_owned(), done_folder: Some("Done".to_owned()) };
    let secret = Secret { client_secret: secret.to_owned(), ..Secret::default() };
    made.house.set_mailbox(&made.house.operator(), &made.school, &mailbox, Some(&secret)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_opens_with_a_token_that_is_kept_and_renewed_when_it_is_refused() {
    let tokens = tokens().await;
    let asked = format!("http://127.0.0.1:{}/info?token=", tokens.port);
    let Some(peer) = MailboxServer::start_asking(&asked).unwrap() else { return };
    let mut made = Made::with_reader("ada@hill.example").await;
    let actor = made.house.operator();
    set(&made, &peer, &tokens, SECRET).await;
    let tried = made.house.try_mailbox(&actor, &made.school).await.unwrap();
    assert_eq!(tried.as_deref(), Ok("The folder INBOX opens; 0 messages are new."));
    peer.put("1", b"From: bo@hill.example\r\nSubject: Projector\r\nMessage-ID: <a@b>\r\n\r\nDark\r\n").unwrap();
    let tried = made.house.try_mailbox(&actor, &made.school).await.unwrap();
    assert_eq!(tried.as_deref(), Ok("The folder INBOX opens; 1 message is new."));
    made.house.work_once().await.unwrap();
    let (reports, _) = made.house.reports(&actor, &made.school, ReportsAsked::default()).await.unwrap();
    assert_eq!((reports.len(), peer.done()), (1, 1), "what was tried was not taken, what was read was");
    assert_eq!(tokens.given.load(Ordering::SeqCst), 1, "the token was not kept");
    tokens.stale.store(1, Ordering::SeqCst);
    let refused = made.house.try_mailbox(&actor, &made.school).await.unwrap().unwrap_err();
    assert!(refused.contains("did not let us in"), "{refused}");
    made.at("2026-11-23T10:10:00Z").await;
    made.house.work_once().await.unwrap();
    let setup = made.house.mailbox_setup(&actor, &made.school).await.unwrap();
    assert_eq!((setup.problem, tokens.given.load(Ordering::SeqCst)), (None, 2), "another token opens it again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_given_says_why_and_shows_no_secret() {
    let tokens = tokens().await;
    let asked = format!("http://127.0.0.1:{}/info?token=", tokens.port);
    let Some(peer) = MailboxServer::start_asking(&asked).unwrap() else { return };
    let made = Made::with_reader("ada@hill.example").await;
    set(&made, &peer, &tokens, "a-wrong-secret").await;
    let refused = made.house.try_mailbox(&made.house.operator(), &made.school).await.unwrap().unwrap_err();
    assert!(refused.contains("refused a token") && !refused.contains("wrong-secret"), "{refused}");
}

/// One line to a path of the sign-in service, and its answer.
async fn tell(service: &TokenServer, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", service.port())).await.unwrap();
    let line = format!("GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    stream.write_all(line.as_bytes()).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_sign_in_service_gives_the_token_by_which_a_mailbox_opens() {
    let Some(service) = TokenServer::start(SECRET, USER).unwrap() else { return };
    let Some(peer) = MailboxServer::start_asking(&service.at("info?token=")).unwrap() else { return };
    let mut made = Made::with_reader("ada@hill.example").await;
    let actor = made.house.operator();
    let at = (service.at("token"), "mail");
    set_to(&made, &peer, at.clone(), "a-wrong-secret").await;
    let refused = made.house.try_mailbox(&actor, &made.school).await.unwrap().unwrap_err();
    assert!(refused.contains("refused a token: client authentication failed"), "{refused}");
    set_to(&made, &peer, at, SECRET).await;
    let opens = "The folder INBOX opens; 0 messages are new.";
    assert_eq!(made.house.try_mailbox(&actor, &made.school).await.unwrap().as_deref(), Ok(opens));
    assert!(tell(&service, "end").await.starts_with("HTTP/1.1 200"));
    let refused = made.house.try_mailbox(&actor, &made.school).await.unwrap().unwrap_err();
    assert!(refused.contains("did not let us in"), "{refused}");
    made.at("2026-11-23T10:10:00Z").await;
    made.house.work_once().await.unwrap();
    let setup = made.house.mailbox_setup(&actor, &made.school).await.unwrap();
    assert_eq!(setup.problem, None, "another token opens it again");
}
