//! Fields a school adds to a list itself: which there are, adding, changing, moving, retiring.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::register::framed;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::entry::own::{OwnAct, OwnSaved, OwnShown, StoredOwn};
use schoolkeeper_app::register::cell;
use schoolkeeper_app::words::plural_of;
use schoolkeeper_core::own_field::{LIVE_MAX, OwnField, OwnKind, option_of};
use uuid::Uuid;

/// Said when somebody else was faster.
const MOVED_ON: &str = "Somebody else changed these fields meanwhile, so nothing was changed. Look again";

#[derive(Template)]
#[template(path = "own_field/list.html")]
struct ListPage {
    frame: Frame,
    csrf: String,
    many: String,
    live: Vec<Line>,
    retired: Vec<Line>,
    new_href: Option<String>,
    most: usize,
}

/// One field.
struct Line {
    label: String,
    about: String,
    change_href: Option<String>,
    act_href: Option<String>,
    first: bool,
    last: bool,
}

#[derive(Template)]
#[template(path = "own_field/form.html")]
struct FormPage {
    frame: Frame,
    form: Form,
    heading: String,
    action: String,
    cancel: String,
    version: i64,
    label: Field,
    answer: Option<Field>,
    answer_words: Option<String>,
    options: Option<Field>,
    help: Field,
    section: Option<Field>,
    more: Field,
    everywhere: Option<Field>,
}

/// School and register of an address.
type Place = (String, String);

/// GET /school/{school}/records/{register}/fields
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<Place>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.own_fields(&signed.actor, &school, &register).await?;
    let many = plural_of(&shown.register);
    let title = format!("Our own fields of {many}");
    let at = urls::own_fields(&school.slug, &register);
    let back = urls::register(&school.slug, &register);
    let page = ListPage {
        frame: framed(&app, &signed, &school, &title).await?.back("Back to the list", back),
        csrf: signed.csrf(),
        live: lines(&shown, &shown.live, &at),
        retired: lines(&shown, &shown.retired, &at),
        new_href: (shown.live.len() < LIVE_MAX).then(|| format!("{at}/new")),
        most: LIVE_MAX,
        many,
    };
    Ok(Html(page.render()?).into_response())
}

/// GET /school/{school}/records/{register}/fields/new
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<Place>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.own_fields(&signed.actor, &school, &register).await?;
    form(&app, &signed, (&school, &shown, None), (&Posted::default(), &[])).await
}

/// POST /school/{school}/records/{register}/fields/new
pub async fn add(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<Place>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.own_fields(&signed.actor, &school, &register).await?;
    let (own, mut mistakes) = read(&posted, None);
    let everywhere = shown.everywhere && posted.get("where") == "all";
    if mistakes.is_empty() {
        match app.house.add_own_field(&signed.actor, (&school, &register), (own, everywhere)).await? {
            OwnSaved::Done => return Ok(told(&app, &urls::own_fields(&school.slug, &register), "Field added.")),
            OwnSaved::Mistakes(more) => mistakes = more,
            OwnSaved::MovedOn => mistakes.push(("label", MOVED_ON.to_owned())),
        }
    }
    form(&app, &signed, (&school, &shown, None), (&posted, &mistakes)).await
}

/// GET /school/{school}/records/{register}/fields/{field}
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, field)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.own_fields(&signed.actor, &school, &register).await?;
    let known = found(&shown.live, &field)?;
    form(&app, &signed, (&school, &shown, Some(known)), (&as_posted(known), &[])).await
}

/// POST /school/{school}/records/{register}/fields/{field}
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, field)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.own_fields(&signed.actor, &school, &register).await?;
    let known = found(&shown.live, &field)?;
    let (own, mut mistakes) = read(&posted, Some(&known.own.kind));
    if mistakes.is_empty() {
        let version = posted.word("version").parse().unwrap_or_default();
        let changed = ((known.id, version), own);
        match app.house.change_own_field(&signed.actor, (&school, &register), changed).await? {
            OwnSaved::Done => return Ok(told(&app, &urls::own_fields(&school.slug, &register), "Field changed.")),
            OwnSaved::Mistakes(more) => mistakes = more,
            OwnSaved::MovedOn => mistakes.push(("label", MOVED_ON.to_owned())),
        }
    }
    form(&app, &signed, (&school, &shown, Some(known)), (&posted, &mistakes)).await
}

