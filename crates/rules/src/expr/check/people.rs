//! Calls over people's records, and steps of cases.

use super::{Checker, Typed};
use crate::expr::functions::{Appointments, Function, Grants, Signatures, Training};
use crate::expr::node::{Column, Scalar, Test};
use crate::expr::parse::{Kind, Tree};
use crate::expr::reads::SUBJECT;
use crate::expr::types::{Type, did_you_mean};
use schoolkeeper_core::control::StepKind;
use schoolkeeper_core::permission::BaseRole;
use std::sync::Arc;

impl Checker<'_, '_> {
    fn ask(function: Function) -> Typed {
        Typed::test(Test::Call(Box::new(function)))
    }

    fn entry_of(&mut self, tree: &Tree, wanted: &str) -> Option<(Scalar, Option<usize>)> {
        let (scalar, kind) = self.of_type(tree, |kind| matches!(kind, Type::Entry(_)), wanted)?;
        let register = if let Type::Entry(register) = kind { register } else { None };
        Some((scalar, register))
    }

    fn person_of(&mut self, tree: &Tree) -> Option<Scalar> {
        let (scalar, register) = self.entry_of(tree, "a person")?;
        match register {
            Some(at) if Some(at) != self.env.schemas.index("person") => {
                let (id, quote) = (self.env.schemas.all()[at].id.clone(), self.quote(tree));
                self.problem(&tree.range, format!("a person is needed here, and `{quote}` is an entry of `{id}`"), None)
            }
            _ => Some(scalar),
        }
    }

    /// Says that a register this function needs is not declared.
    fn undeclared(&mut self, tree: &Tree, name: &str, register: &str) -> Option<Typed> {
        let message = format!("`{name}(…)` reads the register `{register}`, which no file declares");
        self.problem(&tree.range, message, Some(format!("declare `registers/{register}.toml`")))
    }

    pub(super) fn linked(&mut self, of: &Tree) -> Option<Typed> {
        let (entry, register) = self.entry_of(of, "a reference")?;
        if let Some(register) = register {
            self.reads.whole(register);
        }
        Some(Self::ask(Function::Linked(entry, register)))
    }

    pub(super) fn holds(&mut self, tree: &Tree, person: &Tree, role: &Tree, at: Option<&Tree>) -> Option<Typed> {
        if let Kind::Text(name) = &role.kind
            && !self.env.pack.roles.contains_key(name.as_str())
            && !self.is_base_role(name)
        {
            let known: Vec<&str> = self.env.pack.roles.keys().map(|name| &**name).collect();
            let hint = did_you_mean(name, &known, "its roles are");
            return self.problem(&role.range, format!("the policy has no role `{name}`"), Some(hint));
        }
        let at = match at {
            Some(at) => Some(self.day(at)?.0),
            None => None,
        };
        let (person, role) = (self.person_of(person), self.text_of(role));
        let (person, role) = (person?, role?);
        let follows = self.env.pack.roles.iter().filter_map(|(name, role)| Some((name.clone(), role.held_by.clone()?)));
        let Some(appointments) = Appointments::new(self.env.schemas, follows.collect()) else {
            return self.undeclared(tree, "holds", "appointment");
        };
        self.reads.whole(appointments.register);
        Some(Self::ask(Function::Holds { appointments: Box::new(appointments), person, role, at }))
    }

    /// A post that a role of the policy follows, or a role of the permission table, may be held without being listed.
    fn is_base_role(&self, name: &str) -> bool {
        let roles = self.env.pack.roles.values();
        roles.filter_map(|role| role.held_by.as_deref()).any(|post| post == name) || BaseRole::from_name(name).is_some()
    }

