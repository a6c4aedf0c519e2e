//! The two handles on an open database: [`Read`] sees one moment, [`Write`] changes something or nothing.

use crate::engine;
use crate::error::Error;
use crate::sql::Row;
use futures_util::Stream;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement, StreamTrait, Value};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// A consistent look at the database.
#[derive(Debug)]
pub struct Read {
    tx: DatabaseTransaction,
}

impl Read {
    pub(crate) fn new(tx: DatabaseTransaction) -> Self {
        Self { tx }
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.engine(), sql, values)
    }

    pub(crate) async fn one(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Option<Row>, Error> {
        let row = self.tx.query_one_raw(self.statement(sql, values)).await?;
        Ok(row.map(|row| Row::new(row, table)))
    }

    pub(crate) fn engine(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.tx)
    }

    /// Rows as they come, without holding them all.
    pub(crate) async fn stream<'a>(
        &'a self,
        sql: &str,
    ) -> Result<impl Stream<Item = Result<QueryResult, DbErr>> + Send + 'a, Error> {
        Ok(self.tx.stream_raw(self.statement(sql, Vec::new())).await?)
    }

    pub(crate) async fn all(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, Error> {
        let rows = self.tx.query_all_raw(self.statement(sql, values)).await?;
        Ok(rows.into_iter().map(|row| Row::new(row, table)).collect())
    }
}

/// Changes that happen together or not at all. Whatever [`Read`] sees can be read through it too.
#[derive(Debug)]
#[must_use = "without `commit` nothing is changed"]
pub struct Write {
    read: Read,
    slots: Slots,
    slot: Slot,
}

impl Deref for Write {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl Write {
    pub(crate) fn new(tx: DatabaseTransaction, slots: &Slots) -> Self {
        Self { read: Read::new(tx), slots: slots.clone(), slot: slots.take() }
    }

    /// Makes everything done through this handle last. On an error nothing may be taken as done.
    pub async fn commit(self) -> Result<(), Error> {
        let Self { read, slots, slot } = self;
        read.tx.commit().await?;
        slots.put_back(slot);
        Ok(())
    }

    pub(crate) async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, Error> {
        Ok(self.read.tx.execute_raw(self.read.statement(sql, values)).await?.rows_affected())
    }

    /// After thousands of new rows.
    pub(crate) async fn have_grown(&mut self) -> Result<(), Error> {
        engine::have_grown(&self.read.tx).await
    }

    /// Writer, slot and the next number of a pending record.
    pub(crate) fn number(&mut self) -> (Uuid, i64, i64) {
        let number = self.slot.next;
        self.slot.next += 1;
        (self.slots.writer, self.slot.slot, number)
    }

    /// An id nobody else has: that of the process, counted on.
    pub(crate) fn fresh_id(&self) -> Uuid {
        let count = self.slots.made.fetch_add(1, Ordering::Relaxed) + 1;
        Uuid::from_u128(self.slots.writer.as_u128().wrapping_add(u128::from(count)))
    }
}

/// Who numbers pending records without asking the database: one slot per transaction under way.
///
/// Invariant: within a slot numbers have no gap, because a slot only comes back after its commit succeeded.
/// The slot of a transaction that did not commit is left behind, never used again.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    writer: Uuid,
    state: Arc<Mutex<(i64, Vec<Slot>)>>,
    made: Arc<AtomicU64>,
}

#[derive(Debug)]
pub(crate) struct Slot {
    slot: i64,
    next: i64,
}

impl Slots {
    pub(crate) fn new(writer: Uuid) -> Self {
        Self { writer, state: Arc::default(), made: Arc::default() }
    }

    fn take(&self) -> Slot {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = state.1.pop() {
            return slot;
        }
        state.0 += 1;
        Slot { slot: state.0, next: 1 }
    }

    fn put_back(&self, slot: Slot) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1.push(slot);
    }
}
