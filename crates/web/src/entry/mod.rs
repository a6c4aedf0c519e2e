//! One entry: its page, the forms that add and change it, taking it out and putting it back.

pub(crate) mod control;
pub(crate) mod find;
mod form;
mod history;
mod leave;
mod merge;
mod moving;
mod page;
mod stale;

pub use form::{add, begin, change, edit};
pub use history::{export, history, receipt, undo};
pub use leave::{ask_remove, remove, restore};
pub use merge::{ask_merge, merge, unmerge};
pub use moving::{ask_move, do_move};
pub use page::page;

use crate::App;
use crate::error::Error;
use crate::session::Signed;
use schoolkeeper_app::entry::EntryAt;
use schoolkeeper_core::id::EntryId;

/// School, register and entry of an address.
pub(crate) type There = (String, String, String);

/// The entry an address names, for somebody who may see it.
pub(crate) async fn entry_of(app: &App, signed: &Signed, (school, register, entry): &There) -> Result<EntryAt, Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let entry = entry.parse().map(EntryId).map_err(|_| Error::Missing)?;
    Ok(app.house.entry_at(&signed.actor, &school, (register, entry)).await?)
}

/// The same for somebody who may change it.
async fn entry_to_change(app: &App, signed: &Signed, there: &There) -> Result<EntryAt, Error> {
    let at = entry_of(app, signed, there).await?;
    if at.whole.left_at.is_some() {
        return Err(Error::Missing);
    }
    if app.house.may_change(&signed.actor, &at).await { Ok(at) } else { Err(Error::Missing) }
}
