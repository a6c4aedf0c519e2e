//! Every kind of job that is pushed, in one screen. What the clock starts stands in the schedule beside it.

use super::Handler;

/// Every handler. Append freely; remove a kind only a release after its last push.
pub const HANDLERS: &[Handler] = &[];
