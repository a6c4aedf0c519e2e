//! Functions over people's records: roles held, permissions, signatures, training. Closed by nature.

use super::places::{Appointments, Grants, OfPerson, Published, Signatures, Training};
use super::time;
use crate::expr::frame::{Frame, Gap};
use crate::expr::node::{Order, Scalar};
use crate::expr::run::compare;
use crate::expr::seen::Seen;
use schoolkeeper_core::id::EntryId;

/// Whether there is such an entry. Only an absent field, or a list nobody called complete, is unknown.
pub(super) fn linked<'w>(frame: &mut Frame<'w>, entry: &'w Scalar, register: Option<usize>) -> Option<Seen<'w>> {
    let entry = entry.get(frame)?;
    if entry.is_empty() {
        return Some(Seen::Bool(false));
    }
    if frame.find(entry, register).is_some() {
        return Some(Seen::Bool(true));
    }
    register.is_none_or(|register| frame.is_closed(register)).then_some(Seen::Bool(false))
}

/// One record of a register, by row.
#[derive(Clone, Copy)]
struct Record {
    register: usize,
    row: usize,
}

impl Record {
    /// A field's value; `None` absent.
    fn get<'w>(self, frame: &mut Frame<'w>, field: usize) -> Option<Seen<'w>> {
        frame.field(self.register, self.row, field)
    }

    /// Whether a field holds a text.
    fn reads(self, frame: &mut Frame<'_>, field: usize, text: &str) -> Option<bool> {
        Some(matches!(self.get(frame, field)?, Seen::Text(found) if found == text))
    }

    /// Whether a field points to an entry, alone or in a list.
    fn points(self, frame: &mut Frame<'_>, field: usize, to: EntryId) -> Option<bool> {
        Some(match self.get(frame, field)? {
            Seen::Ref(id) => id == to,
            Seen::List(items) => items.iter().any(|item| item.as_ref_id() == Some(to)),
            _ => false,
        })
    }
}

/// Rows that may concern a person: their own list where there is one, else all.
fn rows_of<'w>(frame: &Frame<'w>, register: usize, list: OfPerson, person: Seen<'w>) -> Vec<usize> {
    let all = || (0..frame.world.table(register).rows.len()).collect();
    let Some((people, field)) = list else { return all() };
    let row = match person {
        Seen::Entry(at, row) if at == people => Some(row),
        Seen::Ref(id) => frame.world.table(people).row(id),
        _ => return all(),
    };
    let back = row.map_or(&[][..], |row| frame.world.table(people).back(field, row));
    back.iter().map(|&row| row as usize).collect()
}

fn id_of(frame: &Frame<'_>, entry: Seen<'_>) -> Option<EntryId> {
    match entry {
        Seen::Ref(id) => Some(id),
        Seen::Entry(register, row) => frame.world.table(register).rows.get(row).map(|entry| entry.id),
        _ => None,
    }
}

/// Whether a day lies between two fields (empty: open). Narrows when the day is today.
fn between<'w>(frame: &mut Frame<'w>, day: Seen<'w>, from: Seen<'w>, until: Seen<'w>) -> bool {
    let begun = from.is_empty() || compare(frame, Order::AtLeast, day, from);
    begun && (until.is_empty() || compare(frame, Order::AtMost, day, until))
}

/// The day asked about: today, or the day of the given day or instant; empty when known to have none.
fn asked_day<'w>(frame: &mut Frame<'w>, at: Option<&'w Scalar>) -> Option<Seen<'w>> {
    let today = Seen::Date(frame.today(), 1);
    let Some(at) = at else { return Some(today) };
    Some(match at.get(frame)? {
        Seen::Instant(_, 1) => today,
        day @ Seen::Date(..) => day,
        other => time::day(frame, other).map_or(Seen::Empty, |day| Seen::Date(day, 0)),
    })
}

/// Whether one record says yes: one yes is enough, else one absence makes the answer absent.
fn any<'w>(
    frame: &mut Frame<'w>,
    register: usize,
    rows: impl IntoIterator<Item = usize>,
    mut test: impl FnMut(&mut Frame<'w>, Record) -> Option<bool>,
) -> Option<Seen<'w>> {
    let mark = frame.gaps.len();
    let mut known = true;
    for row in rows {
        if frame.entry(register, row).is_none() {
            continue;
        }
        match test(frame, Record { register, row }) {
            Some(true) => {
                frame.gaps.truncate(mark);
                return Some(Seen::Bool(true));
            }
            Some(false) => {}
            None => known = false,
        }
    }
    known.then_some(Seen::Bool(false))
}

/// Whether a person holds a role on a day.
pub(super) fn holds<'w>(
    frame: &mut Frame<'w>,
    a: &'w Appointments,
    (person, role): (&'w Scalar, &'w Scalar),
    at: Option<&'w Scalar>,
) -> Option<Seen<'w>> {
    let (person, role, day) = (person.get(frame)?, role.get(frame)?, asked_day(frame, at)?);
    let (Some(id), Seen::Text(role), false) = (id_of(frame, person), role, day.is_empty()) else {
        return Some(Seen::Bool(false));
    };
    let post = a.post(role);
    let rows = rows_of(frame, a.register, a.of_person, person);
    any(frame, a.register, rows, |frame, record| {
        if !record.reads(frame, a.role, post)? || !record.points(frame, a.person, id)? {
            return Some(false);
        }
        let (from, until) = (record.get(frame, a.from)?, record.get(frame, a.until)?);
        Some(between(frame, day, from, until))
    })
}

