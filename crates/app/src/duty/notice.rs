//! Notices that go out with a task: what waits for a reader, one of them, and who has read it.
//!
//! Invariant: readers see the words and their own receipt; who has read it is for whoever wrote it and for those who see
//! the school's problems.

use super::duties;
use crate::act::{Acted, Before, PolicyAct};
use crate::mine::{Mine, What};
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::notice::{Notice, Reader, asked};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Most characters of a notice that stand for it in a list.
const SHORT_MAX: usize = 80;

/// What a reader has to do with a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MyReading {
    /// They are asked to read it.
    Open,
    /// They said so, on that day.
    Read(Date),
    /// They did not, and are not asked any more.
    Past,
    /// It is not theirs.
    None,
}

/// A notice as its page shows it.
#[derive(Clone, Debug)]
pub struct NoticeShown {
    /// The record of the task it went out with.
    pub id: EntryId,
    /// Title of the task.
    pub title: String,
    /// The words.
    pub words: String,
    /// The day.
    pub on: Date,
    /// Who wrote it.
    pub by: String,
    /// What the reader has to do with it.
    pub mine: MyReading,
    /// Everybody it is for, those first who have not read it; `None` for whoever does not see that.
    pub readers: Option<Vec<ReaderLine>>,
    pack: Name,
    control: Name,
}

/// Somebody a notice is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderLine {
    /// Their name.
    pub name: String,
    /// The day they said that they have read it.
    pub read: Option<Date>,
}

/// A notice where its policy is.
struct Place<'w> {
    pack: &'w Name,
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    spec: &'w Duty,
    notice: Notice<'w>,
    /// People are asked to read it now.
    is_asked: bool,
}

impl House {
    /// A notice, for its readers, whoever wrote it and those who see the school's problems.
    pub async fn notice(&self, actor: &Actor, school: &School, id: EntryId) -> Result<NoticeShown, Error> {
        let before = self.before(actor, school).await?;
        let place = find(&before, id).ok_or(Error::Missing)?;
        let mine = mine_of(&before, &place);
        let sees = place.notice.row.one("person").is_some_and(|by| actor.person == Some(by))
            || self.scope_at(actor, "finding.see", school).await.is_ok();
        if mine == MyReading::None && !sees {
            return Err(Error::Missing);
        }
        Ok(NoticeShown {
            id,
            title: place.control.control.title.clone(),
            words: place.notice.words.to_owned(),
            on: place.notice.on,
            by: writer(&place),
            mine,
            readers: sees.then(|| lines(&place)),
            pack: place.pack.clone(),
            control: place.control.control.id.clone(),
        })
    }

    /// Writes down that somebody has read a notice.
    pub async fn read_notice(&self, actor: &Actor, school: &School, notice: &NoticeShown) -> Result<Acted, Error> {
        let form = BTreeMap::from([(Name::from("notice"), Value::Ref(notice.id))]);
        let (pack, control) = (&*notice.pack, &*notice.control);
        let act = PolicyAct { pack, control, act: "notice.read", on: None, form: Value::Map(form.into()) };
        self.act(actor, school, act).await
    }
}

/// What the actor of a look has not read; once, when two policies ask for the same task.
pub(crate) fn to_read(before: &Before, school: &School) -> Vec<Mine> {
    let mut out: BTreeMap<EntryId, Mine> = BTreeMap::new();
    for place in open(before) {
        if mine_of(before, &place) == MyReading::Open {
            let id = place.notice.row.id();
            out.insert(
                id,
                Mine {
                    what: What::Read,
                    title: short(place.notice.words),
                    about: format!("From {}, {}", writer(&place), dates::long(place.notice.on)),
                    due: None,
                    late: false,
                    link: link(school, id),
                },
            );
        }
    }
    out.into_values().collect()
}

/// Notices that are asked now, each with the people who have not read it.
pub(super) fn unread(before: &Before) -> Vec<(EntryId, Vec<EntryId>)> {
    let people = |place: &Place<'_>| {
        let open = place.notice.readers(place.ctx, place.spec).into_iter().filter(|reader| reader.read.is_none());
        open.filter_map(|reader| person(place.ctx, &reader)).map(Row::id).collect()
    };
    open(before).map(|place| (place.notice.row.id(), people(&place))).collect()
}

/// Path of its page.
pub(super) fn link(school: &School, id: EntryId) -> String {
    format!("/school/{}/notice/{id}", school.slug)
}

fn open(before: &Before) -> impl Iterator<Item = Place<'_>> {
    before.policies().flat_map(|(policy, ctx)| {
        duties(policy).filter_map(move |(control, spec)| {
            let notice = asked(ctx, &control.control, spec)?;
            Some(Place { pack: policy.id(), ctx, control, spec, notice, is_asked: true })
        })
    })
}

fn find(before: &Before, id: EntryId) -> Option<Place<'_>> {
    before.policies().find_map(|(policy, ctx)| {
        let row = Row::of(ctx.world, id).filter(|row| row.kind() == "done")?;
        let (control, spec) = duties(policy).find(|(control, spec)| {
            row.text("control") == Some(&*control.control.id) && spec.evidence.contains(&Evidence::Notice)
        })?;
        let is_asked = asked(ctx, &control.control, spec).is_some_and(|newest| newest.row.id() == id);
        Some(Place { pack: policy.id(), ctx, control, spec, notice: Notice::of(row)?, is_asked })
    })
}

fn mine_of(before: &Before, place: &Place<'_>) -> MyReading {
    let register = place.ctx.world.schemas.index("person");
    let me = register.zip(before.person()).map(|(register, me)| Row::at(place.ctx.world, register, me));
    match me.and_then(|me| place.notice.reader(place.ctx, place.spec, me)) {
        Some(Reader { read: Some(at), .. }) => MyReading::Read(place.ctx.world.calendar.day(at)),
        Some(_) if place.is_asked => MyReading::Open,
        Some(_) => MyReading::Past,
        None => MyReading::None,
    }
}

fn lines(place: &Place<'_>) -> Vec<ReaderLine> {
    let readers = place.notice.readers(place.ctx, place.spec);
    let line = |reader: Reader| {
        let read = reader.read.map(|at| place.ctx.world.calendar.day(at));
        Some(ReaderLine { name: person(place.ctx, &reader)?.name(), read })
    };
    let mut out: Vec<ReaderLine> = readers.into_iter().filter_map(line).collect();
    out.sort_by(|a, b| (a.read.is_some(), &a.name).cmp(&(b.read.is_some(), &b.name)));
    out
}

fn person<'w>(ctx: Ctx<'w>, reader: &Reader) -> Option<Row<'w>> {
    Some(Row::at(ctx.world, ctx.world.schemas.index("person")?, reader.person))
}

fn writer(place: &Place<'_>) -> String {
    let by = place.notice.row.one("person").and_then(|by| Row::of(place.ctx.world, by));
    by.map_or_else(|| "the school".to_owned(), Row::name)
}

/// Its first line, not too long.
fn short(words: &str) -> String {
    let line = words.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(SHORT_MAX) {
        None => line.to_owned(),
        Some((at, _)) => {
            let whole = line[..at].rfind(' ').unwrap_or(at);
            format!("{} …", &line[..whole])
        }
    }
}
