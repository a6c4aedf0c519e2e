//! Deciding a request: a stage may ask for the second factor again.

use super::{Answer, Asked};
use crate::flow::record::Row;
use crate::flow::request;
use schoolkeeper_core::control::Request;

/// Asks for it at a decision of this control's requests.
pub fn ask(asked: &Asked<'_>, spec: &Request, answer: &mut Answer) {
    let Some((register, row)) = asked.tried.on.filter(|_| asked.tried.act == "request.decide") else { return };
    let request = Row::at(asked.ctx.world, register, row);
    let own = request.kind() == "request" && request.text("control") == Some(&*asked.control.control.id);
    if own && request::stage_of(spec, request).is_some_and(|(_, stage)| stage.step_up) {
        asked.step_up(answer);
    }
}
