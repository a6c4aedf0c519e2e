//! The map file of `docs/lists.md` does what the page says.

use crate::school::{List, School, list};

const GUIDE: &str = include_str!("../../../../docs/lists.md");

#[test]
fn the_map_file_of_the_guide_does_what_it_says() {
    let map = GUIDE.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let csv = "Marlpit Lane (made up)\n\nprinted on Friday\n\
        Pay ref,Forename,Surname,Work email,Email,End date,Contract,Active,Remarks\n\
        00101,Ada,Testwood,,ada@home.example,31/08/2026,Permanent,,x\n\
        00102,Ben,Sample,ben@school.example,,,Agency,Long-term sick,\n";
    let preview = School::default().preview(&List { map, ..list("person", csv) }).unwrap();
    assert_eq!(preview.refused, []);
    let text = |row: usize, field: &str| preview.new[row].facts.facts()[field].value.as_text().unwrap().to_owned();
    let active = |row: usize| preview.new[row].facts.facts()["active"].value.as_bool().unwrap();
    assert_eq!(
        (text(0, "name"), text(0, "email"), text(0, "kind"), active(0)),
        ("Ada Testwood".into(), "ada@home.example".into(), "staff".into(), false)
    );
    assert_eq!(
        (text(1, "name"), text(1, "email"), text(1, "kind"), active(1)),
        ("Ben Sample".into(), "ben@school.example".into(), "agency".into(), true)
    );
    assert!(!preview.notes.iter().any(|note| note.contains("Remarks")), "a column that is not wanted is not mentioned");
}
