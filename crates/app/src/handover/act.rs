//! Handing things over: each by its own act, so that what one thing refuses holds up no other.

use super::{Of, Thing};
use crate::entry::{Filled, Saved, Version};
use crate::role::{AppointmentChange, NewAppointment};
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::role::Appointment;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use schoolkeeper_store::entry::StoredEntry;
use std::collections::{BTreeMap, BTreeSet};

/// The reason that stands with each record.
const WHY: &str = "Handed over";

/// To whom, and when.
#[derive(Clone, Debug)]
pub struct HandTo {
    /// Who comes after.
    pub successor: EntryId,
    /// Their first day.
    pub from: Date,
    /// Their last day, when they only fill in.
    pub until: Option<Date>,
    /// The minute or letter by which leading roles are handed on.
    pub paper: String,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Handed {
    /// Handed over.
    pub done: Vec<String>,
    /// Not handed over: what, and why.
    pub refused: Vec<(String, String)>,
}

/// Why somebody cannot take anything over from a day on.
fn cannot_take(person: &StoredEntry, from: Date) -> Option<&'static str> {
    let said = |field: &str| person.facts.get(field).map(|fact| &fact.value);
    if said("kind").and_then(Value::as_text) == Some("pupil") {
        return Some("a pupil takes nothing over\nhint: choose somebody who works here");
    }
    let gone = said("active").and_then(Value::as_bool) == Some(false);
    let leaves = said("last_day").and_then(Value::as_date).is_some_and(|day| day < from);
    (gone || leaves).then_some("whoever was named has left by then\nhint: choose somebody who stays")
}

impl House {
    /// Hands chosen things of somebody to another; each that is refused is told, the others are done.
    pub async fn pass_on(
        &self,
        (actor, school): (&Actor, &School),
        person: EntryId,
        keys: &[&str],
        to: &HandTo,
    ) -> Result<Handed, Error> {
        let leaving = self.leaving(actor, school, person).await?;
        let things: Vec<&Thing> = leaving.things.iter().filter(|thing| keys.contains(&&*thing.key)).collect();
        self.pass((actor, school), (person, &things), to).await
    }

    /// Hands everything of several who leave to whoever comes after each, from the day after their last day; gives what
    /// became of it, by the name of who leaves.
    pub async fn pass_on_all(
        &self,
        (actor, school): (&Actor, &School),
        wanted: &[(EntryId, EntryId)],
        paper: &str,
    ) -> Result<Vec<(String, Handed)>, Error> {
        let mut out = Vec::with_capacity(wanted.len());
        for (person, successor) in wanted {
            let leaving = self.leaving(actor, school, *person).await?;
            let from = leaving.last_day.and_then(|day| day.tomorrow().ok()).unwrap_or(leaving.today);
            let to = HandTo { successor: *successor, from, until: None, paper: paper.to_owned() };
            let things: Vec<&Thing> = leaving.things.iter().collect();
            let handed = match self.pass((actor, school), (*person, &things), &to).await {
                Err(Error::Refused(why)) => {
                    Handed { refused: vec![("Everything".to_owned(), why)], ..Handed::default() }
                }
                handed => handed?,
            };
            out.push((leaving.name.clone(), handed));
        }
        Ok(out)
    }

