//! What people are told of in time: a cause is theirs, a list's word ends, the school's dates end.
//!
//! Invariant: the same thing is told once; whoever is away is not asked, their deputy is. Only what is stored is told of,
//! so nothing of a section that is not started.

use crate::act::Before;
use crate::appointment::Posts;
use crate::calendar::year::SOON_DAYS;
use crate::mail::NewMail;
use crate::mine::fix::link;
use crate::view::cause::Cause;
use crate::{Error, House, Standpoint, case, request};
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::role::HEAD;
use schoolkeeper_store::{Read, School};
use std::collections::{BTreeMap, BTreeSet};

/// So many days before its end a word about a list is to be given again.
const CENSUS_DAYS: i32 = 30;

/// Something somebody is to be told of.
pub(crate) struct Reminder {
    /// Whom.
    pub people: Vec<EntryId>,
    /// The last day to act.
    pub by: Option<Date>,
    /// Where.
    pub link: String,
    /// With the person it is the key under which it is told once.
    pub key: String,
}

impl House {
    /// Tells everybody what is theirs and what ends soon; how many mails wait after it. Twice gives the same as once.
    pub async fn remind(&self) -> Result<usize, Error> {
        let mut told = 0;
        for school in self.all_schools(&self.operator()).await? {
            let mut reminders = self.ends_soon(&school).await?;
            // One look at the school serves everything its policies tell.
            let before = self.before(&self.operator(), &school).await?;
            reminders.extend(self.theirs(&school, &before).await?);
            reminders.extend(self.open_tasks_told(&before, &school).await?);
            reminders.extend(Self::ending_training(&before, &school));
            told += self.tell(&school, reminders).await?;
            told += self.tell_each(request::news(&before, &school, self.now())).await?;
            told += self.tell_each(case::news(&before, &school, self.now())).await?;
            told += self.tell_signers(&before, &school).await?;
        }
        crate::job::count("told", told);
        Ok(told)
    }

    /// The school's dates and what was said of its lists, as far as they end soon.
    async fn ends_soon(&self, school: &School) -> Result<Vec<Reminder>, Error> {
        let (scope, read) = (Scope::system("reminders"), self.read().await?);
        let calendar = crate::calendar::calendar_of(&read, &scope, school).await?;
        let today = calendar.day(self.now());
        let posts = self.posts(&read, school).await?;
        let mut out = Vec::new();
        if let Some(end) = calendar.ends_on().filter(|end| (*end - today).get_days() <= SOON_DAYS) {
            out.push(Reminder {
                people: posts.leaders(),
                by: Some(end),
                link: format!("/school/{}/calendar", school.slug),
                key: format!("calendar:{}:{end}", school.id),
            });
        }
        for said in read.censuses(&scope, school.id).await? {
            let end = calendar.day(said.census.ends_at);
            let soon = (end - today).get_days();
            if said.how.is_some() && said.school == school.id && (0..=CENSUS_DAYS).contains(&soon) {
                let of = said.class.map_or_else(String::new, |class| format!("?of={class}"));
                out.push(Reminder {
                    people: posts.leaders(),
                    by: Some(end),
                    link: format!("/school/{}/records/{}/complete{of}", school.slug, said.register),
                    key: format!("census:{}:{}{of}:{end}", school.id, said.register),
                });
            }
        }
        out.extend(self.reviews_due(&read, school, (&calendar, &posts)).await?);
        Ok(out)
    }

    /// The causes of a school's policies, for whoever does something about them today; past their day for the
    /// headteacher too.
    async fn theirs(&self, school: &School, before: &Before) -> Result<Vec<Reminder>, Error> {
        let (scope, read) = (Scope::system("reminders"), self.read().await?);
        let posts = self.posts(&read, school).await?;
        let (mut out, mut sees) = (Vec::new(), BTreeMap::new());
        for run in read.last_runs(&scope, school.id).await? {
            let at = match self.read_standpoint(&read, &scope, school.clone(), &run.pack).await {
                Ok(at) => at,
                Err(Error::Missing) => continue,
                Err(error) => return Err(error),
            };
            let today = at.calendar.day(self.now());
            // Tasks are told by themselves: with their own page, which their owners may open.
            for cause in at.causes().into_iter().filter(|cause| !at.is_task(cause)) {
                let doers = self.doers_of(before, (&at, &cause), &posts).await?;
                let by = at.last_day(&cause);
                let heads = if at.is_past(&cause, today) { posts.present(HEAD) } else { Vec::new() };
                let late = heads.into_iter().filter(|head| !doers.contains(head)).map(|head| (head, "late"));
                for (person, key) in doers.iter().map(|doer| (*doer, "cause")).chain(late) {
                    let sees_all = match sees.get(&person) {
                        Some(known) => *known,
                        None => self.sees_problems(&read, school, person).await?,
                    };
                    sees.insert(person, sees_all);
                    out.push(Reminder {
                        people: vec![person],
                        by,
                        link: link(&at, &cause.control, cause.clauses.first().filter(|_| !sees_all)),
                        key: format!("{key}:{}:{}:{}:{}", school.id, run.pack, cause.control, cause.since.as_second()),
                    });
                }
            }
        }
        Ok(out)
    }

    /// Whose a cause is today: those its problems are about, and the role for what is nobody's of these.
    async fn doers_of(
        &self,
        before: &Before,
        (at, cause): (&Standpoint, &Cause),
        posts: &Posts,
    ) -> Result<Vec<EntryId>, Error> {
        let role = || posts.doers(cause.role.as_deref(), cause.deputy.as_deref());
        Ok(match self.whose(before, at, cause).await? {
            None => role(),
            Some(whose) => {
                let rest = if whose.rest.len() + whose.beyond > 0 { role() } else { Vec::new() };
                let all: BTreeSet<EntryId> = whose.theirs.into_keys().chain(rest).collect();
                all.into_iter().collect()
            }
        })
    }

    /// Whether somebody may open the page of a problem; whoever may not is led to the statement.
    async fn sees_problems(&self, read: &Read, school: &School, person: EntryId) -> Result<bool, Error> {
        match self.actor_in(read, person, school.organisation).await {
            Ok(actor) => Ok(self.scope_at(&actor, "finding.see", school).await.is_ok()),
            Err(Error::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn tell(&self, school: &School, reminders: Vec<Reminder>) -> Result<usize, Error> {
        let mut mails = Vec::new();
        for Reminder { people, by, link, key } in reminders {
            let mail = |to| NewMail::of(school, (to, MailKind::Task { by }), (link.clone(), format!("{key}:{to}")));
            mails.extend(people.into_iter().map(mail));
        }
        self.tell_each(mails).await
    }

    /// Puts mails out in one change; how many of them wait after it, without those told before.
    pub(crate) async fn tell_each(&self, mails: Vec<NewMail>) -> Result<usize, Error> {
        let (scope, mut told) = (Scope::system("reminders"), 0);
        if mails.is_empty() {
            return Ok(told);
        }
        let mut write = self.write().await?;
        for mail in mails {
            told += usize::from(self.send(&mut write, &scope, mail).await?);
        }
        write.commit().await?;
        Ok(told)
    }
}

impl Posts {
    /// Those of the office who are there, else the headteacher.
    pub(crate) fn leaders(&self) -> Vec<EntryId> {
        let office = self.roles.iter().filter(|(_, spec)| spec.bases.contains(&BaseRole::Office));
        let there: Vec<EntryId> = office.flat_map(|(role, _)| self.present(role)).collect();
        if there.is_empty() { self.doers(None, None) } else { there }
    }
}
