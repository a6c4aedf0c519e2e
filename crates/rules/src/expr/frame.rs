//! What one asking of an expression carries: the scene, the window so far, and what was missing.
//!
//! Invariant: whatever is read narrows the window to the instants at which the reading would be the same.

use super::node::Column;
use super::seen::{Seen, day_number};
use super::window::Narrow;
use super::{Scene, Truth};
use schoolkeeper_core::calendar::Beyond;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::world::{Entry, World};

/// Deepest nesting of comprehension variables.
const LOCALS: usize = super::limits::COMPREHENSIONS;
/// Most missing things named in one answer.
const MOST_GAPS: usize = 16;

/// Why something is absent. Small, because it is often thrown away again.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Gap<'w> {
    Field(usize, usize),
    Census(usize),
    Param(&'w Name),
    Entry(&'w Name),
    Calendar(Beyond),
    /// A part of the scene that was not given; nothing to tell people.
    Scene,
}

/// One asking.
pub(super) struct Frame<'w> {
    pub scene: &'w Scene<'w>,
    pub world: &'w World,
    /// Microseconds since 1970.
    pub at: i64,
    pub narrow: Narrow,
    pub gaps: Vec<Gap<'w>>,
    pub locals: [Seen<'w>; LOCALS],
    /// Courses that were asked of people, for whoever collects them; then nobody's training is known.
    pub courses: Option<Vec<(&'w str, EntryId)>>,
    today: Option<i32>,
}

impl<'w> Frame<'w> {
    pub fn new(scene: &'w Scene<'w>) -> Self {
        Self {
            scene,
            world: scene.ctx.world,
            at: scene.at.as_microsecond(),
            narrow: Narrow::ALWAYS,
            gaps: Vec::new(),
            locals: [Seen::Empty; LOCALS],
            courses: None,
            today: None,
        }
    }

    /// The register at a position.
    pub fn register(&self, at: usize) -> &'w Register {
        &self.world.schemas.all()[at]
    }

    /// Notes what was absent.
    pub fn lacks<T>(&mut self, gap: Gap<'w>) -> Option<T> {
        if self.gaps.len() < MOST_GAPS && !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
        None
    }

    /// Notes that the calendar ends.
    pub fn calendar<T>(&mut self, answer: Result<T, Beyond>) -> Option<T> {
        match answer {
            Ok(value) => Some(value),
            Err(beyond) => self.lacks(Gap::Calendar(beyond)),
        }
    }

    /// Today's number, without narrowing.
    pub fn today(&mut self) -> i32 {
        let (world, at) = (self.world, self.scene.at);
        *self.today.get_or_insert_with(|| day_number(world.calendar.day(at)))
    }

    /// Microseconds at which a day begins.
    pub fn start_of(&self, day: i32) -> i64 {
        self.world.calendar.start_of(super::seen::date_of(day)).as_microsecond()
    }

    /// The answer holds until the day ends.
    pub fn only_today(&mut self) {
        let today = self.today();
        self.narrow.from(self.start_of(today));
        self.narrow.until(self.start_of(today + 1));
    }

    /// The entry at a row, when it exists at this instant.
    pub fn entry(&mut self, register: usize, row: usize) -> Option<&'w Entry> {
        let entry = self.world.table(register).rows.get(row)?;
        let since = entry.since.as_microsecond();
        if since > self.at {
            self.narrow.until(since);
            return None;
        }
        self.narrow.from(since);
        Some(entry)
    }

    /// What is known of a field at this instant; the same as `World::value_at` says.
    pub fn field(&mut self, register: usize, row: usize, field: usize) -> Option<Seen<'w>> {
        self.read(row, Column::of(&self.world.schemas, register, field))
    }

    /// The same without asking the schema again.
    pub fn read(&mut self, row: usize, column: Column) -> Option<Seen<'w>> {
        let lacks = Gap::Field(column.register, column.field);
        let facts = &self.world.table(column.register).rows[row].facts;
        let Some(fact) = facts.get(column.field).and_then(Option::as_ref) else {
            return if column.empty { Some(Seen::Empty) } else { self.lacks(lacks) };
        };
        let held = fact.held_since.as_microsecond();
        if held > self.at {
            self.narrow.until(held);
            return self.lacks(lacks);
        }
        self.narrow.from(held);
        if column.stale > 0 {
            let end = fact.at.as_microsecond().saturating_add(column.stale);
            if end <= self.at {
                self.narrow.from(end);
                return self.lacks(lacks);
            }
            self.narrow.until(end);
        }
        Some(Seen::of(&fact.value))
    }

    /// Register and row of an entry or reference; `None` = there is no such entry.
    pub fn find(&mut self, value: Seen<'w>, register: Option<usize>) -> Option<(usize, usize)> {
        let (register, row) = match (value, register) {
            (Seen::Entry(register, row), _) => (register, row),
            (Seen::Ref(id), Some(register)) => (register, self.world.table(register).row(id)?),
            (Seen::Ref(id), None) => self.world.find(id)?,
            _ => return None,
        };
        self.entry(register, row).map(|_| (register, row))
    }

    /// Whether a register's list is complete at this instant.
    pub fn is_closed(&mut self, register: usize) -> bool {
        if self.register(register).closed {
            return true;
        }
        match self.world.table(register).closed_until(self.scene.at) {
            Some(end) => {
                self.narrow.until(end.as_microsecond());
                true
            }
            None => self.lacks::<()>(Gap::Census(register)).is_some(),
        }
    }

    /// Keeps only what is missing when the answer is not known.
    pub fn settle(&mut self, mark: usize, truth: Truth) -> Truth {
        if truth != Truth::Unknown {
            self.gaps.truncate(mark);
        }
        truth
    }

    /// What was missing, in words the rest of the product knows.
    pub fn missing(self) -> Vec<Missing> {
        let schemas = &self.world.schemas;
        let name = |register: usize| schemas.all()[register].id.clone();
        let told = self.gaps.into_iter().filter_map(|gap| {
            Some(match gap {
                Gap::Field(at, field) => {
                    Missing::Field { register: name(at), field: schemas.all()[at].fields[field].name.clone() }
                }
                Gap::Census(at) => Missing::census(&name(at)),
                Gap::Param(name) => Missing::Param { name: name.clone() },
                Gap::Entry(name) => Missing::Entry { name: name.clone() },
                Gap::Calendar(beyond) => Missing::CalendarEnds { on: beyond.ends_on },
                Gap::Scene => return None,
            })
        });
        let mut missing: Vec<Missing> = told.collect();
        missing.sort();
        missing.dedup();
        missing
    }
}
