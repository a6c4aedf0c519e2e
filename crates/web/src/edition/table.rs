//! One table of a policy as a form: made from the one description of its fields, whatever its kind.

use super::{MOVED_ON, edition_at, framed};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::House;
use schoolkeeper_app::edition::{
    CONTROL_TYPES, Checked, Edition, FieldOf, Kept, Typed, control_type, fields, shown_table,
};

/// Kinds of tables that have a form, in the order of the page, with what adding one is called.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("pack", "Its head"),
    ("param", "A number or blank"),
    ("clause", "A statement"),
    ("control", "A check"),
    ("role", "A role"),
    ("audience", "An audience"),
    ("ladder", "A ladder of reminders"),
    ("list", "A list"),
    ("entry", "A named thing"),
    ("term", "A word of the glossary"),
    ("law", "A law"),
    ("companion", "A document beside it"),
    ("aim", "An aim"),
    ("tag", "A tag"),
];

#[derive(Template)]
#[template(path = "edition/table.html")]
struct TablePage {
    frame: Frame,
    form: Form,
    heading: String,
    lead: String,
    fields: Vec<Shown>,
    action: String,
    can_cut: bool,
    number: i64,
}

/// A field with the control it is shown as.
struct Shown {
    field: Field,
    as_what: &'static str,
}

#[derive(Template)]
#[template(path = "edition/add.html")]
struct AddPage {
    frame: Frame,
    form: Form,
    heading: String,
    name: Field,
    of: Option<Field>,
    action: String,
}

type There = (String, String, String, String);

/// Whether there is a form for such tables.
pub(super) fn can_show(kind: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == kind)
}

/// `Statement`, `Check` …
pub(super) fn called(kind: &str) -> &'static str {
    match kind {
        "pack" => "The head",
        "param" => "Number",
        "clause" => "Statement",
        "control" => "Check",
        "role" => "Role",
        "audience" => "Audience",
        "ladder" => "Ladder",
        "list" => "List",
        "entry" => "Named thing",
        "term" => "Word",
        "law" => "Law",
        "companion" => "Document",
        "aim" => "Aim",
        _ => "Tag",
    }
}

/// The heading of several of one kind.
pub(super) fn many(at: usize, count: usize) -> String {
    let kind = KINDS.get(at).map_or("", |(kind, _)| *kind);
    match (kind, called(kind)) {
        ("pack", one) => one.to_owned(),
        ("entry", _) => format!("Named things, {count}"),
        (_, one) => format!("{one}s, {count}"),
    }
}

/// GET /school/{school}/edition/{edition}/add/{kind}
pub async fn new(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, kind)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    show_add(&signed, &edition, (&kind, &Posted::default(), &[]))
}

/// POST /school/{school}/edition/{edition}/add/{kind}
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, kind)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    let (name, of) = (posted.word("name"), posted.word("type"));
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let fine = !name.is_empty() && name.len() <= 80 && !name.chars().any(|one| one.is_control() || one.is_whitespace());
    if !fine {
        wrong.push(("name", "Give it a short name or number without blanks".to_owned()));
    }
    if kind == "control" && !CONTROL_TYPES.contains(&of.as_str()) {
        wrong.push(("type", "Choose what kind of check it is".to_owned()));
    }
    if !wrong.is_empty() {
        return show_add(&signed, &edition, (&kind, &posted, &wrong));
    }
    let query = if kind == "control" { urls::query(&[("type", &of)]) } else { String::new() };
    let to = format!("{}{query}", urls::table(&slug, &pack, (&kind, &name)));
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&to)))
}

