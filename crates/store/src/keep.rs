//! Keeping: what is old enough to look at, the rules an organisation set, when the nightly work last ran, and the
//! proofs of what was erased. Erasing itself is in `erase`, the logs of the house in `keep_log`.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{CHUNK, Row, at, id, list, maybe_at, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Schools, Scope};
use schoolkeeper_core::id::{EntryId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::phrase::Span;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Longest page of entries or proofs.
pub const PAGE_MAX: u32 = 1000;

statements! {
    PAGE = "SELECT id, version, since, left_at FROM entry \
        WHERE school = $1 AND register = $2 AND id > $3 ORDER BY id LIMIT $4";
    ONE = "SELECT id, version, since, left_at, school, register FROM entry WHERE id = $1";
    COUNTS = "SELECT register, count(*) AS number FROM entry WHERE school = $1 GROUP BY register ORDER BY register";
    RULES = "SELECT organisation, place, what, span, reason, actor, set_at FROM keep_period WHERE organisation = $1 \
        ORDER BY what, place";
    PUT_RULE = "INSERT INTO keep_period (organisation, place, what, span, reason, actor, set_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (place, what) DO UPDATE SET span = excluded.span, \
        reason = excluded.reason, actor = excluded.actor, set_at = excluded.set_at";
    REMOVE_RULE = "DELETE FROM keep_period WHERE place = $1 AND what = $2";
    RUN = "SELECT started_at, ended_at, erased_count, held_count, waiting_count FROM keep_run WHERE organisation = $1";
    START = "UPDATE keep_run SET started_at = $2, ended_at = NULL, erased_count = 0, held_count = 0, \
        waiting_count = 0 WHERE organisation = $1";
    END = "UPDATE keep_run SET ended_at = $2, erased_count = $3, held_count = $4, waiting_count = $5 \
        WHERE organisation = $1";
    PROOFS = "SELECT id, school, what, rule, erased_count, held_count, reason, actor, at FROM erasure \
        WHERE (organisation = $1 OR organisation IS NULL) AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";
    PROOF = "SELECT id, school, what, rule, erased_count, held_count, reason, actor, at FROM erasure \
        WHERE id = $1 AND (organisation = $2 OR organisation IS NULL)";
    ANY_ERASED = "SELECT x.entry FROM erased x JOIN school o ON o.id = x.school \
        JOIN school s ON s.organisation = o.organisation WHERE s.id = $1 LIMIT 1";
    ERASED_COUNT = "SELECT count(*) AS number FROM erased WHERE school = $1 AND register = $2";
}

/// An entry as the question of its age sees it: also one that has left, with all that was ever its last word.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its id.
    pub id: EntryId,
    /// Goes up with every change.
    pub version: i64,
    /// When it was first known.
    pub since: Timestamp,
    /// When its last source stopped knowing it.
    pub left_at: Option<Timestamp>,
    /// By field name, newest word of all sources.
    pub facts: Facts,
}

/// A time to keep that an organisation or one of its schools chose itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepRule {
    /// Only here; `None` where the school itself chose nothing.
    pub school: Option<SchoolId>,
    /// The register, or `log:NAME`.
    pub what: String,
    /// How long.
    pub span: Span,
    /// Why.
    pub reason: String,
    /// On whose behalf: `person:ID`, `operator`.
    pub actor: String,
    /// When.
    pub set_at: Timestamp,
}

/// The last time the nightly work ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepRun {
    /// When it began; `None` when it never did.
    pub started_at: Option<Timestamp>,
    /// When it ended; `None` while it runs or when it was cut short.
    pub ended_at: Option<Timestamp>,
    /// How many records it erased.
    pub erased: u64,
    /// How many it passed over because of a hold.
    pub held: u64,
    /// How many wait because something about them still runs.
    pub waiting: u64,
}

