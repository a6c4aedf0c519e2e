//! Sealing and opening in a stream: a few pieces in memory, whatever the size; content never lies anywhere unsealed.

use crate::key::Key;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Pieces of content.
pub type Content<'a> = BoxStream<'a, io::Result<Vec<u8>>>;

/// Pieces on their way between the thread that opens and the one that reads.
const PIECES_UNDER_WAY: usize = 4;
const PIECE_BYTES: usize = 256 << 10;

/// What went through a seal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) size: u64,
    pub(crate) sha256: String,
}

/// Where the seal writes to; emptied after every piece.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Seals content of at most `size_max` bytes; what went through is known when the stream has ended.
pub(crate) fn seal<'a>(
    key: &Key,
    content: impl Stream<Item = io::Result<Vec<u8>>> + Send + 'a,
    size_max: u64,
) -> io::Result<(Content<'a>, Arc<Mutex<Measured>>)> {
    let out = Out::default();
    let writer = key.sealing(out.clone())?;
    let measured = Arc::new(Mutex::new(Measured::default()));
    let state = (Some(writer), Box::pin(content), Sha256::new(), 0_u64);
    let result = measured.clone();
    let sealed = stream::try_unfold(state, move |(writer, mut content, mut hash, size)| {
        let (out, measured) = (out.clone(), measured.clone());
        async move {
            let Some(mut writer) = writer else { return Ok(None) };
            let Some(piece) = content.next().await.transpose()? else {
                writer.finish()?;
                let sha256 = hex(&hash.clone().finalize());
                *measured.lock().unwrap_or_else(PoisonError::into_inner) = Measured { size, sha256 };
                return Ok(Some((out.take(), (None, content, hash, size))));
            };
            let size = size + piece.len() as u64;
            if size > size_max {
                return Err(io::Error::other(format!("it is larger than {size_max} bytes")));
            }
            hash.update(&piece);
            writer.write_all(&piece)?;
            Ok(Some((out.take(), (Some(writer), content, hash, size))))
        }
    });
    Ok((sealed.boxed(), result))
}

/// Sealed pieces as something to read from, on a thread that may wait.
struct Sealed {
    pieces: mpsc::Receiver<io::Result<Vec<u8>>>,
    piece: io::Cursor<Vec<u8>>,
}

impl Read for Sealed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            match self.pieces.blocking_recv() {
                Some(piece) => self.piece = io::Cursor::new(piece?),
                None => return Ok(0),
            }
        }
    }
}

/// Opens sealed pieces. The stream ends with an error when they were damaged, cut off, or are not what was `expected`.
pub(crate) fn open(key: &Key, mut sealed: Content<'static>, expected: Measured) -> Content<'static> {
    let (sealed_in, pieces) = mpsc::channel(PIECES_UNDER_WAY);
    let (content_out, content) = mpsc::channel(PIECES_UNDER_WAY);
    let key = key.clone();
    let feed = async move {
        while let Some(piece) = sealed.next().await {
            if sealed_in.send(piece).await.is_err() {
                break;
            }
        }
    };
    let opening = tokio::task::spawn_blocking(move || {
        let sealed = Sealed { pieces, piece: io::Cursor::default() };
        let opened = read_all(&key, sealed, &expected, |piece| content_out.blocking_send(Ok(piece)).is_ok());
        if let Err(error) = opened {
            let _ = content_out.blocking_send(Err(error));
        }
    });
    // Both ends are driven by whoever reads: when the reader goes away, so does the rest.
    let feed = stream::once(feed).filter_map(|()| async { None });
    let content = stream::unfold((content, Some(opening)), |(mut content, opening)| async move {
        content.recv().await.map(|piece| (piece, (content, opening)))
    });
    stream::select(feed, content).boxed()
}

fn read_all(
    key: &Key,
    sealed: impl Read,
    expected: &Measured,
    mut give: impl FnMut(Vec<u8>) -> bool,
) -> io::Result<()> {
    let mut opened = key.opening(sealed).map_err(io::Error::other)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    loop {
        let mut piece = vec![0; PIECE_BYTES];
        let read = opened.read(&mut piece)?;
        if read == 0 {
            break;
        }
        piece.truncate(read);
        hash.update(&piece);
        size += read as u64;
        if !give(piece) {
            return Ok(());
        }
    }
    if (Measured { size, sha256: hex(&hash.finalize()) }) == *expected {
        Ok(())
    } else {
        Err(io::Error::other("the content is not what was stored: its checksum differs"))
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
