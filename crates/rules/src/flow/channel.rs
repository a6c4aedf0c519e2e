//! Channels: which way something may leave the school, and what comes back.
//!
//! Invariant: a channel speaks only of dispatches of its class, matter and recipients; what cannot be placed is
//! refused at the act and unknown in the standing.

use super::record::Row;
use super::telling::{Course, Told, of_course};
use super::{Refusal, clock, probed};
use crate::compiled::CompiledControl;
use crate::judge::{Ctx, Judged, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::control::Channel;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use schoolkeeper_core::value::Value;

/// The way that stays inside the platform.
const INSIDE: &str = "parcel";
/// The ways the link of a parcel goes.
const LINK_WAYS: &[&str] = &["link", "mail", "email"];

/// Something that leaves, as a form or a logged entry tells it: `Some(Value::Empty)` is known to be none.
type Said<'a> = dyn Fn(&str) -> Option<&'a Value> + 'a;

/// Whether a channel speaks of a dispatch.
enum Speaks {
    Yes,
    No,
    /// It depends on this field, which nobody filled.
    DependsOn(&'static str),
}

fn speaks(spec: &Channel, said: &Said<'_>) -> Speaks {
    let mut unknown = None;
    for (field, wanted) in [("class", &spec.class), ("matter", &spec.matter), ("to", &spec.to)] {
        if wanted.is_empty() {
            continue;
        }
        match said(field) {
            Some(Value::Text(text)) if wanted.iter().any(|name| **name == **text) => {}
            // A dispatch is of no matter unless somebody says so.
            None | Some(Value::Empty) if field != "matter" => unknown = unknown.or(Some(field)),
            _ => return Speaks::No,
        }
    }
    unknown.map_or(Speaks::Yes, Speaks::DependsOn)
}

/// Whether a channel may speak of something of which this much is said.
pub fn may_speak(spec: &Channel, form: &Value) -> bool {
    !matches!(speaks(spec, &|field| form.get(field)), Speaks::No)
}

/// Until when proof of arrival is awaited; nothing when none is asked, or it came.
pub fn awaits(ctx: Ctx<'_>, spec: &Channel, row: Row<'_>) -> Option<Timestamp> {
    let speaks = matches!(speaks(spec, &|field| row.value(field)), Speaks::Yes);
    let due = speaks.then(|| receipt_due(ctx, spec, row).ok().flatten()).flatten()?;
    receipt_at(spec, row).is_none().then_some(due)
}

/// The way something goes: as the form says; what is sent in the platform goes by parcel unless it says otherwise.
pub fn way(act: &str, form: &Value) -> Value {
    match form.get("way") {
        Some(way) if !super::form::is_blank(way) => way.clone(),
        _ if act == "parcel.send" => Value::text(INSIDE),
        _ => Value::Empty,
    }
}

/// Whether something may be sent (`parcel.send`) or written down as sent; the refusal says which way it may go.
pub fn allows(ctx: Ctx<'_>, control: &CompiledControl, spec: &Channel, act: &str, form: &Value) -> Result<(), Refusal> {
    let way = way(act, form);
    let said = |field: &str| if field == "way" { Some(&way) } else { form.get(field) };
    let title = &control.control.title;
    match speaks(spec, &said) {
        Speaks::No => Ok(()),
        Speaks::DependsOn(field) => Refusal::say(format!(
            "`{field}` is not filled, so nobody can say whether `{title}` applies\nhint: answer `{field}`"
        )),
        Speaks::Yes => match fault(ctx, spec, &said) {
            None => Ok(()),
            Some(fault) => Refusal::say(format!("{title}: {}\nhint: {}", fault.says, fault.hint)),
        },
    }
}

/// What is wrong with a dispatch.
struct Fault {
    says: String,
    hint: String,
}

impl Fault {
    fn new(says: String, hint: String) -> Self {
        Self { says, hint }
    }
}

fn fault(ctx: Ctx<'_>, spec: &Channel, said: &Said<'_>) -> Option<Fault> {
    wrong_way(spec, said)
        .or_else(|| wrong_passcode(spec, said))
        .or_else(|| wrong_country(ctx, spec, said))
        .or_else(|| unlogged(spec, said))
}

fn text<'a>(said: &Said<'a>, field: &str) -> Option<&'a str> {
    said(field).and_then(Value::as_text).filter(|text| !text.trim().is_empty())
}

