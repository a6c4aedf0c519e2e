//! The page of one incident: for those who deal with it everything, for whoever reported it what they are to know.
//!
//! Invariant: what is shown to its reporter is only what the policy lets a reporter see, and their own words.

mod clock;
mod past;
mod step;
mod words;

pub use clock::ClockLine;
pub use past::PastLine;
pub(super) use step::value_words;
pub use step::{StepForm, StepLine, StepState};
pub use words::CaseWords;
pub(crate) use words::title_of;
pub(super) use words::{lacking, lacks, word_label};

use super::opened::opens;
use super::see::found;
use super::{Of, Stand};
use crate::act::Before;
use crate::pack_form::PackForm;
use crate::register::cell::Words;
use crate::request::{id_of, moment, name_of};
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::case::{
    Timer, as_meant, concerns, has_part, is_exercise, is_open, is_restricted, may_handle, reporter_sees, timers,
};
use schoolkeeper_rules::flow::people::refs_in;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct CasePage {
    /// The incident.
    pub id: EntryId,
    /// Its policy and control.
    pub of: (Name, Name),
    /// What it is called.
    pub title: String,
    /// The statements behind it: id and text.
    pub statements: Vec<(String, String)>,
    /// Where it stands.
    pub stand: Stand,
    /// When it was opened.
    pub opened: String,
    /// When it was closed.
    pub closed: Option<String>,
    /// It only tries the way out.
    pub practice: bool,
    /// A policy closes it to all but a few.
    pub restricted: bool,
    /// Who sees it.
    pub seen_by: String,
    /// Those told when it was opened.
    pub told_first: String,
    /// Whoever looks reported it.
    pub reported: bool,
    /// What was reported: question and answer.
    pub answers: Vec<(String, String)>,
    /// What its reporter reads of it: what, and the word itself, when there is one.
    pub news: Vec<(String, Option<String>)>,
    /// Everything else, for those who see it whole.
    pub whole: Option<Box<Whole>>,
}

/// What those who deal with an incident see.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Who reported it, whom it is about, what it is about: label and words.
    pub facts: Vec<(String, String)>,
    /// What it is about, with its register.
    pub about: Option<(Name, EntryId, String)>,
    /// What runs.
    pub clocks: Vec<ClockLine>,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// The words people write about it.
    pub words: Vec<CaseWords>,
    /// Whoever looks may write them.
    pub writes: bool,
    /// Whoever looks may close it, once nothing is lacking.
    pub closes: bool,
    /// What keeps it from being closed.
    pub lacking: Vec<String>,
    /// Whoever looks may say that they have looked at what went wrong.
    pub reviews: bool,
    /// When a second person looked at what went wrong.
    pub reviewed: Option<String>,
    /// Who was told, and when.
    pub told: Vec<String>,
    /// What happened, oldest first.
    pub past: Vec<PastLine>,
}

impl House {
    /// The page of an incident; missing for whoever it is not for.
    pub async fn case_page(&self, actor: &Actor, school: &School, id: EntryId) -> Result<CasePage, Error> {
        let reach = self.case_reach(actor, school).await?;
        let closes = self.scope_at(actor, "case.close", school).await.is_ok();
        let before = self.before(actor, school).await?;
        let (of, row, looks) = found(&before, id, reach)?;
        if looks.whole && self.can_write() && opens(&before, (of, row), looks.reported) {
            let kind = (of.policy.id().clone(), of.control.control.id.clone());
            self.opened_case((actor, school, reach), (&kind, id)).await?;
        }
        let part = before.person().is_some_and(|me| has_part(of.ctx, of.control, of.spec, row, me));
        let answers = self.case_answers(of, row, looks.reported || part);
        let restricted = is_restricted(of.ctx, row);
        Ok(CasePage {
            id,
            of: (of.policy.id().clone(), of.control.control.id.clone()),
            title: of.title(),
            statements: of.statements(),
            stand: Stand::of(of, row),
            opened: row.instant("opened_at").map(|at| moment(of.ctx, at)).unwrap_or_default(),
            closed: row.instant("closed_at").map(|at| moment(of.ctx, at)),
            practice: is_exercise(row),
            restricted,
            seen_by: of.seen_by_of(&as_meant(of.ctx, row, &of.named()), restricted),
            told_first: of.people(&as_meant(of.ctx, row, &super::report::told_at_once(of))),
            reported: looks.reported,
            answers,
            news: news(of, row),
            whole: looks.whole.then(|| Box::new(whole(&before, (of, row), closes))),
        })
    }

