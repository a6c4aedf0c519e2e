//! Drawing a few entries fairly and repeatably.

use crate::school::{School, at, school, text, texts};
use proptest::prelude::*;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::standing::{Missing, Standing};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::occur::sample::{Draw, draw};
use std::collections::BTreeSet;

const SPOT: &str = r#"
[control.it]
type = "duty"
title = "Spot check"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
sample = { for = "room", count = 3 }
evidence = ["note"]
"#;

fn ids(numbers: std::ops::Range<u32>) -> Vec<EntryId> {
    let id = |number: u32| serde_json::from_value(format!("00000000-0000-0000-0000-{number:012x}").into()).unwrap();
    numbers.map(id).collect()
}

fn school_id() -> SchoolId {
    SchoolId(ids(9..10)[0].0)
}

fn seed(due: &str) -> Draw<'_> {
    Draw { control: "it", due: due.parse().unwrap(), school: school_id(), checkpoint: "" }
}

#[test]
fn a_draw_is_the_same_for_everybody_and_another_one_each_week() {
    let rooms = ids(0..40);
    let first = draw(seed("2026-11-27"), rooms.iter().copied(), 5);
    assert_eq!(first, draw(seed("2026-11-27"), rooms.iter().rev().copied(), 5), "whatever the order");
    assert_ne!(first, draw(seed("2026-12-04"), rooms.iter().copied(), 5));
    assert_ne!(first, draw(Draw { checkpoint: "x", ..seed("2026-11-27") }, rooms.iter().copied(), 5));
    assert_ne!(first, draw(Draw { control: "other", ..seed("2026-11-27") }, rooms.iter().copied(), 5));
}

#[test]
fn over_many_weeks_every_room_comes_up_about_as_often() {
    let rooms = ids(0..20);
    let mut hits = vec![0_u32; rooms.len()];
    let mut due: jiff::civil::Date = "2020-01-03".parse().unwrap();
    for _ in 0..1_000 {
        due = due.checked_add(jiff::Span::new().days(7)).unwrap();
        let drawn = draw(Draw { due, ..seed("2026-11-27") }, rooms.iter().copied(), 5);
        for (at, room) in rooms.iter().enumerate() {
            hits[at] += u32::from(drawn.contains(room));
        }
    }
    assert!(hits.iter().all(|count| (190..=310).contains(count)), "250 expected: {hits:?}");
}

proptest! {
    #[test]
    fn a_room_more_changes_at_most_one_of_the_drawn(rooms in 1_u32..60, count in 0_usize..10) {
        let before: BTreeSet<_> = draw(seed("2026-11-27"), ids(0..rooms).into_iter(), count).into_iter().collect();
        let after: BTreeSet<_> = draw(seed("2026-11-27"), ids(0..rooms + 1).into_iter(), count).into_iter().collect();
        prop_assert_eq!(before.len(), count.min(rooms as usize));
        prop_assert!(before.difference(&after).count() <= 1);
    }
}

fn spot(now: &str) -> School {
    let mut school = school(SPOT, now).census("room");
    for number in 0..12 {
        school.put("room", &[("name", text(&format!("Room {number}")))]);
    }
    school
}

#[test]
fn in_the_window_the_drawn_rooms_are_due_and_no_others() {
    let result = spot("2026-11-26T09:00").result();
    assert_eq!((result.standing, result.counts.due, result.counts.subjects), (Standing::Due, 3, 3));
    assert_eq!(result.due_on, Some("2026-11-27".parse().unwrap()));
}

#[test]
fn before_the_first_window_nobody_learns_which_rooms_are_drawn() {
    let result = spot("2026-11-23T09:00").result();
    assert_eq!((result.standing, result.counts.subjects), (Standing::Due, 0));
}

#[test]
fn a_drawn_room_nobody_looked_at_is_broken_and_the_next_check_answers_for_it() {
    let school = spot("2026-11-28T09:00").in_force("2026-11-24T00:00");
    let rooms: Vec<EntryId> = school.result().findings.iter().filter_map(|finding| finding.subject).collect();
    assert_eq!((school.result().standing, rooms.len()), (Standing::Broken, 3));
    let note = ("shown", texts(&["note"]));
    let one = school.done("2026-11-27", &[("entry", Value::Ref(rooms[0])), note.clone()]);
    assert_eq!((one.result().counts.broken, one.result().counts.kept), (2, 1));
    assert_eq!(one.result().findings[0].since, at("2026-11-28T00:00"));
    let next = one.now("2026-12-03T09:00").done("2026-12-04", &[("on", crate::school::day("2026-12-03")), note]);
    assert_eq!((next.result().standing, next.result().counts.kept), (Standing::Kept, 3));
}

#[test]
fn a_sample_of_an_unknown_list_is_unknown() {
    let open = school(SPOT, "2026-11-26T09:00");
    assert_eq!(open.result().missing, [Missing::census(&"room".into())]);
}

#[test]
fn which_rooms_are_drawn_depends_on_the_ledger_of_two_days_before_and_on_nothing_later() {
    let drawn = |seeds: &[(&str, &str)]| {
        let mut school = spot("2026-11-28T09:00").in_force("2026-11-24T00:00");
        let seeds = seeds.iter().map(|(day, root)| (day.parse().unwrap(), (*root).to_owned()));
        school.world.seeds = std::sync::Arc::new(seeds.collect());
        school.result().findings.iter().filter_map(|finding| finding.subject).collect::<BTreeSet<_>>()
    };
    // It opens on Wednesday, 25 November.
    let seeded = drawn(&[("2026-11-23", "one")]);
    assert_ne!(seeded, drawn(&[]), "nobody could foresee it");
    assert_ne!(seeded, drawn(&[("2026-11-23", "another")]));
    assert_eq!(seeded, drawn(&[("2026-11-20", "older"), ("2026-11-23", "one"), ("2026-11-24", "later")]));
}
