//! Sending something out of the school: may it go, and how; and what was sent.
//!
//! Invariant: Schoolkeeper sends nothing itself. It asks the policies in force before somebody sends, and writes down
//! what they sent; what the policies refuse is never written down.

mod ask;
mod sent;

pub use ask::{Said, Sending};
pub use sent::{Arrival, SentItem, SentState};

use crate::act::Before;
use crate::of::controls;
use schoolkeeper_core::control::{Channel, ControlKind};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::Refusal;

/// The register.
const DISPATCH: &str = "dispatch";
/// The way that would stay inside Schoolkeeper.
const INSIDE: &str = "parcel";

type Of<'b> = crate::of::Of<'b, Channel>;

/// Every channel that counts at the school today.
fn channels(before: &Before) -> impl Iterator<Item = Of<'_>> {
    controls(before, |kind| match kind {
        ControlKind::Channel(spec) => Some(spec),
        _ => None,
    })
}

fn nobody<T>() -> Result<T, Refusal> {
    Refusal::say("nobody on record is sending this\nhint: sign in as yourself")
}

fn is_filled(value: &Value) -> bool {
    !schoolkeeper_rules::flow::form::is_blank(value)
}
