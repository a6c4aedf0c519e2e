//! Mail told against real servers: aiosmtpd with a token endpoint, and dovecot.
#![expect(clippy::unwrap_used, reason = "tests")]

mod house;
mod inbox;
mod outbox;
mod token;
