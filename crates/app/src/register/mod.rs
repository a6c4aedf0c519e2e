//! Registers as people see them: the page of all of them, and the list of one.
//!
//! Invariant: what a policy hides from somebody is neither shown nor counted nor handed out.

pub mod asked;
pub mod bulk;
pub mod cell;
pub mod export;
pub mod filter;
pub mod list;
mod sight;
pub mod view;

pub use asked::{Fault, ListAsked, ROWS};
pub use list::Turned;
pub use schoolkeeper_store::list_view::ListView;
pub use schoolkeeper_store::listing::Spot;

use crate::sight::own_act;
use crate::{Error, House, dates, words};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::census::StoredCensus;
use schoolkeeper_store::listing::Listing;
use schoolkeeper_store::{School, listed};
use std::collections::{BTreeMap, BTreeSet};

/// Registers that are about the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What they are about.
    pub title: &'static str,
    /// The registers.
    pub lines: Vec<RegisterLine>,
}

/// A register among all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterLine {
    /// Its id, for addresses.
    pub id: String,
    /// Its entries, with a capital: *Devices*.
    pub title: String,
    /// *84*, *none yet*.
    pub count: String,
    /// *Complete as of …*; nothing for registers whose completeness nobody asks about.
    pub complete: Option<String>,
}

impl House {
    /// Every register of a school by what it is about; with a search only those whose name holds it.
    pub async fn registers(&self, actor: &Actor, school: &School, search: &str) -> Result<Vec<Subject>, Error> {
        let scope = self.scope_at(actor, "records.see", school).await?;
        let read = self.read().await?;
        let mut counts = read.entry_counts(&scope, school.id).await?;
        self.count_what_is_seen(actor, school, &mut counts).await?;
        let barred = self.barred(&read, (actor, school)).await?;
        let censuses = read.censuses(&scope, school.id).await?;
        let calendar = Calendar::new(school.division, Vec::new());
        let (wanted, schemas) = (search.trim().to_lowercase(), self.known_registers(&read, school).await?);
        let line = |id: &String| {
            let register = schemas.get(id).filter(|_| own_act(id).is_none_or(|act| !barred.contains(act)))?;
            let title = capital(&words::plural(&schemas, id));
            let fits = title.to_lowercase().contains(&wanted) || register.title.to_lowercase().contains(&wanted);
            fits.then(|| RegisterLine {
                count: counts.get(&register.id).map_or_else(|| "None yet".to_owned(), |count| number(*count)),
                complete: complete(register, &censuses, &calendar, self.now()),
                id: id.clone(),
                title,
            })
        };
        let subjects = words::subjects().iter().map(|subject| Subject {
            title: &subject.title,
            lines: subject.registers.iter().filter_map(line).collect(),
        });
        Ok(subjects.filter(|subject| !subject.lines.is_empty()).collect())
    }
}

impl House {
    /// Where a policy says row by row what is seen, only that is counted.
    async fn count_what_is_seen(
        &self,
        actor: &Actor,
        school: &School,
        counts: &mut BTreeMap<Name, u64>,
    ) -> Result<(), Error> {
        let read = self.read().await?;
        for (id, count) in counts.iter_mut() {
            let Some(register) = self.schemas.get(id).filter(|register| sight::has_own_act(register)) else { continue };
            *count = match self.sight_of(actor, school, register).await {
                Ok(sight) => {
                    let asked = ListAsked::default();
                    let wanted = Listing { sort: asked.order(register), ..Listing::of(school.id, register) };
                    sight.count(&read, &wanted, list::COUNTED_MAX).await?
                }
                Err(Error::NotAllowed(_)) => 0,
                Err(error) => return Err(error),
            };
        }
        counts.retain(|_, count| *count > 0);
        Ok(())
    }

    /// Lists anew what was listed by other fields than those of this program's registers.
    pub(crate) async fn list_anew(&self) -> Result<(), Error> {
        let system = Scope::system("list");
        let shapes = self.read().await?.listed_shapes(&system).await?;
        let fits = |register: &&Register| shapes.get(&register.id) == Some(&listed::shape(register));
        let others: Vec<&Register> = self.schemas.all().iter().filter(|register| !fits(register)).collect();
        if others.is_empty() {
            return Ok(());
        }
        let mut write = self.store.write_tx().await?;
        write.list_anew(&system, &others).await?;
        for school in write.schools(&system).await? {
            let own: BTreeSet<Name> =
                write.own_fields(&system, school.id).await?.into_iter().map(|own| own.register).collect();
            let at = self.registers_in(&write, &school).await?;
            let anew = others.iter().filter(|register| own.contains(&register.id));
            for register in anew.filter_map(|register| at.get(&register.id)) {
                write.list_own_anew(&system, school.id, register).await?;
            }
        }
        Ok(write.commit().await?)
    }
}

/// What is said of the completeness of a list; nothing where nobody asks.
pub(crate) fn complete(
    register: &Register,
    censuses: &[StoredCensus],
    calendar: &Calendar,
    now: Timestamp,
) -> Option<String> {
    let day = |at| dates::long(calendar.day(at));
    let mine = censuses.iter().filter(|stored| stored.register == register.id && stored.class.is_none());
    let last = mine.max_by_key(|stored| (stored.census.ends_at > now, stored.census.as_of));
    match last.map(|stored| &stored.census) {
        _ if register.closed => None,
        None => {
            let kinds = censuses.iter().filter(|stored| stored.register == register.id && stored.census.ends_at > now);
            Some(match kinds.count() {
                0 => "Nobody has said that these are all".to_owned(),
                1 => "Somebody has said of one kind, not of the others, that these are all".to_owned(),
                many => format!("Somebody has said of {many} kinds, not of the others, that these are all"),
            })
        }
        Some(census) if census.ends_at <= now => Some(format!("Was complete until {}", day(census.ends_at))),
        Some(census) if last.is_some_and(|stored| stored.none) => {
            Some(format!("Somebody has said that there are none, until {}", day(census.ends_at)))
        }
        Some(census) => {
            let how = if census.stated {
                "somebody's word".to_owned()
            } else {
                format!("by the list “{}”", census.source)
            };
            Some(format!("Complete as of {} ({how})", day(census.as_of)))
        }
    }
}

/// With a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1,240`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests;
