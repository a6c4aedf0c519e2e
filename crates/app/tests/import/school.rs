//! A school that remembers what was brought in, without a database.

use jiff::Timestamp;
use schoolkeeper_app::import::{self, Before, MapFile, Options, Preview, Refused, Sheet};
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_store::entry::StoredEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

pub static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registers");
    let files = std::fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        (format!("registers/{}", path.file_name().unwrap().display()), std::fs::read_to_string(&path).unwrap())
    });
    schoolkeeper_pack::registers(&schoolkeeper_pack::Library::embedded(files)).unwrap()
});

pub struct School {
    pub entries: Vec<StoredEntry>,
    pub left: BTreeSet<EntryId>,
    pub now: Timestamp,
    pub calendar: Calendar,
    pub imports: u128,
}

/// One import, as somebody would ask for it.
pub struct List<'a> {
    pub register: &'a str,
    pub file: &'a str,
    pub bytes: &'a [u8],
    pub map: &'a str,
    pub source: &'a str,
    pub part: bool,
    pub confirm_left: bool,
    pub answers: BTreeMap<u32, import::Answer>,
}

pub fn list<'a>(register: &'a str, bytes: &'a (impl AsRef<[u8]> + ?Sized)) -> List<'a> {
    let (file, map, source) = ("list.csv", "", "");
    List {
        register,
        file,
        bytes: bytes.as_ref(),
        map,
        source,
        part: false,
        confirm_left: false,
        answers: BTreeMap::new(),
    }
}

impl Default for School {
    fn default() -> Self {
        let calendar = Calendar::new(Division::EnglandAndWales, Vec::new());
        Self {
            entries: Vec::new(),
            left: BTreeSet::new(),
            now: "2026-11-20T17:00:00Z".parse().unwrap(),
            calendar,
            imports: 0,
        }
    }
}

impl School {
    /// The school of the made-up lists, with its staff, systems and back-up jobs.
    pub fn made_up() -> Self {
        let mut school = Self::default();
        for (register, file) in [("person", "staff.csv"), ("system", "systems.csv"), ("backup-job", "backup-jobs.csv")]
        {
            let bytes = fixture(file);
            school.save(&List { file, ..list(register, &bytes) });
        }
        school
    }

    pub fn before(&self) -> Before<'_> {
        let school = SchoolId(uuid::Uuid::nil());
        Before {
            schemas: &SCHEMAS,
            school,
            entries: &self.entries,
            left: &self.left,
            merged: &[],
            calendar: &self.calendar,
            now: self.now,
        }
    }

    pub fn read(list: &List) -> Result<(Sheet, import::Mapping), Refused> {
        let register = SCHEMAS.get(list.register).unwrap();
        let map = MapFile::parse(list.map).unwrap();
        let sheet = import::read(list.bytes, list.file, register, &map)?;
        let mapping = import::map(register, &sheet, &map)?;
        Ok((sheet, mapping))
    }

    pub fn preview(&self, list: &List) -> Result<Preview, Refused> {
        let (mut sheet, mapping) = Self::read(list)?;
        let source = match list.source {
            "" => mapping.source.clone().unwrap_or_else(|| "list".into()),
            source => Name::from(source),
        };
        let import = ImportId(uuid::Uuid::from_u128(self.imports));
        let (part, confirm_left, answers) = (list.part, list.confirm_left, list.answers.clone());
        let options = Options { import, source, part, confirm_left, answers, trip: None };
        import::preview(&self.before(), &mut sheet, &mapping, &options)
    }

    /// Saves as a store would.
    pub fn save(&mut self, list: &List) -> Preview {
        let preview = self.preview(list).unwrap();
        assert_eq!(preview.stop, None);
        self.imports += 1;
        for planned in preview.new.iter().chain(&preview.changed).chain(&preview.same) {
            let at = self.entries.iter().position(|entry| entry.id == planned.id).unwrap_or_else(|| {
                let (id, register, school) = (planned.id, preview.register.clone(), preview.school);
                self.entries.push(StoredEntry {
                    id,
                    register,
                    school,
                    version: 0,
                    since: preview.at,
                    facts: BTreeMap::new(),
                });
                self.entries.len() - 1
            });
            let entry = &mut self.entries[at];
            entry.version += 1;
            self.left.remove(&entry.id);
            for change in planned.changes.iter().filter(|change| change.after.is_none()) {
                entry.facts.remove(&change.field);
            }
            entry.facts.extend(planned.facts.facts());
        }
        if !preview.left_is_proposal {
            self.left.extend(preview.left.iter().map(|(id, ..)| *id));
        }
        preview
    }
}

pub fn fixture(file: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file)).unwrap()
}
