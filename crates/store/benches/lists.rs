//! What a list asks of the store at 100,000 entries and at 1,000, printed beside what is promised. Both engines when
//! there is a PostgreSQL. `cargo bench -p schoolkeeper-store --bench lists`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{EntryId, ImportId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::schema::{Absent, Field, FieldType, Level, List, Register, RegisterKind};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::import::Plan;
use schoolkeeper_store::listing::{By, Listing, Narrow, Sort, Spot, Test, Turn};
use schoolkeeper_store::{NewEntry, Organisation, Place, School, Store, fold};
use schoolkeeper_testkit::TestDatabase;
use std::time::{Duration, Instant};
use uuid::Uuid;

const TIMES: usize = 100;
const KINDS: [&str; 5] = ["laptop", "desktop", "tablet", "phone", "server"];

fn register() -> Register {
    let kinds = KINDS.map(Name::from).to_vec();
    let fields = [
        ("name", FieldType::Text),
        ("kind", FieldType::Choice(kinds)),
        ("holder", FieldType::Ref(Name::from("person"))),
        ("last_seen_at", FieldType::Instant),
        ("encrypted", FieldType::YesNo),
        ("serial", FieldType::Text),
    ];
    let field = |(name, kind): (&str, FieldType)| Field {
        name: Name::from(name),
        label: String::new(),
        kind,
        required: false,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        find: name == "name",
        sensitive: false,
        help: None,
        when: None,
        why: false,
        retired: false,
    };
    let columns = ["name", "kind", "holder", "last_seen_at", "encrypted"].map(Name::from).to_vec();
    Register {
        id: Name::from("device"),
        title: "Device".to_owned(),
        plural: None,
        kind: RegisterKind::Observed,
        level: Level::School,
        builtin: false,
        closed: false,
        keep: None,
        census: None,
        identity: Vec::new(),
        fields: fields.map(field).to_vec(),
        states: None,
        sections: Vec::new(),
        does: Vec::new(),
        list: List { columns, search: vec![Name::from("serial")] },
    }
}

fn entry(at: u128, now: Timestamp) -> NewEntry {
    let mixed = at * 7919 % 100_003;
    let seen = now - jiff::SignedDuration::from_mins((mixed * 31 % 500_000) as i64);
    let said = [
        ("name", Value::text(format!("ML-{at:05}"))),
        ("kind", Value::text(KINDS[(mixed % 5) as usize])),
        ("holder", Value::Ref(EntryId(Uuid::from_u128(500 + mixed % 50)))),
        ("last_seen_at", Value::Instant(seen)),
        ("encrypted", Value::Bool(!mixed.is_multiple_of(7))),
        ("serial", Value::text(format!("MU{mixed:08}"))),
    ];
    let fact = |value: Value| Fact { value, at: now, held_since: now, source: Name::from("bench") };
    let facts = said.into_iter().map(|(name, value)| (Name::from(name), fact(value))).collect();
    NewEntry { id: EntryId(Uuid::from_u128(1_000_000 + at)), facts }
}

async fn fill(store: &Store, register: &Register, (school, count): (SchoolId, u128), now: Timestamp) -> Duration {
    let plan = Plan {
        import: ImportId(Uuid::from_u128(count)),
        school,
        source: Name::from("bench"),
        part: false,
        at: now,
        file_hash: String::new(),
        mapping: serde_json::Value::Null,
        creates: (0..count)
            .map(|at| {
                let entry = entry(at, now);
                NewEntry { id: EntryId(Uuid::from_u128(entry.id.0.as_u128() + count * 1_000_000)), ..entry }.pack()
            })
            .collect(),
        updates: Vec::new(),
        unchanged: Vec::new(),
        left: Vec::new(),
        census: None,
        turn: None,
    };
    let start = Instant::now();
    let mut tx = store.write_tx().await.unwrap();
    assert!(tx.commit_import(&Scope::system("bench"), register, &plan).await.unwrap());
    tx.commit().await.unwrap();
    start.elapsed()
}

/// CPU time of this process in milliseconds; on PostgreSQL the server's own time is not in it.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks * 10.0
}

/// A page with its entries and its count, as the list page asks for them.
async fn ask(store: &Store, listing: &Listing<'_>, turn: &Turn) -> (Vec<Spot>, u64) {
    let system = Scope::system("bench");
    let read = store.read().await.unwrap();
    let page = read.listing(&system, listing, turn).await.unwrap();
    let ids: Vec<EntryId> = page.spots.iter().map(|spot| spot.entry).collect();
    read.listed_entries(&system, listing.school, &ids).await.unwrap();
    let count = read.listing_count(&system, listing, 10_001).await.unwrap();
    (page.spots, count)
}

