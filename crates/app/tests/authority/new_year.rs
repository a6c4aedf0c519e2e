//! The new school year told in days: the dates, who leaves and who comes after, the yearly tasks spread.

use crate::house::{TODAY, Test, noon};
use schoolkeeper_app::House;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::handover::HandTo;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::new_year::{NewYear, YearAsked};
use schoolkeeper_core::actor::Actor;
use std::collections::BTreeMap;

const POLICY: &str = r#"
[pack]
id = "small"
title = "Small"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
it-technician = { title = "IT technician", acts_as = "technician" }
[ladder]
usual = { steps = [{ at = "0 days", tell = ["owner"] }] }
[[clause]]
id = "1"
section = "Every year"
text = "Six things are looked at every school year."
mode = "evidenced"
who = ["it-technician"]
controls = ["one", "two", "three", "four", "five", "six", "termly"]
[control.one]
type = "duty"
title = "Look at one"
owner = ["it-technician"]
every = "1 school year"
evidence = ["note"]
ladder = "usual"
[control.two]
type = "duty"
title = "Look at two"
owner = ["it-technician"]
every = "1 school year"
evidence = ["note"]
ladder = "usual"
[control.three]
type = "duty"
title = "Look at three"
owner = ["it-technician"]
every = "1 school year"
evidence = ["note"]
ladder = "usual"
[control.four]
type = "duty"
title = "Look at four"
owner = ["it-technician"]
every = "1 school year"
evidence = ["note"]
ladder = "usual"
[control.five]
type = "duty"
title = "Look at five"
owner = ["headteacher"]
every = "1 school year"
evidence = ["note"]
ladder = "usual"
[control.six]
type = "duty"
title = "Look at six"
owner = ["headteacher"]
every = "1 school year"
evidence = ["note"]
ladder = "usual"
[control.termly]
type = "duty"
title = "Restore test"
owner = ["it-technician"]
every = "1 term"
evidence = ["note"]
ladder = "usual"
"#;
const THIS: &str = r#"
[[term]]
name = "autumn"
from = 2026-09-01
to = 2026-12-18
half_from = 2026-10-26
half_to = 2026-10-30
[[term]]
name = "spring"
from = 2027-01-04
to = 2027-03-25
half_from = 2027-02-15
half_to = 2027-02-19
[[term]]
name = "summer"
from = 2027-04-12
to = 2027-07-21
half_from = 2027-05-31
half_to = 2027-06-04
"#;
const NEXT: &str = r#"
[[term]]
name = "autumn 2027"
from = 2027-09-02
to = 2027-12-17
half_from = 2027-10-25
half_to = 2027-10-29
[[term]]
name = "spring 2028"
from = 2028-01-04
to = 2028-03-31
half_from = 2028-02-14
half_to = 2028-02-18
[[term]]
name = "summer 2028"
from = 2028-04-17
to = 2028-07-21
half_from = 2028-05-29
half_to = 2028-06-02
"#;
/// Tom goes at the end of August, Jo comes after him.
const STAFF: &str = "Name,Email,Kind,Last day\nHanna Made-Up,head@hill.example,staff,\n\
    Bea Made-Up,office@hill.example,staff,\nTom Made-Up,tech@hill.example,staff,2027-08-31\n\
    Sam Made-Up,staff@hill.example,staff,\nGail Made-Up,gov@hill.example,governor,\n\
    Pip Made-Up,pupil@hill.example,pupil,\nJo Made-Up,jo@hill.example,staff,\n";

/// At most one task of a role in a fortnight.
const BY_ONE: YearAsked = YearAsked { most: 1, next: false };

async fn looked_at(test: &Test, head: &Actor) -> NewYear {
    test.house.new_year(head, &test.hill, BY_ONE).await.unwrap()
}

/// Titles of the steps that are ready.
fn ready(year: &NewYear) -> Vec<&'static str> {
    year.steps.iter().filter(|step| step.done).map(|step| step.title).collect()
}

