//! Due dates that stand in an entry of a register: `statutory-return/school-workforce-census`.

use super::occurrence::{Occurrence, before, next};
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::{ToSpan, civil::Date};
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{Name, slug};
use schoolkeeper_core::phrase::Dates;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;

/// Most dates of one entry.
const MOST: usize = 1_000;
/// Fields that may hold them.
const FIELDS: [&str; 3] = ["dates", "due_on", "date"];

/// Every occurrence of the entry's dates, in order. A date in a holiday is pulled forward to the last staff day;
/// where the calendar does not reach, it stands as it was listed. Without `window` one opens
/// when the one before is due, the first a year before.
pub fn listed(ctx: Ctx<'_>, spec: &Duty, phrase: &str) -> Result<Vec<Occurrence>, Missing> {
    let dates: Dates = phrase.parse().map_err(|_| Missing::Entry { name: Name::from(phrase) })?;
    let row = entry(ctx, &dates).ok_or_else(|| Missing::Entry { name: dates.entry.clone() })?;
    let mut listed: Vec<Date> = Vec::new();
    for value in FIELDS.iter().filter_map(|field| row.value(field)) {
        gather(value, &mut listed);
    }
    if listed.is_empty() {
        return Err(Missing::Field { register: dates.register, field: Name::from(FIELDS[0]) });
    }
    listed.sort();
    listed.dedup();
    let window = spec.window.as_ref().map(|window| clock::span(ctx, window)).transpose()?;
    let mut out: Vec<Occurrence> = Vec::with_capacity(listed.len());
    for date in listed {
        let due = ctx.world.calendar.pull_forward(date).unwrap_or(date);
        let opens = match window {
            Some(window) => before(ctx, due, window)?,
            None => out.last().map_or_else(|| due.saturating_sub(1.year()), |last| next(last.due)),
        };
        let late_at = Some(ctx.world.calendar.end_of(due));
        out.push(Occurrence { due, opens, from: due, to: date, late_at, happened: None });
    }
    Ok(out)
}

/// The entry as the school confirmed it, or the one whose name reads the same.
fn entry<'w>(ctx: Ctx<'w>, dates: &Dates) -> Option<Row<'w>> {
    let confirmed = ctx.world.named.get(&dates.entry).and_then(|id| Row::of(ctx.world, *id));
    let named = || Row::all(ctx.world, &dates.register).find(|row| slug(&row.name()) == *dates.entry);
    confirmed.filter(|row| row.kind() == &*dates.register).or_else(named)
}

fn gather(value: &Value, out: &mut Vec<Date>) {
    match value {
        _ if out.len() >= MOST => {}
        Value::Date(day) => out.push(*day),
        Value::Text(text) => out.extend(text.parse::<Date>()),
        Value::List(items) => {
            for item in items.iter() {
                gather(item, out);
            }
        }
        Value::Map(row) => out.extend(row.values().filter_map(Value::as_date)),
        _ => {}
    }
}