async fn time(store: &Store, what: &str, listing: &Listing<'_>, turn: &Turn) {
    let (rows, count) = ask(store, listing, turn).await;
    let mut times = Vec::new();
    let before = cpu();
    for _ in 0..TIMES {
        let start = Instant::now();
        ask(store, listing, turn).await;
        times.push(start.elapsed());
    }
    let each = (cpu() - before) / TIMES as f64;
    times.sort_unstable();
    let (median, p99) = (times[TIMES / 2], times[TIMES * 99 / 100]);
    println!("  {what:<34} p50 {median:>9.1?}  p99 {p99:>9.1?}  cpu {each:>6.2} ms  ({} rows of {count})", rows.len());
}

async fn bench_school(store: &Store, register: &Register, school: SchoolId, limit: u32) {
    let all = Listing { sort: Sort { by: By::Field("name".into()), down: false }, ..Listing::of(school, register) };
    let turn = Turn { limit, ..Turn::default() };
    let narrow = |field: &str, test: Test| Narrow { by: By::Field(field.into()), any: vec![test] };
    let sorted = |field: &str| Sort { by: By::Field(field.into()), down: true };
    let laptops = narrow("kind", Test::Is("laptop".into()));
    let open = narrow("encrypted", Test::Is("n".into()));
    time(store, "first page", &all, &turn).await;
    time(store, "sorted by last seen", &Listing { sort: sorted("last_seen_at"), ..all.clone() }, &turn).await;
    time(store, "sorted by holder", &Listing { sort: sorted("holder"), ..all.clone() }, &turn).await;
    time(store, "one filter", &Listing { narrow: vec![laptops.clone()], ..all.clone() }, &turn).await;
    let three = vec![laptops, open, narrow("holder", Test::named("person 7"))];
    time(store, "three filters", &Listing { narrow: three, ..all.clone() }, &turn).await;
    time(store, "search, many hits", &Listing { words: fold::search("laptop"), ..all.clone() }, &turn).await;
    time(store, "search, one hit", &Listing { words: fold::search("ml-00042"), ..all.clone() }, &turn).await;
    let mut later = turn.clone();
    for _ in 0..49 {
        let page = store.read().await.unwrap().listing(&Scope::system("bench"), &all, &later).await.unwrap();
        later.from = page.spots.last().cloned().filter(|_| page.more).or(later.from);
    }
    time(store, "page 50", &all, &later).await;
}

async fn bench(url: &str) {
    let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    let store = Store::open(&Place::parse(url), Uuid::nil()).await.unwrap();
    store.migrate(now).await.unwrap();
    let system = Scope::system("bench");
    let organisation = OrganisationId(Uuid::from_u128(1));
    let mut tx = store.write_tx().await.unwrap();
    let title = "Bench (made up)".to_owned();
    tx.add_organisation(&system, &Organisation { id: organisation, title, created_at: now }).await.unwrap();
    let schools = [2, 3].map(|id| SchoolId(Uuid::from_u128(id)));
    for id in schools {
        let (slug, title) = (id.to_string(), id.to_string());
        let school =
            School { id, organisation, slug, title, trust: false, division: Division::default(), created_at: now };
        tx.add_school(&system, &school).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut people = register();
    people.id = Name::from("person");
    people.fields.truncate(1);
    people.list.columns.truncate(1);
    let named = |at: u128| {
        let value = Value::text(format!("Person {at}"));
        let fact = Fact { value, at: now, held_since: now, source: Name::from("hand") };
        NewEntry { id: EntryId(Uuid::from_u128(500 + at)), facts: [(Name::from("name"), fact)].into() }
    };
    let mut tx = store.write_tx().await.unwrap();
    for at in 0..50 {
        let place = schoolkeeper_store::ByHand { school: schools[1], register: &people, now, why: None };
        tx.create_entry(&system, place, named(at)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let devices = register();
    for (school, count) in [(schools[0], 1000), (schools[1], 100_000)] {
        println!("  {count} entries, brought in in {:.1?}", fill(&store, &devices, (school, count), now).await);
    }
    println!(" 1,000 entries, pages of 20 (promise: cpu < 2 ms)");
    bench_school(&store, &devices, schools[0], 20).await;
    println!(" 1,000 entries, pages of 1,000 (promise: cpu < 20 ms)");
    bench_school(&store, &devices, schools[0], 1000).await;
    println!(" 100,000 entries, pages of 50 (promise: p99 < 100 ms)");
    bench_school(&store, &devices, schools[1], 50).await;
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
