//! Taking a course without an account, by a link that works once.
//!
//! Invariant: looking at a link changes nothing; it is used up by the end of the course, once.

use super::learn::{Taken, ToLearn, shown};
use crate::agreement::NewLink;
use crate::sign_in::secret::Secret;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::sign_link::{Carrier, SignLink};
use schoolkeeper_store::{School, Write};
use std::collections::BTreeMap;

/// What such a link is for; an agreement is named by policy and control.
const TARGET: &str = "course";

/// A link to a course, as somebody looks at it.
#[derive(Clone, Debug)]
pub struct SeenCourse {
    link: SignLink,
    actor: Actor,
    /// The course.
    pub shown: ToLearn,
}

/// Path of the page a link opens.
pub fn learn_path(token: &Secret) -> String {
    format!("/learn-by/{}", token.text())
}

impl House {
    /// Makes a link in the caller's transaction.
    pub(super) async fn make_course_link(
        &self,
        write: &mut Write,
        school: &School,
        (course, person, ends_at): (EntryId, EntryId, Timestamp),
    ) -> Result<Secret, Error> {
        let target = TARGET.to_owned();
        let new = NewLink { carrier: Carrier::Mail, target, entry: Some(course), person: Some(person), ends_at };
        self.make_sign_link(write, school, new).await
    }

    /// What a link opens; `None` when it is not good any more, or there is nothing to learn by it.
    pub async fn look_at_course_link(&self, token: &Secret) -> Result<Option<SeenCourse>, Error> {
        let Some((link, school)) = self.sign_link(token).await? else { return Ok(None) };
        let (TARGET, Some(course), Some(person)) = (&*link.target, link.entry, link.person) else { return Ok(None) };
        let actor = match self.actor(person, link.organisation).await {
            Err(Error::Missing) => return Ok(None),
            actor => actor?,
        };
        let before = self.before(&actor, &school).await?;
        match shown(&before, &school, course) {
            Ok(shown) => Ok(Some(SeenCourse { link, actor, shown })),
            Err(Error::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Finishes a course by a link; `None` when it was used meanwhile.
    pub async fn learned_by_link(
        &self,
        seen: &SeenCourse,
        answers: &BTreeMap<String, String>,
    ) -> Result<Option<Taken>, Error> {
        if let Some(step) = seen.shown.missed(answers) {
            return Ok(Some(Taken::Missed(step)));
        }
        let mut write = self.write().await?;
        if !write.use_sign_link(&Scope::system("training"), &seen.link, (self.now(), None)).await? {
            return Ok(None);
        }
        write.commit().await?;
        Ok(Some(self.learned(&seen.actor, &seen.shown.school, (seen.shown.id, answers)).await?))
    }
}
