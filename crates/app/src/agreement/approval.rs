//! Approval of an agreement's words before they are published: asked of a role, given or sent back by somebody who holds
//! it and did not ask.
//!
//! Invariant: an approval is of exactly the words that were looked at; when they change it is no approval any more.

use super::wording::{Composed, Wording, composed, system};
use super::{Place, place};
use crate::act::Before;
use crate::mail::NewMail;
use crate::mine::{Mine, What};
use crate::view::cause::role_title;
use crate::{Error, House};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::people;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::agreement::{AgreementAt, Worded};
use schoolkeeper_store::{Read, School};
use serde::{Deserialize, Serialize};

/// Longest words of an answer, in characters.
const WORDS_MAX: usize = 500;

/// What somebody was asked, and what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The role that is asked.
    role: Name,
    /// Who asked; `None` for the operator.
    asked_by: Option<EntryId>,
    asked_at: Timestamp,
    /// Mark of the words it is about.
    of: String,
    outcome: Option<Outcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Outcome {
    by: EntryId,
    on: Date,
    yes: bool,
    words: String,
}

/// How far the approval of the words as they stand is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    /// Asked of a role, by its title, on a day.
    Waiting(String, Date),
    /// Given; its words are the minute that says so.
    Approved(Answer),
    /// Not given; its words say what is to change.
    SentBack(Answer),
    /// The words changed since somebody was asked.
    Lapsed,
}

/// What somebody answered who was asked to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Their name and role.
    pub by: String,
    /// When.
    pub on: Date,
    /// What they said.
    pub words: String,
}

/// What somebody is asked to approve.
#[derive(Clone, Debug)]
pub struct Approving {
    /// The agreement with its words.
    pub composed: Composed,
    /// Who asks.
    pub asked_by: String,
    /// Under which role, by its title.
    pub role: String,
}

impl House {
    /// Asks those who hold a role to approve the words that were looked at; in words why not.
    pub async fn ask_approval(
        &self,
        actor: &Actor,
        school: &School,
        (which, role, number): ((&str, &str), &str, i64),
    ) -> Result<Result<(), String>, Error> {
        let scope = self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let place = place(&before, which)?;
        let shown = self.composed(actor, school, which).await?;
        let Some((role, title)) = shown.approvers.iter().find(|(name, _)| **name == *role) else {
            return Ok(Err("Choose who approves it".to_owned()));
        };
        let mut asked = people::holders(place.ctx, role);
        asked.retain(|one| Some(*one) != actor.person);
        if asked.is_empty() {
            return Ok(Err(format!("Nobody else is {title} here. Appoint somebody, or ask another role")));
        }
        let (at, now) = (AgreementAt { school: school.id, pack: which.0, control: which.1 }, self.now());
        let approval = Approval {
            role: role.clone(),
            asked_by: actor.person,
            asked_at: now,
            of: mark(&shown.wording),
            outcome: None,
        };
        let wording = Wording { approval: Some(approval), ..shown.wording };
        let mut write = self.write().await?;
        if !write.keep_wording(&scope, at, (&wording, number, Worded::Asked), now).await? {
            return Ok(Err("The words changed since you looked. Look at them again".to_owned()));
        }
        for to in asked {
            let mail = mail(school, (which, "approve"), (to, MailKind::Decision { by: None }), now);
            self.send(&mut write, &system(), mail).await?;
        }
        write.commit().await?;
        Ok(Ok(()))
    }

    /// What somebody is asked to approve; missing for everybody else, and when it is decided or the words have changed.
    pub async fn approving(&self, actor: &Actor, school: &School, which: (&str, &str)) -> Result<Approving, Error> {
        self.scope_at(actor, "agreement.approve", school).await?;
        let before = self.before(actor, school).await?;
        let at = AgreementAt { school: school.id, pack: which.0, control: which.1 };
        let kept = self.read().await?.wording::<Wording>(&system(), at).await?.ok_or(Error::Missing)?;
        let place = place(&before, which)?;
        let composed = composed(&place, kept.document, kept.version);
        let approval = composed.wording.approval.clone().ok_or(Error::Missing)?;
        if !is_asked(&place, &composed.wording, before.person()) {
            return Err(Error::Missing);
        }
        let (role, asked_by) = (role_title(&place.ctx.pack.pack, &approval.role), name(&place, approval.asked_by));
        Ok(Approving { composed, asked_by, role })
    }

