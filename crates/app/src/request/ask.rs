//! What somebody may ask for, and asking: the form as far as it is asked, what is wrong with it, what will happen.

use super::{Of, REQUEST, lasting, middle, named, of_school};
use crate::act::{Acted, PolicyAct};
use crate::duty::Came;
use crate::pack_form::{Asked as Asking, Filling, Offered};
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::Request;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::is_own;
use schoolkeeper_rules::flow::{clock, people};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Fewer decisions than these say nothing of how long one usually takes.
const USUAL_MIN: usize = 3;
/// Shortest text that is looked for among names.
const LIKE_MIN: usize = 2;

/// Somebody before the form of one permission.
pub struct Ask {
    /// What is asked for.
    pub what: Offered,
    /// The form.
    pub form: Filling,
    /// To be accepted one by one.
    pub conditions: Vec<String>,
    /// What will happen, in sentences.
    pub happens: Vec<String>,
}

/// What became of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It waits for a decision.
    Done(EntryId),
    /// Nothing was changed; in words, and after `hint:` what would help.
    Refused(String),
}

impl House {
    /// Everything somebody may ask for at a school, by subject.
    pub async fn may_ask_for(&self, actor: &Actor, school: &School) -> Result<Vec<Offered>, Error> {
        self.scope_at(actor, "request.ask", school).await?;
        let before = self.before(actor, school).await?;
        let Some(person) = before.person() else { return Ok(Vec::new()) };
        Ok(Offered::all(of_school(&before).filter(|of| may_ask(of.ctx, of.spec, person))))
    }

    /// The form of one permission; missing for whoever may not ask for it.
    pub async fn ask_for(&self, actor: &Actor, school: &School, (pack, control): (&str, &str)) -> Result<Ask, Error> {
        self.scope_at(actor, "request.ask", school).await?;
        let before = self.before(actor, school).await?;
        let person = before.person().ok_or(Error::Missing)?;
        let of = named(&before, pack, control).filter(|of| may_ask(of.ctx, of.spec, person)).ok_or(Error::Missing)?;
        let (what, conditions, happens) = (Offered::new(of), of.spec.conditions.clone(), happens(of));
        let form = Filling::of(before, person, (what.pack.clone(), what.control.clone()), Vec::new());
        Ok(Ask { what, form, conditions, happens })
    }

    /// Files that come with a request.
    pub fn request_files() -> Came {
        Came::by("request.ask", REQUEST)
    }

    /// Asks, with the conditions that were accepted under `conditions`.
    pub async fn ask(
        &self,
        (actor, school): (&Actor, &School),
        (ask, answers): (&Ask, Value),
        shown: Came,
    ) -> Result<Asked, Error> {
        let act =
            PolicyAct { pack: &ask.what.pack, control: &ask.what.control, act: "request.ask", on: None, form: answers };
        match self.act_with((actor, school), act, shown).await? {
            Acted::Refused(why) => Ok(Asked::Refused(why)),
            Acted::Done(entries) => {
                let request = entries.first().copied().ok_or(Error::Missing)?;
                self.tell_of_requests(school).await?;
                Ok(Asked::Done(request))
            }
        }
    }

    /// Entries a form may point to, by name: no more of them is said than that, so whoever fills a form in need not be
    /// somebody who sees the list. `act` is what the form is for.
    pub async fn nameable(
        &self,
        (actor, act): (&Actor, &str),
        school: &School,
        (register, like): (&str, &str),
    ) -> Result<Vec<crate::entry::Pointed>, Error> {
        self.scope_at(actor, act, school).await?;
        if like.chars().count() < LIKE_MIN {
            return Ok(Vec::new());
        }
        let mut found = self.entries_like(&Actor::operator(school.organisation), school, (register, like)).await?;
        if register == "person" {
            for one in &mut found {
                one.more.clear();
            }
        }
        Ok(found)
    }
}

impl Ask {
    /// The answers somebody begins with who asks about one record: where the form asks for such a one.
    pub fn about(&self, entry: EntryId) -> Option<Value> {
        let (ctx, _) = self.form.place();
        let row = Row::of(ctx.world, entry)?;
        let value = |asked: &Asking| match &asked.field.kind {
            FieldType::Ref(register) if **register == *row.kind() => Some(Value::Ref(entry)),
            FieldType::Refs(register) if **register == *row.kind() => Some(Value::List([Value::Ref(entry)].into())),
            _ => None,
        };
        let answer = |asked: &Asking| Some((asked.field.name.clone(), value(asked)?));
        let answer = self.form.whole.asked.iter().find_map(answer)?;
        Some(Value::Map(BTreeMap::from([answer]).into()))
    }

    /// The answers of an earlier permission of the same kind, for one more: without its days.
    pub fn again(&self, grant: EntryId) -> Option<Value> {
        let (ctx, control) = self.form.place();
        let row = Row::of(ctx.world, grant).filter(|row| row.kind() == "grant")?;
        let me = self.form.me();
        let own = row.one("person") == Some(me) || is_own(row, me);
        if !own || row.text("request") != Some(&*control.control.id) {
            return None;
        }
        let Some(Value::Map(answers)) = row.value("form") else { return None };
        let known =
            |name: &Name| self.form.whole.get(name).is_some() && !matches!(&**name, "from" | "until" | "at_end");
        let kept = answers.iter().filter(|(name, _)| known(name)).map(|(name, value)| (name.clone(), value.clone()));
        Some(Value::Map(kept.collect::<BTreeMap<_, _>>().into()))
    }
}

/// Whether a person is one of those who may ask.
pub(crate) fn may_ask(ctx: Ctx<'_>, spec: &Request, person: usize) -> bool {
    people::meant(ctx, &spec.who.0, person, None).truth == Truth::True
}

/// Who decides, how long it takes, how long it may last, what its end asks for.
fn happens(of: Of<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if of.spec.given {
        out.push("You give what is yours: it counts at once, and you or whoever gets it may end it.".to_owned());
    }
    for (at, stage) in of.spec.stages.iter().enumerate() {
        let who = of.people(&stage.by.0);
        let who = match (stage.all && stage.by.0.len() > 1, stage.any) {
            (true, _) => format!("{who}, each of them"),
            (false, Some(many)) if many > 1 => format!("{many} of {who}"),
            _ if stage.by.0.len() > 1 => format!("one of {who}"),
            _ => who,
        };
        let then = if at == 0 { "It is decided by" } else { "Then it is decided by" };
        let within = stage.within.as_ref().and_then(|within| clock::span(of.ctx, within).ok());
        let within = within.map(|span| format!(", within {span}")).unwrap_or_default();
        let own = if stage.otherwise.is_empty() {
            String::new()
        } else {
            format!(" What they ask for themselves goes to {}.", of.people(&stage.otherwise.0))
        };
        out.push(format!("{then} {who}{within}.{own}"));
    }
    let took = of.took();
    if let Some(usual) = middle(&took).filter(|_| took.len() >= USUAL_MIN) {
        out.push(format!("The last {} decisions took about {}.", took.len(), lasting(usual)));
    }
    if let Some(longest) = of.spec.longest.as_ref().and_then(|longest| clock::span(of.ctx, longest).ok()) {
        out.push(format!("It lasts {longest} at most."));
    }
    out.extend(of.spec.at_end.iter().map(|end| format!("At its end you are asked: “{}”", end.says)));
    if of.spec.renew == Some(false) {
        out.push("It cannot be extended.".to_owned());
    }
    out
}
