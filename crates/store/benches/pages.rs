//! What a page and an evaluation ask of the store, printed beside what is promised. Both engines when there is a
//! PostgreSQL. `cargo bench -p schoolkeeper-store`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{EntryId, ImportId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::schema::{Absent, Field, FieldType, Level, List, Register, RegisterKind};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::entry::{Cursor, Page};
use schoolkeeper_store::import::Plan;
use schoolkeeper_store::{EntryChange, NewEntry, Organisation, Place, School, Store};
use schoolkeeper_testkit::TestDatabase;
use std::time::{Duration, Instant};
use uuid::Uuid;

const LIST: u128 = 100_000;
const PAGES: usize = 500;

fn register(id: &str, fields: usize) -> Register {
    let field = |at: usize| Field {
        name: Name::from(format!("field_{at:02}")),
        label: String::new(),
        kind: FieldType::Text,
        required: false,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        find: at < 2,
        sensitive: false,
        help: None,
        when: None,
        why: false,
        retired: false,
    };
    Register {
        id: Name::from(id),
        title: id.to_owned(),
        plural: None,
        kind: RegisterKind::Observed,
        level: Level::School,
        builtin: false,
        closed: false,
        keep: None,
        census: None,
        identity: Vec::new(),
        fields: (0..fields).map(field).collect(),
        states: None,
        list: List::default(),
        sections: Vec::new(),
        does: Vec::new(),
    }
}

fn entry(id: u128, fields: usize, at: Timestamp, word: &str) -> NewEntry {
    let fact = |field: usize| {
        let value = Value::text(format!("{word} {:05} {field}", id * 7919 % 100_000));
        let name = Name::from(format!("field_{field:02}"));
        (name, Fact { value, at, held_since: at, source: Name::from("bench") })
    };
    NewEntry { id: EntryId(Uuid::from_u128(id)), facts: (0..fields).map(fact).collect() }
}

fn plan(school: SchoolId, number: u128, at: Timestamp) -> Plan {
    Plan {
        import: ImportId(Uuid::from_u128(number)),
        school,
        source: Name::from("bench"),
        part: false,
        turn: None,
        at,
        file_hash: String::new(),
        mapping: serde_json::Value::Null,
        creates: Vec::new(),
        updates: Vec::new(),
        unchanged: Vec::new(),
        left: Vec::new(),
        census: None,
    }
}

async fn import(store: &Store, register: &Register, plan: &Plan) -> Duration {
    let start = Instant::now();
    let mut tx = store.write_tx().await.unwrap();
    assert!(tx.commit_import(&Scope::system("bench"), register, plan).await.unwrap());
    tx.commit().await.unwrap();
    start.elapsed()
}

async fn add_schools(store: &Store, now: Timestamp) -> [SchoolId; 2] {
    let system = Scope::system("bench");
    let organisation = OrganisationId(Uuid::from_u128(1));
    let schools = [2, 3].map(|id| SchoolId(Uuid::from_u128(id)));
    let mut tx = store.write_tx().await.unwrap();
    let title = "Bench (made up)".to_owned();
    tx.add_organisation(&system, &Organisation { id: organisation, title, created_at: now }).await.unwrap();
    for id in schools {
        let slug = id.to_string();
        let (title, division) = (slug.clone(), Division::default());
        let school = School { id, organisation, slug, title, trust: false, division, created_at: now };
        tx.add_school(&system, &school).await.unwrap();
    }
    tx.commit().await.unwrap();
    schools
}

/// Reads pages along the whole list; every tenth is a search. Sorted times.
async fn pages(store: &Store, school: SchoolId) -> Vec<Duration> {
    let system = Scope::system("bench");
    let mut times = Vec::new();
    for number in 0..PAGES {
        let name_key = format!("item {:05}", number * 199);
        let after = Some(Cursor { name_key, id: EntryId(Uuid::nil()) });
        let search = (number % 10 == 0).then(|| format!("{number:03} 0"));
        let page = Page { after: after.filter(|_| search.is_none()), limit: 50, search };
        let start = Instant::now();
        let read = store.read().await.unwrap();
        let entries = read.entries(&system, school, "item", &page).await.unwrap();
        times.push(start.elapsed());
        assert!(!entries.entries.is_empty());
    }
    times.sort_unstable();
    times
}

async fn bench(url: &str) {
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let store = Store::open(&Place::parse(url), Uuid::nil()).await.unwrap();
    store.migrate(now).await.unwrap();
    let [small, large] = add_schools(&store, now).await;
    let (person, device, item) = (register("person", 12), register("device", 60), register("item", 6));

    let mut people = plan(small, 1, now);
    people.creates = (0..150).map(|at| entry(1_000 + at, 12, now, "person").pack()).collect();
    import(&store, &person, &people).await;
    let mut devices = plan(small, 2, now);
    devices.creates = (0..500).map(|at| entry(2_000 + at, 60, now, "device").pack()).collect();
    let took = import(&store, &device, &devices).await;
    println!("  import of 500 devices × 60 facts                {took:>9.1?}");
    let start = Instant::now();
    let read = store.read().await.unwrap();
    let entries = read.snapshot(&Scope::system("bench"), small).await.unwrap();
    let took = start.elapsed();
    let facts: usize = entries.iter().map(|entry| entry.facts.len()).sum();
    println!("  snapshot of a school: {} entries, {facts} facts  {took:>9.1?}", entries.len());
    drop(read);

    let mut many = plan(large, 3, now);
    many.creates = (0..LIST).map(|at| entry(1_000_000 + at, 6, now, "item").pack()).collect();
    println!("  import of {LIST} entries                     {:>9.1?}", import(&store, &item, &many).await);
    let mut again = plan(large, 4, now);
    let change = |entry: NewEntry| EntryChange { id: entry.id, expected_version: 1, facts: entry.facts };
    again.updates = (0..LIST / 2).map(|at| change(entry(1_000_000 + at, 6, now, "item")).pack()).collect();
    again.unchanged = (LIST / 2..LIST).map(|at| EntryId(Uuid::from_u128(1_000_000 + at))).collect();
    println!("  import of half changed, half confirmed          {:>9.1?}", import(&store, &item, &again).await);
    let times = pages(&store, large).await;
    let (median, p99) = (times[PAGES / 2], times[PAGES * 99 / 100]);
    println!("  page of 50 of {LIST} entries, median          {median:>9.1?}");
    println!("  the same, 99 of 100 (one in ten is a search)    {p99:>9.1?}   promise: < 100 ms");
    store.close().await.unwrap();
}

#[tokio::main]
async fn main() {
    let sqlite = TestDatabase::sqlite().unwrap();
    println!("SQLite");
    bench(sqlite.url()).await;
    match TestDatabase::postgres().await.unwrap() {
        Some(postgres) => {
            println!("PostgreSQL");
            bench(postgres.url()).await;
            postgres.close().await.unwrap();
        }
        None => println!("PostgreSQL: skipped"),
    }
}
