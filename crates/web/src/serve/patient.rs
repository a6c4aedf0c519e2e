//! A stream that gives up when nothing has moved for a while.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Longer than the slowest page may take.
const STALL: Duration = Duration::from_mins(1);

/// Reads and writes through; a byte in either direction starts the wait again.
#[derive(Debug)]
pub(super) struct Patient<S> {
    inner: S,
    stalled: Pin<Box<Sleep>>,
}

impl<S> Patient<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner, stalled: Box::pin(sleep(STALL)) }
    }

    /// What the stream said, unless it has said nothing for too long.
    fn or_stalled<T>(&mut self, context: &mut Context<'_>, said: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if said.is_ready() {
            self.stalled.as_mut().reset(Instant::now() + STALL);
            return said;
        }
        self.stalled.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.inner).poll_read(context, into);
        self.or_stalled(context, said)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.or_stalled(context, said)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.or_stalled(context, said)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.inner).poll_flush(context);
        if said.is_ready() { said } else { self.or_stalled(context, said) }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.inner).poll_shutdown(context);
        if said.is_ready() { said } else { self.or_stalled(context, said) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Patient, STALL};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn only_silence_ends_the_patience() {
        let (mut client, server) = tokio::io::duplex(8);
        let mut server = Patient::new(server);
        for _ in 0..10 {
            tokio::time::sleep(STALL.mul_f64(0.9)).await;
            client.write_all(b"slow").await.unwrap();
            let mut four = [0; 4];
            server.read_exact(&mut four).await.unwrap();
        }
        let before = tokio::time::Instant::now();
        let error = server.read_u8().await.unwrap_err();
        assert_eq!((error.kind(), before.elapsed().as_secs()), (std::io::ErrorKind::TimedOut, STALL.as_secs()));
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_who_never_reads_the_answer_is_left() {
        let (_client, server) = tokio::io::duplex(8);
        let error = Patient::new(server).write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    }
}
