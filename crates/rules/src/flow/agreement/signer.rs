//! Who must sign: people of the audience, or those an entry is in the hands of.

use super::super::clock;
use super::super::people::{self, Group, NameKind};
use super::super::record::Row;
use crate::expr::Truth;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::Agreement;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Missing;

/// Somebody who must sign, for an entry when there is one signature an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Signer {
    /// Row of the register `person`.
    pub person: usize,
    /// Register and row of the entry signed for.
    pub entry: Option<(usize, usize)>,
    /// Not asked before.
    pub since: Option<Timestamp>,
    /// Why it is not known whether this person must sign; empty when they must.
    pub unknown: Vec<Missing>,
}

/// Everybody who must sign.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signers {
    /// In the order of the registers.
    pub found: Vec<Signer>,
    /// Why there may be more.
    pub missing: Vec<Missing>,
    /// When time alone may change who must sign.
    pub until: Option<Timestamp>,
}

/// Who must sign now; nobody who has left. `also` narrows further: the audiences of an article, none when empty.
pub fn signers(ctx: Ctx<'_>, spec: &Agreement, also: &[Name]) -> Signers {
    let mut out = match &spec.per {
        None => everybody(ctx, spec),
        Some(register) => per_entry(ctx, spec, register.get_ref()),
    };
    if !also.is_empty() {
        let group = Group::of(ctx, also, None);
        out.found.retain_mut(|signer| {
            let meant = group.has(signer.person);
            signer.unknown.extend(meant.missing);
            meant.truth != Truth::False
        });
    }
    out
}

fn everybody(ctx: Ctx<'_>, spec: &Agreement) -> Signers {
    let mut out = Signers::default();
    let listed = |name: &&Name| people::kind_of(ctx, name, None) != NameKind::Role;
    if spec.audience.iter().any(|name| listed(&name)) {
        census(ctx, "person", &mut out);
    }
    let audience = Group::of(ctx, &spec.audience.0, None);
    for person in Row::all(ctx.world, "person") {
        let meant = audience.has(person.row);
        out.until = clock::earlier(out.until, clock::ahead(ctx, meant.window.until));
        out.until = clock::earlier(out.until, clock::ahead(ctx, people::leaves(ctx, person)));
        if meant.truth != Truth::False && !people::has_left(ctx, person) {
            let since = person.instant("first_day");
            let unknown = if meant.truth == Truth::Unknown { unsaid(meant.missing) } else { Vec::new() };
            out.found.push(Signer { person: person.row, entry: None, since, unknown });
        }
    }
    out
}

/// Never empty: an unknown without a reason is one about the person.
fn unsaid(missing: Vec<Missing>) -> Vec<Missing> {
    if missing.is_empty() {
        return vec![Missing::Field { register: Name::from("person"), field: Name::from("kind") }];
    }
    missing
}

fn census(ctx: Ctx<'_>, register: &str, out: &mut Signers) {
    match ctx.world.table_of(register).and_then(|table| table.closed_until(ctx.world.now)) {
        Some(until) => out.until = clock::earlier(out.until, Some(until)),
        None => out.missing.push(Missing::census(&Name::from(register))),
    }
}

fn per_entry(ctx: Ctx<'_>, spec: &Agreement, register: &str) -> Signers {
    let mut out = Signers::default();
    census(ctx, register, &mut out);
    for entry in Row::all(ctx.world, register).filter(|entry| !has_ended(ctx, *entry)) {
        let mut people = people_of(ctx, &spec.audience.0, entry);
        people.retain(|id| Row::of(ctx.world, *id).is_none_or(|person| !people::has_left(ctx, person)));
        if people.is_empty() {
            let field = spec.audience.0.first().cloned().unwrap_or_else(|| Name::from("holder"));
            out.missing.push(Missing::Field { register: Name::from(register), field });
        }
        for person in people.into_iter().filter_map(|id| Row::of(ctx.world, id)) {
            out.until = clock::earlier(out.until, clock::ahead(ctx, people::leaves(ctx, person)));
            let since = person.instant("first_day").max(Some(entry.since()));
            let entry = Some((entry.register, entry.row));
            out.found.push(Signer { person: person.row, entry, since, unknown: Vec::new() });
        }
    }
    out
}

/// The people who sign for an entry: those its relation names, else those of the audience it points to.
fn people_of(ctx: Ctx<'_>, audience: &[Name], entry: Row<'_>) -> Vec<EntryId> {
    let relations = audience.iter().filter(|name| people::kind_of(ctx, name, Some(entry)) == NameKind::Relation);
    let mut found: Vec<EntryId> = relations.flat_map(|name| people::related(ctx, entry, name)).collect();
    if found.is_empty() {
        let fields = &ctx.world.schemas.all()[entry.register].fields;
        let pointed = fields.iter().flat_map(|field| entry.refs(&field.name));
        let person = |id: &EntryId| {
            let row = Row::of(ctx.world, *id).filter(|row| row.kind() == "person");
            row.is_some_and(|row| people::meant(ctx, audience, row.row, Some(entry)).truth == Truth::True)
        };
        found = pointed.filter(person).collect();
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What was brought back or has ended asks for no signature any more.
pub fn has_ended(ctx: Ctx<'_>, entry: Row<'_>) -> bool {
    let ended = ["returned_on", "ended_on"].iter().any(|field| entry.value(field).is_some());
    ended || entry.date("until").is_some_and(|day| clock::end_of(ctx, day) <= ctx.world.now)
}
