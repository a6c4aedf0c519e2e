//! Asking for a permission, and answering what those who decide ask back.

use super::super::change::{Change, Refusal};
use super::super::form::{self, Acting};
use super::super::{clock, people};
use super::{find, grant, grants, is_waiting, requests};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use jiff::civil::Date;
use schoolkeeper_core::control::Request;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// Keys of the form that speak to the act itself.
const OWN_KEYS: &[&str] = &["conditions"];
/// Requests of one person that may wait at the same time for one control.
const WAITING_MAX: usize = 20;

/// Somebody asks. The form holds the fields of the control's form, and `conditions`: `true` for all of them or the
/// list of those accepted.
pub fn ask(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Request,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    may_ask(ctx, control, spec, acting)?;
    accepts_conditions(spec, acting)?;
    let answers = form::without(acting.form, OWN_KEYS);
    let filled = Acting { form: &answers, ..acting };
    form::check(ctx, control, Some(spec.form.get_ref().as_ref()), &spec.checks, filled)?;
    last_day(ctx, spec, filled.form, first_day(ctx, filled.form))?;
    may_renew(ctx, control, spec, filled)?;
    let now = Value::Instant(ctx.world.now);
    let request = Change::new("request")
        .set("control", Value::text(&control.control.id))
        .set("requester", Value::Ref(acting.id(ctx)))
        .set("outcome", Value::text("waiting"))
        .set("asked_at", now.clone())
        .set("stage_since", now)
        .set("stage", Value::Int(1))
        .set("form", answers.clone());
    if !spec.given {
        return Ok(vec![request]);
    }
    let grant = grant::give(ctx, control, spec, (acting.id(ctx), &answers))?;
    let at_once = Value::Instant(ctx.world.now);
    Ok(vec![request.set("outcome", Value::text("granted")).set("decided_at", at_once), grant])
}

fn may_ask(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, acting: Acting<'_>) -> Result<(), Refusal> {
    let title = &control.control.title;
    let meant = people::meant(ctx, &spec.who.0, acting.person, None);
    match meant.truth {
        Truth::True => {}
        Truth::False => {
            let who = clock::any_of(&spec.who.0);
            return Refusal::say(format!("`{title}` may be asked for by {who}\nhint: ask one of them to ask for you"));
        }
        Truth::Unknown => {
            let why: Vec<_> = meant.missing.iter().map(ToString::to_string).collect();
            let why = why.join("; ");
            return Refusal::say(format!("nobody can say whether you may ask for `{title}`\nhint: {why}"));
        }
    }
    let me = acting.id(ctx);
    let waiting = requests(ctx, control).filter(|row| row.one("requester") == Some(me) && is_waiting(*row)).count();
    if waiting >= WAITING_MAX {
        return Refusal::say(format!("{waiting} of your requests for `{title}` still wait\nhint: wait for a decision"));
    }
    Ok(())
}

fn accepts_conditions(spec: &Request, acting: Acting<'_>) -> Result<(), Refusal> {
    let accepted = acting.form.get("conditions");
    let holds = |condition: &String| match accepted {
        Some(Value::Bool(all)) => *all,
        Some(Value::List(items)) => items.iter().any(|item| item.as_text() == Some(condition)),
        _ => false,
    };
    match spec.conditions.iter().find(|condition| !holds(condition)) {
        None => Ok(()),
        Some(condition) => Refusal::say(format!(
            "the condition `{condition}` is not accepted\nhint: accept it under `conditions`, or do without the permission"
        )),
    }
}

/// The last day a grant from `from` may have: that of the form, else the longest; `None` without an end.
pub(super) fn last_day(ctx: Ctx<'_>, spec: &Request, form: &Value, from: Date) -> Result<Option<Date>, Refusal> {
    let longest = match &spec.longest {
        None => None,
        Some(longest) => {
            let day = clock::span(ctx, longest).and_then(|span| clock::add(ctx, from, span));
            Some(day.map_err(|missing| Refusal(format!("nobody can say how long this may last: {missing}")))?)
        }
    };
    let asked = form.get("until").and_then(Value::as_date);
    match (asked, longest) {
        (Some(asked), Some(longest)) if asked > longest => Refusal::say(format!(
            "`{asked}` is later than the longest permission, which ends on `{longest}`\nhint: ask for less, and ask again then"
        )),
        (Some(asked), _) if asked < from => {
            Refusal::say(format!("`{asked}` is before the permission begins\nhint: give a later day under `until`"))
        }
        (asked, longest) => Ok(asked.or(longest)),
    }
}

/// The first day a grant may have.
pub(super) fn first_day(ctx: Ctx<'_>, form: &Value) -> Date {
    let today = ctx.world.calendar.day(ctx.world.now);
    form.get("from").and_then(Value::as_date).map_or(today, |from| from.max(today))
}

/// A permission that may not be renewed is given once for the same person and things.
fn may_renew(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, acting: Acting<'_>) -> Result<(), Refusal> {
    if spec.given || spec.renew != Some(false) {
        return Ok(());
    }
    let person = super::grant::person_in(acting.form).unwrap_or_else(|| acting.id(ctx));
    let things = super::grant::things_in(ctx, acting.form);
    let before = grants(ctx, control).find(|row| row.one("person") == Some(person) && row.refs("things") == things);
    match before {
        None => Ok(()),
        Some(_) => Refusal::say(format!(
            "`{}` may not be renewed\nhint: bring back what the first permission was for, and speak with those who decide",
            control.control.title
        )),
    }
}

/// The asker answers the question that is open (`answer`), or takes the request back (`withdraw = true`).
pub fn answer(ctx: Ctx<'_>, control: &CompiledControl, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let request = find(ctx, control, acting.on)?;
    if request.one("requester") != Some(acting.id(ctx)) {
        return Refusal::say("only the person who asked may answer\nhint: pass the question on to them");
    }
    if is_waiting(request) && acting.form.get("withdraw") == Some(&Value::Bool(true)) {
        let change = Change::of("request", request.id()).set("outcome", Value::text("withdrawn"));
        return Ok(vec![change.set("decided_at", Value::Instant(ctx.world.now))]);
    }
    let Some(text) = acting.text("answer") else {
        return Refusal::say("the answer is empty\nhint: write a sentence under `answer`");
    };
    let mut questions = request.items("questions").to_vec();
    let open = questions.iter_mut().find(|question| question.get("answered_at").is_none());
    let (true, Some(Value::Map(map))) = (is_waiting(request), open) else {
        return Refusal::say("no question is open\nhint: there is nothing to do until somebody decides");
    };
    let mut answered: BTreeMap<Name, Value> = (**map).clone();
    answered.insert(Name::from("answer"), Value::text(text));
    answered.insert(Name::from("answered_at"), Value::Instant(ctx.world.now));
    *map = answered.into();
    Ok(vec![Change::of("request", request.id()).set("questions", Value::List(questions.into()))])
}
