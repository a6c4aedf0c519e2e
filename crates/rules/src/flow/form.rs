//! A form as somebody filled it: fields, types, what is asked only sometimes, and a control's checks.
//!
//! Invariant: every answer is hostile; what is not a field of the form, or longer than it may be, is refused.

use super::change::Refusal;
use super::record::Row;
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::judge::Ctx;
use schoolkeeper_core::control::{FormCheck, FormField};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// Characters of a one-line answer.
const LINE_MAX: usize = 500;
/// Characters of a long answer.
const TEXT_MAX: usize = 20_000;
/// Items of a list.
const ITEMS_MAX: usize = 200;

/// Somebody doing something, now.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// Row of the register `person`.
    pub person: usize,
    /// The entry acted on: a request, a grant, a case, a document.
    pub on: Option<EntryId>,
    /// What was filled in: a [`Value::Map`].
    pub form: &'a Value,
}

impl<'a> Acting<'a> {
    /// The person's row.
    pub fn row(self, ctx: Ctx<'a>) -> Row<'a> {
        Row::at(ctx.world, ctx.world.schemas.index("person").unwrap_or_default(), self.person)
    }

    /// The person's id.
    pub fn id(self, ctx: Ctx<'_>) -> EntryId {
        let register = ctx.world.schemas.index("person").unwrap_or_default();
        ctx.world.table(register).rows[self.person].id
    }

    /// A filled answer.
    pub fn answer(self, name: &str) -> Option<&'a Value> {
        self.form.get(name).filter(|value| !is_blank(value))
    }

    /// A filled text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.answer(name).and_then(Value::as_text)
    }
}

/// Answers one form holds at most, those inside lists and maps included.
const ANSWERS_MAX: usize = 2_000;
/// How deep answers may lie inside each other.
const DEPTH_MAX: usize = 5;

/// Refuses a form that is larger than any a person fills, before anything else looks at it.
pub fn bound(form: &Value) -> Result<(), Refusal> {
    let mut left = ANSWERS_MAX;
    if fits(form, DEPTH_MAX, &mut left) {
        return Ok(());
    }
    Refusal::say(format!(
        "the form is too large: {ANSWERS_MAX} answers of {TEXT_MAX} characters at most\nhint: leave out what is not asked"
    ))
}

fn fits(value: &Value, depth: usize, left: &mut usize) -> bool {
    if depth == 0 || *left == 0 {
        return false;
    }
    *left -= 1;
    match value {
        Value::Text(text) => text.len() <= 4 * TEXT_MAX && text.chars().count() <= TEXT_MAX,
        Value::List(items) => items.iter().all(|item| fits(item, depth - 1, left)),
        Value::Map(map) => map.values().all(|item| fits(item, depth - 1, left)),
        _ => true,
    }
}

/// Nothing was filled in.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Empty => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

/// The form without the keys the act itself reads.
pub fn without(form: &Value, keys: &[&str]) -> Value {
    let Value::Map(map) = form else { return Value::Map(BTreeMap::new().into()) };
    let kept = map.iter().filter(|(name, _)| !keys.contains(&&***name));
    Value::Map(kept.map(|(name, value)| (name.clone(), value.clone())).collect::<BTreeMap<_, _>>().into())
}

/// One thing that is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The answer it is about; `None` for the form as a whole.
    pub field: Option<Name>,
    /// It is only not answered yet.
    pub blank: bool,
    /// In words.
    pub refusal: Refusal,
}

/// Tests a form against its fields and the checks of its control: the first of its [`faults`].
pub fn check(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    form_name: Option<&str>,
    checks: &[FormCheck],
    acting: Acting<'_>,
) -> Result<(), Refusal> {
    faults(ctx, control, form_name, checks, acting).into_iter().next().map_or(Ok(()), |fault| Err(fault.refusal))
}

