//! The engine *decide*: one pure answer to "may this actor do this now?".
//!
//! Invariant: the permission table is asked first and packs only narrow what it allows; several packs narrow
//! together, every refusal is listed, and an unknown refuses.

mod access;
mod after;
mod block;
mod channel;
mod guard;
mod password;
mod reads;
mod seen;
mod setting;
mod stage;
mod step;
mod unlock;

pub use password::is_common as is_common_password;
pub use reads::{looks_around, registers_for};

use crate::compiled::{CompiledControl, CompiledPack};
use crate::expr::{Expression, Scene, Truth};
use crate::flow::clock::any_of;
use crate::judge::Ctx;
use after::After;
use schoolkeeper_core::act::ACTS;
use schoolkeeper_core::clause::Article;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{Params, World};

/// A pack with its numbers at this school.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'w> {
    /// The policy, compiled.
    pub pack: &'w CompiledPack,
    /// Its numbers.
    pub params: &'w Params,
}

/// What somebody tries.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'w> {
    /// Name from the list of acts, with its qualifier: `media.loan:home`.
    pub act: &'w str,
    /// Who: row of the register `person`; `None` for the local operator.
    pub person: Option<usize>,
    /// Base roles the actor has here.
    pub base: &'w [BaseRole],
    /// What is acted on: register and row; `None` for something new.
    pub on: Option<(usize, usize)>,
    /// What was filled in, a [`Value::Map`] typed as the fields are. For a save or move: the fields that change.
    /// Besides, the platform says what it knows of the moment: `password`, `username`, `name`, `previous` (earlier
    /// passwords, or for each whether it is the same), `attempts`, `idle`, `second_factor`, `second_person`, `step_up`.
    pub form: &'w Value,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Go on, and do these.
    Allowed {
        /// What the platform must still do at the act.
        conditions: Vec<Condition>,
    },
    /// No, for all of these reasons.
    Refused(Vec<Refused>),
}

/// What the platform must do at an allowed act.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Ask for the second factor again; `form.step_up` says when it was done.
    StepUp(Name),
    /// Stamp what is shown with who looked.
    Watermark(Name),
    /// Write the attempt down.
    WriteDown(Name),
    /// Show the words of this clause again and record that they were opened.
    Show(Name),
    /// Ask for proof of arrival within this time; `None` when its number is a blank.
    Receipt(Name, Option<Span>),
}

/// One reason for a no.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The control; `None` for the permission table.
    pub control: Option<Name>,
    /// Clauses of the policy that bind it.
    pub clauses: Vec<Name>,
    /// One sentence for people: what and why, and the next step.
    pub message: String,
    /// Roles that may allow it.
    pub who_may_allow: Vec<Name>,
    /// What is not known, when that is the reason.
    pub missing: Vec<Missing>,
}

