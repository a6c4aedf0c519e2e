//! Wording an agreement, looking at what changes, publishing it.

use super::approve::{ask_field, says};
use super::frame;
use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Filter, Frame};
use crate::role;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::agreement::{ComparedPoint, Composed, PieceKind, Publish, Text, WordedPoint, Wording};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::Name;
use serde::Deserialize;

const PUBLISH: &str = "agreement.publish";
type Which = (String, String, String);
type Mistakes<'a> = &'a [(String, String)];

#[derive(Template)]
#[template(path = "agreement/words.html")]
struct WordsPage {
    frame: Frame,
    form: Form,
    title: String,
    audience: String,
    document: Option<String>,
    number: i64,
    summary: Field,
    statement: Field,
    language: Field,
    read_with: Field,
    questions: Field,
    points: Vec<PointFields>,
    approved_by: Field,
    approved_on: Field,
    minute: Field,
    action: String,
    publish_href: String,
    kept: bool,
}

struct PointFields {
    clause: String,
    policy: String,
    order: Field,
    words: Field,
    other: Option<Field>,
    out: Field,
}

#[derive(Template)]
#[template(path = "agreement/publish.html")]
struct PublishPage {
    frame: Frame,
    form: Form,
    title: String,
    number: i64,
    text: Text,
    approved: Option<String>,
    approval: Option<String>,
    ask: Option<Field>,
    ask_action: String,
    left_out: Vec<String>,
    changes: Option<Vec<ComparedPoint>>,
    unchanged: bool,
    version: Field,
    material: Field,
    action: String,
    words_href: String,
}

#[derive(Template)]
#[template(path = "agreement/compare.html")]
struct ComparePage {
    frame: Frame,
    title: String,
    versions: Vec<Filter>,
    changes: Vec<ComparedPoint>,
    any: bool,
    only: bool,
}

#[derive(Template)]
#[template(path = "agreement/text.html")]
struct TextPage {
    frame: Frame,
    title: String,
    text: Text,
    published: Option<String>,
}

/// `?from=2026-1&to=2026-2&version=2026-1`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    version: String,
}

/// GET /school/{school}/agreement/{pack}/{control}/words
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let composed = app.house.composed(&signed.actor, &school, (&pack, &control)).await?;
    show(&signed, &school, (&pack, &control), (&composed, &composed.wording, &[]))
}

/// POST /school/{school}/agreement/{pack}/{control}/words
pub async fn keep(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let which = (&*pack, &*control);
    let composed = app.house.composed(&signed.actor, &school, which).await?;
    let (wording, mut mistakes) = read(&composed, &posted);
    let number = posted.get("number").parse().map_err(|_| Error::Missing)?;
    if mistakes.is_empty() {
        match app.house.keep_wording(&signed.actor, &school, (which, &wording, number)).await? {
            Ok(()) => return Ok(told(&app, &urls::agreement_page(&slug, which, "publish"), "Your words are kept")),
            Err(more) => mistakes = more,
        }
    }
    show(&signed, &school, which, (&Composed { number, ..composed }, &wording, &mistakes))
}

/// GET /school/{school}/agreement/{pack}/{control}/publish
pub async fn look(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let composed = app.house.composed(&signed.actor, &school, (&pack, &control)).await?;
    show_publish(&signed, &school, (&pack, &control), (composed, &Posted::default(), None))
}

/// POST /school/{school}/agreement/{pack}/{control}/publish
pub async fn publish(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let which = (&*pack, &*control);
    let new = Publish {
        version: posted.word("version"),
        material: posted.get("material") != "no",
        number: posted.get("number").parse().map_err(|_| Error::Missing)?,
    };
    match app.house.publish(&signed.actor, &school, (which, &new)).await? {
        Acted::Done(_) => {
            let words = format!("Version {} is published. People can sign it now", new.version);
            Ok(told(&app, &urls::agreement(&slug, which), &words))
        }
        Acted::Refused(why) => {
            let composed = app.house.composed(&signed.actor, &school, which).await?;
            show_publish(&signed, &school, which, (composed, &posted, Some(sentences(&why))))
        }
    }
}

