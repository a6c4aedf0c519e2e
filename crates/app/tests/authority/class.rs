//! One class of a list is vouched for by itself, and the rules that speak of it alone go by that.

use crate::house::Test;
use schoolkeeper_app::Error;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::census::{How, ListAt, Vouch};
use schoolkeeper_app::entry::{Filled, Saved};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::standing::Standing::{self, Kept, Unknown};
use schoolkeeper_core::value::Value;

const POLICY: &str = r#"
[pack]
id = "small"
title = "Small"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
[[clause]]
id = "laptops"
section = "Things"
text = "Laptops have serial numbers."
mode = "detected"
controls = ["laptops"]
[[clause]]
id = "carried"
text = "So has what is carried about, when it is ours."
mode = "detected"
controls = ["carried"]
[[clause]]
id = "ours"
text = "So have laptops and whatever is ours."
mode = "detected"
controls = ["ours"]
[[clause]]
id = "phones"
text = "So have phones."
mode = "detected"
controls = ["phones"]
[control.laptops]
type = "rule"
for = "asset"
where = "asset.kind == 'laptop'"
expect = "asset.serial != ''"
message = "{asset.tag} has no serial number"
[control.carried]
type = "rule"
for = "asset"
where = "asset.ownership == 'school' && asset.kind in ['laptop', 'tablet']"
expect = "asset.serial != ''"
message = "{asset.tag} has no serial number"
[control.ours]
type = "rule"
for = "asset"
where = "asset.ownership == 'school' || asset.kind == 'laptop'"
expect = "asset.serial != ''"
message = "{asset.tag} has no serial number"
[control.phones]
type = "rule"
for = "asset"
where = "asset.kind == 'phone'"
expect = "asset.serial != ''"
message = "{asset.tag} has no serial number"
"#;
const ASSETS: &str =
    "Asset tag,Serial,Kind,Ownership\nMU-1,S1,laptop,school\nMU-2,S2,laptop,school\nMU-3,S3,printer,school\n";

async fn stand(test: &Test) -> Vec<(String, Standing)> {
    let all = test.house.evaluate(&test.house.operator(), &test.hill).await.unwrap();
    all[0].clauses.iter().map(|one| (one.clause.to_string(), one.standing)).collect()
}

/// The classes a statement waits for; none where it waits for the whole list.
async fn lacking(test: &Test, clause: &str) -> Vec<String> {
    let all = test.house.evaluate(&test.house.operator(), &test.hill).await.unwrap();
    let one = all[0].clauses.iter().find(|one| &*one.clause == clause).unwrap();
    let [Missing::Census { register, classes }] = &one.missing[..] else { panic!("{:?}", one.missing) };
    assert_eq!(&**register, "asset");
    classes.iter().map(ToString::to_string).collect()
}

fn as_known(all: &[(&str, Standing)]) -> Vec<(String, Standing)> {
    all.iter().map(|(clause, standing)| ((*clause).to_owned(), *standing)).collect()
}

fn class(class: &str) -> ListAt<'_> {
    ListAt { register: "asset", class: Some(class) }
}

async fn a_class_is_vouched_for_by_itself_and_opens_again_by_itself(url: String) {
    let test = Test::over(POLICY, &url, None).await;
    let (house, operator) = (&test.house, test.house.operator());
    let list = List { register: "asset", file: "list.csv", bytes: ASSETS.as_bytes(), part: true, ..List::default() };
    house.bring_in(&operator, &test.hill, &list).await.unwrap();
    let unknown = [("laptops", Unknown), ("carried", Unknown), ("ours", Unknown), ("phones", Unknown)];
    assert_eq!(stand(&test).await, as_known(&unknown));
    let all = Vouch { none: false, how: How::Stocktake, until: None };
    let none = Vouch { none: true, ..all };
    let said = house.vouch(&operator, &test.hill, class("laptop"), all).await.unwrap();
    assert!(said.starts_with("these 2 assets of the kind “laptop” are all, until"), "{said}");
    let laptops = [("laptops", Kept), ("carried", Unknown), ("ours", Unknown), ("phones", Unknown)];
    assert_eq!(stand(&test).await, as_known(&laptops), "tablets may be there, and what is ours has no class");
    assert_eq!(lacking(&test, "carried").await, ["tablet"], "laptops are vouched for");
    assert!(lacking(&test, "ours").await.is_empty(), "only the whole list would tell");
    for (kind, waiting) in [("laptop", 0), ("tablet", 1), ("phone", 1)] {
        assert_eq!(house.census_of(&operator, &test.hill, class(kind)).await.unwrap().waiting, waiting, "{kind}");
    }
    for (kind, vouch, why) in [("laptop", none, "hold 2 assets"), ("phone", all, "hold no assets")] {
        let refused = house.vouch(&operator, &test.hill, class(kind), vouch).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert!(matches!(house.vouch(&operator, &test.hill, class("spoon"), none).await, Err(Error::Missing)));
    test.give("Hanna Made-Up", "headteacher").await;
    let gail = test.actor("Gail Made-Up").await;
    assert!(house.vouch(&gail, &test.hill, class("tablet"), none).await.is_err());
    for kind in ["tablet", "phone"] {
        house.vouch(&operator, &test.hill, class(kind), none).await.unwrap();
    }
    let most = [("laptops", Kept), ("carried", Kept), ("ours", Unknown), ("phones", Kept)];
    assert_eq!(stand(&test).await, as_known(&most));
    let say = [("tag", Value::text("MU-9")), ("kind", Value::text("phone")), ("serial", Value::text("S9"))];
    let say = say.into_iter().map(|(name, value)| (Name::from(name), value)).collect();
    let saved = house.create_entry(&operator, &test.hill, ("asset", &Filled { say, ..Filled::default() })).await;
    assert!(matches!(saved, Ok(Saved::Done(_))), "{saved:?}");
    let first = [("laptops", Kept), ("carried", Kept), ("ours", Unknown), ("phones", Unknown)];
    assert_eq!(stand(&test).await, as_known(&first), "the first phone ends “we have none”");
    let shown = house.census_of(&operator, &test.hill, class("phone")).await.unwrap();
    assert!(shown.said.is_empty() && shown.held == 1, "{shown:?}");
    let shown = house.census_of(&operator, &test.hill, "asset").await.unwrap();
    let laptop = shown.classes.iter().find(|one| &*one.id == "laptop").unwrap();
    assert!(laptop.said.as_ref().unwrap().words.contains("these are all, after a stocktake"), "{laptop:?}");
    assert!(shown.said.is_empty(), "of the whole list nothing was said");
    assert!(house.withdraw_census(&operator, &test.hill, class("laptop")).await.unwrap());
    assert_eq!(stand(&test).await[0].1, Unknown);
    house.vouch(&operator, &test.hill, "asset", all).await.unwrap();
    assert!(stand(&test).await.iter().all(|one| one.1 == Kept), "the whole list is enough for all");
    let test = test.on("2028-01-10".parse().unwrap()).await;
    assert!(stand(&test).await.iter().all(|one| one.1 == Unknown), "nobody vouches for ever");
}

schoolkeeper_testkit::both_engines!(a_class_is_vouched_for_by_itself_and_opens_again_by_itself);
