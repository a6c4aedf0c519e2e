//! Writing the sealed file, on a thread of its own: tar → gzip → age → disk.

use super::BackupError;
use crate::blob::seal::hex;
use crate::key::Key;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// What goes into the file, in order.
pub(super) enum Piece {
    /// An entry that fits into memory.
    Entry(String, Vec<u8>),
    /// An entry of so many bytes, which follow.
    Long(String, u64, mpsc::Receiver<io::Result<Vec<u8>>>),
}

/// What was written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// Writes pieces into a new file that only its owner can read, and syncs it.
pub(super) fn write(
    file: &Path,
    key: &Key,
    made_at: Timestamp,
    mut pieces: mpsc::Receiver<Piece>,
) -> Result<Written, BackupError> {
    let wrong = |error: io::Error| BackupError::file(file, &error);
    let mut open = OpenOptions::new();
    let made = open.create(true).truncate(true).write(true).mode(0o600).open(file).map_err(wrong)?;
    let out = Hashed { out: BufWriter::with_capacity(1 << 20, made), hash: Sha256::new(), size: 0 };
    let sealed = key.sealing(out).map_err(wrong)?;
    let mut tar = tar::Builder::new(Members { out: Some(GzEncoder::new(sealed, Compression::fast())), packed: true });
    while let Some(piece) = pieces.blocking_recv() {
        let added = match piece {
            Piece::Entry(name, bytes) => {
                tar.get_mut().pack(true).and_then(|()| add(&mut tar, &name, bytes.len() as u64, made_at, &bytes[..]))
            }
            // Sealed bytes do not get smaller.
            Piece::Long(name, size, parts) => tar
                .get_mut()
                .pack(false)
                .and_then(|()| add(&mut tar, &name, size, made_at, Parts { parts, part: io::Cursor::default() })),
        };
        added.map_err(wrong)?;
    }
    let sealed = tar.into_inner().and_then(Members::finish).map_err(wrong)?;
    let Hashed { mut out, hash, size } = sealed.finish().map_err(wrong)?;
    out.flush().and_then(|()| out.get_ref().sync_all()).map_err(wrong)?;
    Ok(Written { size, sha256: hex(&hash.finalize()) })
}

fn add<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    size: u64,
    made_at: Timestamp,
    bytes: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(made_at.as_second().unsigned_abs());
    let mut bytes = bytes.take(size);
    tar.append_data(&mut header, name, &mut bytes)?;
    // What came short would shift everything after it.
    if bytes.limit() == 0 {
        Ok(())
    } else {
        Err(io::Error::other(format!("`{name}` became shorter while it was read")))
    }
}

/// Gzip members one after the other, packed or not.
struct Members<W: Write> {
    out: Option<GzEncoder<W>>,
    packed: bool,
}

impl<W: Write> Members<W> {
    fn pack(&mut self, packed: bool) -> io::Result<()> {
        if self.packed != packed
            && let Some(out) = self.out.take()
        {
            let level = if packed { Compression::fast() } else { Compression::none() };
            self.out = Some(GzEncoder::new(out.finish()?, level));
            self.packed = packed;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<W> {
        self.out.ok_or_else(gone)?.finish()
    }
}

fn gone() -> io::Error {
    io::Error::other("writing failed before")
}

impl<W: Write> Write for Members<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.as_mut().ok_or_else(gone)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().ok_or_else(gone)?.flush()
    }
}

/// Counts and hashes what reaches the disk.
struct Hashed {
    out: BufWriter<File>,
    hash: Sha256,
    size: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Parts that come from elsewhere.
struct Parts {
    parts: mpsc::Receiver<io::Result<Vec<u8>>>,
    part: io::Cursor<Vec<u8>>,
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            match self.parts.blocking_recv() {
                Some(part) => self.part = io::Cursor::new(part?),
                None => return Ok(0),
            }
        }
    }
}

/// `NAME` → `NAME.part`.
pub(super) fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
