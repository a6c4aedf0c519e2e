//! One scope reaches some schools whole and in others only what is one's own: the store gives exactly the union,
//! held against a plain filter over everything, for every way three roles can be spread.

use crate::house::{House, asset, day, facts, id};
use schoolkeeper_core::actor::{Actor, Held, Narrowing, Scope};
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::entry::Page;
use schoolkeeper_store::{ByHand, NewEntry};

schoolkeeper_testkit::both_engines!(the_store_gives_exactly_the_union);

const ME: EntryId = EntryId(uuid::Uuid::from_u128(900));
/// An act that reaches the school for leading roles and one's own for staff.
const ACT: &str = "duty.complete";

/// Two things at each school: mine and somebody else's.
async fn filled(url: &str) -> (House, Vec<(EntryId, SchoolId, bool)>) {
    let house = House::open(url).await;
    let (system, register) = (Scope::system("test"), asset());
    let mut all = Vec::new();
    let mut tx = house.store.write_tx().await.unwrap();
    for (at, school) in [house.office, house.lane, house.quarry, house.elsewhere].into_iter().enumerate() {
        for (number, owner) in [(0, ME), (1, EntryId(id(901)))] {
            let entry = EntryId(id(2000 + 10 * at as u128 + number));
            let said = facts("hand", day(1), &[("name", Value::text("Thing")), ("person", Value::Ref(owner))]);
            let place = ByHand { school, register: &register, now: day(1), why: None };
            assert!(tx.create_entry(&system, place, NewEntry { id: entry, facts: said }).await.unwrap());
            all.push((entry, school, owner == ME));
        }
    }
    tx.commit().await.unwrap();
    (house, all)
}

/// What a plain reading of the table gives, one entry and one role at a time.
fn plain(house: &House, roles: &[Held], (school, mine): (SchoolId, bool)) -> bool {
    school != house.elsewhere
        && roles.iter().filter(|held| held.counts_at(school)).any(|held| match reach(held.base, ACT) {
            Reach::None => false,
            Reach::Own => mine,
            Reach::School | Reach::Organisation => true,
        })
}

async fn the_store_gives_exactly_the_union(url: String) {
    let (house, all) = filled(&url).await;
    let read = house.store.read().await.unwrap();
    let places = [None, Some(house.office), Some(house.lane), Some(house.quarry), Some(house.elsewhere)];
    let bases = [BaseRole::Head, BaseRole::Staff, BaseRole::Guest];
    let one: Vec<Held> = places.iter().flat_map(|place| bases.iter().map(|base| Held::base(*base, *place))).collect();
    for first in &one {
        for second in &one {
            let roles = vec![first.clone(), second.clone()];
            let actor = Actor { person: Some(ME), organisation: house.trust, roles: roles.clone(), through: None };
            let wanted: Vec<EntryId> = all
                .iter()
                .filter(|(_, school, mine)| plain(&house, &roles, (*school, *mine)))
                .map(|one| one.0)
                .collect();
            let mut found = Vec::new();
            if let Ok(scope) = actor.scope(ACT, &Narrowing::default()) {
                for school in [house.office, house.lane, house.quarry, house.elsewhere] {
                    let page = Page { limit: 10, ..Page::default() };
                    let entries = read.entries(&scope, school, "asset", &page).await.unwrap();
                    found.extend(entries.entries.into_iter().map(|entry| entry.id));
                }
                for (entry, ..) in &all {
                    let seen = read.entry(&scope, *entry).await.unwrap().is_some();
                    assert_eq!(seen, wanted.contains(entry), "{roles:?}: {entry}");
                }
            }
            found.sort_unstable();
            assert_eq!(found, wanted, "{roles:?}");
        }
    }
}
