//! What the pages ask: a school's standpoint, its problems, a statement's history. Reads only what was stored.

use crate::kept::At;
use crate::outcome::{Outcome, Problem};
use crate::standpoint::{Change, Inherited, ProblemsAsked, ReadAt, Standpoint};
use crate::view::cause::{Group, register_of};
use crate::{Error, House, words};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{NoneBecause, Standing};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_store::finding::{FindingGroup, FindingPage, StoredFinding};
use schoolkeeper_store::standing::Interval;
use schoolkeeper_store::{Cause, Read, School};
use std::sync::Arc;

/// How many changes are read for *what changed*.
const CHANGES_MAX: u32 = 2000;
/// How many changes a statement's history shows.
const HISTORY_MAX: u32 = 50;
/// How many problems of a statement about named entries are read.
const OWN_MAX: u32 = 1000;

impl House {
    /// The policies of a school: id and title, in the order of their ids. Missing when the school is not reached.
    pub async fn policies(&self, actor: &Actor, school: &str) -> Result<Vec<(String, String)>, Error> {
        let (scope, read) = (Self::scope(actor, "policy.see")?, self.read().await?);
        let school = self.school_in(&read, &scope, school).await?;
        let scope = self.scope_in(&read, (actor, &school), "policy.see").await?;
        let live = self.live(&read, &scope, &school).await?;
        Ok(live.iter().map(|live| named(live)).collect())
    }

    /// The policies in force at a school, compiled; their texts are only read when this process meets them first.
    pub(crate) async fn live(
        &self,
        read: &Read,
        scope: &Scope,
        school: &School,
    ) -> Result<Vec<Arc<CompiledPack>>, Error> {
        let hashes = read.adopted_hashes(scope, school.id).await?;
        let met: Option<Vec<_>> = hashes.iter().map(|(_, hash)| self.policies.met(hash)).collect();
        if let Some(met) = met {
            return Ok(met);
        }
        let stored = read.adopted_packs(scope, school.id).await?;
        stored.iter().map(|one| self.policies.live(&one.pack, &one.hash, &one.sources, &self.schemas)).collect()
    }

    /// A school by its handle, for somebody who may see its policy; missing for anybody else.
    pub async fn school_at(&self, actor: &Actor, slug: &str) -> Result<School, Error> {
        let (scope, read) = (Self::scope(actor, "policy.see")?, self.read().await?);
        let school = self.school_in(&read, &scope, slug).await?;
        self.scope_in(&read, (actor, &school), "policy.see").await?;
        Ok(school)
    }

    async fn school_in(&self, read: &Read, scope: &Scope, slug: &str) -> Result<School, Error> {
        let schools = read.schools(scope).await?;
        schools.into_iter().find(|school| school.slug == slug).ok_or(Error::Missing)
    }

    /// Everything the pages of one policy share, as far as somebody sees it; read again only when an evaluation or
    /// what it reads has moved.
    pub async fn standpoint(&self, actor: &Actor, school: &str, pack: &str) -> Result<Arc<Standpoint>, Error> {
        let scope = Self::scope(actor, "policy.see")?;
        let read = self.read().await?;
        let school = self.school_in(&read, &scope, school).await?;
        let scope = self.scope_in(&read, (actor, &school), "policy.see").await?;
        let runs = read.last_runs(&scope, school.id).await?;
        let run = runs.into_iter().find(|run| *run.pack == *pack).ok_or(Error::Missing)?;
        let day = Calendar::new(school.division, Vec::new()).day(self.now());
        let office = office_of(&read, &school).await?;
        let office_run = match &office {
            Some(office) => read.last_runs(&Scope::system("inherited"), office.id).await?,
            None => Vec::new(),
        };
        let office_run = office_run.into_iter().find(|known| known.pack == run.pack).map(|run| run.at);
        let key = (school.id, run.pack.clone());
        let at = At { generation: read.generation().await?, also: ReadAt { run, office_run, day } };
        let sight = self.sight(&read, (actor, &school)).await?;
        let shared = !self.pretends();
        let kept = self.standpoints.get(&key, &at).filter(|_| shared);
        let whole = if let Some(kept) = kept {
            kept
        } else {
            let read = Arc::new(self.read_standpoint(&read, &scope, school, pack).await?);
            if shared {
                self.standpoints.keep(key, at, (&read, 1));
            }
            read
        };
        if sight.is_whole() {
            return Ok(whole);
        }
        Ok(Arc::new(self.seen(&read, (&scope, &sight), &whole).await?))
    }

