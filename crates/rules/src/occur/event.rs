//! Events that make a duty or job begin: changes, duties done, cases opened, days that
//! come.

use super::occurrence::{Happened, Occurrence, event_of, of_event};
use super::passed::is_missed;
use super::subjects::{acts, census};
use crate::flow::record::Row;
use crate::judge::{Ctx, Judgement};
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Event;
use schoolkeeper_core::standing::Missing;

/// Every time it happened, in order; of days an entry names, those to come too.
pub fn happened(ctx: Ctx<'_>, event: &Event) -> Vec<Happened> {
    let mut out: Vec<Happened> = match event {
        Event::Changed { register, field } => Row::all(ctx.world, "change")
            .filter(|row| row.text("register") == Some(register) && row.text("field") == Some(field))
            .filter_map(|row| Some(Happened { at: row.instant("at")?, entry: row.one("entry") }))
            .collect(),
        Event::Done { control } => acts(ctx, "done", control)
            .filter(|row| !is_missed(*row))
            .filter_map(|row| Some(Happened { at: row.instant("on")?, entry: row.one("entry") }))
            .collect(),
        Event::Opened { case } => Row::all(ctx.world, "case")
            .filter(|row| row.text("type") == Some(case) && row.flag("exercise") != Some(true))
            .filter_map(|row| Some(Happened { at: row.instant("opened_at")?, entry: Some(row.id()) }))
            .collect(),
        Event::Reaches { register, field } => Row::all(ctx.world, register)
            .filter_map(|row| {
                let at = ctx.world.calendar.start_of(row.date(field)?);
                Some(Happened { at, entry: Some(row.id()) })
            })
            .collect(),
    };
    // A day that is to come is asked for before it is there.
    out.retain(|one| one.at <= ctx.world.now || matches!(event, Event::Reaches { .. }));
    out.sort_by_key(|one| (one.at, one.entry));
    out.dedup();
    out
}

/// Whether the list of where it happens is complete: then nothing happening is known, not assumed.
pub fn source(ctx: Ctx<'_>, event: &Event) -> Judgement {
    match event {
        Event::Changed { register, .. } | Event::Reaches { register, .. } => census(ctx, register, None),
        Event::Done { .. } => census(ctx, &Name::from("done"), None),
        Event::Opened { .. } => census(ctx, &Name::from("case"), None),
    }
}

/// What the events of a duty ask for.
pub(super) fn occurrences(ctx: Ctx<'_>, control: &Name, spec: &Duty) -> Result<Vec<Occurrence>, Missing> {
    let event = event_of(control, spec.on.as_ref().map(|on| on.get_ref().as_str()))?;
    happened(ctx, &event).into_iter().map(|one| of_event(ctx, spec, one)).collect()
}
