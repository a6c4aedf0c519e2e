//! Serving: sockets, TLS, limits of connections.
//!
//! Invariant: no client keeps a connection by being slow. Every wait has an end: the handshake, the head of a
//! request, a stalled body or answer, the life of a connection; and only so many are open at once.

mod caller;
mod patient;
mod tls;

pub use caller::Caller;
pub use tls::Certificates;

use axum::Router;
use axum::http::{Request, Uri};
use axum::response::Redirect;
use caller::Peer;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use patient::Patient;
use schoolkeeper_app::base_url::BaseUrl;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

/// Open connections at once, over all sockets.
const CONNECTIONS: u32 = 1024;
/// For the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// For the head of a request, and between two requests.
const HEAD: Duration = Duration::from_secs(15);
/// After this a connection finishes what is under way and closes.
const LIFE: Duration = Duration::from_mins(30);
/// For requests under way when the program is told to stop.
const LAST: Duration = Duration::from_secs(10);
/// Requests at once over one connection of HTTP/2.
const STREAMS: u32 = 64;
/// Bytes of a request's head.
const HEAD_BYTES: u32 = 32 * 1024;

/// Where pages are served.
#[derive(Debug, Default)]
pub struct Sockets {
    /// For the pages.
    pub pages: Vec<TcpListener>,
    /// For sending browsers from http to https.
    pub redirect: Vec<TcpListener>,
    /// TLS for the pages.
    pub tls: Option<Arc<Certificates>>,
}

/// Serves the pages until `stop` ends; requests under way are finished.
pub async fn serve(sockets: Sockets, pages: Router, base_url: BaseUrl, stop: impl Future<Output = ()>) {
    serve_at_most(CONNECTIONS, sockets, pages, base_url, stop).await;
}

async fn serve_at_most(
    connections: u32,
    sockets: Sockets,
    pages: Router,
    base_url: BaseUrl,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(());
    let free = Arc::new(Semaphore::new(connections as usize));
    let mut accepting = tokio::task::JoinSet::new();
    let open = |socket, pages: &Router, tls: &Option<Arc<Certificates>>| {
        let door = Door { pages: pages.clone(), tls: tls.clone(), stopped: stopped.clone() };
        accept(socket, door, free.clone())
    };
    for socket in sockets.pages {
        accepting.spawn(open(socket, &pages, &sockets.tls));
    }
    let elsewhere = to_https(base_url);
    for socket in sockets.redirect {
        accepting.spawn(open(socket, &elsewhere, &None));
    }
    stop.await;
    accepting.shutdown().await;
    drop(stopping);
    if timeout(LAST, free.acquire_many(connections)).await.is_err() {
        tracing::warn!("requests under way were cut off at the end");
    }
}

/// What every connection of a socket is given.
#[derive(Clone)]
struct Door {
    pages: Router,
    tls: Option<Arc<Certificates>>,
    stopped: watch::Receiver<()>,
}

async fn accept(socket: TcpListener, door: Door, free: Arc<Semaphore>) {
    loop {
        let Ok(place) = free.clone().acquire_owned().await else { return };
        match socket.accept().await {
            Ok((stream, peer)) => {
                let door = door.clone();
                tokio::spawn(async move {
                    door.open(stream, Peer(peer.ip().to_canonical())).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

impl Door {
    /// Answers one connection. What goes wrong on the way of a single client is nobody's news.
    async fn open(self, stream: TcpStream, peer: Peer) {
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream);
        let Some(tls) = &self.tls else {
            return self.answer(stream, Builder::new(TokioExecutor::new()).http1_only(), peer).await;
        };
        let accepted = timeout(HANDSHAKE, tls.acceptor().accept(stream)).await;
        let Ok(Ok(stream)) = accepted else {
            tracing::debug!("a TLS handshake failed");
            return;
        };
        let builder = Builder::new(TokioExecutor::new());
        let two = stream.get_ref().1.alpn_protocol() == Some(tls::HTTP_2);
        self.answer(stream, if two { builder.http2_only() } else { builder.http1_only() }, peer).await;
    }

    async fn answer<S>(mut self, stream: S, mut builder: Builder<TokioExecutor>, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES as usize);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(HEAD)
            .keep_alive_timeout(HEAD)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEAD_BYTES);
        let pages = self.pages;
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            pages.clone().oneshot(request)
        });
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = self.stopped.changed() => {}
            () = sleep(LIFE) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// Sends every address on to the same path by https.
fn to_https(base_url: BaseUrl) -> Router {
    let to = move |uri: Uri| {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let to = base_url.to(if path.starts_with('/') { path } else { "/" });
        async move { Redirect::permanent(&to) }
    };
    Router::new().fallback(to)
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
