//! What is somebody's: to decide, to answer, to do, to sign, to read, asked, held.
//!
//! Invariant: only what they may see, each with the page where something can be done about it.

mod ask;
mod case;
mod duty;
pub(crate) mod fix;
mod found;
mod held;
pub(crate) mod sign;

use crate::agreement::{approvals_of_mine, question_of_mine};
use crate::change::proposals_of_mine;
use crate::{Error, House, duty as task, training};
pub(crate) use found::told as found_told;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::School;
use schoolkeeper_store::listing::{By, Listing, Narrow, Sort, Test};
use std::collections::BTreeSet;

/// More schools than so many are not all looked at whole for one page.
const WHOLE_MAX: usize = 3;
/// Requests that wait at a school are counted up to so many.
const COUNT_MAX: u32 = 100;

/// What sort of thing it is, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Somebody waits for a yes or no.
    Decide,
    /// Somebody asked back.
    Answer,
    /// A task.
    Do,
    /// An agreement.
    Sign,
    /// A notice.
    Read,
    /// A question about what they have signed.
    Learn,
    /// A problem.
    Fix,
    /// What they asked and what waits.
    Asked,
    /// What they hold: a permission, a device, a key.
    Held,
}

/// One line of somebody's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// What sort of thing it is.
    pub what: What,
    /// What it is called.
    pub title: String,
    /// One line below it: who asks, for what.
    pub about: String,
    /// The last day on which it is in time.
    pub due: Option<Date>,
    /// That day has passed.
    pub late: bool,
    /// Path of its page.
    pub link: String,
}

/// Somebody's own page.
#[derive(Debug)]
pub struct MyPage {
    /// School by school, the most urgent first.
    pub schools: Vec<MySchool>,
    /// Schools that were not looked at whole, because there are many: by name.
    pub others: Vec<OtherSchool>,
    /// They hold a leading role somewhere, or look on as a governor.
    pub leads: bool,
}

/// A school of theirs that is only counted, from what was stored.
#[derive(Debug)]
pub struct OtherSchool {
    /// The school.
    pub school: School,
    /// Problems that are open there, by cause.
    pub problems: u64,
    /// Requests that wait there, whoever decides them.
    pub waiting: u64,
}

/// What is theirs at one school.
#[derive(Debug)]
pub struct MySchool {
    /// The school.
    pub school: School,
    /// Its day.
    pub today: Date,
    /// By what sort of thing it is, then by date.
    pub all: Vec<Mine>,
    /// The next task of theirs to open.
    pub next: Option<(Date, String)>,
    /// Where suspicious messages are sent.
    pub report_to: Option<String>,
}

impl House {
    /// Everything that is somebody's today. Of many schools one is looked at whole, the one that is named or the first;
    /// the others are counted.
    pub async fn mine(&self, actor: &Actor, chosen: Option<&str>) -> Result<MyPage, Error> {
        let (mut schools, leads) = self.own_schools(actor).await?;
        schools.sort_by_key(|school| (chosen != Some(school.slug.as_str()), !school.trust, school.title.clone()));
        let whole = if schools.len() > WHOLE_MAX { 1 } else { schools.len() };
        let others = self.only_counted(actor, schools.split_off(whole)).await?;
        let mut out = Vec::new();
        for school in schools {
            out.push(self.mine_at(actor, school).await?);
        }
        let urgent = |at: &MySchool| {
            let first = at.all.iter().filter(|one| one.what < What::Asked).filter_map(|one| one.due).min();
            (first.is_none(), first, at.school.title.clone())
        };
        out.sort_by_key(urgent);
        Ok(MyPage { schools: out, others, leads })
    }

    /// The schools at which somebody has a role, and whether they lead or look on anywhere.
    pub(crate) async fn own_schools(&self, actor: &Actor) -> Result<(Vec<School>, bool), Error> {
        let mut schools = self.read().await?.schools(&Scope::system("my page")).await?;
        schools.retain(|school| school.organisation == actor.organisation && !actor.bases_at(school.id).is_empty());
        let leads = |base: &BaseRole| base.leads() || matches!(base, BaseRole::Governor | BaseRole::Operator);
        let leads = schools.iter().any(|school| actor.bases_at(school.id).iter().any(leads));
        Ok((schools, leads))
    }

