//! Expressions: CEL text → checked against the schemas → typed nodes that run over the world.
//!
//! Invariant: absent is an error, never null (Kleene logic); a result carries the window of instants in
//! which time alone cannot change it.

mod check;
mod environment;
mod frame;
mod functions;
pub mod limits;
mod node;
mod only;
mod parse;
pub mod reads;
mod run;
mod seen;
mod since;
mod types;
mod window;

pub use environment::{Environment, Form, Want};
pub use reads::{Affected, Read, Reads, affected_subjects};
pub use window::Window;

use crate::judge::Ctx;
use check::{Checked, Node};
use frame::Frame;
use jiff::Timestamp;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use seen::Seen;
use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

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

/// A checked expression, ready to run.
#[derive(Debug)]
pub struct Expression {
    text: String,
    node: Node,
    reads: Reads,
}

impl Expression {
    /// Reads and checks a text; every problem at once, unless the text cannot be parsed.
    pub fn compile(text: &str, environment: &Environment<'_>, want: Want) -> Result<Self, Vec<Problem>> {
        let Checked { node, reads } = check::check(text, environment, want)?;
        Ok(Self { text: text.to_owned(), node, reads })
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it reads.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Asks a yes-no expression.
    pub fn test(&self, scene: &Scene<'_>) -> Tested {
        let mut frame = Frame::new(scene);
        let truth = match &self.node {
            Node::Test(test) => test.ask(&mut frame),
            Node::Scalar(scalar) => scalar.truth(&mut frame),
            Node::Items(_) => Truth::Unknown,
        };
        let window = frame.narrow.window();
        let missing = if truth == Truth::Unknown { frame.missing() } else { Vec::new() };
        Tested { truth, missing, window }
    }

    /// The courses it asks of people, were nothing known of anybody's training: course and person, each once.
    pub fn courses(&self, scene: &Scene<'_>) -> BTreeSet<(Name, EntryId)> {
        let mut frame = Frame::new(scene);
        frame.courses = Some(Vec::new());
        match &self.node {
            Node::Test(test) => drop(test.ask(&mut frame)),
            Node::Scalar(scalar) => drop(scalar.truth(&mut frame)),
            Node::Items(_) => {}
        }
        frame.courses.into_iter().flatten().map(|(course, person)| (Name::from(course), person)).collect()
    }

    /// Asks an expression of any type: `Err` says what would tell.
    pub fn value(&self, scene: &Scene<'_>) -> (Result<Value, Vec<Missing>>, Window) {
        let mut frame = Frame::new(scene);
        let value = match &self.node {
            Node::Test(test) => match test.ask(&mut frame) {
                Truth::Unknown => None,
                truth => Some(Value::Bool(truth == Truth::True)),
            },
            Node::Scalar(scalar) => scalar.get(&mut frame).map(|value| owned(&frame, value)),
            Node::Items(items) => {
                let mut out = Vec::new();
                let reach = items.each(&mut frame, &mut |frame, item| {
                    out.push(owned(frame, item));
                    ControlFlow::Continue(())
                });
                (reach == run::Reach::All).then(|| Value::List(out.into()))
            }
        };
        let window = frame.narrow.window();
        (value.ok_or_else(|| frame.missing()), window)
    }
}

/// A value that outlives the asking.
fn owned(frame: &Frame<'_>, value: Seen<'_>) -> Value {
    let id_of = |register: usize, row: usize| -> EntryId { frame.world.table(register).rows[row].id };
    value.value(id_of)
}
