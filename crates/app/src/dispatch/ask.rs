//! May I send this, and how? The questions come from the policies in force: only what one of them wants to know is asked.

use super::{DISPATCH, INSIDE, channels, is_filled, nobody};
use crate::act::{Acted, Before, PolicyAct};
use crate::authority::Try;
use crate::of::controls;
use crate::pack_form::Filling;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::{ControlKind, FormField};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::channel::may_speak;
use schoolkeeper_rules::flow::{Change, Refusal};
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};

/// The act of writing down something sent.
pub(super) const LOG: &str = "dispatch.log";
/// Who gets it when policies name nobody: a colleague, or whoever a school sends things to.
const COLLEAGUE: &str = "colleague";
/// Ways anybody may think of, besides those policies name.
const WAYS: &[&str] = &["email", "post", "hand"];
/// How a passcode may go.
const PASSCODE_WAYS: &[&str] = &["phone", "sms", "letter", "hand", "email"];
/// How a letter may go.
const SERVICES: &[&str] = &["dx-tracked", "recorded-delivery", "first-class", "second-class"];

/// What was said so far of what is to be sent: further questions follow from it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// How sensitive it is.
    pub class: String,
    /// What it is of, when a policy speaks of such things.
    pub matter: String,
    /// Who gets it.
    pub to: String,
    /// How it goes.
    pub way: String,
}

/// What the policies say of something that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It may go like this; nothing is written down.
    May,
    /// It is written down.
    Sent(EntryId),
    /// It may not go like this, for these reasons; nothing is written down.
    Refused(Vec<String>),
}

impl House {
    /// The questions about something that is to be sent; nothing where no policy in force speaks of sending.
    pub async fn sending(&self, actor: &Actor, school: &School, said: &Said) -> Result<Option<Filling>, Error> {
        self.scope_at(actor, LOG, school).await?;
        let before = self.before(actor, school).await?;
        let person = before.person().ok_or(Error::Missing)?;
        let place = channels(&before).next().map(|of| (of.policy.id().clone(), of.control.control.id.clone()));
        let Some(place) = place else { return Ok(None) };
        let own = questions(&before, said);
        Ok(Some(Filling::of(before, person, place, own)))
    }

    /// Whether it may go like this.
    pub async fn may_send(&self, actor: &Actor, school: &School, answers: &Value) -> Result<Sending, Error> {
        let tried = Try { act: LOG, on: None, form: answers.clone() };
        refused(self.allow(actor, school, &tried).await.map(|_| Sending::May))
    }

    /// Writes down that it was sent like this, now, when it may.
    pub async fn write_down_sent(&self, actor: &Actor, school: &School, answers: Value) -> Result<Sending, Error> {
        let act = PolicyAct { pack: "", control: DISPATCH, act: LOG, on: None, form: answers };
        let acted = self.act_judged((actor, school), act, None, written).await.map(|acted| match acted {
            Acted::Done(entries) => entries.first().copied().map_or(Sending::May, Sending::Sent),
            Acted::Refused(why) => Sending::Refused(vec![why]),
        });
        refused(acted)
    }
}

/// Every reason of the policies, as the form shows them.
pub(super) fn refused(tried: Result<Sending, Error>) -> Result<Sending, Error> {
    match tried {
        Err(Error::Denied(denial)) => {
            let words = |reason: &crate::authority::Reason| match &reason.statement {
                Some((id, _)) => format!("{} (statement {id})", reason.message),
                None => reason.message.clone(),
            };
            Ok(Sending::Refused(denial.reasons.iter().map(words).collect()))
        }
        other => other,
    }
}

fn written(before: &Before, act: &PolicyAct<'_>) -> Result<Result<Vec<Change>, Refusal>, Error> {
    let Some(me) = before.me() else { return Ok(nobody()) };
    let Value::Map(answers) = &act.form else { return Err(Error::Missing) };
    if answers.get("way").is_none_or(|way| !is_filled(way) || way.as_text() == Some(INSIDE)) {
        return Ok(Refusal::say("nobody said how it goes\nhint: choose how it goes"));
    }
    let mut change = Change::new(DISPATCH);
    change
        .set
        .extend(answers.iter().filter(|(_, value)| is_filled(value)).map(|(name, it)| (name.clone(), it.clone())));
    let now = Value::Instant(before.world().now);
    Ok(Ok(vec![change.set("sent_at", now).set("sender", Value::Ref(me))]))
}

/// The first questions, then those the policies have about such a thing.
fn questions(before: &Before, said: &Said) -> Vec<FormField> {
    let mut classes: Vec<Name> = Vec::new();
    for (policy, _) in before.policies() {
        classes_of(policy, &mut classes);
    }
    let (mut matters, mut kinds, mut ways) = (Vec::new(), Vec::new(), Vec::new());
    for of in channels(before) {
        add(&mut matters, &of.spec.matter);
        add(&mut kinds, &of.spec.to);
        add(&mut ways, &of.spec.by);
    }
    add(&mut kinds, &choices_of(before, "contact", "kind"));
    add(&mut kinds, &names(&[COLLEAGUE]));
    add(&mut ways, &names(WAYS));
    ways.retain(|way| &**way != INSIDE);
    let needed = |field: FormField| FormField { required: true, ..field };
    let mut out = vec![
        needed(text("contents", "What do you send?").with_help("A few words, such as end of year report. No names")),
        needed(choose("class", "How sensitive is it?", classes)),
        choose("matter", "Is it one of these?", matters).with_help("Leave it when it is none of them"),
        needed(choose("to", "Who gets it?", kinds)),
        needed(text("recipient", "What is the recipient called?")),
        needed(choose("way", "How does it go?", ways)),
    ];
    out.retain(|field| &**field.kind.get_ref() != "choice" || !field.choices.is_empty());
    if !said.way.is_empty() && !said.to.is_empty() {
        let wanted = wanted(before, said);
        out.extend(further().into_iter().filter(|field| wanted.contains(&field.name) && fits(&field.name, said)));
    }
    out
}

