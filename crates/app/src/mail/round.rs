//! The day's digests: everything that is not urgent, at most once a school day and person; once a week where the school
//! says so.

use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_core::mail::{Digest, Hours, Item, MailKind, Way, digests};
use schoolkeeper_store::Read;
use schoolkeeper_store::mail::{Mail, Progress, Step};
use schoolkeeper_store::mail_setup::{SetupOf, Side};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A school in whose hours it is.
struct OpenNow {
    day: Date,
    calendar: Calendar,
    hours: Hours,
}

impl OpenNow {
    fn tells(&self, kind: &MailKind) -> bool {
        self.hours.tells(&self.calendar, self.day, kind)
    }
}

impl House {
    /// Makes the digests that are due. One run after three missed ones gives the same as three.
    pub(crate) async fn gather_mail(&self) -> Result<(), Error> {
        let (scope, now) = (Scope::system("mail"), self.now());
        let read = self.read().await?;
        let waiting = read.mails_to_gather(&scope, now).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let organisations: BTreeMap<EntryId, OrganisationId> =
            waiting.iter().map(|(organisation, item)| (item.person, *organisation)).collect();
        let items: Vec<Item> = waiting.into_iter().map(|(_, item)| item).collect();
        let open = self.open_schools(&read, &items).await?;
        let Some(today) = open.values().next().map(|open| open.day) else { return Ok(()) };
        let midnight = Calendar::new(Division::default(), Vec::new()).start_of(today);
        let told = read.told_since(&scope, midnight).await?;
        drop(read);
        let due = digests(now, &items, |school, kind| open.get(&school).is_some_and(|open| open.tells(kind)), &told);
        crate::job::count("digests", due.len());
        for (person, digest) in due {
            let Some(organisation) = organisations.get(&person) else { continue };
            match self.reads_nothing(&self.read().await?, person, *organisation).await? {
                None => self.add_digest((*organisation, person), digest, today).await?,
                Some(why) => self.withdraw(&digest.mails, why).await?,
            }
        }
        Ok(())
    }

    /// Schools in whose hours it is, and that have a way for mail to leave, with their day.
    async fn open_schools(&self, read: &Read, items: &[Item]) -> Result<BTreeMap<SchoolId, OpenNow>, Error> {
        let (scope, now) = (Scope::system("mail"), self.now());
        let schools: BTreeSet<SchoolId> = items.iter().map(|item| item.school).collect();
        let mut open = BTreeMap::new();
        for school in schools {
            let (calendar, hours) = super::days_and_hours(read, &scope, school).await?;
            let setup = read.mail_setup(&scope, SetupOf { school, side: Side::Out }).await?;
            let leaves = super::transport(setup.as_ref()).is_some_and(|transport| transport.way != Way::None);
            if leaves && hours.are_open(&calendar, now) {
                open.insert(school, OpenNow { day: calendar.day(now), calendar, hours });
            }
        }
        Ok(open)
    }

    /// Mails to somebody who reads nothing any more.
    async fn withdraw(&self, mails: &[Uuid], why: &str) -> Result<(), Error> {
        let (scope, now) = (Scope::system("mail"), self.now());
        let mut write = self.write().await?;
        for mail in mails {
            let (from, to) = (Progress::Waiting, Progress::Withdrawn);
            write.move_mail(&scope, Step { mail: *mail, from, to, reason: Some(why), now }).await?;
        }
        Ok(write.commit().await?)
    }

    async fn add_digest(
        &self,
        (organisation, person): (OrganisationId, EntryId),
        digest: Digest,
        today: Date,
    ) -> Result<(), Error> {
        let (scope, now) = (Scope::system("mail"), self.now());
        let mail = Mail {
            id: Self::new_id(),
            organisation,
            school: digest.school,
            person,
            kind: MailKind::Digest(digest.gathered),
            link: None,
            urgent: false,
            key: format!("digest:{person}:{today}"),
            progress: Progress::Waiting,
            reason: None,
            attempt_count: 0,
            created_at: now,
            due_at: now,
            changed_at: now,
        };
        let mut write = self.write().await?;
        if write.add_digest(&scope, &mail, &digest.mails).await? {
            super::push(&mut write, &scope, (mail.id, organisation), now).await?;
        }
        Ok(write.commit().await?)
    }
}