    pub(crate) async fn read_standpoint(
        &self,
        read: &Read,
        scope: &Scope,
        school: School,
        pack: &str,
    ) -> Result<Standpoint, Error> {
        let live = self.live(read, scope, &school).await?;
        let policies = live.iter().map(|live| named(live)).collect();
        let wanted = live.iter().find(|live| **live.pack.head.id.get_ref() == *pack);
        let compiled = wanted.ok_or(Error::Missing)?.clone();
        let outcome: Outcome = read.outcome(scope, school.id, pack).await?.ok_or(Error::Missing)?;
        let groups = read.finding_groups(scope, school.id, pack).await?.into_iter().map(group).collect();
        let week = self.now() - SignedDuration::from_hours(7 * 24);
        let intervals = read.standing_changes(scope, (school.id, pack), week, CHANGES_MAX).await?;
        let calendar = Arc::new(crate::calendar::calendar_of(read, scope, &school).await?);
        let changes = changes(&intervals, week, &calendar);
        let sections = read.sections(scope, school.id, pack).await?;
        let owners = read.task_owners(scope, school.id, pack).await?;
        let set = read.params(scope, school.id, pack).await?;
        let trust = self.inherited(read, &school, &outcome).await?;
        let mut doubts = read.open_doubts(scope, school.id).await?;
        doubts.retain(|doubt| *doubt.new.pack == *pack);
        Ok(Standpoint {
            registers: self.known_registers(read, &school).await?,
            school,
            pack: compiled,
            outcome,
            groups,
            policies,
            calendar,
            sections,
            owners,
            set,
            trust,
            doubts,
            changes,
        })
    }

    /// How the trust stands where it answers for a school: only that, whoever looks at the school.
    async fn inherited(&self, read: &Read, school: &School, here: &Outcome) -> Result<Option<Inherited>, Error> {
        let Some(office) = office_of(read, school).await? else { return Ok(None) };
        let stands: Option<Outcome> = read.outcome(&Scope::system("inherited"), office.id, &here.pack).await?;
        let at_trust = here.clauses.iter().filter(|one| one.none_because == Some(NoneBecause::AtTrust));
        let clauses = at_trust.filter_map(|one| stands.as_ref()?.clause(&one.clause)).cloned();
        Ok(Some(Inherited { office, clauses: clauses.map(|one| (one.clause.clone(), one)).collect() }))
    }

    /// The open problems of a statement's controls, by control; only its own when it is about named entries.
    pub async fn groups_of_clause(&self, actor: &Actor, at: &Standpoint, clause: &str) -> Result<Vec<Group>, Error> {
        let Some(stated) = at.pack.pack.clauses.iter().find(|known| &**known.id.get_ref() == clause) else {
            return Ok(Vec::new());
        };
        let controls: Vec<&Name> = stated.controls.iter().map(serde_spanned::Spanned::get_ref).collect();
        let outcome = at.outcome.clause(clause);
        if outcome.is_none_or(|outcome| outcome.own.is_none()) {
            return Ok(at.groups.iter().filter(|group| controls.contains(&&group.control)).cloned().collect());
        }
        let mut own = Vec::new();
        for control in controls {
            let asked = ProblemsAsked { control: Some(control.clone()), limit: OWN_MAX, ..ProblemsAsked::default() };
            own.extend(self.problems(actor, at, &asked).await?);
        }
        own.retain(|problem| outcome.is_some_and(|outcome| outcome.concerns(problem)));
        Ok(Group::of(own.iter()))
    }

