//! What is somebody's: to decide, to answer, to do, to sign, asked, held.
//!
//! Invariant: only what they may see, each with the page where something can be done about it.

mod ask;
mod case;
mod duty;
mod held;
pub(crate) mod sign;

use crate::{Error, House, training};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::permission::{BaseRole, Reach, reach};
use schoolkeeper_store::School;

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
    /// They hold a leading role somewhere, or look on as a governor.
    pub leads: bool,
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
    /// Everything that is somebody's today.
    pub async fn mine(&self, actor: &Actor) -> Result<MyPage, Error> {
        let mut schools = self.read().await?.schools(&Scope::system("my page")).await?;
        schools.retain(|school| school.organisation == actor.organisation && !actor.bases_at(school.id).is_empty());
        let leads = |base: &BaseRole| base.leads() || matches!(base, BaseRole::Governor | BaseRole::Operator);
        let leads = schools.iter().any(|school| actor.bases_at(school.id).iter().any(leads));
        let mut out = Vec::new();
        for school in schools {
            out.push(self.mine_at(actor, school).await?);
        }
        let urgent = |at: &MySchool| {
            let first = at.all.iter().filter(|one| one.what < What::Asked).filter_map(|one| one.due).min();
            (first.is_none(), first, at.school.title.clone())
        };
        out.sort_by_key(urgent);
        Ok(MyPage { schools: out, leads })
    }

    /// The dates of everything that is theirs, as an iCal calendar.
    pub async fn mine_as_ics(&self, actor: &Actor) -> Result<String, Error> {
        let page = self.mine(actor).await?;
        let all = page.schools.into_iter().flat_map(|at| at.all);
        let dated = all.filter_map(|one| {
            let words = if one.about.is_empty() { one.title } else { format!("{}: {}", one.title, one.about) };
            one.due.map(|due| (words, due, due))
        });
        Ok(crate::calendar::dates::ics(dated, "my-page", self.now()))
    }

    /// The same at one school.
    pub async fn mine_at(&self, actor: &Actor, school: School) -> Result<MySchool, Error> {
        let before = self.before(actor, &school).await?;
        let mut all = Vec::new();
        if let Some(person) = actor.person {
            all.extend(duty::of(&before, &school, person));
            all.extend(held::of(&before, person));
            all.extend(ask::of(&before, &school.slug));
            all.extend(case::of(&before, &school.slug));
            all.extend(sign::of(&before, &school));
            all.extend(training::of_mine(&before, &school, person));
            if actor.bases_at(school.id).iter().any(|base| reach(*base, "training.decide") >= Reach::School) {
                all.extend(training::to_decide(&before, &school, person));
            }
        }
        all.sort_by(|a, b| (a.what, a.due.is_none(), a.due, &a.title).cmp(&(b.what, b.due.is_none(), b.due, &b.title)));
        let next = duty::next(&before);
        let report_to = self.report_to(&school).await?;
        Ok(MySchool { today: self.today(&school), school, all, next, report_to })
    }
}
