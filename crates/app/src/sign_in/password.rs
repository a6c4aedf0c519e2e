//! Passwords: hashing that cannot exhaust the machine, and what a good one is even without a policy.
//!
//! Invariant: at most [`SLOTS`] hashes are worked out at once and [`WAITING_MAX`] wait; whoever comes then is told
//! that we are busy. Nobody but its owner ever sees a password, and it is never logged.

use crate::Error;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Hashes worked out at once: 19 MiB of memory and a core each.
const SLOTS: usize = 2;
/// Longest queue before it: about two seconds of work.
const WAITING_MAX: usize = 128;
/// Longest password, in characters: nobody needs more, and work must end.
pub const LENGTH_MAX: usize = 200;
/// Shortest password, in characters, where no policy asks for more.
pub const LENGTH_MIN: usize = 12;
/// Memory in KiB, passes, lanes: what OWASP asks for.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// The hash of a password nobody has, so that an unknown address costs the same work as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2Nob29sa2VlcGVyLW5vYm9keQ$0000000000000000000000000000000000000000000";

/// The place where passwords are hashed.
#[derive(Debug)]
pub struct Hashing {
    slots: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { slots: Semaphore::new(SLOTS), waiting: AtomicUsize::new(0) }
    }
}

/// Counts one who waits, also when they give up.
struct Waits<'a>(&'a AtomicUsize);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hashing {
    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        let password = password.to_owned();
        let made = self.run(move || argon2().hash_password(password.as_bytes()).map(|hash| hash.to_string())).await?;
        made.map_err(|error| Error::corrupt("a password", error.to_string()))
    }

    /// Whether a password has this hash; without a hash the same work is done for nothing.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let (password, known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let fits = self.run(move || fits(&password, &hash)).await?;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let waits = Waits(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            return Err(Error::Busy);
        }
        let slot = self.slots.acquire().await.map_err(|_| Error::Busy)?;
        let done = tokio::task::spawn_blocking(work).await.map_err(|_| Error::Busy)?;
        drop((slot, waits));
        Ok(done)
    }
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).expect("the cost lies within what Argon2 allows");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a hash was made with other parameters than today's.
pub(crate) fn is_outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = COST;
    !hash.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

/// What a password is about, so that it does not say it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) schools: &'a [String],
}

/// What stands against a password whatever the policies say, in words for people.
pub(crate) fn floor(password: &str, about: About<'_>) -> Vec<String> {
    let length = password.chars().count();
    if length < LENGTH_MIN {
        return vec![format!(
            "A password has at least {LENGTH_MIN} characters. Three words that do not belong together are easy to remember."
        )];
    }
    if length > LENGTH_MAX {
        return vec![format!("A password has at most {LENGTH_MAX} characters.")];
    }
    let mut out = Vec::new();
    let folded = password.to_lowercase();
    let mut parts: Vec<&str> = about.name.split([' ', '-', '\'']).collect();
    parts.push(about.email.split('@').next().unwrap_or_default());
    if parts.iter().any(|part| part.chars().count() >= 3 && folded.contains(&part.to_lowercase())) {
        out.push("A password does not hold your name or address.".to_owned());
    }
    let words = about.schools.iter().flat_map(|school| school.split_whitespace());
    let long = |word: &&str| word.chars().count() >= 5 && word.chars().all(char::is_alphabetic);
    if words.filter(long).any(|word| folded.contains(&word.to_lowercase())) {
        out.push("A password does not hold the school's name.".to_owned());
    }
    if schoolkeeper_rules::decide::is_common_password(password) {
        out.push("This password is on the list of those everybody tries first. Choose another.".to_owned());
    }
    let known: Vec<&str> = parts.iter().copied().chain(about.schools.iter().map(String::as_str)).collect();
    let start: String = password.chars().take(100).collect();
    if out.is_empty() && u8::from(zxcvbn::zxcvbn(&start, &known).score()) < 3 {
        out.push("This password is easy to guess. Add another word that does not belong to it.".to_owned());
    }
    out
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
