//! Whose problems are: of whoever holds, owns or hosts what each is about, where the policy tells these first; what then
//! is nobody's falls to the role.
//!
//! Invariant: a role the school chose itself comes before whom the policy names; nobody is given what they cannot fix
//! because they have left.

use crate::act::Before;
use crate::view::cause::Cause;
use crate::{Error, House, Standpoint};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::people;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::finding::{FindingPage, PAGE_MAX, StoredFinding};
use std::collections::{BTreeMap, BTreeSet};

/// Findings of one cause that are looked through; the rest of a longer one falls to the role.
const LOOKED_MAX: usize = 5 * PAGE_MAX as usize;

/// The problems of one cause by whose they are.
#[derive(Debug, Default)]
pub(crate) struct Whose {
    /// By person: the words of each of theirs.
    pub theirs: BTreeMap<EntryId, Vec<String>>,
    /// The words of those that are nobody's of these.
    pub rest: Vec<String>,
    /// How many more there are, that were not looked at.
    pub beyond: usize,
}

impl House {
    /// Whose the problems of a cause are; `None` where the policy tells a role first.
    pub(crate) async fn whose(&self, before: &Before, at: &Standpoint, cause: &Cause) -> Result<Option<Whose>, Error> {
        let Some((_, ctx)) = before.policy(at.pack_id()).ok().filter(|_| !cause.first.is_empty()) else {
            return Ok(None);
        };
        let (read, scope) = (self.read().await?, Scope::system("whose"));
        let mut page = FindingPage { control: Some(cause.control.clone()), limit: PAGE_MAX, ..FindingPage::default() };
        let (mut out, mut looked) = (Whose::default(), 0);
        loop {
            let found = read.findings(&scope, at.school.id, at.pack_id(), &page).await?;
            page.after = found.last().map(|last| (last.control.clone(), last.subject));
            looked += found.len();
            let full = found.len() == PAGE_MAX as usize;
            for one in &found {
                out.take(ctx, &cause.first, one);
            }
            if !full || looked >= LOOKED_MAX {
                out.beyond = cause.count.saturating_sub(looked);
                return Ok(Some(out));
            }
        }
    }
}

impl Whose {
    fn take(&mut self, ctx: Ctx<'_>, names: &[Name], finding: &StoredFinding) {
        let row = finding.subject.and_then(|entry| Row::of(ctx.world, entry));
        let people = row.map_or_else(BTreeSet::new, |row| people::all_of(ctx, names, Some(row)));
        let there = |person: &EntryId| Row::of(ctx.world, *person).is_some_and(|row| !people::has_left(ctx, row));
        let there: Vec<EntryId> = people.into_iter().filter(there).collect();
        if there.is_empty() {
            self.rest.push(finding.message.clone());
        }
        for person in there {
            self.theirs.entry(person).or_default().push(finding.message.clone());
        }
    }
}