    /// `granted(request, people and things…[, at])`: the last value is the day when it is one.
    pub(super) fn granted(&mut self, tree: &Tree, request: &Tree, to: &[Tree]) -> Option<Typed> {
        if let Kind::Text(name) = &request.kind {
            self.control_known(request, name, "request")?;
        }
        let request = self.text_of(request)?;
        let (mut entries, mut at) = (Vec::new(), None);
        for (place, one) in to.iter().enumerate() {
            let (scalar, kind) = self.scalar(one)?;
            match kind {
                Type::Entry(_) | Type::Any | Type::Empty => entries.push(scalar),
                Type::Date | Type::Instant if place + 1 == to.len() => at = Some(scalar),
                kind => {
                    let (says, quote) = (self.says(&kind), self.quote(one));
                    let hint = "write `granted('request', thing or person[, day])`";
                    return self.problem(
                        &one.range,
                        format!("a thing, a person or a day is needed here, and `{quote}` is {says}"),
                        Some(hint.into()),
                    );
                }
            }
        }
        let Some(grants) = Grants::new(self.env.schemas) else { return self.undeclared(tree, "granted", "grant") };
        self.reads.whole(grants.register);
        Some(Self::ask(Function::Granted { grants: Box::new(grants), request, to: entries, at }))
    }

    pub(super) fn signed(&mut self, tree: &Tree, agreement: &Tree, person: &Tree) -> Option<Typed> {
        if let Kind::Text(name) = &agreement.kind {
            self.control_known(agreement, name, "agreement")?;
        }
        let (agreement, person) = (self.text_of(agreement), self.person_of(person));
        let (agreement, person) = (agreement?, person?);
        let Some(signatures) = Signatures::new(self.env.schemas) else {
            return self.undeclared(tree, "signed", "signature");
        };
        self.reads.whole(signatures.register);
        self.reads.whole(signatures.published.register);
        Some(Self::ask(Function::Signed { signatures: Box::new(signatures), agreement, person }))
    }

    pub(super) fn trained(&mut self, tree: &Tree, course: &Tree, person: &Tree) -> Option<Typed> {
        let (course, person) = (self.text_of(course), self.person_of(person));
        let (course, person) = (course?, person?);
        let Some(training) = Training::new(self.env.schemas) else {
            return self.undeclared(tree, "trained", "training");
        };
        self.reads.whole(training.register);
        Some(Self::ask(Function::Trained { training: Box::new(training), course, person }))
    }

    /// A control of this type must have that name.
    fn control_known(&mut self, tree: &Tree, name: &str, kind: &str) -> Option<()> {
        let controls = self.env.pack.controls.values().filter(|control| control.kind.name() == kind);
        let known: Vec<&str> = controls.map(|control| &*control.id).collect();
        if known.contains(&name) {
            return Some(());
        }
        let hint = did_you_mean(name, &known, &format!("its {kind} controls are"));
        self.problem(&tree.range, format!("the policy has no control `{name}` of type `{kind}`"), Some(hint))
    }

    /// `done('step')` and `step('step')`.
    pub(super) fn step(&mut self, tree: &Tree, done: bool) -> Option<Typed> {
        let name = self.written_name(tree, "a step")?;
        let steps = self.env.steps.unwrap_or_default();
        let Some(step) = steps.iter().find(|step| &*step.name == name) else {
            let known: Vec<&str> = steps.iter().map(|step| &*step.name).collect();
            let hint = did_you_mean(name, &known, "its steps are");
            return self.problem(&tree.range, format!("the case has no step `{name}`"), Some(hint));
        };
        let Some(rows) = self.step_rows() else { return self.undeclared(tree, "step", "case") };
        self.reads.field(rows, Some(SUBJECT));
        if done {
            return Some(Self::ask(Function::Done(step.name.clone(), rows)));
        }
        let chooses = step.kind == StepKind::Choose && !step.choices.is_empty();
        let kind = if chooses { Type::Choice(Arc::from(step.choices.as_slice())) } else { Type::Text };
        Some(Typed::scalar(Scalar::Call(Box::new(Function::Step(step.name.clone(), rows))), kind))
    }

    fn step_rows(&self) -> Option<Column> {
        let register = self.env.schemas.index("case")?;
        let (field, _) = self.env.schemas.all()[register].field("steps")?;
        Some(Column::of(self.env.schemas, register, field))
    }
}
