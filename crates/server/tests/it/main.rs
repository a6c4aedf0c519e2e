//! The binary from outside: only its command line, its files, its pages; nothing of its inside is called.
#![expect(clippy::unwrap_used, reason = "tests")]

mod binary;
mod cells;
mod forms;
mod hostile;
mod kill;
mod lists;
mod page;
mod technician;
mod time;
mod tls;
mod upgrade;
mod work;