/// Decides one act under all packs of a school.
pub fn decide(policies: &[Policy<'_>], world: &World, tried: &Tried<'_>) -> Decision {
    if let Some(refused) = table(tried) {
        return Decision::Refused(vec![refused]);
    }
    let mut answer = Answer::default();
    let after = After::of(policies, world, tried);
    for policy in policies {
        let ctx = Ctx { pack: policy.pack, params: policy.params, world };
        for control in policy.pack.controls.values() {
            let asked = Asked { ctx, control, tried, after: &after };
            one(&asked, &mut answer);
        }
        unlock::ask(ctx, tried, &mut answer);
        step::ask(ctx, tried, &mut answer);
        show(policy.pack, tried, &mut answer);
    }
    if answer.refusals.is_empty() {
        return Decision::Allowed { conditions: answer.conditions };
    }
    Decision::Refused(answer.refusals)
}

/// The function [`decide`], or one that stands in for it where a probe must be seen to fail.
pub type Decide = fn(&[Policy<'_>], &World, &Tried<'_>) -> Decision;

/// Every act a control says something about.
pub fn acts_of(control: &CompiledControl) -> Vec<&str> {
    fn named(written: &[serde_spanned::Spanned<Name>]) -> Vec<&str> {
        written.iter().map(|one| &**one.get_ref()).collect()
    }
    match &control.control.kind {
        ControlKind::Setting(setting) => {
            setting.set.keys().filter_map(|name| schoolkeeper_core::setting::key(name).map(|key| key.act)).collect()
        }
        ControlKind::Access(access) => named(&access.on),
        ControlKind::Rule(rule) => named(&rule.guards),
        ControlKind::Agreement(agreement) => named(&agreement.blocks),
        ControlKind::Channel(_) => channel::ACTS.to_vec(),
        ControlKind::Request(request) if request.stages.iter().any(|stage| stage.step_up) => {
            named(&request.unlocks).into_iter().chain(["request.decide"]).collect()
        }
        ControlKind::Request(request) => named(&request.unlocks),
        ControlKind::Case(case) => {
            let steps = case.steps.iter().filter_map(|step| step.act.as_ref()).map(|act| &**act.get_ref());
            steps.chain([seen::ACT]).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a policy names those who may do an act at all.
pub fn gates(pack: &CompiledPack, act: &str) -> bool {
    pack.controls.values().any(|control| access::gate(control, act).is_some())
}

/// Whether a policy shuts an actor out of an act whatever it is done to. The local operator is nobody a policy names.
pub fn shuts_out(ctx: Ctx<'_>, act: &str, person: Option<usize>) -> bool {
    let scene = Scene { actor: person, act: Some(act), ..Scene::now(ctx) };
    let out = |only: &Expression| only.test(&scene).truth == Truth::False;
    person.is_some() && ctx.pack.controls.values().filter_map(|control| access::gate(control, act)).any(out)
}

/// Whether a policy says anything about an act; when it does not, the permission table alone decides.
pub fn speaks_of(pack: &CompiledPack, act: &str) -> bool {
    pack.controls.values().flat_map(acts_of).any(|named| names(named, act)) || shown_at(pack, act).next().is_some()
}

/// Refusals and conditions gathered so far.
#[derive(Debug, Default)]
struct Answer {
    refusals: Vec<Refused>,
    conditions: Vec<Condition>,
}

/// One control asked about one act.
struct Asked<'w> {
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    tried: &'w Tried<'w>,
    after: &'w After,
}

impl<'w> Asked<'w> {
    /// The world as it is, with actor, act and form.
    fn scene(&self) -> Scene<'w> {
        let now = Scene::now(self.ctx);
        let form = Some(self.tried.form);
        Scene { subject: self.tried.on, actor: self.tried.person, act: Some(self.tried.act), form, ..now }
    }

    fn refuse(&self, answer: &mut Answer, message: impl Into<String>) {
        answer.refusals.push(refused(self.ctx, self.control, message.into()));
    }

    /// Asks for the second factor again, unless the form says that it was given.
    fn step_up(&self, answer: &mut Answer) {
        let control = &self.control.control;
        match self.tried.form.get("step_up").and_then(Value::as_bool) {
            Some(true) => {}
            Some(false) => {
                self.refuse(answer, format!("{}: confirm it with your second factor first", control.title));
            }
            None => answer.conditions.push(Condition::StepUp(control.id.clone())),
        }
    }

    fn refuse_unknown(&self, answer: &mut Answer, missing: Vec<Missing>) {
        let known = words(&missing);
        let message = format!("{}: {known}\nhint: fill that in, then try again", self.control.control.title);
        answer.refusals.push(Refused { missing, ..refused(self.ctx, self.control, message) });
    }
}

fn one(asked: &Asked<'_>, answer: &mut Answer) {
    match &asked.control.control.kind {
        ControlKind::Setting(setting) => setting::ask(asked, setting, answer),
        ControlKind::Access(access) => access::ask(asked, access, answer),
        ControlKind::Rule(rule) => guard::ask(asked, rule, answer),
        ControlKind::Agreement(agreement) => block::ask(asked, agreement, answer),
        ControlKind::Channel(channel) => channel::ask(asked, channel, answer),
        ControlKind::Request(request) => stage::ask(asked, request, answer),
        ControlKind::Case(case) => seen::ask(asked, case, answer),
        _ => {}
    }
}

fn refused(ctx: Ctx<'_>, control: &CompiledControl, message: String) -> Refused {
    let id = control.control.id.clone();
    let clauses = ctx.pack.pack.clauses_of(&id).map(|clause| clause.id.get_ref().clone()).collect();
    Refused { control: Some(id), clauses, message, who_may_allow: Vec::new(), missing: Vec::new() }
}

/// What is not known, as one sentence.
fn words(missing: &[Missing]) -> String {
    if missing.is_empty() {
        return "something it asks about is not known".to_owned();
    }
    missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The permission table: whether any of the actor's base roles reaches the act at all.
fn table(tried: &Tried<'_>) -> Option<Refused> {
    let name = tried.act.split(':').next().unwrap_or_default();
    if tried.base.iter().any(|role| reach(*role, name) != Reach::None) {
        return None;
    }
    let says = ACTS.iter().find(|spec| spec.name == name).map_or(name, |spec| spec.says);
    let may = BaseRole::ALL.iter().filter(|role| **role != BaseRole::Operator && reach(**role, name) != Reach::None);
    let who_may_allow: Vec<Name> = may.map(|role| Name::from(role.name())).collect();
    let hint =
        if who_may_allow.is_empty() { "nobody may".to_owned() } else { format!("ask {}", any_of(&who_may_allow)) };
    Some(Refused {
        control: None,
        clauses: Vec::new(),
        message: format!("Your role does not allow you to {says}\nhint: {hint}"),
        who_may_allow,
        missing: Vec::new(),
    })
}

/// Whether an act is what a policy names: `media.loan` names every `media.loan:…`, `media.loan:home` only itself.
fn names(written: &str, act: &str) -> bool {
    written == act || act.split_once(':').is_some_and(|(name, _)| name == written)
}

/// Articles whose words are shown again at this act.
fn show(pack: &CompiledPack, tried: &Tried<'_>, answer: &mut Answer) {
    answer.conditions.extend(shown_at(pack, tried.act).map(|(clause, _)| Condition::Show(clause.clone())));
}

/// The articles a policy says again at an act, with their clauses.
pub fn shown_at<'p>(pack: &'p CompiledPack, act: &str) -> impl Iterator<Item = (&'p Name, &'p Article)> {
    let said = pack.pack.clauses.iter().filter_map(|clause| Some((clause.id.get_ref(), clause.article.as_ref()?)));
    said.filter(move |(_, article)| article.show_at.iter().any(|at| names(at, act)))
}
