//! Telling people which courses wait for them: by one press, and by itself before one ends.
//!
//! Invariant: the same is told once; what belongs to a section that is not started tells nobody.

use super::link::learn_path;
use super::need::{Course, Has, PersonLine, matrix};
use crate::act::Before;
use crate::agreement::Chased;
use crate::mail::NewMail;
use crate::remind::Reminder;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_store::{School, Write};
use std::collections::BTreeSet;

/// How long somebody has by a link.
const LINK_DAYS: i64 = 14;

/// Whom one press reminds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chase {
    /// Only those of a class of person.
    pub class: Option<String>,
    /// Only those who lack this course.
    pub course: Option<String>,
    /// Only this person.
    pub person: Option<EntryId>,
}

impl Chase {
    fn means(&self, line: &PersonLine) -> bool {
        self.class.as_ref().is_none_or(|class| *class == line.class)
            && self.person.is_none_or(|person| person == line.person)
    }
}

impl House {
    /// Mails everybody who lacks a course or whose training ends soon; the same person once a day. Whoever cannot sign
    /// in gets a one-time link to a course that is taught here.
    pub async fn chase_training(&self, actor: &Actor, school: &School, whom: &Chase) -> Result<Chased, Error> {
        self.scope_at(actor, "training.teach", school).await?;
        let before = self.before(actor, school).await?;
        let found = matrix(&before);
        let can_sign_in = self.who_can_sign_in(school).await?;
        let today = self.today(school);
        let (mut out, mut write) = (Chased::default(), self.write().await?);
        for line in found.lines.iter().filter(|line| whom.means(line)) {
            let open = open_courses(&found.courses, line, whom.course.as_deref());
            if open.is_empty() {
                continue;
            }
            let taught = open.iter().find_map(|course| super::course::taught(&before, &course.name));
            if !line.has_email {
                out.unreached += 1;
                continue;
            }
            let key = format!("train:{}:{}:{today}", school.id, line.person);
            let by_link = taught.filter(|_| !can_sign_in.contains(&line.person));
            let (kind, link) = match by_link {
                Some(course) => {
                    let until = self.now() + SignedDuration::from_hours(24 * LINK_DAYS);
                    let token = self.make_course_link(&mut write, school, (course, line.person, until)).await?;
                    (MailKind::CourseLink { until }, learn_path(&token))
                }
                None => (MailKind::Task { by: None }, format!("/school/{}/my-training", school.slug)),
            };
            out.told += usize::from(self.tell_of_course(&mut write, school, (line.person, kind, link, key)).await?);
        }
        write.commit().await?;
        Ok(out)
    }

    /// What ends within 60 days, told once to whoever holds it.
    pub(crate) fn ending_training(before: &Before, school: &School) -> Vec<Reminder> {
        let found = matrix(before);
        let mut out = Vec::new();
        for line in &found.lines {
            for cell in line.cells.iter().filter(|cell| cell.has == Has::Soon) {
                let started = found.courses.iter().any(|course| course.name == cell.course && course.started);
                let (Some(until), true) = (cell.until, started) else { continue };
                out.push(Reminder {
                    people: vec![line.person],
                    by: Some(until),
                    link: format!("/school/{}/my-training", school.slug),
                    key: format!("training:{}:{}:{until}", school.id, crate::agreement::mixed(&cell.course)),
                });
            }
        }
        out
    }

    async fn tell_of_course(
        &self,
        write: &mut Write,
        school: &School,
        (to, kind, link, key): (EntryId, MailKind, String, String),
    ) -> Result<bool, Error> {
        let (organisation, link) = (school.organisation, Some(link));
        let mail = NewMail { organisation, school: school.id, to, kind, link, urgent: false, key };
        self.send(write, &Scope::system("training"), mail).await
    }

    async fn who_can_sign_in(&self, school: &School) -> Result<BTreeSet<EntryId>, Error> {
        let joined = self.read().await?.joined_to(&Scope::system("training"), school.organisation).await?;
        Ok(joined.into_iter().map(|one| one.person).collect())
    }
}

/// The courses of started sections that wait for somebody.
fn open_courses<'a>(courses: &'a [Course], line: &PersonLine, only: Option<&str>) -> Vec<&'a Course> {
    let open = line.cells.iter().filter(|cell| cell.has.is_open() && only.is_none_or(|course| course == cell.course));
    let known = open.filter_map(|cell| courses.iter().find(|course| course.name == cell.course));
    known.filter(|course| course.started).collect()
}
