//! Handover: who leaves, what stops when they go, and handing it to whoever comes after.

mod many;

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted, refusal};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::request::entry_id;
use crate::role::{date_of, parts, typed};
use crate::session::{Signed, told};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use schoolkeeper_app::handover::{HandTo, Handed, Leaving, Thing};
use schoolkeeper_app::{School, dates, export};
use schoolkeeper_core::id::EntryId;

const HERE: &str = "/school/{school}/handover";

#[derive(Template)]
#[template(path = "handover/begin.html")]
struct BeginPage {
    frame: Frame,
    form: Form,
    action: String,
    all: String,
    like: Field,
    people: Vec<Link>,
    leavers: Vec<many::Leaving>,
    paper: Field,
    refused: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "handover/page.html")]
struct HandoverPage {
    frame: Frame,
    form: Form,
    action: String,
    name: String,
    lead: String,
    things: Vec<Row>,
    waits: Vec<Row>,
    stays: Vec<Row>,
    hidden: usize,
    to: Field,
    people: Option<Field>,
    from: Field,
    until: Field,
    paper: Field,
    refused: Vec<(String, String)>,
    export_href: String,
}

struct Row {
    key: String,
    kind: String,
    title: String,
    more: String,
    href: Option<String>,
    ticked: bool,
}

/// What a page shows besides what is left.
#[derive(Default)]
struct Sent<'a> {
    posted: Option<&'a Posted>,
    mistakes: Vec<(&'static str, String)>,
    people: Vec<(EntryId, String)>,
    refused: Vec<(String, String)>,
}

/// GET /school/{school}/handover
pub async fn begin(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    who(&app, &signed, &school, (&Posted::default(), Vec::new(), None)).await
}

/// POST /school/{school}/handover
pub async fn find(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let like = posted.word("like");
    let found = match like.as_str() {
        "" => Vec::new(),
        like => app.house.people_like(&signed.actor, &school, like).await?,
    };
    match &found[..] {
        [] if like.is_empty() => {
            who(&app, &signed, &school, (&posted, found, Some("Write a name or an e-mail address".to_owned()))).await
        }
        [] => who(&app, &signed, &school, (&posted, found, Some(format!("Nobody here is called \"{like}\"")))).await,
        [(only, _)] => Ok(Redirect::to(&urls::handover_of(&school.slug, *only)).into_response()),
        _ => who(&app, &signed, &school, (&posted, found, None)).await,
    }
}

/// POST /school/{school}/handover/all
pub async fn hand_all(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    many::hand(&app, &signed, &school, &posted).await
}

/// GET /school/{school}/handover/{person}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, person)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (school, person) = (app.house.school_at(&signed.actor, &school).await?, entry_id(&person)?);
    let leaving = app.house.leaving(&signed.actor, &school, person).await?;
    show(&signed, &school, &leaving, Sent::default())
}

/// POST /school/{school}/handover/{person}
pub async fn hand(
    State(app): State<App>,
    signed: Signed,
    Path((school, person)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let (school, person) = (app.house.school_at(&signed.actor, &school).await?, entry_id(&person)?);
    let (wanted, mistakes, people) = read(&app, &signed, &school, &posted).await?;
    let keys = posted.all("thing");
    let done = match wanted {
        Some(to) if mistakes.is_empty() => {
            app.house.pass_on((&signed.actor, &school), person, &keys, &to).await.map_err(Error::from)?
        }
        _ => Handed::default(),
    };
    if mistakes.is_empty() && done.refused.is_empty() && !done.done.is_empty() {
        let words = format!("Handed over: {}.", done.done.join(", "));
        return Ok(told(&app, &urls::handover_of(&school.slug, person), &words));
    }
    let leaving = app.house.leaving(&signed.actor, &school, person).await?;
    show(&signed, &school, &leaving, Sent { posted: Some(&posted), mistakes, people, refused: done.refused })
}

/// GET /school/{school}/handover/{person}/list.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path((school, person)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (school, person) = (app.house.school_at(&signed.actor, &school).await?, entry_id(&person)?);
    let csv = export::handover(&app.house.leaving(&signed.actor, &school, person).await?)?;
    Ok(download::csv("handover", csv))
}

