//! What a permission excuses at a school, and until when: shown beside the problems, because it is none.

use crate::view::cause::register_of;
use crate::{Error, House, Standpoint, dates};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::evaluate::{grant, rule};
use std::collections::{BTreeMap, BTreeSet};

/// Where permissions stand.
const GRANT: &str = "grant";
/// Most lines of a page.
const LINES_MAX: usize = 100;

impl House {
    /// Sentences: *Laptop ML-007: Encryption, allowed until 12 March 2027*.
    pub async fn allowed(&self, actor: &Actor, at: &Standpoint) -> Result<Vec<String>, Error> {
        let read = self.read().await?;
        let scope = self.scope_in(&read, (actor, &at.school), "finding.see").await?;
        let sight = self.sight(&read, (actor, &at.school)).await?;
        let Some(grants) = self.schemas.index(GRANT) else { return Ok(Vec::new()) };
        let place = (&scope, &at.school);
        let look = self.snapshot_in(&read, place, Some(&BTreeSet::from([grants]))).await?;
        let Some(policy) = look.policies.iter().find(|policy| **policy.id() == *at.pack_id()) else {
            return Ok(Vec::new());
        };
        let world = look.world_of(policy);
        let params = policy.params();
        let ctx = Ctx { pack: &policy.live, params: &params, world: &world };
        let excused: BTreeMap<&Name, Vec<Name>> = policy
            .live
            .controls
            .iter()
            .filter_map(|(name, control)| match &control.control.kind {
                ControlKind::Rule(rule) => Some((name, rule::excuses(ctx.pack, name, rule))),
                _ => None,
            })
            .filter(|(_, requests)| !requests.is_empty())
            .collect();
        if world.table(grants).rows.is_empty() || excused.is_empty() {
            return Ok(Vec::new());
        }
        let controls = &policy.live.pack.controls;
        let registers = excused.keys().filter_map(|name| self.schemas.index(register_of(controls.get(*name)?)?));
        let only: BTreeSet<usize> = registers.chain([grants]).collect();
        let world = self.snapshot_in(&read, place, Some(&only)).await?.world_of(policy);
        let ctx = Ctx { world: &world, ..ctx };
        let mut out = Vec::new();
        for (name, requests) in &excused {
            let Some(control) = controls.get(*name) else { continue };
            let Some(register) = register_of(control).and_then(|register| self.schemas.index(register)) else {
                continue;
            };
            for (row, entry) in world.table(register).rows.iter().enumerate() {
                let found = grant::excusing(ctx, requests, register, row);
                if out.len() < LINES_MAX && found.valid && sight.sees(register_of(control), Some(entry.id)) {
                    let until = found.changes_at.and_then(|end| at.calendar.day(end).yesterday().ok());
                    let until =
                        until.map_or_else(|| "without an end".to_owned(), |day| format!("until {}", dates::long(day)));
                    out.push(format!("{}: {}, allowed {until}", world.name_of(register, row), control.title));
                }
            }
        }
        Ok(out)
    }
}
