//! What people say of a problem: notes, "this is wrong", and that somebody has looked again.
//!
//! Invariant: none of it changes where a statement stands. A doubt reopens the reading: the problem stays, is shown as
//! being looked at, and a newer word or reading of what is doubted, a person who looked, or the end of the problem
//! settles it.

use crate::authority::Try;
use crate::evaluate::Evaluated;
use crate::why::fields_read;
use crate::{Error, House, Standpoint, dates};
use jiff::ToSpan;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_store::remark::{NewRemark, Remark, RemarkKind, Settled};
use schoolkeeper_store::{School, Write};

/// The act behind all of it.
pub(crate) const SAY: &str = "finding.say";
/// Longest text, in characters.
const SAID_MAX: usize = 500;
/// So many days somebody has to look at a doubt.
const LOOK_DAYS: i64 = 7;

/// One problem: its control, and the entry concerned.
pub type ProblemAt<'a> = (&'a str, Option<EntryId>);

impl House {
    /// Writes a note beside a problem.
    pub async fn note_problem(
        &self,
        actor: &Actor,
        at: &Standpoint,
        problem: ProblemAt<'_>,
        said: &str,
    ) -> Result<(), Error> {
        self.say(actor, at, problem, (RemarkKind::Note, said)).await
    }

    /// Says that what a problem rests on is wrong, and what is true.
    pub async fn doubt_problem(
        &self,
        actor: &Actor,
        at: &Standpoint,
        problem: ProblemAt<'_>,
        said: &str,
    ) -> Result<(), Error> {
        if !self.why(actor, at, problem).await?.open {
            return Err(Error::refused("this problem is over already"));
        }
        self.say(actor, at, problem, (RemarkKind::Doubt, said)).await
    }

    /// Somebody has looked again: the doubt is settled, and what they found is a note.
    pub async fn settle_problem(
        &self,
        actor: &Actor,
        at: &Standpoint,
        problem: ProblemAt<'_>,
        found: &str,
    ) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain(SAY)).await?.scope;
        let new = self.remark(at, problem, (RemarkKind::Note, found))?;
        let doubts = self.read().await?.open_doubts(&scope, at.school.id).await?;
        let doubt = doubts.into_iter().find(|one| one.is_about(at.pack_id(), problem)).ok_or(Error::Missing)?;
        let mut write = self.write().await?;
        write.settle_remark(&scope, &doubt.new, Settled::Person, self.now()).await?;
        write.say_remark(&scope, &new, self.now()).await?;
        write.commit().await?;
        Ok(())
    }

    async fn say(
        &self,
        actor: &Actor,
        at: &Standpoint,
        problem: ProblemAt<'_>,
        said: (RemarkKind, &str),
    ) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain(SAY)).await?.scope;
        self.why(actor, at, problem).await?;
        let new = self.remark(at, problem, said)?;
        let mut write = self.write().await?;
        if !write.say_remark(&scope, &new, self.now()).await? {
            return Err(Error::refused("somebody has said so already: it is being looked at"));
        }
        write.commit().await?;
        Ok(())
    }

    fn remark(
        &self,
        at: &Standpoint,
        (control, subject): ProblemAt<'_>,
        (kind, said): (RemarkKind, &str),
    ) -> Result<NewRemark, Error> {
        let said = said.trim();
        if said.is_empty() || said.chars().count() > SAID_MAX {
            return Err(Error::refused(format!("say it in 1 to {SAID_MAX} characters")));
        }
        let look_by = at.calendar.day(self.now()).checked_add(LOOK_DAYS.days()).ok();
        Ok(NewRemark {
            id: Self::new_id(),
            school: at.school.id,
            pack: Name::from(at.pack_id()),
            control: Name::from(control),
            subject,
            kind,
            said: said.to_owned(),
            look_by: look_by.filter(|_| kind == RemarkKind::Doubt),
        })
    }

    /// Settles the doubts that an evaluation answers, in its transaction.
    pub(crate) async fn settle_doubts(
        &self,
        write: &mut Write,
        scope: &Scope,
        (school, all): (&School, &[Evaluated]),
    ) -> Result<(), Error> {
        for doubt in write.open_doubts(scope, school.id).await? {
            let one = all.iter().find(|one| *one.policy.id() == doubt.new.pack);
            if let Some(because) = one.and_then(|one| answered(one, &doubt)) {
                write.settle_remark(scope, &doubt.new, because, self.now()).await?;
            }
        }
        Ok(())
    }
}

/// What settles a doubt, when anything does: its problem is over, or what it rests on was read anew.
fn answered(one: &Evaluated, doubt: &Remark) -> Option<Settled> {
    let mut found = one.clauses.iter().flat_map(|clause| &clause.findings);
    if !found.any(|found| found.control == doubt.new.control && found.subject == doubt.new.subject) {
        return Some(Settled::Over);
    }
    let (register, row) = one.world.find(doubt.new.subject?)?;
    let facts = &one.world.table(register).rows.get(row)?.facts;
    let read = fields_read(&one.policy.live, &doubt.new.control, register);
    let newer = |field: &usize| facts.get(*field).and_then(Option::as_ref).is_some_and(|fact| fact.at > doubt.said_at);
    read.iter().any(newer).then_some(Settled::Reading)
}

/// `Being looked at until 30 November 2026.`
pub fn looked_at(doubts: &[&Remark]) -> Option<String> {
    let until = doubts.iter().filter_map(|doubt| doubt.new.look_by).max()?;
    let many = match doubts.len() {
        1 => "Being looked at".to_owned(),
        many => format!("{many} being looked at"),
    };
    Some(format!("{many} until {}", dates::long(until)))
}
