//! Where sealed bytes lie: a local folder or an S3 store. Knows nothing of what they mean.
//!
//! Invariant: an object is there whole or not at all (written aside, synced, renamed; or one S3 upload), and nothing
//! is held in memory but a few parts of it.

use futures_util::stream::{BoxStream, Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, WriteMultipart};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of one part: with S3's 10,000 parts an object has at most 80 GB.
const PART_BYTES: usize = 8 << 20;
/// Parts on their way at once.
const PARTS_UNDER_WAY: usize = 2;
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// One part on a slow line.
const REQUEST_WAIT: Duration = Duration::from_mins(2);
const RETRY_FOR: Duration = Duration::from_secs(20);
const RETRIES_MAX: usize = 4;

/// A place for objects.
#[derive(Clone, PartialEq, Eq)]
pub enum ObjectPlace {
    /// A folder of this machine; made when it is not there.
    Folder(PathBuf),
    /// An S3 store.
    S3(S3),
}

/// An S3 store.
#[derive(Clone, PartialEq, Eq)]
pub struct S3 {
    /// `https://…`; plain http only to this machine.
    pub endpoint: String,
    /// The bucket; it must be there.
    pub bucket: String,
    /// Its region; `us-east-1` where a server knows none.
    pub region: String,
    /// Name of the access key.
    pub access_key: String,
    /// The access key's secret.
    pub secret: String,
}

impl fmt::Debug for ObjectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for ObjectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "the folder {}", path.display()),
            Self::S3(s3) => write!(f, "the S3 store {} (bucket {})", s3.endpoint, s3.bucket),
        }
    }
}

/// Why an object could not be stored or fetched.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// It is not there.
    #[error("{place} does not hold `{name}`")]
    Missing {
        /// Where.
        place: String,
        /// What.
        name: String,
    },
    /// The place says no.
    #[error("{place} refuses the access key\nhint: check key, secret and what they may do")]
    Denied {
        /// Where.
        place: String,
    },
    /// The place cannot be reached, or failed.
    #[error("{place} failed: {why}\nhint: check that it is there and has room, then try again")]
    Failed {
        /// Where.
        place: String,
        /// Why.
        why: String,
    },
    /// What was to be stored could not be read.
    #[error("what was to be stored could not be read: {0}")]
    Source(String),
    /// Fewer or more bytes came than there are.
    #[error("`{name}` in {place} has {there} bytes, but {came} came: it was cut off on the way")]
    CutOff {
        /// Where.
        place: String,
        /// What.
        name: String,
        /// Bytes it should have.
        there: u64,
        /// Bytes that came.
        came: u64,
    },
}

/// An object in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was written.
    pub written_at: Timestamp,
}

/// Bytes in pieces.
pub type Pieces<'a> = BoxStream<'a, Result<Vec<u8>, ObjectError>>;

/// An open place for objects.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    place: String,
}

