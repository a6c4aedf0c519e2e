//! Lists as somebody wants to see them again: a name and a query, one's own or shared by the school.
//!
//! Invariant: nobody sees another one's own view, but its name is on the table when they leave; of each kind at most one is the one a list opens with.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::{By, Scope};
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use uuid::Uuid;

// A person of NULL is the school's own, so it is compared by IS NOT DISTINCT FROM.
statements! {
    LIST = "SELECT id, person, name, query, is_default FROM list_view WHERE school = $1 AND register = $2 \
        AND gone_at IS NULL AND (person IS NULL OR person = $3) ORDER BY name, id LIMIT 200";
    COUNT = "SELECT count(*) AS number FROM list_view WHERE school = $1 AND register = $2 AND gone_at IS NULL \
        AND person IS NOT DISTINCT FROM $3";
    CLEAR = "UPDATE list_view SET is_default = $4 WHERE school = $1 AND register = $2 AND person IS NOT DISTINCT FROM $3";
    PUT = "INSERT INTO list_view (id, school, register, person, name, query, is_default, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    GONE = "UPDATE list_view SET gone_at = $4 WHERE id = $1 AND school = $2 AND gone_at IS NULL \
        AND (person = $3 OR ($5 AND person IS NULL))";
    BACK = "UPDATE list_view SET gone_at = NULL WHERE id = $1 AND school = $2 AND gone_at IS NOT NULL \
        AND (person = $3 OR ($4 AND person IS NULL))";
    OWN = "SELECT id, register, name FROM list_view WHERE school = $1 AND person = $2 AND gone_at IS NULL \
        ORDER BY register, name, id LIMIT 500";
    GIVE = "UPDATE list_view SET person = $4, is_default = $5 WHERE id = $1 AND school = $2 AND person = $3 \
        AND gone_at IS NULL";
    FORGET = "DELETE FROM list_view WHERE school = $1 AND gone_at < $2";
}

/// Most views of one list that somebody, or the school, may keep.
pub const VIEWS_MAX: u64 = 50;
/// How long a deleted view can be taken back, in hours.
const BACK_HOURS: i64 = 24 * 7;

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// Its id.
    pub id: Uuid,
    /// Everybody at the school sees it.
    pub shared: bool,
    /// What it is called.
    pub name: String,
    /// Search, filters, order and columns, as the address of a list has them.
    pub query: String,
    /// The list opens with it.
    pub is_default: bool,
}

impl Read {
    /// The views of a list: the school's, and one's own.
    pub async fn list_views(&self, scope: &Scope, school: SchoolId, register: &str) -> Result<Vec<ListView>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(register), maybe_id(owner(scope))];
        self.all("list_view", LIST, values).await?.iter().map(view).collect()
    }

    /// The views somebody saved for themselves, for whoever hands them on: id, register and name.
    pub async fn views_of(
        &self,
        scope: &Scope,
        (school, person): (SchoolId, EntryId),
    ) -> Result<Vec<(Uuid, Name, String)>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("list_view", OWN, vec![reached.id(), id(person.0)]).await?;
        rows.iter().map(|row| Ok((row.id("id")?, Name::from(row.text("register")?), row.text("name")?))).collect()
    }
}

impl Write {
    /// Keeps a view under a fresh id; `false` when the school is not reached or there are too many.
    pub async fn put_list_view(
        &mut self,
        scope: &Scope,
        (school, register): (SchoolId, &str),
        view: &ListView,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let person = owner(scope).filter(|_| !view.shared);
        let whose = vec![reached.id(), text(register), maybe_id(person)];
        let row = self.one("list_view", COUNT, whose.clone()).await?;
        if row.map_or(Ok(0), |row| row.int("number"))?.unsigned_abs() >= VIEWS_MAX {
            return Ok(false);
        }
        if view.is_default {
            self.run(CLEAR, [whose.clone(), vec![false.into()]].concat()).await?;
        }
        let said = vec![text(&view.name), text(&view.query), view.is_default.into(), at(now)];
        self.run(PUT, [vec![id(view.id)], whose, said].concat()).await?;
        let old = now - jiff::SignedDuration::from_hours(BACK_HOURS);
        self.run(FORGET, vec![reached.id(), at(old)]).await?;
        self.record_view(scope, (school, view.id), now, "list-view-saved").await?;
        Ok(true)
    }

    /// Deletes a view, or (`back`) takes that back; one of the school's only when `shared` says that they may. `false`
    /// when it is not there or not theirs.
    pub async fn drop_list_view(
        &mut self,
        scope: &Scope,
        (school, view): (SchoolId, Uuid),
        (back, shared): (bool, bool),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let mut values = vec![id(view), reached.id(), maybe_id(owner(scope))];
        let (sql, kind) = if back { (BACK, "list-view-restored") } else { (GONE, "list-view-removed") };
        if !back {
            values.push(at(now));
        }
        values.push(shared.into());
        if self.run(sql, values).await? == 0 {
            return Ok(false);
        }
        self.record_view(scope, (school, view), now, kind).await?;
        Ok(true)
    }

    /// Gives somebody's own view to another; no list of theirs opens with it. `false` when it is not there or not theirs.
    pub async fn give_list_view(
        &mut self,
        scope: &Scope,
        (school, view): (SchoolId, Uuid),
        (from, to): (EntryId, EntryId),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        if self.run(GIVE, vec![id(view), reached.id(), id(from.0), id(to.0), false.into()]).await? == 0 {
            return Ok(false);
        }
        self.record_view(scope, (school, view), now, "list-view-given").await?;
        Ok(true)
    }

    async fn record_view(
        &mut self,
        scope: &Scope,
        (school, view): (SchoolId, Uuid),
        now: Timestamp,
        kind: &str,
    ) -> Result<(), Error> {
        self.record(scope, About::school(school, now), kind, &[("view", Detail::Id(view))]).await
    }
}

fn owner(scope: &Scope) -> Option<Uuid> {
    match scope.by() {
        By::Person(person) => Some(person.0),
        By::Token(_) | By::Operator | By::System(_) => None,
    }
}

fn view(row: &Row) -> Result<ListView, Error> {
    Ok(ListView {
        id: row.id("id")?,
        shared: row.maybe_id("person")?.is_none(),
        name: row.text("name")?,
        query: row.text("query")?,
        is_default: row.flag("is_default")?,
    })
}
