// What the targets `csv` and `xlsx` share: a file goes all the way to a preview, and through what it would save.
use schoolkeeper_app::import::{Before, MapFile, Options, map, preview, read};
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{ImportId, SchoolId};
use schoolkeeper_core::schema::Schemas;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use uuid::Uuid;

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| schoolkeeper_app::shipped::registers(None).expect("shipped registers"));

pub fn bring_in(register: &str, bytes: &[u8]) {
    let schema = SCHEMAS.get(register).expect("a shipped register");
    let map_file = MapFile::default();
    let Ok(sheet) = read(bytes, "fuzz", schema, &map_file) else { return };
    let Ok(mapping) = map(schema, &sheet, &map_file) else { return };
    let calendar = Calendar::new(Division::EnglandAndWales, Vec::new());
    let left = BTreeSet::new();
    let before = Before {
        schemas: &SCHEMAS,
        school: SchoolId(Uuid::nil()),
        entries: &[],
        left: &left,
        calendar: &calendar,
        now: jiff::Timestamp::from_second(1_795_000_000).expect("an instant in 2026"),
    };
    let options = Options {
        import: ImportId(Uuid::nil()),
        source: "list".into(),
        part: false,
        confirm_left: false,
        answers: BTreeMap::new(),
    };
    if let Ok(preview) = preview(&before, &sheet, &mapping, &options) {
        let _ = preview.text(&before);
        assert!(preview.changed.is_empty() && preview.left.is_empty(), "nothing was there before");
    }
}
