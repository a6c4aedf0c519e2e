//! Problems grouped by cause: "11 of 46 laptops: encryption is off", never eleven lines.

use crate::outcome::{Outcome, Problem};
use crate::register::list::lower;
use jiff::Timestamp;
use schoolkeeper_core::clause::Severity;
use schoolkeeper_core::control::{Control, ControlKind};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::role::HEAD;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::standing::Standing;
use std::collections::BTreeMap;

/// Between whoever each problem is about and the role, in words.
pub(crate) const ELSE: &str = ", else ";

/// One cause with how many it concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The control.
    pub control: Name,
    /// In words: "11 of 46 devices: encryption is off", or the one problem's own words.
    pub title: String,
    /// How many problems.
    pub count: usize,
    /// Statements it belongs to.
    pub clauses: Vec<Name>,
    /// How strongly the policy asks for it: the strongest of its statements.
    pub severity: Severity,
    /// The worst of its problems.
    pub standing: Standing,
    /// The longest standing one.
    pub since: Timestamp,
    /// The nearest date, when one runs.
    pub due_at: Option<Timestamp>,
    /// Who does something about it, in words; empty when the policy does not say.
    pub owner: String,
    /// The role that does.
    pub role: Option<Name>,
    /// Before the role, whoever each problem is about: `holder`, `system.owner`.
    pub first: Vec<Name>,
    /// The role that stands in.
    pub deputy: Option<Name>,
    /// By when it was agreed to fix it.
    pub fix_by: Option<jiff::civil::Date>,
    /// Somebody said that it is wrong: until when it is looked at, in words.
    pub looked_at: Option<String>,
}

/// What the store knows of a control's open problems without listing them.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The control.
    pub control: Name,
    /// How many.
    pub count: usize,
    /// Worst standing.
    pub standing: Standing,
    /// Longest standing.
    pub since: Timestamp,
    /// Nearest date.
    pub due_at: Option<Timestamp>,
    /// The words of one of them.
    pub message: String,
}

impl Group {
    /// Groups problems by control, keeping their order.
    pub fn of<'a>(problems: impl Iterator<Item = &'a Problem>) -> Vec<Self> {
        let mut out: Vec<Self> = Vec::new();
        let mut at: BTreeMap<&Name, usize> = BTreeMap::new();
        for problem in problems {
            if let Some(&at) = at.get(&problem.control) {
                let group = &mut out[at];
                group.count += 1;
                group.standing = group.standing.max(problem.standing);
                group.since = group.since.min(problem.since);
                group.due_at = [group.due_at, problem.due_at].into_iter().flatten().min();
                continue;
            }
            at.insert(&problem.control, out.len());
            out.push(Self {
                control: problem.control.clone(),
                count: 1,
                standing: problem.standing,
                since: problem.since,
                due_at: problem.due_at,
                message: problem.message.clone(),
            });
        }
        out
    }
}

/// Causes ranked by severity, then standing, then how many.
pub fn causes(pack: &Pack, schemas: &Schemas, outcome: &Outcome, groups: &[Group]) -> Vec<Cause> {
    let mut out: Vec<Cause> = groups.iter().filter_map(|group| cause(pack, schemas, outcome, group)).collect();
    out.sort_by(|a, b| {
        (b.standing, b.severity, b.count).cmp(&(a.standing, a.severity, a.count)).then_with(|| a.title.cmp(&b.title))
    });
    out
}

fn cause(pack: &Pack, schemas: &Schemas, outcome: &Outcome, group: &Group) -> Option<Cause> {
    let control = pack.controls.get(&group.control)?;
    let clauses: Vec<_> = pack.clauses_of(&group.control).collect();
    let stated = control.severity.or_else(|| clauses.iter().map(|clause| clause.severity).max());
    let subjects = clauses
        .iter()
        .filter(|clause| clause.controls.len() == 1)
        .filter_map(|clause| outcome.clause(clause.id.get_ref()))
        .map(|clause| clause.counts.subjects as usize)
        .max();
    let title =
        if group.count == 1 { group.message.clone() } else { group_title(control, schemas, group.count, subjects) };
    Some(Cause {
        control: group.control.clone(),
        title,
        count: group.count,
        clauses: clauses.iter().map(|clause| clause.id.get_ref().clone()).collect(),
        severity: stated.unwrap_or_default(),
        standing: group.standing,
        since: group.since,
        due_at: group.due_at,
        owner: owner((pack, schemas), control, &clauses),
        role: role_of(pack, control, &clauses).cloned(),
        first: related(pack, schemas, control),
        deputy: None,
        fix_by: None,
        looked_at: None,
    })
}

