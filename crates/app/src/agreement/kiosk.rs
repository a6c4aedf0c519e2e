//! The device in reception: whoever comes picks their name, or types it, and signs in a minute.
//!
//! Invariant: the device can do nothing but make links for people who come for a day; it acts in the name of whoever
//! put it there, ends with the day, and shows no name of staff, pupils or parents.

use super::link::NewLink;
use super::roll::{RollState, row, state};
use super::wording::system;
use super::{Place, place, places};
use crate::entry::{Filled, Saved};
use crate::sign_in::secret::Secret;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::sign_link::{Carrier, SignLink};
use std::collections::{BTreeMap, BTreeSet};

/// How long a device stays.
const DEVICE_HOURS: i64 = 12;
/// How long somebody has for one signing.
const SIGNING_MINUTES: i64 = 10;
/// Kinds of people who sign there.
const COMES: &[&str] = &["visitor", "agency", "contractor"];
/// Names shown at most.
const NAMES_MAX: usize = 50;
/// Longest name.
const NAME_MAX: usize = 100;

/// What the device shows.
#[derive(Clone, Debug)]
pub struct Kiosk {
    /// Where it stands.
    pub school: School,
    /// What can be signed there.
    pub choices: Vec<KioskChoice>,
    link: SignLink,
}

/// One agreement at the device.
#[derive(Clone, Debug)]
pub struct KioskChoice {
    /// `PACK/CONTROL`.
    pub target: String,
    /// Its title.
    pub title: String,
    /// Who signs it, in words.
    pub audience: String,
    /// Those who are expected and have not signed.
    pub people: Vec<(EntryId, String)>,
    /// Somebody who is on no list may type a name.
    pub types: bool,
}

/// What became of a choice at the device.
#[derive(Debug)]
pub enum Picked {
    /// The way to what is signed.
    Link(Secret),
    /// Nothing happened, for this reason.
    No(String),
}

impl House {
    /// Makes this browser the device in reception; the caller is signed out here.
    pub async fn start_kiosk(&self, actor: &Actor, school: &School) -> Result<Secret, Error> {
        self.scope_at(actor, "agreement.publish", school).await?;
        let new = NewLink {
            carrier: Carrier::Device,
            target: String::new(),
            entry: None,
            person: actor.person,
            ends_at: self.now() + SignedDuration::from_hours(DEVICE_HOURS),
        };
        let mut write = self.write().await?;
        let token = self.make_sign_link(&mut write, school, new).await?;
        write.commit().await?;
        Ok(token)
    }

    /// What the device shows; `None` when this is none, or its time is over.
    pub async fn kiosk(&self, token: &Secret) -> Result<Option<Kiosk>, Error> {
        let Some((link, school)) = self.sign_link(token).await? else { return Ok(None) };
        if link.carrier != Carrier::Device {
            return Ok(None);
        }
        let actor = self.put_there(&link).await?;
        if self.scope_at(&actor, "agreement.publish", &school).await.is_err() {
            return Ok(None);
        }
        let before = self.before(&actor, &school).await?;
        let all = places(&before);
        let there = all.iter().filter(|place| place.takes("kiosk") && place.spec.per.is_none());
        let choices = there.filter_map(choice).collect();
        Ok(Some(Kiosk { school, choices, link }))
    }

    /// Somebody picked their name, or typed it.
    pub async fn pick(&self, kiosk: &Kiosk, target: &str, who: Result<EntryId, &str>) -> Result<Picked, Error> {
        let choice = kiosk.choices.iter().find(|choice| choice.target == target).ok_or(Error::Missing)?;
        let typed = |name: &str| choice.people.iter().find(|(_, known)| known.eq_ignore_ascii_case(name.trim()));
        let person = match who {
            Ok(person) => choice.people.iter().find(|(id, _)| *id == person).ok_or(Error::Missing)?.0,
            Err(name) => match typed(name) {
                Some((person, _)) => *person,
                None => match self.comes(kiosk, choice, name).await? {
                    Ok(person) => person,
                    Err(why) => return Ok(Picked::No(why)),
                },
            },
        };
        let new = NewLink {
            carrier: Carrier::Kiosk,
            target: target.to_owned(),
            entry: None,
            person: Some(person),
            ends_at: self.now() + SignedDuration::from_mins(SIGNING_MINUTES),
        };
        let mut write = self.write().await?;
        let token = self.make_sign_link(&mut write, &kiosk.school, new).await?;
        write.commit().await?;
        Ok(Picked::Link(token))
    }

