//! Registers: declared kinds of records. One schema drives storage, forms, imports and the types of expressions.

use crate::id::Name;
use crate::keep::Keep;
use crate::phrase::{Span, Who};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A declared kind of record: `registers/*.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Register {
    /// Kebab-case name, as packs write it.
    pub id: Name,
    /// What people read: *Back-up job*.
    pub title: String,
    /// Several of them, when that is not the title with an s: *data media*.
    pub plural: Option<String>,
    /// Who fills it.
    pub kind: RegisterKind,
    /// Where its entries live.
    pub level: Level,
    /// Has a table of its own in the product (person, grant …); packs may only add fields.
    pub builtin: bool,
    /// Closed by nature: no census is asked (grants, signatures, appointments, cases, occurrences).
    pub closed: bool,
    /// How long entries are kept, and from when; every register that is read from a file has it.
    pub keep: Option<Keep>,
    /// How long "this is all of them" counts.
    pub census: Option<Span>,
    /// Tried in order at an import.
    pub identity: Vec<Identity>,
    /// In file order; `state` is added first when the register has states.
    pub fields: Vec<Field>,
    /// Life cycle, if it has one.
    pub states: Option<States>,
    /// What a list shows.
    pub list: List,
    /// How its fields are grouped; the others stand before them.
    pub sections: Vec<Section>,
    /// Acts somebody does by filling it in.
    pub does: Vec<Does>,
}

/// An act that somebody does by writing a record: who adds an account hands it out. Policies are asked about it besides
/// `REGISTER.save`. What a list brings in was done elsewhere, before: it is asked about as a save only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Does {
    /// A named act.
    pub act: Name,
    /// The field that is filled in by it; without one it is done by adding the record.
    #[serde(default)]
    pub when: Option<Name>,
    /// The field that points to what is acted on; without one that is the record.
    #[serde(default)]
    pub on: Option<Name>,
}

/// Who fills a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterKind {
    /// People keep it.
    #[default]
    Entry,
    /// A source replaces it.
    Observed,
    /// Append-only.
    Event,
}

/// Where something lives or stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Once per school.
    #[default]
    School,
    /// Once per trust.
    Trust,
    /// Either.
    Either,
}

/// One way to recognise an entry again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Fields that together make the key.
    pub by: Vec<Name>,
    /// The key only means something within one source.
    #[serde(default)]
    pub per_source: bool,
    /// Values that mean nothing (`default string`); compared case-blind.
    #[serde(default)]
    pub ignore: Vec<String>,
}

/// One field of a register.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// snake_case name, as expressions write it.
    pub name: Name,
    /// What people read.
    pub label: String,
    /// Its type.
    pub kind: FieldType,
    /// An entry without it is refused.
    pub required: bool,
    /// Whether nobody saying anything means *unknown* or *none*.
    pub absent: Absent,
    /// Observed values older than this are absent.
    pub stale_after: Option<Span>,
    /// Column names of known exports, matched case-blind.
    pub import: Vec<String>,
    /// May be looked up by value in the store.
    pub find: bool,
    /// Dropped at the door of exports and logs.
    pub sensitive: bool,
    /// One sentence under the field on a form.
    pub help: Option<String>,
    /// A form asks for it only then.
    pub when: Option<When>,
    /// A change of it asks for a reason.
    pub why: bool,
    /// A field of a school's own that is asked for no more: only what was said of it is still shown in histories.
    pub retired: bool,
}

/// A form asks for a field only when another one, of type `choice` or `yes-no`, has one of these values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The other field.
    pub field: Name,
    /// Its values; `yes` and `no` for a yes-no.
    pub is: Vec<Name>,
}

/// Fields that stand together on a form and on the page of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What people read above them.
    pub title: String,
    /// In order.
    pub fields: Vec<Name>,
}

/// How the names of fields begin that a school added itself; no file declares such a field.
pub const OWN: &str = "x_";

/// What a missing value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absent {
    /// Nobody said: expressions over it are unknown.
    Unknown,
    /// Known to have none: `null`.
    Empty,
}

/// The types of fields of registers and forms.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// Whole or decimal number.
    Number,
    /// Pence.
    Money,
    /// Yes or no.
    YesNo,
    /// One of the choices.
    Choice(Vec<Name>),
    /// Several of the choices.
    Choices(Vec<Name>),
    /// Day.
    Date,
    /// Instant.
    Instant,
    /// Elapsed time, written as a span of hours or days.
    Span,
    /// An entry of the register.
    Ref(Name),
    /// Several entries of the register.
    Refs(Name),
    /// Entries of register `from` whose field `by` points here; never stored.
    Back {
        /// Register that points here.
        from: Name,
        /// Its field of type `ref` or `refs`.
        by: Name,
    },
    /// Texts.
    List,
    /// Rows of named values with their own types.
    Rows(Vec<Field>),
    /// Named values keyed by text, as given.
    Map,
    /// An uploaded file, by name.
    File,
    /// A picture, by name.
    Photo,
}

/// Life cycle of a register's entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct States {
    /// State of a new entry.
    pub first: Name,
    /// Allowed moves.
    #[serde(default)]
    pub moves: Vec<Move>,
}

impl States {
    /// Whether no move leads out of a state.
    pub fn is_last(&self, state: &str) -> bool {
        &*self.first != state && !self.moves.iter().any(|step| &*step.from == state)
    }

    /// Every state, first one first.
    pub fn names(&self) -> Vec<Name> {
        let mut out = vec![self.first.clone()];
        for name in self.moves.iter().flat_map(|m| [&m.from, &m.to]) {
            if !out.contains(name) {
                out.push(name.clone());
            }
        }
        out
    }
}

/// One move of the life cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// State before.
    pub from: Name,
    /// State after.
    pub to: Name,
    /// Who may.
    #[serde(default)]
    pub by: Who,
    /// Fields that must be filled.
    #[serde(default)]
    pub needs: Vec<Name>,
}

/// What a list of a register shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Fields shown, in order; the first one names the entry.
    #[serde(default)]
    pub columns: Vec<Name>,
    /// Fields searched.
    #[serde(default)]
    pub search: Vec<Name>,
}

impl Field {
    /// Whether a school added it itself.
    pub fn is_own(&self) -> bool {
        self.name.starts_with(OWN)
    }

    /// What was filled in at an act (`form`): shown on the page of what was asked or reported, to those it is for, and
    /// nowhere else.
    pub fn is_filled_in(&self) -> bool {
        self.kind == FieldType::Map && &*self.name == "form"
    }

    /// Whether its values are kept with the entry, rather than worked out from what points to it.
    pub fn is_stored(&self) -> bool {
        !matches!(self.kind, FieldType::Back { .. })
    }
}

impl Register {
    /// Its classes, which may be vouched for one by one, and the field that tells them apart: the choices of `kind`.
    pub fn classes(&self) -> Option<(usize, &[Name])> {
        match self.field("kind")? {
            (at, Field { kind: FieldType::Choice(classes), .. }) => Some((at, classes)),
            _ => None,
        }
    }

    /// The name of its entries in expressions: `backup-job` → `backup_job`.
    pub fn subject(&self) -> String {
        self.id.replace('-', "_")
    }

    /// Position and schema of a field.
    pub fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, field)| &*field.name == name)
    }

    /// The field that names an entry to people.
    pub fn name_field(&self) -> Option<usize> {
        let first = self.list.columns.first().or_else(|| self.fields.first().map(|f| &f.name))?;
        self.field(first).map(|(at, _)| at)
    }
}

/// Every register, by position and by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schemas {
    registers: Vec<Register>,
    by_id: HashMap<Name, usize>,
    by_subject: BTreeMap<String, usize>,
}

impl Schemas {
    /// Indexes the registers; later ones of the same id replace earlier ones.
    pub fn new(registers: Vec<Register>) -> Self {
        let mut out = Self::default();
        for register in registers {
            if let Some(&at) = out.by_id.get(&register.id) {
                out.registers[at] = register;
                continue;
            }
            out.by_id.insert(register.id.clone(), out.registers.len());
            out.by_subject.insert(register.subject(), out.registers.len());
            out.registers.push(register);
        }
        out
    }

    /// All registers; their positions are used as handles everywhere.
    pub fn all(&self) -> &[Register] {
        &self.registers
    }

    /// Handle of a register by its kebab-case id.
    pub fn index(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// A register by its kebab-case id.
    pub fn get(&self, id: &str) -> Option<&Register> {
        self.index(id).map(|at| &self.registers[at])
    }

    /// A register by the name of its entries in expressions.
    pub fn by_subject(&self, subject: &str) -> Option<&Register> {
        self.by_subject.get(subject).map(|&at| &self.registers[at])
    }
}
