//! Who holds a role on a day: appointments with dates, posts that other roles follow, deputies, and the base roles
//! they act as.
//!
//! Invariant: pure, and never more than the table knows: no pack and no appointment makes anybody the operator.

use crate::actor::Held;
use crate::id::{EntryId, Name, SchoolId};
use crate::pack::Role;
use crate::permission::BaseRole;
use crate::schema::Level;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How deep a role may follow another post.
const DEPTH_MAX: usize = 4;

/// The role that leads a school.
pub const HEAD: &str = "headteacher";
/// The role above the headteacher: it decides what the headteacher asks for.
pub const CHAIR: &str = "chair-of-governors";

/// Roles every house has, whatever its policies name: name, title, base role.
pub const BUILT_IN: [(&str, &str, BaseRole); 9] = [
    (HEAD, "Headteacher", BaseRole::Head),
    ("school-business-manager", "School business manager", BaseRole::Office),
    ("it-technician", "IT technician", BaseRole::Technician),
    ("dpo", "Data protection officer", BaseRole::Protection),
    ("safeguarding-lead", "Designated safeguarding lead", BaseRole::Safeguarding),
    ("governor", "Governor", BaseRole::Governor),
    (CHAIR, "Chair of governors", BaseRole::Governor),
    ("auditor", "Auditor", BaseRole::Governor),
    ("deputy", "Deputy", BaseRole::Staff),
];

/// One appointment as it is on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Its record.
    pub id: EntryId,
    /// Who.
    pub person: EntryId,
    /// The role, as packs name it.
    pub role: Name,
    /// The school it is held in; `None` = the central office, for the whole organisation.
    pub school: Option<SchoolId>,
    /// The part of the school it answers for.
    pub site: Option<EntryId>,
    /// First day; open when `None`.
    pub from: Option<Date>,
    /// Last day; open when `None`.
    pub until: Option<Date>,
    /// The role this person stands in for.
    pub deputy_of: Option<Name>,
    /// First day away.
    pub away_from: Option<Date>,
    /// Last day away.
    pub away_until: Option<Date>,
}

impl Appointment {
    /// Whether it counts on a day.
    pub fn counts_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether some day belongs to both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<Date>, start: Option<Date>| end.zip(start).is_some_and(|(end, start)| end < start);
        !before(self.until, other.from) && !before(other.until, self.from)
    }

    /// Whether its holder is away on a day: an end without a beginning counts from the start, and the other way.
    pub fn is_away_on(&self, day: Date) -> bool {
        let said = self.away_from.is_some() || self.away_until.is_some();
        said && self.away_from.is_none_or(|from| from <= day) && self.away_until.is_none_or(|until| day <= until)
    }
}

/// Why somebody cannot be appointed as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// No policy here and no built-in role has this name.
    NoSuchRole,
    /// Its last day comes before its first.
    EndsBeforeItBegins,
    /// It is a role of a school, not of the central office.
    HeldAtSchools,
    /// It is a role of the central office, not of a school.
    HeldAtTrust,
    /// This person holds it in the same time, and it is held once.
    HeldBy(EntryId),
    /// The person holds a role that does not go with it.
    NotWith(Name),
    /// The person must hold this role, too.
    Requires(Name),
}

/// A role as all policies of a school and the built-in ones give it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleSpec {
    /// What people read.
    pub title: String,
    /// What it may do: base roles of the permission table.
    pub bases: BTreeSet<BaseRole>,
    /// The post it follows.
    pub held_by: Option<Name>,
    /// One holder per school.
    pub one_per_school: bool,
    /// Roles the same person may not hold.
    pub not_with: BTreeSet<Name>,
    /// Roles the same person must hold.
    pub requires: BTreeSet<Name>,
    /// Where it is held.
    pub level: Level,
}

impl RoleSpec {
    /// Whether it answers for something others rely on: such a role moves only with a delegation on paper.
    pub fn leads(&self) -> bool {
        self.bases.iter().any(|base| base.leads())
    }
}

/// Every role of a school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    all: BTreeMap<Name, RoleSpec>,
}

