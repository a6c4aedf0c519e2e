//! Lists: searched, filtered, sorted and paged like a naive model says, whatever comes and goes; many changed at once
//! and taken back; views.

use crate::house::{House, asset, day, facts, id, named};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::schema::{FieldType, Register};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::bulk::Bulk;
use schoolkeeper_store::list_view::ListView;
use schoolkeeper_store::listing::{By, Listing, Narrow, Sort, Spot, Test, Turn};
use schoolkeeper_store::{ByHand, EntryChange, NewEntry, Read, Undone, Write, fold};
use std::collections::BTreeSet;
use std::fmt::Debug;

schoolkeeper_testkit::both_engines!(
    a_list_is_searched_filtered_and_sorted_as_a_naive_model_says,
    pages_lose_and_repeat_nothing_that_stays_while_entries_come_and_go,
    a_new_name_reaches_every_list_that_shows_it,
    removed_entries_keep_what_was_known_in_their_own_list,
    many_are_changed_and_taken_back_unless_something_later_touched_them,
    a_register_with_other_columns_is_listed_anew,
    a_view_is_ones_own_or_the_schools,
);

/// The made-up register with columns of several kinds.
fn desk() -> Register {
    let mut register = asset();
    let choices = ["laptop", "tablet", "phone"].map(Name::from).to_vec();
    register.fields[2].kind = FieldType::Choice(choices);
    register.list.columns = ["name", "model", "encrypted", "person"].map(Name::from).to_vec();
    register
}

fn listing<'a>(house: &House, register: &'a Register) -> Listing<'a> {
    Listing {
        school: house.lane,
        register,
        gone: false,
        words: Vec::new(),
        narrow: Vec::new(),
        sort: Sort { by: By::Field("name".into()), down: false },
    }
}

fn place(house: &House, register: &'static Register, now: i64) -> ByHand<'static> {
    ByHand { school: house.lane, register, now: day(now), why: None }
}

fn leak(register: Register) -> &'static Register {
    Box::leak(Box::new(register))
}

/// Every row, page by page of so many, there and back again.
async fn walk(house: &House, listing: &Listing<'_>, limit: u32) -> Vec<u128> {
    let read = house.store.read().await.unwrap();
    let (mut there, mut turn) = (Vec::new(), Turn { limit, ..Turn::default() });
    loop {
        let page = read.listing(&house.operator(), listing, &turn).await.unwrap();
        assert!(page.spots.len() <= limit as usize);
        there.extend(page.spots.clone());
        turn.from = page.spots.last().cloned();
        if !page.more {
            break;
        }
    }
    let mut back: Vec<Spot> = there.last().cloned().into_iter().collect();
    let mut turn = Turn { from: there.last().cloned(), back: true, limit };
    while turn.from.is_some() {
        let page = read.listing(&house.operator(), listing, &turn).await.unwrap();
        back.splice(0..0, page.spots.clone());
        turn.from = page.spots.first().cloned().filter(|_| page.more);
    }
    assert_eq!(back, there, "backwards it is another list");
    let count = read.listing_count(&house.operator(), listing, 1000).await.unwrap();
    assert_eq!(count, there.len() as u64);
    there.iter().map(|spot| spot.entry.0.as_u128()).collect()
}

/// Numbers in no order, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

const NAMES: [&str; 6] = ["Zebra", "apple", "Émile", "apple tree", "ROOM", "zebra crossing"];
const MODELS: [Option<&str>; 4] = [None, Some("laptop"), Some("tablet"), Some("phone")];
const YES_NO: [Option<bool>; 3] = [None, Some(true), Some(false)];

#[derive(Clone, Copy, Debug)]
struct Naive {
    id: u128,
    name: &'static str,
    model: Option<&'static str>,
    encrypted: Option<bool>,
}

impl Naive {
    fn new(id: u128, chance: &mut Chance) -> Self {
        let mut of = |many: usize| chance.below(many as u64) as usize;
        Self { id, name: NAMES[of(6)], model: MODELS[of(4)], encrypted: YES_NO[of(3)] }
    }

    fn entry(self) -> NewEntry {
        let mut entry = named(self.id, "hand", day(1), self.name);
        let model = self.model.map(|model| ("model", Value::text(model)));
        let encrypted = self.encrypted.map(|yes| ("encrypted", Value::Bool(yes)));
        let said: Vec<(&str, Value)> = model.into_iter().chain(encrypted).collect();
        entry.facts.extend(facts("hand", day(1), &said));
        entry
    }

