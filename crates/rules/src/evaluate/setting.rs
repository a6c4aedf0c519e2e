//! A setting of the platform: tried out here, in time for older accounts, and compared with what directories do.
//!
//! Invariant: *enforced* is claimed only with a passed probe; a compared fact makes it as weak as that fact.

use super::wanted::{self, Wanted};
use super::{known, message};
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judged, Judgement};
use schoolkeeper_core::control::Setting;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};

/// Judges the probe, every account older than the rule, and every compared entry.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, setting: &Setting) -> Judged {
    let mut all = vec![probe(ctx, control)];
    match wanted::all(setting, ctx.params) {
        Err(missing) => all.push(Judgement { missing, ..Judgement::whole(Standing::Unknown) }),
        Ok(wanted) => {
            accounts(ctx, control, setting, &wanted, &mut all);
            for register in &setting.compare {
                compare(ctx, register.get_ref(), &wanted, &mut all);
            }
        }
    }
    Judged::of(all)
}

/// Whether the control's examples passed against the live `decide` for this pack and build.
pub fn probe(ctx: Ctx<'_>, control: &CompiledControl) -> Judgement {
    let id = &control.control.id;
    match ctx.world.probes.get(id) {
        Some(true) => Judgement::whole(Standing::Kept).known_by(KnownBy::Enforced),
        Some(false) => Judgement {
            message: Some(format!("{}: tried out here, it did not refuse what it must refuse", control.control.title)),
            ..Judgement::whole(Standing::Broken).known_by(KnownBy::Measured)
        },
        None => Judgement::missing(Missing::Probe { control: id.clone() }),
    }
}

/// Accounts whose password is older than the rule. Only rules about choosing a password leave such accounts behind.
fn accounts(ctx: Ctx<'_>, control: &CompiledControl, setting: &Setting, wanted: &[Wanted], all: &mut Vec<Judgement>) {
    let Some(&since) = ctx.world.in_force_since.get(&control.control.id) else { return };
    let Some(register) = setting.subject.as_ref().and_then(|id| ctx.world.schemas.index(id.get_ref())) else { return };
    if !wanted.iter().any(|wanted| wanted.key.act == "password.set") {
        return;
    }
    let end = setting.within.as_ref().map_or(Ok(since), |within| clock::deadline(ctx, within, since));
    let end = match end {
        Ok(end) => clock::ahead(ctx, Some(end)),
        Err(missing) => return all.push(Judgement::missing(missing)),
    };
    for row in 0..ctx.world.table(register).rows.len() {
        if let Some((standing, missing)) = account(ctx, control, (register, row), since) {
            let of = Judgement::of(register, row, standing);
            let late = standing == Standing::Broken;
            all.push(Judgement {
                standing: if late && end.is_some() { Standing::Due } else { standing },
                since: late.then_some(since),
                due_at: end.filter(|_| late),
                due_on: end.filter(|_| late).map(|end| clock::last_day(ctx, end)),
                message: late.then(|| {
                    format!(
                        "{}: its password is older than the rule",
                        message::plain(control, ctx.world, (register, row))
                    )
                }),
                missing,
                valid_until: end.filter(|_| late),
                known_by: (standing != Standing::Unknown).then_some(KnownBy::Enforced),
                ..of
            });
        }
    }
}

/// `None`: the setting does not speak of this account. *Broken* here means: its password predates the rule.
fn account(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (register, row): (usize, usize),
    since: jiff::Timestamp,
) -> Option<(Standing, Vec<Missing>)> {
    if let Some(except) = control.expr("except") {
        let tested = except.test(&Scene::now(ctx).of(register, row));
        match tested.truth {
            Truth::True => return None,
            Truth::False => {}
            Truth::Unknown => return Some((Standing::Unknown, tested.missing)),
        }
    }
    let account = Row::at(ctx.world, register, row);
    if account.flag("active") == Some(false) {
        return None;
    }
    Some(match account.instant("password_set_at") {
        Some(set_at) if set_at >= since => (Standing::Kept, Vec::new()),
        Some(_) => (Standing::Broken, Vec::new()),
        None => {
            let register = Name::from(account.kind());
            (Standing::Unknown, vec![Missing::Field { register, field: Name::from("password_set_at") }])
        }
    })
}

/// Compares with what directories really do.
fn compare(ctx: Ctx<'_>, id: &Name, wanted: &[Wanted], all: &mut Vec<Judgement>) {
    let Some(register) = ctx.world.schemas.index(id) else {
        return all.push(Judgement::missing(Missing::census(id)));
    };
    let rows = ctx.world.table(register).rows.len();
    match has_directory(ctx) {
        None => all.push(Judgement::missing(Missing::Directory)),
        Some(true) if rows == 0 => all.push(Judgement::missing(Missing::census(id))),
        Some(_) => {}
    }
    for row in 0..rows {
        all.push(compare_row(ctx, (register, row), wanted));
    }
}

fn compare_row(ctx: Ctx<'_>, (register, row): (usize, usize), wanted: &[Wanted]) -> Judgement {
    let schema = &ctx.world.schemas.all()[register];
    let mut out = Judgement::of(register, row, Standing::Kept);
    for wanted in wanted {
        let missing = || Missing::Field { register: schema.id.clone(), field: Name::from(wanted.key.field) };
        let Some((field, declared)) = schema.field(wanted.key.field) else {
            out.unknown(missing());
            continue;
        };
        let found = ctx.world.value_at(register, row, field, ctx.world.now);
        let Some(met) = found.and_then(|found| wanted.is_met_by(found)) else {
            out.unknown(missing());
            continue;
        };
        let fact = ctx.world.table(register).rows[row].facts[field].as_ref();
        let stale = fact.and_then(|fact| schoolkeeper_core::world::stale_at(declared.stale_after, fact.at));
        out.valid_until = clock::earlier(out.valid_until, stale);
        let by_hand = known::by_hand(ctx.world, register, row, &[field]);
        let known_by = if by_hand { KnownBy::Stated } else { KnownBy::Measured };
        out.known_by = Some(out.known_by.map_or(known_by, |known| known.min(known_by)));
        if !met && out.standing != Standing::Broken {
            out.standing = Standing::Broken;
            out.since = fact.map(|fact| fact.held_since);
            let name = ctx.world.name_of(register, row);
            out.message = Some(format!("{name} is milder than the policy: {}", wanted.says()));
        }
    }
    out
}

/// Whether a school has a directory to compare with: some `system` says so, or says that it is none.
fn has_directory(ctx: Ctx<'_>) -> Option<bool> {
    let mut denied = false;
    for system in Row::all(ctx.world, "system") {
        match (system.flag("directory"), system.text("kind")) {
            (Some(true), _) | (None, Some("directory")) => return Some(true),
            (Some(false), _) => denied = true,
            (None, _) => {}
        }
    }
    denied.then_some(false)
}
