//! A made-up school with one reader, whose clock is moved by hand.

use jiff::Timestamp;
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::mail::{Encryption, Hours, MailKind, NewMail, Secret, Server, Transport, Way};
use schoolkeeper_app::{House, School};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::mail::{Mail, MailPage};
use schoolkeeper_store::{ByHand, NewEntry, Place, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// Monday 23 November 2026, 10 in the morning.
pub const MONDAY: &str = "2026-11-23T10:00:00Z";

pub struct Made {
    folder: TempDir,
    pub house: House,
    pub school: School,
    pub reader: EntryId,
    store: Store,
}

pub fn t(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Made {
    /// A school whose reader has this address.
    pub async fn with_reader(email: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hill");
        let new = NewHouse {
            schools: vec!["Hill (made up)".to_owned()],
            pack: "skeleton".to_owned(),
            sandbox: true,
            ..NewHouse::default()
        };
        let school = new.make(&path, Some(t(MONDAY))).await.unwrap().remove(0);
        let house = House::open(&path, Some(t(MONDAY))).await.unwrap();
        let place = Place::parse(&path.join("schoolkeeper.sqlite").display().to_string());
        let store = Store::open(&place, Uuid::from_u128(1)).await.unwrap();
        let reader = EntryId(Uuid::from_u128(77));
        let made = Self { folder, house, school, reader, store };
        made.add_reader(email).await;
        made
    }

    async fn add_reader(&self, email: &str) {
        let fact = |value: &str| Fact {
            value: Value::text(value),
            at: t(MONDAY),
            held_since: t(MONDAY),
            source: Name::from("hand"),
        };
        let facts = [("name", "Ada Marlpit (made up)"), ("email", email)];
        let facts = facts.iter().map(|(name, value)| (Name::from(*name), fact(value))).collect();
        let register = self.house.schemas().get("person").unwrap();
        let place = ByHand { school: self.school.id, register, now: t(MONDAY), why: None };
        let mut write = self.store.write_tx().await.unwrap();
        let entry = NewEntry { id: self.reader, facts };
        assert!(write.create_entry(&Scope::system("test"), place, entry).await.unwrap());
        write.commit().await.unwrap();
    }

    /// The records say that the reader has left.
    pub async fn leaves(&self) {
        let list = "Name,Email,End date\nAda Marlpit (made up),ada@hill.example,2026-11-20\n";
        let list = List { register: "person", file: "left.csv", bytes: list.as_bytes(), part: true, ..List::default() };
        self.house.bring_in(&self.house.operator(), &self.school, &list).await.unwrap();
    }

    /// The same school at a later instant.
    pub async fn at(&mut self, now: &str) {
        let path = self.folder.path().join("hill");
        self.house = House::open(&path, Some(t(now))).await.unwrap();
    }

    /// Puts a mail into the outbox.
    pub async fn send(&self, kind: MailKind, urgent: bool, key: &str, link: Option<&str>) -> bool {
        let mail = NewMail {
            organisation: self.school.organisation,
            school: self.school.id,
            to: self.reader,
            kind,
            link: link.map(str::to_owned),
            urgent,
            key: key.to_owned(),
        };
        let mut write = self.store.write_tx().await.unwrap();
        let sent = self.house.send(&mut write, &Scope::system("test"), mail).await.unwrap();
        write.commit().await.unwrap();
        sent
    }

    /// A one-time link.
    pub async fn send_link(&self) -> bool {
        self.send(MailKind::Link { until: t("2026-11-24T08:00:00Z") }, true, "link:1", Some("/link/k7q2secret")).await
    }

    pub async fn set(&self, way: Way, secret: Option<Secret>) {
        let transport = Transport {
            way,
            from_name: "Hill (made up)".to_owned(),
            from_address: "office@hill.example".to_owned(),
            hours: Hours::default(),
        };
        self.house.set_mail(&self.house.operator(), &self.school, &transport, secret.as_ref()).await.unwrap();
    }

    /// The outbox as it is stored, newest first.
    pub async fn mails(&self) -> Vec<Mail> {
        let read = self.store.read().await.unwrap();
        read.mails(&Scope::system("test"), self.school.id, &MailPage::default()).await.unwrap()
    }

    pub async fn only(&self) -> Mail {
        self.mails().await.remove(0)
    }

    /// Kinds of the ledger's records about mail.
    pub async fn recorded(&self) -> Vec<String> {
        let read = self.store.read().await.unwrap();
        let system = Scope::system("test");
        let waiting = read.pending_records(&system, None, 1000).await.unwrap();
        let in_place = read.log_records(&system, 0, 1000).await.unwrap();
        let documents = in_place.into_iter().filter_map(|record| match record.kept {
            schoolkeeper_ledger::Kept::Record(record) => Some(record.document),
            _ => None,
        });
        let kinds =
            documents.map(|text| serde_json::from_slice::<serde_json::Value>(&text).unwrap()["kind"].to_string());
        let kinds = kinds.map(|kind| kind.trim_matches('"').to_owned());
        waiting.into_iter().map(|record| record.kind).chain(kinds).filter(|kind| kind.starts_with("mail-")).collect()
    }

    pub fn store(&self) -> &Store {
        &self.store
    }
}

pub fn server(port: u16, encryption: Encryption, authority: Option<String>) -> Server {
    Server { host: "localhost".to_owned(), port, encryption, authority }
}

pub fn password(server: Server) -> (Way, Option<Secret>) {
    let way = Way::Password { server, user: "office@hill.example".to_owned() };
    (way, Some(Secret { password: "correct horse".to_owned(), ..Secret::default() }))
}
