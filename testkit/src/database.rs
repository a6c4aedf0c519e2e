//! One fresh database.

use crate::cluster;
use anyhow::{Context, Result};
use sea_orm::{ConnectionTrait, Database};
use std::future::Future;
use tempfile::TempDir;
use uuid::Uuid;

/// A database of its own: a SQLite file in a temporary folder, or a database in a PostgreSQL cluster.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _folder: Option<TempDir>,
    cluster: Option<(String, String)>,
}

impl TestDatabase {
    /// A SQLite file that is not there yet.
    pub fn sqlite() -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let url = folder.path().join("schoolkeeper.sqlite").display().to_string();
        Ok(Self { url, _folder: Some(folder), cluster: None })
    }

    #[expect(clippy::disallowed_methods, reason = "a name nobody else has, in a cluster other runs may share")]
    /// An empty database at `SCHOOLKEEPER_TEST_PG`, or in a cluster of this process; `None` without PostgreSQL.
    pub async fn postgres() -> Result<Option<Self>> {
        let Some(server) = cluster::server()? else {
            return Ok(None);
        };
        let name = format!("schoolkeeper_{}", Uuid::now_v7().simple());
        execute(&server, &format!("CREATE DATABASE {name}")).await?;
        let url = with_database(&server, &name);
        Ok(Some(Self { url, _folder: None, cluster: Some((server, name)) }))
    }

    /// What `Place::parse` takes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Removes it. Everybody must have left.
    pub async fn close(self) -> Result<()> {
        let Some((server, name)) = &self.cluster else {
            return Ok(());
        };
        execute(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await
    }
}

/// Runs a story on SQLite.
pub async fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(String) -> F) {
    let database = TestDatabase::sqlite().expect("a temporary folder");
    story(database.url().to_owned()).await;
}

/// Runs a story on PostgreSQL, or says that it was skipped.
pub async fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(String) -> F) {
    match TestDatabase::postgres().await.expect("a database in the cluster") {
        Some(database) => {
            story(database.url().to_owned()).await;
            database.close().await.expect("nobody holds the database");
        }
        None => eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG"),
    }
}

/// Runs statements at a database as something else than Schoolkeeper would: a path is a SQLite file.
pub async fn execute(database: &str, sql: &str) -> Result<()> {
    let server = if database.contains("://") { database.to_owned() } else { format!("sqlite://{database}?mode=rwc") };
    let connection = Database::connect(server).await.context("the PostgreSQL server does not answer")?;
    connection.execute_unprepared(sql).await?;
    connection.close().await?;
    Ok(())
}

/// `postgres://…/DATABASE?…` with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, String::new()), |(a, q)| (a, format!("?{q}")));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    format!("{}/{name}{query}", &address[..end])
}
