//! Who a name means: audiences, kinds of person, roles, relations of an entry, `anyone`.
//!
//! Invariant: what the registers do not say stays unknown; nobody is let in or left out by a gap.

use super::clock;
use super::record::{Row, gather_refs};
use crate::expr::{Expression, Scene, Tested, Truth, Window};
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use std::collections::BTreeSet;

/// How deep a role may follow another post, and a relation a link.
const DEPTH_MAX: usize = 4;

/// What sort of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// Everybody.
    Anyone,
    /// An audience of the policy.
    Audience,
    /// `person.kind`.
    Kind,
    /// Somebody an entry points to: `holder`, `manager`, `requester`, `room.owner`.
    Relation,
    /// A role people are appointed to.
    Role,
}

/// Words that are always relations, whatever the entry.
const RELATIONS: &[&str] = &["owner", "holder", "manager", "requester", "reporter", "subject", "involved", "named"];

/// Reads a name as the pack's tables, the kinds of person and the entry at hand allow.
pub fn kind_of(ctx: Ctx<'_>, name: &str, about: Option<Row<'_>>) -> NameKind {
    if name == "anyone" {
        return NameKind::Anyone;
    }
    if ctx.pack.audiences.contains_key(name) {
        return NameKind::Audience;
    }
    if person_kinds(ctx).iter().any(|kind| &**kind == name) {
        return NameKind::Kind;
    }
    let is_field = || about.is_some_and(|row| points(ctx, row, &name.replace('-', "_")));
    if name.contains('.') || RELATIONS.contains(&name) || is_field() {
        return NameKind::Relation;
    }
    NameKind::Role
}

fn person_kinds(ctx: Ctx<'_>) -> &[Name] {
    let field = ctx.world.schemas.get("person").and_then(|person| person.field("kind"));
    match field.map(|(_, field)| &field.kind) {
        Some(FieldType::Choice(kinds)) => kinds,
        _ => &[],
    }
}

fn points(ctx: Ctx<'_>, row: Row<'_>, field: &str) -> bool {
    let schema = &ctx.world.schemas.all()[row.register];
    matches!(schema.field(field).map(|(_, field)| &field.kind), Some(FieldType::Ref(_) | FieldType::Refs(_)))
}

/// The people who hold a role today; a role with `held_by` follows that post. While nobody who holds it is there,
/// its deputies count too.
pub fn holders(ctx: Ctx<'_>, role: &str) -> Vec<EntryId> {
    holders_at(ctx, role, None)
}

/// The same as seen from a site: its own holders, when it has any, before those of the whole school.
pub fn holders_at(ctx: Ctx<'_>, role: &str, site: Option<EntryId>) -> Vec<EntryId> {
    let posts = posts(ctx, role);
    let (mut found, mut follows) = (Vec::new(), Name::from(role));
    for post in posts {
        found = appointments(ctx, &post).filter(|row| counts(ctx, *row, ("from", "until"))).collect();
        follows = post;
        if !found.is_empty() {
            break;
        }
    }
    let here: Vec<Row<'_>> = found.iter().copied().filter(|row| site.is_some() && row.one("site") == site).collect();
    let whole: Vec<Row<'_>> = found.iter().copied().filter(|row| row.one("site").is_none()).collect();
    let chosen = [here, whole, found].into_iter().find(|some| !some.is_empty()).unwrap_or_default();
    let mut out: Vec<EntryId> = chosen.iter().filter_map(|row| row.one("person")).collect();
    if chosen.iter().all(|row| is_away(ctx, *row)) {
        let deputies = [Name::from(role), follows].into_iter().flat_map(|post| deputies(ctx, &post));
        let there = deputies.filter(|row| counts(ctx, *row, ("from", "until")) && !is_away(ctx, *row));
        out.extend(there.filter_map(|row| row.one("person")));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Those among the holders of a role today who stand in for whoever is away, or for nobody.
pub fn standing_in(ctx: Ctx<'_>, role: &str) -> Vec<EntryId> {
    let posts = posts(ctx, role);
    let own = posts.iter().flat_map(|post| appointments(ctx, post));
    let own: BTreeSet<EntryId> =
        own.filter(|row| counts(ctx, *row, ("from", "until"))).filter_map(|row| row.one("person")).collect();
    holders(ctx, role).into_iter().filter(|person| !own.contains(person)).collect()
}

/// The role and the posts it follows.
fn posts(ctx: Ctx<'_>, role: &str) -> Vec<Name> {
    let mut out = vec![Name::from(role)];
    while let Some(post) = ctx.pack.pack.roles.get(&out[out.len() - 1]).and_then(|role| role.held_by.clone()) {
        if out.len() == DEPTH_MAX || out.contains(&post) {
            break;
        }
        out.push(post);
    }
    out
}

/// Whether today lies between two days of a record; open where one is not said.
fn counts(ctx: Ctx<'_>, row: Row<'_>, (from, until): (&str, &str)) -> bool {
    let today = ctx.world.calendar.day(ctx.world.now);
    row.date(from).is_none_or(|from| from <= today) && row.date(until).is_none_or(|until| today <= until)
}

fn is_away(ctx: Ctx<'_>, row: Row<'_>) -> bool {
    let said = row.value("away_from").is_some() || row.value("away_until").is_some();
    said && counts(ctx, row, ("away_from", "away_until"))
}

fn appointments<'w>(ctx: Ctx<'w>, role: &Name) -> impl Iterator<Item = Row<'w>> + use<'w> {
    let role = role.clone();
    Row::all(ctx.world, "appointment").filter(move |row| row.text("role") == Some(&*role))
}

fn deputies<'w>(ctx: Ctx<'w>, role: &Name) -> impl Iterator<Item = Row<'w>> + use<'w> {
    let role = role.clone();
    Row::all(ctx.world, "appointment").filter(move |row| row.text("deputy_of") == Some(&*role))
}