fn is_in(names: &[Name], given: Option<&str>) -> bool {
    given.is_some_and(|given| names.iter().any(|name| &**name == given))
}

fn wrong_way(spec: &Channel, said: &Said<'_>) -> Option<Fault> {
    let way = text(said, "way");
    // What people send themselves does not go the way of the platform.
    let open: Vec<Name> = spec.by.iter().filter(|way| &***way != INSIDE).cloned().collect();
    let ways = clock::any_of(if open.is_empty() { &spec.by } else { &open });
    if !is_in(&spec.by, way) {
        let way = way.unwrap_or("an unknown way");
        return Some(Fault::new(format!("this leaves by {ways}, not by `{way}`"), format!("send it by {ways}")));
    }
    let service = text(said, "service");
    // A parcel is a service of its own.
    if spec.services.is_empty() || way == Some(INSIDE) || is_in(&spec.services, service) {
        return None;
    }
    let (services, service) = (clock::any_of(&spec.services), service.unwrap_or("an unknown service"));
    Some(Fault::new(format!("this goes with {services}, not with `{service}`"), format!("use {services}")))
}

fn wrong_passcode(spec: &Channel, said: &Said<'_>) -> Option<Fault> {
    let passcode = spec.passcode.as_ref()?;
    let given = text(said, "passcode_way")?;
    let way = text(said, "way").unwrap_or_default();
    let with_link = given == way || (way == INSIDE && LINK_WAYS.contains(&given));
    let never = passcode.never_by.as_deref();
    let refused = never == Some(given) || (never == Some("link") && with_link);
    if !refused && (passcode.by.is_empty() || is_in(&passcode.by, Some(given))) {
        return None;
    }
    let ways = if passcode.by.is_empty() { "another way".to_owned() } else { clock::any_of(&passcode.by) };
    Some(Fault::new(format!("the passcode does not go by `{given}`"), format!("send it by {ways}")))
}

fn wrong_country(ctx: Ctx<'_>, spec: &Channel, said: &Said<'_>) -> Option<Fault> {
    let list = spec.countries.as_ref()?.get_ref().strip_prefix("list:")?;
    let items = ctx.pack.pack.lists.get(list).map_or(&[][..], |list| &list.items);
    let country = text(said, "country");
    if country.is_some_and(|country| items.iter().any(|item| item.eq_ignore_ascii_case(country))) {
        return None;
    }
    let country = country.unwrap_or("an unknown country");
    let hint = format!("answer `country` with one of the list `{list}`");
    Some(Fault::new(format!("this does not go to `{country}`"), hint))
}

fn unlogged(spec: &Channel, said: &Said<'_>) -> Option<Fault> {
    let missing = spec.log.iter().find(|field| said(field).is_none_or(super::form::is_blank))?;
    Some(Fault::new(format!("`{missing}` is not written down"), format!("answer `{missing}`")))
}

/// Every dispatch of the look-back the channel speaks of; when there is none, whether it can only happen inside.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Channel) -> Judged {
    let mut all: Vec<Judgement> =
        recent(ctx).filter_map(|(row, forgotten)| judge_dispatch(ctx, control, spec, (row, forgotten))).collect();
    let used = !all.is_empty();
    let inside = spec.by.iter().any(|way| &**way == INSIDE);
    match probed(ctx, control) {
        Some(judgement) if used || inside => all.push(judgement),
        _ if used => {}
        None if inside => all.push(Judgement::whole(Standing::Kept).known_by(KnownBy::Enforced)),
        _ => all.push(Judgement::missing(Missing::NeverUsed { control: control.control.id.clone() })),
    }
    Judged::of(all)
}