/// `11 of 46 devices: encryption is off`
pub(crate) fn group_title(control: &Control, schemas: &Schemas, count: usize, subjects: Option<usize>) -> String {
    let many =
        register_of(control).map_or_else(|| "times".to_owned(), |register| crate::words::plural(schemas, register));
    let of = subjects.filter(|all| *all > count).map_or_else(String::new, |all| format!(" of {all}"));
    format!("{count}{of} {many}: {}", cause_words(control))
}

/// The register of a control's subjects.
pub fn register_of(control: &Control) -> Option<&str> {
    match &control.kind {
        ControlKind::Rule(rule) => Some(rule.subject.get_ref()),
        ControlKind::Setting(setting) => setting.subject.as_ref().map(|name| &**name.get_ref()),
        ControlKind::Duty(duty) => {
            let sample = duty.sample.as_ref().map(|sample| &sample.subject);
            duty.subject.as_ref().or(sample).map(|name| &**name.get_ref())
        }
        ControlKind::Job(job) => job.subject.as_ref().map(|name| &**name.get_ref()),
        ControlKind::Retention(retention) => Some(retention.register.get_ref()),
        ControlKind::Agreement(_) => Some("person"),
        ControlKind::Request(_) => Some("request"),
        ControlKind::Case(_) => Some("case"),
        ControlKind::Channel(_) => Some("dispatch"),
        ControlKind::Access(_) => Some("access-review"),
    }
}

/// The problem without its subject: a rule's message with the filled-in parts left out, else the control's title.
fn cause_words(control: &Control) -> String {
    let ControlKind::Rule(rule) = &control.kind else { return control.title.clone() };
    let Some(message) = &rule.message else { return control.title.clone() };
    let mut words = String::new();
    let mut rest = message.get_ref().as_str();
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        words.push('…');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    words.trim_start_matches(['…', ':', ',', ' ']).to_owned()
}

/// Who does something about a control: whoever each problem is about, the duty's owner, the role it tells first, or whom
/// its statements name.
fn owner(
    (pack, schemas): (&Pack, &Schemas),
    control: &Control,
    clauses: &[&schoolkeeper_core::clause::Clause],
) -> String {
    let role = role_of(pack, control, clauses).map_or_else(String::new, |name| role_title(pack, name));
    match related(pack, schemas, control).first() {
        None => role,
        Some(first) => {
            let first = format!("Whoever is “{}”", lower(&role_title(pack, first)));
            if role.is_empty() { first } else { format!("{first}{ELSE}{role}") }
        }
    }
}

/// The role that does something about a control.
pub(crate) fn owner_role(pack: &Pack, control: &str) -> Option<Name> {
    let clauses: Vec<_> = pack.clauses_of(control).collect();
    role_of(pack, pack.controls.get(control)?, &clauses).cloned()
}

fn role_of<'a>(
    pack: &Pack,
    control: &'a Control,
    clauses: &[&'a schoolkeeper_core::clause::Clause],
) -> Option<&'a Name> {
    let duty = match &control.kind {
        ControlKind::Duty(duty) => duty.owner.iter().next(),
        _ => None,
    };
    let mut told = control.tell.iter().flat_map(|tell| tell.who.iter());
    let role = told.find(|name| ***name == *HEAD || pack.roles.contains_key(*name));
    let named = clauses.iter().find_map(|clause| clause.who.first());
    duty.or(role).or(named)
}

/// Whom a control tells first by what each of its problems is about, when that is no role.
fn related(pack: &Pack, schemas: &Schemas, control: &Control) -> Vec<Name> {
    let register = register_of(control).and_then(|id| schemas.get(id));
    let is_related = |name: &&Name| {
        let own = register.is_some_and(|register| register.field(&name.replace('-', "_")).is_some());
        !pack.roles.contains_key(*name) && !pack.audiences.contains_key(*name) && (own || name.contains('.'))
    };
    let (ControlKind::Rule(_) | ControlKind::Retention(_) | ControlKind::Setting(_)) = &control.kind else {
        return Vec::new();
    };
    let told = control.tell.first().map_or(&[][..], |tell| &tell.who.0);
    told.iter().take_while(is_related).cloned().collect()
}

/// A role as people read it.
pub fn role_title(pack: &Pack, name: &str) -> String {
    let title = pack.roles.get(name).map(|role| role.title.clone());
    title.unwrap_or_else(|| {
        let words = name.replace(['-', '.', '_'], " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}
