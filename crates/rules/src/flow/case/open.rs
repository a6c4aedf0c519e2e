//! How a case begins: somebody reports, a permission was given, or a record changed.

use super::super::change::{Change, Refusal};
use super::super::form::{self, Acting};
use super::super::record::Row;
use super::super::{clock, people};
use super::{cases, doers};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::{Case, ControlKind};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::role::HEAD;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::Value;

/// Keys of the form that speak of the case itself.
const OWN_KEYS: &[&str] = &["aware_at", "subject", "named", "about", "grounds", "exercise"];

/// Somebody reports. The form holds the fields of the control's form, and what is known of the case itself:
/// `aware_at`, `subject`, `named`, `about`, `grounds`, `exercise`.
pub fn open(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let exercise = acting.form.get("exercise") == Some(&Value::Bool(true));
    may_report(ctx, control, spec, (acting, exercise))?;
    let answers = form::without(acting.form, &own_keys(ctx, spec));
    let filled = Acting { form: &answers, ..acting };
    if !exercise {
        let form = spec.form.as_ref().map(|form| &**form.get_ref());
        form::check(ctx, control, form, &spec.checks, filled)?;
    }
    let aware = aware_at(ctx, acting)?;
    grounds(spec, acting)?;
    let case = begin(&control.control.id, ctx.world.now, aware)
        .set("reporter", Value::Ref(acting.id(ctx)))
        .set("exercise", Value::Bool(exercise))
        .set("form", answers);
    let about = acting.form.get("about").and_then(Value::as_ref_id);
    let case = case.set_some("about", about.map(Value::Ref));
    let case = case.set_some("grounds", acting.text("grounds").map(Value::text));
    Ok(vec![with_people(ctx, case, acting.form)])
}

/// The answer of somebody who gives no name: it is about the headteacher.
pub const ABOUT_HEAD: &str = "about_head";

