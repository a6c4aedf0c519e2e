//! Spreading yearly tasks over a school year, so that no role has more than so many in a fortnight.
//!
//! Invariant: pure; a task is never planned before it opens or after it is due, and always on a staff day.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// Days of a slot.
const FORTNIGHT: i32 = 14;

/// A task to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ToPlan {
    /// Whose it is.
    pub role: String,
    /// The first day on which it can be done.
    pub opens: Date,
    /// The last.
    pub due: Date,
}

/// The year they are planned in.
pub(super) struct Slots<'a> {
    /// Its first day.
    pub from: Date,
    /// Its last.
    pub to: Date,
    /// Most tasks of a role in a fortnight.
    pub most: usize,
    /// Whether staff are there on a day.
    pub staff: &'a dyn Fn(Date) -> bool,
}

/// A day for each task, or none where its role has no fortnight left. `busy`: whose other tasks are due when.
pub(super) fn spread(tasks: &[ToPlan], busy: &[(String, Date)], slots: &Slots<'_>) -> Vec<Option<Date>> {
    let mut load: BTreeMap<(&str, i32), usize> = BTreeMap::new();
    let mut all: BTreeMap<i32, usize> = BTreeMap::new();
    for (role, day) in busy {
        *load.entry((role, slots.of(*day))).or_default() += 1;
        *all.entry(slots.of(*day)).or_default() += 1;
    }
    let choices: Vec<Vec<(i32, Date)>> = tasks.iter().map(|task| slots.choices(task)).collect();
    let mut order: Vec<usize> = (0..tasks.len()).collect();
    // Those with the least choice first.
    order.sort_by_key(|at| (choices[*at].len(), tasks[*at].due, *at));
    let mut out = vec![None; tasks.len()];
    for at in order {
        let role = tasks[at].role.as_str();
        // Where the role has least to do; among such where the school has least to do.
        let free = choices[at].iter().map(|(slot, day)| {
            let count = load.get(&(role, *slot)).copied().unwrap_or_default();
            (count, all.get(slot).copied().unwrap_or_default(), *slot, *day)
        });
        let Some((.., slot, day)) = free.filter(|(count, ..)| *count < slots.most).min() else { continue };
        *load.entry((role, slot)).or_default() += 1;
        *all.entry(slot).or_default() += 1;
        out[at] = Some(day);
    }
    out
}

impl Slots<'_> {
    /// The fortnight a day lies in, counted from the Monday before the year begins.
    fn of(&self, day: Date) -> i32 {
        (day - monday(self.from)).get_days().div_euclid(FORTNIGHT)
    }

    /// The fortnights a task can be done in, each with its last staff day.
    fn choices(&self, task: &ToPlan) -> Vec<(i32, Date)> {
        let (first, last) = (task.opens.max(self.from), task.due.min(self.to));
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
        let mut out: BTreeMap<i32, Date> = BTreeMap::new();
        out.extend(days.filter(|day| (self.staff)(*day)).map(|day| (self.of(day), day)));
        out.into_iter().collect()
    }
}

fn monday(day: Date) -> Date {
    let since = i64::from(day.weekday().since(Weekday::Monday));
    day.saturating_sub(since.days())
}

#[cfg(test)]
mod tests {
    use super::{Slots, ToPlan, spread};
    use jiff::civil::{Date, Weekday, date};
    use std::collections::BTreeMap;

    fn weekday(day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    fn year(most: usize) -> Slots<'static> {
        Slots { from: date(2026, 9, 1), to: date(2027, 7, 20), most, staff: &weekday }
    }

    fn task(role: &str, opens: Date, due: Date) -> ToPlan {
        ToPlan { role: role.to_owned(), opens, due }
    }

    #[test]
    fn no_role_has_more_than_so_many_in_a_fortnight_and_every_day_is_one_of_staff_within_its_dates() {
        let all: Vec<ToPlan> = (0..40)
            .map(|at| task(if at % 2 == 0 { "Head" } else { "IT" }, date(2026, 9, 1), date(2027, 7, 20)))
            .collect();
        let days = spread(&all, &[], &year(1));
        let mut load: BTreeMap<(&str, i32), usize> = BTreeMap::new();
        for (task, day) in all.iter().zip(&days) {
            let day = day.expect("there is room");
            assert!(weekday(day) && task.opens <= day && day <= task.due, "{day}");
            *load.entry((&task.role, year(1).of(day))).or_default() += 1;
        }
        assert!(load.values().all(|count| *count == 1), "{load:?}");
    }

    #[test]
    fn the_tasks_of_different_roles_do_not_all_fall_into_the_first_fortnight() {
        let roles = ["Head", "IT", "Office", "Governor", "Site"];
        let all = roles.map(|role| task(role, date(2026, 9, 1), date(2026, 11, 8)));
        let days = spread(&all, &[], &year(3));
        let slots: std::collections::BTreeSet<i32> = days.iter().flatten().map(|day| year(3).of(*day)).collect();
        assert_eq!(slots.len(), 5, "{days:?}");
    }

    #[test]
    fn what_is_due_anyway_counts_and_what_does_not_fit_is_said() {
        let (opens, due) = (date(2026, 9, 1), date(2026, 9, 11));
        let all = [task("Head", opens, due), task("Head", opens, due), task("IT", opens, due)];
        let busy = [("Head".to_owned(), date(2026, 9, 4))];
        let days = spread(&all, &busy, &year(2));
        assert_eq!(days.iter().flatten().count(), 2, "{days:?}");
        assert!(days[0].is_some() != days[1].is_some() && days[2].is_some(), "{days:?}");
    }

    #[test]
    fn a_task_with_little_time_is_planned_before_one_with_much() {
        let long = task("Head", date(2026, 9, 1), date(2026, 9, 25));
        let short = task("Head", date(2026, 9, 1), date(2026, 9, 11));
        let days = spread(&[long, short], &[], &year(1));
        assert_eq!(days, [Some(date(2026, 9, 25)), Some(date(2026, 9, 11))]);
    }

    #[test]
    fn a_task_without_a_staff_day_is_not_planned() {
        let weekend = task("Head", date(2026, 9, 5), date(2026, 9, 6));
        assert_eq!(spread(&[weekend], &[], &year(3)), [None]);
    }
}
