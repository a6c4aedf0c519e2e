//! Erasing: entries with all that was ever said of them, in one transaction a batch. What stays is the id, the rule
//! and the proof.
//!
//! Invariant: nothing held is erased, also when the hold was placed while the work ran; nothing that changed since it
//! was looked at is erased; an erased id never comes back.

use crate::error::Error;
use crate::hold::Hold;
use crate::keep::Kept;
use crate::key;
use crate::ledger::{About, Detail, actor};
use crate::school::School;
use crate::sql::{CHUNK, at, count, id, list, maybe_id, maybe_text, statements, text};
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::keep;
use schoolkeeper_core::schema::Register;
use sea_orm::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Entries of one batch; a longer list is refused.
pub const BATCH_MAX: usize = CHUNK;
/// Messages looked at together.
const MESSAGES: i64 = 1000;

statements! {
    PROOF = "INSERT INTO erasure (id, organisation, school, what, rule, erased_count, held_count, reason, actor, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    STALE = "UPDATE evaluation SET valid_until = $2 WHERE school = $1";
    MESSAGE_PAGE = "SELECT pack, control, subject, opened_at, message FROM finding \
        WHERE school = $1 AND (pack, control, subject, opened_at) > ($2, $3, $4, $5) \
        ORDER BY pack, control, subject, opened_at LIMIT $6";
    MESSAGE_SET = "UPDATE finding SET message = $6, message_key = $7 \
        WHERE school = $1 AND pack = $2 AND control = $3 AND subject = $4 AND opened_at = $5";
}

/// One batch to erase, all of one register at one school.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// A fresh id: the proof's.
    pub id: Uuid,
    /// Where.
    pub school: SchoolId,
    /// The register's schema.
    pub register: &'a Register,
    /// The rule: a span as `7 years`, or `request`.
    pub rule: &'a str,
    /// The reason of a request; names nobody.
    pub reason: Option<&'a str>,
    /// The entries, as they were looked at: id and version.
    pub entries: &'a [(EntryId, i64)],
    /// The instant.
    pub now: Timestamp,
}

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Gone.
    pub erased: Vec<EntryId>,
    /// Held by somebody.
    pub held: Vec<EntryId>,
    /// Named by a policy, or a grace about them still runs.
    pub waiting: Vec<EntryId>,
    /// Changed since they were looked at, or gone already.
    pub moved: u64,
}

impl Write {
    /// Erases a batch; `None` and nothing changed when the school is not reached.
    pub async fn erase(&mut self, scope: &Scope, batch: &Batch<'_>) -> Result<Option<Erased>, Error> {
        let Some(school) = self.school(scope, batch.school).await? else { return Ok(None) };
        debug_assert!(batch.entries.len() <= BATCH_MAX, "a batch is bounded");
        self.keep_lock(school.organisation).await?;
        let holds = self.running_holds(school.organisation, batch.now).await?;
        let (mut out, going) = self.sorted(batch, &holds).await?;
        let names: Vec<String> = going.iter().filter_map(|kept| name_of(batch.register, kept)).collect();
        self.delete(batch, &going, &mut out).await?;
        if !out.erased.is_empty() {
            self.unsay(batch.school, &names, &keep::tombstone(batch.rule)).await?;
            self.prove(scope, &school, batch, &out).await?;
        }
        Ok(Some(out))
    }

