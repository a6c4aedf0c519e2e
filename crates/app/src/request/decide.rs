//! Deciding a request, asking its asker something, answering, taking it back.
//!
//! Invariant: where the policy asks for it, a decision is made with the password given once more, and signed with the
//! name of whoever decides, before anything is written.

use super::of_row;
use crate::act::{Acted, PolicyAct};
use crate::sign_in::{Arrival, Rechecked};
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, LoginId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::stage_of;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// What somebody decides.
#[derive(Clone, Debug, Default)]
pub struct Deciding {
    /// The stage they looked at.
    pub stage: i64,
    /// Yes or no; `None` asks something back.
    pub yes: Option<bool>,
    /// Why, or the question.
    pub words: String,
    /// Their name, where a decision is signed.
    pub signed: String,
    /// Their password, where it is asked once more.
    pub password: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is on record.
    Done,
    /// Nothing was changed: field and what is wrong with it; of the decision as a whole without one.
    Refused(Option<&'static str>, String),
}

impl House {
    /// Decides the stage a request waits at, or asks its asker something.
    pub async fn decide_request(
        &self,
        (actor, login): (&Actor, Option<(LoginId, &Arrival)>),
        (school, request): (&School, EntryId),
        deciding: &Deciding,
    ) -> Result<Decided, Error> {
        self.request_page(actor, school, request).await?;
        let missing = |field, text: &str| Ok(Decided::Refused(Some(field), text.to_owned()));
        match deciding.yes {
            Some(false) if deciding.words.is_empty() => return missing("reason", "Say why not: the asker reads it"),
            None if deciding.words.is_empty() => return missing("question", "Write what you ask"),
            _ => {}
        }
        let before = self.before(actor, school).await?;
        let row = Row::of(before.world(), request).ok_or(Error::Missing)?;
        let of = of_row(&before, row).ok_or(Error::Missing)?;
        let Some((_, stage)) = stage_of(of.spec, row) else { return Err(Error::Missing) };
        let decides = deciding.yes.is_some();
        let name = before.person().map(|person| super::name_of(of.ctx, Some(super::id_of(of.ctx, person))));
        if decides && stage.signed && !name.is_some_and(|name| is_name(&deciding.signed, &name)) {
            return missing("signed", "Write your name as it stands in the records: this decision is signed");
        }
        if decides && stage.step_up {
            let Some((login, arrival)) = login else {
                return missing("password", "Only somebody who signs in with a password decides this");
            };
            match self.recheck(login, &deciding.password, arrival).await? {
                Rechecked::Right => {}
                Rechecked::Wrong => return missing("password", "This is not your password"),
                Rechecked::Wait => return missing("password", "Wait a few minutes, then try again"),
            }
        }
        let form = form(deciding, decides && stage.signed);
        let (pack, control) = (of.policy.id().clone(), of.control.control.id.clone());
        drop(before);
        let act = PolicyAct { pack: &pack, control: &control, act: "request.decide", on: Some(request), form };
        self.on_request(actor, school, act).await
    }

    /// The asker answers the question that is open, or takes the request back (`None`).
    pub async fn answer_request(
        &self,
        actor: &Actor,
        (school, request): (&School, EntryId),
        answer: Option<&str>,
    ) -> Result<Decided, Error> {
        let page = self.request_page(actor, school, request).await?;
        if answer == Some("") {
            return Ok(Decided::Refused(Some("answer"), "Write your answer".to_owned()));
        }
        let (name, value) = match answer {
            Some(text) => ("answer", Value::text(text)),
            None => ("withdraw", Value::Bool(true)),
        };
        let form = Value::Map(BTreeMap::from([(Name::from(name), value)]).into());
        let (pack, control) = page.of;
        let act = PolicyAct { pack: &pack, control: &control, act: "request.answer", on: Some(request), form };
        self.on_request(actor, school, act).await
    }

    async fn on_request(&self, actor: &Actor, school: &School, act: PolicyAct<'_>) -> Result<Decided, Error> {
        match self.act(actor, school, act).await? {
            Acted::Refused(why) => Ok(Decided::Refused(None, why)),
            Acted::Done(_) => {
                self.tell_of_requests(school).await?;
                Ok(Decided::Done)
            }
        }
    }
}

fn form(deciding: &Deciding, signed: bool) -> Value {
    let mut out = BTreeMap::from([(Name::from("stage"), Value::Int(deciding.stage))]);
    match deciding.yes {
        None => drop(out.insert("question".into(), Value::text(&deciding.words))),
        Some(yes) => {
            out.insert("yes".into(), Value::Bool(yes));
            if !deciding.words.is_empty() {
                out.insert("reason".into(), Value::text(&deciding.words));
            }
        }
    }
    if signed {
        out.insert("signed".into(), Value::text(deciding.signed.trim()));
    }
    Value::Map(out.into())
}

/// Blanks and capitals do not tell two names apart.
fn is_name(typed: &str, name: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    !plain(typed).is_empty() && plain(typed) == plain(name)
}
