//! Somebody before a form of a policy: the questions that are asked so far, and what is wrong with the answers. One way for
//! whatever is asked for or reported.
//!
//! Invariant: what a form does not ask is no answer of it.

use super::PackForm;
use crate::act::Before;
use jiff::tz::TimeZone;
use schoolkeeper_core::control::{ControlKind, FormCheck, FormField};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::Acting;
use schoolkeeper_rules::flow::form::{Fault, asked, faults, without};
use schoolkeeper_rules::{CompiledControl, Ctx};
use std::collections::BTreeMap;

/// The form of one control, as somebody fills it in.
pub struct Filling {
    pub(crate) before: Before,
    pub(crate) person: usize,
    /// Its policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// Questions of ours besides the policy's, always asked.
    own: Vec<FormField>,
    /// Nothing is asked that tells of whoever fills it in.
    unnamed: bool,
    /// Every field, also those that are not asked yet.
    pub whole: PackForm,
    /// The school's zone.
    pub zone: TimeZone,
}

impl Filling {
    /// A person before the form of a control in force; `own` questions stand after the policy's.
    pub(crate) fn of(before: Before, person: usize, (pack, control): (Name, Name), own: Vec<FormField>) -> Self {
        Self::made(before, person, (pack, control), (own, false))
    }

    /// The same for somebody who does not say who they are.
    pub(crate) fn unnamed(before: Before, person: usize, which: (Name, Name), own: Vec<FormField>) -> Self {
        Self::made(before, person, which, (own, true))
    }

    fn made(
        before: Before,
        person: usize,
        (pack, control): (Name, Name),
        (own, unnamed): (Vec<FormField>, bool),
    ) -> Self {
        let zone = before.world().calendar.zone().clone();
        let whole = PackForm { asked: Vec::new() };
        let mut filling = Self { before, person, pack, control, own, unnamed, whole, zone };
        let (ctx, control) = filling.place();
        let form = form_of(control).0.and_then(|name| ctx.pack.pack.forms.get(name));
        let fields = form.iter().flat_map(|form| &form.fields).filter(|field| filling.asks(ctx, field));
        let fields: Vec<&FormField> = fields.chain(&filling.own).collect();
        filling.whole = PackForm::of(&fields, &ctx.pack.pack, &ctx.world.schemas);
        filling
    }

    pub(crate) fn place(&self) -> (Ctx<'_>, &CompiledControl) {
        self.before.control(&self.pack, &self.control).expect("it was found when the form was made")
    }

    /// The fields that are asked once these answers are given, and the answers to them alone.
    pub fn asked(&self, answers: &Value) -> (PackForm, Value) {
        let (ctx, control) = self.place();
        let form = form_of(control).0;
        let mut answers = answers.clone();
        loop {
            let plain = self.without_own(&answers);
            let acting = Acting { person: self.person, on: None, form: &plain };
            let mut fields = form.map_or_else(Vec::new, |form| asked(ctx, form, acting));
            fields.retain(|field| self.asks(ctx, field));
            fields.extend(&self.own);
            let Value::Map(all) = &answers else {
                return (PackForm::of(&fields, &ctx.pack.pack, &ctx.world.schemas), answers);
            };
            let is_asked = |name: &Name| fields.iter().any(|field| field.name == *name);
            let kept: BTreeMap<Name, Value> = all
                .iter()
                .filter(|(name, _)| is_asked(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            if kept.len() == all.len() {
                return (PackForm::of(&fields, &ctx.pack.pack, &ctx.world.schemas), answers);
            }
            answers = Value::Map(kept.into());
        }
    }

    /// What is wrong with the answers, beside the field it is about; of the form as a whole without one.
    pub fn faults(&self, answers: &Value) -> Vec<(Option<Name>, String)> {
        let (ctx, control) = self.place();
        let plain = self.without_own(answers);
        let acting = Acting { person: self.person, on: None, form: &plain };
        let (form, checks) = form_of(control);
        let found = faults(ctx, control, form.map(|form| &**form), checks, acting);
        let words = |refusal: &str| refusal.split("\nhint:").next().unwrap_or_default().to_owned();
        let fault = |fault: Fault| match &fault.field {
            Some(name) if fault.blank && self.whole.get(name).is_some_and(|asked| asked.field.required) => {
                let label = self.whole.get(name).map_or_else(String::new, |asked| asked.field.label.clone());
                (fault.field, format!("Answer “{label}”"))
            }
            _ => (fault.field.clone(), words(&fault.refusal.0)),
        };
        found.into_iter().map(fault).collect()
    }

    /// What a file is that is handed in for a question; nothing when the question asks for none.
    pub fn file(&self, name: &str) -> Option<String> {
        let asked = self.whole.get(name).filter(|asked| asked.is_file())?;
        Some(asked.field.label.clone())
    }

    /// Id of whoever fills it in.
    pub(crate) fn me(&self) -> EntryId {
        crate::request::id_of(self.place().0, self.person)
    }

    fn asks(&self, ctx: Ctx<'_>, field: &FormField) -> bool {
        !(self.unnamed && field.tells_of_somebody(&ctx.world.schemas))
    }

    fn without_own(&self, answers: &Value) -> Value {
        let own: Vec<&str> = self.own.iter().map(|field| &*field.name).collect();
        if own.is_empty() { answers.clone() } else { without(answers, &own) }
    }
}

/// The form of a control, and what it asks of the answers.
fn form_of(control: &CompiledControl) -> (Option<&Name>, &[FormCheck]) {
    match &control.control.kind {
        ControlKind::Request(spec) => (Some(spec.form.get_ref()), &spec.checks),
        ControlKind::Case(spec) => (spec.form.as_ref().map(serde_spanned::Spanned::get_ref), &spec.checks),
        _ => (None, &[]),
    }
}
