//! Working on an incident: its steps, with what shows them, the words written about it, closing it, looking at what went
//! wrong.
//!
//! Invariant: only those who see it whole act on it, and everything goes through the one door of acts.

use super::CASE;
use super::view::word_label;
use crate::act::{Acted, PolicyAct};
use crate::authority::is_live;
use crate::duty::Came;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// The act of a step, where a step is no other act.
const STEP: &str = "case.step";

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worked {
    /// It is on record.
    Done,
    /// Nothing was changed; in words, and after `hint:` what would help.
    Refused(String),
}

impl House {
    /// Files that come with a form of an incident.
    pub fn case_files(case: EntryId) -> Came {
        Came::on(STEP, (CASE, case))
    }

    /// Does a step.
    pub async fn do_case_step(
        &self,
        (actor, school): (&Actor, &School),
        (case, step): (EntryId, &str),
        mut answers: BTreeMap<Name, Value>,
        shown: Came,
    ) -> Result<Worked, Error> {
        let page = self.case_page(actor, school, case).await?;
        let steps = page.whole.as_ref().map_or(&[][..], |whole| &whole.steps);
        let asked = steps.iter().find(|known| *known.name == *step).and_then(|known| known.form.as_ref());
        let own = asked.and_then(|form| form.act.clone()).filter(|act| is_live(act));
        answers.insert("step".into(), Value::text(step));
        let form = Value::Map(answers.into());
        let act = own.as_deref().unwrap_or(STEP);
        self.on_case((actor, school), (&page.of, case), (act, form, shown)).await
    }

    /// Writes words about an incident, closes it with them, or says that what went wrong was looked at.
    pub async fn write_case(
        &self,
        (actor, school): (&Actor, &School),
        (case, act): (EntryId, CaseAct),
        words: BTreeMap<Name, Value>,
    ) -> Result<Worked, Error> {
        let page = self.case_page(actor, school, case).await?;
        let given: Vec<String> = words.keys().map(|name| word_label(name)).collect();
        let (act, form) = match act {
            CaseAct::Write => ("case.act", words),
            CaseAct::Close => ("case.close", words),
            CaseAct::Review => ("case.act", BTreeMap::from([("review".into(), Value::Bool(true))])),
        };
        let worked = self
            .on_case((actor, school), (&page.of, case), (act, Value::Map(form.into()), Self::case_files(case)))
            .await?;
        // What the policy's own test lacks is said in words, not in its letters.
        match (worked, page.whole) {
            (Worked::Refused(why), Some(whole)) if act == "case.close" && why.contains("cannot be closed") => {
                let open: Vec<String> = whole.lacking.into_iter().filter(|lack| !given.contains(lack)).collect();
                Ok(Worked::Refused(format!("It cannot be closed yet. Still open: {}", open.join("; "))))
            }
            (worked, _) => Ok(worked),
        }
    }

    async fn on_case(
        &self,
        (actor, school): (&Actor, &School),
        ((pack, control), case): (&(Name, Name), EntryId),
        (act, form, shown): (&str, Value, Came),
    ) -> Result<Worked, Error> {
        let act = PolicyAct { pack, control, act, on: Some(case), form };
        let acted = self.act_showing(actor, school, act, Some(shown.showing())).await;
        if !matches!(acted, Ok(Acted::Done(_))) {
            self.discard_evidence(shown).await;
        }
        match acted? {
            Acted::Refused(why) => Ok(Worked::Refused(why)),
            Acted::Done(_) => {
                self.after_case(school).await?;
                Ok(Worked::Done)
            }
        }
    }
}

/// What somebody does besides a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseAct {
    /// Writes words.
    Write,
    /// Closes it.
    Close,
    /// Looks at what went wrong.
    Review,
}
