//! Every kind of job that is pushed, in one screen. What the clock starts stands in the schedule beside it.

use super::{Handler, check};
use crate::mail;

/// Every handler. Append freely; remove a kind only a release after its last push.
pub const HANDLERS: &[Handler] = &[
    crate::backup::HANDLER,
    crate::register::bulk::HANDLER,
    crate::keep::HANDLER,
    crate::agreement::PILE,
    Handler {
        kind: mail::SEND,
        // The mail itself gives up first and says why in the outbox.
        attempts_max: mail::ATTEMPTS_MAX + 2,
        run: |house, document| Box::pin(mail::send(house, document)),
    },
    Handler {
        kind: crate::webhook::JOB,
        // The delivery itself gives up first and says why on its page.
        attempts_max: crate::webhook::ATTEMPTS_MAX + 2,
        run: |house, document| Box::pin(crate::webhook::deliver(house, document)),
    },
    Handler { kind: crate::intake::KIND, attempts_max: 3, run: |house, document| Box::pin(house.run_intake(document)) },
    Handler {
        kind: crate::case::UNOPENED,
        attempts_max: 5,
        run: |house, document| Box::pin(house.tell_unopened(document)),
    },
    Handler { kind: check::KIND, attempts_max: 5, run: |house, document| Box::pin(house.run_check(document)) },
];