/// Whether a permission covers all the given people and things on a day.
pub(super) fn granted<'w>(
    frame: &mut Frame<'w>,
    g: &'w Grants,
    (request, to): (&'w Scalar, &'w [Scalar]),
    at: Option<&'w Scalar>,
) -> Option<Seen<'w>> {
    let (request, day) = (request.get(frame)?, asked_day(frame, at)?);
    let mut ids = Vec::with_capacity(to.len());
    for one in to {
        let one = one.get(frame)?;
        let Some(id) = id_of(frame, one) else { return Some(Seen::Bool(false)) };
        ids.push(id);
    }
    let (Seen::Text(request), false) = (request, day.is_empty()) else { return Some(Seen::Bool(false)) };
    let rows = 0..frame.world.table(g.register).rows.len();
    any(frame, g.register, rows, |frame, record| {
        if !record.reads(frame, g.request, request)? {
            return Some(false);
        }
        for &id in &ids {
            if !record.points(frame, g.things, id)? && !record.points(frame, g.person, id)? {
                return Some(false);
            }
        }
        let (from, until) = (record.get(frame, g.from)?, record.get(frame, g.until)?);
        let ended = record.get(frame, g.ended)?;
        // Ended early, it counts until that day begins.
        let ended = !ended.is_empty() && compare(frame, Order::AtLeast, day, ended);
        Some(between(frame, day, from, until) && !ended)
    })
}

/// Whether a person has signed an agreement in its last material version or a later one, and passed its check.
pub(super) fn signed<'w>(
    frame: &mut Frame<'w>,
    s: &'w Signatures,
    agreement: &'w Scalar,
    person: &'w Scalar,
) -> Option<Seen<'w>> {
    let (agreement, person) = (agreement.get(frame)?, person.get(frame)?);
    let (Seen::Text(agreement), Some(id)) = (agreement, id_of(frame, person)) else { return Some(Seen::Bool(false)) };
    let valid = valid_versions(frame, &s.published, agreement)?;
    let rows = rows_of(frame, s.register, s.of_person, person);
    any(frame, s.register, rows, |frame, record| {
        if !record.reads(frame, s.agreement, agreement)? || !record.points(frame, s.person, id)? {
            return Some(false);
        }
        if matches!(record.get(frame, s.passed)?, Seen::Bool(false)) {
            return Some(false);
        }
        let version = record.get(frame, s.version)?;
        Some(valid.is_empty() || matches!(version, Seen::Text(version) if valid.contains(&version)))
    })
}

/// Versions from the last material one on; none when nothing was published, so that any signature counts.
fn valid_versions<'w>(frame: &mut Frame<'w>, p: &Published, agreement: &str) -> Option<Vec<&'w str>> {
    let mut versions = Vec::new();
    for row in 0..frame.world.table(p.register).rows.len() {
        let record = Record { register: p.register, row };
        if frame.entry(p.register, row).is_none() || !record.reads(frame, p.agreement, agreement)? {
            continue;
        }
        let (Seen::Text(version), Seen::Instant(at, _)) = (record.get(frame, p.version)?, record.get(frame, p.at)?)
        else {
            return frame.lacks(Gap::Field(p.register, p.version));
        };
        if at > frame.at {
            frame.narrow.until(at);
            continue;
        }
        frame.narrow.from(at);
        let material = matches!(record.get(frame, p.material)?, Seen::Bool(true));
        versions.push((at, version, material));
    }
    versions.sort_unstable();
    let first = versions.iter().rposition(|(_, _, material)| *material).unwrap_or(0);
    Some(versions.drain(first..).map(|(_, version, _)| version).collect())
}

/// Whether a person's training in a course counts today.
pub(super) fn trained<'w>(
    frame: &mut Frame<'w>,
    t: &'w Training,
    course: &'w Scalar,
    person: &'w Scalar,
) -> Option<Seen<'w>> {
    let (course, person) = (course.get(frame)?, person.get(frame)?);
    let (Seen::Text(course), Some(id)) = (course, id_of(frame, person)) else { return Some(Seen::Bool(false)) };
    if let Some(asked) = &mut frame.courses {
        asked.push((course, id));
        return None;
    }
    let today = Seen::Date(frame.today(), 1);
    let rows = rows_of(frame, t.register, t.of_person, person);
    let found = any(frame, t.register, rows, |frame, record| {
        if !record.reads(frame, t.course, course)? || !record.points(frame, t.person, id)? {
            return Some(false);
        }
        let until = record.get(frame, t.until)?;
        Some(between(frame, today, Seen::Empty, until))
    })?;
    if matches!(found, Seen::Bool(false)) && !frame.is_closed(t.register) {
        return None;
    }
    Some(found)
}
