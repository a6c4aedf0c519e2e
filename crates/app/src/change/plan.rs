//! What a new version of a policy asks otherwise, planned: an improvement for each statement, with somebody and a day.
//!
//! Invariant: planned once for each version, at each school where it holds and whose policy asks for it (`plan = true`);
//! what was planned is the school's own from then on.

use crate::act::Before;
use crate::duty::duties;
use crate::evaluate::{TRIES_MAX, moved};
use crate::life::{REGISTER as DOCUMENTS, same};
use crate::snapshot::Adopted;
use crate::{Error, House, number, under};
use jiff::SignedDuration;
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::clause::Article;
use schoolkeeper_core::control::{Control, ControlKind, Duty};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::value::Value;
use schoolkeeper_pack::ChangeKind;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Change, clock, people};
use schoolkeeper_rules::{CompiledPack, Ctx};
use schoolkeeper_store::School;
use schoolkeeper_store::act::ActAt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The register of what is to become better.
const REGISTER: &str = "improvement";
/// A version that holds for longer is not news.
const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Most statements planned for one version.
const PLANNED_MAX: usize = 200;
/// Longest text of a statement in a name, in characters.
const TEXT_MAX: usize = 100;

impl House {
    /// Plans new versions; what cannot be planned is said in the log and holds up nothing else.
    pub(crate) async fn plan_or_say(&self, school: &School) {
        if let Err(error) = self.plan_new_versions(school).await {
            tracing::error!(error = error.chain(), school = %school.id, "a new version could not be planned");
        }
    }

    /// Plans what new versions ask otherwise at a school; how many improvements that made.
    async fn plan_new_versions(&self, school: &School) -> Result<usize, Error> {
        let live = self.live(&self.read().await?, &Scope::system("plan"), school).await?;
        let mut made = 0;
        for pack in live.iter().filter(|pack| self.can_write() && plans(pack)) {
            if let Some((old, since)) = self.version_before(school, pack).await? {
                made += self.plan_version(school, pack, (&old, since)).await?;
            }
        }
        if made > 0 {
            self.evaluate(&Actor::operator(school.organisation), school).await?;
        }
        Ok(made)
    }

    /// What held before the version in force, and since when that one holds; none when it is the first, or old.
    async fn version_before(
        &self,
        school: &School,
        pack: &CompiledPack,
    ) -> Result<Option<(Arc<CompiledPack>, Timestamp)>, Error> {
        let (read, scope, id) = (self.read().await?, Scope::system("plan"), pack.pack.head.id.get_ref());
        let all = read.versions(&scope, school.id, id).await?;
        let newest = all.first().filter(|one| one.hash == pack.pack.hash);
        let Some(newest) = newest.filter(|one| self.now().duration_since(one.adopted_at) <= NEWS) else {
            return Ok(None);
        };
        let Some(other) = all.iter().find(|one| one.hash != newest.hash) else { return Ok(None) };
        let Some(said) = read.version_text(&scope, school.id, (id, other)).await? else { return Ok(None) };
        let old = self.policies.live(id, &said.hash, &said.sources, &self.schemas)?;
        Ok(Some((old, newest.adopted_at)))
    }

