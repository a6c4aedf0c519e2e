//! Doing a task: files are sealed as they come, the rest goes through the one door of acts.

use super::TaskAt;
use crate::act::{Acted, PolicyAct, Showing};
use crate::attachment::{FILE_BYTES_MAX, NewAttachment};
use crate::authority::Try;
use crate::blob::BlobOf;
use crate::mail::NewMail;
use crate::{Error, House};
use futures_util::stream::Stream;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::attachment::AttachedTo;
use schoolkeeper_store::{ByHand, School};
use std::collections::BTreeMap;
use std::io;

/// Register of what was done.
const DONE: &str = "done";

/// What somebody does with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskAct {
    /// It is done.
    Complete,
    /// It is left out.
    Skip,
    /// A second person signs it.
    Countersign,
}

impl TaskAct {
    fn name(self) -> &'static str {
        match self {
            Self::Complete => "duty.complete",
            Self::Skip => "duty.skip",
            Self::Countersign => "duty.countersign",
        }
    }
}

/// Files that came with a form, sealed for the record that an act makes or is done on.
#[derive(Debug)]
pub struct Came {
    act: &'static str,
    on: Option<EntryId>,
    showing: Showing,
}

impl Came {
    /// None yet, for a task.
    pub fn none() -> Self {
        Self::by(TaskAct::Complete.name(), DONE)
    }

    /// None yet of those an act puts on the record it makes in a register.
    pub(crate) fn by(act: &'static str, register: &'static str) -> Self {
        Self { act, on: None, showing: Showing::of(register, EntryId(House::new_id())) }
    }

    /// None yet of those an act puts on the record it is done on.
    pub(crate) fn on(act: &'static str, (register, entry): (&'static str, EntryId)) -> Self {
        Self { act, on: Some(entry), showing: Showing::of(register, entry) }
    }

    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.showing.files.is_empty()
    }

    /// What the act shows.
    pub(crate) fn showing(&self) -> &Showing {
        &self.showing
    }
}

impl House {
    /// Seals a file somebody shows with an act; gives the name under which the form tells of it.
    pub async fn receive_evidence(
        &self,
        (actor, school): (&Actor, &School),
        came: &mut Came,
        (name, caption): (&str, &str),
        content: impl Stream<Item = io::Result<Vec<u8>>> + Send,
    ) -> Result<String, Error> {
        self.allow(actor, school, &Try { on: came.on, ..Try::plain(came.act) }).await?;
        self.may_write()?;
        let (register, owner) = (came.showing.register, came.showing.made.0);
        let of = BlobOf { school: school.id, register, owner, size_max: FILE_BYTES_MAX };
        self.has_room(AttachedTo { school: school.id, register, owner }).await?;
        let received = self.receive_file(of, name, content).await?;
        let kept = received.name().to_owned();
        came.showing.files.push((received, NewAttachment { caption: caption.to_owned(), ..NewAttachment::default() }));
        Ok(kept)
    }

    /// Lets go of files that came with a form that is not done after all.
    pub async fn discard_evidence(&self, came: Came) {
        for (received, _) in &came.showing.files {
            self.discard_file(received).await;
        }
    }

    /// Does something with a task; what is lacking comes back in words and nothing is kept.
    pub async fn act_on_task(
        &self,
        (actor, school): (&Actor, &School),
        (at, act, on): (&TaskAt, TaskAct, Option<EntryId>),
        mut form: BTreeMap<Name, Value>,
        came: Came,
    ) -> Result<Acted, Error> {
        if act != TaskAct::Countersign {
            form.insert(Name::from("occurrence"), Value::Date(at.due));
            if let (Some(of), false) = (at.of, form.contains_key("entries")) {
                form.insert(Name::from("entry"), Value::Ref(of));
            }
        }
        let answers = act == TaskAct::Complete && form.contains_key("items");
        let sends_back = act == TaskAct::Countersign && form.contains_key("sent_back");
        let form = Value::Map(form.into());
        let policy_act = PolicyAct { pack: &at.pack, control: &at.control, act: act.name(), on, form };
        let acted = self.act_with((actor, school), policy_act, came).await?;
        if let (true, Acted::Done(done)) = (sends_back, &acted) {
            self.tell_sent_back((actor, school), at, done[0]).await?;
        }
        if let (true, Acted::Done(done)) = (answers, &acted) {
            for one in done {
                if let Err(error) = self.draft_after((actor, school), (&at.pack, &at.control), *one).await {
                    tracing::error!(error = error.chain(), school = %school.id, "a draft could not be begun");
                }
            }
        }
        Ok(acted)
    }

    /// Tells whoever did a task that it is theirs again.
    async fn tell_sent_back(
        &self,
        (actor, school): (&Actor, &School),
        at: &TaskAt,
        done: EntryId,
    ) -> Result<(), Error> {
        let before = self.before(actor, school).await?;
        let Some(to) = Row::of(before.world(), done).and_then(|row| row.one("person")) else { return Ok(()) };
        let place = (&Name::from(&*at.pack), &Name::from(&*at.control));
        let key = format!("sent-back:{done}:{}", self.now().as_second());
        let link = super::link(school, place, (at.due, at.of));
        let kind = MailKind::Task { by: Some(at.due) };
        self.tell_each(vec![NewMail::of(school, (to, kind), (link, key))]).await.map(drop)
    }

    /// Does an act with the files that came with its form; of what is not done they are let go.
    pub(crate) async fn act_with(
        &self,
        (actor, school): (&Actor, &School),
        act: PolicyAct<'_>,
        came: Came,
    ) -> Result<Acted, Error> {
        let acted = self.act_showing(actor, school, act, Some(came.showing())).await;
        if !matches!(acted, Ok(Acted::Done(_))) {
            self.discard_evidence(came).await;
        }
        acted
    }

    /// Takes back what somebody wrote down today, while nobody has signed it.
    pub async fn undo_task(&self, actor: &Actor, school: &School, at: &TaskAt) -> Result<(), Error> {
        let shown = self.task(actor, school, at).await?;
        let Some(begun) = shown.begun.filter(|_| shown.undo) else { return Err(Error::Missing) };
        let scope = self.allow(actor, school, &Try::plain(TaskAct::Complete.name())).await?.scope;
        let read = self.read().await?;
        let stored = read.entry(&schoolkeeper_core::actor::Scope::system("undo"), begun.entry).await?;
        let version = stored.ok_or(Error::Missing)?.version;
        let register = self.schemas.get(DONE).ok_or(Error::Missing)?;
        let place = ByHand { school: school.id, register, now: self.now(), why: None };
        let mut write = self.write().await?;
        write.undo_act(&scope, place, (begun.entry, version)).await?;
        write.commit().await?;
        self.evaluate_after(school).await
    }
}