/// Every further question there may be, in order.
fn further() -> Vec<FormField> {
    let of = |name: &str, to: &str, label: &str| FormField {
        to: Some(Name::from(to)),
        ..FormField::asked(name, "ref", label)
    };
    vec![
        of("contact", "contact", "Which recipient on record is it?").with_help("Somebody has checked these addresses"),
        of("colleague", "person", "Which colleague gets it?"),
        of("information_asset", "information-asset", "Which information is it taken from?"),
        FormField::asked("retyped", "yes-no", "Did you type the address a second time?"),
        text("country", "Which country does it go to?"),
        choose("service", "By which service?", names(SERVICES)),
        text("tracking_number", "Tracking number"),
        choose("passcode_way", "How does the passcode go?", names(PASSCODE_WAYS)),
        text("rules_version", "Which version of their rules does this follow?"),
        FormField::asked("names_found", "number", "How many full names of pupils are in it?"),
        text("names_reason", "If there are any: why will initials not do?"),
        text("waiting", "Who waits at the fax machine at the other end?"),
        FormField::asked("marked", "yes-no", "Is it marked as confidential?"),
    ]
}

/// The fields policies want to know of such a thing.
fn wanted(before: &Before, said: &Said) -> BTreeSet<Name> {
    let pairs = [("class", &said.class), ("matter", &said.matter), ("to", &said.to), ("way", &said.way)];
    let known = pairs.into_iter().filter(|(_, text)| !text.is_empty());
    let form =
        Value::Map(known.map(|(name, it)| (Name::from(name), Value::text(it))).collect::<BTreeMap<_, _>>().into());
    let mut out = BTreeSet::new();
    for of in channels(before).filter(|of| may_speak(of.spec, &form)) {
        out.extend(of.spec.log.iter().cloned());
        let also = [
            ("passcode_way", of.spec.passcode.is_some()),
            ("service", !of.spec.services.is_empty()),
            ("country", of.spec.countries.is_some()),
            (
                "tracking_number",
                of.spec.receipt.as_ref().is_some_and(|it| it.needs.iter().any(|it| &**it == "tracking_number")),
            ),
        ];
        out.extend(also.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| Name::from(name)));
    }
    let rules = controls(before, |kind| match kind {
        ControlKind::Rule(rule) => Some(rule),
        _ => None,
    });
    for of in rules.filter(|of| of.spec.guards.iter().any(|act| &**act.get_ref() == LOG)) {
        let schemas = &of.ctx.world.schemas;
        let Some(register) = schemas.index(DISPATCH) else { continue };
        let reads = of.control.expressions.values().flat_map(|expression| expression.reads().iter());
        let fields = reads.filter(|read| read.register == register).filter_map(|read| read.field);
        out.extend(fields.map(|field| schemas.all()[register].fields[field].name.clone()));
    }
    out
}

/// Whether a question fits what is said of who gets it and how it goes.
fn fits(field: &str, said: &Said) -> bool {
    let (way, inside) = (&*said.way, said.to == COLLEAGUE);
    match field {
        "waiting" => way == "fax",
        "service" | "tracking_number" => matches!(way, "post" | "courier"),
        "names_found" | "names_reason" => way.contains("mail"),
        "passcode_way" => !matches!(way, "post" | "courier" | "fax" | "hand"),
        "colleague" | "information_asset" => inside,
        "contact" | "retyped" | "country" => !inside,
        _ => true,
    }
}

fn classes_of(policy: &crate::snapshot::Adopted, all: &mut Vec<Name>) {
    let order = policy.live.pack.class.as_ref().map_or(&[][..], |class| &class.order);
    add(all, order);
}

fn choices_of(before: &Before, register: &str, field: &str) -> Vec<Name> {
    let field = before.world().schemas.get(register).and_then(|register| register.field(field));
    match field.map(|(_, field)| &field.kind) {
        Some(FieldType::Choice(choices)) => choices.clone(),
        _ => Vec::new(),
    }
}

fn add(all: &mut Vec<Name>, more: &[Name]) {
    for name in more {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
}

fn names(all: &[&str]) -> Vec<Name> {
    all.iter().map(|name| Name::from(*name)).collect()
}

fn text(name: &str, label: &str) -> FormField {
    FormField::asked(name, "text", label)
}

fn choose(name: &str, label: &str, choices: Vec<Name>) -> FormField {
    FormField { choices, ..FormField::asked(name, "choice", label) }
}
