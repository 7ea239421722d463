//! Something that has to get on: it fails when it stays in the middle for too long.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// A connection that must be written to, or a body that must be read, within a time. The time begins when nothing more can be
/// done, and ends with the next byte. Waiting for a connection's next request takes no time: its head has a limit of its own.
pub(super) struct Progress<T, H> {
    of: T,
    patience: Duration,
    /// Until when; none while it gets on.
    until: Option<Pin<Box<Sleep>>>,
    /// Kept for as long as it lives.
    _held: H,
}

impl<T, H> Progress<T, H> {
    pub(super) fn new(of: T, patience: Duration, held: H) -> Self {
        Self { of, patience, until: None, _held: held }
    }

    /// What has come of a step; an error for one that is waited for in vain.
    fn judge<R>(&mut self, step: Poll<R>, cx: &mut Context<'_>) -> Poll<Result<R, io::Error>> {
        match step {
            Poll::Ready(done) => {
                self.until = None;
                Poll::Ready(Ok(done))
            }
            Poll::Pending => {
                let patience = self.patience;
                let until = self.until.get_or_insert_with(|| Box::pin(sleep(patience)));
                match until.as_mut().poll(cx) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(()) => {
                        // Asked again, it waits again.
                        until.as_mut().reset(Instant::now() + patience);
                        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                    }
                }
            }
        }
    }
}

impl<T: AsyncRead + Unpin, H: Unpin> AsyncRead for Progress<T, H> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.of).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin, H: Unpin> AsyncWrite for Progress<T, H> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let step = Pin::new(&mut self.of).poll_write(cx, bytes);
        self.judge(step, cx).map(Result::flatten)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let step = Pin::new(&mut self.of).poll_write_vectored(cx, bytes);
        self.judge(step, cx).map(Result::flatten)
    }

    fn is_write_vectored(&self) -> bool {
        self.of.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.of).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let step = Pin::new(&mut self.of).poll_shutdown(cx);
        self.judge(step, cx).map(Result::flatten)
    }
}

impl<T: Body + Unpin, H: Unpin> Body for Progress<T, H>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = T::Data;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<T::Data>>>> {
        let step = Pin::new(&mut self.of).poll_frame(cx);
        self.judge(step, cx).map(|step| match step {
            Ok(frame) => frame.map(|frame| frame.map_err(io::Error::other)),
            Err(too_late) => Some(Err(too_late)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.of.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.of.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);
    const NEARLY: Duration = Duration::from_secs(29);

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stops_ends_the_connection_and_a_slow_one_does_not() {
        let (ours, mut theirs) = duplex(16);
        let mut line = Progress::new(ours, PATIENCE, ());
        line.write_all(&[0; 16]).await.expect("there is room");
        let begin = Instant::now();
        let mut buffer = [0; 1];
        let slow = tokio::spawn(async move {
            for _ in 0..5 {
                sleep(NEARLY).await;
                theirs.read_exact(&mut buffer).await.expect("a byte");
            }
            theirs
        });
        line.write_all(&[0; 5]).await.expect("a byte at a time is taken");
        assert_eq!(begin.elapsed(), NEARLY * 5);
        let stopped = slow.await.expect("it ran");
        let begin = Instant::now();
        let failed = line.write_all(&[0; 5]).await.expect_err("nobody reads");
        assert_eq!((failed.kind(), begin.elapsed()), (io::ErrorKind::TimedOut, PATIENCE));
        drop(stopped);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_with_nothing_to_write_may_be_idle_for_ever() {
        let (ours, mut theirs) = duplex(16);
        let mut line = Progress::new(ours, PATIENCE, ());
        let late = tokio::spawn(async move {
            sleep(PATIENCE * 100).await;
            theirs.write_all(b"late").await.expect("it is heard");
            theirs
        });
        let mut heard = [0; 4];
        line.read_exact(&mut heard).await.expect("it waits");
        assert_eq!(&heard, b"late");
        line.write_all(b"answer").await.expect("it is written");
        drop(late.await);
    }
}
