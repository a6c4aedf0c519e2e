//! The engine *flow*: requests, agreements, cases and dispatches: states, steps, stages, clocks, tellings.
