//! What erasing does not reach: back-ups and copies made earlier, and until when they are there.
//!
//! Invariant: a copy made before an upgrade ends by itself after [`COPY_KEPT`]; a back-up after its place in the row.

use crate::{Error, House, dates};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::{Calendar, Division};
use std::time::SystemTime;

/// How long a copy made before an upgrade is kept.
const COPY_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Back-ups looked at: more than any installation keeps.
const BACKUPS_MAX: u32 = 1000;

/// One back-up or copy that may still hold what was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldCopy {
    /// What it is and of when.
    pub title: String,
    /// Until when it is there, in words.
    pub until: String,
}

impl House {
    /// Deletes copies made before an upgrade that are past their time.
    pub(super) fn forget_copies(&self) -> Result<(), Error> {
        for (path, _, ends_at) in self.upgrade_copies() {
            if ends_at <= self.now() {
                let wrong = |error| Error::refused(format!("`{}` cannot be deleted: {error}", path.display()));
                std::fs::remove_file(&path).map_err(wrong)?;
                crate::job::count("copies", 1);
            }
        }
        Ok(())
    }

    /// Back-ups and copies from before the last erasure, as far as they are on record, the one that stays longest first.
    pub async fn old_copies(&self, actor: &Actor) -> Result<Vec<OldCopy>, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let read = self.read().await?;
        let proofs = read.proofs(&scope, actor.organisation, None, 1).await?;
        let Some(erased_at) = proofs.first().map(|proof| proof.at) else { return Ok(Vec::new()) };
        let calendar = Calendar::new(Division::default(), Vec::new());
        let day = |at: Timestamp| dates::long(calendar.day(at));
        let copies = self.upgrade_copies().into_iter().filter(|(_, made_at, _)| *made_at <= erased_at);
        let mut out: Vec<OldCopy> = copies
            .map(|(_, made_at, ends_at)| OldCopy {
                title: format!("Copy made before the upgrade of {}", day(made_at)),
                until: day(ends_at),
            })
            .collect();
        let kept = self.settings().backup.keep;
        let backups = read.backups(&crate::keep::system(), BACKUPS_MAX).await?;
        let made = backups.iter().filter(|backup| !backup.made.file.is_empty() && backup.problem.is_none());
        for (place, backup) in made.take(kept).enumerate().filter(|(_, backup)| backup.started_at <= erased_at) {
            let nights = i64::try_from(kept - place).unwrap_or(i64::MAX).min(36_500);
            out.push(OldCopy {
                title: format!("Back-up of {}", day(backup.started_at)),
                until: format!(
                    "{}, if one is made every night",
                    day(self.now() + SignedDuration::from_hours(24 * nights))
                ),
            });
        }
        Ok(out)
    }

    /// Path, when it was made, when it ends. A folder that cannot be read holds none that we could delete.
    fn upgrade_copies(&self) -> Vec<(std::path::PathBuf, Timestamp, Timestamp)> {
        let Ok(found) = std::fs::read_dir(self.folder.path().join("copies")) else { return Vec::new() };
        let files =
            found.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "sqlite"));
        let known = files.filter_map(|path| {
            let made = std::fs::metadata(&path).and_then(|known| known.modified()).ok()?;
            let seconds = made.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
            let made = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
            Some((path, made, made.checked_add(COPY_KEPT).ok()?))
        });
        known.collect()
    }
}
