//! Two made-up organisations with their schools, and a made-up register.

use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Held, Narrowing, Scope};
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{EntryId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::schema::{Absent, Field, FieldType, Identity, Level, List, Register, RegisterKind};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::organisation::Organisation;
use schoolkeeper_store::school::School;
use schoolkeeper_store::{NewEntry, Place, Store};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

pub const SYSTEM: &str = "test";

pub fn t(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn day(number: i64) -> Timestamp {
    t("2026-01-01T08:00:00Z") + jiff::SignedDuration::from_hours(24 * number)
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub async fn open(url: &str) -> Store {
    static OPENED: AtomicU64 = AtomicU64::new(0);
    let writer = Uuid::from_u64_pair(u64::from(std::process::id()), OPENED.fetch_add(1, Ordering::Relaxed));
    let store = Store::open(&Place::parse(url), writer).await.unwrap();
    store.migrate(day(0)).await.unwrap();
    store
}

/// Marlpit Trust (made up): office, Marlpit Lane, Quarry Road. Elsewhere Trust (made up): Elsewhere School.
pub struct House {
    pub store: Store,
    pub trust: OrganisationId,
    pub office: SchoolId,
    pub lane: SchoolId,
    pub quarry: SchoolId,
    pub elsewhere: SchoolId,
    pub elsewhere_trust: OrganisationId,
}

impl House {
    pub async fn open(url: &str) -> Self {
        let store = open(url).await;
        let system = Scope::system(SYSTEM);
        let (trust, elsewhere_trust) = (OrganisationId(id(1)), OrganisationId(id(2)));
        let schools = [
            (11, trust, "Marlpit Trust office (made up)", true),
            (12, trust, "Marlpit Lane (made up)", false),
            (13, trust, "Quarry Road (made up)", false),
            (21, elsewhere_trust, "Elsewhere (made up)", false),
        ];
        let mut tx = store.write_tx().await.unwrap();
        for (own_id, title) in [(trust, "Marlpit Trust (made up)"), (elsewhere_trust, "Elsewhere Trust (made up)")] {
            let organisation = Organisation { id: own_id, title: title.to_owned(), created_at: day(0) };
            assert!(tx.add_organisation(&system, &organisation).await.unwrap());
        }
        for (number, organisation, title, trust) in schools {
            assert!(tx.add_school(&system, &school(number, organisation, title, trust)).await.unwrap());
        }
        tx.commit().await.unwrap();
        Self {
            store,
            trust,
            office: SchoolId(id(11)),
            lane: SchoolId(id(12)),
            quarry: SchoolId(id(13)),
            elsewhere: SchoolId(id(21)),
            elsewhere_trust,
        }
    }

    /// The local operator of the Marlpit Trust.
    pub fn operator(&self) -> Scope {
        Actor::operator(self.trust).scope("records.see", &Narrowing::default()).unwrap()
    }

    /// The technician of one school of the Marlpit Trust.
    pub fn technician(&self, school: SchoolId) -> Scope {
        let roles = vec![Held::base(BaseRole::Technician, Some(school))];
        let actor = Actor { person: Some(EntryId(id(900))), organisation: self.trust, roles, through: None };
        actor.scope("records.see", &Narrowing::default()).unwrap()
    }

    /// The operator of the other trust.
    pub fn stranger(&self) -> Scope {
        Actor::operator(self.elsewhere_trust).scope("records.see", &Narrowing::default()).unwrap()
    }

    /// Somebody who reaches only what is their own.
    pub fn own(&self, person: EntryId) -> Scope {
        let roles = vec![Held::base(BaseRole::Staff, Some(self.lane))];
        let actor = Actor { person: Some(person), organisation: self.trust, roles, through: None };
        actor.scope("agreement.sign", &Narrowing::default()).unwrap()
    }
}

pub fn school(number: u128, organisation: OrganisationId, title: &str, trust: bool) -> School {
    School {
        id: SchoolId(id(number)),
        organisation,
        slug: schoolkeeper_core::id::slug(title),
        title: title.to_owned(),
        trust,
        division: Division::EnglandAndWales,
        created_at: day(0),
    }
}

fn field(name: &str, kind: FieldType, find: bool) -> Field {
    Field {
        name: Name::from(name),
        label: name.to_owned(),
        kind,
        required: false,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        find,
        sensitive: false,
        help: None,
        when: None,
        why: false,
        retired: false,
    }
}

pub fn register(id: &str, kind: RegisterKind) -> Register {
    let identity = |by: &[&str], ignore: &[&str]| Identity {
        by: by.iter().map(|name| Name::from(*name)).collect(),
        per_source: false,
        ignore: ignore.iter().map(|text| (*text).to_owned()).collect(),
    };
    Register {
        id: Name::from(id),
        title: id.to_owned(),
        plural: None,
        kind,
        level: Level::School,
        builtin: false,
        closed: false,
        keep: None,
        census: None,
        identity: vec![identity(&["serial"], &["default string"]), identity(&["name", "model"], &[])],
        fields: vec![
            field("name", FieldType::Text, true),
            field("serial", FieldType::Text, false),
            field("model", FieldType::Text, false),
            field("encrypted", FieldType::YesNo, false),
            field("person", FieldType::Ref(Name::from("person")), true),
        ],
        states: None,
        list: List { columns: vec![Name::from("name")], search: Vec::new() },
        sections: Vec::new(),
        does: Vec::new(),
    }
}

pub fn device() -> Register {
    register("device", RegisterKind::Observed)
}

pub fn asset() -> Register {
    register("asset", RegisterKind::Entry)
}

pub fn facts(source: &str, at: Timestamp, values: &[(&str, Value)]) -> Facts {
    let fact = |value: &Value| Fact { value: value.clone(), at, held_since: at, source: Name::from(source) };
    values.iter().map(|(name, value)| (Name::from(*name), fact(value))).collect()
}

pub fn named(number: u128, source: &str, at: Timestamp, name: &str) -> NewEntry {
    NewEntry { id: EntryId(id(number)), facts: facts(source, at, &[("name", Value::text(name))]) }
}
