//! What people of a made-up trust do on its pages: ask for permissions and decide, report incidents and work on them,
//! take lessons, write a policy of their own.
//!
//! Invariant: it is done through the acts of the pages, by those who may; what a policy refuses is left.

use super::story::{POLICY, SEATS, Story};
use crate::case::{CaseAct, Worked};
use crate::edition::Begin;
use crate::entry::Saved;
use crate::pack_form::Filling;
use crate::request::{Asked, Decided, Deciding};
use crate::training::{NewCourse, Step};
use crate::{Error, House};
use jiff::ToSpan;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::StepKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// How many forms somebody looks at before one fits.
const TRIES_MAX: usize = 6;
/// How many steps of an incident, or stages of a decision, are taken at once.
const STEPS_MAX: usize = 6;
/// What stands in every field of text somebody has to fill in.
const ASKED: &str = "For a class project this term (made up)";
const REPORTED: &str = "Noticed this morning and told to the office (made up)";
/// The one course everybody takes here.
const COURSE: &str = "ICT security awareness";

impl Story {
    /// What is done on pages this month.
    pub(super) async fn on_pages(&mut self, at: usize) -> Result<(), Error> {
        let (month, last) = (self.when.month, self.plan.months);
        if at == 0 {
            return if month == 3 { self.writes_a_policy().await } else { Ok(()) };
        }
        if month == 2 {
            self.teaches(at).await?;
        }
        // Every second school's last request waits for an answer; what the others were given runs out in three weeks.
        if matches!(month, 3 | 7) || month == last {
            self.asks(at, month == last && at % 2 == 1).await?;
        }
        // Of the last two months' incidents one is left lying and is late, and one has just begun.
        if matches!(month, 3 | 8) || month + 1 >= last {
            self.reports(at, month + 1 >= last).await?;
        }
        Ok(())
    }

    /// A course out of the policy's first chapters, and those who sign in take it.
    async fn teaches(&mut self, at: usize) -> Result<(), Error> {
        let (school, head) = (self.schools[at].clone(), self.actor(at, "head").await?);
        let Some(chapters) = done(self.house.chapters(&head, &school).await)? else { return Ok(()) };
        let chapters = chapters.into_iter().take(2).map(|chapter| chapter.key).collect();
        let course = NewCourse { name: COURSE.to_owned(), chapters, months: "12".to_owned(), ..NewCourse::default() };
        self.tick();
        let Some(Saved::Done(id)) = done(self.house.save_course(&head, &school, (None, &course)).await)? else {
            return Ok(());
        };
        for post in ["head", "teacher"] {
            let actor = self.actor(at, post).await?;
            let Some(course) = done(self.house.to_learn(&actor, &school, id).await)? else { continue };
            let right = course.steps.iter().filter_map(|step| match step {
                Step::Screen(_) => None,
                Step::Question(asked) => {
                    let right = asked.choices.iter().find(|choice| asked.is_right(choice))?;
                    Some((asked.clause.to_string(), right.clone()))
                }
            });
            let answers: BTreeMap<String, String> = right.collect();
            self.tick();
            done(self.house.learned(&actor, &school, (id, &answers)).await)?;
        }
        Ok(())
    }

    /// A teacher asks for a permission; those who may decide do, but for the last one, which waits.
    async fn asks(&mut self, at: usize, waits: bool) -> Result<(), Error> {
        let (school, teacher) = (self.schools[at].clone(), self.actor(at, "teacher").await?);
        let all = self.house.may_ask_for(&teacher, &school).await?;
        for turn in 0..all.len().min(TRIES_MAX) {
            let what = &all[(turn + self.when.month + at * 2) % all.len()];
            let ask = self.house.ask_for(&teacher, &school, (&what.pack, &what.control)).await?;
            let mut answers = self.filled(at, (&ask.form, ASKED)).await?;
            if !ask.form.faults(&Value::Map(answers.clone().into())).is_empty() {
                continue;
            }
            if !ask.conditions.is_empty() {
                let accepted = ask.conditions.iter().map(Value::text).collect();
                answers.insert(Name::from("conditions"), Value::List(accepted));
            }
            self.tick();
            let answers = Value::Map(answers.into());
            let asked = self.house.ask((&teacher, &school), (&ask, answers), House::request_files()).await;
            let Some(Asked::Done(request)) = done(asked)? else { continue };
            return if waits { Ok(()) } else { self.decide(at, request).await };
        }
        Ok(())
    }

