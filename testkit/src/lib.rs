//! Test support: real databases of both engines, fresh for every test and gone after it.
//!
//! Invariant: a test never shares a database with another one.

mod cluster;
mod database;
mod peer;
mod s3;

pub use cluster::{Postgres, run_with_postgres};
pub use database::{TestDatabase, execute, on_postgres, on_sqlite};
pub use peer::{MailServer, MailboxServer};
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