/// The next instant at which an appointment begins or ends, or somebody goes away or comes back: until then
/// [`holders`] gives the same.
pub fn holders_until(ctx: Ctx<'_>, role: &str) -> Option<Timestamp> {
    let rows = posts(ctx, role).into_iter().flat_map(|role| {
        let (held, stood_in) = (appointments(ctx, &role), deputies(ctx, &role));
        held.chain(stood_in).collect::<Vec<_>>()
    });
    let edges = rows.flat_map(|row| {
        let begins = ["from", "away_from"].into_iter().filter_map(move |field| row.instant(field));
        let days = ["until", "away_until"].into_iter().filter_map(move |field| row.date(field));
        begins.chain(days.map(|day| clock::end_of(ctx, day))).collect::<Vec<_>>()
    });
    edges.filter(|at| *at > ctx.world.now).min()
}

/// The roles among some names that nobody holds.
pub fn vacant(ctx: Ctx<'_>, names: &[Name], about: Option<Row<'_>>) -> Vec<Name> {
    let roles = names.iter().filter(|name| kind_of(ctx, name, about) == NameKind::Role);
    roles.filter(|role| holders(ctx, role).is_empty()).cloned().collect()
}

/// The site something is at: its own, or that of its room.
fn site_of(ctx: Ctx<'_>, about: Row<'_>) -> Option<EntryId> {
    about
        .one("site")
        .or_else(|| about.one("room").and_then(|room| Row::of(ctx.world, room)).and_then(|room| room.one("site")))
}

