//! The page of one request: for its asker where it stands, for those who decide everything they need to.

use super::{Of, Outcome, REQUEST, id_of, moment, name_of, of_row};
use crate::act::Before;
use crate::entry::{choice, source};
use crate::pack_form::PackForm;
use crate::register::cell::Words;
use crate::{Error, House, dates};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::people::{NameKind, kind_of, meant, refs_in, standing_in};
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::{
    deciders, deciding, due_at, grants, is_own, is_waiting, lacks, may_decide, stage_of, would_end,
};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Most facts shown of one thing.
const FACTS_MAX: usize = 6;
/// Most things shown.
const THINGS_MAX: usize = 20;

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct RequestPage {
    /// The request.
    pub id: EntryId,
    /// Its policy and control.
    pub of: (Name, Name),
    /// What is asked for.
    pub title: String,
    /// The statements behind it: id and text.
    pub statements: Vec<(String, String)>,
    /// Who asked; `None` when that is whoever looks.
    pub asker: Option<String>,
    /// For whom, when it is not the asker.
    pub whom: Option<String>,
    /// When.
    pub asked: String,
    /// Where it stands.
    pub outcome: Outcome,
    /// When it was decided.
    pub decided: Option<String>,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// What was answered: question and answer.
    pub answers: Vec<(String, String)>,
    /// What the records say of what is asked for.
    pub things: Vec<Thing>,
    /// Accepted one by one.
    pub conditions: Vec<String>,
    /// Questions back, oldest first.
    pub questions: Vec<Question>,
    /// The asker has a question to answer.
    pub answers_now: bool,
    /// The asker may take it back.
    pub withdraws: bool,
    /// Whoever looks decides the present stage.
    pub decides: Option<Decides>,
    /// Why whoever looks does not decide what is theirs.
    pub own: Option<String>,
    /// The permission it led to.
    pub grant: Option<EntryId>,
    /// Whoever looks asked for it.
    pub mine: bool,
}

/// A stage of the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Who decides, in words.
    pub who: String,
    /// It is the one the request waits at.
    pub now: bool,
    /// To be decided by.
    pub by: Option<String>,
    /// It is past that.
    pub late: bool,
    /// What it still waits for, and who stands in for whom.
    pub waits: Vec<String>,
    /// What was said: `Yes, A. Sample (Headteacher), 23 November 2026, 9am: because …`
    pub said: Vec<String>,
}

/// Something that is asked for, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What people call it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its register and id, for whoever sees records.
    pub at: (Name, EntryId),
    /// What is known.
    pub facts: Vec<Fact>,
}

/// One fact with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Of what.
    pub label: String,
    /// What is known.
    pub value: String,
    /// Whose word, and when.
    pub from: String,
}

/// A question back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who asked.
    pub by: String,
    /// When.
    pub at: String,
    /// What.
    pub says: String,
    /// The answer, and when it was given.
    pub answer: Option<(String, String)>,
}

/// What a decision of the present stage needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decides {
    /// The stage, from 1: a form sent too late is of another one.
    pub stage: usize,
    /// The last day of the permission, when it has one.
    pub until: Option<jiff::civil::Date>,
    /// The password is asked once more.
    pub step_up: bool,
    /// It is signed with one's name.
    pub signed: bool,
    /// No question waits for its answer.
    pub may_ask: bool,
}

/// How somebody stands to a request.
#[expect(clippy::struct_excessive_bools, reason = "somebody may be all of it at once")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Looks {
    pub mine: bool,
    pub own: bool,
    pub decides: bool,
    pub leads: bool,
}

impl House {
    /// The page of a request; missing for whoever has no part in it.
    pub async fn request_page(&self, actor: &Actor, school: &School, id: EntryId) -> Result<RequestPage, Error> {
        self.scope_at(actor, "request.answer", school).await?;
        let leads = self.scope_at(actor, "finding.see", school).await.is_ok();
        let before = self.before(actor, school).await?;
        let (of, row, looks) = found(&before, id, leads)?;
        Ok(self.page_of_request(&before, (of, row), looks))
    }