fn show_add(
    signed: &Signed,
    edition: &Edition,
    (kind, posted, wrong): (&str, &Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let (_, heading) = KINDS.iter().find(|(known, _)| *known == kind && kind != "pack").ok_or(Error::Missing)?;
    let name = Field::new("name", "Its short name or number")
        .hint("As in: clear-desk, or 4.2 for a statement. It stays for good")
        .value(posted.word("name"))
        .check(wrong);
    let types = CONTROL_TYPES.iter().map(|one| Choice { hint: Some(what(one).to_owned()), ..Choice::new(*one, *one) });
    let of = Field::new("type", "What kind of check is it?").choices(types.collect()).value(posted.word("type"));
    let of = (kind == "control").then(|| of.check(wrong));
    let asked: Vec<&Field> = [&name].into_iter().chain(&of).collect();
    let form = Form::of(signed.csrf(), &asked);
    let heading = format!("Add: {}", heading.to_lowercase());
    let page = AddPage {
        frame: framed(edition, &heading, signed).faulty(&form),
        action: urls::new_table(&edition.school.slug, edition.pack(), kind),
        heading,
        form,
        name,
        of,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// What a type of check is for.
fn what(of: &str) -> &'static str {
    match of {
        "setting" => "A value something must have: the length of a password",
        "rule" => "Something that must be true of every record; it may refuse an act",
        "duty" => "Work that comes again",
        "request" => "Something somebody must permit",
        "agreement" => "Something people sign",
        "case" => "What happens when something goes wrong",
        "access" => "Who may see or do something",
        "channel" => "Which way something may leave",
        "retention" => "How long something is kept",
        _ => "What Schoolkeeper runs by itself",
    }
}

/// GET /school/{school}/edition/{edition}/table/{kind}/{*table}
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, kind, name)): Path<There>,
    axum::extract::Query(asked): axum::extract::Query<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    let checked = app.house.check_edition(&edition).await?;
    let of = Posted::new(asked).word("type");
    show(&signed, &edition, &checked, (&kind, &name, &of, None))
}

/// POST /school/{school}/edition/{edition}/table/{kind}/{*table}
pub async fn keep(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, kind, name)): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    let name = own_name(&name);
    let checked = app.house.check_edition(&edition).await?;
    let of = posted.word("type");
    let known = known(&edition, &checked, (&kind, name, &of)).ok_or(Error::Missing)?;
    let done = if posted.get("number") != edition.state.number.to_string() {
        Kept::MovedOn
    } else if posted.get("do") == "cut" {
        app.house.cut_from_edition(&signed.actor, &edition, (&kind, name)).await?
    } else {
        let mut say: Vec<(FieldOf, String)> =
            known.iter().map(|field| (*field, posted.get(field.key).to_owned())).collect();
        // The type of a check is only said once, when it is added.
        if kind == "control" && !of.is_empty() {
            say.insert(0, (FieldOf { key: "type", typed: Typed::Line, says: "Type" }, of.clone()));
        }
        app.house.change_edition(&signed.actor, &edition, ((&kind, name), &say)).await?
    };
    match done {
        Kept::Done => {
            Ok(told(&app, &urls::edition(&slug, &pack), &format!("Kept: {} {name}", called(&kind).to_lowercase())))
        }
        Kept::MovedOn => show(
            &signed,
            &edition,
            &checked,
            (&kind, name, &of, Some((&posted, &[(String::new(), MOVED_ON.to_owned())]))),
        ),
        Kept::Mistakes(wrong) => show(&signed, &edition, &checked, (&kind, name, &of, Some((&posted, &wrong)))),
    }
}

/// The head has no name; its address says `-`.
fn own_name(name: &str) -> &str {
    if name == "-" { "" } else { name }
}

/// The fields of a table, when there is a form for it.
fn known(edition: &Edition, checked: &Checked, (kind, name, of): (&str, &str, &str)) -> Option<Vec<FieldOf>> {
    if kind != "control" {
        // Its id is its name.
        let all = can_show(kind).then(|| fields(kind))?;
        return Some(
            all.into_iter()
                .filter(|field| kind == "pack" || field.key != "id")
                .filter(|field| kind != "pack" || !["id", "language", "extends"].contains(&field.key))
                .collect(),
        );
    }
    let mut texts =
        edition.sources.iter().map(|(_, text)| text).chain(checked.sources.iter().map(|source| &source.text));
    let there = texts.find_map(|text| control_type(text, name));
    let of = there.or_else(|| Some(of.to_owned()).filter(|of| CONTROL_TYPES.contains(&of.as_str())))?;
    Some(fields(&of))
}

