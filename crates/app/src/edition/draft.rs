//! A draft that a task begins: somebody answered that the policy is to change.
//!
//! Invariant: it is begun where the policy was adopted. Where one is kept already, as after an adoption, its words stay as
//! they are, and the reason stands as its newest state.

use super::ordered_by_trust;
use crate::pages::office_of;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::CheckItem;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::begins_draft;
use schoolkeeper_store::School;

/// Longest words of the reason, in characters.
const WHY_MAX: usize = 300;

/// What was written at the line, else with the whole task.
fn note<'w>(row: Row<'w>, item: &CheckItem) -> Option<&'w str> {
    let items = row.value("items")?;
    let own = items.get(&item.name).and_then(|given| given.get("note"));
    own.or_else(|| items.get("note")).and_then(Value::as_text).map(str::trim).filter(|note| !note.is_empty())
}

impl House {
    /// Begins a draft where what was done for a task asks for one.
    pub(crate) async fn draft_after(
        &self,
        (actor, school): (&Actor, &School),
        (pack, control): (&str, &str),
        done: EntryId,
    ) -> Result<(), Error> {
        let before = self.before(actor, school).await?;
        let (policy, ctx) = before.policy(pack)?;
        let found = crate::duty::duties(policy).find(|(one, _)| *one.control.id == *control);
        let (Some((control, spec)), Some(row)) = (found, Row::of(ctx.world, done)) else { return Ok(()) };
        let Some(item) = begins_draft(spec, row) else { return Ok(()) };
        let because = format!("Began because of “{}”", control.control.title);
        let says = match note(row, item) {
            Some(note) => format!("{because}: {}", note.chars().take(WHY_MAX).collect::<String>()),
            None => because,
        };
        self.begin_draft(school, pack, &says).await
    }

    async fn begin_draft(&self, school: &School, pack: &str, says: &str) -> Result<(), Error> {
        let (read, scope) = (self.read().await?, Scope::system("drafts"));
        let office = if ordered_by_trust(&read, school, pack).await? { office_of(&read, school).await? } else { None };
        let place = office.as_ref().unwrap_or(school);
        let adopted = read.adopted_packs(&scope, place.id).await?;
        let Some(here) = adopted.into_iter().find(|one| *one.pack == *pack) else { return Ok(()) };
        let newest = read.edition_states(&scope, place.id, pack).await?.first().map_or(0, |state| state.number);
        let written = read.edition(&scope, place.id, (pack, newest)).await?.map(|(_, sources)| sources);
        drop(read);
        let sources = written.unwrap_or(here.sources);
        let mut write = self.write().await?;
        if !write.keep_edition(&scope, (place.id, pack, newest), (&sources, says), self.now()).await? {
            return Err(Error::Busy);
        }
        write.commit().await?;
        Ok(())
    }
}
