use super::*;
use crate::demo::trust::place::places;

fn when(month: usize) -> When {
    let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    When { month, now, today: "2026-11-23".parse().unwrap(), first: "2025-11-23".parse().unwrap() }
}

/// Fills a cell of every row of a long list.
fn column(text: &str, month: usize) -> Vec<String> {
    let (all, names, when) = (places(1, 1, when(0).first), BTreeMap::new(), when(month));
    let row = |at| Row { seed: 1, place: &all[1], when: &when, list: "l", at, per: 1, person: None, names: &names };
    (0..2_000).map(|at| row(at).fill("c", text)).collect()
}

#[test]
fn mistakes_stay_with_their_rows_and_grow_fewer() {
    let wrong = |month| -> Vec<usize> {
        let cells = column("good ~20 bad", month);
        (0..cells.len()).filter(|at| cells[*at] == "bad").collect()
    };
    let (first, last) = (wrong(0), wrong(12));
    assert!((400..640).contains(&first.len()), "{}", first.len());
    assert!(last.len() * 2 < first.len(), "{} of {}", last.len(), first.len());
    assert!(last.iter().all(|at| first.contains(at)), "a mistake that nobody made before");
}

#[test]
fn a_cell_knows_days_numbers_and_choices() {
    assert_eq!(column("{school}-{nnn}", 0)[6], "S01-007");
    assert_eq!(column("{day -1}", 0)[0], "22/11/2026");
    assert_eq!(column("{since +10}", 0)[0], "03/12/2025");
    assert_eq!(column("{once +400}", 0)[0], "", "what has not happened yet is left out");
    let chosen = column("{a|b}", 3);
    assert!(chosen.iter().any(|cell| cell == "a") && chosen.iter().any(|cell| cell == "b"));
    let days = column("{day -9..-2}", 5);
    assert!(days.iter().all(|day| ("14/11/2026"..="21/11/2026").contains(&day.as_str())), "{:?}", &days[..9]);
}
