//! What was sent: one's own, or all of the school for whoever reaches it; and that it arrived.

use super::ask::{LOG, refused};
use super::{DISPATCH, Sending, channels};
use crate::act::{Acted, Before, PolicyAct};
use crate::register::cell::choice;
use crate::{Error, House};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::channel::awaits;
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Change, Refusal};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Longest number of a parcel or letter, in characters.
const NUMBER_MAX: usize = 100;

/// Something that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentItem {
    /// Its record.
    pub id: EntryId,
    /// What it is.
    pub contents: String,
    /// Who got it.
    pub recipient: String,
    /// How it went.
    pub way: String,
    /// The day it was sent.
    pub on: Option<Date>,
    /// When it was sent.
    pub at: Option<Timestamp>,
    /// The day it arrived.
    pub arrived: Option<Date>,
    /// The last day for the proof that it arrived, and whether that is past.
    pub awaited: Option<(Date, bool)>,
    /// Its number with the carrier.
    pub number: Option<String>,
    /// What else is on record: label and words.
    pub more: Vec<(String, String)>,
}

/// Where something that was sent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentState {
    /// The day for the proof that it arrived is over.
    Late,
    /// The proof that it arrived is awaited.
    Awaited,
    /// It arrived.
    Arrived,
    /// It was sent, and nothing more is asked.
    Sent,
}

impl SentState {
    /// As addresses and exports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Late => "no-proof",
            Self::Awaited => "on-its-way",
            Self::Arrived => "arrived",
            Self::Sent => "sent",
        }
    }
}

impl SentItem {
    /// Where it stands today.
    pub fn state(&self) -> SentState {
        match (self.arrived, self.awaited) {
            (_, Some((_, true))) => SentState::Late,
            (_, Some((_, false))) => SentState::Awaited,
            (Some(_), None) => SentState::Arrived,
            (None, None) => SentState::Sent,
        }
    }

    fn holds(&self, words: &str) -> bool {
        format!("{} {} {}", self.contents, self.recipient, self.way).to_lowercase().contains(words)
    }
}

/// What somebody says of its arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Its number with the carrier, when it was not known before.
    pub number: String,
}

impl House {
    /// What was sent and holds some words, newest first.
    pub async fn sent(&self, actor: &Actor, school: &School, words: &str) -> Result<Vec<SentItem>, Error> {
        let own = self.scope_at(actor, LOG, school).await?.own_at(school.id).is_some();
        let before = self.before(actor, school).await?;
        let words = words.trim().to_lowercase();
        let all = rows(&before, own).map(|row| item(&before, row));
        let mut out: Vec<SentItem> = all.filter(|one| one.holds(&words)).collect();
        out.sort_by_key(|one| std::cmp::Reverse(one.at));
        Ok(out)
    }

    /// One thing that was sent; missing when it is not theirs to see.
    pub async fn sent_item(&self, actor: &Actor, school: &School, id: EntryId) -> Result<SentItem, Error> {
        let own = self.scope_at(actor, LOG, school).await?.own_at(school.id).is_some();
        let before = self.before(actor, school).await?;
        rows(&before, own).find(|row| row.id() == id).map(|row| item(&before, row)).ok_or(Error::Missing)
    }

    /// Writes down that it arrived, now.
    pub async fn arrived(
        &self,
        (actor, school): (&Actor, &School),
        (id, arrival): (EntryId, &Arrival),
    ) -> Result<Sending, Error> {
        let own = self.scope_at(actor, LOG, school).await?.own_at(school.id).is_some();
        let before = self.before(actor, school).await?;
        let row = rows(&before, own).find(|row| row.id() == id).ok_or(Error::Missing)?;
        let mut form = known(&before, row);
        let number = Some(arrival.number.trim()).filter(|number| !number.is_empty());
        if number.is_some_and(|number| number.chars().count() > NUMBER_MAX) {
            return Ok(Sending::Refused(vec![format!("a number may have {NUMBER_MAX} characters")]));
        }
        form.extend(number.map(|number| (Name::from("tracking_number"), Value::text(number))));
        form.insert(Name::from("received_at"), Value::Instant(before.world().now));
        let act = PolicyAct { pack: "", control: DISPATCH, act: LOG, on: Some(id), form: Value::Map(form.into()) };
        let judge = |before: &Before, act: &PolicyAct<'_>| came(before, (id, own), act);
        let acted = self.act_judged((actor, school), act, None, judge).await.map(|acted| match acted {
            Acted::Done(_) => Sending::Sent(id),
            Acted::Refused(why) => Sending::Refused(vec![why]),
        });
        refused(acted)
    }
}

fn came(
    before: &Before,
    (id, own): (EntryId, bool),
    act: &PolicyAct<'_>,
) -> Result<Result<Vec<Change>, Refusal>, Error> {
    let row = rows(before, own).find(|row| row.id() == id).ok_or(Error::Missing)?;
    let number = act.form.get("tracking_number").filter(|number| row.value("tracking_number") != Some(*number));
    if row.instant("received_at").is_some() && number.is_none() {
        return Ok(Refusal::say("it is written down already that it arrived\nhint: nothing more is to be done"));
    }
    let now = row.instant("received_at").unwrap_or(before.world().now);
    let change = Change::of(DISPATCH, id).set("received_at", Value::Instant(now));
    Ok(Ok(vec![change.set_some("tracking_number", number.cloned())]))
}

/// What is on record about it, as an act on it says it again.
fn known(before: &Before, row: Row<'_>) -> BTreeMap<Name, Value> {
    let fields = before
        .world()
        .schemas
        .get(DISPATCH)
        .into_iter()
        .flat_map(|register| &register.fields)
        .filter(|field| field.is_stored());
    fields.filter_map(|field| Some((field.name.clone(), row.value(&field.name)?.clone()))).collect()
}

fn rows(before: &Before, own: bool) -> impl Iterator<Item = Row<'_>> {
    let me = before.me();
    Row::all(before.world(), DISPATCH).filter(move |row| !own || (me.is_some() && row.one("sender") == me))
}

fn item(before: &Before, row: Row<'_>) -> SentItem {
    let world = before.world();
    let said = |field: &str| row.text(field).map(str::to_owned);
    let due =
        channels(before).filter_map(|of| Some((of.ctx, awaits(of.ctx, of.spec, row)?))).min_by_key(|(_, due)| *due);
    let also = [
        ("class", "How sensitive"),
        ("to", "Kind of recipient"),
        ("service", "Service"),
        ("passcode_way", "Passcode sent by"),
    ];
    let more = also.into_iter().filter_map(|(field, label)| Some((label.to_owned(), choice(row.text(field)?))));
    let sender = row.one("sender").and_then(|id| Row::of(before.own_world(), id)).map(Row::name);
    SentItem {
        id: row.id(),
        contents: said("contents").unwrap_or_else(|| "Something".to_owned()),
        recipient: said("recipient").unwrap_or_default(),
        way: choice(row.text("way").unwrap_or("way not known")),
        on: row.instant("sent_at").map(|at| world.calendar.day(at)),
        at: row.instant("sent_at"),
        arrived: row.instant("received_at").map(|at| world.calendar.day(at)),
        awaited: due.map(|(ctx, due)| (last_day(ctx, due), due <= world.now)),
        number: said("tracking_number"),
        more: more.chain(sender.map(|name| ("Sent by".to_owned(), name))).collect(),
    }
}
