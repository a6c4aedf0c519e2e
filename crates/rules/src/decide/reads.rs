//! Which registers an answer about an act is drawn from, so that nobody reads 20,000 devices to answer about a role.
//!
//! Invariant: never too few. Where a control follows names whose end the compiler does not know, it is all of them;
//! a world from which something was left out stops whoever looks for it there.

use super::{After, acts_of, names};
use crate::compiled::{CompiledControl, CompiledPack};
use crate::expr::Expression;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::schema::{FieldType, Schemas};
use std::collections::BTreeSet;

/// The registers, by position; `None`: every one.
pub fn registers_for(pack: &CompiledPack, act: &str) -> Option<BTreeSet<usize>> {
    let schemas = &pack.schemas;
    let built_in = schemas.all().iter().enumerate().filter(|(_, register)| register.builtin).map(|(at, _)| at);
    let mut out: BTreeSet<usize> = built_in.chain(After::acted_register(schemas, act)).collect();
    for control in pack.controls.values().filter(|control| acts_of(control).iter().any(|one| names(one, act))) {
        match &control.control.kind {
            ControlKind::Rule(rule) => out.extend(schemas.index(rule.subject.get_ref())),
            ControlKind::Access(_) | ControlKind::Setting(_) => {}
            _ => return None,
        }
        for expression in expressions(pack, control) {
            add(schemas, expression, &mut out)?;
        }
    }
    // What a thing is called may be what another one is called.
    let mut named: Vec<usize> = out.iter().copied().collect();
    while let Some(register) = named.pop() {
        let field = schemas.all()[register].name_field().map(|at| &schemas.all()[register].fields[at].kind);
        if let Some(FieldType::Ref(to)) = field {
            let to = schemas.index(to)?;
            named.extend(out.insert(to).then_some(to));
        }
    }
    Some(out)
}

/// Whether what a policy says about an act may depend on other entries of a register than the one that is acted on.
pub fn looks_around(pack: &CompiledPack, act: &str, register: usize) -> bool {
    let mut spoken = pack.controls.values().filter(|control| acts_of(control).iter().any(|one| names(one, act)));
    spoken.any(|control| {
        let own = matches!(&control.control.kind, ControlKind::Rule(rule)
            if pack.schemas.index(rule.subject.get_ref()) == Some(register));
        let looks = |one: &Expression| {
            let reads = one.reads();
            if own { reads.looks_around(register) } else { reads.touches(register) }
        };
        control.expressions.values().any(looks) || pack.audiences.values().any(|one| one.reads().touches(register))
    })
}

fn expressions<'p>(pack: &'p CompiledPack, control: &'p CompiledControl) -> impl Iterator<Item = &'p Expression> {
    control.expressions.values().chain(pack.audiences.values())
}

/// Everything an expression reads, and the ends of the references it may show; `None` when an end may be anywhere.
fn add(schemas: &Schemas, expression: &Expression, out: &mut BTreeSet<usize>) -> Option<()> {
    for read in expression.reads().iter() {
        out.insert(read.register);
        if let Some(field) = read.field {
            ends(schemas, &schemas.all()[read.register].fields[field].kind, out)?;
        }
    }
    Some(())
}

fn ends(schemas: &Schemas, kind: &FieldType, out: &mut BTreeSet<usize>) -> Option<()> {
    match kind {
        FieldType::Ref(to) | FieldType::Refs(to) | FieldType::Back { from: to, .. } => {
            out.insert(schemas.index(to)?);
        }
        FieldType::Rows(fields) => fields.iter().try_for_each(|field| ends(schemas, &field.kind, out))?,
        _ => {}
    }
    Some(())
}
