//! Lists in a real database: look, save, look again, take back.

use crate::school::{SCHEMAS, fixture};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_app::event::Waited;
use schoolkeeper_app::import::{self, Asked, Error, MapFile, Preview};
use schoolkeeper_core::actor::{Actor, Narrowing, Scope};
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{ImportId, OrganisationId, SchoolId};
use schoolkeeper_store::{Organisation, Place, School, Store, StoredEntry, Undone};
use std::collections::BTreeMap;
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(
    every_made_up_list_comes_in_and_comes_again,
    a_device_that_returns_keeps_its_id,
    leavers_of_a_people_list_are_only_proposed,
    an_import_can_be_taken_back,
    a_record_that_moved_on_stops_the_import,
    a_map_is_remembered_for_the_next_time,
    another_school_is_not_there,
    what_people_say_themselves_cannot_come_from_a_file,
);

struct Desk {
    store: Store,
    scope: Scope,
    school: SchoolId,
    calendar: Calendar,
    now: Timestamp,
    imports: u128,
}

impl Desk {
    async fn open(url: &str) -> Self {
        let (organisation, school) = (OrganisationId(Uuid::from_u128(1)), SchoolId(Uuid::from_u128(2)));
        let now: Timestamp = "2026-11-20T17:00:00Z".parse().unwrap();
        let store = Store::open(&Place::parse(url), Uuid::from_u128(3)).await.unwrap();
        store.migrate(now).await.unwrap();
        let system = Scope::system("test");
        let mut tx = store.write_tx().await.unwrap();
        let title = "Marlpit Lane (made up)".to_owned();
        tx.add_organisation(&system, &Organisation { id: organisation, title: title.clone(), created_at: now })
            .await
            .unwrap();
        let division = Division::EnglandAndWales;
        let own = School {
            id: school,
            organisation,
            slug: "marlpit-lane".to_owned(),
            title,
            trust: false,
            division,
            created_at: now,
        };
        tx.add_school(&system, &own).await.unwrap();
        tx.commit().await.unwrap();
        let scope = Actor::operator(organisation).scope("records.import", &Narrowing::default()).unwrap();
        Self { store, scope, school, calendar: Calendar::new(division, Vec::new()), now, imports: 100 }
    }

    fn ask<'a>(&'a self, register: &'a str, bytes: &'a [u8]) -> Asked<'a> {
        Asked {
            schemas: &SCHEMAS,
            calendar: &self.calendar,
            school: self.school,
            register,
            file: "list.csv",
            bytes,
            map: None,
            source: None,
            part: false,
            confirm_left: true,
            answers: BTreeMap::new(),
            blank_is_empty: false,
            import: ImportId(Uuid::from_u128(self.imports)),
            now: self.now,
        }
    }

    async fn look(&self, asked: &Asked<'_>) -> Preview {
        import::look(&self.store, &self.scope, asked).await.unwrap()
    }

    async fn save(&self, preview: &Preview) -> Result<(), Error> {
        import::save(
            &self.store,
            &self.scope,
            (SCHEMAS.get(&preview.register).unwrap(), &Waited::nothing(&SCHEMAS, &preview.register)),
            preview,
        )
        .await
    }

    /// Looks and saves, then a day passes.
    async fn bring(&mut self, register: &str, csv: impl AsRef<[u8]>, map: &str) -> Preview {
        let map = (!map.is_empty()).then(|| MapFile::parse(map).unwrap());
        let preview = self.look(&Asked { map: map.as_ref(), ..self.ask(register, csv.as_ref()) }).await;
        self.save(&preview).await.unwrap();
        self.imports += 1;
        self.now += SignedDuration::from_hours(24);
        preview
    }

    async fn entries(&self) -> Vec<StoredEntry> {
        self.store.read().await.unwrap().snapshot(&self.scope, self.school).await.unwrap()
    }
}

async fn every_made_up_list_comes_in_and_comes_again(url: String) {
    let mut desk = Desk::open(&url).await;
    let directory = include_str!("../fixtures/directory-users.map.toml");
    let safeguarding = include_str!("../fixtures/cpoms-users.map.toml");
    let lists = [
        ("person", "staff.csv", "", 150),
        ("system", "systems.csv", "", 4),
        ("account", "directory-users.csv", directory, 152),
        ("device", "intune-devices.csv", "", 500),
        ("device", "google-chromeos.csv", "", 32),
        ("backup-job", "backup-jobs.csv", "", 5),
        ("backup-run", "backup-runs.csv", "", 75),
        ("system-user", "cpoms-users.csv", safeguarding, 31),
        ("asset", "snipe-it.csv", "", 40),
    ];
    for (register, file, map, count) in lists {
        let first = desk.bring(register, fixture(file), map).await;
        assert_eq!((first.new.len(), first.refused.len(), first.questions.len()), (count, 0, 0), "{file}");
        assert!(first.census.is_some(), "{file}");
    }
    let stored = desk.entries().await;
    assert_eq!(stored.len(), 989);
    for (register, file, _, count) in lists {
        let again = desk.bring(register, fixture(file), "").await;
        assert!(again.changes_nothing(), "{file}: {:?}", again.changed.first());
        assert_eq!(again.same.len(), count, "{file}");
    }
    let after = desk.entries().await;
    let versions =
        |entries: &[StoredEntry]| entries.iter().map(|entry| (entry.id, entry.version)).collect::<BTreeMap<_, _>>();
    assert_eq!(versions(&after), versions(&stored), "nothing was written twice");
    let held = |entries: &[StoredEntry]| {
        entries.iter().flat_map(|entry| entry.facts.values().map(|fact| fact.held_since)).max()
    };
    assert_eq!(held(&after), held(&stored), "and everything holds since it was first said");
}

