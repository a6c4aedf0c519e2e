//! Made-up fields and words of a school's own, and everything that reads and writes them.

use super::{Answers, note};
use crate::house::{House, day, id};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, OrganisationId, SchoolId};
use schoolkeeper_core::naming::Naming;
use schoolkeeper_core::own_field::{OwnField, OwnKind};
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::naming::StoredNaming;
use schoolkeeper_store::own_field::StoredOwn;
use schoolkeeper_store::{Read, Write};
use std::collections::BTreeMap;
use uuid::Uuid;

pub fn own_field(school: SchoolId) -> StoredOwn {
    let (label, kind) = ("Shelf".to_owned(), OwnKind::Text);
    StoredOwn {
        id: Uuid::from_u128(school.0.as_u128() + 9200),
        organisation: OrganisationId(id(1)),
        school: Some(school),
        register: Name::from("asset"),
        name: Name::from("x_shelf"),
        number: 1,
        place: 1,
        own: OwnField { label, kind, required: false, help: None, section: None, listed: true },
        version: 1,
        added_at: day(1),
        retired_at: None,
    }
}

fn naming(school: Option<SchoolId>) -> StoredNaming {
    let naming = Naming { one: Some("Gadget".to_owned()), ..Naming::default() };
    StoredNaming { organisation: OrganisationId(id(1)), school, register: Name::from("asset"), naming, version: 0 }
}

/// Everything that reads them.
pub async fn every_read(read: &Read, scope: &Scope, school: SchoolId, out: &mut Answers) {
    note(out, "own_fields", read.own_fields(scope, school).await);
    note(out, "namings", read.namings(scope, school).await);
}

/// Everything that writes fields and words of one's own, once; whether it did something.
pub async fn every_write(tx: &mut Write, scope: &Scope, school: SchoolId, out: &mut BTreeMap<&'static str, bool>) {
    let mut own = own_field(school);
    out.insert("add_own_field", tx.add_own_field(scope, &own).await.unwrap());
    own.retired_at = Some(day(2));
    out.insert("set_own_field", tx.set_own_field(scope, &own, day(2)).await.unwrap());
    out.insert("set_naming", tx.set_naming(scope, &naming(Some(school)), day(2)).await.unwrap());
}

/// Names are told inside their organisation only.
pub async fn names_stay_inside(house: &House, read: &Read) {
    let names = read.own_names(&house.operator(), house.trust, "asset").await.unwrap();
    assert_eq!(names, [(Name::from("x_shelf"), 1)]);
    assert!(read.own_names(&house.stranger(), house.trust, "asset").await.unwrap().is_empty());
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.set_naming(&house.operator(), &naming(None), day(3)).await.unwrap());
    assert!(!tx.set_naming(&house.operator(), &naming(None), day(3)).await.unwrap(), "somebody else was faster");
    assert_eq!(tx.namings_everywhere(&house.operator(), house.trust).await.unwrap().len(), 1);
    assert!(tx.namings_everywhere(&house.stranger(), house.trust).await.unwrap().is_empty());
}

/// A field for every school of the organisation, and listing anew, are for those who reach all of it.
pub async fn only_for_the_whole(tx: &mut Write, scope: &Scope, house: &House, register: &Register) {
    assert_eq!(tx.list_own_anew(scope, house.lane, register).await.unwrap(), 0);
    let everywhere =
        StoredOwn { school: None, id: id(9900), number: 9, name: "x_never".into(), ..own_field(house.lane) };
    assert!(!tx.add_own_field(scope, &everywhere).await.unwrap());
    assert!(!tx.set_naming(scope, &naming(None), day(3)).await.unwrap());
}