impl Objects {
    /// Opens it; whether an S3 store answers is seen at the first use.
    pub fn open(place: &ObjectPlace) -> Result<Self, ObjectError> {
        let words = place.to_string();
        let failed = |why: String| ObjectError::Failed { place: words.clone(), why };
        let store: Arc<dyn ObjectStore> = match place {
            ObjectPlace::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|error| failed(error.to_string()))?;
                let local = LocalFileSystem::new_with_prefix(path).map_err(|error| failed(error.to_string()))?;
                Arc::new(local.with_fsync(true))
            }
            ObjectPlace::S3(s3) => Arc::new(s3.open().map_err(|error| failed(error.to_string()))?),
        };
        Ok(Self { store, place: words })
    }

    /// Where it is, in words.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Stores an object from pieces and says how many bytes it has. On an error there is none.
    pub async fn put_object(
        &self,
        name: &str,
        pieces: impl Stream<Item = std::io::Result<Vec<u8>>> + Send,
    ) -> Result<u64, ObjectError> {
        let path = Name::from(name);
        let mut pieces = std::pin::pin!(pieces);
        let (mut first, mut size) = (Vec::new(), 0_u64);
        while first.len() < PART_BYTES {
            let Some(piece) = pieces.next().await else {
                size += first.len() as u64;
                let put = self.store.put(&path, PutPayload::from(first)).await;
                return put.map(|_| size).map_err(|error| self.failed(name, error));
            };
            first.extend(piece.map_err(|error| ObjectError::Source(error.to_string()))?);
        }
        let upload = self.store.put_multipart(&path).await.map_err(|error| self.failed(name, error))?;
        let mut write = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        write.write(&first);
        size += first.len() as u64;
        drop(first);
        while let Some(piece) = pieces.next().await {
            let wrong = match piece {
                Ok(piece) => {
                    size += piece.len() as u64;
                    write.write(&piece);
                    write.wait_for_capacity(PARTS_UNDER_WAY).await.err().map(|error| self.failed(name, error))
                }
                Err(error) => Some(ObjectError::Source(error.to_string())),
            };
            if let Some(error) = wrong {
                let _ = write.abort().await;
                return Err(error);
            }
        }
        write.finish().await.map_err(|error| self.failed(name, error))?;
        Ok(size)
    }

    /// Its bytes in pieces, and how many there are. A piece too few or too many is an error at the end.
    pub async fn get_object(&self, name: &str) -> Result<(u64, Pieces<'static>), ObjectError> {
        let got = self.store.get(&Name::from(name)).await.map_err(|error| self.failed(name, error))?;
        let there = got.meta.size;
        let (this, named) = (self.clone(), name.to_owned());
        let pieces = got.into_stream().map(move |piece| match piece {
            Ok(piece) => Ok(piece.to_vec()),
            Err(error) => Err(this.failed(&named, error)),
        });
        let (place, name) = (self.place.clone(), name.to_owned());
        let whole =
            pieces.map(Some).chain(futures_util::stream::once(async { None })).scan(0_u64, move |came, piece| {
                let out = match piece {
                    Some(Ok(piece)) => {
                        *came += piece.len() as u64;
                        Some(Ok(piece))
                    }
                    Some(Err(error)) => Some(Err(error)),
                    None if *came != there => {
                        let (place, name) = (place.clone(), name.clone());
                        Some(Err(ObjectError::CutOff { place, name, there, came: *came }))
                    }
                    None => None,
                };
                std::future::ready(out)
            });
        Ok((there, whole.boxed()))
    }

    /// How many bytes an object has; `None` when it is not there.
    pub async fn object_size(&self, name: &str) -> Result<Option<u64>, ObjectError> {
        match self.store.head(&Name::from(name)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(name, error)),
        }
    }

    /// Removes an object; one that is gone already is well.
    pub async fn remove_object(&self, name: &str) -> Result<(), ObjectError> {
        match self.store.delete(&Name::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(name, error)),
        }
    }

    /// Every object under a folder, in no order.
    pub fn list(&self, under: &str) -> BoxStream<'_, Result<Found, ObjectError>> {
        let found = self.store.list(Some(&Name::from(under))).map_ok(|meta| Found {
            name: meta.location.to_string(),
            size: meta.size,
            written_at: Timestamp::from_second(meta.last_modified.timestamp()).unwrap_or_default(),
        });
        let named = under.to_owned();
        found.map_err(move |error| self.failed(&named, error)).boxed()
    }

    fn failed(&self, name: &str, error: object_store::Error) -> ObjectError {
        let place = self.place.clone();
        match error {
            object_store::Error::NotFound { .. } => ObjectError::Missing { place, name: name.to_owned() },
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                ObjectError::Denied { place }
            }
            other => ObjectError::Failed { place, why: causes(&other) },
        }
    }
}

impl S3 {
    fn open(&self) -> object_store::Result<object_store::aws::AmazonS3> {
        // The first of the process wins; a later one changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let host = self.endpoint.split("://").nth(1).unwrap_or_default();
        let here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host.starts_with(name));
        let options = ClientOptions::new().with_connect_timeout(CONNECT_WAIT).with_timeout(REQUEST_WAIT);
        AmazonS3Builder::new()
            .with_endpoint(&self.endpoint)
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key)
            .with_secret_access_key(&self.secret)
            .with_client_options(options)
            .with_allow_http(here)
            .with_checksum_algorithm(object_store::aws::Checksum::SHA256)
            .with_retry(RetryConfig { max_retries: RETRIES_MAX, retry_timeout: RETRY_FOR, ..RetryConfig::default() })
            .build()
    }
}

/// An error with its causes, each once.
fn causes(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !out.contains(&cause_text) {
            out.push_str(": ");
            out.push_str(&cause_text);
        }
        source = cause.source();
    }
    out
}
