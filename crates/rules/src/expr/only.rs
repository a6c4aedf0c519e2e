//! Which values of a field an expression can be true for, read from its shape: a rule whose `where` asks for
//! `device.kind == 'laptop'` speaks of laptops only.
//!
//! Invariant: a value that is left out cannot pass; where the shape does not say, nothing is said.

use super::Expression;
use super::check::Node;
use super::node::{Order, Scalar, Test};
use schoolkeeper_core::id::Name;
use std::collections::BTreeSet;

type Values = Option<BTreeSet<Name>>;

impl Expression {
    /// The only values of a field of its subject that it can be true for; `None` when it does not say.
    pub fn only(&self, register: usize, field: usize) -> Values {
        match &self.node {
            Node::Test(test) => of(test, (register, field)),
            Node::Scalar(_) | Node::Items(_) => None,
        }
    }
}

fn of(test: &Test, field: (usize, usize)) -> Values {
    match test {
        Test::And(both) => match (of(&both.0, field), of(&both.1, field)) {
            (Some(one), Some(other)) => Some(one.intersection(&other).cloned().collect()),
            (one, other) => one.or(other),
        },
        Test::Or(either) => Some(&of(&either.0, field)? | &of(&either.1, field)?),
        Test::Compare(Order::Same, sides) => match &**sides {
            (asked, Scalar::Text(value)) | (Scalar::Text(value), asked) if is(asked, field) => {
                Some(BTreeSet::from([value.clone()]))
            }
            _ => None,
        },
        Test::AmongTexts(asked, values) if is(asked, field) => Some(values.iter().cloned().collect()),
        _ => None,
    }
}

fn is(asked: &Scalar, (register, field): (usize, usize)) -> bool {
    match asked {
        Scalar::Field(of, column) => {
            matches!(**of, Scalar::Subject) && (column.register, column.field) == (register, field)
        }
        _ => false,
    }
}
