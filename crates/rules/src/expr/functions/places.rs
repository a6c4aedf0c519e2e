//! Where people's records stand: registers and fields the functions over people read, looked up once.

use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Schemas;
use std::collections::BTreeMap;

/// The list a person's entry carries: register and field.
pub(in crate::expr) type OfPerson = Option<(usize, usize)>;

/// Appointments, and whom roles follow.
#[derive(Debug)]
pub(in crate::expr) struct Appointments {
    pub register: usize,
    pub person: usize,
    pub role: usize,
    pub from: usize,
    pub until: usize,
    pub of_person: OfPerson,
    /// Role → the post it follows.
    follows: BTreeMap<Name, Name>,
}

/// Permissions.
#[derive(Debug)]
pub(in crate::expr) struct Grants {
    pub register: usize,
    pub request: usize,
    pub person: usize,
    pub things: usize,
    pub from: usize,
    pub until: usize,
    pub ended: usize,
}

/// Signatures, and the published versions they are for.
#[derive(Debug)]
pub(in crate::expr) struct Signatures {
    pub register: usize,
    pub agreement: usize,
    pub person: usize,
    pub version: usize,
    pub passed: usize,
    pub of_person: OfPerson,
    pub published: Published,
}

/// Published versions of agreements.
#[derive(Debug)]
pub(in crate::expr) struct Published {
    pub register: usize,
    pub agreement: usize,
    pub version: usize,
    pub at: usize,
    pub material: usize,
}

/// Training.
#[derive(Debug)]
pub(in crate::expr) struct Training {
    pub register: usize,
    pub course: usize,
    pub person: usize,
    pub until: usize,
    pub of_person: OfPerson,
}

fn columns<const N: usize>(schemas: &Schemas, register: &str, names: [&str; N]) -> Option<(usize, [usize; N])> {
    let at = schemas.index(register)?;
    let mut out = [0; N];
    for (place, name) in out.iter_mut().zip(names) {
        *place = schemas.all()[at].field(name)?.0;
    }
    Some((at, out))
}

fn of_person(schemas: &Schemas, list: &str) -> OfPerson {
    columns(schemas, "person", [list]).map(|(register, [field])| (register, field))
}

impl Appointments {
    pub fn new(schemas: &Schemas, follows: BTreeMap<Name, Name>) -> Option<Self> {
        let names = ["person", "role", "from", "until"];
        let (register, [person, role, from, until]) = columns(schemas, "appointment", names)?;
        Some(Self { register, person, role, from, until, of_person: of_person(schemas, "appointments"), follows })
    }

    /// The post a role ends up at; a chain is followed a bounded number of times.
    pub fn post<'w>(&'w self, role: &'w str) -> &'w str {
        (0..8).fold(role, |role, _| self.follows.get(role).map_or(role, |post| post))
    }
}

impl Grants {
    pub fn new(schemas: &Schemas) -> Option<Self> {
        let names = ["request", "person", "things", "from", "until", "ended_on"];
        let (register, [request, person, things, from, until, ended]) = columns(schemas, "grant", names)?;
        Some(Self { register, request, person, things, from, until, ended })
    }
}

impl Signatures {
    pub fn new(schemas: &Schemas) -> Option<Self> {
        let names = ["agreement", "person", "version", "passed"];
        let (register, [agreement, person, version, passed]) = columns(schemas, "signature", names)?;
        let published = Published::new(schemas)?;
        Some(Self {
            register,
            agreement,
            person,
            version,
            passed,
            of_person: of_person(schemas, "signatures"),
            published,
        })
    }
}

impl Published {
    fn new(schemas: &Schemas) -> Option<Self> {
        let names = ["agreement", "version", "published_at", "material"];
        let (register, [agreement, version, at, material]) = columns(schemas, "publication", names)?;
        Some(Self { register, agreement, version, at, material })
    }
}

impl Training {
    pub fn new(schemas: &Schemas) -> Option<Self> {
        let (register, [course, person, until]) = columns(schemas, "training", ["course", "person", "until"])?;
        Some(Self { register, course, person, until, of_person: of_person(schemas, "trainings") })
    }
}
