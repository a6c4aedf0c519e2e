//! Notices: the words a task puts before everybody it is sent to (`evidence = ["notice"]`), and who has read them.
//!
//! Invariant: of each task only the newest notice is asked, for [`ASKED_DAYS`]; a receipt is written once, by the reader
//! alone; nobody is asked to read what went out before they came, or what they wrote.

use super::subjects;
use crate::expr::Truth;
use crate::flow::change::{Change, Refusal};
use crate::flow::form::Acting;
use crate::flow::people::{self, Group};
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use schoolkeeper_core::control::{Control, Duty};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use std::collections::HashMap;

/// How long people are asked to read one, in days.
pub const ASKED_DAYS: i32 = 60;
/// Longest words, in characters.
pub const WORDS_MAX: usize = 4_000;
/// Register of receipts.
const RECEIPT: &str = "read-receipt";

/// Words that went out.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'w> {
    /// The record of the task they went out with.
    pub row: Row<'w>,
    /// The words.
    pub words: &'w str,
    /// The day.
    pub on: Date,
}

/// Somebody a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Row of the register `person`.
    pub person: usize,
    /// When they said that they have read it.
    pub read: Option<Timestamp>,
}

impl<'w> Notice<'w> {
    /// The notice in a record of a task, if one went out with it.
    pub fn of(row: Row<'w>) -> Option<Self> {
        let words = row.value("items")?.get(Evidence::Notice.name())?.as_text()?;
        Some(Self { row, words, on: row.date("on")? })
    }

    /// Everybody it is for now, with their receipts. Who may be meant, but nobody can say, is not asked.
    pub fn readers(&self, ctx: Ctx<'_>, spec: &Duty) -> Vec<Reader> {
        let (group, receipts) = (Group::of(ctx, &spec.send_to.0, None), self.receipts(ctx));
        let people = Row::all(ctx.world, "person").filter(|person| self.is_for(ctx, &group, *person));
        people.map(|person| Reader { person: person.row, read: receipts.get(&person.id()).copied() }).collect()
    }

    /// One of them: `None` when it is not for this person.
    pub fn reader(&self, ctx: Ctx<'_>, spec: &Duty, person: Row<'_>) -> Option<Reader> {
        let group = Group::of(ctx, &spec.send_to.0, None);
        let read = self.receipts(ctx).get(&person.id()).copied();
        self.is_for(ctx, &group, person).then_some(Reader { person: person.row, read })
    }

    fn is_for(&self, ctx: Ctx<'_>, group: &Group<'_>, person: Row<'_>) -> bool {
        let came = person.date("first_day").is_none_or(|day| day <= self.on);
        came && self.row.one("person") != Some(person.id())
            && !people::has_left(ctx, person)
            && group.has(person.row).truth == Truth::True
    }

    fn receipts(&self, ctx: Ctx<'w>) -> HashMap<EntryId, Timestamp> {
        let own = Row::all(ctx.world, RECEIPT).filter(|receipt| receipt.one("notice") == Some(self.row.id()));
        own.filter_map(|receipt| Some((receipt.one("person")?, receipt.instant("at")?))).collect()
    }
}

/// The notice of a task that people are asked to read now: its newest, while it is asked.
pub fn asked<'w>(ctx: Ctx<'w>, control: &'w Control, spec: &Duty) -> Option<Notice<'w>> {
    if !spec.evidence.contains(&Evidence::Notice) {
        return None;
    }
    let today = ctx.world.calendar.day(ctx.world.now);
    let own = subjects::acts(ctx, "done", &control.id).filter_map(Notice::of);
    let newest = own.filter(|notice| notice.on <= today).max_by_key(|notice| (notice.on, notice.row.since()))?;
    let until = newest.on.saturating_add(ASKED_DAYS.days());
    (today <= until).then_some(newest)
}

/// Somebody says that they have read one. The form holds `notice`: the record it went out with.
pub(super) fn read(ctx: Ctx<'_>, control: &Control, spec: &Duty, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let named = acting.answer("notice").and_then(Value::as_ref_id);
    let Some(notice) = asked(ctx, control, spec).filter(|notice| Some(notice.row.id()) == named) else {
        return Refusal::say("this notice is not asked any more\nhint: look at My page again");
    };
    match notice.reader(ctx, spec, acting.row(ctx)) {
        None => Refusal::say("this notice is not for you\nhint: leave it to those it went to"),
        Some(Reader { read: Some(_), .. }) => Refusal::say("you have read this\nhint: there is nothing to do"),
        Some(_) => Ok(vec![
            Change::new(RECEIPT)
                .set("notice", Value::Ref(notice.row.id()))
                .set("person", Value::Ref(acting.id(ctx)))
                .set("at", Value::Instant(ctx.world.now)),
        ]),
    }
}