/// POST /school/{school}/records/{register}/fields/{field}/do
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, field)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let id = Uuid::parse_str(&field).map_err(|_| Error::Missing)?;
    let (act, words) = match posted.get("do") {
        "up" => (OwnAct::Up, "Moved up."),
        "down" => (OwnAct::Down, "Moved down."),
        "retire" => (OwnAct::Retire, "Retired. What records say of it stays in their history."),
        "restore" => (OwnAct::Restore, "The field is asked for again."),
        _ => return Err(Error::Missing),
    };
    let words = match app.house.move_own_field(&signed.actor, (&school, &register), (id, act)).await? {
        OwnSaved::Done => words.to_owned(),
        OwnSaved::Mistakes(mistakes) => mistakes.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" "),
        OwnSaved::MovedOn => MOVED_ON.to_owned(),
    };
    Ok(told(&app, &urls::own_fields(&school.slug, &register), &words))
}

fn found<'s>(all: &'s [StoredOwn], field: &str) -> Result<&'s StoredOwn, Error> {
    let id = Uuid::parse_str(field).map_err(|_| Error::Missing)?;
    all.iter().find(|own| own.id == id).ok_or(Error::Missing)
}

fn lines(shown: &OwnShown, all: &[StoredOwn], at: &str) -> Vec<Line> {
    let line = |(place, own): (usize, &StoredOwn)| {
        let may = own.school.is_some() || shown.everywhere;
        Line {
            label: own.own.label.clone(),
            about: about(own),
            change_href: may.then(|| format!("{at}/{}", own.id)),
            act_href: may.then(|| format!("{at}/{}/do", own.id)),
            first: place == 0,
            last: place + 1 == all.len(),
        }
    };
    all.iter().enumerate().map(line).collect()
}

fn about(own: &StoredOwn) -> String {
    let mut parts = vec![kind_words(&own.own.kind)];
    parts.extend(own.own.section.as_ref().map(|section| format!("under “{section}”")));
    parts.extend(own.own.required.then(|| "needed".to_owned()));
    parts.extend(own.own.listed.then(|| "on the list".to_owned()));
    parts.extend(own.school.is_none().then(|| "at every school".to_owned()));
    parts.join(", ")
}

fn kind_words(kind: &OwnKind) -> String {
    match kind {
        OwnKind::Choice(options) => {
            let options: Vec<String> = options.iter().map(|option| cell::choice(option)).collect();
            format!("One of: {}", options.join(", "))
        }
        other => KINDS.iter().find(|(word, _)| *word == other.word()).map_or("", |(_, words)| words).to_owned(),
    }
}

/// Types as a form offers them.
const KINDS: [(&str, &str); 6] = [
    ("text", "Text"),
    ("number", "Number"),
    ("date", "Date"),
    ("yes-no", "Yes or no"),
    ("choice", "One of some options"),
    ("person", "A person from the records"),
];