/// What was erased, for ever on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its id.
    pub id: Uuid,
    /// Where; `None` for a log of the whole organisation.
    pub school: Option<SchoolId>,
    /// The register, or `log:NAME`.
    pub what: String,
    /// The rule: a span, or `request`.
    pub rule: String,
    /// How many were erased.
    pub erased: u64,
    /// How many of those looked at were held.
    pub held: u64,
    /// The reason given with a request.
    pub reason: Option<String>,
    /// On whose behalf.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

impl Read {
    /// One page of a register at a school by id, entries that have left included; by id, so that erasing between two
    /// pages skips none.
    pub async fn keep_page(
        &self,
        scope: &Scope,
        (school, register): (SchoolId, &str),
        after: Option<EntryId>,
        limit: u32,
    ) -> Result<Vec<Kept>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let after = after.map_or(Uuid::nil(), |entry| entry.0);
        let limit = i64::from(limit.clamp(1, PAGE_MAX)).into();
        let rows = self.all("entry", PAGE, vec![reached.id(), text(register), id(after), limit]).await?;
        self.kept(&rows).await
    }

    /// One entry with its school and register, also one that has left; `None` when it is not there or not reached.
    pub async fn keep_one(&self, scope: &Scope, entry: EntryId) -> Result<Option<(SchoolId, Name, Kept)>, Error> {
        let Some(row) = self.one("entry", ONE, vec![id(entry.0)]).await? else { return Ok(None) };
        let (school, register) = (SchoolId(row.id("school")?), Name::from(row.text("register")?));
        if self.reach_whole(scope, school).await?.is_none() {
            return Ok(None);
        }
        Ok(self.kept(&[row]).await?.pop().map(|kept| (school, register, kept)))
    }

    /// Rows of `entry` with all their documents.
    pub(crate) async fn kept(&self, rows: &[Row]) -> Result<Vec<Kept>, Error> {
        let mut out = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        let place: HashMap<Uuid, usize> = out.iter().enumerate().map(|(at, kept)| (kept.id.0, at)).collect();
        let mut names = Names::default();
        let ids: Vec<Uuid> = out.iter().map(|kept| kept.id.0).collect();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT entry, source, at, document FROM observation WHERE entry IN ({}) ORDER BY entry, source",
                list(1, chunk.len())
            );
            for row in self.all("observation", &sql, chunk.iter().copied().map(id).collect()).await? {
                let source = names.name(&row.text("source")?);
                let facts = document::decode(&row.text("document")?, row.at("at")?, &source, &mut names);
                let facts = facts.ok_or_else(|| row.corrupt("document"))?;
                document::merge(&mut out[place[&row.id("entry")?]].facts, facts);
            }
        }
        Ok(out)
    }

    /// How many entries each register has at a school, those that have left included.
    pub async fn keep_counts(&self, scope: &Scope, school: SchoolId) -> Result<BTreeMap<Name, u64>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(BTreeMap::new()) };
        let rows = self.all("entry", COUNTS, vec![reached.id()]).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("register")?), row.int("number")?.unsigned_abs()))).collect()
    }

    /// How many entries of a register were ever erased at a school.
    pub async fn erased_count(&self, scope: &Scope, school: SchoolId, register: &str) -> Result<u64, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(0) };
        let row = self.one("erased", ERASED_COUNT, vec![reached.id(), text(register)]).await?;
        row.map_or(Ok(0), |row| Ok(row.int("number")?.unsigned_abs()))
    }

    /// Whether anything was ever erased in a school's organisation.
    pub async fn has_erased(&self, scope: &Scope, school: SchoolId) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        Ok(self.one("erased", ANY_ERASED, vec![reached.id()]).await?.is_some())
    }

    /// Of these entries those that were erased, with the rule.
    pub async fn tombstones(
        &self,
        scope: &Scope,
        school: SchoolId,
        entries: &[EntryId],
    ) -> Result<BTreeMap<EntryId, String>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(BTreeMap::new()) };
        let mut out = BTreeMap::new();
        for chunk in entries.chunks(CHUNK) {
            let sql = format!(
                "SELECT x.entry, p.rule FROM erased x JOIN erasure p ON p.id = x.erasure JOIN school o ON o.id = x.school \
                 JOIN school s ON s.organisation = o.organisation WHERE s.id = $1 AND x.entry IN ({})",
                list(2, chunk.len())
            );
            let values = std::iter::once(reached.id()).chain(chunk.iter().map(|entry| id(entry.0)));
            for row in self.all("erased", &sql, values.collect()).await? {
                out.insert(EntryId(row.id("entry")?), row.text("rule")?);
            }
        }
        Ok(out)
    }

    /// The times an organisation and those of its schools chose that are reached.
    pub async fn keep_rules(&self, scope: &Scope, organisation: OrganisationId) -> Result<Vec<KeepRule>, Error> {
        if !reaches(scope, organisation) {
            return Ok(Vec::new());
        }
        let rows = self.all("keep_period", RULES, vec![id(organisation.0)]).await?;
        let rules: Vec<KeepRule> = rows
            .iter()
            .map(|row| {
                let place = row.id("place")?;
                Ok(KeepRule {
                    school: (place != organisation.0).then_some(SchoolId(place)),
                    what: row.text("what")?,
                    span: row.text("span")?.parse().map_err(|_| row.corrupt("span"))?,
                    reason: row.text("reason")?,
                    actor: row.text("actor")?,
                    set_at: row.at("set_at")?,
                })
            })
            .collect::<Result<_, Error>>()?;
        Ok(rules.into_iter().filter(|rule| rule.school.is_none_or(|school| scope.reaches_whole(school))).collect())
    }

    /// When the nightly work last ran for an organisation.
    pub async fn keep_run(&self, scope: &Scope, organisation: OrganisationId) -> Result<KeepRun, Error> {
        if !reaches(scope, organisation) {
            return Ok(KeepRun::default());
        }
        let Some(row) = self.one("keep_run", RUN, vec![id(organisation.0)]).await? else {
            return Ok(KeepRun::default());
        };
        Ok(KeepRun {
            started_at: row.maybe_at("started_at")?,
            ended_at: row.maybe_at("ended_at")?,
            erased: row.int("erased_count")?.unsigned_abs(),
            held: row.int("held_count")?.unsigned_abs(),
            waiting: row.int("waiting_count")?.unsigned_abs(),
        })
    }

    /// Proofs of an organisation, newest first, those before the given one.
    pub async fn proofs(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
        before: Option<(Timestamp, Uuid)>,
        limit: u32,
    ) -> Result<Vec<Proof>, Error> {
        if !reaches(scope, organisation) {
            return Ok(Vec::new());
        }
        let (instant, proof) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
        let limit = i64::from(limit.clamp(1, PAGE_MAX)).into();
        let rows = self.all("erasure", PROOFS, vec![id(organisation.0), at(instant), id(proof), limit]).await?;
        let proofs = rows.iter().map(proof_of).collect::<Result<Vec<_>, _>>()?;
        Ok(proofs.into_iter().filter(|proof| proof.school.is_none_or(|school| scope.reaches_whole(school))).collect())
    }
}

