//! Lists that still speak of what was merged away.

use crate::bring_in::List;
use crate::entry::{EntryAt, Filled, Saved};
use crate::job::tests::house;
use crate::{House, School};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};

schoolkeeper_testkit::both_engines!(a_row_about_what_was_merged_away_updates_the_one_that_stayed);

async fn add(house: &House, school: &School, tag: &str) -> EntryId {
    let say = BTreeMap::from([(Name::from("tag"), Value::text(tag))]);
    let filled = Filled { say, ..Filled::default() };
    match house.create_entry(&house.operator(), school, ("asset", &filled)).await.unwrap() {
        Saved::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn at(house: &House, school: &School, id: EntryId) -> EntryAt {
    house.entry_at(&house.operator(), school, ("asset", id)).await.unwrap()
}

async fn merge(house: &House, school: &School, keep: EntryId, other: EntryId) {
    let (keep, other) = (at(house, school, keep).await, at(house, school, other).await);
    let saved = house.merge_entries(&house.operator(), (&keep, &other), (&BTreeSet::new(), "The same")).await.unwrap();
    assert!(matches!(saved, Saved::Done(_)), "{saved:?}");
}

async fn a_row_about_what_was_merged_away_updates_the_one_that_stayed(url: String) {
    let (house, _folder) = house(&url).await;
    let (actor, school) = (house.operator(), house.all_schools(&house.operator()).await.unwrap().remove(0));
    let [stays, first, second] = ["MU-1", "MU-2", "MU-3"].map(|tag| add(&house, &school, tag));
    let (stays, first, second) = (stays.await, first.await, second.await);
    // The third lives on as the second, which lives on as the first.
    merge(&house, &school, first, second).await;
    merge(&house, &school, stays, first).await;
    for (tag, model) in [("MU-2", "Made-up 5"), ("MU-3", "Made-up 6")] {
        let list = format!("Asset Tag,Model\n{tag},{model}\n");
        let list = List { register: "asset", file: "list.csv", bytes: list.as_bytes(), part: true, ..List::default() };
        let brought = house.bring_in(&actor, &school, &list).await.unwrap();
        assert!(brought.saved.is_some(), "{}", brought.text);
        let now = at(&house, &school, stays).await;
        let said =
            |field: &str| now.whole.entry.facts.get(field).and_then(|fact| fact.value.as_text().map(str::to_owned));
        assert_eq!(said("model").as_deref(), Some(model), "{}", brought.text);
        assert_eq!(said("tag").as_deref(), Some("MU-1"), "its own key stays");
        let scope = schoolkeeper_core::actor::Scope::system("test");
        assert_eq!(house.read().await.unwrap().entry_count(&scope, school.id, "asset").await.unwrap(), 1, "{tag}");
    }
}