    /// Approves the words that were looked at, with the minute that says so, or sends them back with what is to change.
    pub async fn decide_approval(
        &self,
        actor: &Actor,
        school: &School,
        (which, number): ((&str, &str), i64),
        (yes, words): (bool, &str),
    ) -> Result<Result<(), String>, Error> {
        let Approving { composed, .. } = self.approving(actor, school, which).await?;
        let words = words.trim();
        if !yes && words.is_empty() {
            return Ok(Err("Say what is to change".to_owned()));
        }
        if words.chars().count() > WORDS_MAX {
            return Ok(Err(format!("This may have {WORDS_MAX} characters")));
        }
        let (Some(by), Some(mut approval)) = (actor.person, composed.wording.approval.clone()) else {
            return Err(Error::Missing);
        };
        let asked_by = approval.asked_by;
        approval.outcome = Some(Outcome { by, on: self.today(school), yes, words: words.to_owned() });
        let wording = Wording { approval: Some(approval), ..composed.wording };
        let (at, now) = (AgreementAt { school: school.id, pack: which.0, control: which.1 }, self.now());
        let done = if yes { Worded::Approved } else { Worded::SentBack };
        let scope = self.scope_at(actor, "agreement.approve", school).await?;
        let mut write = self.write().await?;
        if !write.keep_wording(&scope, at, (&wording, number, done), now).await? {
            return Ok(Err("The words changed since you looked. Look at them again".to_owned()));
        }
        if let Some(to) = asked_by {
            self.send(&mut write, &system(), mail(school, (which, "publish"), (to, MailKind::Answer), now)).await?;
        }
        write.commit().await?;
        Ok(Ok(()))
    }
}

/// What waits for somebody's approval at a school.
pub(crate) async fn of_mine(before: &Before, school: &School, read: &Read) -> Result<Vec<Mine>, Error> {
    let mut out = Vec::new();
    for (pack, control, kept) in read.wordings::<Wording>(&system(), school.id).await? {
        let Ok(place) = place(before, (&pack, &control)) else { continue };
        let wording = composed(&place, kept.document, kept.version).wording;
        if is_asked(&place, &wording, before.person()) {
            let asked_by = wording.approval.and_then(|approval| approval.asked_by);
            out.push(Mine {
                what: What::Decide,
                title: format!("Approve the words of “{}”", place.title()),
                about: format!("{} asks", name(&place, asked_by)),
                due: None,
                late: false,
                link: path(school, ((&pack, &control), "approve")),
            });
        }
    }
    Ok(out)
}

/// Roles that may be asked: those that lead the school or look on, and that somebody holds.
pub(crate) fn approvers(ctx: Ctx<'_>) -> Vec<(Name, String)> {
    let pack = &ctx.pack.pack;
    let may = |acts_as: &str| matches!(BaseRole::from_name(acts_as), Some(BaseRole::Governor | BaseRole::Head));
    let roles = pack.roles.iter().filter(|(_, role)| role.acts_as.as_deref().is_some_and(may));
    let held = roles.filter(|(name, _)| !people::holders(ctx, name).is_empty());
    held.map(|(name, _)| (name.clone(), role_title(pack, name))).collect()
}

/// How far the approval of a wording is; `None` when nobody was asked here.
pub(super) fn state(place: &Place<'_>, wording: &Wording) -> Option<ApprovalState> {
    let approval = wording.approval.as_ref()?;
    if approval.of != mark(wording) {
        return Some(ApprovalState::Lapsed);
    }
    let title = role_title(&place.ctx.pack.pack, &approval.role);
    Some(match &approval.outcome {
        None => ApprovalState::Waiting(title, place.ctx.world.calendar.day(approval.asked_at)),
        Some(Outcome { by, on, yes, words }) => {
            let answer = Answer { by: format!("{}, {title}", name(place, Some(*by))), on: *on, words: words.clone() };
            if *yes { ApprovalState::Approved(answer) } else { ApprovalState::SentBack(answer) }
        }
    })
}

/// Whether somebody is asked to approve these very words. Nobody approves what they ask for themselves.
fn is_asked(place: &Place<'_>, wording: &Wording, person: Option<usize>) -> bool {
    let (Some(approval), Some(person)) = (&wording.approval, person) else { return false };
    let Some(register) = place.ctx.world.schemas.index("person") else { return false };
    let me = Row::at(place.ctx.world, register, person).id();
    let open = approval.outcome.is_none() && approval.of == mark(wording) && approval.asked_by != Some(me);
    open && people::holders(place.ctx, &approval.role).contains(&me)
}

/// A mark of everything that is published, without what is said of its approval.
fn mark(wording: &Wording) -> String {
    let words = Wording {
        approved_by: String::new(),
        approved_on: None,
        minute: String::new(),
        approval: None,
        ..wording.clone()
    };
    crate::sign_in::secret::mark(&serde_json::to_string(&words).unwrap_or_default())
}

fn name(place: &Place<'_>, person: Option<EntryId>) -> String {
    let row = person.and_then(|id| Row::of(place.ctx.world, id));
    row.map_or_else(|| "Somebody".to_owned(), Row::name)
}

fn path(school: &School, ((pack, control), page): ((&str, &str), &str)) -> String {
    format!("/school/{}/agreement/{pack}/{control}/{page}", school.slug)
}

fn mail(school: &School, at: ((&str, &str), &str), (to, kind): (EntryId, MailKind), now: Timestamp) -> NewMail {
    let ((pack, control), page) = at;
    let key = format!("approval:{pack}/{control}:{page}:{}:{to}", now.as_second());
    NewMail::of(school, (to, kind), (path(school, at), key))
}
