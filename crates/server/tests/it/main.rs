//! The binary from outside: only its command line, its files, its pages; nothing of its inside is called.
#![expect(clippy::unwrap_used, reason = "tests")]

mod api;
mod backup;
mod backup_story;
mod binary;
mod cells;
mod doctor;
mod faults;
mod forms;
mod hostile;
mod keep;
mod key;
mod kill;
mod ledger;
mod lists;
mod made_up;
mod names;
mod page;
mod sign_in;
mod technician;
mod time;
mod tls;
mod unit;
mod upgrade;
mod watch;
mod work;
