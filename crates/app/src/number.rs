//! The numbers, names and blanks of a policy at a school: who set each, when and why.
//!
//! Invariant: a number is set with a reason, by whom the policy lets set it, never looser than the policy allows.

use crate::authority::Try;
use crate::policy::param;
use crate::snapshot::Adopted;
use crate::view::chapter::{self, Number};
use crate::{Error, House, Standpoint, dates};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack, Stricter};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Longest reason, in characters.
pub const WHY_MAX: usize = 500;
/// Most numbers changed at once.
const NUMBERS_MAX: usize = 20;

/// One number as its page shows it.
#[derive(Clone, Debug)]
pub struct NumberLine {
    /// What it asks and what holds here.
    pub number: Number,
    /// What the policy itself says; none for a blank.
    pub own: Option<String>,
    /// What it may be: its unit, its direction.
    pub may_be: String,
    /// Who set it, when and why; none while nobody did.
    pub set: Option<String>,
    /// Statements that rest on it.
    pub clauses: Vec<Name>,
}

/// What somebody wants numbers to be, as they typed it.
pub type Typed = Vec<(Name, String)>;

impl House {
    /// Every number of a policy with who set it, blanks first.
    pub async fn numbers(&self, actor: &Actor, at: &Standpoint) -> Result<Vec<NumberLine>, Error> {
        let scope = self.scope_at(actor, "policy.see", &at.school).await?;
        let said = self.read().await?.params_said(&scope, at.school.id, at.pack_id()).await?;
        let mut set: BTreeMap<Name, String> = BTreeMap::new();
        for one in said {
            let who = self.who_did(&Scope::system("names"), &one.set_by).await?;
            let place = if one.school == at.school.id { "" } else { " for all schools" };
            let day = dates::long(at.calendar.day(one.set_at));
            let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why) };
            set.insert(one.name, format!("Set by {who}{place}, {day}{why}"));
        }
        let pack = &at.pack.pack;
        let used = uses(pack);
        let mut out: Vec<NumberLine> = pack
            .params
            .keys()
            .map(|name| NumberLine {
                number: chapter::number(at, name.clone()),
                own: schoolkeeper_pack::param_words(name, pack, &BTreeMap::new()),
                may_be: may_be(pack, name),
                set: set.get(name).cloned(),
                clauses: used.get(name).cloned().unwrap_or_default(),
            })
            .collect();
        out.sort_by_key(|line| line.number.value.is_some());
        Ok(out)
    }

    /// Sets numbers of one policy with a reason; works out again where the school stands.
    pub async fn set_numbers(
        &self,
        actor: &Actor,
        (school, pack): (&School, &str),
        typed: &Typed,
        why: &str,
    ) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("param.set")).await?.scope;
        let adopted = self.adopted(&scope, school).await?;
        let policy = adopted.iter().find(|one| **one.id() == *pack).ok_or(Error::Missing)?;
        let values = self.fitting(actor, school, (&policy.live.pack, typed)).await?;
        let why = reason(why)?;
        let mut write = self.write().await?;
        for (name, value) in &values {
            let place = schoolkeeper_store::param::ParamAt { school: school.id, pack, name, why: &why };
            write.set_param(&scope, place, Some(value), self.now()).await?;
        }
        write.commit().await?;
        self.probe(school).await?;
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        Ok(())
    }

    /// What was typed, as values the policy can take from this person here.
    pub(crate) async fn fitting(
        &self,
        actor: &Actor,
        school: &School,
        (pack, typed): (&Pack, &Typed),
    ) -> Result<BTreeMap<Name, Literal>, Error> {
        if typed.len() > NUMBERS_MAX {
            return Err(Error::refused(format!("at most {NUMBERS_MAX} numbers can be changed at once")));
        }
        let trust = self.read().await?.schools(&Scope::system("numbers")).await?;
        let trust = trust.iter().any(|other| other.trust && other.organisation == school.organisation);
        for (name, _) in typed {
            let by = pack.params.get(name).and_then(|param| param.set_by.as_deref());
            if let Some(why) = by.and_then(|by| not_theirs(actor, (school, trust), (pack, by))) {
                return Err(Error::refused(why));
            }
        }
        typed.iter().map(|(name, value)| param(pack, &format!("{name}={}", value.trim()))).collect()
    }
}

/// A reason with something in it.
pub(crate) fn reason(why: &str) -> Result<String, Error> {
    let why = why.trim();
    if why.is_empty() || why.chars().count() > WHY_MAX {
        return Err(Error::refused("say in at most 500 characters why"));
    }
    Ok(why.to_owned())
}

/// A policy with some numbers otherwise.
pub(crate) fn with(policy: &Adopted, values: &BTreeMap<Name, Literal>) -> Adopted {
    let mut then = policy.clone();
    then.set.extend(values.iter().map(|(name, value)| (name.clone(), value.clone())));
    then
}

/// Why this person does not set a number here.
fn not_theirs(actor: &Actor, (school, trust): (&School, bool), (pack, by): (&Pack, &str)) -> Option<String> {
    let operator = actor.roles.iter().any(|held| held.base == BaseRole::Operator);
    match by {
        "school" => None,
        "trust" if school.trust || !trust => None,
        "trust" => Some("the trust sets this number for all its schools".to_owned()),
        _ if operator || actor.roles.iter().any(|held| *held.role == *by && held.counts_at(school.id)) => None,
        role => Some(format!("only this role sets this number: {}", crate::view::cause::role_title(pack, role))),
    }
}

/// Statements by the numbers they rest on.
pub(crate) fn uses(pack: &Pack) -> BTreeMap<Name, Vec<Name>> {
    let mut out: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
    for control in pack.controls.values() {
        for name in schoolkeeper_pack::params_of(control, pack) {
            let clauses = out.entry(name).or_default();
            for clause in pack.clauses_of(&control.id).map(|clause| clause.id.get_ref()) {
                if !clauses.contains(clause) {
                    clauses.push(clause.clone());
                }
            }
        }
    }
    out
}

/// What a number may be: `A number of days. Only less than the policy's own`.
pub fn may_be(pack: &Pack, name: &str) -> String {
    let Some(param) = pack.params.get(name) else { return String::new() };
    let unit = match param.unit.as_deref() {
        Some("schedule") => "A period, as in 1 term".to_owned(),
        Some("yes-no") => "yes or no".to_owned(),
        Some("text" | "list") => "Words".to_owned(),
        Some("count" | "number" | "money" | "percent" | "times") | None => "As the policy writes it".to_owned(),
        Some(unit) => format!("A number of {unit}"),
    };
    let way = param.value.as_ref().and(param.stricter).map(|way| match way {
        Stricter::Lower => ". Only less than the policy's own",
        Stricter::Higher => ". Only more than the policy's own",
        Stricter::MoreOften => ". Only more often than the policy's own",
        Stricter::True => ". It may only be switched on",
        Stricter::False => ". It may only be switched off",
    });
    format!("{unit}{}", way.unwrap_or_default())
}