impl Read {
    /// One proof; `None` when it is not there or not reached.
    pub async fn proof(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
        proof: Uuid,
    ) -> Result<Option<Proof>, Error> {
        if !reaches(scope, organisation) {
            return Ok(None);
        }
        let row = self.one("erasure", PROOF, vec![id(proof), id(organisation.0)]).await?;
        let proof = row.as_ref().map(proof_of).transpose()?;
        Ok(proof.filter(|proof| proof.school.is_none_or(|school| scope.reaches_whole(school))))
    }
}

impl Write {
    /// Sets the time to keep of a school or, with `None`, of the whole organisation, or takes it away; `false` and
    /// nothing changed when the scope does not reach all of it. Whether it lies within its bounds is checked before.
    pub async fn set_keep_rule(
        &mut self,
        scope: &Scope,
        (organisation, school, what): (OrganisationId, Option<SchoolId>, &str),
        rule: Option<(Span, &str)>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let reached = match school {
            Some(school) => self.school(scope, school).await?.is_some_and(|known| known.organisation == organisation),
            None => scope.reaches_all(),
        };
        if !reaches(scope, organisation) || !reached || school.is_some_and(|school| !scope.reaches_whole(school)) {
            return Ok(false);
        }
        let place = id(school.map_or(organisation.0, |school| school.0));
        match rule {
            Some((span, reason)) => {
                let (span, by) = (text(span.to_string()), text(actor(scope.by())));
                let values = vec![id(organisation.0), place, text(what), span, text(reason), by, at(now)];
                self.run(PUT_RULE, values).await?;
            }
            None => drop(self.run(REMOVE_RULE, vec![place, text(what)]).await?),
        }
        let span = rule.map_or_else(|| "as usual".to_owned(), |(span, _)| span.to_string());
        let details = [("what", Detail::Word(what.to_owned())), ("span", Detail::Word(span))];
        let about = About { organisation: Some(organisation), school, now };
        self.record(scope, about, "keep-rule-set", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Somebody was handed everything about a person: so many records. `false` when the school is not reached.
    pub async fn record_export(
        &mut self,
        scope: &Scope,
        school: SchoolId,
        (person, records): (EntryId, usize),
        now: Timestamp,
    ) -> Result<bool, Error> {
        if self.reach_whole(scope, school).await?.is_none() {
            return Ok(false);
        }
        let details = [("person", Detail::Id(person.0)), ("records", Detail::Count(records as i64))];
        self.record(scope, About::school(school, now), "person-exported", &details).await?;
        Ok(true)
    }

    /// The nightly work begins. Only the system and a scope over the whole organisation may.
    pub async fn start_keep_run(
        &mut self,
        scope: &Scope,
        organisation: OrganisationId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !reaches(scope, organisation) {
            return Ok(false);
        }
        self.keep_lock(organisation).await?;
        self.run(START, vec![id(organisation.0), at(now)]).await?;
        Ok(true)
    }

    /// The nightly work has ended with these counts.
    pub async fn end_keep_run(
        &mut self,
        scope: &Scope,
        organisation: OrganisationId,
        run: &KeepRun,
    ) -> Result<bool, Error> {
        if !reaches(scope, organisation) {
            return Ok(false);
        }
        let counts = [run.erased, run.held, run.waiting].map(|count| i64::try_from(count).unwrap_or(i64::MAX).into());
        let values = [vec![id(organisation.0), maybe_at(run.ended_at)], counts.to_vec()].concat();
        self.run(END, values).await?;
        Ok(true)
    }
}

/// Whether a scope reaches an organisation and some school of it whole.
pub(crate) fn reaches(scope: &Scope, organisation: OrganisationId) -> bool {
    *scope.schools() != Schools::Some(Vec::new()) && scope.organisation().is_none_or(|own| own == organisation)
}

fn from_row(row: &Row) -> Result<Kept, Error> {
    Ok(Kept {
        id: EntryId(row.id("id")?),
        version: row.int("version")?,
        since: row.at("since")?,
        left_at: row.maybe_at("left_at")?,
        facts: Facts::new(),
    })
}

fn proof_of(row: &Row) -> Result<Proof, Error> {
    Ok(Proof {
        id: row.id("id")?,
        school: row.maybe_id("school")?.map(SchoolId),
        what: row.text("what")?,
        rule: row.text("rule")?,
        erased: row.int("erased_count")?.unsigned_abs(),
        held: row.int("held_count")?.unsigned_abs(),
        reason: row.maybe_text("reason")?,
        actor: row.text("actor")?,
        at: row.at("at")?,
    })
}
