//! What a school calls its lists and their columns: all of them, and the form of one.

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::session::{Signed, told};
use crate::{App, manage, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::entry::naming::{NamedLine, NamingSaved, NamingShown, nameable};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::naming::Naming;
use serde::Deserialize;

/// The page of all of them in the table of routes.
const HERE: &str = "/school/{school}/names";

#[derive(Template)]
#[template(path = "naming/list.html")]
struct ListPage {
    frame: Frame,
    school: String,
    roles_href: String,
    lines: Vec<Line>,
}

/// One list.
struct Line {
    title: String,
    about: String,
    href: String,
}

#[derive(Template)]
#[template(path = "naming/form.html")]
struct FormPage {
    frame: Frame,
    form: Form,
    place: String,
    heading: String,
    action: String,
    cancel: String,
    other: Option<Link>,
    version: i64,
    one: Field,
    many: Field,
    columns: Vec<Field>,
}

/// `?for=all`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(rename = "for", deserialize_with = "crate::problem::asked")]
    place: String,
}

impl Asked {
    fn everywhere(&self) -> bool {
        self.place == "all"
    }
}

/// GET /school/{school}/names
pub async fn list(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let lines = app.house.named_registers(&signed.actor, &school).await?;
    let page = ListPage {
        frame: manage::frame_of(&school, "Names of lists", &signed, HERE),
        roles_href: urls::roles(&school.slug),
        lines: lines.iter().map(|line| row(line, &school)).collect(),
        school: school.title,
    };
    Ok(Html(page.render()?))
}

fn row(line: &NamedLine, school: &School) -> Line {
    let columns = match line.columns {
        0 => None,
        1 => Some("1 column has a name of your own".to_owned()),
        many => Some(format!("{many} columns have names of your own")),
    };
    let before = line.many.as_ref().map(|_| format!("{} without your own name", line.declared));
    let about: Vec<String> = before.into_iter().chain(columns).collect();
    Line {
        href: urls::naming(&school.slug, &line.register),
        title: schoolkeeper_app::register::capital(line.many.as_ref().unwrap_or(&line.declared)),
        about: about.join(", "),
    }
}

/// GET /school/{school}/names/{register}
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.naming(&signed.actor, &school, (&register, asked.everywhere())).await?;
    let typed = shown.stored.naming.clone();
    form(&signed, (&school, &shown), (&typed, &[]))
}

/// POST /school/{school}/names/{register}
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let place = (&*register, asked.everywhere());
    let shown = app.house.naming(&signed.actor, &school, place).await?;
    let (typed, version) = (read(&posted), posted.word("version").parse().unwrap_or_default());
    let mistakes = match app.house.set_naming(&signed.actor, &school, place, (version, typed.clone())).await? {
        NamingSaved::Done => return Ok(told(&app, &urls::namings(&school.slug), "The names are saved.")),
        NamingSaved::Mistakes(mistakes) => mistakes,
        NamingSaved::MovedOn => {
            let text = "Somebody else changed these names meanwhile, so nothing was changed. Look at them again";
            vec![("one".to_owned(), text.to_owned())]
        }
    };
    form(&signed, (&school, &shown), (&typed, &mistakes))
}

/// What was typed; what is empty is not said.
fn read(posted: &Posted) -> Naming {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let some = |name: &str| Some(line(posted.get(name))).filter(|text| !text.is_empty());
    let column = |(name, value): &(String, String)| {
        Some((Name::from(name.strip_prefix("f-")?), line(value))).filter(|(_, text)| !text.is_empty())
    };
    Naming { one: some("one"), many: some("many"), fields: posted.fields().iter().filter_map(column).collect() }
}

fn form(
    signed: &Signed,
    (school, shown): (&School, &NamingShown),
    (typed, mistakes): (&Naming, &[(String, String)]),
) -> Result<Response, Error> {
    let register = &shown.register;
    let fault = |part: &str| mistakes.iter().find(|(name, _)| name == part).map(|(_, why)| why.clone());
    let field = |name: String, label: String, (part, value): (&str, Option<&String>)| Field {
        error: fault(part),
        ..Field::new(name, label).value(value.cloned().unwrap_or_default())
    };
    let one = field("one".to_owned(), "What is one of them called?".to_owned(), ("one", typed.one.as_ref()));
    let many = field("many".to_owned(), "What are several called?".to_owned(), ("many", typed.many.as_ref()));
    let (one, many) = (one.hint(register.title.clone()), many.hint(shown.many.clone()));
    let column = |column: &schoolkeeper_core::schema::Field| {
        let own = typed.fields.get(&column.name);
        field(format!("f-{}", column.name), column.label.clone(), (&column.name, own))
    };
    let columns: Vec<Field> = nameable(register).map(column).collect();
    let form = Form::of(signed.csrf(), &[&one, &many].into_iter().chain(&columns).collect::<Vec<_>>());
    let (at, everywhere) = (urls::naming(&school.slug, &register.id), shown.stored.school.is_none());
    let all = format!("{at}?for=all");
    let other = match (everywhere, shown.everywhere) {
        (true, _) => Some(Link { text: format!("Name it for {} only", school.title), href: at.clone() }),
        (false, true) => Some(Link { text: "Name it for every school instead".to_owned(), href: all.clone() }),
        (false, false) => None,
    };
    let frame = manage::frame_of(school, &format!("What {} are called", shown.many), signed, HERE);
    let page = FormPage {
        frame: frame.back("Names of lists", urls::namings(&school.slug)).faulty(&form),
        place: if everywhere { "At every school".to_owned() } else { school.title.clone() },
        heading: format!("What {} are called", shown.many),
        action: if everywhere { all } else { at },
        cancel: urls::namings(&school.slug),
        other,
        version: shown.stored.version,
        one,
        many,
        columns,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