type Wanted = (Option<HandTo>, Vec<(&'static str, String)>, Vec<(EntryId, String)>);

/// To whom and when, as far as it can be read; who may be meant when a name is not enough.
async fn read(app: &App, signed: &Signed, school: &School, posted: &Posted) -> Result<Wanted, Error> {
    let mut mistakes = Vec::new();
    let like = posted.word("to");
    let people = match like.as_str() {
        "" => Vec::new(),
        like => app.house.people_like(&signed.actor, school, like).await?,
    };
    let chosen = posted.word("person");
    let successor = match &people[..] {
        [(only, _)] => Some(*only),
        several => several.iter().map(|(id, _)| *id).find(|id| id.to_string() == chosen),
    };
    match (&people[..], successor) {
        ([], _) if like.is_empty() => mistakes.push(("to", "Say who takes it over".to_owned())),
        ([], _) => mistakes.push(("to", format!("Nobody here is called \"{like}\""))),
        (_, None) => mistakes.push(("person", "Choose who is meant".to_owned())),
        _ => {}
    }
    let mut day = |name| date_of(posted, name).map_err(|why| mistakes.push((name, why))).ok().flatten();
    let (from, until) = (day("from"), day("until"));
    if from.is_none() && !mistakes.iter().any(|(name, _)| *name == "from") {
        mistakes.push(("from", "Write their first day".to_owned()));
    }
    if posted.all("thing").is_empty() {
        mistakes.push(("thing", "Tick what they take over".to_owned()));
    }
    let paper = posted.word("paper");
    let to = successor.zip(from).map(|(successor, from)| HandTo { successor, from, until, paper });
    Ok((to, mistakes, people))
}

async fn who(
    app: &App,
    signed: &Signed,
    school: &School,
    (posted, found, error): (&Posted, Vec<(EntryId, String)>, Option<String>),
) -> Result<Response, Error> {
    begin_page(app, signed, school, (posted, found, error), many::Sent::default()).await
}

async fn begin_page(
    app: &App,
    signed: &Signed,
    school: &School,
    (posted, found, error): (&Posted, Vec<(EntryId, String)>, Option<String>),
    sent: many::Sent,
) -> Result<Response, Error> {
    let mut like =
        Field::new("like", "Who leaves?").hint("Their name or work e-mail address").value(posted.word("like"));
    like.error = error;
    let leavers = many::leavers(app, signed, school, (posted, &sent.mistakes)).await?;
    let fields: Vec<&Field> = [&like].into_iter().chain(leavers.iter().map(|one| &one.to)).collect();
    let form = Form::of(signed.csrf(), &fields);
    let to = |id: EntryId, text: String| Link { text, href: urls::handover_of(&school.slug, id) };
    let page = BeginPage {
        frame: frame_of(school, "Handover", signed, HERE).back("Manage", urls::manage()).faulty(&form),
        action: urls::handover(&school.slug),
        all: urls::handover_all(&school.slug),
        people: found.into_iter().map(|(id, name)| to(id, name)).collect(),
        leavers,
        paper: paper_field(posted),
        refused: said(sent.refused),
        like,
        form,
    };
    Ok(page.form.answer(page.render()?))
}

fn show(signed: &Signed, school: &School, leaving: &Leaving, sent: Sent<'_>) -> Result<Response, Error> {
    let none = Posted::default();
    let (posted, mistakes) = (sent.posted.unwrap_or(&none), &sent.mistakes[..]);
    let ticked = posted.all("thing");
    let first = leaving.last_day.and_then(|day| day.tomorrow().ok()).unwrap_or(leaving.today);
    let from = if sent.posted.is_some() { typed(posted, "from") } else { parts(Some(first)) };
    let to = Field::new("to", "Who takes over what is ticked?").hint("Their name or work e-mail address");
    let to = to.value(posted.word("to")).check(mistakes);
    let choices = sent.people.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect::<Vec<_>>();
    let people = (choices.len() > 1).then(|| Field::new("person", "Who is meant?").choices(choices).check(mistakes));
    let from = Field::new("from", "First day of the roles").value(from).check(mistakes);
    let until = Field::new("until", "Last day, when they only fill in").value(typed(posted, "until")).check(mistakes);
    let paper = paper_field(posted);
    // The table of things stands as one field, for its mistake.
    let thing = Field::new("thing", "").check(mistakes);
    let fields: Vec<&Field> = [&thing, &to].into_iter().chain(&people).chain([&from, &until, &paper]).collect();
    let form = Form::of(signed.csrf(), &fields);
    let row = |thing: &Thing| row(thing, &ticked, sent.posted.is_none());
    let back = ("Handover", urls::handover(&school.slug));
    let page = HandoverPage {
        frame: frame_of(school, &format!("What {} leaves", leaving.name), signed, HERE)
            .back(back.0, back.1)
            .faulty(&form),
        action: urls::handover_of(&school.slug, leaving.person),
        name: leaving.name.clone(),
        lead: lead(leaving),
        things: leaving.things.iter().map(row).collect(),
        waits: leaving.waits.iter().map(row).collect(),
        stays: leaving.stays.iter().map(row).collect(),
        hidden: leaving.hidden,
        export_href: urls::handover_export(&school.slug, leaving.person),
        refused: said(sent.refused),
        form,
        to,
        people,
        from,
        until,
        paper,
    };
    Ok(page.form.answer(page.render()?))
}

fn paper_field(posted: &Posted) -> Field {
    Field::new("paper", "Minute or letter").hint("Needed when a leading role is handed on").value(posted.word("paper"))
}

/// What was refused, as sentences.
fn said(refused: Vec<(String, String)>) -> Vec<(String, String)> {
    refused.into_iter().map(|(what, why)| (what, refusal(&why))).collect()
}

fn lead(leaving: &Leaving) -> String {
    let goes = leaving.last_day.map_or_else(String::new, |day| format!("Their last day is {}. ", dates::long(day)));
    match leaving.things.len() {
        0 => format!("{goes}Nothing is left that somebody else has to take over."),
        1 => format!("{goes}1 thing stops when they go, unless somebody takes it over."),
        many => format!("{goes}{many} things stop when they go, unless somebody takes them over."),
    }
}

fn row(thing: &Thing, ticked: &[&str], all: bool) -> Row {
    Row {
        key: thing.key.clone(),
        kind: thing.kind.clone(),
        title: thing.title.clone(),
        more: thing.more.clone(),
        href: (!thing.link.is_empty()).then(|| thing.link.clone()),
        ticked: all || ticked.contains(&&*thing.key),
    }
}