    /// Open problems, by control and subject.
    pub async fn problems(&self, actor: &Actor, at: &Standpoint, asked: &ProblemsAsked) -> Result<Vec<Problem>, Error> {
        let read = self.read().await?;
        let scope = self.scope_in(&read, (actor, &at.school), "finding.see").await?;
        let sight = self.sight(&read, (actor, &at.school)).await?;
        let mut page = FindingPage {
            control: asked.control.clone(),
            search: Some(asked.search.clone()),
            after: asked.after.clone(),
            limit: asked.limit.min(schoolkeeper_store::finding::PAGE_MAX),
        };
        let mut out = Vec::new();
        loop {
            let found = read.findings(&scope, at.school.id, at.pack_id(), &page).await?;
            let full = found.len() == page.limit as usize;
            page.after = found.last().map(|last| (last.control.clone(), last.subject));
            let register = |control: &Name| at.pack.pack.controls.get(control).and_then(register_of);
            let seen = found.into_iter().filter(|one| sight.sees(register(&one.control), one.subject));
            out.extend(seen.map(problem));
            if !full || out.len() >= asked.limit as usize {
                return Ok(out);
            }
        }
    }

    /// How a statement stood over time, newest first. The first look is no change.
    pub async fn history(&self, actor: &Actor, at: &Standpoint, clause: &str) -> Result<Vec<Change>, Error> {
        let read = self.read().await?;
        let scope = self.scope_in(&read, (actor, &at.school), "policy.see").await?;
        let found = read.standing_history(&scope, (at.school.id, at.pack_id()), clause, HISTORY_MAX).await?;
        Ok(found.iter().enumerate().map(|(at, interval)| change(interval, found.get(at + 1))).collect())
    }
}

/// The trust's central office of a school; none for itself, or where there is no trust.
pub(crate) async fn office_of(read: &Read, school: &School) -> Result<Option<School>, Error> {
    if school.trust {
        return Ok(None);
    }
    let all = read.schools(&Scope::system("inherited")).await?;
    Ok(all.into_iter().find(|other| other.trust && other.organisation == school.organisation))
}

/// Id and title of a policy.
fn named(live: &CompiledPack) -> (String, String) {
    let head = &live.pack.head;
    (head.id.get_ref().to_string(), head.title.clone())
}

fn group(stored: FindingGroup) -> Group {
    Group {
        control: stored.control,
        count: stored.count as usize,
        standing: if stored.broken > 0 { Standing::Broken } else { Standing::Due },
        since: stored.since,
        due_at: stored.due_at,
        message: stored.message,
    }
}

pub(crate) fn problem(stored: StoredFinding) -> Problem {
    Problem {
        control: stored.control,
        entry: stored.subject,
        standing: stored.standing,
        since: stored.since,
        due_at: stored.due_at,
        message: stored.message,
    }
}

fn change(interval: &Interval, before: Option<&Interval>) -> Change {
    let after = &words::standing(interval.standing).tag;
    let words = match before {
        Some(before) if before.standing != interval.standing => {
            format!("{} → {after} ({})", words::standing(before.standing).tag, words::cause(interval.cause))
        }
        _ => format!("{after} ({})", words::cause(interval.cause)),
    };
    Change { at: interval.from, words }
}

/// `Since 16 November: 4 fixed, 1 newly not met, 2 now known.`
fn changes(changed: &[Interval], since: Timestamp, calendar: &Calendar) -> Option<String> {
    let mut counts: Vec<(Cause, usize)> = Vec::new();
    for interval in changed.iter().filter(|interval| interval.cause != Cause::FirstLook) {
        match counts.iter_mut().find(|(cause, _)| *cause == interval.cause) {
            Some((_, count)) => *count += 1,
            None => counts.push((interval.cause, 1)),
        }
    }
    let parts: Vec<String> = counts.iter().map(|(cause, count)| format!("{count} {}", words::cause(*cause))).collect();
    let day = crate::dates::long(calendar.day(since));
    (!parts.is_empty()).then(|| format!("Since {day}: {}.", parts.join(", ")))
}
