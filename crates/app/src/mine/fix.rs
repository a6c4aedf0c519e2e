//! Problems that are somebody's to fix: given to them, or of their role.

use super::{Mine, What};
use crate::{Error, House, Standpoint};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::School;

impl House {
    /// From what the last evaluations left, as far as the actor sees it; nothing is worked out anew.
    pub(super) async fn mine_to_fix(
        &self,
        actor: &Actor,
        person: EntryId,
        school: &School,
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
            let mine = at.causes().into_iter().filter(|cause| {
                !at.is_task(cause) && posts.doers(cause.role.as_deref(), cause.deputy.as_deref()).contains(&person)
            });
            let today = at.calendar.day(self.now());
            out.extend(mine.map(|cause| {
                let due = at.last_day(&cause);
                let link = link(&at, &cause.control, cause.clauses.first().filter(|_| !sees_all));
                let clauses: Vec<&str> = cause.clauses.iter().map(|clause| &**clause).collect();
                let about = format!("Statement{} {}", if clauses.len() == 1 { "" } else { "s" }, clauses.join(", "));
                Mine { what: What::Fix, late: due.is_some_and(|due| due < today), title: cause.title, about, due, link }
            }));
        }
        Ok(out)
    }
}

/// Those who do not see the school's problems are led to the statement.
pub(crate) fn link(at: &Standpoint, control: &str, clause: Option<&schoolkeeper_core::id::Name>) -> String {
    let policy = format!("/school/{}/policy/{}", at.school.slug, at.pack_id());
    match clause {
        Some(clause) => format!("{policy}/statement/{clause}"),
        None => format!("{policy}/cause/{control}"),
    }
}
