//! Examples of a pack, run through the same functions as production.
//!
//! Invariant: an example passes only when everything it names came out; its failure says what was expected and
//! what came. The world of an example is made up: see `build`.

mod act;
mod actor;
mod build;
mod calendar;
mod read;
mod standing;

pub use build::Built;
pub use calendar::standard as standard_calendar;
pub use read::{Reader, moment};

use crate::compiled::CompiledPack;
use crate::decide::Decide;
use schoolkeeper_core::diagnostic::{Diagnostic, Place};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Example, Literal};
use std::collections::BTreeMap;

/// Why an example did not come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was expected and what came, or what could not be read.
    pub message: String,
    /// The example's control in its file.
    pub place: Place,
}

impl Failure {
    /// As a message about the pack.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(&self.message, self.place.clone())
    }
}

/// One example that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Position among the pack's examples.
    pub at: usize,
    /// The control it proves.
    pub control: Name,
    /// What it shows, in words.
    pub title: String,
    /// How it came out.
    pub result: Result<(), Failure>,
}

/// Runs one example. A control that no longer exists fails it.
pub fn run(pack: &CompiledPack, example: &Example) -> Result<(), Failure> {
    try_run(pack, example).map_err(|message| Failure { message, place: pack.pack.place_of(example.control.span()) })
}

/// Runs one example of an act as it would go at a school: with the `decide` that stands in front of the act there and,
/// where a refusal is expected, with the numbers the school set, which may only be stricter than the policy's.
pub fn prove(
    pack: &CompiledPack,
    example: &Example,
    decide: Decide,
    set: &BTreeMap<Name, Literal>,
) -> Result<(), String> {
    let id = example.control.get_ref();
    let control = pack.controls.get(id).ok_or_else(|| format!("there is no control `{id}`"))?;
    let act = example.act.as_ref().ok_or("no act is tried")?;
    let mut example = example.clone();
    if example.expect.as_ref().is_some_and(|expect| expect.get_ref() == "refused") {
        for (name, literal) in set {
            example.param.entry(name.clone()).or_insert_with(|| literal.clone());
        }
        // The words of a refusal may name the number that was set.
        example.message = None;
    }
    let built = Built::of(pack, control, &example)?;
    act::check_by(decide, (pack, control), &example, act, &built)
}

/// Runs every example of a pack; `progress` is told of each one when it is done.
pub fn run_all(pack: &CompiledPack, mut progress: impl FnMut(&Outcome)) -> Vec<Outcome> {
    let examples = &pack.pack.examples;
    let run_one = |(at, example): (usize, &Example)| {
        let outcome = Outcome {
            at,
            control: example.control.get_ref().clone(),
            title: example.title.clone().unwrap_or_else(|| shows(example)),
            result: run(pack, example),
        };
        progress(&outcome);
        outcome
    };
    examples.iter().enumerate().map(run_one).collect()
}

fn try_run(pack: &CompiledPack, example: &Example) -> Result<(), String> {
    let id = example.control.get_ref();
    let control = pack.controls.get(id).ok_or_else(|| format!("there is no control `{id}`"))?;
    let built = Built::of(pack, control, example)?;
    if !example.story.is_empty() {
        return act::story(pack, control, example, &built);
    }
    match &example.act {
        Some(act) => act::check(pack, control, example, act, &built),
        None => standing::check(pack, control, example, &built),
    }
}

/// An example without a title is named by what must come out.
fn shows(example: &Example) -> String {
    let what = example.act.as_ref().map(|act| format!("{} is ", act.name)).unwrap_or_default();
    let expected = example.expect.as_ref().map_or("comes out", |expect| expect.get_ref().as_str());
    let at = example.at.as_deref().map(|at| format!(" at {at}")).unwrap_or_default();
    if example.story.is_empty() {
        format!("{what}{expected}{at}")
    } else {
        format!("a story of {} lines", example.story.len())
    }
}
