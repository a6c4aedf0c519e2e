//! The engine *occur*: what falls due when on the school's calendar, and how duties and jobs stand.
