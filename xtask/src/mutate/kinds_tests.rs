use super::all;
use toml::Table;

const PACK: &str = r#"
[param]
gap = { value = "26 hours" }
rise = { value = 2.0 }
on = { value = true }
counts = { unit = "schedule" }
[list]
p2p = { items = ["limewire"] }
[control.runs]
type = "rule"
where = "a && b"
expect = "c"
guards = ["asset.move"]
tell = [{ who = ["it-technician"], when = "opened" }]
"#;

fn names(text: &str) -> Vec<String> {
    let tree: Table = text.parse().expect("the text above is TOML");
    all(&tree).into_iter().map(|mutation| mutation.name).collect()
}

#[test]
fn every_mistake_we_know_is_made_once() {
    let expected = [
        "param/counts: 1 term",
        "param/gap: 25 hours",
        "param/gap: 27 hours",
        "param/on: false",
        "param/rise: 1.8",
        "param/rise: 2.2",
        "list/p2p/items: without `limewire`",
        "control/runs: dropped",
        "control/runs/expect: without `c`",
        "control/runs/guards: without `asset.move`",
        "control/runs/where: without `a`",
        "control/runs/where: without `b`",
    ];
    let mut found = names(PACK);
    let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_mutation_changes_only_what_it_names() {
    let tree: Table = PACK.parse().expect("the text above is TOML");
    let mutations = all(&tree);
    let dropped = mutations.iter().find(|one| one.name == "control/runs/where: without `a`").expect("it is made");
    let changed = dropped.of(&tree);
    assert_eq!(changed["control"]["runs"]["where"].as_str(), Some("b"));
    assert_eq!(changed["control"]["runs"]["expect"], tree["control"]["runs"]["expect"]);
    assert_eq!(changed["param"], tree["param"]);
}