async fn a_device_that_returns_keeps_its_id(url: String) {
    let mut desk = Desk::open(&url).await;
    let both = "Device name,Serial number\nML-1,SN1\nML-2,SN2\n";
    desk.bring("device", both, "").await;
    let id = desk.entries().await.iter().find(|entry| entry.facts["serial"].value.as_text() == Some("SN2")).unwrap().id;
    let gone = desk.bring("device", "Device name,Serial number\nML-1,SN1\n", "").await;
    assert_eq!(gone.left.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [id]);
    assert!(desk.entries().await.iter().all(|entry| entry.id != id), "it is not counted while it is in no list");
    let back = desk.bring("device", both, "").await;
    assert_eq!((back.new.len(), back.changed.len(), back.changed[0].id), (0, 1, id));
    assert!(back.changed[0].came_back);
    let entries = desk.entries().await;
    let entry = entries.iter().find(|entry| entry.id == id).unwrap();
    assert_eq!(entry.facts["serial"].value.as_text(), Some("SN2"));
    assert!(desk.bring("device", both, "").await.changes_nothing());
}

async fn leavers_of_a_people_list_are_only_proposed(url: String) {
    let mut desk = Desk::open(&url).await;
    desk.bring("person", "Name\nAda Testwood\nBen Sample\n", "").await;
    let preview = desk.bring("person", "Name\nAda Testwood\n", "").await;
    assert_eq!((preview.left.len(), preview.left_is_proposal), (1, true));
    assert_eq!(desk.entries().await.len(), 2, "nobody goes because a name is missing");
}

async fn an_import_can_be_taken_back(url: String) {
    let mut desk = Desk::open(&url).await;
    desk.bring("person", "Name,Job title\nAda Testwood,Teacher\n", "").await;
    let before = desk.entries().await;
    let import =
        desk.bring("person", "Name,Job title\nAda Testwood,Headteacher\nBen Sample,Cleaner\n", "").await.import;
    assert_eq!(desk.entries().await.len(), 2);
    let register = SCHEMAS.get("person").unwrap();
    let place = (desk.school, register, &Waited::nothing(&SCHEMAS, &register.id));
    let undo = import::undo(&desk.store, &desk.scope, place, (import, desk.now)).await.unwrap();
    assert_eq!(undo, Undone::Yes);
    let after = desk.entries().await;
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].facts, before[0].facts);
}

async fn a_record_that_moved_on_stops_the_import(url: String) {
    let mut desk = Desk::open(&url).await;
    desk.bring("person", "Name,Job title\nAda Testwood,Teacher\n", "").await;
    let csv = "Name,Job title\nAda Testwood,Deputy\nCara Demo,Cleaner\n";
    let looked = desk.look(&desk.ask("person", csv.as_bytes())).await;
    desk.imports += 1;
    desk.bring("person", "Name,Job title\nAda Testwood,Headteacher\n", "").await;
    let error = desk.save(&looked).await.unwrap_err();
    assert!(matches!(error, Error::MovedOn), "{error:?}");
    let entries = desk.entries().await;
    assert_eq!(entries.len(), 1, "not even the new row was saved");
    assert_eq!(entries[0].facts["job_title"].value.as_text(), Some("Headteacher"));
}

async fn a_map_is_remembered_for_the_next_time(url: String) {
    let mut desk = Desk::open(&url).await;
    let csv = "Ref no,Who\n00101,Ada Testwood\n";
    let map = "\"Ref no\" = \"payroll_number\"\n\"Who\" = \"name\"\n";
    assert!(matches!(
        import::look(&desk.store, &desk.scope, &desk.ask("person", csv.as_bytes())).await,
        Err(Error::Refused(_))
    ));
    desk.bring("person", csv, map).await;
    assert!(desk.bring("person", csv, "").await.changes_nothing());
}

async fn another_school_is_not_there(url: String) {
    let desk = Desk::open(&url).await;
    let scope =
        Actor::operator(OrganisationId(Uuid::from_u128(77))).scope("records.import", &Narrowing::default()).unwrap();
    let asked = desk.ask("person", b"Name\nAda Testwood\n");
    assert!(matches!(import::look(&desk.store, &scope, &asked).await, Err(Error::NoSchool)));
    let preview = desk.look(&asked).await;
    let register = SCHEMAS.get("person").unwrap();
    assert!(matches!(
        import::save(&desk.store, &scope, (register, &Waited::nothing(&SCHEMAS, &register.id)), &preview).await,
        Err(Error::NoSchool)
    ));
    assert_eq!(desk.entries().await.len(), 0);
}

async fn what_people_say_themselves_cannot_come_from_a_file(url: String) {
    let desk = Desk::open(&url).await;
    for source in ["hand", " Hand ", "", "---"] {
        let asked = Asked { source: Some(source), ..desk.ask("person", b"Name\nAda Testwood\n") };
        let error = import::look(&desk.store, &desk.scope, &asked).await.unwrap_err().to_string();
        assert!(error.contains("cannot be the name of a source"), "{error}");
    }
    let asked = Asked { register: "persn", ..desk.ask("person", b"Name\nAda Testwood\n") };
    let error = import::look(&desk.store, &desk.scope, &asked).await.unwrap_err().to_string();
    assert!(error.contains("Did you mean `person`?"), "{error}");
}