    fn key(self, by: &str) -> String {
        match by {
            "name" => self.name.to_lowercase().replace('é', "e"),
            "model" => self.model.unwrap_or_default().to_owned(),
            _ => self.encrypted.map_or("", |yes| if yes { "y" } else { "n" }).to_owned(),
        }
    }
}

async fn add(house: &House, register: &'static Register, all: &[Naive]) {
    let mut tx = house.store.write_tx().await.unwrap();
    for one in all {
        tx.create_entry(&house.operator(), place(house, register, 1), one.entry()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn a_list_is_searched_filtered_and_sorted_as_a_naive_model_says(url: String) {
    let house = House::open(&url).await;
    let (register, mut chance) = (leak(desk()), Chance(7));
    let all: Vec<Naive> = (0..60).map(|number| Naive::new(1000 + number, &mut chance)).collect();
    add(&house, register, &all).await;
    for _ in 0..60 {
        let by = ["name", "model", "encrypted"][chance.below(3) as usize];
        let down = chance.below(2) == 1;
        let word = ["", "apple", "ZÉBRA", "e", "tab", "nothing"][chance.below(6) as usize];
        let model = MODELS[chance.below(4) as usize];
        let only = chance.below(2) == 1;
        let mut asked = listing(&house, register);
        asked.sort = Sort { by: By::Field(by.into()), down };
        asked.words = fold::search(word);
        if only {
            let test = model.map_or(Test::NotKnown, |model| Test::Is(model.to_owned()));
            asked.narrow = vec![Narrow { by: By::Field("model".into()), any: vec![test] }];
        }
        let folded = word.to_lowercase().replace('é', "e");
        let holds = |one: &&Naive| one.key("name").contains(&folded) || one.key("model").contains(&folded);
        let mut wanted: Vec<&Naive> = all.iter().filter(holds).filter(|one| !only || one.model == model).collect();
        wanted.sort_by(|a, b| {
            let order = (a.key(by), a.id).cmp(&(b.key(by), b.id));
            a.key(by).is_empty().cmp(&b.key(by).is_empty()).then(if down { order.reverse() } else { order })
        });
        let wanted: Vec<u128> = wanted.iter().map(|one| one.id).collect();
        assert_eq!(walk(&house, &asked, 7).await, wanted, "{by} {down} {word} {model:?} {only}");
    }
}

async fn pages_lose_and_repeat_nothing_that_stays_while_entries_come_and_go(url: String) {
    let house = House::open(&url).await;
    let (register, mut chance) = (leak(desk()), Chance(11));
    let stay: Vec<Naive> = (0..40).map(|number| Naive::new(1000 + number, &mut chance)).collect();
    add(&house, register, &stay).await;
    let (mut next, mut passing, mut seen) = (2000, Vec::new(), Vec::new());
    let asked = listing(&house, register);
    let mut turn = Turn { limit: 6, ..Turn::default() };
    loop {
        let read = house.store.read().await.unwrap();
        let page = read.listing(&house.operator(), &asked, &turn).await.unwrap();
        drop(read);
        seen.extend(page.spots.iter().map(|spot| spot.entry.0.as_u128()));
        if !page.more {
            break;
        }
        turn.from = page.spots.last().cloned();
        // Some come, and the last of those that came goes again, also one that a page began after.
        let come: Vec<Naive> = (0..3).map(|at| Naive::new(next + at, &mut chance)).collect();
        next += 3;
        add(&house, register, &come).await;
        let gone: Vec<(EntryId, i64)> = passing.drain(..).map(|one: Naive| (EntryId(id(one.id)), 1)).collect();
        let mut tx = house.store.write_tx().await.unwrap();
        assert!(tx.remove_many(&house.operator(), &bulk(&house, register, next), &gone).await.unwrap());
        tx.commit().await.unwrap();
        passing = come;
        assert!(seen.len() < 500, "the pages never end");
    }
    let mut ids = seen.clone();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), seen.len(), "a row was shown twice");
    let mut wanted = stay;
    wanted.sort_by_key(|one| (one.key("name"), one.id));
    let wanted: Vec<u128> = wanted.iter().map(|one| one.id).collect();
    assert_eq!(seen.into_iter().filter(|id| *id < 2000).collect::<Vec<_>>(), wanted, "one that stayed was lost");
}

fn bulk<'a>(house: &House, register: &'a Register, number: u128) -> Bulk<'a> {
    Bulk { id: ImportId(id(number)), school: house.lane, register, now: day(3), why: Some("Made up") }
}