impl Roles {
    /// The roles of some policies, and the built-in ones they do not name.
    pub fn of<'a>(packs: impl IntoIterator<Item = &'a BTreeMap<Name, Role>>) -> Self {
        let mut all: BTreeMap<Name, RoleSpec> = BTreeMap::new();
        for (name, role) in packs.into_iter().flatten() {
            let new = !all.contains_key(name);
            let spec = all.entry(name.clone()).or_default();
            if new {
                (spec.title, spec.level) = (role.title.clone(), role.level);
            }
            spec.bases.extend(role.acts_as.as_deref().and_then(base));
            spec.held_by = spec.held_by.take().or_else(|| role.held_by.clone());
            spec.one_per_school |= role.one_per_school;
            spec.not_with.extend(role.not_with.iter().cloned());
            spec.requires.extend(role.requires.iter().cloned());
        }
        for (name, title, base) in BUILT_IN {
            all.entry(Name::from(name)).or_insert_with(|| RoleSpec {
                title: title.to_owned(),
                bases: BTreeSet::from([base]),
                level: Level::Either,
                ..RoleSpec::default()
            });
        }
        Self { all }
    }

    /// A role by its name.
    pub fn get(&self, name: &str) -> Option<&RoleSpec> {
        self.all.get(name)
    }

    /// Every role, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &RoleSpec)> {
        self.all.iter()
    }

    /// The appointments by which a role is held on a day: its own, else those of the post it follows.
    pub fn holders<'a>(&self, all: &'a [Appointment], role: &str, day: Date) -> Vec<&'a Appointment> {
        let mut role = Name::from(role);
        for _ in 0..DEPTH_MAX {
            let own = |one: &&Appointment| one.role == role && one.counts_on(day);
            let found: Vec<&Appointment> = all.iter().filter(own).collect();
            match self.get(&role).and_then(|spec| spec.held_by.clone()) {
                Some(post) if found.is_empty() => role = post,
                _ => return found,
            }
        }
        Vec::new()
    }

    /// Who stands in for a role on a day: its deputies, when nobody holds it or everybody who does is away.
    pub fn standing_in<'a>(&self, all: &'a [Appointment], role: &str, day: Date) -> Vec<&'a Appointment> {
        let present = self.holders(all, role, day).iter().any(|one| !one.is_away_on(day));
        let deputy = |one: &&Appointment| one.deputy_of.as_deref() == Some(role) && one.counts_on(day);
        all.iter().filter(deputy).filter(|one| !present && !one.is_away_on(day)).collect()
    }

    /// Who answers for a role at a place on a day: the site's holder before the school's, the stand-in for one away.
    pub fn responsible<'a>(
        &self,
        all: &'a [Appointment],
        role: &str,
        (site, day): (Option<EntryId>, Date),
    ) -> Vec<&'a Appointment> {
        let mut found = self.holders(all, role, day);
        let stand_ins = self.standing_in(all, role, day);
        if !stand_ins.is_empty() {
            found = stand_ins;
        }
        let at = |wanted: Option<EntryId>| found.iter().copied().filter(|one| one.site == wanted).collect::<Vec<_>>();
        let (here, whole) = (at(site), at(None));
        [here, whole].into_iter().find(|some| !some.is_empty()).unwrap_or(found)
    }

    /// The same at a school of no trust, where somebody of the school holds what is a central office's elsewhere.
    pub fn of_one_school(mut self) -> Self {
        for spec in self.all.values_mut().filter(|spec| spec.level == Level::Trust) {
            spec.level = Level::Either;
        }
        self
    }

    /// What stands against an appointment: another holder, roles that do not go together, a role that is asked for.
    pub fn conflicts(&self, all: &[Appointment], new: &Appointment) -> Vec<Conflict> {
        let Some(spec) = self.get(&new.role) else { return vec![Conflict::NoSuchRole] };
        let mut out = Vec::new();
        if new.from.zip(new.until).is_some_and(|(from, until)| until < from) {
            out.push(Conflict::EndsBeforeItBegins);
        }
        if new.deputy_of.as_ref().is_some_and(|post| self.get(post).is_none()) {
            out.push(Conflict::NoSuchRole);
        }
        match (spec.level, new.school) {
            (Level::School, None) => out.push(Conflict::HeldAtSchools),
            (Level::Trust, Some(_)) => out.push(Conflict::HeldAtTrust),
            _ => {}
        }
        let beside: Vec<&Appointment> = all.iter().filter(|one| one.id != new.id && one.overlaps(new)).collect();
        let same_place = |one: &&&Appointment| one.school == new.school && one.site == new.site;
        let mut here = beside.iter().filter(|one| one.role == new.role).filter(same_place);
        if let Some(other) = here.find(|one| spec.one_per_school || one.person == new.person) {
            out.push(Conflict::HeldBy(other.person));
        }
        let mine: BTreeSet<&Name> = beside.iter().filter(|one| one.person == new.person).map(|one| &one.role).collect();
        for other in &mine {
            let against = self.get(other).is_some_and(|spec| spec.not_with.contains(&new.role));
            if against || spec.not_with.contains(*other) {
                out.push(Conflict::NotWith((*other).clone()));
            }
        }
        out.extend(spec.requires.iter().filter(|role| !mine.contains(role)).cloned().map(Conflict::Requires));
        out
    }

    /// What a person holds on a day, as an actor carries it; `all` are the appointments of the schools in question.
    pub fn held(&self, all: &[Appointment], person: EntryId, day: Date) -> Vec<Held> {
        let mut out: Vec<Held> = Vec::new();
        let mut add = |name: &Name, spec: &RoleSpec, one: &Appointment, stands_in: bool| {
            for base in &spec.bases {
                let (from, until) = (one.from, one.until);
                let held = Held { base: *base, role: name.clone(), school: one.school, from, until, stands_in };
                if !out.contains(&held) {
                    out.push(held);
                }
            }
        };
        for (name, spec) in &self.all {
            let mine = |one: &&Appointment| one.person == person;
            self.holders(all, name, day).into_iter().filter(mine).for_each(|one| add(name, spec, one, false));
            self.standing_in(all, name, day).into_iter().filter(mine).for_each(|one| add(name, spec, one, true));
        }
        out
    }
}

/// A base role a pack may name: never the operator.
fn base(name: &str) -> Option<BaseRole> {
    BaseRole::from_name(name).filter(|base| *base != BaseRole::Operator)
}
