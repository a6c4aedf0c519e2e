//! The world an evaluation sees: one school's registers, people's acts, calendar and the instant.
//!
//! Invariant: a sealed world is consistent and never changes; every engine is a pure function of it.

use crate::calendar::Calendar;
use crate::id::{EntryId, Name, SchoolId};
use crate::schema::{Absent, FieldType, Schemas};
use crate::value::{Fact, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Whose world it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// School, or the central office of a trust.
    pub school: SchoolId,
    /// What people call it.
    pub title: Name,
    /// True for the trust itself: only trust-level controls stand here.
    pub trust: bool,
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When it was first known.
    pub since: Timestamp,
    /// By field position of the register; `back` fields are always `None`.
    pub facts: Vec<Option<Fact>>,
}

/// "These are all of them", said by an import or a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Census {
    /// The source it speaks for.
    pub source: Name,
    /// As of.
    pub as_of: Timestamp,
    /// Counts until then.
    pub ends_at: Timestamp,
    /// Said by a person (*stated*) rather than by a source (*measured*).
    pub stated: bool,
}

/// One register of one world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Entries, in insertion order.
    pub rows: Vec<Entry>,
    /// Censuses, at most one per source.
    pub censuses: Vec<Census>,
    /// The same said of one class of it (see [`crate::schema::Register::classes`]).
    pub by_class: BTreeMap<Name, Census>,
    by_id: HashMap<EntryId, u32>,
    /// For each field position of type `back`: rows of the other register by row of this one.
    backs: HashMap<usize, Vec<Vec<u32>>>,
}

impl Table {
    /// Row of an entry.
    pub fn row(&self, id: EntryId) -> Option<usize> {
        self.by_id.get(&id).map(|&row| row as usize)
    }

    /// Rows that point to `row` through the `back` field at `field`.
    pub fn back(&self, field: usize, row: usize) -> &[u32] {
        self.backs.get(&field).and_then(|rows| rows.get(row)).map_or(&[], Vec::as_slice)
    }

    /// Until when the list counts as complete: every source that gave a census must still count.
    /// `None` when there is none or one has ended.
    pub fn closed_until(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = self.censuses.iter().map(|census| census.ends_at).min()?;
        (ends > now).then_some(ends)
    }
}

/// A value of a policy's `[param]`, as the school set it.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// A plain value.
    Value(Value),
    /// A span that is not just elapsed time, or a period.
    Span(crate::phrase::Span),
}

/// The numbers, names and blanks of one pack at one school; a missing one is a blank.
pub type Params = BTreeMap<Name, ParamValue>;

/// Everything the engines may know. A clone shares its tables until one of them changes.
#[derive(Clone, Debug)]
pub struct World {
    /// Whose.
    pub place: Place,
    /// The instant.
    pub now: Timestamp,
    /// Terms, holidays, zone.
    pub calendar: Arc<Calendar>,
    /// All registers.
    pub schemas: Arc<Schemas>,
    /// The same in the school's own words.
    pub called: Arc<Schemas>,
    /// `[entry]` names the school has confirmed.
    pub named: BTreeMap<Name, EntryId>,
    /// Controls whose act examples passed against the live `decide` for this pack and build, by control.
    pub probes: BTreeMap<Name, bool>,
    /// Since when a control has been in force here (adopted or tightened); one that is not listed always was.
    pub in_force_since: BTreeMap<Name, Timestamp>,
    /// Controls of a policy that goes by sections: since when one of theirs is started, `None` while none is. What
    /// is not known does not grow older before. One that is not listed always was started.
    pub started: BTreeMap<Name, Option<Timestamp>>,
    /// Duties whose owner the school chose itself: control → the role, and the one that stands in.
    pub owners: BTreeMap<Name, (Name, Option<Name>)>,
    /// What people read instead of the name of an entry that was erased and is still pointed to.
    pub erased: BTreeMap<EntryId, Name>,
    /// The ledger's last checkpoint of each day, by the day in UTC: what is drawn is drawn from one nobody could foresee.
    pub seeds: Arc<BTreeMap<Date, String>>,
    /// A school of no trust: what stands once for a trust stands here too.
    pub alone: bool,
    tables: Vec<Arc<Table>>,
    left_out: BTreeSet<usize>,
}