/// Everything that is wrong with a form: its answers, and once these are right what its control asks of them.
pub fn faults(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    form_name: Option<&str>,
    checks: &[FormCheck],
    acting: Acting<'_>,
) -> Vec<Fault> {
    let form_name = form_name.unwrap_or_default();
    let fields = fields(ctx, form_name);
    let Value::Map(answers) = acting.form else {
        return whole("the form is not a set of named answers\nhint: give one answer for each field".to_owned());
    };
    if let Some(name) = answers.keys().find(|name| !fields.iter().any(|field| field.name == **name)) {
        let known: Vec<Name> = fields.iter().map(|field| field.name.clone()).collect();
        let hint = if known.is_empty() { "it has no fields".to_owned() } else { names(&known) };
        return whole(format!("`{name}` is no field of this form\nhint: {hint}"));
    }
    let scene = Scene { actor: Some(acting.person), form: Some(acting.form), ..Scene::now(ctx) };
    let of_field = |field: &FormField| {
        let refusal = check_field(ctx, field, shown(ctx, (form_name, field), &scene), acting).err()?;
        let blank = acting.answer(&field.name).is_none();
        Some(Fault { field: Some(field.name.clone()), blank, refusal })
    };
    let wrong: Vec<Fault> = fields.iter().filter_map(of_field).collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let of_check = |(at, test): (usize, &FormCheck)| {
        let refusal = run_check(ctx, control, (at, test), &scene, acting).err()?;
        Some(Fault { field: test.field.clone(), blank: false, refusal })
    };
    checks.iter().enumerate().filter_map(of_check).collect()
}

fn whole(says: String) -> Vec<Fault> {
    vec![Fault { field: None, blank: false, refusal: Refusal(says) }]
}

fn fields<'w>(ctx: Ctx<'w>, form_name: &str) -> &'w [FormField] {
    ctx.pack.pack.forms.get(form_name).map_or(&[][..], |form| &form.fields)
}

/// The answer of `show_if`; `None` when the field is always asked.
fn shown(ctx: Ctx<'_>, (form_name, field): (&str, &FormField), scene: &Scene<'_>) -> Option<Truth> {
    ctx.pack.show_if.get(&*format!("{form_name}/{}", field.name)).map(|test| test.test(scene).truth)
}

/// The fields a form asks for once these answers are given; what depends on an answer nobody gave is not asked yet.
pub fn asked<'w>(ctx: Ctx<'w>, form_name: &str, acting: Acting<'_>) -> Vec<&'w FormField> {
    let scene = Scene { actor: Some(acting.person), form: Some(acting.form), ..Scene::now(ctx) };
    let all = fields(ctx, form_name);
    let waits = |field: &FormField| {
        let test = ctx.pack.show_if.get(&*format!("{form_name}/{}", field.name));
        test.is_some_and(|test| {
            all.iter().any(|one| names_answer(test.text(), &one.name) && acting.answer(&one.name).is_none())
        })
    };
    let is_asked = |field: &&FormField| {
        shown(ctx, (form_name, field), &scene).is_none_or(|truth| truth == Truth::True) && !waits(field)
    };
    all.iter().filter(is_asked).collect()
}

/// Whether an expression asks for an answer of its form: `form.NAME`.
fn names_answer(text: &str, name: &str) -> bool {
    let wanted = format!("form.{name}");
    let ends = |at: usize| !text[at + wanted.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(&wanted).any(|(at, _)| ends(at))
}

fn names(fields: &[Name]) -> String {
    let fields: Vec<_> = fields.iter().map(|name| format!("`{name}`")).collect();
    format!("its fields are {}", fields.join(", "))
}

/// `shown` is the answer of `show_if`; `None` when the field is always asked.
fn check_field(ctx: Ctx<'_>, field: &FormField, shown: Option<Truth>, acting: Acting<'_>) -> Result<(), Refusal> {
    let label = label(field);
    match acting.answer(&field.name) {
        None if field.required && shown.is_none_or(|truth| truth == Truth::True) => {
            Refusal::say(format!("{label} is not filled\nhint: answer `{}`", field.name))
        }
        None => Ok(()),
        Some(_) if shown == Some(Truth::False) => {
            Refusal::say(format!("{label} is not asked here\nhint: leave `{}` out", field.name))
        }
        Some(value) => check_type(ctx, field, value)
            .map_err(|wanted| Refusal(format!("{label} is not {wanted}\nhint: answer `{}` again", field.name))),
    }
}

/// What people read for a field.
pub fn label(field: &FormField) -> String {
    field.label.clone().unwrap_or_else(|| {
        let mut words = field.name.replace('_', " ");
        if let Some(first) = words.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        words
    })
}

/// `Err` says what was wanted.
fn check_type(ctx: Ctx<'_>, field: &FormField, value: &Value) -> Result<(), String> {
    let chosen = |value: &Value| {
        let known = value.as_text().is_some_and(|text| field.choices.iter().any(|choice| &**choice == text));
        if known { Ok(()) } else { Err(format!("one of {}", super::clock::any_of(&field.choices))) }
    };
    match &**field.kind.get_ref() {
        "number" => want(matches!(value, Value::Int(_) | Value::Number(_)), "a number"),
        "money" => want(matches!(value, Value::Int(_)), "an amount"),
        "yes-no" => want(matches!(value, Value::Bool(_)), "yes or no"),
        "choice" => chosen(value),
        "choices" => items(value)?.iter().try_for_each(chosen),
        "date" => want(matches!(value, Value::Date(_)), "a date"),
        "instant" => want(matches!(value, Value::Instant(_)), "a date and time"),
        "person" => refers(ctx, value, Some("person")),
        "ref" | "place" => refers(ctx, value, field.to.as_deref()),
        "list" => items(value)?.iter().try_for_each(|item| each(field, item)),
        "signature" => want(matches!(value, Value::Bool(true) | Value::Text(_)), "signed"),
        "long-text" => text(value, TEXT_MAX),
        "statement" => {
            let known = |id: &str| ctx.pack.pack.clauses.iter().any(|clause| **clause.id.get_ref() == *id);
            want(value.as_text().is_some_and(known), "the number of a statement, as it stands before it")
        }
        _ => text(value, LINE_MAX),
    }
}

fn want(good: bool, what: &str) -> Result<(), String> {
    if good { Ok(()) } else { Err(what.to_owned()) }
}

fn text(value: &Value, most: usize) -> Result<(), String> {
    want(
        value.as_text().is_some_and(|text| text.chars().count() <= most),
        &format!("a text of at most {most} characters"),
    )
}

fn items(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::List(items) if items.len() <= ITEMS_MAX => Ok(items),
        _ => Err(format!("a list of at most {ITEMS_MAX}")),
    }
}

