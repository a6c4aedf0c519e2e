//! The calendar of a made-up school: three terms a year with half terms and INSET days, autumn 2024 to summer 2028.

use jiff::civil::{Date, date};
use schoolkeeper_core::calendar::{Calendar, Division, Term};
use std::sync::Arc;

/// Four school years in England; beyond them nothing is known.
pub fn standard() -> Arc<Calendar> {
    let day = |y: i16, m: i8, d: i8| date(y, m, d);
    let term = |name: &str, (from, to), (half_from, half_to), inset: &[Date]| Term {
        name: name.to_owned(),
        from,
        to,
        half_from: Some(half_from),
        half_to: Some(half_to),
        inset: inset.to_vec(),
        closed: Vec::new(),
    };
    let years = [
        ("autumn", (day(2024, 9, 2), day(2024, 12, 20)), (day(2024, 10, 28), day(2024, 11, 1)), day(2024, 9, 2)),
        ("spring", (day(2025, 1, 6), day(2025, 4, 4)), (day(2025, 2, 17), day(2025, 2, 21)), day(2025, 1, 6)),
        ("summer", (day(2025, 4, 22), day(2025, 7, 22)), (day(2025, 5, 26), day(2025, 5, 30)), day(2025, 7, 22)),
        ("autumn", (day(2025, 9, 1), day(2025, 12, 19)), (day(2025, 10, 27), day(2025, 10, 31)), day(2025, 9, 1)),
        ("spring", (day(2026, 1, 5), day(2026, 3, 27)), (day(2026, 2, 16), day(2026, 2, 20)), day(2026, 1, 5)),
        ("summer", (day(2026, 4, 13), day(2026, 7, 21)), (day(2026, 5, 25), day(2026, 5, 29)), day(2026, 7, 21)),
        ("autumn", (day(2026, 9, 1), day(2026, 12, 18)), (day(2026, 10, 26), day(2026, 10, 30)), day(2026, 9, 1)),
        ("spring", (day(2027, 1, 4), day(2027, 3, 25)), (day(2027, 2, 15), day(2027, 2, 19)), day(2027, 1, 4)),
        ("summer", (day(2027, 4, 12), day(2027, 7, 21)), (day(2027, 5, 31), day(2027, 6, 4)), day(2027, 7, 21)),
        ("autumn", (day(2027, 9, 1), day(2027, 12, 17)), (day(2027, 10, 25), day(2027, 10, 29)), day(2027, 9, 1)),
        ("spring", (day(2028, 1, 4), day(2028, 3, 31)), (day(2028, 2, 14), day(2028, 2, 18)), day(2028, 1, 4)),
        ("summer", (day(2028, 4, 18), day(2028, 7, 21)), (day(2028, 5, 29), day(2028, 6, 2)), day(2028, 7, 21)),
    ];
    let terms = years.into_iter().map(|(name, days, half, inset)| term(name, days, half, &[inset])).collect();
    Arc::new(Calendar::new(Division::EnglandAndWales, terms))
}

/// No calendar at all.
pub fn none() -> Arc<Calendar> {
    Arc::new(Calendar::new(Division::EnglandAndWales, Vec::new()))
}