/// The same by somebody who does not say who they are, where the policy allows it: `acting` is a person of the moment.
/// Nothing is kept but the answers and what `receipt` proves. The form may hold [`ABOUT_HEAD`].
pub fn open_unnamed(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (acting, receipt): (Acting<'_>, &str),
) -> Result<Change, Refusal> {
    if !spec.anonymous {
        return Refusal::say("this is not reported without a name\nhint: sign in, or tell somebody you trust");
    }
    let about_head = acting.form.get(ABOUT_HEAD) == Some(&Value::Bool(true));
    let answers = form::without(acting.form, &[ABOUT_HEAD]);
    let form = spec.form.as_ref().map(|form| &**form.get_ref());
    form::check(ctx, control, form, &spec.checks, Acting { form: &answers, ..acting })?;
    let heads: Vec<Value> = people::holders(ctx, HEAD).into_iter().map(Value::Ref).collect();
    let case = begin(&control.control.id, ctx.world.now, ctx.world.now)
        .set("exercise", Value::Bool(false))
        .set("form", answers)
        .set("receipt", Value::text(receipt));
    Ok(case.set_some("subject", (about_head && !heads.is_empty()).then(|| Value::List(heads.into()))))
}

/// The people a form names: those the case concerns (`subject`, `person`), and those who handle it (`named`).
fn with_people(ctx: Ctx<'_>, case: Change, form: &Value) -> Change {
    let people = |fields: &[&str]| {
        let refs = fields.iter().filter_map(|field| form.get(field)).flat_map(people::refs_in);
        let found: Vec<Value> = refs
            .filter(|id| Row::of(ctx.world, *id).is_some_and(|row| row.kind() == "person"))
            .map(Value::Ref)
            .collect();
        (!found.is_empty()).then(|| Value::List(found.into()))
    };
    case.set_some("subject", people(&["subject", "person"])).set_some("named", people(&["named"]))
}

fn begin(control: &Name, opened: Timestamp, aware: Timestamp) -> Change {
    Change::new("case")
        .set("type", Value::text(control))
        .set("opened_at", Value::Instant(opened))
        .set("aware_at", Value::Instant(aware))
}

/// What is known of the case itself besides its form: a key the form asks for itself stays an answer.
pub fn own_keys(ctx: Ctx<'_>, spec: &Case) -> Vec<&'static str> {
    let form = spec.form.as_ref().and_then(|form| ctx.pack.pack.forms.get(form.get_ref()));
    let asked = |key: &&&str| form.is_some_and(|form| form.fields.iter().any(|field| &*field.name == **key));
    OWN_KEYS.iter().filter(|key| !asked(key)).copied().collect()
}

fn may_report(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (acting, exercise): (Acting<'_>, bool),
) -> Result<(), Refusal> {
    let title = &control.control.title;
    let handlers = spec.steps.iter().flat_map(|step| doers(step).iter().cloned());
    let mut who: Vec<Name> = spec.report_by.0.clone();
    if exercise {
        who.extend(handlers);
    }
    if who.is_empty() {
        // Nobody is named: a permission or a change opens it, or whoever the permission table lets.
        return match &spec.on {
            Some(on) => Refusal::say(format!("`{title}` is opened by `{}`\nhint: record that change", on.get_ref())),
            None => Ok(()),
        };
    }
    if people::meant(ctx, &who, acting.person, None).truth == Truth::True {
        return Ok(());
    }
    let who = clock::any_of(&who);
    Refusal::say(format!("`{title}` is opened by {who}\nhint: tell one of them what happened"))
}

fn aware_at(ctx: Ctx<'_>, acting: Acting<'_>) -> Result<Timestamp, Refusal> {
    let now = ctx.world.now;
    match acting.answer("aware_at") {
        None => Ok(now),
        Some(Value::Instant(at)) if *at <= now => Ok(*at),
        Some(Value::Date(day)) if ctx.world.calendar.start_of(*day) <= now => Ok(ctx.world.calendar.start_of(*day)),
        Some(_) => {
            Refusal::say("`aware_at` is not a time that has passed\nhint: say when the school came to know of it")
        }
    }
}

fn grounds(spec: &Case, acting: Acting<'_>) -> Result<(), Refusal> {
    match acting.text("grounds") {
        Some(given) if !spec.grounds.is_empty() && !spec.grounds.iter().any(|ground| &**ground == given) => {
            let known = clock::any_of(&spec.grounds);
            Refusal::say(format!("`{given}` is none of the grounds\nhint: choose {known}"))
        }
        _ => Ok(()),
    }
}

/// A case of the named control about an entry: what a rule, a change or a permission opens.
/// Nothing when the pack has no such case.
pub fn open_about(ctx: Ctx<'_>, name: &str, about: EntryId, at: Timestamp) -> Option<Change> {
    let control = ctx.pack.controls.get(name)?;
    if !matches!(control.control.kind, ControlKind::Case(_)) {
        return None;
    }
    let row = Row::of(ctx.world, about)?;
    let subject = match row.kind() {
        "person" => vec![about],
        "case" => row.refs("subject"),
        "request" => Vec::new(),
        _ => row.one("person").into_iter().collect(),
    };
    let subject = Value::List(subject.into_iter().map(Value::Ref).collect());
    Some(begin(&control.control.id, at, at).set("about", Value::Ref(about)).set("subject", subject))
}

/// The case a permission opens: work that begins after a decision.
pub fn open_for_grant(ctx: Ctx<'_>, name: &str, request: Row<'_>) -> Option<Change> {
    let case = open_about(ctx, name, request.id(), ctx.world.now)?;
    let asker = request.one("requester");
    let form = request.value("form").cloned();
    let filled = form.clone().unwrap_or(Value::Empty);
    let case = case.set_some("reporter", asker.map(Value::Ref)).set_some("form", form);
    Some(with_people(ctx, case, &filled))
}

/// Cases that recorded changes ask for and that nobody has opened yet. Opened as of the change, so that a clock
/// does not depend on when it was noticed. A change while a case about the entry runs opens no
/// second one.
pub fn due_to_open(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case) -> Vec<Change> {
    let Some(on) = &spec.on else { return Vec::new() };
    let events: Vec<(EntryId, Timestamp)> = match on.get_ref().split_once('.') {
        Some(("case", event)) if event.starts_with("opened:") => {
            let parents = super::named_cases(ctx, &event["opened:".len()..]);
            parents.filter_map(|case| Some((case.id(), case.instant("opened_at")?))).collect()
        }
        Some((register, event)) => event.strip_prefix("changed:").map_or_else(Vec::new, |field| {
            let changes = Row::all(ctx.world, "change");
            let of = |row: &Row<'_>| row.text("register") == Some(register) && row.text("field") == Some(field);
            changes.filter(of).filter_map(|row| Some((row.one("entry")?, row.instant("at")?))).collect()
        }),
        None => Vec::new(),
    };
    let open = |(entry, at): &(EntryId, Timestamp)| {
        let about = |case: &Row<'_>| case.one("about") == Some(*entry);
        cases(ctx, control).filter(about).any(|case| case.instant("closed_at").is_none_or(|closed| closed >= *at))
    };
    let missing = events.into_iter().filter(|event| event.1 <= ctx.world.now && !open(event));
    let mut out: Vec<Change> = Vec::new();
    for (entry, at) in missing {
        let change = open_about(ctx, &control.control.id, entry, at);
        let about = |change: &Change| change.set.contains(&(Name::from("about"), Value::Ref(entry)));
        out.extend(change.filter(|_| !out.iter().any(about)));
    }
    out
}

/// Cases that a rule opens for what it finds, and that nobody has opened yet: one about each record, until it has been
/// closed and the rule finds the record again.
pub fn due_by_rule(ctx: Ctx<'_>, rule: &CompiledControl) -> Vec<Change> {
    let ControlKind::Rule(spec) = &rule.control.kind else { return Vec::new() };
    let opens = spec.opens.as_ref().and_then(|name| ctx.pack.controls.get(name.get_ref()));
    let Some(control) = opens else { return Vec::new() };
    let found = crate::evaluate::control(ctx, rule).1.findings;
    let broken = found.into_iter().filter(|finding| finding.standing == Standing::Broken);
    let open = broken.filter_map(|finding| {
        let entry = finding.subject?;
        let about = |case: &Row<'_>| case.one("about") == Some(entry);
        let held = |case: Row<'_>| case.instant("closed_at").is_none_or(|closed| closed >= finding.since);
        let known = cases(ctx, control).filter(about).any(held);
        if known { None } else { open_about(ctx, &control.control.id, entry, ctx.world.now) }
    });
    open.collect()
}
