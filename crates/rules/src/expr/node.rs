//! The checked form of an expression: typed nodes with fields, registers and texts already looked up.
//!
//! Invariant: a node is made only by `check`, so running it cannot meet a wrong type except in a map.

use super::functions::Function;
use super::seen::SECOND;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{Span, Unit};
use schoolkeeper_core::schema::{Absent, Schemas};
use std::sync::Arc;

/// Gives one value.
#[derive(Debug)]
pub(super) enum Scalar {
    Empty,
    Int(i64),
    Number(f64),
    Text(Name),
    /// A length of time written in the policy.
    Length(Span),
    Now,
    Today,
    Subject,
    Actor,
    Act,
    Other(&'static str),
    Local(usize),
    Form,
    SchoolTitle,
    SchoolIsTrust,
    /// A param and the unit a bare number of it counts.
    Param(Name, Option<Unit>),
    /// `entry("name")`.
    Named(Name),
    /// A field of an entry of a register.
    Field(Box<Scalar>, Column),
    /// A named value of a row or map; `true`: a missing one is empty (forms), else absent.
    Part(Box<Scalar>, Name, bool),
    Truth(Box<Test>),
    If(Box<Test>, Box<(Scalar, Scalar)>),
    Arithmetic(Sign, Box<(Scalar, Scalar)>),
    Negative(Box<Scalar>),
    /// A number of units.
    Span(Unit, Box<Scalar>),
    Fold(Fold, Box<Items>),
    Call(Box<Function>),
}

/// A field of a register, by position, and what its schema says of facts about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub register: usize,
    pub field: usize,
    /// Nobody saying anything means *none*.
    pub empty: bool,
    /// Microseconds after which an observation no longer counts; 0: never.
    pub stale: i64,
}

impl Column {
    pub fn of(schemas: &Schemas, register: usize, field: usize) -> Self {
        let schema = &schemas.all()[register].fields[field];
        let seconds = schema.stale_after.map_or(0, |span| span.seconds().unwrap_or_else(|| span.rough_seconds()));
        Self { register, field, empty: schema.absent == Absent::Empty, stale: seconds.saturating_mul(SECOND) }
    }
}

/// Gives a yes-no.
#[derive(Debug)]
pub(super) enum Test {
    Known(bool),
    Is(Scalar),
    Not(Box<Test>),
    And(Box<(Test, Test)>),
    Or(Box<(Test, Test)>),
    If(Box<(Test, Test, Test)>),
    Compare(Order, Box<(Scalar, Scalar)>),
    /// `age(start)` against a length of time.
    Aged(Order, Box<(Scalar, Scalar)>),
    /// A text among fixed ones, sorted.
    AmongTexts(Box<Scalar>, Arc<[Name]>),
    Among(Box<Scalar>, Box<Items>),
    /// Some, all or exactly one of a list; the variable's place.
    Quantity(Quantity, usize, Box<(Items, Test)>),
    Has(Box<Scalar>),
    Call(Box<Function>),
}

/// Gives several values.
#[derive(Debug)]
pub(super) enum Items {
    Written(Vec<Scalar>),
    Texts(Arc<[Name]>),
    /// A list held in a field, row or map.
    Held(Box<Scalar>),
    /// Entries that point to the entry.
    Back {
        of: Box<Scalar>,
        column: Column,
        from: usize,
    },
    Filter(usize, Box<(Items, Test)>),
    Map(usize, Box<(Items, Scalar)>),
    /// Events of the last while; `earlier`: those before it.
    Recent {
        list: Box<Items>,
        time: Column,
        span: Box<Scalar>,
        earlier: bool,
    },
    If(Box<Test>, Box<(Items, Items)>),
}

/// `==`, `<` and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Same,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    /// The answer for a comparison that came out as `sign`.
    pub fn holds(self, sign: i64) -> bool {
        match self {
            Self::Same => sign == 0,
            Self::Differs => sign != 0,
            Self::Less => sign < 0,
            Self::AtMost => sign <= 0,
            Self::More => sign > 0,
            Self::AtLeast => sign >= 0,
        }
    }

    /// The same comparison with its sides exchanged.
    pub fn turned(self) -> Self {
        match self {
            Self::Same | Self::Differs => self,
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

/// `+`, `-`, `*`, `/`, `%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
    Rest,
}

/// `exists`, `all`, `exists_one`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    Some,
    All,
    One,
}

/// One value out of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    Size,
    Sum,
    Average,
    Least,
    Greatest,
}

/// Whether a call is an operator under its CEL name (`_&&_`, `!_`, `@in`).
pub(super) fn is_operator(name: &str) -> bool {
    name == "@in" || name.contains('_') && !name.contains(char::is_alphanumeric)
}
