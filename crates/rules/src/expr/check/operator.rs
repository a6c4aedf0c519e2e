//! Operators: `&& || ! ? :`, arithmetic; comparisons are in `compare`.

use super::{Checker, Node, Typed};
use crate::expr::node::{Items, Order, Scalar, Sign, Test};
use crate::expr::parse::Tree;
use crate::expr::types::Type;

impl Checker<'_, '_> {
    pub(super) fn operator(&mut self, tree: &Tree, name: &str, arguments: &[Tree]) -> Option<Typed> {
        match (name, arguments) {
            ("_&&_" | "_||_", [left, right]) => {
                let (left, right) = (self.test(left), self.test(right));
                let sides = Box::new((left?, right?));
                Some(Typed::test(if name == "_&&_" { Test::And(sides) } else { Test::Or(sides) }))
            }
            ("!_", [of]) => self.test(of).map(|test| Typed::test(Test::Not(Box::new(test)))),
            ("-_", [of]) => self.negative(of),
            ("_?_:_", [test, yes, no]) => self.choose(tree, test, yes, no),
            ("@in", [item, list]) => self.among(item, list),
            ("_==_", [left, right]) => self.compare(tree, Order::Same, left, right),
            ("_!=_", [left, right]) => self.compare(tree, Order::Differs, left, right),
            ("_<_", [left, right]) => self.compare(tree, Order::Less, left, right),
            ("_<=_", [left, right]) => self.compare(tree, Order::AtMost, left, right),
            ("_>_", [left, right]) => self.compare(tree, Order::More, left, right),
            ("_>=_", [left, right]) => self.compare(tree, Order::AtLeast, left, right),
            ("_+_", [left, right]) => self.arithmetic(tree, Sign::Plus, left, right),
            ("_-_", [left, right]) => self.arithmetic(tree, Sign::Minus, left, right),
            ("_*_", [left, right]) => self.arithmetic(tree, Sign::Times, left, right),
            ("_/_", [left, right]) => self.arithmetic(tree, Sign::Over, left, right),
            ("_%_", [left, right]) => self.arithmetic(tree, Sign::Rest, left, right),
            ("_[_]", _) => {
                let hint = "use `.exists(x, …)`, `.filter(x, …)`, `min`, `max`, or `.name` of a map";
                self.problem(
                    &tree.range,
                    "square brackets after a value are not part of the language".into(),
                    Some(hint.into()),
                )
            }
            _ => self.problem(&tree.range, "this operator is not part of the language".into(), None),
        }
    }

    fn negative(&mut self, of: &Tree) -> Option<Typed> {
        let (scalar, kind) = self.scalar(of)?;
        if matches!(kind, Type::Number | Type::Span | Type::Any) {
            return Some(Typed::scalar(Scalar::Negative(Box::new(scalar)), kind));
        }
        let says = self.says(&kind);
        self.problem(&of.range, format!("{says} has no opposite"), Some("use `!` for a yes-no".into()))
    }

    fn choose(&mut self, tree: &Tree, test: &Tree, yes: &Tree, no: &Tree) -> Option<Typed> {
        let (test, left, right) = (self.test(test), self.typed(yes), self.typed(no));
        let (test, left, right) = (test?, left?, right?);
        let Some(kind) = joined(&left.kind, &right.kind) else {
            let (a, b) = (self.says(&left.kind), self.says(&right.kind));
            let message = format!("both sides of `:` must be of one type; these are {a} and {b}");
            return self.problem(&tree.range, message, None);
        };
        let links = left.links.max(right.links);
        if let (Node::Test(_), Node::Test(_)) = (&left.node, &right.node) {
            let (Node::Test(left), Node::Test(right)) = (left.node, right.node) else { return None };
            return Some(Typed::test(Test::If(Box::new((test, left, right)))));
        }
        if matches!(kind, Type::List(_)) {
            let lists = Box::new((as_items(left.node)?, as_items(right.node)?));
            let node = Node::Items(Items::If(Box::new(test), lists));
            return Some(Typed { node, kind, links, path: None });
        }
        let branches = Box::new((self.one(left, &yes.range)?, self.one(right, &no.range)?));
        Some(Typed::scalar(Scalar::If(Box::new(test), branches), kind).reached(links, None))
    }

    fn arithmetic(&mut self, tree: &Tree, sign: Sign, left: &Tree, right: &Tree) -> Option<Typed> {
        let (first, second) = (self.scalar(left), self.scalar(right));
        let ((first, a), (second, b)) = (first?, second?);
        let Some(kind) = result(sign, &a, &b) else {
            let (a, b) = (self.says(&a), self.says(&b));
            let (verb, joins) = match sign {
                Sign::Plus => ("added", "and"),
                Sign::Minus => ("subtracted", "and"),
                Sign::Times => ("multiplied", "and"),
                Sign::Over | Sign::Rest => ("divided", "and"),
            };
            let hint = "lengths of time are written `days(3)`, `hours(26)`; later days `add(today, '10 working days')`";
            return self.problem(&tree.range, format!("{a} {joins} {b} cannot be {verb}"), Some(hint.into()));
        };
        Some(Typed::scalar(Scalar::Arithmetic(sign, Box::new((first, second))), kind))
    }
}

fn joined(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::List(a), Type::List(b)) => joined(a, b).map(Type::list),
        (a, b) => a.join(b),
    }
}

fn as_items(node: Node) -> Option<Items> {
    match node {
        Node::Items(items) => Some(items),
        Node::Scalar(scalar) => Some(Items::Held(Box::new(scalar))),
        Node::Test(_) => None,
    }
}

fn result(sign: Sign, left: &Type, right: &Type) -> Option<Type> {
    use Type::{Any, Date, Instant, Number, Span};
    Some(match (sign, left, right) {
        (_, Any, Number | Any) | (_, Number, Any) => Any,
        (_, Number, Number) => Number,
        (Sign::Plus | Sign::Minus, Span, Span)
        | (Sign::Minus, Date, Date)
        | (Sign::Minus, Instant, Instant)
        | (Sign::Times, Span, Number)
        | (Sign::Times, Number, Span) => Span,
        (Sign::Plus | Sign::Minus, Date, Span) | (Sign::Plus, Span, Date) => Date,
        (Sign::Plus | Sign::Minus, Instant, Span) | (Sign::Plus, Span, Instant) => Instant,
        _ => return None,
    })
}