/// A form that was sent, and what is wrong with its fields.
type Sent<'a> = (&'a Posted, &'a [(String, String)]);

fn show(
    signed: &Signed,
    edition: &Edition,
    checked: &Checked,
    (kind, name, of, said): (&str, &str, &str, Option<Sent<'_>>),
) -> Result<Response, Error> {
    let name = own_name(name);
    let known = known(edition, checked, (kind, name, of)).ok_or(Error::Missing)?;
    let values = House::shown_in_edition(edition, (kind, name), &known);
    let mut parents = checked.sources.iter().filter(|source| !edition.is_own(&source.path));
    let above = parents.find_map(|source| shown_table(&source.text, (kind, name), &known)).unwrap_or_default();
    let wrong = said.map_or(&[][..], |(_, wrong)| wrong);
    let mut shown: Vec<Shown> = Vec::new();
    for field in &known {
        let of = |all: &[(&str, String)]| all.iter().find(|(key, _)| *key == field.key).map(|(_, value)| value.clone());
        let value =
            said.map_or_else(|| of(&values).unwrap_or_default(), |(posted, _)| posted.get(field.key).to_owned());
        shown.push(as_field(field, value, (of(&above), wrong)));
    }
    let mut form = Form::of(signed.csrf(), &shown.iter().map(|one| &one.field).collect::<Vec<_>>());
    for (key, why) in wrong.iter().rev().filter(|(key, _)| known.iter().all(|field| field.key != key)) {
        let what = if key.is_empty() { why.clone() } else { format!("{key}: {why}") };
        form = form.fault(&shown[0].field, &what);
    }
    let heading = format!("{} {name}", called(kind));
    let page = TablePage {
        frame: framed(edition, heading.trim(), signed).faulty(&form),
        lead: if above.is_empty() {
            String::new()
        } else {
            "It stands in the policy this one extends. What you leave empty stays as it is there; you may only ask for more.".to_owned()
        },
        heading: heading.trim().to_owned(),
        action: format!(
            "{}{}",
            urls::table(&edition.school.slug, edition.pack(), (kind, name)),
            urls::query(&[("type", of)])
        ),
        can_cut: !values.is_empty() && kind != "pack",
        number: edition.state.number,
        fields: shown,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn as_field(field: &FieldOf, value: String, (above, wrong): (Option<String>, &[(String, String)])) -> Shown {
    let mut out = Field::new(field.key, field.says);
    let how = match field.typed {
        Typed::Names => Some("Names, with commas between"),
        Typed::Toml => Some("As the pack language writes it: [ ] lists, { } parts, texts in quotes"),
        _ => None,
    };
    let above = above.map(|above| format!("The policy it extends says: {above}"));
    let hint: Vec<String> =
        [Some(format!("In the file: {}", field.key)), how.map(str::to_owned), above].into_iter().flatten().collect();
    out = out.hint(hint.join(". "));
    let choices: Vec<Choice> = match field.typed {
        Typed::Choice(all) => all.iter().map(|one| Choice::new(*one, *one)).collect(),
        Typed::Switch => vec![Choice::new("true", "Yes"), Choice::new("false", "No")],
        _ => Vec::new(),
    };
    let as_what = match field.typed {
        Typed::Choice(_) | Typed::Switch => "select",
        Typed::Text | Typed::Sentences | Typed::Toml => "textarea",
        Typed::Line | Typed::Names | Typed::Plain => "text",
    };
    if as_what == "select" {
        let none = Choice::new("", "Not said");
        out = out.choices([none].into_iter().chain(choices).collect());
        out.drops = true;
    }
    let mine: Vec<&str> = wrong.iter().filter(|(key, _)| key == field.key).map(|(_, why)| why.as_str()).collect();
    let mut out = out.value(value);
    out.error = (!mine.is_empty()).then(|| mine.join(". "));
    Shown { field: out, as_what }
}