impl World {
    /// What is drawn from for something that opens on a day: the ledger's last checkpoint two days before it or
    /// earlier, which does not change any more in any zone of ours; empty while there is none.
    pub fn seed_for(&self, opens: Date) -> &str {
        let before = opens.yesterday().unwrap_or(opens);
        self.seeds.range(..before).next_back().map_or("", |(_, root)| root)
    }

    /// An empty world.
    pub fn new(place: Place, now: Timestamp, calendar: Arc<Calendar>, schemas: Arc<Schemas>) -> Self {
        let empty = Arc::new(Table::default());
        let tables = schemas.all().iter().map(|_| empty.clone()).collect();
        let (probes, in_force_since, started) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (named, owners, erased) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (alone, left_out, seeds) = (false, BTreeSet::new(), Arc::default());
        Self {
            place,
            now,
            calendar,
            called: schemas.clone(),
            schemas,
            named,
            probes,
            in_force_since,
            started,
            owners,
            erased,
            seeds,
            alone,
            tables,
            left_out,
        }
    }

    /// A world with only these registers in it: whoever looks into another one is stopped, so that what was not read
    /// is never taken for what is not there.
    pub fn only(mut self, registers: &BTreeSet<usize>) -> Self {
        for at in (0..self.tables.len()).filter(|at| !registers.contains(at)) {
            self.tables[at] = Arc::default();
            self.left_out.insert(at);
        }
        self
    }

    /// A register's table by its position in the schemas.
    pub fn table(&self, register: usize) -> &Table {
        assert!(!self.left_out.contains(&register), "the register was left out of this world");
        &self.tables[register]
    }

    /// A register's table by its id.
    pub fn table_of(&self, id: &str) -> Option<&Table> {
        self.schemas.index(id).map(|at| self.table(at))
    }

    /// How many entries it holds, over all registers.
    pub fn size(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }

    /// Adds or replaces an entry. Call [`World::seal`] when done.
    pub fn put(&mut self, register: usize, mut entry: Entry) {
        entry.facts.resize(self.schemas.all()[register].fields.len(), None);
        let table = Arc::make_mut(&mut self.tables[register]);
        if let Some(&row) = table.by_id.get(&entry.id) {
            table.rows[row as usize] = entry;
        } else {
            table.by_id.insert(entry.id, table.rows.len() as u32);
            table.rows.push(entry);
        }
    }

    /// Takes every entry out of a register, in this copy of the world; what is said of its list stays.
    pub fn clear(&mut self, register: usize) {
        let Table { censuses, by_class, .. } = &*self.tables[register];
        let (censuses, by_class) = (censuses.clone(), by_class.clone());
        self.tables[register] = Arc::new(Table { censuses, by_class, ..Table::default() });
    }

    /// Empties one field of the rows `of` picks, in this copy of the world; rows keep their places.
    pub fn empty_where(&mut self, register: usize, field: usize, of: impl Fn(&[Option<Fact>]) -> bool) {
        let at = |rows: &[Entry]| (0..rows.len()).filter(|row| of(&rows[*row].facts)).collect::<Vec<_>>();
        for row in at(&self.tables[register].rows) {
            if let Some(fact) = &mut Arc::make_mut(&mut self.tables[register]).rows[row].facts[field] {
                fact.value = Value::Empty;
            }
        }
    }

    /// Says that one class of a register's list is complete.
    pub fn put_class_census(&mut self, register: usize, class: Name, census: Census) {
        Arc::make_mut(&mut self.tables[register]).by_class.insert(class, census);
    }

    /// Rows of one class of a register.
    pub fn of_class(&self, register: usize, class: &str) -> impl Iterator<Item = usize> {
        let field = self.schemas.all()[register].classes().map(|(field, _)| field);
        let is = move |row: &usize| {
            let value = self.value_at(register, *row, field?, self.now).and_then(Value::as_text);
            value.filter(|known| *known == class)
        };
        (0..self.tables[register].rows.len()).filter(move |row| is(row).is_some())
    }

    /// Says that a register's list is complete.
    pub fn put_census(&mut self, register: usize, census: Census) {
        let censuses = &mut Arc::make_mut(&mut self.tables[register]).censuses;
        censuses.retain(|known| known.source != census.source);
        censuses.push(census);
    }

