//! Changing an edition: one table by a form, or one file as text; every change is another state.
//!
//! Invariant: a form keeps nothing that is wrong in its own table; a text keeps whatever is TOML, and its messages say
//! the rest. What somebody else kept meanwhile is never lost.

use super::{ACT, BYTES_MAX, Begin, Edition};
use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_pack::bounds::FILE_BYTES_MAX;
use schoolkeeper_pack::{Field, TableName, change_table, fields, remove_table, shown_table};
use schoolkeeper_store::edition::Sources;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is another state.
    Done,
    /// Nothing was kept: this is to be mended, key by key (empty: the whole).
    Mistakes(Vec<(String, String)>),
    /// Nothing was kept: somebody kept another state meanwhile.
    MovedOn,
}

/// The first text of a policy that extends another.
pub(super) fn first_text(id: &str, begin: &Begin) -> Result<String, Error> {
    let text = format!("[pack]\nid = \"{id}\"\nlanguage = 1\n");
    let said = [("title", begin.title.trim()), ("version", "1.0"), ("extends", &begin.from)];
    let known = fields("pack");
    let said = said
        .iter()
        .filter_map(|(key, text)| Some((*known.iter().find(|field| field.key == *key)?, (*text).to_owned())));
    let said: Vec<(Field, String)> = said.collect();
    change_table(&text, ("pack", ""), &said)
        .map_err(|wrong| Error::refused(wrong.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(". ")))
}

impl House {
    /// What stands in a table of an edition, field by field; of one that is not there yet nothing.
    pub fn shown_in_edition(edition: &Edition, table: TableName<'_>, known: &[Field]) -> Vec<(&'static str, String)> {
        let mut own = edition.sources.iter().filter(|(path, _)| edition.is_own(path));
        own.find_map(|(_, text)| shown_table(text, table, known)).unwrap_or_default()
    }

    /// Says something else in one table, which is added when it is not there.
    pub async fn change_edition(
        &self,
        actor: &Actor,
        edition: &Edition,
        (table, say): (TableName<'_>, &[(Field, String)]),
    ) -> Result<Kept, Error> {
        let Some(path) = place_of(edition, table) else { return Err(Error::Missing) };
        let text = edition.text(&path).unwrap_or_default();
        let changed = match change_table(text, table, say) {
            Ok(changed) => changed,
            Err(wrong) => {
                return Ok(Kept::Mistakes(wrong.into_iter().map(|(key, why)| (key.to_owned(), why)).collect()));
            }
        };
        let then = with(edition, &path, changed);
        let tried = Edition { sources: then.clone(), ..edition.clone() };
        let checked = self.check_edition(&tried).await?;
        let (kind, name) = table;
        let here = checked.found.into_iter().filter(|one| one.error && one.spot.kind == kind && one.spot.name == name);
        let wrong = here.map(|one| {
            let hint = one.hint.map_or_else(String::new, |hint| format!(". Next: {hint}"));
            (one.spot.key.unwrap_or_default(), format!("{}{hint}", one.message))
        });
        let wrong: Vec<(String, String)> = wrong.collect();
        if !wrong.is_empty() {
            return Ok(Kept::Mistakes(wrong));
        }
        self.keep(actor, edition, (then, &format!("Changed {kind} {name}"))).await
    }

    /// Takes a table out.
    pub async fn cut_from_edition(
        &self,
        actor: &Actor,
        edition: &Edition,
        table: TableName<'_>,
    ) -> Result<Kept, Error> {
        let mut own = edition.sources.iter().filter(|(path, _)| edition.is_own(path));
        let cut = own.find_map(|(path, text)| Some((path.clone(), remove_table(text, table)?)));
        let (path, text) = cut.ok_or(Error::Missing)?;
        self.keep(actor, edition, (with(edition, &path, text), &format!("Took {} {} out", table.0, table.1))).await
    }

    /// Keeps one of its files as it was typed, when it is TOML at all.
    pub async fn write_edition(
        &self,
        actor: &Actor,
        edition: &Edition,
        (path, text): (&str, &str),
    ) -> Result<Kept, Error> {
        if !edition.is_own(path) {
            return Err(Error::Missing);
        }
        let text = text.replace("\r\n", "\n");
        if let Err(why) = schoolkeeper_pack::well_formed(&text) {
            return Ok(Kept::Mistakes(vec![(String::new(), why)]));
        }
        self.keep(actor, edition, (with(edition, path, text), &format!("Wrote {path}"))).await
    }

    /// Goes back to a state that was kept before: it becomes the newest one.
    pub async fn take_edition_back(&self, actor: &Actor, edition: &Edition, number: i64) -> Result<Kept, Error> {
        let old = self.edition(actor, &edition.school, (edition.pack(), Some(number))).await?;
        self.keep(actor, edition, (old.sources, &format!("Went back to state {number}"))).await
    }

    async fn keep(&self, actor: &Actor, edition: &Edition, (sources, says): (Sources, &str)) -> Result<Kept, Error> {
        let scope = self.allow(actor, &edition.school, &Try::plain(ACT)).await?.scope;
        let size: usize = sources.iter().map(|(_, text)| text.len()).sum();
        if size > BYTES_MAX || sources.iter().any(|(_, text)| text.len() > FILE_BYTES_MAX) {
            let why = format!("This would be more than a policy may have: {} MB", BYTES_MAX / 1_000_000);
            return Ok(Kept::Mistakes(vec![(String::new(), why)]));
        }
        let place = (edition.school.id, edition.pack(), edition.state.number);
        let says: String = says.chars().filter(|one| !one.is_control()).take(200).collect();
        let mut write = self.write().await?;
        if !write.keep_edition(&scope, place, (&sources, &says), self.now()).await? {
            return Ok(Kept::MovedOn);
        }
        write.commit().await?;
        Ok(Kept::Done)
    }
}

/// The file a table stands in; for a new one the file of the head.
fn place_of(edition: &Edition, table: TableName<'_>) -> Option<String> {
    let has = |table: TableName<'_>| {
        let mut own = edition.sources.iter().filter(|(path, _)| edition.is_own(path));
        own.find(|(_, text)| shown_table(text, table, &[]).is_some()).map(|(path, _)| path.clone())
    };
    has(table).or_else(|| has(("pack", "")))
}

fn with(edition: &Edition, path: &str, text: String) -> Sources {
    let mut sources = edition.sources.clone();
    if let Some((_, known)) = sources.iter_mut().find(|(known, _)| known == path) {
        *known = text;
    }
    sources
}
