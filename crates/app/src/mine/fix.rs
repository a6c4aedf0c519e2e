//! Problems that are somebody's to fix: given to them, or of their role.

use super::{Mine, What};
use crate::act::Before;
use crate::view::cause::{Cause, group_title};
use crate::whose::Whose;
use crate::{Error, House, Standpoint};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

impl House {
    /// From what the last evaluations left, as far as the actor sees it; nothing is worked out anew.
    pub(super) async fn mine_to_fix(
        &self,
        actor: &Actor,
        person: EntryId,
        (school, before): (&School, &Before),
    ) -> Result<Vec<Mine>, Error> {
        let read = self.read().await?;
        let (runs, posts) =
            (read.last_runs(&Scope::system("my page"), school.id).await?, self.posts(&read, school).await?);
        drop(read);
        let sees_all = self.scope_at(actor, "finding.see", school).await.is_ok();
        let mut out = Vec::new();
        for run in runs {
            let at = match self.standpoint(actor, &school.slug, &run.pack).await {
                Ok(at) => at,
                Err(Error::Missing | Error::NotAllowed(_)) => continue,
                Err(error) => return Err(error),
            };
            let seen: BTreeMap<Name, Cause> =
                at.causes().into_iter().map(|cause| (cause.control.clone(), cause)).collect();
            // What is about somebody is told them by the policy itself, also where they see nothing else.
            let all = self.standpoint(&Actor::operator(school.organisation), &school.slug, &run.pack).await?;
            let today = at.calendar.day(self.now());
            let mut late = BTreeMap::<String, usize>::new();
            for cause in all.causes().into_iter().filter(|cause| !all.is_task(cause)) {
                let shown = seen.get(&cause.control);
                let role = || posts.doers(cause.role.as_deref(), cause.deputy.as_deref()).contains(&person);
                let does = shown.filter(|_| role());
                let is_late = at.is_past(&cause, today);
                let title = match self.whose(before, &all, &cause).await? {
                    Some(whose) => whose.title_for(&all, &cause, (person, does)),
                    None => does.map(|shown| shown.title.clone()),
                };
                match (title, shown) {
                    (Some(title), _) => out.push(line(&at, &cause, (title, is_late), sees_all)),
                    (None, Some(shown)) if is_late => *late.entry(cause.owner.clone()).or_default() += shown.count,
                    (None, _) => {}
                }
            }
            if actor.is_head_of(school.id) {
                out.extend(late.into_iter().map(|(owner, count)| past(&at, &owner, count)));
            }
        }
        Ok(out)
    }
}

impl Whose {
    /// What of a cause is somebody's: what is about them, and what is about nobody where the role is theirs. `does`: the
    /// cause as whoever holds the role sees it; of one they see only in part they are told no more than that.
    fn title_for(&self, at: &Standpoint, cause: &Cause, (person, does): (EntryId, Option<&Cause>)) -> Option<String> {
        if let Some(part) = does.filter(|seen| seen.count < cause.count) {
            return Some(part.title.clone());
        }
        let own = self.theirs.get(&person).map_or(&[][..], Vec::as_slice);
        let does = does.is_some();
        let rest = if does { &*self.rest } else { &[] };
        let count = own.len() + rest.len() + if does { self.beyond } else { 0 };
        match (count, own.iter().chain(rest).next()) {
            (0, _) => None,
            (1, Some(message)) => Some(message.clone()),
            _ if count == cause.count => Some(cause.title.clone()),
            _ => Some(group_title(&at.pack.controls.get(&cause.control)?.control, &at.registers, count, None)),
        }
    }
}

fn line(at: &Standpoint, cause: &Cause, (title, late): (String, bool), sees_all: bool) -> Mine {
    let link = link(at, &cause.control, cause.clauses.first().filter(|_| !sees_all));
    let clauses: Vec<&str> = cause.clauses.iter().map(|clause| &**clause).collect();
    let about = format!("Statement{} {}", if clauses.len() == 1 { "" } else { "s" }, clauses.join(", "));
    Mine { what: What::Fix, due: at.last_day(cause), late, title, about, link }
}

/// What others have not fixed in time, as the headteacher hears of it: one line for each of them.
fn past(at: &Standpoint, owner: &str, count: usize) -> Mine {
    let many = if count == 1 { "1 problem is".to_owned() } else { format!("{count} problems are") };
    let with = if owner.is_empty() { "nobody's".to_owned() } else { format!("with: {owner}") };
    let link = format!("/school/{}/policy/{}/to-fix", at.school.slug, at.pack_id());
    let title = format!("{many} past the day, {with}");
    Mine { what: What::Fix, due: None, late: true, title, about: at.pack.pack.head.title.clone(), link }
}

/// Those who do not see the school's problems are led to the statement.
pub(crate) fn link(at: &Standpoint, control: &str, clause: Option<&schoolkeeper_core::id::Name>) -> String {
    let policy = format!("/school/{}/policy/{}", at.school.slug, at.pack_id());
    match clause {
        Some(clause) => format!("{policy}/statement/{clause}"),
        None => format!("{policy}/cause/{control}"),
    }
}
