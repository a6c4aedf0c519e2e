//! A trust with two schools under a small policy, and made-up people.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use schoolkeeper_app::bring_in::List;
use schoolkeeper_app::house::NewHouse;
use schoolkeeper_app::role::NewAppointment;
use schoolkeeper_app::{Error, House, School};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use std::path::PathBuf;
use tempfile::TempDir;

pub const POLICY: &str = r#"
[pack]
id = "small"
title = "Small"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head", one_per_school = true, not_with = ["dpo"] }
siro = { title = "Senior information risk owner", acts_as = "head", held_by = "headteacher" }
ict-lead = { title = "ICT lead", acts_as = "technician", requires = ["slt"] }
slt = { title = "Senior leadership team", acts_as = "staff" }
it-technician = { title = "IT technician", acts_as = "technician" }
school-business-manager = { title = "School business manager", acts_as = "office" }
dpo = { title = "Data protection officer", acts_as = "protection", level = "either" }
[[clause]]
id = "1.1"
section = "Leading"
text = "The headteacher is the senior information risk owner."
mode = "enforced"
who = ["headteacher", "siro"]
controls = ["siro-is-head"]
[[clause]]
id = "1.2"
text = "An IT technician looks after devices."
mode = "detected"
who = ["it-technician"]
controls = ["encrypted"]
[[clause]]
id = "1.3"
text = "Assets that held personal data are disposed of by the technician alone."
mode = "enforced"
controls = ["named"]
[control.siro-is-head]
type = "rule"
title = "Only the headteacher is senior information risk owner"
for = "appointment"
where = "appointment.role == 'siro'"
expect = "holds(appointment.person, 'headteacher')"
guards = ["role.assign"]
excusable = false
message = "{appointment.person.name} is not the headteacher"
[control.encrypted]
type = "rule"
for = "device"
expect = "device.encrypted"
message = "{device.name} is not encrypted"
[control.named]
type = "rule"
for = "site"
expect = "site.name != 'Secret bunker'"
guards = ["site.save"]
message = "{site.name} is no name for a site"
[[example]]
control = "siro-is-head"
given = { person = [{ key = "mo", name = "M. Made-Up" }], appointment = [{ person = "mo", role = "it-technician" }] }
act = { name = "role.assign", actor = "headteacher", form = { person = "mo", role = "siro" } }
expect = "refused"
message = "is not the headteacher"
[[example]]
control = "siro-is-head"
given = { person = [{ key = "head", name = "H. Made-Up" }], appointment = [{ person = "head", role = "headteacher" }] }
act = { name = "role.assign", actor = "school-business-manager", form = { person = "head", role = "siro" } }
expect = "allowed"
[[example]]
control = "named"
act = { name = "site.save", actor = "it-technician", form = { name = "Secret bunker" } }
expect = "refused"
[[example]]
control = "named"
act = { name = "site.save", actor = "it-technician", form = { name = "Annexe" } }
expect = "allowed"
"#;

const STAFF: &str = "Name,Email,Kind\n\
    Hanna Made-Up,head@hill.example,staff\n\
    Bea Made-Up,office@hill.example,staff\n\
    Tom Made-Up,tech@hill.example,staff\n\
    Sam Made-Up,staff@hill.example,staff\n\
    Gail Made-Up,gov@hill.example,governor\n\
    Pip Made-Up,pupil@hill.example,pupil\n";

pub struct Test {
    pub house: House,
    pub data: PathBuf,
    pub hill: School,
    pub vale: School,
    pub trust: School,
    _folder: TempDir,
}

pub const TODAY: Date = date(2026, 11, 23);

pub fn noon(day: Date) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

impl Test {
    pub async fn new() -> Self {
        Self::under(POLICY).await
    }

    pub async fn under(policy: &str) -> Self {
        Self::over(policy, "", None).await
    }

    /// The same over a database of the given engine, with these terms.
    pub async fn over(policy: &str, url: &str, terms: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("small.toml");
        std::fs::write(&pack, policy).unwrap();
        let new = NewHouse {
            schools: vec!["Hill".to_owned(), "Vale".to_owned()],
            trust: Some("Made-up Trust".to_owned()),
            pack: pack.to_str().unwrap().to_owned(),
            sandbox: true,
            database: url.starts_with("postgres").then(|| url.to_owned()),
            calendar: terms.map(str::to_owned),
            ..NewHouse::default()
        };
        let data = folder.path().join("data");
        new.make(&data, Some(noon(TODAY))).await.unwrap();
        let house = House::open(&data, Some(noon(TODAY))).await.unwrap();
        let school = async |name: &str| house.one_school(&house.operator(), Some(name)).await.unwrap();
        let (hill, vale, trust) = (school("hill").await, school("vale").await, school("made-up-trust").await);
        let test = Self { house, data, hill, vale, trust, _folder: folder };
        test.bring_in(&test.house.operator(), &test.hill, "person", STAFF).await.unwrap();
        test
    }

    /// The same folder on another day.
    pub async fn on(mut self, day: Date) -> Self {
        self.house = House::open(&self.data, Some(noon(day))).await.unwrap();
        self
    }

    pub async fn bring_in(&self, actor: &Actor, school: &School, register: &str, list: &str) -> Result<String, Error> {
        let list = List { register, file: "list.csv", bytes: list.as_bytes(), ..List::default() };
        self.house.bring_in(actor, school, &list).await.map(|brought| brought.text)
    }

    pub async fn person(&self, name: &str) -> EntryId {
        self.house.one_person(&self.house.operator(), &self.hill, name).await.unwrap()
    }

    pub async fn actor(&self, name: &str) -> Actor {
        self.house.actor(self.person(name).await, self.hill.organisation).await.unwrap()
    }

    pub async fn give(&self, name: &str, role: &str) -> EntryId {
        self.appoint(&self.house.operator(), &self.hill, name, NewAppointment { role: role.to_owned(), ..open() })
            .await
            .unwrap()
    }

    pub async fn appoint(
        &self,
        actor: &Actor,
        school: &School,
        name: &str,
        new: NewAppointment,
    ) -> Result<EntryId, Error> {
        let person = Some(self.person(name).await);
        self.house.appoint(actor, school, &NewAppointment { person, ..new }).await
    }
}

/// From today on.
pub fn open() -> NewAppointment {
    NewAppointment { from: Some(TODAY), ..NewAppointment::default() }
}

pub fn role(role: &str) -> NewAppointment {
    NewAppointment { role: role.to_owned(), ..open() }
}

/// The words of a refusal.
pub fn denied<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result.unwrap_err() {
        Error::Denied(denial) => denial.to_string(),
        other => panic!("not denied: {other:?}"),
    }
}
