//! The functions of the language (specification §4), each with its registers already looked up.

mod people;
mod places;
mod text;
mod time;

pub(super) use places::{Appointments, Grants, Signatures, Training};

use super::frame::{Frame, Gap};
use super::node::{Column, Items, Scalar};
use super::seen::Seen;
use jiff::Timestamp;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Unit;
use schoolkeeper_core::value::Value;

/// One call.
#[derive(Debug)]
pub(super) enum Function {
    /// Time since an instant or the start of a day.
    Age(Scalar),
    /// A day or instant later by a length.
    Add(Scalar, Scalar),
    /// Days of a kind after the first day, up to the second.
    Count(Unit, Scalar, Scalar),
    /// Name of the term a day lies in; empty between terms.
    Term(Scalar),
    /// Since when the entry has its state.
    StateSince(Scalar, Column),
    /// There is such an entry.
    Linked(Scalar, Option<usize>),
    Holds {
        appointments: Box<Appointments>,
        person: Scalar,
        role: Scalar,
        at: Option<Scalar>,
    },
    Granted {
        grants: Box<Grants>,
        request: Scalar,
        to: Vec<Scalar>,
        at: Option<Scalar>,
    },
    Signed {
        signatures: Box<Signatures>,
        agreement: Scalar,
        person: Scalar,
    },
    Trained {
        training: Box<Training>,
        course: Scalar,
        person: Scalar,
    },
    SameSerial(Scalar, Scalar),
    SameName(Scalar, Scalar),
    MatchesAny(Scalar, Items),
    VersionAtLeast(Scalar, Scalar),
    /// The case's step is completed.
    Done(Name, Column),
    /// What was chosen at the case's step; absent until it is completed.
    Step(Name, Column),
}

impl Function {
    /// The answer, or `None` when it is absent.
    pub fn give<'w>(&'w self, frame: &mut Frame<'w>) -> Option<Seen<'w>> {
        match self {
            Self::Age(start) => time::age(frame, start),
            Self::Add(start, length) => time::add(frame, start, length),
            Self::Count(unit, from, to) => time::count(frame, *unit, from, to),
            Self::Term(day) => time::term(frame, day),
            Self::StateSince(entry, column) => time::state_since(frame, entry, *column),
            Self::Linked(entry, register) => people::linked(frame, entry, *register),
            Self::Holds { appointments, person, role, at } => {
                people::holds(frame, appointments, (person, role), at.as_ref())
            }
            Self::Granted { grants, request, to, at } => people::granted(frame, grants, (request, to), at.as_ref()),
            Self::Signed { signatures, agreement, person } => people::signed(frame, signatures, agreement, person),
            Self::Trained { training, course, person } => people::trained(frame, training, course, person),
            Self::SameSerial(left, right) => text::both(frame, left, right, text::same_serial),
            Self::SameName(left, right) => text::both(frame, left, right, text::same_name),
            Self::MatchesAny(whole, list) => text::matches_any(frame, whole, list),
            Self::VersionAtLeast(have, need) => text::version_at_least(frame, have, need),
            Self::Done(step, rows) => completed(frame, step, *rows).map(|step| Seen::Bool(step.is_done())),
            Self::Step(step, rows) => match completed(frame, step, *rows)? {
                Completed::As(value) => Some(value),
                Completed::NotYet => frame.lacks(Gap::Field(rows.register, rows.field)),
            },
        }
    }
}

/// How far a step of a case is.
enum Completed<'w> {
    NotYet,
    As(Seen<'w>),
}

impl Completed<'_> {
    fn is_done(&self) -> bool {
        matches!(self, Self::As(_))
    }
}

/// A step as the latest of its rows says. Each row says itself when it was done, so that a later step does not hide
/// an earlier one.
fn completed<'w>(frame: &mut Frame<'w>, step: &Name, rows: Column) -> Option<Completed<'w>> {
    let case = frame.scene.subject.filter(|(register, _)| *register == rows.register);
    let Some((register, row)) = case else { return frame.lacks(Gap::Scene) };
    let fact = frame.world.table(register).rows[row].facts.get(rows.field).and_then(Option::as_ref);
    let rows = fact.map_or(&[][..], |fact| fact.value.items());
    let mut last = None;
    for row in rows.iter().filter(|row| row.get("name").and_then(Value::as_text) == Some(&**step)) {
        let at = row.get("at").and_then(Value::as_instant).map_or(i64::MIN, Timestamp::as_microsecond);
        if at > frame.at {
            frame.narrow.until(at);
        } else if last.is_none_or(|(known, _)| known <= at) {
            last = Some((at, row));
        }
    }
    let Some((at, row)) = last else { return Some(Completed::NotYet) };
    frame.narrow.from(at);
    Some(Completed::As(row.get("value").map_or(Seen::Empty, Seen::of)))
}
