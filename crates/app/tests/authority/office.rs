//! What the central office keeps counts at each of its schools.

use crate::house::{POLICY, TODAY, Test, noon};
use jiff::SignedDuration;
use schoolkeeper_app::House;
use schoolkeeper_app::entry::{Filled, Saved};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

const RULE: &str = r#"
[[clause]]
id = "1.4"
text = "Companies have proper names."
mode = "detected"
controls = ["proper"]
[control.proper]
type = "rule"
for = "contractor"
expect = "contractor.name != 'Bodgers'"
message = "{contractor.name} is no proper name"
"#;

async fn standing(test: &Test) -> Standing {
    let at = test.house.standpoint(&test.house.operator(), &test.vale.slug, "small").await.unwrap();
    at.outcome.clauses.iter().find(|clause| &*clause.clause == "1.4").unwrap().standing
}

#[tokio::test]
async fn a_change_at_the_office_reaches_its_schools_with_the_next_look() {
    let mut test = Test::under(&(POLICY.to_owned() + RULE)).await;
    test.house.evaluate_due().await.unwrap();
    let say = BTreeMap::from([(Name::from("name"), Value::text("Bodgers"))]);
    let filled = Filled { say, ..Filled::default() };
    let later = noon(TODAY) + SignedDuration::from_mins(5);
    test.house = House::open(&test.data, Some(later)).await.unwrap();
    let operator = test.house.operator();
    let saved = test.house.create_entry(&operator, &test.trust, ("contractor", &filled)).await.unwrap();
    assert!(matches!(saved, Saved::Done(_)), "{saved:?}");
    assert_ne!(standing(&test).await, Standing::Broken, "the school's own look comes soon, not in the same breath");
    test.house.evaluate_due().await.unwrap();
    assert_eq!(standing(&test).await, Standing::Broken);
}