async fn a_new_name_reaches_every_list_that_shows_it(url: String) {
    let house = House::open(&url).await;
    let (people, things) =
        (leak(crate::house::register("person", schoolkeeper_core::schema::RegisterKind::Entry)), leak(desk()));
    let ann = EntryId(id(100));
    let mut thing = named(200, "hand", day(1), "Laptop");
    thing.facts.extend(facts("hand", day(1), &[("person", Value::Ref(ann))]));
    let mut tx = house.store.write_tx().await.unwrap();
    tx.create_entry(&house.operator(), place(&house, people, 1), named(100, "hand", day(1), "Ann Ünal")).await.unwrap();
    tx.create_entry(&house.operator(), place(&house, things, 1), thing).await.unwrap();
    tx.commit().await.unwrap();
    let found = async |word: &str| {
        let words = fold::search(word);
        let by_name = Narrow { by: By::Field("person".into()), any: vec![Test::named(&fold::fold(word))] };
        let searched = walk(&house, &Listing { words, ..listing(&house, things) }, 5).await.len();
        let narrowed = walk(&house, &Listing { narrow: vec![by_name], ..listing(&house, things) }, 5).await.len();
        (searched, narrowed)
    };
    assert_eq!((found("unal").await, found("Zoë").await), ((1, 1), (0, 0)));
    let change =
        EntryChange { id: ann, expected_version: 1, facts: facts("hand", day(2), &[("name", Value::text("Zoe"))]) };
    let mut tx = house.store.write_tx().await.unwrap();
    tx.change_entry(&house.operator(), place(&house, people, 2), change).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((found("unal").await, found("Zoë").await), ((0, 0), (1, 1)));
    let to_ann = Narrow { by: By::Field("person".into()), any: vec![Test::points_to(ann)] };
    assert_eq!(walk(&house, &Listing { narrow: vec![to_ann], ..listing(&house, things) }, 5).await, [200]);
    // An erased person's name is in no list.
    let mut tx = house.store.write_tx().await.unwrap();
    let going = [(ann, 2)];
    let batch = schoolkeeper_store::erase::Batch {
        id: id(300),
        school: house.lane,
        register: people,
        rule: "7 years",
        reason: None,
        entries: &going,
        now: day(3),
    };
    assert_eq!(tx.erase(&house.operator(), &batch).await.unwrap().unwrap().erased, [ann]);
    tx.commit().await.unwrap();
    assert_eq!(found("Zoë").await, (0, 0));
}