async fn the_new_school_year_is_prepared_in_july(url: String) {
    let mut test = Test::over(POLICY, &url, Some(THIS)).await;
    test.give("Tom Made-Up", "it-technician").await;
    test.give("Hanna Made-Up", "headteacher").await;
    test = test.on("2027-07-05".parse().unwrap()).await;
    let head = test.actor("Hanna Made-Up").await;
    let year = looked_at(&test, &head).await;
    assert_eq!(year.from.to_string(), "2027-09-01");
    assert_eq!(ready(&year), ["Who holds which role", "Agreements signed anew", "Training"], "{:?}", year.steps);
    assert!(year.spread.is_empty(), "without dates nothing can be planned");
    test.house.set_calendar(&head, &test.hill, &format!("{THIS}{NEXT}")).await.unwrap();
    test.bring_in(&test.house.operator(), &test.hill, "person", STAFF).await.unwrap();
    let year = looked_at(&test, &head).await;
    assert!(year.steps[2].words.contains("1 leaves, 1 of them holding a role"), "{:?}", year.steps[2]);
    // The handover: Jo has the role from the first day of the new year.
    let (tom, jo) = (test.person("Tom Made-Up").await, test.person("Jo Made-Up").await);
    let leaving = test.house.leaving(&head, &test.hill, tom).await.unwrap();
    assert_eq!(leaving.last_day.unwrap().to_string(), "2027-08-31");
    let keys: Vec<&str> = leaving.things.iter().map(|thing| thing.key.as_str()).collect();
    assert_eq!(keys.len(), 1, "{:?}", leaving.things);
    assert!(leaving.things[0].more.contains("Tasks you do: 5"), "{:?}", leaving.things);
    let from = "2027-09-01".parse().unwrap();
    let to = HandTo { successor: jo, from, until: None, paper: "Letter of 5 July".to_owned() };
    let handed = test.house.pass_on((&head, &test.hill), tom, &keys, &to).await.unwrap();
    assert!(handed.refused.is_empty() && handed.done == ["Role IT technician"], "{handed:?}");
    // The spread is a look first, and then an act.
    let year = looked_at(&test, &head).await;
    assert_eq!(year.spread.len(), 6, "{:?}", year.spread);
    assert!(year.spread.iter().all(|one| one.planned.is_none() && one.day.is_some()), "{:?}", year.spread);
    let mut load: BTreeMap<(String, i32), usize> = BTreeMap::new();
    for one in &year.spread {
        let slot = (one.day.unwrap() - "2027-08-30".parse::<jiff::civil::Date>().unwrap()).get_days().div_euclid(14);
        *load.entry((one.owner.clone(), slot)).or_default() += 1;
    }
    assert!(load.values().all(|count| *count == 1), "at most one of a role in a fortnight: {load:?}");
    assert!(
        test.house.new_year(&test.actor("Tom Made-Up").await, &test.hill, BY_ONE).await.is_err(),
        "not his to plan"
    );
    assert_eq!(test.house.plan_year(&head, &test.hill, BY_ONE).await.unwrap(), 6);
    let year = looked_at(&test, &head).await;
    assert!(year.spread.iter().all(|one| one.planned == one.day), "{:?}", year.spread);
    assert_eq!(year.steps.iter().filter(|step| step.done).count(), 6, "{:?}", year.steps);
    // In the new year the tasks stand in their months, and Jo sees when each is meant.
    test = test.on("2027-09-06".parse().unwrap()).await;
    let head = test.actor("Hanna Made-Up").await;
    let months = test.house.task_year(&head, &test.hill).await.unwrap();
    let planned = months.iter().flat_map(|month| &month.tasks).filter(|task| task.planned.is_some()).count();
    assert_eq!(planned, 6, "{months:?}");
    // Nobody prepares this one any more; whoever looks ahead asks for the next.
    let (this, next) = (looked_at(&test, &head).await, YearAsked { next: true, ..BY_ONE });
    assert!(this.runs && this.from.to_string() == "2027-09-01", "{}", this.from);
    let next = test.house.new_year(&head, &test.hill, next).await.unwrap();
    assert!(!next.runs && next.from.to_string() == "2028-09-01", "{}", next.from);
    let jo = test.house.mine_at(&test.actor("Jo Made-Up").await, test.hill.clone()).await.unwrap();
    assert_eq!(jo.all.iter().filter(|one| one.about.starts_with("Planned for ")).count(), 4, "{:?}", jo.all);
    let tom = test.house.mine_at(&test.actor("Tom Made-Up").await, test.hill.clone()).await.unwrap();
    assert!(tom.all.is_empty(), "he has gone: {:?}", tom.all);
}

schoolkeeper_testkit::both_engines!(the_new_school_year_is_prepared_in_july,);

#[tokio::test]
async fn of_many_schools_one_is_looked_at_whole_and_the_others_are_counted() {
    let many = 30;
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("small.toml");
    std::fs::write(&pack, crate::house::POLICY).unwrap();
    let schools: Vec<String> = (1..=many).map(|at| format!("School {at:03}")).collect();
    let new = NewHouse {
        schools,
        trust: Some("Made-up Trust".to_owned()),
        pack: pack.to_str().unwrap().to_owned(),
        sandbox: true,
        ..NewHouse::default()
    };
    let data = folder.path().join("data");
    let now = Some(noon(TODAY));
    new.make(&data, now).await.unwrap();
    let house = House::open(&data, now).await.unwrap();
    let operator = house.operator();
    let third = house.one_school(&operator, Some("school-003")).await.unwrap();
    let devices = List {
        register: "device",
        file: "devices.csv",
        bytes: b"Device name,Encrypted\nMU-1,no\nMU-2,no\n",
        ..List::default()
    };
    house.bring_in(&operator, &third, &devices).await.unwrap();
    house.evaluate(&operator, &third).await.unwrap();
    let begun = std::time::Instant::now();
    let mine = house.mine(&operator, None).await.unwrap();
    let took = begun.elapsed();
    assert_eq!((mine.schools.len(), mine.others.len()), (1, many));
    assert!(mine.schools[0].school.trust, "the central office first");
    let counted: Vec<(&str, u64)> =
        mine.others.iter().filter(|one| one.problems > 0).map(|one| (&*one.school.slug, one.problems)).collect();
    assert_eq!(counted, [("school-003", 1)], "two laptops are one cause");
    let chosen = house.mine(&operator, Some("school-003")).await.unwrap();
    assert_eq!(chosen.schools[0].school.slug, "school-003");
    eprintln!("my page of {many} schools took {took:?}");
}
