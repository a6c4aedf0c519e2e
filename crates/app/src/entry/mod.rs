//! One entry of a register, as people keep it: add, change, take out of the lists, put back, undo.
//!
//! Invariant: every change goes through [`House::allow`] as the register's `save` or `move`, is one transaction of
//! state, history, keys and pending record, and never touches what another source said.

pub mod form;
pub mod json;
mod leave;
mod life;
mod look;
pub mod merge;
pub mod naming;
pub mod own;
pub mod past;
mod save;
pub mod view;
pub(crate) mod words;

pub use crate::register::cell::choice;
pub use leave::Left;
pub use life::MoveLine;
pub(crate) use life::hold_to_moves;
pub use look::{EntryAt, Pointed};
pub(crate) use save::why;
pub use save::{Filled, Saved, Version};
pub use words::{ago, source, value};

use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{Register, RegisterKind};
use schoolkeeper_store::{School, WholeEntry};

/// Seeing records; cases and results of trial messages have an act of their own.
pub fn see_act(register: &str) -> &'static str {
    crate::sight::own_act(register).unwrap_or("records.see")
}

/// Whether people may write into a register by its pages: what only the platform writes has pages of its own.
pub fn is_kept(register: &Register) -> bool {
    !register.closed
}

/// Whether an entry may still be changed: an event happened, and that is that.
pub fn is_changeable(register: &Register) -> bool {
    is_kept(register) && register.kind != RegisterKind::Event
}

impl House {
    /// One register as it is at a school, for somebody who may see its records; missing for anybody else.
    pub async fn register_at(
        &self,
        actor: &Actor,
        school: &School,
        register: &str,
    ) -> Result<(Register, Scope), Error> {
        let schemas = self.registers_at(school).await?;
        let found = schemas.get(register).ok_or(Error::Missing)?;
        let scope = self.scope_at(actor, see_act(register), school).await?;
        Ok((found.clone(), scope))
    }

    /// The same for somebody who may add and change its records.
    pub async fn register_to_fill(&self, actor: &Actor, school: &School, register: &str) -> Result<Register, Error> {
        let (found, _) = self.register_at(actor, school, register).await?;
        self.scope_at(actor, &format!("{register}.save"), school).await?;
        if is_kept(&found) { Ok(found) } else { Err(Error::Missing) }
    }

    /// An entry of a school's register; missing when it is not theirs to see.
    pub async fn entry_at(
        &self,
        actor: &Actor,
        school: &School,
        (register, entry): (&str, EntryId),
    ) -> Result<EntryAt, Error> {
        let (register, scope) = self.register_at(actor, school, register).await?;
        let whole = self.read().await?.whole_entry(&scope, entry).await?;
        let whole = whole.filter(|whole| is_there(whole, school, &register)).ok_or(Error::Missing)?;
        if !self.sees_entry((actor, school), &register, &whole.entry).await? {
            return Err(Error::Missing);
        }
        Ok(EntryAt { school: school.clone(), register, whole, scope })
    }

    /// Whether somebody may change this entry at all.
    pub async fn may_change(&self, actor: &Actor, at: &EntryAt) -> bool {
        let act = format!("{}.save", at.register.id);
        is_changeable(&at.register) && self.scope_at(actor, &act, &at.school).await.is_ok()
    }
}

fn is_there(whole: &WholeEntry, school: &School, register: &Register) -> bool {
    whole.entry.school == school.id && whole.entry.register == register.id
}
