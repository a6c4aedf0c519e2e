//! Expressions: CEL text → checked against the schemas → closures over the world.
//!
//! Invariant: absent is an error, never null (Kleene logic); a result carries the window of instants in
//! which time alone cannot change it.

use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use std::ops::Range;

/// What is wrong in an expression; `range` counts bytes within its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One sentence.
    pub message: String,
    /// Where.
    pub range: Range<usize>,
    /// The next step.
    pub hint: Option<String>,
}

/// Three-valued truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Nobody can say.
    Unknown,
}

/// Instants between which time alone cannot change a result: `from` inclusive, `until` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Not before; `None` = always.
    pub from: Option<Timestamp>,
    /// Not from; `None` = for ever.
    pub until: Option<Timestamp>,
}

/// The result of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// The answer.
    pub truth: Truth,
    /// For *unknown*: what would tell.
    pub missing: Vec<Missing>,
    /// How long it holds by itself.
    pub window: Window,
}

/// Where and when an expression is asked.
#[derive(Clone, Debug)]
pub struct Scene<'w> {
    /// Pack, params, world.
    pub ctx: Ctx<'w>,
    /// The instant it is asked for: `now` in the expression, and values first seen later are absent.
    pub at: Timestamp,
    /// `it`: register and row.
    pub subject: Option<(usize, usize)>,
    /// `actor`: row of the register `person`.
    pub actor: Option<usize>,
    /// `act`: its name.
    pub act: Option<&'w str>,
    /// `form`: a [`Value::Map`].
    pub form: Option<&'w Value>,
    /// Other entries by name: `done`, `run`.
    pub others: Vec<(&'static str, (usize, usize))>,
}

impl<'w> Scene<'w> {
    /// Now, with nothing else set.
    pub fn now(ctx: Ctx<'w>) -> Self {
        Self { ctx, at: ctx.world.now, subject: None, actor: None, act: None, form: None, others: Vec::new() }
    }

    /// The same for a subject.
    pub fn of(mut self, register: usize, row: usize) -> Self {
        self.subject = Some((register, row));
        self
    }
}

/// A checked expression as a closure.
#[derive(Debug)]
pub struct Expression {
    text: String,
}

impl Expression {
    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Asks a yes-no expression.
    pub fn test(&self, scene: &Scene<'_>) -> Tested {
        let _ = scene;
        Tested { truth: Truth::Unknown, missing: Vec::new(), window: Window::default() }
    }

    /// Asks an expression of any type: `Err` says what would tell.
    pub fn value(&self, scene: &Scene<'_>) -> (Result<Value, Vec<Missing>>, Window) {
        let _ = scene;
        (Err(Vec::new()), Window::default())
    }

    /// First instant from which the test has given `truth` without a break until `scene.at`,
    /// over values with `held_since` up to that instant (specification §3).
    pub fn since(&self, scene: &Scene<'_>, truth: Truth) -> Timestamp {
        let _ = truth;
        scene.at
    }
}