/// GET /school/{school}/agreement/{pack}/{control}/compare
pub async fn compare(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "finding.see").await?;
    let which = (&*pack, &*control);
    let (all, changes) = app.house.compared_versions(&signed.actor, &school, (which, &asked.from, &asked.to)).await?;
    let roll = app.house.roll(&signed.actor, &school, which).await?;
    let here = urls::agreement_page(&slug, which, "compare");
    let newest = all.first().map_or("", |text| &*text.version);
    let to = if asked.to.is_empty() { newest } else { &asked.to };
    let pairs = all.windows(2).map(|pair| Filter {
        text: format!("{} to {}", pair[1].version, pair[0].version),
        href: here.clone() + &urls::query(&[("from", &pair[1].version), ("to", &pair[0].version)]),
        current: pair[0].version == to,
    });
    let page = ComparePage {
        frame: frame(&format!("What changed: {}", roll.title), &school, &signed)
            .back("Who has signed", urls::agreement(&slug, which)),
        title: roll.title,
        versions: pairs.collect(),
        any: changes.iter().any(ComparedPoint::is_changed),
        only: all.len() < 2,
        changes,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/agreement/{pack}/{control}/text
pub async fn text(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "finding.see").await?;
    let which = (&*pack, &*control);
    let text = app.house.agreement_text(&signed.actor, &school, (which, &asked.version)).await?;
    let title = app.house.roll(&signed.actor, &school, which).await?.title;
    let zone = schoolkeeper_core::calendar::Calendar::new(school.division, Vec::new());
    let page = TextPage {
        frame: frame(&format!("{title}, version {}", text.version), &school, &signed)
            .back("Who has signed", urls::agreement(&slug, which)),
        title,
        published: text.at.map(|at| dates::moment(at, zone.zone())),
        text,
    };
    Ok(Html(page.render()?))
}

/// What was typed, and what of it cannot be read.
fn read(composed: &Composed, posted: &Posted) -> (Wording, Vec<(String, String)>) {
    let mut mistakes = Vec::new();
    let approved_on = role::date_of(posted, "approved_on").unwrap_or_else(|why| {
        mistakes.push(("approved_on".to_owned(), why));
        None
    });
    let line = |name: &str| posted.get(name).replace("\r\n", "\n").trim().to_owned();
    let mut points: Vec<(usize, WordedPoint)> = Vec::new();
    for (at, known) in composed.wording.points.iter().enumerate() {
        let of = |what: &str| format!("{what}-{}", known.clause);
        let order = posted.word(&of("order")).parse::<usize>().unwrap_or(at + 1);
        let out = !posted.get(&of("out")).is_empty();
        let (words, other) = (line(&of("words")), line(&of("other")));
        points.push((order, WordedPoint { clause: known.clause.clone(), words, other, out }));
    }
    points.sort_by_key(|(order, _)| *order);
    let documents = line("read_with");
    let questions = match &*line("questions") {
        "" => None,
        // Whatever is no number is told as one that is too large.
        number => Some(number.parse().unwrap_or(u32::MAX)),
    };
    let wording = Wording {
        summary: line("summary"),
        statement: line("statement"),
        language: line("language"),
        read_with: documents.lines().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
        questions,
        approval: composed.wording.approval.clone(),
        points: points.into_iter().map(|(_, point)| point).collect(),
        approved_by: line("approved_by"),
        approved_on,
        minute: line("minute"),
    };
    (wording, mistakes)
}

