//! Policies a school writes itself: all of them, beginning one, and one with what is to be said of it.

mod file;
mod table;

pub use file::{edit as edit_file, keep as keep_file};
pub use table::{add, edit as edit_table, keep as keep_table, new as new_table};

use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::edition::{Begin, Checked, Edition, Found, Kept, StateLine};
use schoolkeeper_app::shipped;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where all of them are listed, for the menu.
pub(crate) const LIST: &str = "/school/{school}/editions";
/// Said when somebody else kept another state meanwhile.
const MOVED_ON: &str = "Somebody else kept another state meanwhile. Look at it, then change it again";

#[derive(Template)]
#[template(path = "edition/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<(Link, StateLine)>,
    begin: String,
}

#[derive(Template)]
#[template(path = "edition/begin.html")]
struct BeginPage {
    frame: Frame,
    form: Form,
    from: Field,
    way: Field,
    id: Field,
    title: Field,
    action: String,
}

#[derive(Template)]
#[template(path = "edition/page.html")]
struct EditionPage {
    frame: Frame,
    form: Form,
    title: String,
    state: i64,
    lead: String,
    errors: Vec<Message>,
    warnings: Vec<Message>,
    groups: Vec<Tables>,
    parents: Vec<Tables>,
    files: Vec<Link>,
    states: Vec<StateLine>,
    look: Option<String>,
    examples: String,
    tried: Option<Tried>,
    add: Vec<Link>,
    action: String,
}

/// A message of the check with the way to its place.
pub(crate) struct Message {
    says: String,
    hint: Option<String>,
    place: String,
    excerpt: String,
    link: Option<Link>,
}

struct Tables {
    heading: String,
    links: Vec<Link>,
}

struct Tried {
    lead: String,
    failed: Vec<(String, String)>,
}

/// `?examples=yes`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    examples: String,
}