    /// Computes the lists behind `back` fields. Needed after every [`World::put`].
    pub fn seal(&mut self) {
        let schemas = self.schemas.clone();
        for (at, register) in schemas.all().iter().enumerate() {
            for (field, schema) in register.fields.iter().enumerate() {
                if let FieldType::Back { from, by } = &schema.kind {
                    let rows = self.back_rows(at, from, by);
                    Arc::make_mut(&mut self.tables[at]).backs.insert(field, rows);
                }
            }
        }
    }

    fn back_rows(&self, to: usize, from: &str, by: &str) -> Vec<Vec<u32>> {
        let mut out = vec![Vec::new(); self.tables[to].rows.len()];
        let Some(from_at) = self.schemas.index(from) else { return out };
        let Some((by_at, _)) = self.schemas.all()[from_at].field(by) else { return out };
        for (row, entry) in self.tables[from_at].rows.iter().enumerate() {
            let Some(fact) = &entry.facts[by_at] else { continue };
            let one = std::slice::from_ref(&fact.value);
            let targets = if matches!(fact.value, Value::List(_)) { fact.value.items() } else { one };
            for id in targets.iter().filter_map(Value::as_ref_id) {
                if let Some(target) = self.tables[to].row(id) {
                    out[target].push(row as u32);
                }
            }
        }
        out
    }

    /// What is known of a field at an instant: `None` is absent. Applies `absent` and `stale_after`, and hides
    /// values first seen later than `as_of`.
    pub fn value_at(&self, register: usize, row: usize, field: usize, as_of: Timestamp) -> Option<&Value> {
        let schema = &self.schemas.all()[register].fields[field];
        let fact = self.tables[register].rows[row].facts[field].as_ref();
        let fresh = fact.filter(|fact| fact.held_since <= as_of && !is_stale(schema.stale_after, fact.at, as_of));
        match (fresh, schema.absent) {
            (Some(fact), _) => Some(&fact.value),
            (None, Absent::Empty) if fact.is_none() => Some(&Value::Empty),
            (None, _) => None,
        }
    }

    /// What is known of a field now, by name. `None` also when there is no such field.
    pub fn value(&self, register: &str, row: usize, field: &str) -> Option<&Value> {
        let at = self.schemas.index(register)?;
        let (field, _) = self.schemas.all()[at].field(field)?;
        self.value_at(at, row, field, self.now)
    }

    /// What people call an entry: the first column of its register's list.
    pub fn name_of(&self, register: usize, row: usize) -> String {
        let schema = &self.schemas.all()[register];
        let fact = schema.name_field().and_then(|field| self.tables[register].rows[row].facts[field].as_ref());
        match fact.map(|fact| &fact.value) {
            Some(Value::Text(text)) => text.to_string(),
            Some(Value::Ref(id)) => match (self.find(*id), self.erased.get(id)) {
                (Some((at, row)), _) => self.name_of(at, row),
                (None, erased) => erased.map_or_else(String::new, ToString::to_string),
            },
            _ => format!("{} without a name", self.called.all()[register].title.to_lowercase()),
        }
    }

    /// Entries that are pointed to and not there.
    pub fn dangling(&self) -> Vec<EntryId> {
        let mut out = Vec::new();
        let facts = self.tables.iter().flat_map(|table| &table.rows).flat_map(|entry| entry.facts.iter().flatten());
        for fact in facts {
            fact.value.each_ref(&mut |id| {
                if self.find(id).is_none() {
                    out.push(id);
                }
            });
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Register and row of an entry, whatever its register.
    pub fn find(&self, id: EntryId) -> Option<(usize, usize)> {
        self.tables.iter().enumerate().find_map(|(at, table)| table.row(id).map(|row| (at, row)))
    }
}

/// When an observed value stops counting.
pub fn stale_at(stale_after: Option<crate::phrase::Span>, at: Timestamp) -> Option<Timestamp> {
    let seconds = stale_after.map(|span| span.seconds().unwrap_or_else(|| span.rough_seconds()))?;
    at.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
}

fn is_stale(stale_after: Option<crate::phrase::Span>, at: Timestamp, as_of: Timestamp) -> bool {
    stale_at(stale_after, at).is_some_and(|end| end <= as_of)
}
