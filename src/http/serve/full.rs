//! What a connection is told for which there is no room.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    time::timeout,
};

use crate::metrics;

/// So many are told; more at once are closed without a word.
const TOLD: usize = 64;

/// How long it may take to tell one.
const PATIENCE: Duration = Duration::from_secs(1);

const ANSWER: &str = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: application/json; charset=utf-8\r\n\
                      Content-Length: 104\r\n\r\n\
                      {\"errors\":[{\"message\":\"Too many connections are open: try again.\",\"extensions\":{\"code\":\"OVERLOADED\"}}]}\n";

/// Who tells that there is no room.
pub(super) struct Full(Arc<Semaphore>);

impl Default for Full {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(TOLD)))
    }
}

impl Full {
    /// Tells it, whatever was asked for, and closes.
    pub(super) fn refuse(&self, stream: TcpStream) {
        metrics::shed();
        let Ok(held) = Arc::clone(&self.0).try_acquire_owned() else { return };
        tokio::spawn(async move {
            drop(timeout(PATIENCE, told(stream)).await);
            drop(held);
        });
    }
}

/// The request is read as far as it comes, so that its bytes do not reset the connection before the answer was read.
async fn told(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(ANSWER.as_bytes()).await?;
    stream.shutdown().await?;
    let mut heard = [0; 1024];
    while stream.read(&mut heard).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let (head, body) = ANSWER.split_once("\r\n\r\n").expect("a head");
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
