//! Whom a policy shuts out: a rule that guards signing in is asked at our own door as well.
//!
//! Invariant: nobody is kept out by what is not known, and never by what they could still sign or ask for here; a session
//! of somebody who is shut out while it lasts ends within a minute of its next use. The emergency account stays.

use super::first::{SCHOOLS_MAX, SIGN_IN};
use crate::asking::About;
use crate::authority::{Denial, Try};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::CompiledPack;
use std::collections::BTreeMap;

/// What the login here is called where a rule speaks of accounts.
const ACCOUNT: &str = "Your login here";

impl House {
    /// Why a policy keeps somebody out, where it surely does.
    pub(super) async fn shut_out(&self, actor: &Actor) -> Result<Option<Denial>, Error> {
        let Some(person) = actor.person else { return Ok(None) };
        let (schools, _) = self.own_schools(actor).await?;
        for school in schools.into_iter().take(SCHOOLS_MAX) {
            let read = self.read().await?;
            let live = self.live(&read, &Scope::system(SIGN_IN), &school).await?;
            if !live.iter().any(|pack| guards_sign_in(pack)) {
                continue;
            }
            let look = self.look_before(&read, &school, About { live: &live, acts: &[SIGN_IN], on: &[] }).await?;
            let asking = self.asking(&read, (actor, &school), look).await?;
            // The login is an account of theirs that is open.
            let said = [("person", Value::Ref(person)), ("active", Value::Bool(true)), ("name", Value::text(ACCOUNT))];
            let form: BTreeMap<Name, Value> = said.into_iter().map(|(name, value)| (Name::from(name), value)).collect();
            let reasons = asking.surely_guarded(&Try { act: SIGN_IN, on: None, form: Value::Map(form.into()) });
            if !reasons.is_empty() {
                return Ok(Some(Denial::of(SIGN_IN, reasons)));
            }
        }
        Ok(None)
    }
}

fn guards_sign_in(pack: &CompiledPack) -> bool {
    pack.controls.values().any(|control| match &control.control.kind {
        ControlKind::Rule(rule) => rule.guards.iter().any(|act| &**act.get_ref() == SIGN_IN),
        _ => false,
    })
}
