//! Calls of functions by name.

use super::{Checker, Typed};
use crate::expr::functions::Function;
use crate::expr::node::{Column, Items, Scalar, Test};
use crate::expr::parse::{Kind, Tree};
use crate::expr::types::{Type, did_you_mean};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{Span, Unit};
use std::sync::Arc;

/// Functions by name and how they are called, for hints.
const FUNCTIONS: [(&str, &str); 32] = [
    ("age", "age(instant)"),
    ("minutes", "minutes(n)"),
    ("hours", "hours(n)"),
    ("days", "days(n)"),
    ("weeks", "weeks(n)"),
    ("months", "months(n)"),
    ("years", "years(n)"),
    ("working_days", "working_days(from, to)"),
    ("school_days", "school_days(from, to)"),
    ("add", "add(date, '10 working days')"),
    ("term", "term(date)"),
    ("state_since", "state_since(it)"),
    ("linked", "linked(reference)"),
    ("holds", "holds(person, 'role'[, at])"),
    ("granted", "granted('request', thing or person[, at])"),
    ("signed", "signed('agreement', person)"),
    ("trained", "trained('course', person)"),
    ("entry", "entry('name')"),
    ("list", "list('name')"),
    ("same_serial", "same_serial(a, b)"),
    ("same_name", "same_name(a, b)"),
    ("matches_any", "matches_any(text, list('name'))"),
    ("version_at_least", "version_at_least(version, '10.0')"),
    ("avg", "avg(list)"),
    ("sum", "sum(list)"),
    ("min", "min(list)"),
    ("max", "max(list)"),
    ("count", "count(list)"),
    ("size", "size(list)"),
    ("has", "has(it.field)"),
    ("done", "done('step')"),
    ("step", "step('step')"),
];

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, tree: &Tree, name: &str, arguments: &[Tree]) -> Option<Typed> {
        match (name, arguments) {
            ("age", [of]) => self.timed(of, Type::Span, Function::Age),
            ("term", [of]) => self.timed(of, Type::Text, Function::Term),
            ("minutes", [n]) => self.span(Unit::Minute, n),
            ("hours", [n]) => self.span(Unit::Hour, n),
            ("days", [n]) => self.span(Unit::Day, n),
            ("weeks", [n]) => self.span(Unit::Week, n),
            ("months", [n]) => self.span(Unit::Month, n),
            ("years", [n]) => self.span(Unit::Year, n),
            ("working_days", [from, to]) => self.days_between(Unit::WorkingDay, from, to),
            ("school_days", [from, to]) => self.days_between(Unit::SchoolDay, from, to),
            ("add", [start, length]) => self.add(start, length),
            ("state_since", [of]) => self.state_since(of),
            ("linked", [of]) => self.linked(of),
            ("holds", [person, role]) => self.holds(tree, person, role, None),
            ("holds", [person, role, at]) => self.holds(tree, person, role, Some(at)),
            ("granted", [request, to @ ..]) if to.len() <= 3 => self.granted(tree, request, to),
            ("signed", [agreement, person]) => self.signed(tree, agreement, person),
            ("trained", [course, person]) => self.trained(tree, course, person),
            ("entry", [name]) => self.named(name),
            ("list", [name]) => self.listed(name),
            ("same_serial", [a, b]) => self.texts(a, b, Function::SameSerial),
            ("same_name", [a, b]) => self.texts(a, b, Function::SameName),
            ("version_at_least", [a, b]) => self.texts(a, b, Function::VersionAtLeast),
            ("matches_any", [text, list]) => self.matches_any(text, list),
            ("avg" | "sum" | "min" | "max" | "count" | "size", [list]) => self.fold(tree, name, list),
            ("has", [of]) => self.scalar(of).map(|(scalar, _)| Typed::test(Test::Has(Box::new(scalar)))),
            ("done", [name]) if self.env.steps.is_some() => self.step(name, true),
            ("step", [name]) if self.env.steps.is_some() => self.step(name, false),
            _ => self.unknown_call(tree, name, arguments.len()),
        }
    }

    fn unknown_call(&mut self, tree: &Tree, name: &str, count: usize) -> Option<Typed> {
        match FUNCTIONS.iter().find(|(known, _)| *known == name) {
            Some((_, "done('step')" | "step('step')")) => {
                let hint = "use it in `close_when`, `stops` and `when` of a case".to_owned();
                self.problem(&tree.range, format!("`{name}(…)` is only known within a case"), Some(hint))
            }
            Some((_, usage)) => {
                let message = format!("`{name}(…)` is not called with {count} values");
                self.problem(&tree.range, message, Some(format!("write `{usage}`")))
            }
            None => {
                let known: Vec<&str> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
                let hint = match crate::expr::types::nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the functions are {}", known.join(", ")),
                };
                self.problem(&tree.range, format!("there is no function `{name}`"), Some(hint))
            }
        }
    }

    /// A part of one of the given types.
    pub(super) fn of_type(
        &mut self,
        tree: &Tree,
        fits: impl Fn(&Type) -> bool,
        wanted: &str,
    ) -> Option<(Scalar, Type)> {
        let found = self.scalar(tree)?;
        self.fitting(tree, found, fits, wanted)
    }

    fn fitting(
        &mut self,
        tree: &Tree,
        (scalar, kind): (Scalar, Type),
        fits: impl Fn(&Type) -> bool,
        wanted: &str,
    ) -> Option<(Scalar, Type)> {
        if fits(&kind) || matches!(kind, Type::Any | Type::Empty) {
            return Some((scalar, kind));
        }
        let (says, quote) = (self.says(&kind), self.quote(tree));
        self.problem(&tree.range, format!("{wanted} is needed here, and `{quote}` is {says}"), None)
    }

    pub(super) fn day(&mut self, tree: &Tree) -> Option<(Scalar, Type)> {
        self.of_type(tree, |kind| matches!(kind, Type::Date | Type::Instant), "a day or an instant")
    }

    pub(super) fn text_of(&mut self, tree: &Tree) -> Option<Scalar> {
        let found = self.of_type(tree, |kind| matches!(kind, Type::Text | Type::Choice(_)), "a text")?;
        Some(found.0)
    }

    /// A written text, for names that must be known before anything runs.
    pub(super) fn written_name<'n>(&mut self, tree: &'n Tree, what: &str) -> Option<&'n str> {
        if let Kind::Text(text) = &tree.kind {
            return Some(text);
        }
        self.problem(&tree.range, format!("the name of {what} must be written out here, in single quotes"), None)
    }

    fn timed(&mut self, of: &Tree, gives: Type, function: fn(Scalar) -> Function) -> Option<Typed> {
        let (of, _) = self.day(of)?;
        Some(Typed::scalar(Scalar::Call(Box::new(function(of))), gives))
    }

    fn span(&mut self, unit: Unit, count: &Tree) -> Option<Typed> {
        if let Kind::Int(count) = count.kind
            && let Ok(count) = i32::try_from(count)
        {
            return Some(Typed::scalar(Scalar::Length(Span { count, unit }), Type::Span));
        }
        let (scalar, kind) = self.scalar(count)?;
        if let (Scalar::Param(_, Some(_)), Type::Span) = (&scalar, &kind) {
            // A param that counts days is a length already: `days(param.gap)` and `param.gap` are the same.
            return Some(Typed::scalar(scalar, kind));
        }
        let count = self.fitting(count, (scalar, kind), |kind| *kind == Type::Number, "a number")?.0;
        Some(Typed::scalar(Scalar::Span(unit, Box::new(count)), Type::Span))
    }

    /// A length of time: a span, or its text.
    pub(super) fn length(&mut self, tree: &Tree) -> Option<(Scalar, Type)> {
        if let Kind::Text(text) = &tree.kind {
            return match text.parse::<Span>() {
                Ok(span) => Some((Scalar::Length(span), Type::Span)),
                Err(error) => self.problem(&tree.range, error.to_string(), None),
            };
        }
        self.of_type(tree, |kind| *kind == Type::Span, "a length of time such as `days(30)`")
    }

    fn days_between(&mut self, unit: Unit, from: &Tree, to: &Tree) -> Option<Typed> {
        let (from, to) = (self.day(from), self.day(to));
        let function = Function::Count(unit, from?.0, to?.0);
        Some(Typed::scalar(Scalar::Call(Box::new(function)), Type::Number))
    }

    fn add(&mut self, start: &Tree, length: &Tree) -> Option<Typed> {
        let (start, length) = (self.day(start), self.length(length));
        let ((start, kind), (length, _)) = (start?, length?);
        Some(Typed::scalar(Scalar::Call(Box::new(Function::Add(start, length))), kind))
    }

    fn state_since(&mut self, of: &Tree) -> Option<Typed> {
        let typed = self.typed(of)?;
        let (kind, path) = (typed.kind.clone(), typed.path);
        let entry = self.one(typed, &of.range)?;
        let Type::Entry(Some(register)) = kind else {
            let says = self.says(&kind);
            return self.problem(&of.range, format!("an entry is needed here, and this is {says}"), None);
        };
        let schema = &self.env.schemas.all()[register];
        let Some((field, _)) = schema.field("state") else {
            return self.problem(&of.range, format!("entries of `{}` have no states", schema.id), None);
        };
        let column = Column::of(self.env.schemas, register, field);
        self.reads.field(column, path);
        Some(Typed::scalar(Scalar::Call(Box::new(Function::StateSince(entry, column))), Type::Instant))
    }

    fn named(&mut self, name: &Tree) -> Option<Typed> {
        let text = self.written_name(name, "an entry")?;
        let Some((name, entry)) = self.env.pack.entries.get_key_value(text) else {
            let known: Vec<&str> = self.env.pack.entries.keys().map(|name| &**name).collect();
            let hint = did_you_mean(text, &known, "its entries are");
            return self.problem(&name.range, format!("the policy has no `[entry]` named `{text}`"), Some(hint));
        };
        let register = self.env.schemas.index(entry.register.get_ref());
        if let Some(register) = register {
            self.reads.whole(register);
        }
        Some(Typed::scalar(Scalar::Named(name.clone()), Type::Entry(register)))
    }

    fn listed(&mut self, name: &Tree) -> Option<Typed> {
        let text = self.written_name(name, "a list")?;
        let Some(list) = self.env.pack.lists.get(text) else {
            let known: Vec<&str> = self.env.pack.lists.keys().map(|name| &**name).collect();
            let hint = did_you_mean(text, &known, "its lists are");
            return self.problem(&name.range, format!("the policy has no `[list]` named `{text}`"), Some(hint));
        };
        let texts: Arc<[Name]> = list.items.iter().map(|item| Name::from(item.as_str())).collect();
        Some(Typed::items(Items::Texts(texts), Type::Text))
    }

    fn texts(&mut self, a: &Tree, b: &Tree, function: fn(Scalar, Scalar) -> Function) -> Option<Typed> {
        let (a, b) = (self.text_of(a), self.text_of(b));
        Some(Typed::test(Test::Call(Box::new(function(a?, b?)))))
    }

    fn matches_any(&mut self, text: &Tree, list: &Tree) -> Option<Typed> {
        let (text, listed) = (self.text_of(text), self.items(list));
        let (items, of, ..) = listed?;
        if !matches!(of, Type::Text | Type::Choice(_) | Type::Any) {
            return self.problem(
                &list.range,
                "a list of texts is needed here".into(),
                Some("use `list('name')`".into()),
            );
        }
        Some(Typed::test(Test::Call(Box::new(Function::MatchesAny(text?, items)))))
    }
}
