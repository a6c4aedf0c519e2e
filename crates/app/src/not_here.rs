//! "This statement does not apply here": asked with a reason, agreed by the policy's owner, looked at again on a date.
//!
//! Invariant: nobody agrees to what they asked themselves; nothing is agreed while a record is there that the statement
//! speaks of, and it ends by itself when one comes ([`crate::apart`]).

use crate::authority::{Denial, Reason, Try};
use crate::evaluate::{TRIES_MAX, moved};
use crate::snapshot::Adopted;
use crate::{Error, House, Standpoint, apart, dates};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_store::not_here::{Ended, NewNotHere, NotHere};
use schoolkeeper_store::{Cause, School};

/// Longest reason, in characters.
const REASON_MAX: usize = 500;
/// Longest time before it is looked at again, in months.
const MONTHS_MAX: i64 = 12;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHereState {
    /// Asked, and nobody has agreed yet.
    Asked,
    /// Agreed: not counted.
    Holds,
    /// Over.
    Over,
}

/// One statement that was said not to apply here.
#[derive(Debug)]
pub struct NotHereLine {
    /// The statement.
    pub clause: Name,
    /// Its text.
    pub text: String,
    /// Why it does not apply.
    pub reason: String,
    /// How far it is.
    pub state: NotHereState,
    /// Who asked, who agreed, why it ended: sentences.
    pub said: Vec<String>,
    /// When it is looked at again.
    pub review_on: Date,
    /// When it was asked for.
    pub asked_on: Date,
}

/// What the page of one statement shows.
#[derive(Debug)]
pub struct NotHereShown {
    /// The statement's text.
    pub text: String,
    /// What runs now.
    pub now: Option<NotHereLine>,
    /// What has ended, newest first.
    pub before: Vec<NotHereLine>,
    /// How many records are there that the statement speaks of.
    pub matching: usize,
    /// They may agree.
    pub may_agree: bool,
    /// Who may, in words.
    pub approvers: Vec<String>,
    /// The latest day it may be looked at again.
    pub latest: Date,
}

impl House {
    /// The page of one statement, for whoever may ask.
    pub async fn not_here_of(&self, actor: &Actor, at: &Standpoint, clause: &str) -> Result<NotHereShown, Error> {
        let scope = self.scope_at(actor, "not-here.ask", &at.school).await?;
        let known = at.pack.pack.clauses.iter().find(|known| &**known.id.get_ref() == clause).ok_or(Error::Missing)?;
        let all = self.read().await?.not_here(&scope, at.school.id, at.pack_id()).await?;
        let (mut now, mut before) = (None, Vec::new());
        let mut may_agree = false;
        for said in all.iter().filter(|said| *said.new.clause == *clause) {
            let line = self.line(at, said).await?;
            if said.ended.is_some() {
                before.push(line);
            } else {
                may_agree = said.agreed.is_none() && against(actor, &at.school, (at.pack_owners(), said)).is_none();
                now = Some(line);
            }
        }
        let snapshot = self.snapshot(&scope, &at.school).await?;
        let policy = snapshot.policies.iter().find(|policy| **policy.id() == *at.pack_id());
        let matching = policy.map_or(0, |policy| apart::matching(policy, &snapshot.world_of(policy), known));
        let approvers = at.pack_owners().map(|name| at.role_title(name)).collect();
        let latest = latest(at.calendar.day(self.now()));
        Ok(NotHereShown { text: known.text.clone(), now, before, matching, may_agree, approvers, latest })
    }

    /// Everything of a policy that was said not to apply, what runs first.
    pub async fn not_here(&self, actor: &Actor, at: &Standpoint) -> Result<Vec<NotHereLine>, Error> {
        let scope = self.scope_at(actor, "policy.see", &at.school).await?;
        let all = self.read().await?.not_here(&scope, at.school.id, at.pack_id()).await?;
        let mut out = Vec::with_capacity(all.len());
        for said in &all {
            out.push(self.line(at, said).await?);
        }
        out.sort_by_key(|line| line.state == NotHereState::Over);
        Ok(out)
    }

    async fn line(&self, at: &Standpoint, said: &NotHere) -> Result<NotHereLine, Error> {
        let names = Scope::system("names");
        let day = |instant| dates::long(at.calendar.day(instant));
        let mut words =
            vec![format!("Asked by {}, {}.", self.who_did(&names, &said.asked_by).await?, day(said.asked_at))];
        if let Some((when, who)) = &said.agreed {
            words.push(format!("Agreed by {}, {}.", self.who_did(&names, who).await?, day(*when)));
        }
        words.extend(said.ended.map(|(when, why)| format!("{}, {}.", ended_words(why), day(when))));
        let state = match (&said.agreed, said.ended) {
            (_, Some(_)) => NotHereState::Over,
            (Some(_), None) => NotHereState::Holds,
            (None, None) => NotHereState::Asked,
        };
        let clause = at.pack.pack.clauses.iter().find(|clause| *clause.id.get_ref() == said.new.clause);
        Ok(NotHereLine {
            clause: said.new.clause.clone(),
            text: clause.map_or_else(|| "(not in the policy any more)".to_owned(), |clause| clause.text.clone()),
            reason: said.new.reason.clone(),
            state,
            said: words,
            review_on: said.new.review_on,
            asked_on: at.calendar.day(said.asked_at),
        })
    }

