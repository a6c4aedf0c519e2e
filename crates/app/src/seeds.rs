//! What samples are drawn from: the ledger's checkpoints, one a day, which nobody could foresee.
//!
//! Invariant: the days that count for a draw are over when it is read, so the same is drawn whoever asks and whenever.

use crate::{Error, House};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::Read;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// As long as a task may have been open.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 800);

type OfDays = Arc<BTreeMap<Date, String>>;

/// The checkpoints as they were read on a day.
#[derive(Debug, Default)]
pub(crate) struct Seeds(Mutex<Option<(Date, OfDays)>>);

impl House {
    /// The last checkpoint of each day in UTC, read once a day.
    pub(crate) async fn seeds(&self, read: &Read) -> Result<OfDays, Error> {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let today = day(self.now());
        let known = self.seeds.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, seeds)) = known.filter(|(read_on, _)| *read_on == today) {
            return Ok(seeds);
        }
        let all = read.checkpoints_of_days(&Scope::system("samples"), self.now() - BACK).await?;
        let seeds: OfDays = Arc::new(all.into_iter().map(|one| (day(one.signed_at), one.root)).collect());
        *self.seeds.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((today, seeds.clone()));
        Ok(seeds)
    }
}
