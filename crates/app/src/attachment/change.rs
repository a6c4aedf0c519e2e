//! Saying something else of a file, taking it off with a reason, putting it back.

use super::{Attached, Attachment, NewAttachment};
use crate::entry::{EntryAt, why};
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::Write;

impl House {
    /// Says something else of a file.
    pub async fn change_attachment(
        &self,
        actor: &Actor,
        at: &EntryAt,
        (file, caption, keep_until): (&Attachment, &str, Option<Date>),
    ) -> Result<Attached, Error> {
        let scope = self.allow_attach(actor, at).await?;
        let new = NewAttachment { field: file.field.clone(), caption: caption.to_owned(), keep_until };
        let mistakes = self.unfit(at, &new);
        if !mistakes.is_empty() {
            return Ok(Attached::Mistakes(mistakes));
        }
        let mut write = self.write().await?;
        if !write.change_attachment(&scope, file, (caption.trim(), keep_until), self.now()).await? {
            return Ok(Attached::MovedOn);
        }
        write.commit().await?;
        Ok(Attached::Done(file.id))
    }

    /// Takes a file off its record; it can be put back for 30 days.
    pub async fn remove_attachment(
        &self,
        actor: &Actor,
        at: &EntryAt,
        (file, reason): (&Attachment, &str),
    ) -> Result<Attached, Error> {
        let scope = self.allow_attach(actor, at).await?;
        let Some(why) = why(reason) else {
            return Ok(Attached::Mistakes(vec![("why", "Say why it is taken off".to_owned())]));
        };
        let required = |name: &str| at.register.field(name).is_some_and(|(_, field)| field.required);
        if file.field.as_deref().is_some_and(required) {
            let text = "The record must have this file. Add another one in its place first";
            return Ok(Attached::Mistakes(vec![("why", text.to_owned())]));
        }
        self.take_off(&scope, at, (file, Some(&why))).await
    }

    /// Puts it back.
    pub async fn restore_attachment(&self, actor: &Actor, at: &EntryAt, file: &Attachment) -> Result<Attached, Error> {
        let scope = self.allow_attach(actor, at).await?;
        self.take_off(&scope, at, (file, None)).await
    }

    async fn take_off(
        &self,
        scope: &Scope,
        at: &EntryAt,
        (file, why): (&Attachment, Option<&str>),
    ) -> Result<Attached, Error> {
        let mut write = self.write().await?;
        if !write.remove_attachment(scope, file, why, self.now()).await? {
            return Ok(Attached::MovedOn);
        }
        let filled = self.answers(&mut write, scope, at, (file, why.is_none())).await;
        match filled {
            Err(Error::Store(schoolkeeper_store::Error::Conflict { .. })) => return Ok(Attached::MovedOn),
            done => done?,
        }
        write.commit().await?;
        if file.field.is_some() {
            self.evaluate_after(&at.school).await?;
        }
        Ok(Attached::Done(file.id))
    }

    /// The question a file answers has its answer only while the file is there.
    async fn answers(
        &self,
        write: &mut Write,
        scope: &Scope,
        at: &EntryAt,
        (file, there): (&Attachment, bool),
    ) -> Result<(), Error> {
        let Some(field) = &file.field else { return Ok(()) };
        let says = at.whole.entry.facts.get(field).and_then(|fact| fact.value.as_text());
        let value = match (there, says) {
            (true, None | Some("")) => Value::text(file.name.clone()),
            (false, Some(name)) if name == file.name => Value::Empty,
            _ => return Ok(()),
        };
        self.fill(write, scope, at, (field, value)).await?;
        Ok(())
    }
}