    fn page_of_request(&self, before: &Before, (of, row): (Of<'_>, Row<'_>), looks: Looks) -> RequestPage {
        let ctx = of.ctx;
        let waits = is_waiting(row);
        let questions: Vec<Question> = row.items("questions").iter().map(|one| question(of, one)).collect();
        let open = questions.iter().any(|one| one.answer.is_none());
        let (mine, asker) = (looks.mine, row.one("requester"));
        let decides = before.person().filter(|_| waits).and_then(|person| decides(of, row, person, open));
        let whom = row.value("form").and_then(|form| form.get("person")).and_then(Value::as_ref_id);
        let stage = stage_of(of.spec, row).map(|(_, stage)| stage);
        let would = |stage: &&schoolkeeper_core::control::Stage| {
            let me = before.person().filter(|_| waits && looks.own);
            me.is_some_and(|me| meant(ctx, &stage.by.0, me, Some(row)).truth == Truth::True)
        };
        let others = stage.filter(would).map(|stage| of.people(&deciding(ctx, stage, row)));
        RequestPage {
            id: row.id(),
            of: (of.policy.id().clone(), of.control.control.id.clone()),
            title: of.title(),
            statements: of.statements(),
            asker: (!mine).then(|| name_of(ctx, asker)),
            whom: whom.filter(|whom| Some(*whom) != asker).map(|whom| name_of(ctx, Some(whom))),
            asked: row.instant("asked_at").map(|at| moment(ctx, at)).unwrap_or_default(),
            outcome: Outcome::of(row),
            decided: row.instant("decided_at").map(|at| moment(ctx, at)),
            stages: stages(of, row),
            answers: self.answers_of(of, row, (looks.near(), &[])),
            things: if looks.decides || looks.leads { things(of, row) } else { Vec::new() },
            conditions: of.spec.conditions.clone(),
            answers_now: mine && waits && open,
            withdraws: mine && waits,
            own: others.map(|who| format!("You asked this yourself, or it is for you, so {who} decides.")),
            grant: grant_of(of, row),
            questions,
            decides,
            mine,
        }
    }

    /// What was answered when a request, or the permission that came of it, was asked for, without some fields; what is
    /// sensitive stays with those who are `near`: its asker, whoever has it, and those who decide.
    pub(crate) fn answers_of(
        &self,
        of: Of<'_>,
        row: Row<'_>,
        (near, without): (bool, &[&str]),
    ) -> Vec<(String, String)> {
        let pack = &of.ctx.pack.pack;
        let fields = pack.forms.get(of.spec.form.get_ref()).map_or(&[][..], |form| &form.fields);
        let form = PackForm::of(&fields.iter().collect::<Vec<_>>(), pack, &self.schemas);
        let Some(answers) = row.value("form") else { return Vec::new() };
        let names = refs_in(answers).into_iter().map(|id| (id, name_of(of.ctx, Some(id)))).collect();
        let words = Words { zone: of.ctx.world.calendar.zone().clone(), names };
        let answered = form.asked.iter().filter_map(|asked| Some((asked, answers.get(&asked.field.name)?)));
        let answered = answered.filter(|(asked, _)| !without.contains(&&*asked.field.name));
        let shown = answered.filter(|(asked, _)| near || !asked.field.sensitive);
        shown.map(|(asked, value)| (asked.field.label.clone(), asked.words(value, &words))).collect()
    }
}

impl Looks {
    /// Whether it is theirs, and not only one of the school's.
    pub(super) fn near(self) -> bool {
        self.mine || self.own || self.decides
    }
}

/// A request with how the one who looks stands to it; missing when they have no part in it.
pub(super) fn found(before: &Before, id: EntryId, leads: bool) -> Result<(Of<'_>, Row<'_>, Looks), Error> {
    let row = Row::of(before.world(), id).filter(|row| row.kind() == REQUEST).ok_or(Error::Missing)?;
    let of = of_row(before, row).ok_or(Error::Missing)?;
    let looks = looks(of, row, (before.person(), leads)).ok_or(Error::Missing)?;
    Ok((of, row, looks))
}