    /// Sorts a batch into what goes and what stays, as it is now that nobody else places a hold.
    async fn sorted(&self, batch: &Batch<'_>, holds: &[Hold]) -> Result<(Erased, Vec<Kept>), Error> {
        let ids: Vec<Value> = batch.entries.iter().map(|(entry, _)| id(entry.0)).collect();
        let mut out = Erased::default();
        if ids.is_empty() {
            return Ok((out, Vec::new()));
        }
        let sql = format!(
            "SELECT id, version, since, left_at FROM entry WHERE school = $1 AND register = $2 AND id IN ({}) ORDER BY id",
            list(3, ids.len())
        );
        let values = [vec![id(batch.school.0), text(&batch.register.id)], ids.clone()].concat();
        let rows = self.all("entry", &sql, values).await?;
        let waiting = self.waiting(batch, ids).await?;
        let mut going = Vec::new();
        for kept in self.kept(&rows).await? {
            if holds.iter().any(|hold| hold.holds(batch.school, &batch.register.id, &kept)) {
                out.held.push(kept.id);
            } else if waiting.contains(&kept.id.0) {
                out.waiting.push(kept.id);
            } else if batch.entries.contains(&(kept.id, kept.version)) {
                going.push(kept);
            }
        }
        out.moved = (batch.entries.len() - out.held.len() - out.waiting.len() - going.len()) as u64;
        Ok((out, going))
    }

    /// Entries a policy names, and those somebody was given time to mend.
    async fn waiting(&self, batch: &Batch<'_>, ids: Vec<Value>) -> Result<BTreeSet<Uuid>, Error> {
        let named = format!("SELECT entry FROM named_entry WHERE entry IN ({})", list(1, ids.len()));
        let grace = format!(
            "SELECT subject AS entry FROM finding WHERE closed_at IS NULL AND due_at > $1 AND subject IN ({})",
            list(2, ids.len())
        );
        let mut rows = self.all("named_entry", &named, ids.clone()).await?;
        if batch.rule.parse::<schoolkeeper_core::phrase::Span>().is_ok() {
            rows.extend(self.all("finding", &grace, [vec![at(batch.now)], ids].concat()).await?);
        }
        rows.iter().map(|row| row.id("entry")).collect()
    }

