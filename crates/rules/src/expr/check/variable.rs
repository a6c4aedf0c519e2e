//! Variables and written values.

use super::{Checker, Typed};
use crate::expr::environment::Form;
use crate::expr::node::{Items, Scalar};
use crate::expr::parse::Tree;
use crate::expr::reads::SUBJECT;
use crate::expr::types::{Type, nearest, quoted};
use std::ops::Range;

impl Checker<'_, '_> {
    pub(super) fn variable(&mut self, name: &str, range: &Range<usize>) -> Option<Typed> {
        if let Some(at) = self.locals.iter().rposition(|local| local.name == name) {
            let local = &self.locals[at];
            return Some(Typed::scalar(Scalar::Local(at), local.kind.clone()).reached(local.links, local.path));
        }
        if let Some(register) =
            self.env.subject.filter(|&at| name == "it" || name == self.env.schemas.all()[at].subject())
        {
            let subject = Typed::scalar(Scalar::Subject, Type::Entry(Some(register)));
            return Some(subject.reached(0, Some(SUBJECT)));
        }
        if let Some((other, register)) = self.env.others.iter().find(|(other, _)| *other == name) {
            return Some(Typed::scalar(Scalar::Other(other), Type::Entry(Some(*register))));
        }
        match name {
            "now" => Some(Typed::scalar(Scalar::Now, Type::Instant)),
            "today" => Some(Typed::scalar(Scalar::Today, Type::Date)),
            "actor" if self.env.acts => {
                Some(Typed::scalar(Scalar::Actor, Type::Entry(self.env.schemas.index("person"))))
            }
            "act" if self.env.acts => Some(Typed::scalar(Scalar::Act, Type::Text)),
            "form" if !matches!(self.env.form, Form::None) => Some(Typed::scalar(Scalar::Form, Type::Map)),
            "param" | "school" => {
                let hint =
                    if name == "param" { "write `param.NAME`" } else { "write `school.title` or `school.trust`" };
                self.problem(range, format!("`{name}` is not a value by itself"), Some(hint.into()))
            }
            _ => self.unknown_variable(name, range),
        }
    }

    /// Every variable of this place.
    fn variables(&self) -> Vec<String> {
        let mut known: Vec<String> = self.locals.iter().map(|local| local.name.clone()).collect();
        if let Some(register) = self.env.subject {
            known.extend([self.env.schemas.all()[register].subject(), "it".into()]);
        }
        known.extend(self.env.others.iter().map(|(name, _)| (*name).to_owned()));
        known.extend(["now", "today", "param", "school"].map(str::to_owned));
        if self.env.acts {
            known.extend(["actor", "act"].map(str::to_owned));
        }
        if !matches!(self.env.form, Form::None) {
            known.push("form".into());
        }
        known
    }

    fn unknown_variable(&mut self, name: &str, range: &Range<usize>) -> Option<Typed> {
        let known = self.variables();
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? Known here: {}", quoted(&known)),
            None if self.env.schemas.by_subject(name).is_some() => {
                format!("this expression is not about `{name}`; known here: {}", quoted(&known))
            }
            None => format!("texts stand in single quotes; known here: {}", quoted(&known)),
        };
        self.problem(range, format!("there is no variable `{name}` here"), Some(hint))
    }

    /// `[a, b]`.
    pub(super) fn written(&mut self, items: &[Tree]) -> Option<Typed> {
        let mut kind: Option<Type> = None;
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let (scalar, of) = self.scalar(item)?;
            let before = kind.unwrap_or_else(|| of.clone());
            let Some(joined) = before.join(&of) else {
                let (a, b) = (self.says(&before), self.says(&of));
                let hint = Some("write values of one type".into());
                return self.problem(&item.range, format!("a list holds {a} and {b}"), hint);
            };
            kind = Some(joined);
            out.push(scalar);
        }
        Some(Typed::items(Items::Written(out), kind.unwrap_or(Type::Any)))
    }
}