/// How somebody stands to a request; nothing when they have no part in it.
pub(super) fn looks(of: Of<'_>, row: Row<'_>, (person, leads): (Option<usize>, bool)) -> Option<Looks> {
    let me = person.map(|person| id_of(of.ctx, person));
    let mine = me.is_some() && row.one("requester") == me;
    let own = me.is_some_and(|me| is_own(row, me));
    let by_me = |decision: &Value| me.is_some() && decision.get("by").and_then(Value::as_ref_id) == me;
    let has_said = row.items("decisions").iter().any(by_me);
    let decides =
        has_said || person.is_some_and(|person| is_waiting(row) && may_decide(of.ctx, of.spec, row, person).is_ok());
    let leads = leads && !of.is_restricted();
    (mine || own || decides || leads).then_some(Looks { mine, own, decides, leads })
}

/// What the person who looks must do to decide the present stage.
fn decides(of: Of<'_>, row: Row<'_>, person: usize, question: bool) -> Option<Decides> {
    let (stage, spec) = stage_of(of.spec, row)?;
    may_decide(of.ctx, of.spec, row, person).ok()?;
    let me = Value::Ref(id_of(of.ctx, person));
    let here = |one: &&Value| one.get("stage").is_none_or(|at| *at == Value::Int(stage as i64));
    if row.items("decisions").iter().filter(here).any(|one| one.get("by") == Some(&me)) {
        return None;
    }
    let until = would_end(of.ctx, of.spec, row);
    Some(Decides { stage, until, step_up: spec.step_up, signed: spec.signed, may_ask: !question })
}

fn stages(of: Of<'_>, row: Row<'_>) -> Vec<Stage> {
    let ctx = of.ctx;
    let at = stage_of(of.spec, row).map(|(at, _)| at);
    let waits = is_waiting(row);
    let due = due_at(ctx, of.spec, row).filter(|_| waits);
    let one = |(index, stage): (usize, &schoolkeeper_core::control::Stage)| {
        let now = waits && at == Some(index + 1);
        let due = due.filter(|_| now);
        let here = |said: &&Value| said.get("stage").map_or(index == 0, |at| *at == Value::Int(index as i64 + 1));
        Stage {
            who: if now { who(of, row, stage) } else { of.people(&stage.by.0) },
            now,
            by: due.map(|due| dates::long(schoolkeeper_rules::flow::clock::last_day(ctx, due))),
            late: due.is_some_and(|due| due <= ctx.world.now),
            waits: if now { waits_for(of, row, stage) } else { Vec::new() },
            said: row.items("decisions").iter().filter(here).map(|one| said(of, one)).collect(),
        }
    };
    of.spec.stages.iter().enumerate().map(one).collect()
}

/// Those who decide now, and a word when there is nobody.
fn who(of: Of<'_>, row: Row<'_>, stage: &schoolkeeper_core::control::Stage) -> String {
    let who = of.people(&deciding(of.ctx, stage, row));
    if deciders(of.ctx, of.spec, row).is_empty() { format!("{who} (nobody holds this role today)") } else { who }
}

/// Whose yes is still missing where several are asked for, and who stands in for whom.
fn waits_for(of: Of<'_>, row: Row<'_>, stage: &schoolkeeper_core::control::Stage) -> Vec<String> {
    let (sides, more) = lacks(of.ctx, of.spec, row);
    let mut out = Vec::new();
    if stage.all && stage.by.0.len() > 1 {
        let sides: Vec<String> = sides.iter().map(|side| of.people(side)).collect();
        out.push(format!("Each of them must say yes. Still missing: {}.", sides.join("; ")));
    } else if stage.any.is_some_and(|many| many > 1) {
        let many = stage.any.unwrap_or_default();
        out.push(format!("{many} of them must say yes. Still missing: {more}."));
    } else if deciders(of.ctx, of.spec, row).len() > 1 {
        out.push("One yes is enough: the first of them decides.".to_owned());
    }
    for role in deciding(of.ctx, stage, row).iter().filter(|name| kind_of(of.ctx, name, Some(row)) == NameKind::Role) {
        let names = standing_in(of.ctx, role).into_iter().map(|id| name_of(of.ctx, Some(id)));
        let title = of.people(std::slice::from_ref(role));
        out.extend(names.map(|name| format!("{name} stands in for the role {title}.")));
    }
    out
}

