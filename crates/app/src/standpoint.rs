//! Where one school stands under one policy, as the pages read it: stored results, nothing recomputed.

use crate::kept::Kept;
use crate::outcome::{ClauseOutcome, Outcome};
use crate::view::cause::{self, Cause, ELSE, Group};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::pack::Literal;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::standing::NoneBecause;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_store::School;
use schoolkeeper_store::remark::Remark;
use schoolkeeper_store::section::{StoredSection, TaskOwner};
use schoolkeeper_store::standing::LastRun;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything the pages of one policy share.
#[derive(Clone, Debug)]
pub struct Standpoint {
    /// The school.
    pub school: School,
    /// Its policy.
    pub pack: Arc<CompiledPack>,
    /// Its lists, as they are called there.
    pub registers: Arc<Schemas>,
    /// The last evaluation.
    pub outcome: Outcome,
    /// Open problems by control.
    pub groups: Vec<Group>,
    /// Every policy of the school: id and title.
    pub policies: Vec<(String, String)>,
    /// Its calendar.
    pub calendar: Arc<Calendar>,
    /// Sections that are started or planned; none when the school does not go by sections.
    pub sections: Vec<StoredSection>,
    /// Who does something about what, as agreed when a section was started.
    pub owners: Vec<TaskOwner>,
    /// Numbers, names and blanks as they were set for this school.
    pub set: BTreeMap<Name, Literal>,
    /// How the trust stands where it answers for its schools; none at the trust itself.
    pub trust: Option<Inherited>,
    /// Problems of which somebody said that they are wrong, and nothing has settled it.
    pub doubts: Vec<Remark>,
    /// What changed in the last seven days, in words.
    pub changes: Option<String>,
}

/// How the trust stands where it answers for all its schools.
#[derive(Clone, Debug)]
pub struct Inherited {
    /// The trust's central office.
    pub office: School,
    /// Where each statement it answers stands.
    pub clauses: BTreeMap<Name, ClauseOutcome>,
}

/// Which problems somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct ProblemsAsked {
    /// Of one control.
    pub control: Option<Name>,
    /// Words the problem must hold, case-blind.
    pub search: String,
    /// After this one: its control and subject.
    pub after: Option<(Name, Option<EntryId>)>,
    /// At most so many.
    pub limit: u32,
}

/// A change of a statement's standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When it was seen.
    pub at: Timestamp,
    /// `Met → Not met, newly not met`.
    pub words: String,
}

/// An evaluation older than this is said to be old before anything else.
const OLD_AFTER_HOURS: i64 = 36;

/// What a standpoint was read at besides the records: while it is the same, so is the standpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadAt {
    /// The last run of the policy.
    pub run: LastRun,
    /// When the trust's central office was last looked at under it.
    pub office_run: Option<Timestamp>,
    /// The local day: *what changed* looks back from it.
    pub day: Date,
}

/// Standpoints as they were last read, by school and policy.
pub(crate) type Standpoints = Kept<(SchoolId, Name), ReadAt, Standpoint>;

/// Most standpoints held at once.
pub(crate) const STANDPOINTS_MAX: usize = 256;

impl Standpoint {
    /// The school.
    pub fn named(&self) -> &School {
        &self.school
    }

    /// Id of the policy.
    pub fn pack_id(&self) -> &str {
        self.pack.pack.head.id.get_ref()
    }

    /// Problems by cause, worst first.
    pub fn causes(&self) -> Vec<Cause> {
        let mut all = cause::causes(&self.pack.pack, &self.registers, &self.outcome, &self.groups);
        for cause in &mut all {
            let doubts: Vec<&Remark> = self.doubts.iter().filter(|one| one.new.control == cause.control).collect();
            cause.looked_at = crate::remark::looked_at(&doubts);
            let Some(agreed) = self.owners.iter().find(|owner| owner.control == cause.control) else { continue };
            // A role the policy names itself still comes after whoever each problem is about.
            let words = self.owner_words(agreed);
            cause.owner = match cause.owner.split_once(ELSE) {
                Some((first, role)) if cause.role.as_ref() == Some(&agreed.owner) && !role.is_empty() => {
                    format!("{first}{ELSE}{words}")
                }
                _ => {
                    cause.first.clear();
                    words
                }
            };
            (cause.role, cause.deputy) = (Some(agreed.owner.clone()), agreed.deputy.clone());
            cause.fix_by = agreed.fix_by;
        }
        all
    }

    /// `IT technician, else Business manager, there at the start, agreed to fix by 25 March 2027`
    fn owner_words(&self, agreed: &TaskOwner) -> String {
        let mut words = vec![self.role_title(&agreed.owner)];
        words.extend(agreed.deputy.as_ref().map(|role| format!("else {}", self.role_title(role))));
        words.extend((agreed.open_count > 0 && agreed.fix_by.is_some()).then(|| "there at the start".to_owned()));
        words.extend(agreed.fix_by.map(|day| format!("agreed to fix by {}", crate::dates::long(day))));
        words.join(", ")
    }

    /// Since when a section is started, or for when it is planned; nothing when the school does not go by sections.
    pub fn started_words(&self, section: &str) -> Option<String> {
        let known = self.sections.iter().find(|known| &*known.section == section);
        let day = crate::dates::long;
        match known.map(|known| (known.started_at, known.planned_on)) {
            _ if self.sections.is_empty() => None,
            Some((Some(at), _)) => Some(format!("Started {}", day(self.calendar.day(at)))),
            Some((None, Some(on))) => Some(format!("Planned for {}", day(on))),
            _ => None,
        }
    }

    /// A role as people read it.
    pub fn role_title(&self, name: &str) -> String {
        cause::role_title(&self.pack.pack, name)
    }

    /// How the trust stands at a statement it answers for this school.
    pub fn inherited(&self, clause: &str) -> Option<(&School, &ClauseOutcome)> {
        let here = self.outcome.clause(clause)?;
        let trust = self.trust.as_ref().filter(|_| here.none_because == Some(NoneBecause::AtTrust))?;
        Some((&trust.office, trust.clauses.get(clause)?))
    }

    /// How a control is checked, in plain sentences.
    pub fn explain(&self, control: &str) -> String {
        let control = self.pack.pack.controls.get(control);
        control
            .map_or_else(String::new, |control| schoolkeeper_pack::explain_control(control, &self.pack.pack, &self.set))
    }

    /// A sentence when the school's dates end soon or are not known.
    pub fn calendar_ends(&self, now: Timestamp) -> Option<String> {
        crate::calendar::year::ends_soon(&self.calendar, self.calendar.day(now))
    }

    /// A sentence when the numbers are old.
    pub fn late(&self, now: Timestamp) -> Option<String> {
        let hours = now.duration_since(self.outcome.at).as_hours();
        (hours >= OLD_AFTER_HOURS).then(|| {
            let at = crate::dates::moment(self.outcome.at, self.calendar.zone());
            format!("These numbers are {} days old: they were worked out on {at}.", hours / 24)
        })
    }
}
