//! A change somebody has in mind, sent to whoever approves it: they see what it would change, and say yes or no.
//!
//! Invariant: an answer is to exactly what was shown; when the policy or a number of it moves, it is no answer any more.
//! Nobody approves what they ask for themselves. An approval adopts nothing.

use super::{Looked, Proposal};
use crate::act::{Acted, Before, PolicyAct};
use crate::agreement::{Answer, approvers};
use crate::mail::NewMail;
use crate::mine::{Mine, What};
use crate::view::cause::role_title;
use crate::{Error, House, Standpoint};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Change, Refusal, people};
use schoolkeeper_store::School;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The register they are kept in.
const REGISTER: &str = "proposal";
/// Asking.
const ASK: &str = "policy.propose";
/// Answering.
const ANSWER: &str = "policy.approve";
/// Longest words of either side, in characters.
const WORDS_MAX: usize = 500;

/// A change that was sent to somebody.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// Its record.
    pub id: EntryId,
    /// What it says, in words.
    pub what: String,
    /// The policy on whose page it was put together.
    pub pack: Name,
    /// The change.
    pub proposal: Proposal,
    /// Who asks.
    pub asked_by: String,
    /// Under which role whoever answers is asked, by its title.
    pub role: String,
    /// When it was sent.
    pub on: Date,
    /// What whoever asks says of it.
    pub note: String,
    /// How far it is.
    pub state: ProposalState,
    /// The one who looks is asked, and has not answered.
    pub is_mine: bool,
    mark: String,
    asker: Option<EntryId>,
}

/// How far a change that was sent is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// Nobody has answered.
    Waiting,
    /// Approved; its words are the minute that says so.
    Approved(Answer),
    /// Not approved; its words say what is to change.
    SentBack(Answer),
}

