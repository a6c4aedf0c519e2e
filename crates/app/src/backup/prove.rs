//! The proof: a back-up is put back into an empty folder, row by row and file by file, in a process of its own.

use super::make::look;
use super::manifest::Manifest;
use super::{BackupError, restore};
use crate::Error;
use crate::blob::seal;
use crate::key::Key;
use futures_util::stream::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::object::{ObjectPlace, Objects};
use schoolkeeper_store::{Place, Store};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

const BLOBS_AT_ONCE: u32 = 500;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// Tables.
    pub tables: u64,
    /// Rows of all of them.
    pub rows: u64,
    /// Sealed files, opened and compared.
    pub blobs: u64,
    /// Records of the ledger, walked against the manifest's checkpoint.
    pub records: u64,
    /// The ledger that came back is not what was recorded: how many places, and the first.
    pub altered: Option<String>,
    /// The snapshot's instant.
    pub made_at: Timestamp,
}

/// Puts a back-up into a scratch folder and compares everything. The caller removes the folder.
pub async fn prove(file: &Path, key: &Key, scratch: &Path, now: Timestamp) -> Result<Proved, Error> {
    std::fs::create_dir_all(scratch).map_err(|error| BackupError::file(scratch, &error))?;
    let (about, manifest) = look(file, key).await?;
    let store = Store::open(&Place::Sqlite(scratch.join("schoolkeeper.sqlite")), Uuid::nil()).await?;
    let proved =
        restore::fill(&store, (file, key), &ObjectPlace::Folder(scratch.to_owned()), (&about, &manifest), now).await;
    let proved = match proved {
        Ok(filled) => open_all(&store, key, scratch).await.map(|()| filled.proved),
        Err(error) => Err(error),
    };
    store.close().await?;
    proved
}

/// Opens every sealed file and compares it with its row.
async fn open_all(store: &Store, key: &Key, scratch: &Path) -> Result<(), Error> {
    let (system, objects) = (Scope::system("prove"), Objects::open(&ObjectPlace::Folder(scratch.to_owned()))?);
    let read = store.read().await?;
    let mut after = None;
    loop {
        let page = read.blob_page(&system, after, BLOBS_AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for blob in &page {
            let (_, sealed) = objects.get_object(&blob.object).await?;
            let expected = seal::Measured { size: blob.size.unsigned_abs(), sha256: blob.sha256.clone() };
            let opened = seal::open(key, sealed.map_err(std::io::Error::other).boxed(), expected);
            let ended = opened.try_for_each(|_| std::future::ready(Ok(()))).await;
            let differs =
                |error: std::io::Error| BackupError::Differs { what: blob.object.clone(), why: error.to_string() };
            ended.map_err(differs)?;
        }
    }
}

/// Whether what came back is what was backed up.
pub(super) fn same(proved: &Proved, manifest: &Manifest) -> Result<(), Error> {
    let came = (proved.tables, proved.rows, proved.blobs);
    let there = (manifest.tables.len() as u64, manifest.rows(), manifest.blobs);
    if came == there {
        return Ok(());
    }
    let why = format!("{came:?} tables, rows and files came back of {there:?}");
    Err(BackupError::Differs { what: "the whole".to_owned(), why }.into())
}

/// The same in a child process: `schoolkeeper backup --prove FILE --scratch DIR`, with the key on its standard input.
pub(super) async fn in_child(program: &Path, file: &Path, key: &Key, scratch: &Path) -> Result<Proved, Error> {
    let wrong = |error: std::io::Error| BackupError::file(program, &error);
    let mut command = tokio::process::Command::new(program);
    command.args(["backup", "--prove"]).arg(file).arg("--scratch").arg(scratch);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(wrong)?;
    // Held open until the child is done: when this process dies, the child sees it close and ends, too.
    let mut stdin = child.stdin.take();
    if let Some(stdin) = &mut stdin {
        stdin.write_all(format!("{}\n", key.secret().as_str()).as_bytes()).await.map_err(wrong)?;
    }
    let out = child.wait_with_output().await.map_err(wrong)?;
    drop(stdin);
    if out.status.success()
        && let Ok(proved) = serde_json::from_slice(&out.stdout)
    {
        return Ok(proved);
    }
    let said = String::from_utf8_lossy(&out.stderr).trim().trim_start_matches("error: ").to_owned();
    let why = if said.is_empty() { format!("the proof ended with {}", out.status) } else { said };
    Err(Error::refused(why))
}
