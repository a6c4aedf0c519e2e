//! Examples of a pack, run through the same functions as production.
