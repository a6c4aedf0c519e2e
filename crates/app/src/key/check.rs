//! Looking whether the key opens what is sealed here.

use crate::{Error, House};
use futures_util::stream::TryStreamExt;
use schoolkeeper_core::actor::Scope;

const BLOBS_AT_ONCE: u32 = 500;

/// What opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Secrets in the records.
    pub secrets: usize,
    /// Sealed files.
    pub blobs: usize,
}

impl House {
    /// Opens everything that is sealed and throws it away; the first that does not open is an error.
    pub async fn check_key(&self) -> Result<Checked, Error> {
        let system = Scope::system("key-check");
        let read = self.read().await?;
        let mut checked = Checked::default();
        for sealed in read.sealed(&system).await? {
            self.key().open_text(&sealed)?;
            checked.secrets += 1;
        }
        let mut after = None;
        loop {
            let page = read.blob_page(&system, after, BLOBS_AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(checked) };
            after = Some(last.id);
            for blob in &page {
                let content = self.content(blob).await?;
                let opened = content.try_for_each(|_| std::future::ready(Ok(()))).await;
                opened.map_err(|error| Error::refused(format!("the file {} does not open: {error}", blob.id)))?;
                checked.blobs += 1;
            }
        }
    }
}
