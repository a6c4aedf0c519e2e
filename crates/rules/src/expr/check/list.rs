//! Functions of lists: `exists`, `all`, `filter`, `map`, `size`, `within`, …

use super::{Checker, Local, Node, Typed};
use crate::expr::limits;
use crate::expr::node::{Column, Fold, Items, Quantity, Scalar, Test};
use crate::expr::parse::{Kind, Tree};
use crate::expr::types::{Type, did_you_mean};
use schoolkeeper_core::schema::FieldType;

/// Functions written after a list, for hints.
const METHODS: [&str; 13] =
    ["exists", "all", "exists_one", "filter", "map", "size", "within", "earlier", "sum", "avg", "min", "max", "count"];

impl Checker<'_, '_> {
    /// `of.name(…)`.
    pub(super) fn method(&mut self, tree: &Tree, of: &Tree, name: &str, arguments: &[Tree]) -> Option<Typed> {
        match (name, arguments) {
            ("exists", [variable, body]) => self.quantity(Quantity::Some, of, variable, body),
            ("all", [variable, body]) => self.quantity(Quantity::All, of, variable, body),
            ("exists_one", [variable, body]) => self.quantity(Quantity::One, of, variable, body),
            ("filter", [variable, body]) => self.filter(of, variable, body),
            ("map", [variable, body]) => self.map(of, variable, body),
            ("size" | "count" | "sum" | "avg" | "min" | "max", []) => self.fold(tree, name, of),
            ("within" | "earlier", [span]) => self.recent(of, span, name == "earlier"),
            _ if METHODS.contains(&name) => {
                let message = format!("`.{name}(…)` is not called with {} values", arguments.len());
                let hint = match name {
                    "exists" | "all" | "exists_one" | "filter" | "map" => {
                        format!("write `.{name}(x, …)` with a variable of your own")
                    }
                    "within" | "earlier" => format!("write `.{name}(days(30))`"),
                    _ => format!("write `.{name}()`"),
                };
                self.problem(&tree.range, message, Some(hint))
            }
            _ => {
                let hint = did_you_mean(name, &METHODS, "functions of lists are");
                self.problem(&tree.range, format!("there is no function `.{name}(…)`"), Some(hint))
            }
        }
    }

    /// Checks a body with a variable bound to the items of a list.
    fn bound<T>(
        &mut self,
        list: (&Tree, Type, usize, Option<usize>),
        variable: &Tree,
        body: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(usize, T)> {
        let (tree, kind, links, path) = list;
        let Kind::Name(name) = &variable.kind else {
            return self.problem(&variable.range, "a variable of your own is needed here, such as `x`".into(), None);
        };
        if self.locals.len() >= limits::COMPREHENSIONS {
            let message = format!("lists may be asked about at most {} deep", limits::COMPREHENSIONS);
            return self.problem(&tree.range, message, Some("split the control in two".into()));
        }
        let taken = self.env.subject.is_some_and(|at| self.env.schemas.all()[at].subject() == *name);
        let fixed = ["it", "now", "today", "param", "school", "actor", "act", "form"].contains(&name.as_str());
        if taken || fixed || self.locals.iter().any(|local| local.name == *name) {
            return self.problem(
                &variable.range,
                format!("`{name}` already means something here"),
                Some("choose another letter".into()),
            );
        }
        self.locals.push(Local { name: name.clone(), kind, links, path });
        let at = self.locals.len() - 1;
        let out = body(self);
        self.locals.pop();
        out.map(|out| (at, out))
    }

    fn quantity(&mut self, quantity: Quantity, of: &Tree, variable: &Tree, body: &Tree) -> Option<Typed> {
        let (items, kind, links, path) = self.items(of)?;
        let (at, test) = self.bound((of, kind, links, path), variable, |this| this.test(body))?;
        Some(Typed::test(Test::Quantity(quantity, at, Box::new((items, test)))))
    }

    fn filter(&mut self, of: &Tree, variable: &Tree, body: &Tree) -> Option<Typed> {
        let (items, kind, links, path) = self.items(of)?;
        let (at, test) = self.bound((of, kind.clone(), links, path), variable, |this| this.test(body))?;
        let node = Node::Items(Items::Filter(at, Box::new((items, test))));
        Some(Typed { node, kind: Type::list(kind), links, path })
    }

    fn map(&mut self, of: &Tree, variable: &Tree, body: &Tree) -> Option<Typed> {
        let (items, kind, links, path) = self.items(of)?;
        let (at, typed) = self.bound((of, kind, links, path), variable, |this| this.typed(body))?;
        let (kind, links, path) = (typed.kind.clone(), typed.links, typed.path);
        let give = self.one(typed, &body.range)?;
        let node = Node::Items(Items::Map(at, Box::new((items, give))));
        Some(Typed { node, kind: Type::list(kind), links, path })
    }

    pub(super) fn fold(&mut self, tree: &Tree, name: &str, of: &Tree) -> Option<Typed> {
        let (items, kind, ..) = self.items(of)?;
        let (fold, fits, gives) = match name {
            "sum" => (Fold::Sum, matches!(kind, Type::Number | Type::Span | Type::Any), kind.clone()),
            "avg" => (Fold::Average, matches!(kind, Type::Number | Type::Span | Type::Any), kind.clone()),
            "min" => (Fold::Least, kind.orders(&kind), kind.clone()),
            "max" => (Fold::Greatest, kind.orders(&kind), kind.clone()),
            _ => (Fold::Size, true, Type::Number),
        };
        if !fits {
            let (says, quote) = (self.says(&kind), self.quote(of));
            let hint = format!("choose a value of each item first: `{quote}.map(x, x.…)`");
            return self.problem(
                &tree.range,
                format!("`{name}` needs numbers or times, and each item is {says}"),
                Some(hint),
            );
        }
        Some(Typed::scalar(Scalar::Fold(fold, Box::new(items)), gives))
    }

    fn recent(&mut self, of: &Tree, span: &Tree, earlier: bool) -> Option<Typed> {
        let (list, kind, links, path) = self.items(of)?;
        let (span, length) = self.length(span)?;
        if !matches!(length, Type::Span | Type::Any) {
            return None;
        }
        let Type::Entry(Some(register)) = kind else {
            let says = self.says(&kind);
            return self.problem(&of.range, format!("a list of events is needed here, and each item is {says}"), None);
        };
        let Some(field) = self.time_of(register) else {
            let id = self.env.schemas.all()[register].id.clone();
            let message = format!("entries of `{id}` have no time, so none is recent");
            return self.problem(
                &of.range,
                message,
                Some("compare a day of them instead: `.filter(x, x.… >= today - days(30))`".into()),
            );
        };
        let time = Column::of(self.env.schemas, register, field);
        self.reads.field(time, path);
        let node = Node::Items(Items::Recent { list: Box::new(list), time, span: Box::new(span), earlier });
        Some(Typed { node, kind: Type::list(kind), links, path })
    }

    /// When an event happened: its first required instant, else its first instant, else its first day.
    fn time_of(&self, register: usize) -> Option<usize> {
        let fields = &self.env.schemas.all()[register].fields;
        let instant = |required: bool| {
            fields.iter().position(|field| field.kind == FieldType::Instant && (field.required || !required))
        };
        instant(true)
            .or_else(|| instant(false))
            .or_else(|| fields.iter().position(|field| field.kind == FieldType::Date))
    }
}
