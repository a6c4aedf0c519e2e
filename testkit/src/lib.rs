//! Test support: real databases of both engines, fresh for every test and gone after it.
//!
//! Invariant: a test never shares a database with another one.

mod cluster;
mod database;
mod peer;
mod s3;

pub use cluster::{Postgres, run_with_postgres};
pub use database::{TestDatabase, execute, on_postgres, on_sqlite};
pub use peer::{MailServer, MailboxServer, TokenServer, WebhookReceiver};
pub use s3::S3Server;

/// Makes a test on SQLite and a test on PostgreSQL of each story `async fn story(url: String)`.
#[macro_export]
macro_rules! both_engines {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                $crate::on_sqlite(super::$story).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                $crate::on_postgres(super::$story).await;
            })+
        }
    };
}

/// The text of a small policy: its head, with the headteacher as its owner and only role, and what a test adds.
#[macro_export]
macro_rules! outside {
    ($rest:literal) => {
        concat!(
            r#"
[pack]
id = "outside"
title = "Outside"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }"#,
            $rest
        )
    };
}
