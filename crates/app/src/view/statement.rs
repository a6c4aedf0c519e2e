//! One statement: met or not, how that is known, what is missing, what to do next.

use super::cause::{Cause, Group, causes};
use crate::outcome::{ClauseOutcome, Outcome};
use crate::words::{self, MissingWords};
use schoolkeeper_core::clause::Clause;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::standing::Standing;
use std::collections::BTreeMap;

/// Everything its page shows.
#[derive(Debug)]
pub struct Statement<'a> {
    /// The statement.
    pub clause: &'a Clause,
    /// Where it stands.
    pub outcome: &'a ClauseOutcome,
    /// What is missing and what would tell.
    pub missing: Vec<MissingWords>,
    /// Its problems by cause, worst first.
    pub causes: Vec<Cause>,
    /// How it is checked: one paragraph for each control.
    pub checked: Vec<(String, String)>,
}

/// Puts it together. `groups` are the open problems of its controls, by control; `set` the school's numbers.
pub fn statement<'a>(
    pack: &'a Pack,
    schemas: &Schemas,
    outcome: &'a Outcome,
    id: &str,
    (groups, set): (&[Group], &BTreeMap<Name, Literal>),
) -> Option<Statement<'a>> {
    let clause = pack.clauses.iter().find(|clause| &**clause.id.get_ref() == id)?;
    let stands = outcome.clause(id)?;
    let missing = stands.missing.iter().map(|missing| words::missing(missing, pack, schemas)).collect();
    let checked = clause
        .controls
        .iter()
        .filter_map(|name| pack.controls.get(&**name.get_ref()))
        .map(|control| (control.title.clone(), schoolkeeper_pack::explain_control(control, pack, set)))
        .collect();
    Some(Statement { clause, outcome: stands, missing, causes: causes(pack, schemas, outcome, groups), checked })
}

/// The sentence under the heading: what is so, then what next.
pub fn lead(statement: &Statement<'_>) -> String {
    let counts = &statement.outcome.counts;
    match statement.outcome.standing {
        Standing::Kept => match statement.outcome.due_on {
            Some(on) => format!("Nothing to do before {}.", crate::dates::long(on)),
            None => "Nothing to do.".to_owned(),
        },
        Standing::Told => format!("{} of {} have signed.", counts.kept, counts.subjects),
        Standing::Due => match statement.outcome.due_on {
            Some(on) => format!("Due by {}.", crate::dates::with_weekday(on)),
            None => "Not done yet, and still in time.".to_owned(),
        },
        Standing::Unknown => "Nobody can say yet. What is missing stands below.".to_owned(),
        Standing::Broken => match statement.causes.len() {
            0 => "It does not hold.".to_owned(),
            1 => "There is one cause to fix.".to_owned(),
            many => format!("There are {many} causes to fix."),
        },
        Standing::None => crate::words::none_because(statement.outcome.none_because).to_owned(),
    }
}