    /// The device is taken away.
    pub async fn end_kiosk(&self, token: &Secret) -> Result<(), Error> {
        let Some((link, _)) = self.sign_link(token).await? else { return Ok(()) };
        if link.carrier == Carrier::Device {
            let mut write = self.write().await?;
            write.use_sign_link(&system(), &link, (self.now(), None)).await?;
            write.commit().await?;
        }
        Ok(())
    }

    async fn put_there(&self, link: &SignLink) -> Result<Actor, Error> {
        match link.person {
            Some(person) => self.actor(person, link.organisation).await,
            None => Ok(Actor::operator(link.organisation)),
        }
    }

    /// Somebody who is on no list: a new person of the kind that signs this.
    async fn comes(&self, kiosk: &Kiosk, choice: &KioskChoice, name: &str) -> Result<Result<EntryId, String>, Error> {
        let name = name.trim();
        if name.chars().count() < 3 || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Ok(Err("Type your first name and surname".to_owned()));
        }
        let actor = self.put_there(&kiosk.link).await?;
        let before = self.before(&actor, &kiosk.school).await?;
        let which = choice.target.split_once('/').ok_or(Error::Missing)?;
        let Some(kind) = comer(&place(&before, which)?).filter(|_| choice.types) else {
            return Ok(Err("We do not expect you by this name. Please ask at the desk".to_owned()));
        };
        let today = self.today(&kiosk.school);
        let say = [
            ("name", Value::text(name)),
            ("kind", Value::text(kind)),
            ("active", Value::Bool(true)),
            ("first_day", Value::Date(today)),
        ];
        let say: BTreeMap<Name, Value> = say.into_iter().map(|(field, value)| (Name::from(field), value)).collect();
        let filled = Filled { say, unsay: BTreeSet::new(), why: String::new(), another: false };
        match self.create_entry(&actor, &kiosk.school, ("person", &filled)).await? {
            Saved::Done(person) => Ok(Ok(person)),
            _ => Ok(Err("Somebody of this name is on our list already. Please ask at the desk".to_owned())),
        }
    }
}

fn choice(place: &Place<'_>) -> Option<KioskChoice> {
    if engine::papers(place.ctx, place.control, place.spec).found.is_empty() {
        return None;
    }
    let world = place.ctx.world;
    let register = world.schemas.index("person")?;
    let comes = |line: &engine::Line| {
        let kind = Row::at(world, register, line.signer.person).text("kind").unwrap_or_default();
        COMES.contains(&kind) && matches!(state(place.ctx, line), RollState::Waiting | RollState::Late)
    };
    let roll = engine::roll(place.ctx, place.control, place.spec);
    let mut people: Vec<(EntryId, String)> = Vec::new();
    for line in roll.iter().filter(|line| comes(line)) {
        let line = row(place, line);
        if people.iter().all(|(id, _)| *id != line.person) {
            people.push((line.person, line.name));
        }
    }
    people.sort_by(|a, b| a.1.cmp(&b.1));
    people.truncate(NAMES_MAX);
    let types = comer(place).is_some();
    (types || !people.is_empty()).then(|| KioskChoice {
        target: place.target(),
        title: place.title(),
        audience: super::audience(place),
        people,
        types,
    })
}

/// What somebody is who comes and is on no list: the first kind of person the agreement names that may come.
fn comer(place: &Place<'_>) -> Option<&'static str> {
    let named = |kind: &&&str| place.spec.audience.iter().any(|name| &**name == **kind);
    COMES.iter().find(named).copied()
}
