use super::*;

fn shares(counts: &[(&str, usize)]) -> Shares {
    let counts = counts.iter().map(|(name, count)| (Name::from(*name), *count)).collect();
    BTreeMap::from([(Name::from("seriousness"), counts)])
}

fn counted(all: usize, counts: &[(&str, usize)]) -> YearCount {
    year_count((2026, "Breach".to_owned()), all, &shares(counts))
}

#[test]
fn a_small_number_is_not_given() {
    assert_eq!(counted(4, &[]).all.to_string(), "fewer than 5");
    assert_eq!(counted(5, &[]).all.to_string(), "5");
    assert_eq!(counted(0, &[]).all.to_string(), "0");
}

#[test]
fn parts_are_shown_only_when_none_can_be_worked_out_to_be_small() {
    let good = counted(12, &[("minor", 7), ("serious", 5), ("gross", 0)]);
    assert_eq!(good.parts[0].1.len(), 3);
    assert!(!good.left_out);
    for bad in [counted(12, &[("minor", 8), ("gross", 4)]), counted(12, &[("minor", 10), ("gross", 0)])] {
        assert_eq!(bad.parts, Vec::new(), "one part is small, or what is left over is");
        assert!(bad.left_out);
    }
}
