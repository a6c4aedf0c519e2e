//! Guessing grows slow: wrong attempts make an address wait for the source they came from, and a source for itself.
//!
//! Invariant: nobody is locked out. Another source, a browser that was let in before, and a one-time link get in at
//! once; and an address nobody has waits exactly as one that somebody has.

use super::secret::mark;
use super::session::Arrival;
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::LoginId;
use schoolkeeper_store::Read;

/// Wrong attempts at one address from one source before it waits, where no policy asks for fewer.
const ATTEMPTS: i64 = 5;
/// Wrong attempts from one source at any addresses before it waits.
const ATTEMPTS_OF_SOURCE: i64 = 100;
/// Attempts older than this are forgotten.
const WINDOW_MINUTES: i64 = 60;
/// The first wait; each further wrong attempt doubles it.
const WAIT_MINUTES: i64 = 1;
/// The longest wait.
const WAIT_MINUTES_MAX: i64 = 15;

/// What an attempt is counted under.
pub(crate) struct Counted {
    address: String,
    /// `None` for a browser that was let in before: it is not held up by its neighbours.
    source: Option<String>,
}

impl Counted {
    /// An attempt at something that has no address.
    pub(crate) fn of(what: &str, source: &str) -> Self {
        Self { address: mark(&format!("{what} from source {source}")), source: Some(mark(&format!("source {source}"))) }
    }
}

impl House {
    /// What an attempt is counted under.
    pub(crate) async fn counted(
        &self,
        read: &Read,
        email: &str,
        login: Option<LoginId>,
        arrival: &Arrival,
    ) -> Result<Counted, Error> {
        let device = arrival.device.as_ref().map(super::secret::Secret::hash);
        let known = match (login, &device) {
            (Some(login), Some(device)) => read.knows_device(&Scope::system("sign-in"), login, device).await?,
            _ => false,
        };
        let from = device.filter(|_| known).unwrap_or_else(|| format!("source {}", arrival.source));
        let source = (!known).then(|| mark(&format!("source {}", arrival.source)));
        Ok(Counted { address: mark(&format!("{email} from {from}")), source })
    }

    /// Until when an attempt waits.
    pub(crate) async fn waits_until(&self, read: &Read, counted: &Counted) -> Result<Option<Timestamp>, Error> {
        let (system, now) = (Scope::system("sign-in"), self.now());
        let mut until = None;
        for key in std::iter::once(&counted.address).chain(&counted.source) {
            let held = read.throttled(&system, key).await?.map(|(_, until)| until);
            until = until.max(held.filter(|until| *until > now));
        }
        Ok(until)
    }

    /// Counts a wrong attempt, and one of the login when there is one.
    pub(crate) async fn count_wrong(&self, counted: &Counted, login: Option<LoginId>) -> Result<(), Error> {
        let attempts = self.limits(None).await?.attempts.unwrap_or(ATTEMPTS).clamp(1, ATTEMPTS);
        let (system, now) = (Scope::system("sign-in"), self.now());
        let since = now - SignedDuration::from_mins(WINDOW_MINUTES);
        let mut write = self.write().await?;
        let keys = [(Some(&counted.address), attempts), (counted.source.as_ref(), ATTEMPTS_OF_SOURCE)];
        for (key, most) in keys.into_iter().filter_map(|(key, most)| Some((key?, most))) {
            let count = write.count_wrong(&system, key, now, since).await?;
            if count >= most {
                write.hold_back(&system, key, now + wait(count - most)).await?;
            }
        }
        if let Some(login) = login {
            write.note_failed(&system, login, now).await?;
        }
        Ok(write.commit().await?)
    }

    /// Somebody was let in: their own wrong attempts are forgotten, those of their neighbours not.
    pub(crate) async fn forget_wrong(&self, counted: &Counted) -> Result<(), Error> {
        let system = Scope::system("sign-in");
        if self.read().await?.throttled(&system, &counted.address).await?.is_none() {
            return Ok(());
        }
        let mut write = self.write().await?;
        write.clear_wrong(&system, &counted.address).await?;
        Ok(write.commit().await?)
    }
}

/// How long after so many wrong attempts too many.
fn wait(over: i64) -> SignedDuration {
    let minutes = WAIT_MINUTES << over.clamp(0, 10);
    SignedDuration::from_mins(minutes.min(WAIT_MINUTES_MAX))
}

#[cfg(test)]
mod tests {
    use super::{WAIT_MINUTES_MAX, wait};

    #[test]
    fn each_wrong_attempt_doubles_the_wait_up_to_its_end() {
        let minutes: Vec<i64> = (0..8).map(|over| wait(over).as_mins()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(wait(i64::MAX).as_mins(), WAIT_MINUTES_MAX);
    }
}