impl House {
    /// Sends a change to those who hold a role; in words why not.
    pub async fn send_for_approval(
        &self,
        actor: &Actor,
        at: &Standpoint,
        (proposal, what): (&Proposal, &str),
        (role, note): (&str, &str),
    ) -> Result<Result<(), String>, Error> {
        let mark = self.mark(actor, at, proposal).await?;
        let (pack, note) = (Name::from(at.pack_id()), note.trim());
        if note.chars().count() > WORDS_MAX {
            return Ok(Err(format!("This may have {WORDS_MAX} characters")));
        }
        let now = self.now();
        let judge = |before: &Before, _: &PolicyAct<'_>| {
            let (_, ctx) = before.policy(&pack)?;
            let roles = approvers(ctx);
            let Some((role, title)) = roles.iter().find(|(name, _)| **name == *role) else {
                return Ok(Refusal::say("Choose who approves it"));
            };
            let me = before.me();
            if people::holders(ctx, role).iter().all(|one| Some(*one) == me) {
                return Ok(Refusal::say(format!("Nobody else is {title} here. Appoint somebody, or ask another role")));
            }
            let numbers: BTreeMap<Name, Value> =
                proposal.numbers.iter().map(|(name, value)| (name.clone(), Value::text(value))).collect();
            let change = Change::new(REGISTER)
                .set("what", Value::text(what))
                .set("changes", Value::text(&pack))
                .set_some("with", proposal.with.as_ref().map(Value::text))
                .set("numbers", Value::Map(numbers.into()))
                .set("mark", Value::text(&mark))
                .set("role", Value::text(role))
                .set_some("asked_by", me.map(Value::Ref))
                .set("at", Value::Instant(now))
                .set_some("note", Some(note).filter(|note| !note.is_empty()).map(Value::text));
            Ok(Ok(vec![change]))
        };
        let act = PolicyAct { pack: "", control: REGISTER, act: ASK, on: None, form: Value::Empty };
        let id = match self.act_judged((actor, &at.school), act, None, judge).await? {
            Acted::Done(entries) => *entries.first().ok_or(Error::Missing)?,
            Acted::Refused(why) => return Ok(Err(why)),
        };
        let before = self.before(actor, &at.school).await?;
        let mut asked = people::holders(before.policy(&pack)?.1, role);
        asked.retain(|one| Some(*one) != before.me());
        let mails = asked.into_iter().map(|to| mail(&at.school, id, (to, MailKind::Decision { by: None }), now));
        self.tell_each(mails.collect()).await?;
        Ok(Ok(()))
    }

    /// One that was sent, for whoever asks, whoever is asked, and whoever may adopt; missing for everybody else.
    pub async fn proposed(&self, actor: &Actor, school: &School, id: EntryId) -> Result<Proposed, Error> {
        let scope = self.scope_at(actor, ANSWER, school).await;
        let may_adopt = self.scope_at(actor, ASK, school).await;
        let before = self.before(actor, school).await?;
        let row = Row::of(before.world(), id).filter(|row| row.kind() == REGISTER).ok_or(Error::Missing)?;
        let found = read(&before, row).ok_or(Error::Missing)?;
        let is_asked = scope.is_ok() && holds(&before, &found, row);
        if is_asked || may_adopt.is_ok() { Ok(found) } else { Err(Error::Missing) }
    }

    /// What it would change, on today's records; `None` when the policy or a number moved since it was sent.
    pub async fn look_at_proposed(
        self: &Arc<Self>,
        at: &Standpoint,
        proposed: &Proposed,
    ) -> Result<Option<Looked>, Error> {
        if !self.still_holds(at, proposed).await? {
            return Ok(None);
        }
        // Whoever is asked sees all that whoever asks was shown.
        let operator = Actor::operator(at.school.organisation);
        self.look_at_change(&operator, at, &proposed.proposal).await.map(Some)
    }

    /// Whether the policy and the numbers are those it was sent with.
    async fn still_holds(&self, at: &Standpoint, proposed: &Proposed) -> Result<bool, Error> {
        match self.mark(&Actor::operator(at.school.organisation), at, &proposed.proposal).await {
            Ok(mark) => Ok(mark == proposed.mark),
            Err(Error::Refused(_) | Error::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Approves one, with the minute that says so, or sends it back with what is to change.
    pub async fn answer_proposed(
        &self,
        actor: &Actor,
        (at, proposed): (&Standpoint, &Proposed),
        (yes, words): (bool, &str),
    ) -> Result<Result<(), String>, Error> {
        let words = words.trim();
        if !proposed.is_mine {
            return Err(Error::Missing);
        }
        if !yes && words.is_empty() {
            return Ok(Err("Say what is to change".to_owned()));
        }
        if words.chars().count() > WORDS_MAX {
            return Ok(Err(format!("This may have {WORDS_MAX} characters")));
        }
        if yes && !self.still_holds(at, proposed).await? {
            return Ok(Err("The policy has changed since this was sent. It is to be sent again".to_owned()));
        }
        let (id, today) = (proposed.id, self.today(&at.school));
        let judge = |before: &Before, _: &PolicyAct<'_>| {
            let row = Row::of(before.world(), id).ok_or(Error::Missing)?;
            let (Some(me), Some(true)) = (before.me(), read(before, row).map(|found| found.is_mine)) else {
                return Err(Error::Missing);
            };
            let change = Change::of(REGISTER, id)
                .set("approved", Value::Bool(yes))
                .set("decided_by", Value::Ref(me))
                .set("decided_on", Value::Date(today))
                .set_some("words", Some(words).filter(|words| !words.is_empty()).map(Value::text));
            Ok(Ok(vec![change]))
        };
        let act = PolicyAct { pack: "", control: REGISTER, act: ANSWER, on: Some(id), form: Value::Empty };
        if let Acted::Refused(why) = self.act_judged((actor, &at.school), act, None, judge).await? {
            return Ok(Err(why));
        }
        let mails = proposed.asker.map(|to| mail(&at.school, id, (to, MailKind::Answer), self.now()));
        self.tell_each(mails.into_iter().collect()).await?;
        Ok(Ok(()))
    }

    /// Every change that was sent and is of exactly what is looked at, newest first; and the roles that may be asked
    /// about it, by name and title: those that were asked and have not answered are left out.
    pub async fn approvals_of_change(
        &self,
        actor: &Actor,
        at: &Standpoint,
        proposal: &Proposal,
    ) -> Result<(Vec<Proposed>, Vec<(Name, String)>), Error> {
        let mark = self.mark(actor, at, proposal).await?;
        let before = self.before(actor, &at.school).await?;
        let rows = Row::all(before.world(), REGISTER).filter(|row| row.text("mark") == Some(&mark));
        let mut out: Vec<Proposed> = rows.filter_map(|row| read(&before, row)).collect();
        out.sort_by_key(|one| std::cmp::Reverse((one.on, one.id)));
        let mut roles = approvers(before.policy(at.pack_id())?.1);
        roles.retain(|(_, title)| !out.iter().any(|one| one.state == ProposalState::Waiting && one.role == *title));
        Ok((out, roles))
    }

    /// A mark of what a change makes of the policy: the text and the numbers that hold, and those that would.
    async fn mark(&self, actor: &Actor, at: &Standpoint, proposal: &Proposal) -> Result<String, Error> {
        let target = self.target(actor, at, proposal).await?;
        let numbers = at.set.iter().filter(|(name, _)| at.pack.pack.params.contains_key(&**name));
        let holds: Vec<String> = numbers.map(|(name, value)| format!("{name} {value:?}")).collect();
        let said = format!("{} {holds:?} {} {proposal:?}", at.pack.pack.hash, target.live.pack.hash);
        Ok(crate::sign_in::secret::mark(&said))
    }
}

/// What waits for somebody's answer at a school.
pub(crate) fn of_mine(before: &Before, school: &School) -> Vec<Mine> {
    let all = Row::all(before.world(), REGISTER).filter_map(|row| read(before, row));
    let line = |one: Proposed| Mine {
        what: What::Decide,
        title: format!("Approve a change: {}", one.what),
        about: format!("{} asks", one.asked_by),
        due: None,
        late: false,
        link: path(school, one.id),
    };
    all.filter(|one| one.is_mine).map(line).collect()
}

fn read(before: &Before, row: Row<'_>) -> Option<Proposed> {
    let name = |field: &str| row.one(field).and_then(|id| Row::of(before.world(), id)).map(Row::name);
    let (pack, role) = (row.text("changes")?, row.text("role")?);
    let title = before.policy(pack).map_or_else(|_| role.to_owned(), |(_, ctx)| role_title(&ctx.pack.pack, role));
    let words = row.text("words").unwrap_or_default().to_owned();
    let state = match (row.flag("approved"), row.date("decided_on")) {
        (Some(yes), Some(on)) => {
            let who = name("decided_by").unwrap_or_else(|| "Somebody".to_owned());
            let answer = Answer { by: format!("{who}, {title}"), on, words };
            if yes { ProposalState::Approved(answer) } else { ProposalState::SentBack(answer) }
        }
        _ => ProposalState::Waiting,
    };
    let numbers = match row.value("numbers") {
        Some(Value::Map(all)) => {
            all.iter().filter_map(|(name, value)| Some((name.clone(), value.as_text()?.to_owned()))).collect()
        }
        _ => Vec::new(),
    };
    let mut found = Proposed {
        id: row.id(),
        what: row.text("what").unwrap_or_default().to_owned(),
        pack: Name::from(pack),
        proposal: Proposal { with: row.text("with").map(str::to_owned), numbers },
        asked_by: name("asked_by").unwrap_or_else(|| "Somebody".to_owned()),
        role: title,
        on: before.world().calendar.day(row.instant("at")?),
        note: row.text("note").unwrap_or_default().to_owned(),
        is_mine: false,
        mark: row.text("mark")?.to_owned(),
        asker: row.one("asked_by"),
        state,
    };
    found.is_mine = found.state == ProposalState::Waiting && holds(before, &found, row);
    Some(found)
}

/// Whether the one who looks holds the role that was asked, and did not ask themselves.
fn holds(before: &Before, found: &Proposed, row: Row<'_>) -> bool {
    let Ok((_, ctx)) = before.policy(&found.pack) else { return false };
    let role = Name::from(row.text("role").unwrap_or_default());
    before.me().is_some_and(|me| found.asker != Some(me) && people::holders(ctx, &role).contains(&me))
}

fn path(school: &School, id: EntryId) -> String {
    format!("/school/{}/proposal/{id}", school.slug)
}

fn mail(school: &School, id: EntryId, (to, kind): (EntryId, MailKind), now: Timestamp) -> NewMail {
    NewMail::of(school, (to, kind), (path(school, id), format!("proposal:{id}:{}:{to}", now.as_second())))
}
