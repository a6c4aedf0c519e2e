//! A control of one type in a policy of a school, and what people call it: permissions, incidents.
//!
//! Invariant: only controls that count at the school today: of its level, and of a section that is started.

use crate::act::Before;
use crate::snapshot::Adopted;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Level;
use schoolkeeper_rules::{CompiledControl, Ctx};

/// The control, with its policy as it is at the school.
pub(crate) struct Of<'b, S> {
    pub(crate) policy: &'b Adopted,
    pub(crate) ctx: Ctx<'b>,
    pub(crate) control: &'b CompiledControl,
    pub(crate) spec: &'b S,
}

impl<S> Clone for Of<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Of<'_, S> {}

/// Every control of the type that `pick` knows.
pub(crate) fn controls<'b, S: 'b>(
    before: &'b Before,
    pick: fn(&'b ControlKind) -> Option<&'b S>,
) -> impl Iterator<Item = Of<'b, S>> {
    before.policies().flat_map(move |(policy, ctx)| {
        let controls = policy.live.controls.values();
        controls.filter_map(move |control| {
            let spec = pick(&control.control.kind)?;
            let not_started = ctx.world.started.get(&control.control.id) == Some(&None);
            let level = match control.control.level {
                Level::School => !ctx.world.place.trust,
                Level::Trust => ctx.world.place.trust || ctx.world.alone,
                Level::Either => true,
            };
            (level && !not_started).then_some(Of { policy, ctx, control, spec })
        })
    })
}

impl<S> Of<'_, S> {
    /// The statements behind it: id and text.
    pub(crate) fn statements(&self) -> Vec<(String, String)> {
        let clauses = self.ctx.pack.pack.clauses_of(&self.control.control.id);
        clauses.map(|clause| (clause.id.get_ref().to_string(), clause.text.clone())).collect()
    }

    /// The heading its first statement stands under.
    pub(crate) fn subject(&self) -> String {
        let pack = &self.ctx.pack.pack;
        let first = pack.clauses_of(&self.control.control.id).next().map(|clause| clause.id.get_ref());
        let until = pack.clauses.iter().position(|clause| Some(clause.id.get_ref()) == first);
        let mut above = pack.clauses[..until.map_or(0, |at| at + 1)].iter().rev();
        above.find_map(|clause| clause.section.clone()).unwrap_or_else(|| pack.head.title.clone())
    }

    /// What it is called.
    pub(crate) fn title(&self) -> String {
        self.control.control.title.clone()
    }

    /// Names of a policy as people read them.
    pub(crate) fn people(&self, names: &[Name]) -> String {
        schoolkeeper_pack::people_words(names, &self.ctx.pack.pack)
    }
}
