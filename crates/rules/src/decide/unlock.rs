//! Acts that somebody must permit first: refused without a valid grant.

use super::guard::deciders;
use super::{Answer, Refused, Tried, names, refused};
use crate::evaluate::grant;
use crate::judge::Ctx;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;

/// Several requests may unlock one act: a grant of any of them is enough; without one each refuses.
pub fn ask(ctx: Ctx<'_>, tried: &Tried<'_>, answer: &mut Answer) {
    let requests: Vec<Name> = ctx.pack.controls.iter().filter(|(_, control)| {
        matches!(&control.control.kind, ControlKind::Request(request) if request.unlocks.iter().any(|act| names(act.get_ref(), tried.act)))
    }).map(|(name, _)| name.clone()).collect();
    if requests.is_empty() {
        return;
    }
    let person = tried.person.and_then(|row| ctx.world.table_of("person").map(|people| people.rows[row].id));
    let thing = tried.on.map(|(register, row)| ctx.world.table(register).rows[row].id);
    if grant::unlocking(ctx.world, &requests, person, thing).valid {
        return;
    }
    for control in requests.iter().filter_map(|name| ctx.pack.controls.get(name)) {
        let message =
            format!("{}: nobody has permitted this yet\nhint: ask for this permission first", control.control.title);
        let who_may_allow = deciders(&[control]);
        answer.refusals.push(Refused { who_may_allow, ..refused(ctx, control, message) });
    }
}
