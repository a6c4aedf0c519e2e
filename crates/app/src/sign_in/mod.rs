//! Signing in: who is it, how are they let in, and until when.
//!
//! Invariant: whatever a browser or a mail holds (token, link, code) is kept here only as a hash, and a wrong address
//! and a wrong password give the same answer after the same work.

mod administrator;
mod choose;
mod draft;
mod emergency;
mod first;
mod join;
mod limits;
mod link;
mod password;
mod people;
pub mod secret;
mod session;
mod set_up;
mod setting;
mod shut_out;
mod throttle;

pub use choose::{Chosen, Rechecked};
pub(crate) use first::SIGN_IN;
pub use join::{NewLogin, PersonOf};
pub(crate) use limits::KnownLimits;
pub(crate) use link::ELSEWHERE;
pub use link::{IDENTITY_CHECKS, RESET_REASONS, Seen, path as link_path};
pub use password::Hashing;
pub use schoolkeeper_store::link::Purpose;
pub use schoolkeeper_store::login::{LoginLine, LoginPage, Reset};
pub use schoolkeeper_store::session::{Session, Way};
pub use session::{Arrival, LINK_ACTS, NewSession, SESSION_HOURS, SignIn, SignedIn};
pub use set_up::{FirstPerson, SetUp};

/// Whether sign-in here goes by a setting of a policy: everything about choosing a password, and these.
pub(crate) fn goes_by(key: &str) -> bool {
    let chosen = schoolkeeper_core::setting::key(key).is_some_and(|known| known.act == "password.set");
    chosen || ["password.age_max", "session.idle_max", "lockout.attempts_max", "log.sign_in_attempts"].contains(&key)
}
