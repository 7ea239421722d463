//! A server that writes what it is told to, byte for byte.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A server; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Fake {
    pub(super) base: String,
    requests: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Fake {
    /// Does the same with every request; `act` gets the number of the request, from 0, and what to write to.
    pub(super) async fn start<F, A>(act: F) -> Self
    where
        F: Fn(usize, TcpStream) -> A + Send + Sync + 'static,
        A: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(AtomicUsize::new(0));
        let (counted, act) = (Arc::clone(&requests), Arc::new(act));
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (counted, act) = (Arc::clone(&counted), Arc::clone(&act));
                tokio::spawn(async move {
                    let stream = read_request(stream).await?;
                    act(counted.fetch_add(1, Ordering::SeqCst), stream).await
                });
            }
        });
        Self { base, requests, server }
    }

    /// Answers every request with these bytes, and closes.
    pub(super) async fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes: Arc<[u8]> = bytes.into().into();
        Self::start(move |_, stream| say(stream, Arc::clone(&bytes))).await
    }

    /// How many requests came.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Up to the end of the head: no request of the tests has a body.
async fn read_request(mut stream: TcpStream) -> std::io::Result<TcpStream> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        head.push(byte[0]);
    }
    Ok(stream)
}

/// Writes and closes.
pub(super) async fn say(mut stream: TcpStream, bytes: Arc<[u8]>) -> std::io::Result<()> {
    stream.write_all(&bytes).await?;
    stream.shutdown().await
}

/// An answer with these headers, each ending in `\r\n`, and this body.
pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A JSON answer.
pub(super) fn json(status: &str, body: &str) -> Vec<u8> {
    answer(status, "content-type: application/json\r\n", body.as_bytes())
}

/// Packed by gzip.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}
