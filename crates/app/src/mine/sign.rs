//! What is somebody's to sign.

use super::{Mine, What};
use crate::act::Before;
use crate::agreement::{Place, places};
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::clock;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;

/// What the actor of a look has not signed, or of that only what blocks an act; what is signed together stands there
/// once.
pub(crate) fn of(before: &Before, school: &School, blocked: Option<&str>) -> Vec<Mine> {
    let Some(me) = before.person() else { return Vec::new() };
    let (mut out, mut bundles): (Vec<Mine>, Vec<_>) = (Vec::new(), Vec::new());
    let blocks = |place: &Place<'_>| {
        blocked.is_none_or(|blocked| place.spec.blocks.iter().any(|act| &**act.get_ref() == blocked))
    };
    let there = |place: &Place<'_>| place.takes("browser") && place.is_started() && blocks(place);
    for place in places(before).into_iter().filter(there) {
        let bundle = place.spec.bundle.as_ref().map(|bundle| (place.policy.id().clone(), bundle.clone()));
        if bundle.as_ref().is_some_and(|bundle| bundles.contains(bundle)) {
            continue;
        }
        let roll = engine::roll(place.ctx, place.control, place.spec);
        let open: Vec<_> =
            roll.into_iter().filter(|line| line.signer.person == me && line.signed.at.is_none()).collect();
        let Some(line) = open.first() else { continue };
        let entry = line.signer.entry.map(|(register, row)| Row::at(place.ctx.world, register, row));
        let due = line.due.map(|due| clock::last_day(place.ctx, due));
        out.push(Mine {
            what: What::Sign,
            title: place.title(),
            about: entry.map_or_else(|| format!("Version {}", line.version), Row::name),
            due,
            late: line.due.is_some_and(|due| due <= place.ctx.world.now),
            link: format!("/school/{}/sign/{}", school.slug, place.target()),
        });
        bundles.extend(bundle);
    }
    out
}