/// GET /school/{school}/editions
pub async fn list(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.edition_school(&signed.actor, &slug).await?;
    let rows = app
        .house
        .editions(&signed.actor, &school)
        .await?
        .into_iter()
        .map(|line| (Link { text: line.pack.to_string(), href: urls::edition(&slug, &line.pack) }, line));
    let page = ListPage {
        frame: frame_of(&school, "Policies you write", &signed, LIST).back("Manage", urls::manage()),
        rows: rows.collect(),
        begin: urls::begin_edition(&slug),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/editions/new
pub async fn ask(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = app.house.edition_school(&signed.actor, &slug).await?;
    show_begin(&app, &signed, &school, (&Posted::default(), &[])).await
}

/// POST /school/{school}/editions/new
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.edition_school(&signed.actor, &slug).await?;
    let begin = Begin {
        from: posted.word("from"),
        replaces: posted.get("way") == "replaces",
        id: posted.word("id"),
        title: posted.word("title"),
    };
    match app.house.begin_edition(&signed.actor, &school, &begin).await? {
        Ok(pack) => Ok(told(&app, &urls::edition(&slug, &pack), "Begun. Nothing of it holds before it is adopted")),
        Err(wrong) => show_begin(&app, &signed, &school, (&posted, &wrong)).await,
    }
}

async fn show_begin(
    app: &App,
    signed: &Signed,
    school: &School,
    (posted, wrong): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let here = app.house.policies(&signed.actor, &school.slug).await?;
    let mut choices: Vec<Choice> = here
        .iter()
        .map(|(id, title)| Choice {
            hint: Some("In force here".to_owned()),
            ..Choice::new(id.as_str(), title.as_str())
        })
        .collect();
    let others = shipped::heads().iter().filter(|head| here.iter().all(|(id, _)| *id != head.id));
    choices.extend(others.map(|head| Choice {
        hint: Some("Comes with this program".to_owned()),
        ..Choice::new(head.id.as_str(), head.title.as_str())
    }));
    let ways = vec![
        Choice { hint: Some("You change its words, checks and numbers. It stays the same policy, so what was signed and done goes on counting".to_owned()), ..Choice::new("replaces", "Change the policy that is in force here") },
        Choice { hint: Some("It holds beside that policy, and can only ask for more than it".to_owned()), ..Choice::new("extends", "Write a policy of our own that extends it") },
    ];
    let from =
        Field::new("from", "Which policy does it start from?").choices(choices).value(posted.word("from")).check(wrong);
    let way = Field::new("way", "What do you want to do?")
        .choices(ways)
        .value(if posted.get("way") == "extends" { "extends" } else { "replaces" })
        .check(wrong);
    let id = Field::new("id", "Its short name, when you extend another")
        .hint("Small letters and -, as in: marlpit-lane. It stays for good")
        .value(posted.word("id"))
        .check(wrong);
    let title = Field::new("title", "Its title, when you extend another").value(posted.word("title")).check(wrong);
    let form = Form::of(signed.csrf(), &[&from, &way, &id, &title]);
    let page = BeginPage {
        frame: frame_of(school, "Write a policy", signed, LIST)
            .back("Policies you write", urls::editions(&school.slug))
            .faulty(&form),
        action: urls::begin_edition(&school.slug),
        form,
        from,
        way,
        id,
        title,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// GET /school/{school}/edition/{edition}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    show(&app, &signed, &edition, (asked.examples == "yes", None)).await
}

/// POST /school/{school}/edition/{edition}
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let edition = edition_at(&app, &signed, (&slug, &pack)).await?;
    if posted.get("do") == "drop" {
        app.house.drop_edition(&signed.actor, &edition).await?;
        return Ok(told(&app, &urls::editions(&slug), "Let go. What was adopted of it stays in force"));
    }
    let Ok(number) = posted.get("back").parse() else { return Err(Error::Missing) };
    match app.house.take_edition_back(&signed.actor, &edition, number).await? {
        Kept::Done => Ok(told(&app, &urls::edition(&slug, &pack), &format!("State {number} is the newest one again"))),
        Kept::MovedOn => show(&app, &signed, &edition, (false, Some(MOVED_ON.to_owned()))).await,
        Kept::Mistakes(wrong) => {
            let why = wrong.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(". ");
            show(&app, &signed, &edition, (false, Some(why))).await
        }
    }
}

/// An edition in its newest state.
pub(super) async fn edition_at(app: &App, signed: &Signed, (slug, pack): (&str, &str)) -> Result<Edition, Error> {
    let school = app.house.edition_school(&signed.actor, slug).await?;
    Ok(app.house.edition(&signed.actor, &school, (pack, None)).await?)
}

/// The frame of a page of an edition.
pub(super) fn framed(edition: &Edition, title: &str, signed: &Signed) -> Frame {
    frame_of(&edition.school, title, signed, LIST)
        .back("Back to what you write", urls::edition(&edition.school.slug, edition.pack()))
}

async fn show(
    app: &App,
    signed: &Signed,
    edition: &Edition,
    (try_examples, fault): (bool, Option<String>),
) -> Result<Response, Error> {
    let (slug, pack) = (&edition.school.slug, edition.pack());
    let checked = app.house.check_edition(edition).await?;
    let tried = match &checked.pack {
        Some(ready) if try_examples => Some(tried(app.house.try_examples(ready).await?)),
        _ => None,
    };
    let look = match (&checked.pack, app.house.policies(&signed.actor, slug).await?.first()) {
        (Some(_), Some((here, _))) => Some(urls::look_at_edition(slug, here, pack)),
        _ => None,
    };
    let (errors, warnings): (Vec<&Found>, Vec<&Found>) = checked.found.iter().partition(|one| one.error);
    let whole = Field::new("state", "This policy");
    let form = Form::of(signed.csrf(), &[]);
    let form = match &fault {
        Some(why) => form.fault(&whole, why),
        None => form,
    };
    let title = checked.pack.as_ref().map_or_else(|| pack.to_owned(), |ready| ready.pack.head.title.clone());
    let page = EditionPage {
        frame: frame_of(&edition.school, &title, signed, LIST)
            .back("Policies you write", urls::editions(slug))
            .faulty(&form),
        state: edition.state.number,
        lead: lead(&checked),
        errors: errors.into_iter().map(|one| message(edition, one)).collect(),
        warnings: warnings.into_iter().map(|one| message(edition, one)).collect(),
        groups: groups(edition, &checked, true),
        parents: groups(edition, &checked, false),
        files: files(edition),
        states: app.house.edition_states(&signed.actor, edition).await?,
        look,
        examples: format!("{}?examples=yes", urls::edition(slug, pack)),
        tried,
        add: table::KINDS
            .iter()
            .map(|(kind, text)| Link { text: (*text).to_owned(), href: urls::new_table(slug, pack, kind) })
            .collect(),
        action: urls::edition(slug, pack),
        title,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn lead(checked: &Checked) -> String {
    match (checked.errors(), &checked.pack) {
        (0, Some(ready)) => {
            let (clauses, controls) = (ready.pack.clauses.len(), ready.pack.controls.len());
            format!(
                "Nothing is wrong. {clauses} statements, {controls} checks, {} examples.",
                ready.pack.examples.len()
            )
        }
        (1, _) => "1 thing is to be mended before it can be adopted.".to_owned(),
        (errors, _) => format!("{errors} things are to be mended before it can be adopted."),
    }
}

pub(super) fn message(edition: &Edition, one: &Found) -> Message {
    let (slug, pack) = (&edition.school.slug, edition.pack());
    let own = edition.is_own(&one.file);
    let link = match (own, table::can_show(&one.spot.kind)) {
        (true, true) => Some(Link {
            text: format!("{} {}", table::called(&one.spot.kind), one.spot.name).trim().to_owned(),
            href: urls::table(slug, pack, (&one.spot.kind, &one.spot.name)),
        }),
        (true, false) => Some(Link { text: one.file.clone(), href: urls::edition_file(slug, pack, &one.file) }),
        (false, _) => None,
    };
    let place = if one.file.is_empty() { String::new() } else { format!("{}, line {}", one.file, one.spot.line) };
    let hint = one.hint.as_ref().map(|hint| sentences(hint));
    Message { says: sentences(&one.message), hint, place, excerpt: one.excerpt.clone(), link }
}

/// Tables by kind: its own, or those of the policies it extends.
fn groups(edition: &Edition, checked: &Checked, own: bool) -> Vec<Tables> {
    let (slug, pack) = (&edition.school.slug, edition.pack());
    let mut by_kind: BTreeMap<usize, Vec<Link>> = BTreeMap::new();
    let texts = checked
        .sources
        .iter()
        .filter(|source| edition.is_own(&source.path) == own && !source.path.starts_with("common/"));
    for (kind, name) in texts.flat_map(schoolkeeper_app::edition::tables) {
        let Some(at) = table::KINDS.iter().position(|(known, _)| *known == kind) else { continue };
        let text = if name.is_empty() { "Title, version, owner".to_owned() } else { name.clone() };
        by_kind.entry(at).or_default().push(Link { text, href: urls::table(slug, pack, (&kind, &name)) });
    }
    if !own {
        // A head is its own policy's alone.
        by_kind.remove(&0);
    }
    by_kind.into_iter().map(|(at, links)| Tables { heading: table::many(at, links.len()), links }).collect()
}

fn files(edition: &Edition) -> Vec<Link> {
    let own = edition.sources.iter().filter(|(path, _)| edition.is_own(path));
    own.map(|(path, _)| Link {
        text: path.clone(),
        href: urls::edition_file(&edition.school.slug, edition.pack(), path),
    })
    .collect()
}

fn tried(outcomes: Vec<schoolkeeper_app::edition::Outcome>) -> Tried {
    let all = outcomes.len();
    let failed: Vec<(String, String)> = outcomes
        .into_iter()
        .filter_map(|one| Some((format!("{}: {}", one.control, one.title), one.result.err()?.message)))
        .collect();
    let lead = match (all, failed.len()) {
        (0, _) => "It has no examples. An example shows that a check does what is meant.".to_owned(),
        (all, 0) => format!("All {all} examples come out as they say."),
        (all, failed) => format!("{failed} of {all} examples do not come out as they say."),
    };
    Tried { lead, failed: failed.into_iter().take(50).collect() }
}