    async fn delete(&mut self, batch: &Batch<'_>, going: &[Kept], out: &mut Erased) -> Result<(), Error> {
        if going.is_empty() {
            return Ok(());
        }
        // The version again, because an import may have waited for nobody.
        let sql = format!(
            "DELETE FROM entry WHERE (id, version) IN (VALUES {}) RETURNING id",
            crate::sql::placeholders(1, going.len(), 2)
        );
        let values = going.iter().flat_map(|kept| [id(kept.id.0), kept.version.into()]);
        let rows = self.all("entry", &sql, values.collect()).await?;
        out.erased = rows.iter().map(|row| row.id("id").map(EntryId)).collect::<Result<_, _>>()?;
        out.erased.sort_unstable();
        out.moved += (going.len() - out.erased.len()) as u64;
        let ids: Vec<Value> = out.erased.iter().map(|entry| id(entry.0)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        for (table, column) in OF_ENTRY {
            let sql = format!("DELETE FROM {table} WHERE {column} IN ({})", list(1, ids.len()));
            self.run(&sql, ids.clone()).await?;
        }
        // Lists of what points to them say their names no longer.
        self.rename(&out.erased.iter().map(|entry| entry.0).collect::<Vec<_>>()).await?;
        // Their objects are swept: what no live row names goes.
        let blobs =
            format!("UPDATE blob SET erased_at = $1 WHERE erased_at IS NULL AND owner IN ({})", list(2, ids.len()));
        self.run(&blobs, [vec![at(batch.now)], ids].concat()).await?;
        self.run(STALE, vec![id(batch.school.0), at(batch.now)]).await.map(drop)
    }

    /// Takes names out of the words of findings about others.
    async fn unsay(&mut self, school: SchoolId, names: &[String], instead: &str) -> Result<(), Error> {
        if names.is_empty() {
            return Ok(());
        }
        let mut after = vec![text(""), text(""), id(Uuid::nil()), i64::MIN.into()];
        loop {
            let values = [vec![id(school.0)], after.clone(), vec![MESSAGES.into()]].concat();
            let rows = self.all("finding", MESSAGE_PAGE, values).await?;
            for row in &rows {
                after = vec![
                    text(row.text("pack")?),
                    text(row.text("control")?),
                    id(row.id("subject")?),
                    row.int("opened_at")?.into(),
                ];
                let said = row.text("message")?;
                let Some(message) = keep::without(&said, names, instead) else { continue };
                let words = vec![text(&message), text(key::fold(&message))];
                self.run(MESSAGE_SET, [vec![id(school.0)], after.clone(), words].concat()).await?;
            }
            if (rows.len() as i64) < MESSAGES {
                return Ok(());
            }
        }
    }

    async fn prove(&mut self, scope: &Scope, school: &School, batch: &Batch<'_>, out: &Erased) -> Result<(), Error> {
        let proof = NewProof {
            id: batch.id,
            organisation: Some(school.organisation.0),
            school: Some(school.id.0),
            what: &batch.register.id,
            rule: batch.rule,
            erased: out.erased.len(),
            held: out.held.len(),
            reason: batch.reason,
            now: batch.now,
        };
        self.put_proof(scope, &proof).await?;
        let rows =
            out.erased.iter().flat_map(|entry| [id(entry.0), id(school.id.0), text(&batch.register.id), id(batch.id)]);
        self.insert("erased (entry, school, register, erasure)", 4, rows.collect(), "").await?;
        let rule = if batch.reason.is_some() { "request" } else { batch.rule };
        let mut details: Vec<(String, Detail)> = vec![
            ("erasure".to_owned(), Detail::Id(batch.id)),
            ("register".to_owned(), Detail::Word(batch.register.id.to_string())),
            ("rule".to_owned(), Detail::Word(rule.to_owned())),
            ("erased".to_owned(), Detail::Count(out.erased.len() as i64)),
            ("held".to_owned(), Detail::Count(out.held.len() as i64)),
        ];
        let ids = out.erased.iter().enumerate();
        details.extend(ids.map(|(number, entry)| (format!("entry-{number:03}"), Detail::Id(entry.0))));
        let details: Vec<(&str, Detail)> = details.iter().map(|(name, detail)| (&**name, detail.clone())).collect();
        self.record(scope, About::school(school.id, batch.now), "entries-erased", &details).await?;
        self.bump_generation().await
    }

    pub(crate) async fn put_proof(&mut self, scope: &Scope, proof: &NewProof<'_>) -> Result<(), Error> {
        let values = vec![
            id(proof.id),
            maybe_id(proof.organisation),
            maybe_id(proof.school),
            text(proof.what),
            text(proof.rule),
            count(proof.erased),
            count(proof.held),
            maybe_text(proof.reason),
            text(actor(scope.by())),
            at(proof.now),
        ];
        self.run(PROOF, values).await?;
        self.soil().await
    }
}

/// Rows about an entry that the database does not take along by itself, with the column that names it.
pub(crate) const OF_ENTRY: &[(&str, &str)] = &[
    ("entry_version", "entry"),
    ("finding", "subject"),
    ("attachment", "owner"),
    ("listed_link", "entry"),
    ("list_view", "person"),
    ("remark", "subject"),
    ("login_person", "person"),
    ("session", "person"),
];

/// A row of `erasure`.
pub(crate) struct NewProof<'a> {
    pub(crate) id: Uuid,
    pub(crate) organisation: Option<Uuid>,
    pub(crate) school: Option<Uuid>,
    pub(crate) what: &'a str,
    pub(crate) rule: &'a str,
    pub(crate) erased: usize,
    pub(crate) held: usize,
    pub(crate) reason: Option<&'a str>,
    pub(crate) now: Timestamp,
}

fn name_of(register: &Register, kept: &Kept) -> Option<String> {
    let field = &register.fields[register.name_field()?];
    let name = kept.facts.get(&field.name)?.value.as_text()?.trim();
    (name.chars().count() >= keep::NAME_MIN).then(|| name.to_owned())
}
