//! The outbox, as people see it: what waits, left, failed or came back, and what can be done about it.
//!
//! Invariant: a one-time link is shown to nobody but whom it was sent to, except where mail does not leave at all:
//! there handing it over is an act of its own, once, written to the ledger.

use super::{Mail, MailKind, Progress, Text, Way, transport};
use crate::authority::Try;
use crate::sign_in::ELSEWHERE;
use crate::{Error, House};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_store::School;
use schoolkeeper_store::mail::{MailPage, Step};
use schoolkeeper_store::mail_setup::{SetupOf, Side};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Lines of one page.
pub const PAGE: u32 = 20;
/// Lines of an export.
const EXPORT_MAX: u32 = 1000;

/// Which part of the outbox somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Only what has come so far.
    pub progress: Option<Progress>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only what was asked for on this day or later.
    pub from: Option<Date>,
    /// Only what was asked for on this day or before.
    pub to: Option<Date>,
    /// Only where this stands in the reader's name or address, or in the reason.
    pub text: String,
    /// Only what comes after this line.
    pub before: Option<Uuid>,
    /// Only what comes before this line: the page above it.
    pub after: Option<Uuid>,
}

/// One page of the outbox.
#[derive(Clone, Debug, Default)]
pub struct OutboxPage {
    /// Its lines, newest first.
    pub lines: Vec<Line>,
    /// The page above ends before this line; `None` on the first.
    pub newer: Option<Uuid>,
    /// The page below begins after this line; `None` on the last.
    pub older: Option<Uuid>,
}

/// One line of the outbox. It never holds a link.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: Uuid,
    /// How the outbox calls its kind.
    pub says: &'static str,
    /// Who reads it.
    pub reader: String,
    /// How far it has come.
    pub progress: Progress,
    /// Why it has not left, or the mail server's answer.
    pub reason: Option<String>,
    /// How often it was given to a mail server.
    pub attempts: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Not before.
    pub due_at: Timestamp,
    /// When its progress last changed.
    pub changed_at: Timestamp,
    /// It can be sent again.
    pub can_send: bool,
}

impl House {
    /// One page of the outbox, newest first.
    pub async fn outbox(&self, actor: &Actor, school: &School, asked: &Asked) -> Result<OutboxPage, Error> {
        let mut lines = self.outbox_lines(actor, school, (asked, PAGE + 1)).await?;
        let more = lines.len() > PAGE as usize;
        if asked.after.is_some() && !more {
            // Less than a page lies above: that is the first page, whole.
            let first = Asked { before: None, after: None, ..asked.clone() };
            return Box::pin(self.outbox(actor, school, &first)).await;
        }
        if more {
            lines.remove(if asked.after.is_some() { 0 } else { PAGE as usize });
        }
        let (first, last) = (lines.first().map(|line| line.id), lines.last().map(|line| line.id));
        let newer = first.filter(|_| asked.after.is_some() || asked.before.is_some());
        let older = last.filter(|_| more || asked.after.is_some());
        Ok(OutboxPage { lines, newer, older })
    }

    /// What the page shows, as CSV.
    pub async fn outbox_csv(&self, actor: &Actor, school: &School, asked: &Asked) -> Result<Vec<u8>, Error> {
        let lines = self.outbox_lines(actor, school, (asked, EXPORT_MAX)).await?;
        let rows = lines.into_iter().map(|line| {
            let status = crate::words::progress(line.progress).0.to_owned();
            let (why, at, since) = (line.reason.unwrap_or_default(), line.created_at, line.changed_at);
            vec![line.says.to_owned(), line.reader, status, why, at.to_string(), since.to_string()]
        });
        crate::export::table(&["Mail", "Reader", "Status", "Why", "Asked for", "Since"], rows)
    }

    /// One mail of the outbox.
    pub async fn outbox_line(&self, actor: &Actor, id: Uuid) -> Result<Line, Error> {
        let scope = Self::scope(actor, "mail.see")?;
        let mail = self.read().await?.mail(&scope, id).await?.ok_or(Error::Missing)?;
        let names = self.readers(&scope, mail.school, std::slice::from_ref(&mail)).await?;
        Ok(line(mail, &names))
    }

    async fn outbox_lines(
        &self,
        actor: &Actor,
        school: &School,
        (asked, limit): (&Asked, u32),
    ) -> Result<Vec<Line>, Error> {
        let scope = Self::scope(actor, "mail.see")?;
        let calendar = Calendar::new(school.division, Vec::new());
        let page = MailPage {
            before: asked.before,
            after: asked.after,
            text: asked.text.clone(),
            progress: asked.progress,
            kind: asked.kind.clone(),
            from: asked.from.map_or(Timestamp::MIN, |day| calendar.start_of(day)),
            to: asked.to.map_or(Timestamp::MAX, |day| calendar.end_of(day)),
            limit,
        };
        let mails = self.read().await?.mails(&scope, school.id, &page).await?;
        let names = self.readers(&scope, school.id, &mails).await?;
        Ok(mails.into_iter().map(|mail| line(mail, &names)).collect())
    }