    async fn only_counted(&self, actor: &Actor, schools: Vec<School>) -> Result<Vec<OtherSchool>, Error> {
        if schools.is_empty() {
            return Ok(Vec::new());
        }
        let Ok(scope) = Self::scope(actor, "finding.see") else { return Ok(Vec::new()) };
        let read = self.read().await?;
        let mut out = Vec::with_capacity(schools.len());
        for school in schools {
            let problems = read.open_causes(&scope, school.id).await?;
            let waiting = match self.schemas.get("request") {
                Some(register) => read.listing_count(&scope, &waiting(register, school.id), COUNT_MAX).await?,
                None => 0,
            };
            out.push(OtherSchool { school, problems, waiting });
        }
        Ok(out)
    }

    /// The same of every school, each looked at whole.
    pub(crate) async fn all_mine(&self, actor: &Actor) -> Result<Vec<MySchool>, Error> {
        let mut out = Vec::new();
        for school in self.own_schools(actor).await?.0 {
            out.push(self.mine_at(actor, school).await?);
        }
        Ok(out)
    }

    /// Policies that are being written at a school, for whoever may write them.
    async fn drafts(&self, actor: &Actor, school: &School) -> Result<BTreeSet<Name>, Error> {
        let writes = actor.bases_at(school.id).iter().any(|base| reach(*base, "policy.write") >= Reach::School);
        if !writes {
            return Ok(BTreeSet::new());
        }
        let found = self.read().await?.editions(&Scope::system("my page"), school.id).await?;
        Ok(found.into_iter().map(|one| one.pack).collect())
    }

    /// The same at one school.
    pub async fn mine_at(&self, actor: &Actor, school: School) -> Result<MySchool, Error> {
        let before = self.before(actor, &school).await?;
        let mut all = Vec::new();
        if let Some(person) = actor.person {
            let heads = actor.is_head_of(school.id);
            let drafts = self.drafts(actor, &school).await?;
            all.extend(duty::of(&before, &school, (person, &self.planned(&school).await?, heads)));
            all.extend(duty::decided(&before, &school));
            all.extend(found::of(&before, &school, (person, &drafts)));
            all.extend(held::of(&before, person));
            all.extend(ask::of(&before, &school.slug));
            all.extend(case::of(&before, &school.slug));
            all.extend(sign::of(&before, &school, None));
            all.extend(task::to_read(&before, &school));
            all.extend(question_of_mine(&before, &school));
            if actor.bases_at(school.id).iter().any(|base| reach(*base, "agreement.approve") >= Reach::School) {
                all.extend(approvals_of_mine(&before, &school, &self.read().await?).await?);
                all.extend(proposals_of_mine(&before, &school));
            }
            all.extend(training::of_mine(&before, &school, person));
            if actor.bases_at(school.id).iter().any(|base| reach(*base, "training.decide") >= Reach::School) {
                all.extend(training::to_decide(&before, &school, person));
            }
            all.extend(self.mine_to_fix(actor, person, (&school, &before)).await?);
        }
        all.sort_by(|a, b| (a.what, a.due.is_none(), a.due, &a.title).cmp(&(b.what, b.due.is_none(), b.due, &b.title)));
        let next = duty::next(&before);
        let report_to = self.report_to(&school).await?;
        Ok(MySchool { today: self.today(&school), school, all, next, report_to })
    }
}

/// The requests of a school that wait for a decision.
fn waiting(register: &Register, school: SchoolId) -> Listing<'_> {
    let narrow = Narrow { by: By::Field(Name::from("outcome")), any: vec![Test::Is("waiting".to_owned())] };
    let sort = Sort { by: By::Changed, down: false };
    Listing { school, register, gone: false, words: Vec::new(), narrow: vec![narrow], sort }
}