    async fn plan_version(
        &self,
        school: &School,
        pack: &CompiledPack,
        (old, since): (&CompiledPack, Timestamp),
    ) -> Result<usize, Error> {
        for _ in 0..TRIES_MAX {
            let before = self.before(&Actor::operator(school.organisation), school).await?;
            let (policy, ctx) = before.policy(pack.pack.head.id.get_ref())?;
            let Some((control, spec)) = duties(policy).find(|(_, spec)| spec.plan) else { return Ok(0) };
            let changes = planned(&before, (policy, ctx, spec), (&old.pack, since));
            if changes.is_empty() {
                return Ok(0);
            }
            let written: Vec<_> = changes.iter().filter_map(|one| self.written_new(&pack.pack, one)).collect();
            let (made, generation, now) = (written.len(), before.generation(), self.now());
            let at = ActAt { school: school.id, act: "policy-plan", control: &control.control.id, now, generation };
            let mut write = self.write().await?;
            match write.act(&Scope::system("plan"), at, written).await {
                Ok(_) => {}
                Err(schoolkeeper_store::Error::Conflict { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            write.commit().await?;
            return Ok(made);
        }
        Err(moved())
    }
}

fn plans(pack: &CompiledPack) -> bool {
    pack.controls.values().any(|control| matches!(&control.control.kind, ControlKind::Duty(spec) if spec.plan))
}

/// The improvements of a version; none when it was planned before.
fn planned(
    before: &Before,
    (policy, ctx, spec): (&Adopted, Ctx<'_>, &Duty),
    (old, since): (&Pack, Timestamp),
) -> Vec<Change> {
    let (pack, calendar) = (&policy.live.pack, &ctx.world.calendar);
    let because = |clause: &str| format!("{} {clause}", pack.head.title);
    let is_own = |row: &Row<'_>| row.text(under::FIELD) == Some(&**pack.origin());
    if Row::all(ctx.world, REGISTER).any(|row| row.since() >= since && is_own(&row)) {
        return Vec::new();
    }
    let mut documents = Row::all(before.world(), DOCUMENTS);
    let document = documents.find(|row| same(&row.name(), &pack.head.title)).map(Row::id);
    let due = spec.within.as_ref().and_then(|within| clock::deadline(ctx, within, since).ok());
    let due = due.map(|due| clock::last_day(ctx, due));
    let due = due.map(|due| calendar.pull_forward(due).unwrap_or(due));
    let plan = |name: String, (because, says): (&str, &str), owner: Option<EntryId>| {
        Change::new(REGISTER)
            .set("name", Value::text(name))
            .set("because", Value::text(format!("{because}: {says}")))
            .set_some("owner", owner.map(Value::Ref))
            .set_some("target_on", due.map(Value::Date))
            .set_some("document", document.map(Value::Ref))
            .set("version", Value::text(&pack.head.version))
    };
    let one = |(clause, says): (Name, String)| {
        let known = pack.clauses.iter().find(|one| *one.id.get_ref() == clause);
        let roles = known.into_iter().flat_map(|one| one.who.iter()).chain(spec.owner.iter());
        let owner = roles.flat_map(|role| people::holders(ctx, role)).next();
        let text: String = known.map_or("", |one| &one.text).chars().take(TEXT_MAX).collect();
        plan(format!("Version {}, {clause}: {text}", pack.head.version), (&because(&clause), &says), owner)
    };
    let signed = signed_anew(old, pack).map(|title| {
        let name = format!("Version {}: publish “{title}” anew, so that people sign it", pack.head.version);
        let owner = spec.owner.iter().flat_map(|role| people::holders(ctx, role)).next();
        plan(name, (because("").trim_end(), "what people sign reads otherwise"), owner)
    });
    let each = asked_otherwise(old, pack).into_iter().take(PLANNED_MAX).map(one);
    each.chain(signed).collect()
}

/// What people sign of an agreement, in its order.
fn articles<'p>(pack: &'p Pack, agreement: &'p str) -> Vec<(&'p Name, &'p Article)> {
    pack.clauses_of(agreement).filter_map(|one| Some((one.id.get_ref(), one.article.as_ref()?))).collect()
}

/// Titles of the agreements that read otherwise: by their articles, in their order.
fn signed_anew<'p>(old: &'p Pack, new: &'p Pack) -> impl Iterator<Item = &'p str> {
    let agreements = new.controls.values().filter(|one| matches!(one.kind, ControlKind::Agreement(_)));
    let known = |control: &&'p Control| old.controls.contains_key(&control.id);
    let reads = move |control: &&'p Control| {
        let control: &'p Control = control;
        articles(old, &control.id) != articles(new, &control.id)
    };
    agreements.filter(known).filter(reads).map(|one| &*one.title)
}

/// Statements that are new, say something else, or are checked in another way, each with what changed, in the order of
/// the policy.
fn asked_otherwise(old: &Pack, new: &Pack) -> Vec<(Name, String)> {
    let numbers = number::uses(new);
    let mut found: BTreeMap<Name, String> = BTreeMap::new();
    for change in schoolkeeper_pack::diff(old, new) {
        let Some((kind, what)) = change.key.split_once('/').filter(|_| change.kind != ChangeKind::Removed) else {
            continue;
        };
        let clauses: Vec<Name> = match kind {
            "clause" => vec![Name::from(what)],
            "control" => new.clauses_of(what).map(|one| one.id.get_ref().clone()).collect(),
            "param" => numbers.get(what).cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        for clause in clauses {
            found.entry(clause).or_insert_with(|| change.says.clone());
        }
    }
    let ids = new.clauses.iter().map(|one| one.id.get_ref());
    ids.filter_map(|id| Some((id.clone(), found.remove(id)?))).collect()
}