    async fn readers(
        &self,
        scope: &Scope,
        school: SchoolId,
        mails: &[Mail],
    ) -> Result<BTreeMap<EntryId, String>, Error> {
        let people: BTreeSet<EntryId> = mails.iter().map(|mail| mail.person).collect();
        let people: Vec<EntryId> = people.into_iter().collect();
        let entries = self.read().await?.entries_by_id(scope, school, &people).await?;
        let name = |facts: &schoolkeeper_store::document::Facts| {
            facts.get("name").and_then(|fact| fact.value.as_text()).unwrap_or_default().to_owned()
        };
        Ok(entries.iter().map(|entry| (entry.id, name(&entry.facts))).collect())
    }

    /// Tries a mail again that failed or came back.
    pub async fn send_again(&self, actor: &Actor, school: &School, id: Uuid) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("mail.set")).await?.scope;
        let mail = self.mail_of(&scope, school, id).await?;
        if !can_send(&mail) {
            return Err(Error::refused(
                "this mail cannot be sent again: it has left, or its one-time link is gone\nhint: ask for a new link",
            ));
        }
        let now = self.now();
        let mut write = self.write().await?;
        let step = Step { mail: id, from: mail.progress, to: Progress::Waiting, reason: None, now };
        if !write.move_mail(&scope, step).await? {
            return Err(Error::refused("this mail has moved on meanwhile\nhint: look at the outbox again"));
        }
        super::push(&mut write, &scope, (mail.id, mail.organisation), now).await?;
        Ok(write.commit().await?)
    }

    /// Takes a mail back that has not left.
    pub async fn withdraw_mail(&self, actor: &Actor, school: &School, id: Uuid) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("mail.set")).await?.scope;
        let mail = self.mail_of(&scope, school, id).await?;
        if !matches!(mail.progress, Progress::Waiting | Progress::Failed) {
            return Err(Error::refused("only a mail that has not left can be taken back"));
        }
        self.step_of(&scope, &mail, Progress::Withdrawn).await
    }

    /// Gives a waiting mail's words to whoever hands it over, where mail does not leave. Once; written to the ledger.
    pub async fn hand_over(&self, actor: &Actor, school: &School, id: Uuid) -> Result<Text, Error> {
        let scope = self.allow(actor, school, &Try::plain("mail.set")).await?.scope;
        let of = SetupOf { school: school.id, side: Side::Out };
        let setup = self.read().await?.mail_setup(&scope, of).await?;
        if transport(setup.as_ref()).is_some_and(|transport| transport.way != Way::None) {
            return Err(Error::refused("mail leaves by itself here, so nothing is handed over\nhint: send it again"));
        }
        let mail = self.mail_of(&scope, school, id).await?;
        if mail.progress != Progress::Waiting {
            return Err(Error::refused("this mail was handed over or taken back before"));
        }
        if let Some(why) = self.reads_nothing(&self.read().await?, mail.person, mail.organisation).await? {
            return Err(Error::refused(why));
        }
        let replaces = matches!(mail.kind, MailKind::Link { .. } | MailKind::Invite { .. });
        if replaces && self.signs_in_elsewhere(&self.read().await?, (mail.person, mail.organisation)).await? {
            return Err(Error::refused(ELSEWHERE));
        }
        let (name, _) = self.reader(&mail).await?;
        let text = self.text(&mail, school, &name)?;
        self.step_of(&scope, &mail, Progress::HandedOver).await?;
        Ok(text)
    }

    async fn mail_of(&self, scope: &Scope, school: &School, id: Uuid) -> Result<Mail, Error> {
        let mail = self.read().await?.mail(scope, id).await?;
        mail.filter(|mail| mail.school == school.id).ok_or(Error::Missing)
    }

    async fn step_of(&self, scope: &Scope, mail: &Mail, to: Progress) -> Result<(), Error> {
        let mut write = self.write().await?;
        let step = Step { mail: mail.id, from: mail.progress, to, reason: None, now: self.now() };
        if !write.move_mail(scope, step).await? {
            return Err(Error::refused("this mail has moved on meanwhile\nhint: look at the outbox again"));
        }
        Ok(write.commit().await?)
    }
}

/// A one-time link that is gone cannot be sent.
fn can_send(mail: &Mail) -> bool {
    let once = matches!(
        mail.kind,
        MailKind::Link { .. } | MailKind::Invite { .. } | MailKind::SignLink { .. } | MailKind::CourseLink { .. }
    );
    matches!(mail.progress, Progress::Failed | Progress::Bounced) && (!once || mail.link.is_some())
}

fn line(mail: Mail, names: &BTreeMap<EntryId, String>) -> Line {
    Line {
        says: super::says(mail.kind.name()),
        reader: names.get(&mail.person).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| "–".to_owned()),
        can_send: can_send(&mail),
        id: mail.id,
        progress: mail.progress,
        reason: mail.reason,
        attempts: mail.attempt_count,
        created_at: mail.created_at,
        due_at: mail.due_at,
        changed_at: mail.changed_at,
    }
}
