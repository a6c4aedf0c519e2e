//! What somebody vouches for: which record a policy's named thing is.

use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::pack::{Literal, NamedEntry};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use schoolkeeper_store::School;
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
                let title =
                    is.map(str::to_owned).or_else(|| self.proposed_name(entry)).unwrap_or_else(|| known.to_string());
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

    /// What the policy calls it, in the field by which its list names things.
    fn proposed_name(&self, entry: &NamedEntry) -> Option<String> {
        let register = self.schemas.get(entry.register.get_ref())?;
        match entry.set.get(&register.fields[register.name_field()?].name)?.get_ref() {
            Literal::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// A refusal that lists the registers.
    pub(crate) fn no_register(&self, register: &str) -> Error {
        let ids: Vec<&str> = self.schemas.all().iter().map(|schema| &*schema.id).collect();
        Error::refused(format!("there is no register `{register}`\nhint: there is {}", ids.join(", ")))
    }
}

fn find(world: &World, register: &str, title: &str) -> Option<EntryId> {
    let at = world.schemas.index(register)?;
    let field = world.schemas.all()[at].name_field()?;
    let same = |value: &Value| value.as_text().is_some_and(|text| text.eq_ignore_ascii_case(title));
    let rows = &world.table(at).rows;
    rows.iter().find(|entry| entry.facts[field].as_ref().is_some_and(|fact| same(&fact.value))).map(|entry| entry.id)
}

fn missing(known: &str, entry: &NamedEntry, title: &str) -> String {
    let register = entry.register.get_ref();
    format!("{known}: no {register} called \"{title}\" in the records\nhint: bring it in, or name it with --is")
}
