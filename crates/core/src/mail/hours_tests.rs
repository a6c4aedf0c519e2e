use super::{Digest, Hours, Item, digests};
use crate::calendar::{Calendar, Division, Term};
use crate::id::{EntryId, SchoolId};
use crate::mail::MailKind;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn t(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn term(name: &str, from: &str, to: &str, half: (&str, &str)) -> Term {
    Term {
        name: name.to_owned(),
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        half_from: Some(half.0.parse().unwrap()),
        half_to: Some(half.1.parse().unwrap()),
        inset: Vec::new(),
        closed: Vec::new(),
    }
}

fn calendar() -> Calendar {
    let terms = vec![
        term("autumn", "2026-09-02", "2026-12-18", ("2026-10-26", "2026-10-30")),
        term("spring", "2027-01-05", "2027-03-25", ("2027-02-15", "2027-02-19")),
        term("summer", "2027-04-12", "2027-07-23", ("2027-05-31", "2027-06-04")),
    ];
    Calendar::new(Division::EnglandAndWales, terms)
}

fn slot(wanted: &str, now: &str) -> String {
    Hours::default().slot(&calendar(), t(wanted), t(now)).to_string()
}

#[test]
fn what_is_asked_in_the_hours_goes_at_once() {
    assert_eq!(slot("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"), "2026-11-23T10:00:00Z");
}

#[test]
fn a_week_is_gathered_on_its_first_day_with_staff_and_what_presses_comes_on_its_day() {
    let weekly = Hours { weekly: true, ..Hours::default() };
    let day = |text: &str| text.parse().unwrap();
    let task = |by: Option<&str>| MailKind::Task { by: by.map(day) };
    let tells = |hours: Hours, on: &str, kind: &MailKind| hours.tells(&calendar(), day(on), kind);
    let later = task(Some("2026-12-18"));
    assert!(tells(weekly, "2026-11-23", &later), "a Monday");
    assert!(!tells(weekly, "2026-11-25", &later) && tells(Hours::default(), "2026-11-25", &later), "a Wednesday");
    assert!(tells(weekly, "2027-01-05", &task(None)), "school begins on a Tuesday");
    assert!(!tells(weekly, "2027-01-06", &task(None)));
    assert!(tells(weekly, "2026-11-25", &task(Some("2026-12-02"))), "the next one would be too late");
    assert!(!tells(weekly, "2026-11-25", &MailKind::Signature { by: Some(day("2026-12-03")) }));
    assert!(tells(weekly, "2026-11-25", &MailKind::Decision { by: Some(day("2026-12-18")) }), "somebody waits");
}

#[test]
fn what_is_asked_in_the_night_waits_for_the_morning() {
    assert_eq!(slot("2026-11-23T05:00:00Z", "2026-11-23T05:00:00Z"), "2026-11-23T07:30:00Z");
    assert_eq!(slot("2026-11-23T17:30:00Z", "2026-11-23T17:30:00Z"), "2026-11-24T07:30:00Z");
}

#[test]
fn hours_are_those_of_the_clock_on_the_wall() {
    assert_eq!(slot("2027-04-20T05:00:00Z", "2027-04-20T05:00:00Z"), "2027-04-20T06:30:00Z");
}

#[test]
fn what_is_asked_in_a_holiday_waits_until_school_begins() {
    assert_eq!(slot("2026-12-24T10:00:00Z", "2026-12-24T10:00:00Z"), "2027-01-05T07:30:00Z");
}

#[test]
fn what_lies_ahead_in_a_holiday_is_brought_forward() {
    assert_eq!(slot("2026-12-29T09:00:00Z", "2026-12-01T09:00:00Z"), "2026-12-18T07:30:00Z");
    assert_eq!(slot("2026-10-28T09:00:00Z", "2026-10-23T12:00:00Z"), "2026-10-23T12:00:00Z");
}

#[test]
fn what_lies_ahead_in_a_holiday_that_has_begun_waits_for_its_end() {
    assert_eq!(slot("2026-12-29T09:00:00Z", "2026-12-18T17:45:00Z"), "2027-01-05T07:30:00Z");
}

#[test]
fn without_terms_working_days_are_used() {
    let calendar = Calendar::new(Division::EnglandAndWales, Vec::new());
    let now = t("2026-12-24T18:00:00Z");
    assert_eq!(Hours::default().slot(&calendar, now, now), t("2026-12-29T07:30:00Z"));
}

/// Asked for after so many minutes, by one of three people.
fn arrivals() -> impl Strategy<Value = Vec<(u32, u128, u8)>> {
    proptest::collection::vec((0..200_000_u32, 0..3_u128, 0..3_u8), 0..60)
}

fn kind(number: u8) -> MailKind {
    match number {
        0 => MailKind::Decision { by: None },
        1 => MailKind::Task { by: None },
        _ => MailKind::Signature { by: None },
    }
}

struct Told {
    at: Timestamp,
    person: EntryId,
    digest: Digest,
}

/// Rounds at the given steps until every item had some open days to be told on.
fn play(arrivals: &[(u32, u128, u8)], steps: &[u32]) -> Vec<Told> {
    let (calendar, hours, start) = (calendar(), Hours::default(), t("2026-11-01T00:00:00Z"));
    let after = |minutes: u32| start + SignedDuration::from_mins(i64::from(minutes));
    let mut told: Vec<Told> = Vec::new();
    let mut done: BTreeSet<Uuid> = BTreeSet::new();
    let (mut minute, mut step) = (0, steps.iter().cycle());
    let asked: Vec<(u32, Item)> = arrivals
        .iter()
        .enumerate()
        .map(|(number, (at, person, sort))| {
            let mail = Uuid::from_u128(number as u128);
            let due_at = hours.slot(&calendar, after(*at), after(*at));
            let person = EntryId(Uuid::from_u128(*person));
            (*at, Item { mail, school: SchoolId(Uuid::nil()), person, kind: kind(*sort), due_at })
        })
        .collect();
    while minute < 350_000 {
        let now = after(minute);
        let seen = asked.iter().filter(|(at, item)| *at <= minute && !done.contains(&item.mail));
        let items: Vec<Item> = seen.map(|(_, item)| item.clone()).collect();
        let today = calendar.day(now);
        let told_today: BTreeSet<EntryId> =
            told.iter().filter(|told| calendar.day(told.at) == today).map(|told| told.person).collect();
        for (person, digest) in digests(now, &items, |_, _| hours.are_open(&calendar, now), &told_today) {
            done.extend(&digest.mails);
            told.push(Told { at: now, person, digest });
        }
        minute += step.next().copied().unwrap_or(10);
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_told_twice_a_day_nor_in_quiet_hours_and_nothing_is_lost(
        arrivals in arrivals(), steps in proptest::collection::vec(60..400_u32, 1..5),
    ) {
        let told = play(&arrivals, &steps);
        let calendar = calendar();
        let mut days: BTreeSet<(jiff::civil::Date, EntryId)> = BTreeSet::new();
        let mut times: BTreeMap<Uuid, u32> = BTreeMap::new();
        for Told { at, person, digest } in &told {
            prop_assert!(days.insert((calendar.day(*at), *person)), "two digests on one day");
            prop_assert!(calendar.is_staff_day(calendar.day(*at)).unwrap());
            let time = at.to_zoned(calendar.zone().clone()).time();
            prop_assert!(Hours::default().from <= time && time < Hours::default().to, "told at {time}");
            prop_assert_eq!(digest.gathered.count() as usize, digest.mails.len());
            prop_assert!(!digest.mails.is_empty(), "an empty digest");
            for mail in &digest.mails {
                *times.entry(*mail).or_default() += 1;
            }
        }
        prop_assert_eq!(times.len(), arrivals.len(), "something was lost");
        prop_assert!(times.values().all(|times| *times == 1), "something was told twice");
    }

    #[test]
    fn a_slot_is_in_the_hours_and_never_before_it_was_asked(wanted in 0..400_000_i64, ahead in 0..60_000_i64) {
        let (calendar, hours) = (calendar(), Hours::default());
        let now = t("2026-10-01T00:00:00Z") + SignedDuration::from_mins(wanted);
        let slot = hours.slot(&calendar, now + SignedDuration::from_mins(ahead), now);
        prop_assert!(slot >= now);
        prop_assert!(hours.are_open(&calendar, slot), "{slot}");
    }
}
