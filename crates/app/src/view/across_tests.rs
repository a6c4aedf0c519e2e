use super::*;

fn at(slug: &str, broken: usize, unknown: usize) -> SchoolAt {
    SchoolAt { slug: slug.to_owned(), title: slug.to_owned(), tally: Tally { unknown, broken, ..Tally::default() } }
}

fn section(slug: &str, schools: Vec<SchoolAt>) -> SectionAcross {
    let words = || slug.to_owned();
    SectionAcross { pack: "p".to_owned(), policy: "P".to_owned(), slug: words(), title: words(), schools }
}

#[test]
fn a_section_not_met_at_more_schools_comes_before_one_with_more_statements_at_one() {
    let mut all = vec![
        section("unknown", vec![at("a", 0, 9), at("b", 0, 9)]),
        section("deep", vec![at("a", 7, 0), at("b", 0, 0)]),
        section("wide", vec![at("a", 1, 0), at("b", 2, 0)]),
    ];
    worst_first(&mut all);
    let order: Vec<&str> = all.iter().map(|section| section.slug.as_str()).collect();
    assert_eq!(order, ["wide", "deep", "unknown"]);
    assert_eq!(all.first().unwrap().schools[0].slug, "b", "the worst school of a section comes first");
    assert_eq!((all[0].schools_not_met(), all[0].total(Standing::Broken)), (2, 3));
}