/// Each item of a list is a text or an entry; with `each` a row that holds that answer.
fn each(field: &FormField, item: &Value) -> Result<(), String> {
    match (item, &field.each) {
        (Value::Map(_), Some(needed)) => {
            let answer = item.get(needed).or_else(|| item.get(&needed.replace('-', "_")));
            want(answer.is_some_and(|value| !is_blank(value)), &format!("complete: each item needs `{needed}`"))
        }
        (_, Some(needed)) => Err(format!("complete: each item needs `{needed}`")),
        (Value::Text(_), None) => text(item, LINE_MAX),
        (Value::Ref(_) | Value::Map(_), None) => Ok(()),
        _ => Err("a list of texts or entries".to_owned()),
    }
}

fn refers(ctx: Ctx<'_>, value: &Value, register: Option<&str>) -> Result<(), String> {
    let row = value.as_ref_id().and_then(|id| Row::of(ctx.world, id));
    let good = row.is_some_and(|row| register.is_none_or(|wanted| row.kind() == wanted));
    want(good, &format!("an entry of the register `{}`", register.unwrap_or("any")))
}

fn run_check(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (at, check): (usize, &FormCheck),
    scene: &Scene<'_>,
    acting: Acting<'_>,
) -> Result<(), Refusal> {
    let says = |otherwise: String| check.says.clone().unwrap_or(otherwise);
    let answer = check.field.as_ref().map(|field| (field, acting.answer(field)));
    if let (Some((field, answer)), Some(list)) = (answer, &check.from) {
        let items = ctx.pack.pack.lists.get(list.get_ref()).map_or(&[][..], |list| &list.items);
        let given = answer.map(|value| if let Value::List(many) = value { many } else { std::slice::from_ref(value) });
        let known = |value: &Value| value.as_text().is_some_and(|text| items.iter().any(|item| item == text));
        if !given.is_some_and(|given| given.iter().all(known)) {
            return Refusal::say(says(format!(
                "`{field}` is not in the list `{}`\nhint: choose from it",
                list.get_ref()
            )));
        }
    }
    if let (Some((field, None)), None, None) = (answer, &check.from, &check.test) {
        return Refusal::say(says(format!("`{field}` is not filled\nhint: answer it")));
    }
    let Some(test) = control.expr(&format!("checks/{at}")) else { return Ok(()) };
    match test.test(scene).truth {
        Truth::True => Ok(()),
        Truth::False => Refusal::say(says(format!("the form does not fulfil `{}`", test.text()))),
        Truth::Unknown => Refusal::say(says(format!("nobody can say whether the form fulfils `{}`", test.text()))),
    }
}
