//! Signing in: who is it, how are they let in, and until when.
//!
//! Invariant: whatever a browser or a mail holds (token, link, code) is kept here only as a hash, and a wrong address
//! and a wrong password give the same answer after the same work.

mod join;
mod password;
pub mod secret;
mod session;
mod set_up;

pub use join::{NewLogin, PersonOf};
pub use password::Hashing;
pub use schoolkeeper_store::session::{Session, Way};
pub use session::{Arrival, LINK_ACTS, NewSession, SESSION_HOURS, SignIn, SignedIn};
pub use set_up::{FirstPerson, SetUp};
