//! What somebody vouches for: which record a policy's named thing is, and that a list is complete.

use crate::authority::Try;
use crate::{Error, House, words};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::{Literal, NamedEntry};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{Census, World};
use schoolkeeper_store::School;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::named::NameAt;

impl House {
    /// Confirms one named thing, or every one whose record is already there under its name. Says what was confirmed
    /// and what could not be.
    pub async fn confirm_entries(
        &self,
        actor: &Actor,
        school: &School,
        name: Option<&str>,
        is: Option<&str>,
    ) -> Result<Vec<String>, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.confirm")).await?.scope;
        let snapshot = self.snapshot(&scope, school).await?;
        let mut write = self.write().await?;
        let mut said = Vec::new();
        for policy in &snapshot.policies {
            let pack = &policy.live.pack;
            for (known, entry) in pack.entries.iter().filter(|(known, _)| name.is_none_or(|name| name == &***known)) {
                let title = is.map(str::to_owned).or_else(|| proposed_name(entry)).unwrap_or_else(|| known.to_string());
                match find(&snapshot.world, entry.register.get_ref(), &title) {
                    Some(id) => {
                        let place = NameAt { school: school.id, pack: policy.id(), name: known };
                        write.confirm_entry(&scope, place, id, self.now()).await?;
                        said.push(format!("{known}: {title}"));
                    }
                    None => said.push(missing(known, entry, &title)),
                }
            }
        }
        if said.is_empty() {
            let what = name.unwrap_or("named thing");
            return Err(Error::refused(format!("no policy of {} names a `{what}`", school.title)));
        }
        write.commit().await?;
        Ok(said)
    }

    /// Says that a list is complete, or that there are none.
    pub async fn confirm_list(
        &self,
        actor: &Actor,
        school: &School,
        register: &str,
        none: bool,
    ) -> Result<String, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.confirm")).await?.scope;
        let schema = self.schemas.get(register).ok_or_else(|| self.no_register(register))?;
        let held = self.count(&scope, school, register).await?;
        let many = words::plural(&self.schemas, register);
        if none && held > 0 {
            return Err(Error::refused(format!(
                "the records hold {held} {many}, so \"there are none\" cannot be said"
            )));
        }
        if !none && held == 0 {
            return Err(Error::refused(format!(
                "the records hold no {many}\nhint: bring in a list, or add --none if there are none"
            )));
        }
        let now = self.now();
        let seconds = schema.census.map_or(365 * 86_400, schoolkeeper_core::phrase::Span::rough_seconds);
        let ends_at = now + SignedDuration::from_secs(seconds);
        let census = Census { source: Name::from(HAND), as_of: now, ends_at, stated: true };
        let mut write = self.write().await?;
        write.confirm_census(&scope, (school.id, &schema.id), &census, now).await?;
        write.commit().await?;
        let zone = schoolkeeper_core::calendar::Calendar::new(school.division, Vec::new());
        let until = crate::dates::long(zone.day(ends_at));
        Ok(if none {
            format!("there are no {many}, until {until}")
        } else {
            format!("these {held} {many} are all, until {until}")
        })
    }

    async fn count(&self, scope: &Scope, school: &School, register: &str) -> Result<u64, Error> {
        Ok(self.read().await?.entry_count(scope, school.id, register).await?)
    }

    /// A refusal that lists the registers.
    pub(crate) fn no_register(&self, register: &str) -> Error {
        let ids: Vec<&str> = self.schemas.all().iter().map(|schema| &*schema.id).collect();
        Error::refused(format!("there is no register `{register}`\nhint: there is {}", ids.join(", ")))
    }
}

fn proposed_name(entry: &NamedEntry) -> Option<String> {
    match entry.set.get("name")?.get_ref() {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn find(world: &World, register: &str, title: &str) -> Option<EntryId> {
    let at = world.schemas.index(register)?;
    let field = world.schemas.all()[at].field("name").map(|(field, _)| field)?;
    let same = |value: &Value| value.as_text().is_some_and(|text| text.eq_ignore_ascii_case(title));
    let rows = &world.table(at).rows;
    rows.iter().find(|entry| entry.facts[field].as_ref().is_some_and(|fact| same(&fact.value))).map(|entry| entry.id)
}

fn missing(known: &str, entry: &NamedEntry, title: &str) -> String {
    let register = entry.register.get_ref();
    format!("{known}: no {register} called \"{title}\" in the records\nhint: bring it in, or name it with --is")
}
