//! The pages of signing, the same for everybody: to read and answer, done.

use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::{App, urls};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::agreement::{Answers, Part, ReadWith, SignedNow, ToSign};
use schoolkeeper_app::dates;
use schoolkeeper_core::calendar::Calendar;
use uuid::Uuid;

/// Where the form is sent, and the token in it.
pub(super) struct Place {
    pub(super) action: String,
    pub(super) csrf: String,
    /// After so many minutes without a press the page closes.
    pub(super) idle: Option<usize>,
    /// Whoever signs is signed in here.
    pub(super) inside: bool,
}

impl Place {
    /// Where a file of a document to be opened is handed out.
    pub(super) fn file(&self, document: &str, file: Uuid) -> String {
        let (path, asked) = self.action.split_once('?').unwrap_or((&self.action, ""));
        let asked = if asked.is_empty() { String::new() } else { format!("?{asked}") };
        format!("{path}/document/{}/{file}{asked}", urls::escape(document))
    }
}

/// The copy of what was signed, to be taken along.
pub(super) struct Copies {
    /// Where it is downloaded.
    pub(super) href: String,
    /// The same as a PDF, where documents can be had as such.
    pub(super) pdf: Option<String>,
    /// A picture of the address, at a device that is not theirs.
    pub(super) square: Option<String>,
}

impl Copies {
    pub(super) fn at(app: &App, href: String) -> Self {
        let pdf = app.house.sets_pages().then(|| format!("{href}?as=pdf"));
        Self { href, pdf, square: None }
    }
}

/// What the last page says.
pub(super) struct Done<'a> {
    pub(super) shown: &'a ToSign,
    pub(super) now: &'a SignedNow,
    pub(super) finish: Option<(String, String)>,
    pub(super) copy: Option<Copies>,
}

#[derive(Template)]
#[template(path = "sign/page.html")]
struct SignPage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    lead: String,
    closes: Option<String>,
    about: Option<String>,
    blocks: Option<String>,
    signed: Option<String>,
    parts: Vec<Part>,
    several: bool,
    rest: bool,
    documents: Vec<Document>,
    questions: Vec<Field>,
    agreed: Field,
    hidden: Vec<(String, String)>,
}

struct Document {
    field: String,
    key: String,
    name: String,
    meta: String,
    opened: bool,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "sign/done.html")]
struct DonePage {
    frame: Frame,
    title: String,
    when: String,
    receipt: String,
    until: Option<String>,
    finish: Option<(String, String)>,
    copy: Option<Copies>,
}

/// What was posted, as the house takes it.
pub(super) fn answers(posted: &Posted) -> Answers {
    let of = |prefix: &str| {
        let fields = posted.fields().iter();
        let named = fields.filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), value.clone())));
        named.collect()
    };
    Answers {
        versions: of("version-"),
        answers: of("answer-"),
        opened: posted.all("opened").into_iter().map(str::to_owned).collect(),
        agreed: posted.get("agreed") == "yes",
    }
}

/// A refusal as the form shows it.
pub(super) fn refused(why: &str) -> Vec<(String, String)> {
    vec![("agreed".to_owned(), sentences(why))]
}

/// Everything to read and to answer.
pub(super) fn show(
    frame: Frame,
    at: &Place,
    (shown, posted, mistakes): (&ToSign, &Posted, &[(String, String)]),
) -> Result<Response, Error> {
    let why = |field: &str| mistakes.iter().find(|(name, _)| name == field).map(|(_, why)| why.clone());
    let opened = posted.all("opened");
    let documents: Vec<Document> = shown.documents.iter().map(|one| document(one, &opened, &why)).collect();
    let questions: Vec<Field> = shown
        .questions
        .iter()
        .map(|question| {
            let name = format!("answer-{}", question.clause);
            let choices = question.choices.iter().map(|choice| Choice::new(&**choice, &**choice)).collect();
            let field = Field::new(name.clone(), &*question.ask).choices(choices).value(posted.get(&name));
            Field { error: why(&name), ..field }
        })
        .collect();
    let mut agreed = Field::new("agreed", "Sign").choices(vec![Choice::new("yes", shown.statement())]);
    agreed = Field { error: why("agreed"), ..agreed.value(posted.get("agreed")) };
    let unopened: Vec<Field> = documents
        .iter()
        .map(|one| Field { error: one.error.clone(), ..Field::new(one.field.clone(), &*one.name) })
        .collect();
    let all: Vec<&Field> = unopened.iter().chain(&questions).chain([&agreed]).collect();
    let form = Form::of(at.csrf.clone(), &all);
    let versions = shown.parts.iter().map(|part| (format!("version-{}", part.control), part.text.version.clone()));
    let kept = documents.iter().filter(|one| one.opened).map(|one| ("opened".to_owned(), one.key.clone()));
    let minutes = shown.minutes();
    let page = SignPage {
        frame: frame.faulty(&form),
        action: at.action.clone(),
        title: shown.title.clone(),
        lead: format!(
            "{}, for {}. About {minutes} minute{}.",
            shown.name,
            shown.school.title,
            if minutes == 1 { "" } else { "s" }
        ),
        closes: at.idle.map(|minutes| format!("This page closes by itself after {minutes} minutes without a press.")),
        about: shown.entry.as_ref().map(|(_, name)| format!("You sign for: {name}")),
        blocks: (!shown.blocks.is_empty())
            .then(|| format!("Until you have signed you cannot {}.", shown.blocks.join(" or "))),
        signed: shown.signed.map(|(day, until)| {
            let until = until.map_or_else(String::new, |until| format!(" Good until {}.", dates::long(until)));
            format!("You signed this on {}.{until}", dates::long(day))
        }),
        several: shown.parts.len() > 1,
        rest: shown.parts.iter().any(|part| !part.rest.is_empty()),
        parts: shown.parts.clone(),
        hidden: versions.chain(kept).collect(),
        documents,
        questions,
        agreed,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn document(one: &ReadWith, opened: &[&str], why: &impl Fn(&str) -> Option<String>) -> Document {
    let field = format!("open-{}", one.key);
    let version = one.version.as_ref().map(|version| format!("Version {version}"));
    let place = one.found_at.clone();
    Document {
        error: why(&field),
        key: one.key.clone(),
        name: one.name.clone(),
        meta: [version, place].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        opened: opened.contains(&&*one.key),
        field,
    }
}

/// It is signed.
pub(super) fn done(frame: Frame, Done { shown, now, finish, copy }: Done<'_>) -> Result<Response, Error> {
    let zone = Calendar::new(shown.school.division, Vec::new());
    let page = DonePage {
        frame,
        title: shown.title.clone(),
        when: now.when(zone.zone()),
        receipt: now.receipt.clone(),
        until: now.until.map(dates::long),
        finish,
        copy,
    };
    Ok((StatusCode::OK, Html(page.render()?)).into_response())
}
