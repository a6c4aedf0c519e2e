//! Taking a file in: sealed as it comes, then looked into.
//!
//! Invariant: nothing lies anywhere unsealed, and of what is refused or made anew nothing is left behind.

use super::picture::{self, Clean};
use crate::blob::{BlobOf, Content};
use crate::{Error, House};
use futures_util::stream::{self, Stream, StreamExt};
use schoolkeeper_core::attachment::{FileKind, HEAD_BYTES, Seen, Unfit, file_name, is_plain, office, seen};
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::object::ObjectError;
use std::io::{self, Cursor, Read};
use tokio::sync::Semaphore;
use zip::ZipArchive;

/// Most bytes of one file.
pub const FILE_BYTES_MAX: u64 = 20 << 20;
/// Most bytes of a picture made anew.
const CLEAN_BYTES_MAX: u64 = 64 << 20;
/// Most parts of an office document.
const PARTS_MAX: usize = 5_000;

/// Whose turn it is to be looked into: one at a time has all of its dots in memory.
static TURN: Semaphore = Semaphore::const_new(1);

/// A file that is sealed; nothing names it yet, so that it is swept unless it is attached.
#[derive(Debug)]
pub struct Received {
    pub(super) kind: FileKind,
    pub(super) name: String,
    pub(super) blob: Blob,
    pub(super) small: Option<Blob>,
}

impl Received {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn size(&self) -> i64 {
        self.blob.size + self.small.as_ref().map_or(0, |small| small.size)
    }
}

impl House {
    /// Seals a file and looks what it is; what is not taken is refused in words.
    pub(crate) async fn receive_file(
        &self,
        of: BlobOf<'_>,
        name: &str,
        content: impl Stream<Item = io::Result<Vec<u8>>> + Send,
    ) -> Result<Received, Error> {
        let mut content = Box::pin(content);
        let mut head = Vec::new();
        while head.len() < HEAD_BYTES
            && let Some(piece) = content.next().await
        {
            head.extend(piece.map_err(cut_off)?);
        }
        let seen = seen(&head[..head.len().min(HEAD_BYTES)], name).map_err(unfit)?;
        let text = matches!(seen, Seen::Kind(kind) if kind.is_text());
        let whole = stream::once(std::future::ready(Ok(head))).chain(content).map(move |piece: io::Result<Vec<u8>>| {
            let piece = piece?;
            if text && !is_plain(&piece) { Err(io::Error::other(Unfit::Other.words())) } else { Ok(piece) }
        });
        let blob = self.seal_blob(of, whole).await.map_err(too_large)?;
        let looked = match seen {
            Seen::Kind(kind) if kind.is_picture() => self.make_anew(of, (name, kind), &blob).await,
            Seen::Kind(kind) => return Ok(Received { kind, name: file_name(name, kind), blob, small: None }),
            Seen::Zip => match self.look_into(&blob).await {
                Ok(kind) => return Ok(Received { kind, name: file_name(name, kind), blob, small: None }),
                Err(error) => Err(error),
            },
        };
        self.discard(&blob).await;
        looked
    }

    /// The picture anew, and small.
    async fn make_anew(&self, of: BlobOf<'_>, (name, kind): (&str, FileKind), raw: &Blob) -> Result<Received, Error> {
        let _turn = TURN.acquire().await.expect("never closed");
        let bytes = collect(self.content(raw).await?, raw.size).await?;
        let made = tokio::task::spawn_blocking(move || picture::clean(&bytes, kind)).await;
        // A picture that breaks its reader is a broken picture.
        let Clean { bytes, small } = made.unwrap_or(Err(Unfit::Broken)).map_err(unfit)?;
        let of = BlobOf { size_max: CLEAN_BYTES_MAX, ..of };
        let blob = self.seal_blob(of, once(bytes)).await?;
        let small = self.seal_blob(of, once(small)).await;
        match small {
            Ok(small) => Ok(Received { kind, name: file_name(name, kind), blob, small: Some(small) }),
            Err(error) => {
                self.discard(&blob).await;
                Err(error)
            }
        }
    }

    async fn look_into(&self, blob: &Blob) -> Result<FileKind, Error> {
        let _turn = TURN.acquire().await.expect("never closed");
        let bytes = collect(self.content(blob).await?, blob.size).await?;
        let looked = tokio::task::spawn_blocking(move || document(&bytes)).await;
        looked.unwrap_or(Err(Unfit::Other)).map_err(unfit)
    }

    /// Lets go of a file that is not attached after all.
    pub async fn discard_file(&self, received: &Received) {
        self.discard(&received.blob).await;
        if let Some(small) = &received.small {
            self.discard(small).await;
        }
    }

    /// A failure leaves an object without a row: the sweep takes it.
    async fn discard(&self, blob: &Blob) {
        let removed = match self.objects() {
            Ok(objects) => objects.remove_object(&blob.object).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            tracing::warn!(%error, "a file that is not kept is left to the sweep");
        }
    }
}

/// Which office document a zip file is: only its table of contents and one small part are read.
fn document(bytes: &[u8]) -> Result<FileKind, Unfit> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit::Other)?;
    if archive.len() > PARTS_MAX {
        return Err(Unfit::Other);
    }
    let mut mimetype = String::new();
    let has_type = match archive.by_name("mimetype") {
        Ok(part) => part.take(200).read_to_string(&mut mimetype).is_ok(),
        Err(_) => false,
    };
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    office(names.iter().map(String::as_str), has_type.then_some(mimetype.as_str()))
}

fn once(bytes: Vec<u8>) -> impl Stream<Item = io::Result<Vec<u8>>> + Send {
    stream::once(std::future::ready(Ok(bytes)))
}

/// All of a sealed file, of which the size is known and bounded.
pub(crate) async fn collect(mut content: Content<'static>, size: i64) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(usize::try_from(size).unwrap_or(0).min(CLEAN_BYTES_MAX as usize));
    while let Some(piece) = content.next().await {
        out.extend(piece.map_err(|error| Error::corrupt("a sealed file", error))?);
    }
    Ok(out)
}

fn unfit(unfit: Unfit) -> Error {
    Error::refused(unfit.words())
}

#[expect(clippy::needless_pass_by_value, reason = "a step of `map_err`")]
fn cut_off(error: io::Error) -> Error {
    Error::refused(format!("The file did not arrive whole ({error}). Try again"))
}

/// What came was cut off or is too much; where sealed files lie is nobody's business here.
fn too_large(error: Error) -> Error {
    match error {
        Error::Object(ObjectError::Source(why)) if why == Unfit::Other.words() => unfit(Unfit::Other),
        Error::Object(ObjectError::Source(why)) if why.contains("larger than") => {
            Error::refused(format!("The file has more than {} MB. Make it smaller, or split it", FILE_BYTES_MAX >> 20))
        }
        Error::Object(ObjectError::Source(why)) => cut_off(io::Error::other(why)),
        other => other,
    }
}
