//! Connections: how many there may be, and how long one may keep us waiting. HTTP/1.1 only; a proxy in front speaks the others.
//!
//! A connection that is idle by design (a stream of events, a WebSocket) lives on. One is ended that does not send the head of
//! its next request in time, or that neither takes what we have to write nor sends the body that it announced.

mod full;
mod progress;

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::Service as _};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};

use full::Full;
use progress::Progress;

/// How long to wait when the machine has no room for another connection.
const REST: Duration = Duration::from_millis(100);

/// How much of a request's head is read; the address of a GET holds a whole document.
const HEAD_BYTES: usize = 128 << 10;

/// Limits of connections.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// The most at once, those that are upgraded too.
    pub connections: usize,
    /// How long the head of a request may take; counted from the end of the one before.
    pub head: Duration,
    /// How long a connection may stay without progress while there is something to write or a body to read.
    pub stalled: Duration,
}

/// Answers requests until `stop` is done, and then those that have begun. Done when all connections are at their ends.
pub async fn serve(listener: TcpListener, router: Router, limits: ConnectionLimits, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(limits.connections));
    let full = Full::default();
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = stop.as_mut() => break,
        };
        match Arc::clone(&room).try_acquire_owned() {
            Ok(held) => {
                tokio::spawn(talk(Line { stream, peer, held }, router.clone(), limits, stopped.clone()));
            }
            Err(_) => full.refuse(stream),
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    drop(room.acquire_many(all).await);
}

/// The next connection. What fails is one connection's own trouble, or passes.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::warn!("cannot take another connection: {error}");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

fn is_the_peers(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// A connection.
struct Line {
    stream: TcpStream,
    peer: SocketAddr,
    /// Its place among the connections that there may be.
    held: OwnedSemaphorePermit,
}

/// Answers the requests of a connection, one after the other.
async fn talk(line: Line, router: Router, limits: ConnectionLimits, mut stopped: watch::Receiver<bool>) {
    let Line { stream, peer, held } = line;
    // Answers are written whole: to wait for more of them only makes them late. Where it cannot be set they are late.
    drop(stream.set_nodelay(true));
    let router = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request.map(|body| Body::new(Progress::new(body, limits.stalled, ()))))
    });
    // What a connection was made into, such as a WebSocket, keeps the place.
    let io = TokioIo::new(Progress::new(stream, limits.stalled, held));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD_BYTES);
    let mut connection = pin!(http.serve_connection(io, service).with_upgrades());
    let asked_to_stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = asked_to_stop => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%peer, "a connection broke off: {error}");
    }
}