/// Dispatches of the look-back, with the instant each leaves it.
fn recent(ctx: Ctx<'_>) -> impl Iterator<Item = (Row<'_>, Option<Timestamp>)> {
    let all = Row::all(ctx.world, "dispatch");
    all.filter_map(move |row| {
        let sent = row.instant("sent_at")?;
        let forgotten = clock::after(ctx, clock::LOOK_BACK, sent).ok();
        forgotten.is_none_or(|at| at > ctx.world.now).then_some((row, forgotten))
    })
}

fn judge_dispatch(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Channel,
    (row, forgotten): (Row<'_>, Option<Timestamp>),
) -> Option<Judgement> {
    let title = &control.control.title;
    let said = |field: &str| row.value(field);
    let inside = row.text("way") == Some(INSIDE);
    let known_by = if inside { KnownBy::Enforced } else { KnownBy::Evidenced };
    let of = |standing| Judgement::of(row.register, row.row, standing).known_by(known_by).until(forgotten);
    match speaks(spec, &said) {
        Speaks::No => return None,
        Speaks::DependsOn(field) => {
            let missing = Missing::Field { register: Name::from("dispatch"), field: Name::from(field) };
            return Some(Judgement { missing: vec![missing], known_by: None, ..of(Standing::Unknown) });
        }
        Speaks::Yes => {}
    }
    if let Some(fault) = fault(ctx, spec, &said) {
        let message = Some(format!("{title}: {}", fault.says));
        return Some(Judgement { since: row.instant("sent_at"), message, ..of(Standing::Broken) });
    }
    let due = match receipt_due(ctx, spec, row) {
        Ok(None) => return Some(of(Standing::Kept)),
        Ok(Some(due)) => due,
        Err(missing) => return Some(Judgement { missing: vec![missing], ..of(Standing::Unknown) }),
    };
    let came = receipt_at(spec, row);
    let late = due <= ctx.world.now;
    let standing = match (came, late) {
        (Some(_), _) => return Some(of(Standing::Kept)),
        (None, true) => Standing::Broken,
        (None, false) => Standing::Due,
    };
    Some(Judgement {
        since: Some(if late { due } else { row.instant("sent_at").unwrap_or(due) }),
        due_at: Some(due),
        due_on: Some(clock::last_day(ctx, due)),
        message: Some(format!("{title}: no receipt yet")),
        valid_until: clock::earlier(clock::ahead(ctx, Some(due)), forgotten),
        ..of(standing)
    })
}

/// First instant at which a receipt is late; `None` when none is asked.
fn receipt_due(ctx: Ctx<'_>, spec: &Channel, row: Row<'_>) -> Result<Option<Timestamp>, Missing> {
    let asked = |receipt: &&schoolkeeper_core::control::Receipt| {
        receipt.ways.is_empty() || is_in(&receipt.ways, row.text("way"))
    };
    let Some(receipt) = spec.receipt.as_ref().filter(asked) else { return Ok(None) };
    row.instant("sent_at").map(|sent| clock::deadline(ctx, &receipt.within, sent)).transpose()
}

/// When the receipt came, with everything it must hold.
fn receipt_at(spec: &Channel, row: Row<'_>) -> Option<Timestamp> {
    let needs = spec.receipt.as_ref().map_or(&[][..], |receipt| &receipt.needs);
    let whole = needs.iter().all(|field| row.value(field).is_some_and(|value| !super::form::is_blank(value)));
    row.instant("received_at").filter(|_| whole)
}

/// What should have been told by an instant about every dispatch.
pub(super) fn told_by(ctx: Ctx<'_>, control: &CompiledControl, spec: &Channel, by: Timestamp) -> Vec<Told> {
    let mut out = Vec::new();
    for (row, _) in recent(ctx).filter(|(row, _)| matches!(speaks(spec, &|field| row.value(field)), Speaks::Yes)) {
        let course = Course {
            entry: Some(row.id()),
            opened: row.instant("sent_at"),
            due: receipt_due(ctx, spec, row).ok().flatten(),
            closed: receipt_at(spec, row),
            ladder: spec.receipt.as_ref().and_then(|receipt| receipt.ladder.clone()),
            ..Course::default()
        };
        out.extend(of_course(ctx, &control.control, &course, by));
    }
    out
}