/// What was typed; the type of a known field stays.
fn read(posted: &Posted, known: Option<&OwnKind>) -> (OwnField, Vec<(&'static str, String)>) {
    let mut mistakes = Vec::new();
    let word = known.map_or_else(|| posted.word("kind"), |known| known.word().to_owned());
    let options = || {
        let lines = posted.get("options").lines().map(str::trim).filter(|line| !line.is_empty());
        OwnKind::Choice(lines.take(100).map(option_of).collect())
    };
    let kind = match &*word {
        "text" => OwnKind::Text,
        "number" => OwnKind::Number,
        "date" => OwnKind::Date,
        "yes-no" => OwnKind::YesNo,
        "choice" => options(),
        "person" => OwnKind::Person,
        _ => {
            mistakes.push(("kind", "Choose what kind of answer it is".to_owned()));
            OwnKind::Text
        }
    };
    let some = |name: &str| Some(posted.word(name)).filter(|text| !text.is_empty());
    let more = posted.all("more");
    let own = OwnField {
        label: posted.word("label").split_whitespace().collect::<Vec<_>>().join(" "),
        kind,
        required: more.contains(&"required"),
        help: some("help"),
        section: some("section").filter(|section| section != "-"),
        listed: more.contains(&"listed"),
    };
    (own, mistakes)
}

/// A known field as its form would be sent.
fn as_posted(known: &StoredOwn) -> Posted {
    let own = &known.own;
    let mut out = vec![
        ("label", own.label.clone()),
        ("help", own.help.clone().unwrap_or_default()),
        ("section", own.section.clone().unwrap_or_else(|| "-".to_owned())),
    ];
    if let OwnKind::Choice(options) = &own.kind {
        let lines: Vec<String> = options.iter().map(|option| cell::choice(option)).collect();
        out.push(("options", lines.join("\n")));
    }
    out.extend(own.required.then(|| ("more", "required".to_owned())));
    out.extend(own.listed.then(|| ("more", "listed".to_owned())));
    Posted::new(out.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

async fn form(
    app: &App,
    signed: &Signed,
    (school, shown, known): (&School, &OwnShown, Option<&StoredOwn>),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let many = plural_of(&shown.register);
    let heading = match known {
        None => format!("Add a field to {many}"),
        Some(known) => format!("Change “{}” of {many}", known.own.label),
    };
    let label = Field::new("label", "What is it called?").value(posted.word("label")).check(mistakes);
    let help = Field::new("help", "A sentence of help under it (optional)").value(posted.word("help")).check(mistakes);
    let answer = known.is_none().then(|| kind_field(posted).check(mistakes));
    let choice = known.is_none_or(|known| matches!(known.own.kind, OwnKind::Choice(_)));
    let options = choice.then(|| {
        let hint = if known.is_some() {
            "One on each line. Options may be added"
        } else {
            "Only for “One of some options”. One on each line"
        };
        Field::new("options", "The options").hint(hint).value(posted.get("options")).check(mistakes)
    });
    let section = section_field(shown, posted).map(|field| field.check(mistakes));
    let more = more_field(posted);
    let everywhere = (known.is_none() && shown.everywhere).then(|| where_field(school, posted));
    let asked: Vec<&Field> =
        [&label].into_iter().chain(&answer).chain(&options).chain([&help]).chain(&section).collect();
    let form = Form::of(signed.csrf(), &asked);
    let cancel = urls::own_fields(&school.slug, &shown.register.id);
    let page = FormPage {
        frame: framed(app, signed, school, &heading).await?.back("Our own fields", cancel.clone()).faulty(&form),
        action: known.map_or_else(|| format!("{cancel}/new"), |known| format!("{cancel}/{}", known.id)),
        version: known.map_or(0, |known| known.version),
        answer_words: known.map(|known| kind_words(&known.own.kind)),
        heading,
        cancel,
        label,
        answer,
        options,
        help,
        section,
        more,
        everywhere,
        form,
    };
    Ok(page.form.answer(page.render()?))
}

fn kind_field(posted: &Posted) -> Field {
    let choices = KINDS.iter().map(|(word, text)| Choice::new(*word, *text)).collect();
    Field::new("kind", "What kind of answer is it?").choices(choices).value(posted.word("kind"))
}

fn section_field(shown: &OwnShown, posted: &Posted) -> Option<Field> {
    if shown.register.sections.is_empty() {
        return None;
    }
    let mut choices = vec![Choice::new("-", "Under “Our own fields”")];
    choices.extend(shown.register.sections.iter().map(|one| Choice::new(one.title.clone(), one.title.clone())));
    let chosen = Some(posted.word("section")).filter(|one| !one.is_empty()).unwrap_or_else(|| "-".to_owned());
    Some(Field::new("section", "Where does it stand?").choices(choices).value(chosen))
}

fn more_field(posted: &Posted) -> Field {
    let hint = Some("Lists that are brought in may still leave it out".to_owned());
    let mut choices = vec![
        Choice { hint, ..Choice::new("required", "Whoever adds or changes a record must fill it in") },
        Choice::new("listed", "The list shows it"),
    ];
    for choice in &mut choices {
        choice.chosen = posted.all("more").contains(&choice.value.as_str());
    }
    Field { choices, ..Field::new("more", "And") }
}

fn where_field(school: &School, posted: &Posted) -> Field {
    let choices = vec![Choice::new("here", format!("At {}", school.title)), Choice::new("all", "At every school")];
    let chosen = if posted.get("where") == "all" { "all" } else { "here" };
    Field::new("where", "Where is it asked for?").choices(choices).value(chosen)
}