    async fn pass(
        &self,
        (actor, school): (&Actor, &School),
        (person, things): (EntryId, &[&Thing]),
        to: &HandTo,
    ) -> Result<Handed, Error> {
        if to.successor == person {
            return Err(Error::refused("somebody else must take it over\nhint: choose another person"));
        }
        let known = self.person_of(&self.read().await?, school, to.successor).await?;
        if let Some(why) = cannot_take(&known, to.from) {
            return Err(Error::refused(why));
        }
        let mut out = Handed::default();
        for thing in things {
            let name = format!("{} {}", thing.kind, thing.title);
            match self.hand(actor, school, (thing, person, to)).await {
                Ok(()) => out.done.push(name),
                Err(Error::Refused(why)) => out.refused.push((name, why)),
                Err(Error::Denied(denial)) => out.refused.push((name, denial.to_string())),
                Err(Error::Missing | Error::NotAllowed(_)) => {
                    out.refused.push((name, "you may not change it".to_owned()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(out)
    }

    async fn hand(
        &self,
        actor: &Actor,
        school: &School,
        (thing, person, to): (&Thing, EntryId, &HandTo),
    ) -> Result<(), Error> {
        match &thing.of {
            Of::Role(one) => self.hand_role(actor, school, (one, to)).await,
            Of::Field { register, entry, field } => {
                self.hand_field(actor, school, (register, *entry, field), (person, to.successor)).await
            }
            Of::View(view) => {
                let scope = self.scope_at(actor, super::ACT, school).await?;
                let mut write = self.write().await?;
                let whom = (person, to.successor);
                if !write.give_list_view(&scope, (school.id, *view), whom, self.now()).await? {
                    return Err(Error::Missing);
                }
                Ok(write.commit().await?)
            }
            Of::Stays => Err(Error::Missing),
        }
    }

    /// The successor is appointed and the role ends the day before for whoever goes. Where it is held by one person at
    /// a time it must end first; when the successor is then refused it is given back.
    async fn hand_role(&self, actor: &Actor, school: &School, (one, to): (&Appointment, &HandTo)) -> Result<(), Error> {
        let new = NewAppointment {
            person: Some(to.successor),
            role: one.role.to_string(),
            site: one.site,
            from: Some(to.from),
            until: to.until,
            deputy_of: one.deputy_of.as_ref().map(ToString::to_string),
            delegation: to.paper.clone(),
        };
        let last = to.from.yesterday().unwrap_or(to.from);
        let last = one.until.map_or(last, |until| until.min(last));
        let ended = |until| AppointmentChange { until, away_from: one.away_from, away_until: one.away_until };
        let is_taken = match self.appoint(actor, school, &new).await {
            Ok(_) => false,
            Err(Error::Denied(_) | Error::Refused(_)) => true,
            Err(error) => return Err(error),
        };
        self.change_appointment(actor, school, (one.id, &ended(Some(last)))).await?;
        if is_taken && let Err(error) = self.appoint(actor, school, &new).await {
            self.change_appointment(actor, school, (one.id, &ended(one.until))).await?;
            return Err(error);
        }
        Ok(())
    }

    async fn hand_field(
        &self,
        actor: &Actor,
        school: &School,
        (register, entry, field): (&Name, EntryId, &Name),
        (from, to): (EntryId, EntryId),
    ) -> Result<(), Error> {
        let at = self.entry_at(actor, school, (register, entry)).await?;
        let said = at.whole.entry.facts.get(field).map(|fact| fact.value.clone());
        let value = match said {
            Some(Value::List(items)) => {
                let others = items.iter().filter(|item| ![Value::Ref(from), Value::Ref(to)].contains(item)).cloned();
                Value::List(others.chain([Value::Ref(to)]).collect::<Vec<_>>().into())
            }
            _ => Value::Ref(to),
        };
        let filled = Filled {
            say: BTreeMap::from([(field.clone(), value)]),
            unsay: BTreeSet::new(),
            why: WHY.to_owned(),
            another: true,
        };
        let version = Version(at.whole.entry.version);
        match self.change_entry(actor, school, ((register, entry, version), &filled)).await? {
            Saved::Done(_) => Ok(()),
            Saved::Mistakes(mistakes) => {
                let words: Vec<String> = mistakes.into_iter().map(|(_, says)| says).collect();
                Err(Error::refused(words.join("; ")))
            }
            Saved::Same(_) | Saved::MovedOn => {
                Err(Error::refused("somebody else changed it meanwhile\nhint: look again"))
            }
        }
    }
}