    /// What was answered in the form; what is sensitive is for whoever wrote it and those who have a part in it.
    fn case_answers(&self, of: Of<'_>, row: Row<'_>, near: bool) -> Vec<(String, String)> {
        let pack = &of.ctx.pack.pack;
        let form = of.spec.form.as_ref().and_then(|form| pack.forms.get(form.get_ref()));
        let fields: Vec<_> = form.iter().flat_map(|form| &form.fields).collect();
        let form = PackForm::of(&fields, pack, &self.schemas);
        let Some(answers) = row.value("form") else { return Vec::new() };
        let names = refs_in(answers).into_iter().map(|id| (id, name_of(of.ctx, Some(id)))).collect();
        let words = Words { zone: of.ctx.world.calendar.zone().clone(), names };
        let answered = form.asked.iter().filter_map(|asked| Some((asked, answers.get(&asked.field.name)?)));
        let shown = answered.filter(|(asked, _)| near || !asked.field.sensitive);
        shown.map(|(asked, value)| (asked.field.label.clone(), asked.words(value, &words))).collect()
    }
}

/// What the reporter reads.
pub(super) fn news(of: Of<'_>, row: Row<'_>) -> Vec<(String, Option<String>)> {
    let words = |value: &Value| match value {
        Value::Instant(at) => Some(moment(of.ctx, *at)),
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    };
    let line = |(name, value): (Name, Option<&Value>)| (word_label(&name), value.and_then(words));
    reporter_sees(of.spec, row).into_iter().map(line).collect()
}

fn whole(before: &Before, (of, row): (Of<'_>, Row<'_>), closes: bool) -> Whole {
    let (ctx, me) = (of.ctx, before.person());
    let timers = timers(ctx, of.control, of.spec, row);
    let concerned = me.is_some_and(|me| concerns(row, id_of(ctx, me)));
    let handles = me.is_some_and(|me| !concerned && may_handle(ctx, of.control, row, me));
    let missed = timers.iter().any(Timer::is_missed) || row.value("closed_at").is_some() && lacks(of, row);
    let about = row.one("about").and_then(|id| Row::of(ctx.world, id));
    Whole {
        facts: facts(of, row),
        about: about.map(|about| (Name::from(about.kind()), about.id(), about.name())),
        clocks: timers.iter().filter(|timer| !timer.is_step).map(|timer| clock::line(of, timer)).collect(),
        steps: of.spec.steps.iter().map(|step| step::line(of, row, (step, &timers), me)).collect(),
        words: words::of(of, row),
        writes: handles && is_open(row),
        closes: handles && closes && is_open(row),
        lacking: if is_open(row) { lacking(of, row) } else { Vec::new() },
        reviews: handles && !is_open(row) && missed && row.value("reviewed_at").is_none(),
        reviewed: row.instant("reviewed_at").map(|at| moment(ctx, at)),
        told: past::told(of, row),
        past: past::past(of, row),
    }
}

fn facts(of: Of<'_>, row: Row<'_>) -> Vec<(String, String)> {
    let names = |field: &str| {
        let names: Vec<String> = row.refs(field).into_iter().map(|id| name_of(of.ctx, Some(id))).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let at = |field: &str| row.instant(field).map(|at| moment(of.ctx, at));
    let by = row.one("reporter").map(|id| name_of(of.ctx, Some(id)));
    let unnamed = row.value("receipt").map(|_| "Somebody who did not say who they are".to_owned());
    let by = by.or(unnamed);
    let all = [
        ("Reported by", by.or_else(|| Some("Nobody: it was opened by a change of the records".to_owned()))),
        ("Opened", at("opened_at")),
        ("Known here since", at("aware_at").filter(|known| at("opened_at").as_ref() != Some(known))),
        ("About", names("subject")),
        ("Named to deal with it", names("named")),
    ];
    all.into_iter().filter_map(|(label, words)| Some((label.to_owned(), words?))).collect()
}
