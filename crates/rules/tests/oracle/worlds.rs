//! Made-up worlds: everything may be absent, empty or known, and happen around now.

use crate::choices::Choices;
use crate::support::{Small, text};
use jiff::{SignedDuration, Timestamp, ToSpan};
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::Entry;
use std::sync::Arc;

pub const SUBJECTS: [&str; 3] = ["thing", "place", "event"];

/// Two places, two things, up to four events; lists complete or not.
pub fn world(choices: &mut Choices<'_>) -> Small {
    let mut small = Small::new("2026-11-23T08:00");
    for register in ["place", "place", "thing", "thing"] {
        small.put(register, &[]);
    }
    for _ in 0..choices.pick(5) {
        let thing = entry(&small, "thing", choices);
        small.put("event", &[("thing", thing)]);
    }
    for register in SUBJECTS {
        fill(&mut small, register, choices);
        if choices.pick(2) == 1 {
            small.complete(register);
        }
    }
    small.world.seal();
    small
}

fn fill(small: &mut Small, id: &str, choices: &mut Choices<'_>) {
    let register = small.register(id);
    let fields = small.world.schemas.all()[register].fields.clone();
    for row in 0..small.world.table(register).rows.len() {
        let mut entry = small.world.table(register).rows[row].clone();
        if id == "event" {
            entry.since = time(small, choices.small() - 5);
        }
        for (at, field) in fields.iter().enumerate().filter(|(_, field)| &*field.name != "thing") {
            entry.facts[at] = fact(small, field, choices);
        }
        put(small, register, entry);
    }
}

/// People, what they may, hold and signed, around now; the first thing has a holder.
pub fn people(small: &mut Small, choices: &mut Choices<'_>) {
    let people = [small.put("person", &[]), small.put("person", &[])];
    let thing = small.world.table_of("thing").unwrap().rows[0].clone();
    let (register, holder) =
        (small.register("thing"), small.world.schemas.get("thing").unwrap().field("holder").unwrap().0);
    let mut held = thing.clone();
    let held_since = time(small, -9);
    let value = Value::Ref(people[0]);
    held.facts[holder] = Some(Fact { value, at: held_since, held_since, source: "test".into() });
    put(small, register, held);
    for _ in 0..choices.pick(4) {
        for register in ["appointment", "grant", "signature", "publication"] {
            let since = time(small, choices.small() - 4).to_string();
            let person = Value::Ref(people[choices.pick(2)]);
            let day = |small: &Small, choices: &mut Choices<'_>| match choices.pick(3) {
                0 => Value::Empty,
                _ => Value::Date(small.world.calendar.day(time(small, choices.small()))),
            };
            let values = match register {
                "appointment" => vec![
                    ("role", text("headteacher")),
                    ("person", person),
                    ("from", day(small, choices)),
                    ("until", day(small, choices)),
                ],
                "grant" => vec![
                    ("request", text("borrow")),
                    ("person", person),
                    (
                        "things",
                        if choices.pick(2) == 0 { Value::Empty } else { Value::List([Value::Ref(thing.id)].into()) },
                    ),
                    ("from", day(small, choices)),
                    ("until", day(small, choices)),
                    ("ended_on", day(small, choices)),
                ],
                "signature" => {
                    vec![("agreement", text("aup")), ("person", person), ("version", text(["1", "2"][choices.pick(2)]))]
                }
                _ => vec![
                    ("agreement", text("aup")),
                    ("version", text(["1", "2"][choices.pick(2)])),
                    ("published_at", Value::Instant(time(small, choices.small()))),
                    ("material", Value::Bool(choices.pick(2) == 1)),
                ],
            };
            small.put_since(register, &since, &values);
        }
    }
    small.world.seal();
}

/// One entry gets other values, or an event is added. Gives register and row.
pub fn change(small: &mut Small, choices: &mut Choices<'_>) -> (usize, usize) {
    let register = small.register(SUBJECTS[choices.pick(3)]);
    let id = small.world.schemas.all()[register].id.clone();
    let rows = small.world.table(register).rows.len();
    let row = if &*id == "event" { choices.pick(rows + 1) } else { choices.pick(rows) };
    if row == rows {
        small.put("event", &[]);
    }
    let fields = small.world.schemas.all()[register].fields.clone();
    let mut entry = small.world.table(register).rows[row].clone();
    for (at, field) in fields.iter().enumerate() {
        if choices.pick(3) != 0 {
            entry.facts[at] = fact(small, field, choices);
        }
    }
    put(small, register, entry);
    small.world.seal();
    (register, row)
}

fn put(small: &mut Small, register: usize, entry: Entry) {
    small.world.put(register, entry);
}

fn fact(small: &Small, field: &Field, choices: &mut Choices<'_>) -> Option<Fact> {
    let value = match choices.pick(5) {
        0 => return None,
        1 => Value::Empty,
        _ => some_value(small, field, choices)?,
    };
    let held_since = time(small, choices.small() - 6);
    Some(Fact { value, at: held_since + SignedDuration::from_hours(24), held_since, source: "test".into() })
}

/// Now and so many days and a few hours.
fn time(small: &Small, days: i64) -> Timestamp {
    small.world.now + SignedDuration::from_hours(days * 24 + days)
}

fn entry(small: &Small, register: &str, choices: &mut Choices<'_>) -> Value {
    let rows = &small.world.table_of(register).unwrap().rows;
    if rows.is_empty() { Value::Empty } else { Value::Ref(rows[choices.pick(rows.len())].id) }
}

/// A value a field may have; `None` for those that are not stored.
pub fn some_value(small: &Small, field: &Field, choices: &mut Choices<'_>) -> Option<Value> {
    Some(match &field.kind {
        FieldType::Text => text(["a", "b", ""][choices.pick(3)]),
        FieldType::YesNo => Value::Bool(choices.pick(2) == 1),
        FieldType::Number => Value::Int(choices.small()),
        FieldType::Choice(names) => text(&names[choices.pick(names.len())]),
        FieldType::Instant => Value::Instant(time(small, choices.small())),
        FieldType::Date => {
            let today = small.world.calendar.day(small.world.now);
            Value::Date(today.checked_add(choices.small().days()).unwrap())
        }
        FieldType::Span => Value::Seconds(choices.small().abs() * 86_400),
        FieldType::Ref(to) => entry(small, to, choices),
        FieldType::List => {
            let items: Vec<Value> = (0..choices.pick(3)).map(|_| text(["a", "b", "c"][choices.pick(3)])).collect();
            Value::List(items.into())
        }
        FieldType::Rows(fields) => {
            let row = |choices: &mut Choices<'_>| {
                let parts = fields.iter().filter_map(|field| {
                    let value = match choices.pick(4) {
                        0 => return None,
                        1 => Value::Empty,
                        _ => some_value(small, field, choices)?,
                    };
                    Some((field.name.clone(), value))
                });
                Value::Map(Arc::new(parts.collect()))
            };
            let rows: Vec<Value> = (0..choices.pick(3)).map(|_| row(choices)).collect();
            Value::List(rows.into())
        }
        _ => return None,
    })
}