fn show(
    signed: &Signed,
    school: &School,
    which: (&str, &str),
    (composed, wording, mistakes): (&Composed, &Wording, Mistakes<'_>),
) -> Result<Response, Error> {
    let fault = |field: Field| marked(field, mistakes);
    let field = |name: &'static str, label: &str, hint: &str, value: &str| {
        let field = Field::new(name, label).value(value);
        fault(if hint.is_empty() { field } else { field.hint(hint) })
    };
    let points: Vec<PointFields> = wording
        .points
        .iter()
        .enumerate()
        .map(|(at, point)| point_fields(composed, wording, (at, point), mistakes))
        .collect();
    let summary = field("summary", "What is it about?", "A few lines, shown first", &wording.summary);
    let statement = field("statement", "What people say when they sign", "", &wording.statement);
    let language = field(
        "language",
        "Another language beside it",
        "As in: Welsh. Leave it empty for none; keep, then word each point in it",
        &wording.language,
    );
    let read_with = field(
        "read_with",
        "Documents to be opened before",
        "One a line, as they are called in the list of policy documents",
        &wording.read_with.join("\n"),
    );
    let questions = field(
        "questions",
        "Questions asked before somebody signs",
        &asks(composed.asks),
        &wording.questions.map(|number| number.to_string()).unwrap_or_default(),
    );
    let approved_by = field(
        "approved_by",
        "Approved by",
        "As in: Governing body. Leave it empty when nobody must approve it",
        &wording.approved_by,
    );
    let approved_on = field("approved_on", "Approved on", "As in: 27 3 2027", &role::parts(wording.approved_on));
    let minute = field("minute", "Minute", "As in: FGB 12 November, item 7", &wording.minute);
    let mut fields: Vec<&Field> = vec![&summary, &statement, &language, &read_with, &questions];
    fields.extend(points.iter().map(|point| &point.words));
    fields.extend([&approved_by, &approved_on, &minute]);
    let form = Form::of(signed.csrf(), &fields);
    let page = WordsPage {
        frame: frame(&format!("Word it: {}", composed.title), school, signed)
            .back("Who has signed", urls::agreement(&school.slug, which))
            .faulty(&form),
        title: composed.title.clone(),
        audience: composed.audience.clone(),
        document: composed.document.clone(),
        number: composed.number,
        action: urls::agreement_page(&school.slug, which, "words"),
        publish_href: urls::agreement_page(&school.slug, which, "publish"),
        kept: composed.number > 0,
        form,
        summary,
        statement,
        language,
        read_with,
        questions,
        points,
        approved_by,
        approved_on,
        minute,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn point_fields(
    composed: &Composed,
    wording: &Wording,
    (at, point): (usize, &WordedPoint),
    mistakes: Mistakes<'_>,
) -> PointFields {
    let clause = &point.clause;
    let name = |what: &str| format!("{what}-{clause}");
    let other = (!wording.language.is_empty()).then(|| {
        marked(
            Field::new(name("other"), format!("Point {clause} in {}", wording.language)).value(&*point.other),
            mistakes,
        )
    });
    let mut out = Field::new(name("out"), format!("Leave point {clause} out?"));
    out.choices = vec![Choice {
        chosen: point.out,
        hint: Some("Nobody is then told of it by signing, so this statement is not met by it".to_owned()),
        ..Choice::new("yes", format!("Leave point {clause} out"))
    }];
    PointFields {
        policy: composed.policy.get(clause).cloned().unwrap_or_default(),
        order: Field::new(name("order"), format!("Place of point {clause}")).value((at + 1).to_string()),
        words: marked(Field::new(name("words"), format!("Point {clause}")).value(&*point.words), mistakes),
        other,
        out,
        clause: clause.to_string(),
    }
}

pub(crate) fn marked(field: Field, mistakes: Mistakes<'_>) -> Field {
    let error = mistakes.iter().find(|(name, _)| *name == field.name).map(|(_, why)| why.clone());
    Field { error, ..field }
}

fn show_publish(
    signed: &Signed,
    school: &School,
    which: (&str, &str),
    (composed, posted, why): (Composed, &Posted, Option<String>),
) -> Result<Response, Error> {
    let ask = ask_field(&composed);
    show_with(signed, school, which, (composed, posted, why, ask))
}

/// The same with what stands in the way of asking for approval.
pub(super) fn ask_again(
    signed: &Signed,
    school: &School,
    which: (&str, &str),
    (composed, posted, why): (Composed, &Posted, String),
) -> Result<Response, Error> {
    let ask = ask_field(&composed).map(|field| Field { error: Some(why), ..field.value(posted.get("role")) });
    show_with(signed, school, which, (composed, posted, None, ask))
}

fn show_with(
    signed: &Signed,
    school: &School,
    which: (&str, &str),
    (composed, posted, why, ask): (Composed, &Posted, Option<String>, Option<Field>),
) -> Result<Response, Error> {
    let typed = posted.word("version");
    let name = if typed.is_empty() { composed.next.clone() } else { typed };
    let mut version = Field::new("version", "Name of this version").value(name);
    version.error = why;
    let first = composed.published.is_empty();
    let choices = vec![
        Choice {
            hint: Some("For what changes what people must do".to_owned()),
            ..Choice::new("yes", "Everybody signs it again")
        },
        Choice {
            hint: Some("For spelling, or plainer words for the same".to_owned()),
            ..Choice::new("no", "Who signed the one before need not sign again")
        },
    ];
    let choices = if first { Vec::new() } else { choices };
    let chosen = if posted.get("material") == "no" { "no" } else { "yes" };
    let material = Field::new("material", "What does the change mean?").choices(choices).value(chosen);
    let form = Form::of(signed.csrf(), &std::iter::once(&version).chain(&ask).collect::<Vec<_>>());
    let wording = &composed.wording;
    let approved = (!wording.approved_by.is_empty()).then(|| {
        let on = wording.approved_on.map_or_else(String::new, |day| format!(", {}", dates::long(day)));
        format!("{}{on} {}", wording.approved_by, wording.minute).trim().to_owned()
    });
    let page = PublishPage {
        frame: frame(&format!("Publish: {}", composed.title), school, signed)
            .back("Word it", urls::agreement_page(&school.slug, which, "words"))
            .faulty(&form),
        title: composed.title,
        number: composed.number,
        approved,
        approval: composed.approval.as_ref().map(says),
        ask,
        ask_action: urls::agreement_page(&school.slug, which, "ask-approval"),
        left_out: composed.left_out.iter().map(Name::to_string).collect(),
        unchanged: composed.changes.as_ref().is_some_and(|all| !all.iter().any(ComparedPoint::is_changed)),
        changes: composed.changes,
        text: composed.text,
        version,
        material,
        action: urls::agreement_page(&school.slug, which, "publish"),
        words_href: urls::agreement_page(&school.slug, which, "words"),
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// What the number of questions is when nothing is said.
fn asks((policy, pool): (u32, usize)) -> String {
    match pool {
        0 => "The policy has no question for any of its points".to_owned(),
        1 => "There is one to be asked".to_owned(),
        _ => format!(
            "Drawn from {pool}, others for everybody; the rest come one a fortnight. Leave it empty for {policy}"
        ),
    }
}
