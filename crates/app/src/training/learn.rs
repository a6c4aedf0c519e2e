//! Taking a course: its steps for one person, and what its end writes.
//!
//! Invariant: nothing is kept while somebody reads; at the end every question has a right answer, and one record of
//! training says so. A wrong answer teaches and is asked again.

use super::course::{self, of_chapters};
use super::lesson::{Step, steps};
use super::need::asked_of;
use super::trial::{is_taken_in, lesson_of};
use super::{COURSE, RESULT, TRAINING};
use crate::act::{Acted, Before, PolicyAct};
use crate::{Error, House};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::Change;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// What a course, or the lesson after a trial message, is for one person.
#[derive(Clone, Debug)]
pub struct ToLearn {
    /// Where.
    pub school: School,
    /// The course, or the result of the trial.
    pub id: EntryId,
    /// Its name.
    pub title: String,
    /// Who takes it.
    pub name: String,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Until when it counts when it is finished today.
    pub until: Option<Date>,
    /// It is the lesson of somebody a trial message took in.
    pub after_trial: bool,
    control: (Name, Name),
}

/// A course just finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The day.
    pub on: Date,
    /// Until when it counts.
    pub until: Option<Date>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on record.
    Done(Finished),
    /// Nothing is on record: this step has no right answer yet.
    Missed(usize),
    /// Nothing is on record, for this reason.
    Refused(String),
}

impl ToLearn {
    /// How long it takes, in minutes: two screens a minute, and half a minute a question.
    pub fn minutes(&self) -> usize {
        self.steps.len().div_ceil(2).max(1)
    }

    /// The first question without a right answer.
    pub fn missed(&self, answers: &BTreeMap<String, String>) -> Option<usize> {
        self.steps.iter().position(|step| match step {
            Step::Screen(_) => false,
            Step::Question(question) => !answers.get(&*question.clause).is_some_and(|answer| question.is_right(answer)),
        })
    }
}

impl House {
    /// A course for whoever is asked; missing when it is not taught here, or not theirs.
    pub async fn to_learn(&self, actor: &Actor, school: &School, id: EntryId) -> Result<ToLearn, Error> {
        self.scope_at(actor, "training.learn", school).await?;
        let before = self.before(actor, school).await?;
        shown(&before, school, id)
    }

    /// Finishes a course: what is answered is looked at anew, and a record of training is made.
    pub async fn learned(
        &self,
        actor: &Actor,
        school: &School,
        (id, answers): (EntryId, &BTreeMap<String, String>),
    ) -> Result<Taken, Error> {
        let course = self.to_learn(actor, school, id).await?;
        if let Some(step) = course.missed(answers) {
            return Ok(Taken::Missed(step));
        }
        let today = self.today(school);
        let form = BTreeMap::from([(Name::from("course"), Value::text(&course.title))]);
        let (pack, control) = &course.control;
        let act = PolicyAct { pack, control, act: "training.learn", on: None, form: Value::Map(form.into()) };
        let judge = |before: &Before, _: &PolicyAct<'_>| {
            let course = shown(before, school, id)?;
            let person = before.person().ok_or(Error::Missing)?;
            let world = before.world();
            let person = Row::at(world, world.schemas.index("person").ok_or(Error::Missing)?, person).id();
            Ok(Ok(vec![written(&course, person, today)]))
        };
        Ok(match self.act_judged((actor, school), act, None, judge).await? {
            Acted::Done(_) => Taken::Done(Finished { on: today, until: course.until }),
            Acted::Refused(why) => Taken::Refused(why),
        })
    }
}

fn written(course: &ToLearn, person: EntryId, today: Date) -> Change {
    if course.after_trial {
        return Change::of(RESULT, course.id).set("taught_on", Value::Date(today));
    }
    Change::new(TRAINING)
        .set("course", Value::text(&course.title))
        .set("person", Value::Ref(person))
        .set("on", Value::Date(today))
        .set_some("until", course.until.map(Value::Date))
        .set("way", Value::text("lessons"))
}

/// What the actor of a look is taught.
pub(super) fn shown(before: &Before, school: &School, id: EntryId) -> Result<ToLearn, Error> {
    let world = before.world();
    let me = before.person().ok_or(Error::Missing)?;
    let person = Row::at(world, world.schemas.index("person").ok_or(Error::Missing)?, me);
    let row = Row::of(world, id).ok_or(Error::Missing)?;
    let seed = format!("{}{id}", person.id());
    let today = world.calendar.day(world.now);
    let mut out = ToLearn {
        school: school.clone(),
        id,
        title: row.name(),
        name: person.name(),
        steps: Vec::new(),
        until: None,
        after_trial: row.kind() == RESULT,
        control: (Name::from(""), Name::from(row.kind())),
    };
    match row.kind() {
        COURSE => {
            let at = course::at(before, row);
            out.steps = steps(&of_chapters(before, &at.chapters), (me, &seed));
            out.until = at.months.and_then(|months| today.checked_add(i64::from(months).months()).ok());
            let asked = asked_of(before, person.id()).map(|(courses, _)| courses).unwrap_or_default();
            out.control = asked.into_iter().find(|one| one.name == at.name).map_or(out.control, |one| one.control);
        }
        RESULT if row.one("person") == Some(person.id()) && is_taken_in(row) => {
            let (pieces, control) = lesson_of(before).ok_or(Error::Missing)?;
            "Recognise false messages".clone_into(&mut out.title);
            out.steps = steps(&pieces, (me, &seed));
            out.control = control;
        }
        _ => return Err(Error::Missing),
    }
    if out.steps.is_empty() { Err(Error::Missing) } else { Ok(out) }
}