    /// Asks that a statement does not apply here.
    pub async fn ask_not_here(
        &self,
        actor: &Actor,
        at: &Standpoint,
        clause: &str,
        (reason, review_on): (&str, Date),
    ) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain("not-here.ask")).await?.scope;
        let shown = self.not_here_of(actor, at, clause).await?;
        let stands =
            at.outcome.clause(clause).is_some_and(|known| known.standing != Standing::None || known.would.is_some());
        if !stands || shown.now.is_some() {
            return Err(Error::refused("this statement is not counted here already, or somebody has asked before"));
        }
        refuse_matching(shown.matching)?;
        let (now, today, reason) = (self.now(), at.calendar.day(self.now()), reason.trim());
        if reason.is_empty() || reason.chars().count() > REASON_MAX {
            return Err(Error::refused("say in at most 500 characters why it does not apply"));
        }
        if review_on <= today || review_on > shown.latest {
            let latest = dates::long(shown.latest);
            return Err(Error::refused(format!("choose a day from tomorrow until {latest} to look at it again")));
        }
        let (pack, clause) = (Name::from(at.pack_id()), Name::from(clause));
        let new =
            NewNotHere { id: Self::new_id(), school: at.school.id, pack, clause, reason: reason.to_owned(), review_on };
        let mut write = self.write().await?;
        write.ask_not_here(&scope, &new, now).await?;
        write.commit().await?;
        Ok(())
    }

    /// Agrees: from now on the statement is not counted, and its problems end.
    pub async fn agree_not_here(&self, actor: &Actor, at: &Standpoint, clause: &str) -> Result<(), Error> {
        const ACT: &str = "not-here.agree";
        let scope = self.allow(actor, &at.school, &Try::plain(ACT)).await?.scope;
        for _ in 0..TRIES_MAX {
            let mut snapshot = self.snapshot(&scope, &at.school).await?;
            let policy = snapshot.policies.iter_mut().find(|policy| **policy.id() == *at.pack_id());
            let asked = policy.and_then(|policy| asked(policy, clause)).ok_or(Error::Missing)?;
            if let Some(reason) = against(actor, &at.school, (at.pack_owners(), asked)) {
                let titles: Vec<String> = at.pack_owners().map(|name| at.role_title(name)).collect();
                let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
                return Err(Error::Denied(Denial::of(ACT, vec![Reason::of_house(reason, &titles)])));
            }
            asked.agreed = Some((self.now(), String::new()));
            let asked = asked.clone();
            let worked = self.worked(snapshot).await?;
            if worked.all.iter().flat_map(|one| &one.apart.over).any(|(over, _)| over.new.id == asked.new.id) {
                return Err(Error::refused(
                    "a record has come that this statement speaks of, or its date has passed: ask again",
                ));
            }
            let mut write = self.write().await?;
            if write.generation().await? == worked.generation {
                write.agree_not_here(&scope, &asked, self.now()).await?;
                self.store_all(&mut write, &scope, &at.school, (&worked, Some(Cause::DoesNotApply))).await?;
                write.commit().await?;
                return Ok(());
            }
        }
        Err(moved())
    }

    /// Does not agree, or takes back what was agreed: the statement counts.
    pub async fn end_not_here(&self, actor: &Actor, at: &Standpoint, clause: &str) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain("not-here.ask")).await?.scope;
        let all = self.read().await?.not_here(&scope, at.school.id, at.pack_id()).await?;
        let runs = all.iter().find(|said| said.ended.is_none() && *said.new.clause == *clause);
        let runs = runs.ok_or(Error::Missing)?;
        let mine = who(actor) == runs.asked_by;
        let because = if runs.agreed.is_none() && !mine { Ended::Declined } else { Ended::Withdrawn };
        let mut write = self.write().await?;
        write.end_not_here(&scope, runs, because, self.now()).await?;
        write.commit().await?;
        self.evaluate(&Actor::operator(at.school.organisation), &at.school).await?;
        Ok(())
    }
}

impl Standpoint {
    /// Roles that answer for the policy.
    pub(crate) fn pack_owners(&self) -> impl Iterator<Item = &Name> {
        self.pack.pack.head.owner.iter()
    }
}

fn asked<'a>(policy: &'a mut Adopted, clause: &str) -> Option<&'a mut NotHere> {
    let open = |said: &&mut NotHere| said.ended.is_none() && said.agreed.is_none() && *said.new.clause == *clause;
    policy.not_here.iter_mut().find(open)
}

/// Why somebody may not agree.
fn against<'a>(
    actor: &Actor,
    school: &School,
    (mut owners, said): (impl Iterator<Item = &'a Name>, &NotHere),
) -> Option<&'static str> {
    if who(actor) == said.asked_by {
        return Some("you asked for this, so somebody else agrees to it");
    }
    let held: Vec<_> = actor.roles.iter().filter(|held| held.counts_at(school.id)).collect();
    let operator = held.iter().any(|held| held.base == BaseRole::Operator);
    let owns = owners.any(|owner| held.iter().any(|held| held.role == *owner));
    (!operator && !owns).then_some("only whoever answers for the policy agrees to this")
}

fn who(actor: &Actor) -> String {
    actor.person.map_or_else(|| "operator".to_owned(), |person| format!("person:{person}"))
}

fn refuse_matching(matching: usize) -> Result<(), Error> {
    match matching {
        0 => Ok(()),
        1 => Err(Error::refused("1 record is there that this statement speaks of, so it applies here")),
        many => {
            Err(Error::refused(format!("{many} records are there that this statement speaks of, so it applies here")))
        }
    }
}

fn latest(today: Date) -> Date {
    today.checked_add(MONTHS_MAX.months()).unwrap_or(today)
}

fn ended_words(why: Ended) -> &'static str {
    match why {
        Ended::Declined => "Not agreed",
        Ended::Withdrawn => "Taken back",
        Ended::Entry => "Ended by itself: a record came that it speaks of",
        Ended::Review => "Ended by itself: its date came",
    }
}
