//! What the page of back-ups shows, and asking for one.

use super::BackUp;
use crate::job::{Failure, Handler};
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_store::NewJob;
use schoolkeeper_store::backup::Backup;

/// The kind of the job that makes a back-up when somebody asks for one.
const KIND: &str = "backup";
/// Attempts a page shows.
const SHOWN: u32 = 30;
/// An attempt without an end for so long has died with its process.
const DEAD_AFTER: SignedDuration = SignedDuration::from_hours(6);

/// How it stands with the back-ups of this installation.
#[derive(Clone, Debug)]
pub struct Backups {
    /// Where they go.
    pub place: String,
    /// The latest that came back.
    pub last_good: Option<Backup>,
    /// The one that is being made.
    pub running: Option<Backup>,
    /// The latest attempts, newest first.
    pub history: Vec<Backup>,
    /// When somebody said that the recovery sheet of this key is put away.
    pub sheet: Option<Timestamp>,
    /// Nothing here is real.
    pub sandbox: bool,
}

impl House {
    /// How it stands with back-ups.
    pub async fn backups(&self, actor: &Actor) -> Result<Backups, Error> {
        let scope = Self::scope(actor, "backup.see")?;
        let read = self.read().await?;
        let history = read.backups(&scope, SHOWN).await?;
        let under_way = |backup: &&Backup| {
            backup.finished_at.is_none() && self.now().duration_since(backup.started_at) < DEAD_AFTER
        };
        Ok(Backups {
            place: self.backup_place(None)?.to_string(),
            last_good: read.last_good_backup(&scope).await?,
            running: history.first().filter(under_way).cloned(),
            sheet: read.sheet_acknowledged(&scope, &self.key().recipient()).await?,
            sandbox: self.settings().sandbox,
            history,
        })
    }

    /// Asks for a back-up now; one that waits already is the same.
    pub async fn ask_backup(&self, actor: &Actor) -> Result<(), Error> {
        let scope = self.allow_throughout(actor, &crate::authority::Try::plain("backup.run")).await?;
        let document = serde_json::json!({});
        let job = NewJob { kind: KIND, key: Some(KIND.to_owned()), document, run_at: self.now(), organisation: None };
        let mut write = self.write().await?;
        if !write.push(&scope, &job).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// What the clock and the page start.
    pub(crate) async fn backup_job(&self) -> Result<(), Failure> {
        let made = self.back_up(&Scope::system("backup"), &BackUp::default(), |_| ()).await;
        made.map(drop).map_err(|error| match &error {
            // Another one would hold the same.
            Error::Backup(super::BackupError::Altered { .. }) => Failure::Fail(error.chain()),
            _ => Failure::Retry(error.chain()),
        })
    }
}

/// Makes the back-up somebody asked for.
pub(crate) const HANDLER: Handler =
    Handler { kind: KIND, attempts_max: 3, run: |house, _| Box::pin(house.backup_job()) };
