//! `==`, `<`, `in`.

use super::{Checker, Typed};
use crate::expr::functions::Function;
use crate::expr::node::{Items, Order, Scalar, Test};
use crate::expr::parse::{Kind, Tree};
use crate::expr::types::{Type, nearest};
use schoolkeeper_core::id::Name;
use std::sync::Arc;

impl Checker<'_, '_> {
    pub(super) fn compare(&mut self, tree: &Tree, order: Order, left: &Tree, right: &Tree) -> Option<Typed> {
        let (first, second) = (self.scalar(left), self.scalar(right));
        let ((first, a), (second, b)) = (first?, second?);
        self.choice_known(&a, right)?;
        self.choice_known(&b, left)?;
        let fits = match order {
            Order::Same | Order::Differs => a.equals(&b),
            _ => a.orders(&b) || matches!((&a, &b), (Type::Empty, _) | (_, Type::Empty)),
        };
        if !fits {
            return self.incomparable(tree, (left, &a), (right, &b));
        }
        Some(Typed::test(match (first, second) {
            (Scalar::Call(call), length) if matches!(*call, Function::Age(_)) && b == Type::Span => {
                aged(order, *call, length)?
            }
            (length, Scalar::Call(call)) if matches!(*call, Function::Age(_)) && a == Type::Span => {
                aged(order.turned(), *call, length)?
            }
            (first, second) => Test::Compare(order, Box::new((first, second))),
        }))
    }

    fn incomparable(&mut self, tree: &Tree, left: (&Tree, &Type), right: (&Tree, &Type)) -> Option<Typed> {
        let (a, b) = (self.says(left.1), self.says(right.1));
        let (first, second) = (self.quote(left.0), self.quote(right.0));
        let hint = match (left.1, right.1) {
            (Type::Span, Type::Number) | (Type::Number, Type::Span) => Some(
                "write the length with its unit: `hours(26)`, `days(30)`, or a param such as `\"26 hours\"`".into(),
            ),
            (Type::Date, Type::Instant) | (Type::Instant, Type::Date) => {
                Some("compare days with `today` and instants with `now`".into())
            }
            (Type::Date | Type::Instant, Type::Span) | (Type::Span, Type::Date | Type::Instant) => {
                Some("`age(x)` is the time since `x`; `today - days(30)` is a day".into())
            }
            (Type::Entry(Some(register)), Type::Text | Type::Choice(_)) => {
                let name = &self.env.schemas.all()[*register];
                let field = name.name_field().map(|at| name.fields[at].name.clone());
                field.map(|field| format!("compare a field of it: `{first}.{field} == …`"))
            }
            (a, b) if a == b => {
                Some("only numbers, days, instants and lengths of time come one before the other".into())
            }
            _ => None,
        };
        let subject = if a.starts_with('`') { a } else { format!("`{first}` gives {a}") };
        let message = format!("{subject} and cannot be compared with {b}");
        let message = if b.starts_with('`') { message } else { format!("{message} (`{second}`)") };
        self.problem(&tree.range, message, hint)
    }

    /// A text written beside a choice must be one of the choices.
    pub(super) fn choice_known(&mut self, kind: &Type, literal: &Tree) -> Option<()> {
        let (Type::Choice(choices), Kind::Text(text)) = (kind, &literal.kind) else { return Some(()) };
        if choices.iter().any(|choice| **choice == **text) {
            return Some(());
        }
        let near = nearest(text, choices.iter().map(|choice| &**choice));
        let says = self.says(kind);
        let hint = near.map_or_else(|| format!("it is {says}"), |near| format!("did you mean `{near}`? It is {says}"));
        self.problem(&literal.range, format!("`{text}` is not one of the choices"), Some(hint))
    }

    pub(super) fn among(&mut self, item: &Tree, list: &Tree) -> Option<Typed> {
        let (found, listed) = (self.scalar(item), self.items(list));
        let ((scalar, kind), (items, of, ..)) = (found?, listed?);
        if let Kind::List(written) = &list.kind {
            for one in written {
                self.choice_known(&kind, one)?;
            }
        }
        if !kind.equals(&of) {
            let (a, b) = (self.says(&kind), self.says(&Type::list(of)));
            let quote = self.quote(item);
            return self.problem(&item.range, format!("`{quote}` is {a} and cannot be in {b}"), None);
        }
        Some(Typed::test(match fixed_texts(items) {
            Ok(texts) => Test::AmongTexts(Box::new(scalar), texts),
            Err(items) => Test::Among(Box::new(scalar), Box::new(items)),
        }))
    }
}

fn aged(order: Order, call: Function, length: Scalar) -> Option<Test> {
    match call {
        Function::Age(start) => Some(Test::Aged(order, Box::new((start, length)))),
        _ => None,
    }
}

/// Texts written out, sorted so that they can be searched.
fn fixed_texts(items: Items) -> Result<Arc<[Name]>, Items> {
    let mut texts = match items {
        Items::Texts(texts) => texts.to_vec(),
        Items::Written(written) if written.iter().all(|one| matches!(one, Scalar::Text(_))) => {
            let texts =
                written.into_iter().filter_map(|one| if let Scalar::Text(text) = one { Some(text) } else { None });
            texts.collect()
        }
        other => return Err(other),
    };
    texts.sort();
    Ok(Arc::from(texts))
}
