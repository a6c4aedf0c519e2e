//! Whom or what a duty or job is for: entries of a register that pass a test.

use crate::compiled::CompiledControl;
use crate::expr::{Expression, Scene, Tested, Truth, Window};
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use schoolkeeper_core::value::Value;

/// The list itself: *kept* when the register is closed by nature or somebody has said that it is complete; for a control
/// whose `where` is limited to some classes of it, that of each of them is enough.
pub fn census(ctx: Ctx<'_>, register: &Name, filter: Option<&Expression>) -> Judgement {
    let at = ctx.world.schemas.index(register);
    if at.is_some_and(|at| ctx.world.schemas.all()[at].closed) {
        return Judgement::whole(Standing::Kept).known_by(KnownBy::Measured);
    }
    let Some((until, stated)) = at.and_then(|at| complete(ctx, at, filter)) else {
        return Judgement::missing(lacking(ctx, register, filter));
    };
    let known_by = if stated { KnownBy::Stated } else { KnownBy::Measured };
    Judgement::whole(Standing::Kept).known_by(known_by).until(Some(until))
}

/// Until when a list counts as complete for a filter, and whether that is somebody's word.
pub fn complete(ctx: Ctx<'_>, register: usize, filter: Option<&Expression>) -> Option<(Timestamp, bool)> {
    let (table, now) = (ctx.world.table(register), ctx.world.now);
    if let Some(until) = table.closed_until(now) {
        return Some((until, table.censuses.iter().any(|census| census.stated)));
    }
    let classes = classes(ctx, register, filter)?;
    Some((classes.iter().map(|class| class_until(ctx, register, class)).min()??, true))
}

/// What would make a list complete for a filter: that of the classes it is limited to and that nobody vouches for.
pub fn lacking(ctx: Ctx<'_>, register: &Name, filter: Option<&Expression>) -> Missing {
    let at = ctx.world.schemas.index(register);
    let mut wanted =
        at.and_then(|at| Some((at, classes(ctx, at, filter)?))).map_or_else(Vec::new, |(at, mut classes)| {
            classes.retain(|class| class_until(ctx, at, class).is_none());
            classes
        });
    wanted.sort();
    Missing::Census { register: register.clone(), classes: wanted }
}

/// The classes a filter is limited to.
fn classes(ctx: Ctx<'_>, register: usize, filter: Option<&Expression>) -> Option<Vec<Name>> {
    let (field, _) = ctx.world.schemas.all()[register].classes()?;
    Some(filter?.only(register, field)?.iter().map(|class| Name::from(&**class)).collect())
}

/// Until when somebody vouches for one class of a list.
fn class_until(ctx: Ctx<'_>, register: usize, class: &Name) -> Option<Timestamp> {
    let census = ctx.world.table(register).by_class.get(class)?;
    Some(census.ends_at).filter(|end| *end > ctx.world.now)
}

/// Entries that pass, entries nobody can say it of, and until when that holds.
pub(super) struct Subjects {
    /// Position of the register.
    pub register: usize,
    /// Rows that pass.
    pub rows: Vec<usize>,
    /// Rows that may pass, each with what would tell.
    pub unsure: Vec<Judgement>,
    /// First instant at which time alone may change this.
    pub until: Option<Timestamp>,
}

/// The entries of a register that pass the control's `where`; `None` when there is no such register.
pub(super) fn of(ctx: Ctx<'_>, control: &CompiledControl, register: &Name) -> Option<Subjects> {
    let register = ctx.world.schemas.index(register)?;
    let mut out = Subjects { register, rows: Vec::new(), unsure: Vec::new(), until: None };
    for row in 0..ctx.world.table(register).rows.len() {
        let Some(filter) = control.expr("where") else {
            out.rows.push(row);
            continue;
        };
        let tested = filter.test(&Scene::now(ctx).of(register, row));
        out.until = clock::earlier(out.until, tested.window.until);
        match tested.truth {
            Truth::True => out.rows.push(row),
            Truth::False => {}
            Truth::Unknown => {
                let unknown = Judgement { missing: tested.missing, ..Judgement::of(register, row, Standing::Unknown) };
                out.unsure.push(unknown);
            }
        }
    }
    Some(out)
}

/// Whether one entry passes the control's `where`; always when it has none, or speaks of other registers.
pub(super) fn passes(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (register, subject): (Option<&Name>, Option<(usize, usize)>),
) -> Tested {
    let speaks = |(at, _): &(usize, usize)| register.is_some_and(|id| ctx.world.schemas.index(id) == Some(*at));
    match (control.expr("where"), subject.filter(speaks)) {
        (Some(filter), Some((register, row))) => filter.test(&Scene::now(ctx).of(register, row)),
        _ => Tested { truth: Truth::True, missing: Vec::new(), window: Window::default() },
    }
}

/// The entries of a register of acts (`done`, `run`) that belong to a control.
pub(super) fn acts<'w>(ctx: Ctx<'w>, register: &str, control: &'w str) -> impl Iterator<Item = Row<'w>> {
    let world = ctx.world;
    let place = world.schemas.index(register).and_then(|at| Some((at, world.schemas.all()[at].field("control")?.0)));
    place.into_iter().flat_map(move |(at, field)| {
        let is_own = move |row: &usize| {
            world.value_at(at, *row, field, world.now).and_then(Value::as_text).is_some_and(|name| name == control)
        };
        (0..world.table(at).rows.len()).filter(is_own).map(move |row| Row::at(world, at, row))
    })
}
