//! A pack with every expression checked and compiled, ready for the engines.
//!
//! Invariant: a `CompiledPack` exists only for a pack without errors in its expressions.

use crate::expr::Expression;
use crate::slot::{Slot, slots_of_control, slots_of_pack};
use schoolkeeper_core::control::Control;
use schoolkeeper_core::diagnostic::Diagnostic;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::Schemas;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One control with its expressions by slot: `where`, `expect`, `expect_also/0`, `except`, `measured`, `only`,
/// `from`, `document`, `close_when`, `checks/0`, `clocks/NAME`, `steps/NAME/when`, `steps/NAME/by`, `decide_each`,
/// `ask/NAME`, `message/0`.
#[derive(Debug)]
pub struct CompiledControl {
    /// The control.
    pub control: Control,
    /// Its expressions.
    pub expressions: BTreeMap<String, Expression>,
}

impl CompiledControl {
    /// The expression in a slot.
    pub fn expr(&self, slot: &str) -> Option<&Expression> {
        self.expressions.get(slot)
    }
}

/// A checked policy, ready to run.
#[derive(Debug)]
pub struct CompiledPack {
    /// The policy.
    pub pack: Arc<Pack>,
    /// The registers it was checked against.
    pub schemas: Arc<Schemas>,
    /// Controls by name.
    pub controls: BTreeMap<Name, CompiledControl>,
    /// Audiences by name, over `person`.
    pub audiences: BTreeMap<Name, Expression>,
    /// Whether the chapter of a clause applies (`only_if`), by clause id, over the school.
    pub only_if: BTreeMap<Name, Expression>,
    /// When a field of a form is shown (`show_if`), by `FORM/FIELD`.
    pub show_if: BTreeMap<Name, Expression>,
}

/// Type-checks every expression of a pack. Empty means none is wrong.
pub fn check(pack: &Pack, schemas: &Schemas) -> Vec<Diagnostic> {
    let of_pack = slots_of_pack(pack, schemas).map(|(_, slot)| slot);
    let of_controls = pack.controls.values().flat_map(|control| slots_of_control(control, pack, schemas));
    of_pack.chain(of_controls).filter_map(|slot| slot.compile(pack).err()).flatten().collect()
}

/// Checks and compiles; the errors are those of [`check`].
pub fn compile(pack: Arc<Pack>, schemas: Arc<Schemas>) -> Result<CompiledPack, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let mut tables: [BTreeMap<Name, Expression>; 3] = Default::default();
    for (table, slot) in slots_of_pack(&pack, &schemas) {
        let name = Name::from(slot.name.as_str());
        if let Some(expression) = keep(slot.compile(&pack), &mut errors) {
            tables[table as usize].insert(name, expression);
        }
    }
    let mut controls = BTreeMap::new();
    for (name, control) in &pack.controls {
        let mut expressions = BTreeMap::new();
        for slot in slots_of_control(control, &pack, &schemas) {
            let place = slot.name.clone();
            if let Some(expression) = keep(slot.compile(&pack), &mut errors) {
                expressions.insert(place, expression);
            }
        }
        controls.insert(name.clone(), CompiledControl { control: control.clone(), expressions });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let [audiences, only_if, show_if] = tables;
    Ok(CompiledPack { pack, schemas, controls, audiences, only_if, show_if })
}

fn keep(compiled: Result<Expression, Vec<Diagnostic>>, errors: &mut Vec<Diagnostic>) -> Option<Expression> {
    compiled.map_err(|found| errors.extend(found)).ok()
}

impl Slot<'_> {
    fn compile(self, pack: &Pack) -> Result<Expression, Vec<Diagnostic>> {
        Expression::compile(self.text, &self.environment, self.want).map_err(|problems| {
            let diagnostics = problems.into_iter().map(|problem| {
                let diagnostic = Diagnostic::error(problem.message, self.place.of(pack, problem.range));
                Diagnostic { hint: problem.hint, ..diagnostic }
            });
            diagnostics.collect()
        })
    }
}
