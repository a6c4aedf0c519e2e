//! The engine *evaluate*: the standing of every control and clause of a pack in a world.
//!
//! Each control type has a `judge(ctx, control, spec) -> Judged` in the engine that owns it:
//! evaluate: rule, setting, retention, access · occur: duty, job · flow: request, agreement, case, channel.