/// The people an entry is related to by a path such as `requester`, `holder` or `room.owner`.
pub fn related(ctx: Ctx<'_>, about: Row<'_>, path: &str) -> Vec<EntryId> {
    let own = about.kind().replace('-', "_");
    let mut segments: Vec<&str> = path.split('.').take(DEPTH_MAX).collect();
    if segments.len() > 1 && segments[0].replace('-', "_") == own {
        segments.remove(0);
    }
    let Some((last, links)) = segments.split_last() else { return Vec::new() };
    let mut rows = vec![about];
    for link in links {
        rows = rows.iter().flat_map(|row| step(*row, link)).filter_map(|id| Row::of(ctx.world, id)).collect();
    }
    let mut out: Vec<EntryId> = rows.iter().flat_map(|row| person_step(ctx, *row, last)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn step(row: Row<'_>, name: &str) -> Vec<EntryId> {
    row.refs(&name.replace('-', "_"))
}

fn person_step(ctx: Ctx<'_>, row: Row<'_>, name: &str) -> Vec<EntryId> {
    match (name, row.kind()) {
        ("requester" | "reporter", "case") => row.refs("reporter"),
        ("subject", "case") => row.refs("subject"),
        ("involved", "case") => {
            let form = row.value("form").and_then(|form| form.get("involved"));
            row.refs("subject").into_iter().chain(form.into_iter().flat_map(refs_in)).collect()
        }
        ("requester", "grant") => row.refs("person"),
        ("manager", kind) if kind != "person" => {
            let people = ["requester", "reporter", "person"].iter().flat_map(|field| row.refs(field));
            people.filter_map(|id| Row::of(ctx.world, id)).flat_map(|row| row.refs("manager")).collect()
        }
        _ if points(ctx, row, &name.replace('-', "_")) => step(row, name),
        _ => ["about", "things", "form"]
            .iter()
            .flat_map(|field| row.refs(field))
            .filter_map(|id| Row::of(ctx.world, id))
            .flat_map(|thing| step(thing, name))
            .collect(),
    }
}

/// Whether a person is meant by one of the names, as far as the registers tell.
pub fn meant(ctx: Ctx<'_>, names: &[Name], person: usize, about: Option<Row<'_>>) -> Tested {
    Group::of(ctx, names, about).has(person)
}

/// Everybody some names mean for certain.
pub fn all_of(ctx: Ctx<'_>, names: &[Name], about: Option<Row<'_>>) -> BTreeSet<EntryId> {
    let group = Group::of(ctx, names, about);
    let mut out = BTreeSet::new();
    let looked = |part: &&Part<'_>| !matches!(part, Part::These { .. });
    if group.parts.iter().any(|part| looked(&part)) {
        let all = Row::all(ctx.world, "person");
        out.extend(all.filter(|person| group.has(person.row).truth == Truth::True).map(Row::id));
    }
    for part in &group.parts {
        if let Part::These { people, .. } = part {
            out.extend(people);
        }
    }
    out
}

/// The people some names mean, looked up once for many questions.
pub struct Group<'w> {
    ctx: Ctx<'w>,
    parts: Vec<Part<'w>>,
}

enum Part<'w> {
    Everybody,
    Audience(&'w Expression),
    Kind(Name),
    These { people: BTreeSet<EntryId>, until: Option<Timestamp> },
}

impl<'w> Group<'w> {
    /// Reads the names, as seen from an entry.
    pub fn of(ctx: Ctx<'w>, names: &[Name], about: Option<Row<'_>>) -> Self {
        let part = |name: &Name| match kind_of(ctx, name, about) {
            NameKind::Anyone => Part::Everybody,
            NameKind::Audience => Part::Audience(&ctx.pack.audiences[name]),
            NameKind::Kind => Part::Kind(name.clone()),
            NameKind::Relation => {
                let people = about.map_or_else(Vec::new, |about| related(ctx, about, name));
                Part::These { people: people.into_iter().collect(), until: None }
            }
            NameKind::Role => {
                let people = holders_at(ctx, name, about.and_then(|about| site_of(ctx, about))).into_iter().collect();
                Part::These { people, until: holders_until(ctx, name) }
            }
        };
        Self { ctx, parts: names.iter().map(part).collect() }
    }

    /// Whether a person is one of them.
    pub fn has(&self, person: usize) -> Tested {
        let mut out = sure(false, None);
        for part in &self.parts {
            let one = self.part_has(part, person);
            out.window.until = clock::earlier(out.window.until, one.window.until);
            match one.truth {
                Truth::True => return one,
                Truth::Unknown => {
                    out.truth = Truth::Unknown;
                    out.missing.extend(one.missing);
                }
                Truth::False => {}
            }
        }
        out
    }

    fn part_has(&self, part: &Part<'_>, person: usize) -> Tested {
        let register = self.ctx.world.schemas.index("person").unwrap_or_default();
        let row = Row::at(self.ctx.world, register, person);
        match part {
            Part::Everybody => sure(true, None),
            Part::Audience(filter) => filter.test(&Scene::now(self.ctx).of(register, person)),
            Part::Kind(kind) => of_kind(self.ctx, kind, row),
            Part::These { people, until } => sure(people.contains(&row.id()), *until),
        }
    }
}

fn of_kind(ctx: Ctx<'_>, kind: &str, person: Row<'_>) -> Tested {
    match person.said("kind") {
        _ if has_left(ctx, person) => sure(false, None),
        Some(Value::Text(known)) => sure(&**known == kind, clock::ahead(ctx, leaves(ctx, person))),
        Some(_) => sure(false, None),
        None => {
            let missing = Missing::Field { register: Name::from("person"), field: Name::from("kind") };
            Tested { truth: Truth::Unknown, missing: vec![missing], window: Window::default() }
        }
    }
}

/// When somebody leaves, as far as that is said.
pub fn leaves(ctx: Ctx<'_>, person: Row<'_>) -> Option<Timestamp> {
    person.date("last_day").map(|day| clock::end_of(ctx, day))
}

/// Whether somebody is not here any more: they sign in nowhere, and nothing is asked of them.
pub fn has_left(ctx: Ctx<'_>, person: Row<'_>) -> bool {
    person.flag("active") == Some(false) || leaves(ctx, person).is_some_and(|at| at <= ctx.world.now)
}

fn sure(holds: bool, until: Option<Timestamp>) -> Tested {
    let truth = if holds { Truth::True } else { Truth::False };
    Tested { truth, missing: Vec::new(), window: Window { from: None, until } }
}

/// The references in a form.
pub fn refs_in(form: &Value) -> Vec<EntryId> {
    let mut out = Vec::new();
    gather_refs(form, &mut out);
    out
}
