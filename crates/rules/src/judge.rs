//! What every engine gives for one control: a judgement per subject and some for the control as a whole.
//!
//! Invariant: a control's result is only ever a fold of its judgements, so that a clause's `about` can
//! narrow the subjects without asking the engine again.

use crate::compiled::CompiledPack;
use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::{ControlResult, Finding, KnownBy, Missing, Standing};
use schoolkeeper_core::world::{Params, World};

/// What every engine is given.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'w> {
    /// The policy, compiled.
    pub pack: &'w CompiledPack,
    /// Its numbers at this school.
    pub params: &'w Params,
    /// The world; `world.now` is the instant.
    pub world: &'w World,
}

/// How one subject (or the control as a whole) stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Register and row; `None` for the control as a whole, which is not counted as a subject.
    pub subject: Option<(usize, usize)>,
    /// Its standing.
    pub standing: Standing,
    /// Not kept, but permitted: counted apart, no finding.
    pub excused: bool,
    /// How it is known.
    pub known_by: Option<KnownBy>,
    /// First instant of this standing, for findings.
    pub since: Option<Timestamp>,
    /// When a grace or a window ends.
    pub due_at: Option<Timestamp>,
    /// The day somebody must act by.
    pub due_on: Option<Date>,
    /// The problem in words, for findings.
    pub message: Option<String>,
    /// What would tell.
    pub missing: Vec<Missing>,
    /// First instant at which time alone may change this.
    pub valid_until: Option<Timestamp>,
}

impl Judgement {
    /// A judgement of the control as a whole.
    pub fn whole(standing: Standing) -> Self {
        Self {
            subject: None,
            standing,
            excused: false,
            known_by: None,
            since: None,
            due_at: None,
            due_on: None,
            message: None,
            missing: Vec::new(),
            valid_until: None,
        }
    }

    /// A judgement of one subject.
    pub fn of(register: usize, row: usize, standing: Standing) -> Self {
        Self { subject: Some((register, row)), ..Self::whole(standing) }
    }

    /// The control as a whole is not known, because of this.
    pub fn missing(missing: Missing) -> Self {
        Self { missing: vec![missing], ..Self::whole(Standing::Unknown) }
    }

    /// Sets how it is known.
    pub fn known_by(mut self, known_by: KnownBy) -> Self {
        self.known_by = Some(known_by);
        self
    }

    /// It holds no longer than this, either.
    pub fn until_also(mut self, until: Option<Timestamp>) -> Self {
        self.valid_until = least(self.valid_until, until);
        self
    }

    /// This is not known: *unknown*, unless it is worse already.
    pub fn unknown(&mut self, missing: Missing) {
        self.standing = self.standing.max(Standing::Unknown);
        self.missing.push(missing);
    }

    /// Sets until when it holds.
    pub fn until(mut self, valid_until: Option<Timestamp>) -> Self {
        self.valid_until = valid_until;
        self
    }
}

/// A subject that holds, in few bytes: most of a healthy school is this.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// Its register.
    pub register: u32,
    /// Its row.
    pub row: u32,
    /// How it is known.
    pub known_by: KnownBy,
    /// First instant at which time alone may change this.
    pub valid_until: Option<Timestamp>,
}

/// All judgements of one control.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Subjects and whole, in the engine's order.
    pub all: Vec<Judgement>,
    /// Subjects that hold and of which there is no more to say, by row; the others stand in `all`.
    pub kept: Vec<Kept>,
}

impl Judged {
    /// Judgements, each with everything there is to say.
    pub fn of(all: Vec<Judgement>) -> Self {
        Self { all, kept: Vec::new() }
    }

    /// Folds the judgements whose subject passes `keep`; those of the whole control always count.
    /// A fold of nothing is *kept* only when the engine said so with a judgement of the whole.
    /// `known_by` is the weakest among the judgements that decided: those with the worst standing.
    pub fn fold(&self, control: &Name, world: &World, keep: impl Fn(usize, usize) -> bool) -> ControlResult {
        let mut out = ControlResult::none(control.clone());
        for judgement in &self.all {
            if judgement.subject.is_some_and(|(register, row)| !keep(register, row)) {
                continue;
            }
            take(&mut out, judgement, world);
        }
        for kept in self.kept.iter().filter(|kept| keep(kept.register as usize, kept.row as usize)) {
            out.counts.add(Standing::Kept);
            decide(&mut out, Standing::Kept, Some(kept.known_by));
            out.valid_until = least(out.valid_until, kept.valid_until);
        }
        out.missing.sort();
        out.missing.dedup();
        out
    }
}

/// Adds one judgement. A subject that stands at *none* (a `where` that is false for now) is not counted;
/// it only says until when that holds.
fn take(out: &mut ControlResult, judgement: &Judgement, world: &World) {
    let standing = if judgement.excused { Standing::Kept } else { judgement.standing };
    match judgement.subject {
        Some(_) if judgement.excused => out.counts.add_excused(),
        Some(_) if standing != Standing::None => out.counts.add(standing),
        _ => {}
    }
    decide(out, standing, judgement.known_by);
    out.valid_until = least(out.valid_until, judgement.valid_until);
    out.due_on = least(out.due_on, judgement.due_on);
    if standing >= Standing::Unknown {
        out.missing.extend(judgement.missing.iter().cloned());
    }
    if !judgement.excused && matches!(standing, Standing::Broken | Standing::Due) {
        out.findings.push(Finding {
            control: out.control.clone(),
            subject: judgement.subject.map(|(register, row)| entry_id(world, register, row)),
            standing,
            since: judgement.since.unwrap_or(world.now),
            due_at: judgement.due_at,
            message: judgement.message.clone().unwrap_or_default(),
        });
    }
}

/// The worst standing decides, and the weakest way in which it is known.
fn decide(out: &mut ControlResult, standing: Standing, known_by: Option<KnownBy>) {
    if standing > out.standing {
        (out.standing, out.known_by) = (standing, known_by);
    } else if standing == out.standing {
        out.known_by = least(out.known_by, known_by);
    }
}

/// The lesser of two, where nothing is greater than anything.
pub fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}

fn entry_id(world: &World, register: usize, row: usize) -> EntryId {
    world.table(register).rows[row].id
}