async fn removed_entries_keep_what_was_known_in_their_own_list(url: String) {
    let house = House::open(&url).await;
    let register = leak(desk());
    add(&house, register, &[Naive { id: 100, name: "Zebra", model: Some("laptop"), encrypted: None }]).await;
    let mut tx = house.store.write_tx().await.unwrap();
    tx.remove_many(&house.operator(), &bulk(&house, register, 900), &[(EntryId(id(100)), 1)]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(walk(&house, &listing(&house, register), 5).await.is_empty());
    let gone = Listing { gone: true, words: fold::search("zebra"), ..listing(&house, register) };
    assert_eq!(walk(&house, &gone, 5).await, [100]);
    let read = house.store.read().await.unwrap();
    let entries = read.listed_entries(&house.operator(), house.lane, &[EntryId(id(100))]).await.unwrap();
    assert_eq!((entries[0].facts["name"].value.clone(), entries[0].version), (Value::text("Zebra"), 2));
    assert_eq!(read.entry_count(&house.operator(), house.lane, "asset").await.unwrap(), 0);
}

async fn many_are_changed_and_taken_back_unless_something_later_touched_them(url: String) {
    let house = House::open(&url).await;
    let register = leak(desk());
    let all: Vec<Naive> =
        (0..3).map(|at| Naive { id: 100 + at, name: "Zebra", model: Some("laptop"), encrypted: None }).collect();
    add(&house, register, &all).await;
    let change = |number: u128, version, model: &str| EntryChange {
        id: EntryId(id(number)),
        expected_version: version,
        facts: facts("hand", day(3), &[("model", Value::text(model))]),
    };
    let models = async || {
        let read = house.store.read().await.unwrap();
        let ids = [100, 101, 102].map(|number| EntryId(id(number)));
        let entries = read.listed_entries(&house.operator(), house.lane, &ids).await.unwrap();
        entries.iter().map(|entry| entry.facts["model"].value.as_text().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut tx = house.store.write_tx().await.unwrap();
    let stale = tx
        .change_many(
            &house.operator(),
            &bulk(&house, register, 900),
            &[change(100, 1, "phone"), change(101, 7, "phone")],
        )
        .await;
    assert!(stale.is_err(), "one that has moved on was changed");
    drop(tx);
    let mut tx = house.store.write_tx().await.unwrap();
    let changes = [100, 101, 102].map(|number| change(number, 1, "phone"));
    assert!(tx.change_many(&house.operator(), &bulk(&house, register, 901), &changes).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(models().await, ["phone", "phone", "phone"]);
    let phones = Narrow { by: By::Field("model".into()), any: vec![Test::Is("phone".into())] };
    assert_eq!(walk(&house, &Listing { narrow: vec![phones], ..listing(&house, register) }, 5).await.len(), 3);
    let mut tx = house.store.write_tx().await.unwrap();
    assert_eq!(tx.undo_bulk(&house.operator(), &bulk(&house, register, 901)).await.unwrap(), Some(Undone::Yes));
    assert_eq!(tx.undo_bulk(&house.operator(), &bulk(&house, register, 901)).await.unwrap(), Some(Undone::Already));
    tx.commit().await.unwrap();
    assert_eq!(models().await, ["laptop", "laptop", "laptop"]);
    let mut tx = house.store.write_tx().await.unwrap();
    let again = [100, 101].map(|number| change(number, 3, "tablet"));
    tx.change_many(&house.operator(), &bulk(&house, register, 902), &again).await.unwrap();
    tx.change_entry(&house.operator(), place(&house, register, 4), change(101, 4, "phone")).await.unwrap();
    assert_eq!(tx.undo_bulk(&house.operator(), &bulk(&house, register, 902)).await.unwrap(), Some(Undone::Touched(1)));
    tx.commit().await.unwrap();
    assert_eq!(models().await, ["tablet", "phone", "laptop"]);
    let read = house.store.read().await.unwrap();
    let stored = read.bulk(&house.operator(), ImportId(id(901))).await.unwrap().unwrap();
    assert_eq!((stored.count, stored.undone_at), (3, Some(day(3))));
    assert!(read.bulk(&house.stranger(), ImportId(id(901))).await.unwrap().is_none());
}

async fn a_register_with_other_columns_is_listed_anew(url: String) {
    let house = House::open(&url).await;
    let (plain, wide, system) = (leak(asset()), leak(desk()), Scope::system("test"));
    add(&house, plain, &[Naive { id: 100, name: "Zebra", model: Some("laptop"), encrypted: None }]).await;
    let laptops = Narrow { by: By::Field("model".into()), any: vec![Test::Is("laptop".into())] };
    let asked = Listing { narrow: vec![laptops], ..listing(&house, wide) };
    assert!(walk(&house, &asked, 5).await.is_empty(), "until then it is listed by its old columns");
    let mut tx = house.store.write_tx().await.unwrap();
    assert_eq!(tx.list_anew(&house.operator(), &[wide]).await.unwrap(), 0, "only the system may");
    assert_eq!(tx.list_anew(&system, &[wide]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(walk(&house, &asked, 5).await, [100]);
    let shapes = house.store.read().await.unwrap().listed_shapes(&system).await.unwrap();
    assert_eq!(shapes.get("asset"), Some(&schoolkeeper_store::listed::shape(wide)));
}

async fn a_view_is_ones_own_or_the_schools(url: String) {
    let house = House::open(&url).await;
    let (mine, all) = (house.technician(house.lane), house.operator());
    let view = |number: u128, shared: bool, name: &str| ListView {
        id: id(number),
        shared,
        name: name.to_owned(),
        query: "q=x".to_owned(),
        is_default: true,
    };
    let mut tx = house.store.write_tx().await.unwrap();
    for (number, shared, name) in [(1, false, "Mine"), (2, true, "Ours"), (3, false, "Mine too")] {
        assert!(tx.put_list_view(&mine, (house.lane, "asset"), &view(number, shared, name), day(1)).await.unwrap());
    }
    let names = |views: Vec<ListView>| views.into_iter().map(|view| (view.name, view.is_default)).collect::<Vec<_>>();
    let seen = names(tx.list_views(&mine, house.lane, "asset").await.unwrap());
    assert_eq!(seen, [("Mine".to_owned(), false), ("Mine too".to_owned(), true), ("Ours".to_owned(), true)]);
    assert_eq!(names(tx.list_views(&all, house.lane, "asset").await.unwrap()), [("Ours".to_owned(), true)]);
    assert!(!tx.drop_list_view(&all, (house.lane, id(1)), (false, true), day(2)).await.unwrap(), "another one's own");
    assert!(!tx.drop_list_view(&mine, (house.lane, id(2)), (false, false), day(2)).await.unwrap(), "they may not");
    assert!(tx.drop_list_view(&mine, (house.lane, id(2)), (false, true), day(2)).await.unwrap());
    assert_eq!(tx.list_views(&all, house.lane, "asset").await.unwrap(), []);
    assert!(tx.drop_list_view(&mine, (house.lane, id(2)), (true, true), day(2)).await.unwrap());
    assert_eq!(tx.list_views(&all, house.lane, "asset").await.unwrap().len(), 1);
    // Whoever hands over what somebody leaves sees their views by name, and gives them on one by one.
    let (they, after) = (EntryId(id(900)), EntryId(id(101)));
    let own = tx.views_of(&all, (house.lane, they)).await.unwrap();
    assert_eq!(own.iter().map(|(_, _, name)| &**name).collect::<Vec<_>>(), ["Mine", "Mine too"]);
    assert!(tx.give_list_view(&all, (house.lane, id(3)), (they, after), day(3)).await.unwrap());
    assert!(!tx.give_list_view(&all, (house.lane, id(3)), (they, after), day(3)).await.unwrap(), "theirs no more");
    assert_eq!(names(tx.list_views(&mine, house.lane, "asset").await.unwrap()).len(), 2, "one's own, and the school's");
}

/// A view of somebody's own.
pub async fn add_own_view(tx: &mut Write, scope: &Scope, school: SchoolId) {
    let view =
        ListView { id: id(1903), shared: false, name: "Mine".to_owned(), query: "q=y".to_owned(), is_default: true };
    assert!(tx.put_list_view(scope, (school, "asset"), &view, day(1)).await.unwrap());
}

/// The answer of every function about lists, for a scope that may or may not reach the school.
pub async fn every_read(read: &Read, scope: &Scope, school: SchoolId, mut note: impl FnMut(&'static str, String)) {
    fn words(answer: impl Debug) -> String {
        format!("{answer:?}")
    }
    let register = asset();
    let asked = Listing {
        school,
        register: &register,
        gone: true,
        words: Vec::new(),
        narrow: Vec::new(),
        sort: Sort { by: By::Changed, down: true },
    };
    let turn = Turn { limit: 9, ..Turn::default() };
    note("listing", words(read.listing(scope, &asked, &turn).await.unwrap()));
    note("listing_count", words(read.listing_count(scope, &asked, 9).await.unwrap()));
    note("listed_entries", words(read.listed_entries(scope, school, &[EntryId(id(101))]).await.unwrap()));
    note("sources", words(read.sources(scope, school, "device").await.unwrap()));
    note("list_views", words(read.list_views(scope, school, "asset").await.unwrap()));
    note("views_of", words(read.views_of(scope, (school, EntryId(id(101)))).await.unwrap()));
    note(
        "bulk",
        words(read.bulk(scope, ImportId(id(if school == SchoolId(id(7777)) { 7777 } else { 1900 }))).await.unwrap()),
    );
}

/// Every function about lists that writes; whether it did something.
pub async fn every_write(tx: &mut Write, scope: &Scope, school: SchoolId, mut note: impl FnMut(&'static str, bool)) {
    let register = asset();
    let by_hand = ByHand { school, register: &register, now: day(1), why: None };
    note("create_entry of a desk", tx.create_entry(scope, by_hand, named(170, "hand", day(1), "Desk")).await.unwrap());
    let desk = EntryId(id(170));
    let bulk = Bulk { id: ImportId(id(1900)), school, register: &register, now: day(2), why: None };
    let change =
        EntryChange { id: desk, expected_version: 1, facts: facts("hand", day(2), &[("model", Value::text("oak"))]) };
    note("change_many", tx.change_many(scope, &bulk, &[change]).await.unwrap());
    let fields = BTreeSet::from([Name::from("model"), Name::from("name")]);
    let changed = tx.changed_by(scope, bulk.id, &fields).await.unwrap();
    note("changed_by", changed == [(desk, Name::from("model"))]);
    note("undo_bulk", tx.undo_bulk(scope, &bulk).await.unwrap().is_some());
    let removal = Bulk { id: ImportId(id(1901)), ..bulk };
    note("remove_many", tx.remove_many(scope, &removal, &[(desk, 3)]).await.unwrap());
    let view =
        ListView { id: id(1902), shared: true, name: "Ours".to_owned(), query: "q=x".to_owned(), is_default: false };
    note("put_list_view", tx.put_list_view(scope, (school, "asset"), &view, day(2)).await.unwrap());
    note("drop_list_view", tx.drop_list_view(scope, (school, id(1902)), (false, true), day(2)).await.unwrap());
    let whom = (EntryId(id(900)), EntryId(id(101)));
    note("give_list_view", tx.give_list_view(scope, (school, id(1903)), whom, day(2)).await.unwrap());
    note("drop_list_view back", tx.drop_list_view(scope, (school, id(1902)), (true, true), day(2)).await.unwrap());
}