/// `Yes, A. Sample (Headteacher), 23 November 2026, 9am: because …`
fn said(of: Of<'_>, decision: &Value) -> String {
    let yes = decision.get("yes").and_then(Value::as_bool) == Some(true);
    let by = name_of(of.ctx, decision.get("by").and_then(Value::as_ref_id));
    let role = decision.get("role").and_then(Value::as_text).map(|role| of.people(&[Name::from(role)]));
    let role = role.filter(|role| !role.is_empty()).map(|role| format!(" ({role})")).unwrap_or_default();
    let at = decision.get("at").and_then(Value::as_instant).map(|at| format!(", {}", moment(of.ctx, at)));
    let signed = decision.get("signed").and_then(Value::as_text).map(|_| ", signed").unwrap_or_default();
    let reason = decision.get("reason").and_then(Value::as_text).map(|why| format!(": {why}"));
    let word = if yes { "Yes" } else { "No" };
    format!("{word}, {by}{role}{}{signed}{}", at.unwrap_or_default(), reason.unwrap_or_default())
}

fn question(of: Of<'_>, one: &Value) -> Question {
    let text = |name: &str| one.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
    let at = |name: &str| one.get(name).and_then(Value::as_instant).map(|at| moment(of.ctx, at));
    Question {
        by: name_of(of.ctx, one.get("by").and_then(Value::as_ref_id)),
        at: at("at").unwrap_or_default(),
        says: text("says"),
        answer: at("answered_at").map(|at| (text("answer"), at)),
    }
}

/// What the records say of everything a request points to: of people no more than their name.
fn things(of: Of<'_>, row: Row<'_>) -> Vec<Thing> {
    let ctx = of.ctx;
    let checks: Vec<&str> =
        of.spec.checks.iter().filter_map(|check| Some(check.test.as_ref()?.get_ref().as_str())).collect();
    let refs = row.value("form").map(refs_in).unwrap_or_default();
    let rows = refs.into_iter().filter_map(|id| Row::of(ctx.world, id)).take(THINGS_MAX);
    let thing = |thing: Row<'_>| {
        let schema = &ctx.world.schemas.all()[thing.register];
        let asked = |name: &Name| checks.iter().any(|test| test.contains(&format!(".{name}")));
        let name_field = schema.name_field().map(|at| schema.fields[at].name.clone());
        let wanted = schema.fields.iter().filter(|field| {
            let listed = schema.list.columns.contains(&field.name) || asked(&field.name);
            field.is_stored() && listed && !field.sensitive && Some(&field.name) != name_field.as_ref()
        });
        let facts = if thing.kind() == "person" {
            Vec::new()
        } else {
            wanted.map(|field| fact(of, thing, field)).take(FACTS_MAX).collect()
        };
        Thing { name: thing.name(), kind: schema.title.clone(), at: (schema.id.clone(), thing.id()), facts }
    };
    rows.map(thing).collect()
}

fn fact(of: Of<'_>, thing: Row<'_>, field: &schoolkeeper_core::schema::Field) -> Fact {
    let world = of.ctx.world;
    let at = world.schemas.all()[thing.register].field(&field.name).map(|(at, _)| at);
    let fact = at.and_then(|at| world.table(thing.register).rows[thing.row].facts[at].as_ref());
    let mut names = BTreeMap::new();
    if let Some(fact) = fact {
        fact.value.each_ref(&mut |id| drop(names.insert(id, name_of(of.ctx, Some(id)))));
    }
    let words = Words { zone: world.calendar.zone().clone(), names };
    Fact {
        label: choice(&field.label),
        value: words.of(field, fact.map(|fact| &fact.value)),
        from: fact.map_or_else(String::new, |fact| format!("{}, {}", source(&fact.source), moment(of.ctx, fact.at))),
    }
}

/// The permission a request led to.
pub(super) fn grant_of(of: Of<'_>, request: Row<'_>) -> Option<EntryId> {
    if Outcome::of(request) != Outcome::Granted {
        return None;
    }
    let at = request.instant("decided_at");
    let same =
        |grant: &Row<'_>| grant.instant("decided_at") == at && grant.instant("asked_at") == request.instant("asked_at");
    grants(of.ctx, of.control).find(same).map(Row::id)
}
