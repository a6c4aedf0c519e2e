//! Channels: which way something of a class may leave, and what proof of arrival is asked.

use super::{Answer, Asked, Condition};
use crate::flow::{channel, clock};
use schoolkeeper_core::control::Channel;

/// The acts by which something leaves.
pub(super) const ACTS: [&str; 2] = ["parcel.send", "dispatch.log"];

/// Refuses a way, service, country or passcode outside the channel, and a gap in what must be written down.
pub fn ask(asked: &Asked<'_>, spec: &Channel, answer: &mut Answer) {
    if !ACTS.contains(&asked.tried.act) {
        return;
    }
    let form = asked.tried.form;
    if let Err(refusal) = channel::allows(asked.ctx, asked.control, spec, asked.tried.act, form) {
        return asked.refuse(answer, refusal.0);
    }
    let way = channel::way(asked.tried.act, form);
    let way = way.as_text().unwrap_or_default();
    if let Some(receipt) = &spec.receipt
        && spec.by.iter().any(|by| &**by == way)
        && (receipt.ways.is_empty() || receipt.ways.iter().any(|name| &**name == way))
    {
        let within = clock::span(asked.ctx, &receipt.within).ok();
        answer.conditions.push(Condition::Receipt(asked.control.control.id.clone(), within));
    }
}
