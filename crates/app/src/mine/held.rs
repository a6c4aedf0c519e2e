//! What somebody holds: devices, keys, media lent to them.

use super::{Mine, What};
use crate::act::Before;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_rules::flow::record::Row;

/// The field that says who holds something.
const HOLDER: &str = "holder";

/// Every record that names them as its holder.
pub(super) fn of(before: &Before, person: EntryId) -> Vec<Mine> {
    let world = before.world();
    let mut out = Vec::new();
    for register in world.schemas.all() {
        let Some((_, field)) = register.field(HOLDER) else { continue };
        if !matches!(&field.kind, FieldType::Ref(to) if &**to == "person") {
            continue;
        }
        let held = Row::all(world, &register.id).filter(|row| row.one(HOLDER) == Some(person));
        out.extend(held.map(|row| Mine {
            what: What::Held,
            title: row.name(),
            about: register.title.clone(),
            due: None,
            late: false,
            link: String::new(),
        }));
    }
    out
}