    async fn decide(&mut self, at: usize, request: EntryId) -> Result<(), Error> {
        let school = self.schools[at].clone();
        let yes = !(self.when.month + at).is_multiple_of(4);
        let words = if yes { "Fine for this year." } else { "The school's own laptop does it as well." };
        for _ in 0..STEPS_MAX {
            let mut decided = false;
            for post in SEATS {
                let actor = self.actor(at, post).await?;
                let page = done(self.house.request_page(&actor, &school, request).await)?;
                let Some(stage) = page.and_then(|page| page.decides).filter(|stage| !stage.step_up) else { continue };
                let own = [at, 0].map(|place| self.places[place].post(post));
                let deciding = Deciding {
                    stage: i64::try_from(stage.stage).unwrap_or_default(),
                    yes: Some(yes),
                    words: words.to_owned(),
                    signed: own.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
                    password: String::new(),
                };
                self.tick();
                let result = self.house.decide_request((&actor, None), (&school, request), &deciding).await;
                decided = done(result)?.is_some_and(|result| result == Decided::Done);
                if decided {
                    break;
                }
            }
            if !decided {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A teacher reports an incident; it is worked on and closed, but for the last one, which runs.
    async fn reports(&mut self, at: usize, runs: bool) -> Result<(), Error> {
        let (school, teacher) = (self.schools[at].clone(), self.actor(at, "teacher").await?);
        let all = self.house.may_report(&teacher, &school).await?;
        for turn in 0..all.len().min(TRIES_MAX) {
            let what = &all[(turn + self.when.month + at) % all.len()];
            let report = self.house.report_on(&teacher, &school, (&what.pack, &what.control)).await?;
            let answers = Value::Map(self.filled(at, (&report.form, REPORTED)).await?.into());
            if !report.form.faults(&answers).is_empty() {
                continue;
            }
            self.tick();
            let files = House::report_files();
            let reported = done(self.house.report_it((&teacher, &school), (&report, answers), files).await)?;
            let Some(Ok(case)) = reported else { continue };
            return if runs { Ok(()) } else { self.works_on(at, case).await };
        }
        Ok(())
    }

    async fn works_on(&mut self, at: usize, case: EntryId) -> Result<(), Error> {
        let school = self.schools[at].clone();
        for post in SEATS {
            let actor = self.actor(at, post).await?;
            for _ in 0..STEPS_MAX {
                let Some(page) = done(self.house.case_page(&actor, &school, case).await)? else { break };
                let steps = page.whole.map(|whole| whole.steps).unwrap_or_default();
                let step = steps.into_iter().find(|step| step.form.is_some() && step.done.is_empty());
                let Some((name, Some(form))) = step.map(|step| (step.name, step.form)) else { break };
                let says = || Value::text("Done the same day.");
                let shown = form.evidence.iter().map(|kind| (Name::from(kind.name()), says()));
                let mut answers: BTreeMap<Name, Value> = shown.collect();
                match (form.kind, form.choices.first()) {
                    (StepKind::Choose, Some((choice, _))) => {
                        drop(answers.insert("value".into(), Value::Text(choice.clone())));
                    }
                    _ if form.evidence.is_empty() => drop(answers.insert("value".into(), says())),
                    _ => {}
                }
                self.tick();
                let worked =
                    self.house.do_case_step((&actor, &school), (case, &name), answers, House::case_files(case));
                if done(worked.await)?.is_none_or(|worked| worked != Worked::Done) {
                    break;
                }
            }
            if self.closes(&actor, (&school, case)).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn closes(&mut self, actor: &Actor, (school, case): (&School, EntryId)) -> Result<bool, Error> {
        let Some(page) = done(self.house.case_page(actor, school, case).await)? else { return Ok(false) };
        let Some(whole) = page.whole.filter(|whole| whole.closes) else { return Ok(false) };
        let says = |name: &str| match name {
            "lessons" => "Told everybody at the next briefing how to notice it sooner.",
            _ => "Looked into at once; nobody outside was reached.",
        };
        let words = whole.words.iter().map(|one| (Name::from(one.name), Value::text(says(one.name)))).collect();
        self.tick();
        let closed = self.house.write_case((actor, school), (case, CaseAct::Close), words).await;
        Ok(done(closed)?.is_some_and(|closed| closed == Worked::Done))
    }

    /// The trust begins to write its policy anew.
    async fn writes_a_policy(&mut self) -> Result<(), Error> {
        let head = self.actor(0, "head").await?;
        self.tick();
        let begin = Begin { from: POLICY.to_owned(), replaces: true, id: String::new(), title: String::new() };
        done(self.house.begin_edition(&head, &self.schools[0], &begin).await).map(drop)
    }

    /// Answers to whatever a form asks and has to know.
    async fn filled(&self, at: usize, (form, text): (&Filling, &str)) -> Result<BTreeMap<Name, Value>, Error> {
        let mut answers: BTreeMap<Name, Value> = BTreeMap::new();
        loop {
            let (asked, kept) = form.asked(&Value::Map(answers.clone().into()));
            let open = asked.asked.iter().map(|one| &one.field);
            let open = open.filter(|field| field.required && !answers.contains_key(&field.name));
            let mut more = BTreeMap::new();
            for field in open {
                more.extend(self.answer(at, (field, text)).await?.map(|value| (field.name.clone(), value)));
            }
            if more.is_empty() {
                let asked = |name: &Name| kept.get(name).is_some();
                answers.retain(|name, _| asked(name));
                return Ok(answers);
            }
            answers.extend(more);
        }
    }

    async fn answer(&self, at: usize, (field, text): (&Field, &str)) -> Result<Option<Value>, Error> {
        let today = self.when.today;
        Ok(match &field.kind {
            FieldType::Text | FieldType::LongText => Some(Value::text(text)),
            FieldType::Number | FieldType::Money => Some(Value::Int(1)),
            FieldType::YesNo => Some(Value::Bool(true)),
            FieldType::Choice(choices) => choices.first().cloned().map(Value::Text),
            FieldType::Choices(choices) => choices.first().map(|one| Value::List([Value::Text(one.clone())].into())),
            FieldType::Date => {
                let days = if field.name.contains("until") { 21 } else { 1 };
                Some(Value::Date(today.saturating_add(days.days())))
            }
            FieldType::Instant => Some(Value::Instant(self.when.now)),
            FieldType::Ref(register) => self.some(at, register).await?.map(Value::Ref),
            FieldType::Refs(register) => self.some(at, register).await?.map(|id| Value::List([Value::Ref(id)].into())),
            _ => None,
        })
    }

    /// A record of a register: its third, as a form finds it by name.
    async fn some(&self, at: usize, register: &str) -> Result<Option<EntryId>, Error> {
        let names = self.names[at].get(register).map_or(&[][..], Vec::as_slice);
        let name = match register {
            "person" => self.places[at].post("teacher"),
            _ => names.get(2).or(names.first()).cloned().unwrap_or_default(),
        };
        let found = self.house.entries_like(&self.house.operator(), &self.schools[at], (register, &name)).await?;
        Ok(found.first().map(|found| found.id))
    }
}

/// What was done, unless somebody may not or a policy refuses.
fn done<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(Error::Missing | Error::Denied(_) | Error::NotAllowed(_) | Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
