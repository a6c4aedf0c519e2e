//! Clients that are slow on purpose, and too many of them. Time is pretended: it runs on when everybody waits.

use super::{Certificates, HANDSHAKE, HEAD, Sockets, serve_at_most};
use axum::Router;
use axum::routing::get;
use schoolkeeper_app::base_url::BaseUrl;
use schoolkeeper_app::settings::Tls;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// Pages for so many connections at once; where they listen.
async fn served(connections: u32, tls: Option<Arc<Certificates>>) -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let sockets = Sockets { pages: vec![socket], redirect: Vec::new(), tls };
    let pages = Router::new().route("/", get(|| async { "a page" }));
    tokio::spawn(serve_at_most(connections, sockets, pages, BaseUrl::local(1), std::future::pending()));
    address
}

/// What comes back until the server closes, and after how long.
async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let (begun, mut said) = (Instant::now(), Vec::new());
    let _ = stream.read_to_end(&mut said).await;
    (String::from_utf8_lossy(&said).into_owned(), begun.elapsed())
}

fn about(took: Duration, wanted: Duration) {
    assert!(took >= wanted && took < wanted + Duration::from_secs(3), "{took:?} instead of {wanted:?}");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_byte_by_byte_has_an_end() {
    let mut slow = TcpStream::connect(served(9, None).await).await.unwrap();
    let begun = Instant::now();
    for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " {
        if slow.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        if begun.elapsed() > HEAD * 2 {
            break;
        }
    }
    let (said, _) = until_closed(&mut slow).await;
    assert!(!said.contains("a page"), "{said}");
    assert!(begun.elapsed() < HEAD + Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_is_left() {
    let mut silent = TcpStream::connect(served(9, None).await).await.unwrap();
    let (said, took) = until_closed(&mut silent).await;
    assert_eq!(said, "");
    about(took, HEAD);
}

#[tokio::test(start_paused = true)]
async fn beyond_the_limit_one_waits_until_another_has_gone() {
    let address = served(2, None).await;
    let mut idle = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
    tokio::time::sleep(Duration::from_millis(1)).await;
    let mut third = TcpStream::connect(address).await.unwrap();
    third.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let early = tokio::time::timeout(HEAD / 2, third.read_u8()).await;
    assert!(early.is_err(), "the third is answered though two are open");
    idle[0].shutdown().await.unwrap();
    let (said, took) = until_closed(&mut third).await;
    assert!(said.contains("a page"), "{said}");
    assert!(took < HEAD / 2, "it waited for {took:?} after one had gone");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_stops_halfway_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=made-up -days 2 -keyout key -out pem";
    let made = Command::new("openssl").args(line.split(' ')).current_dir(folder.path()).output();
    if !made.is_ok_and(|made| made.status.success()) {
        eprintln!("skipped: install openssl");
        return;
    }
    let files = Tls { certificate: folder.path().join("pem"), key: folder.path().join("key") };
    let tls = Arc::new(Certificates::open(&files).unwrap());
    let mut half = TcpStream::connect(served(9, Some(tls)).await).await.unwrap();
    // The first bytes of a ClientHello that never ends.
    half.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc]).await.unwrap();
    let (_, took) = until_closed(&mut half).await;
    about(took, HANDSHAKE);
}
