//! One task: why it is asked, what is to be shown, doing it, signing it, leaving it out, taking it back.

use super::form::{Ask, Filled, asks, read};
use super::list::HERE;
use super::status;
use crate::form::{Field, Form, Posted, refusal};
use crate::frame::{Frame, Link, Status};
use crate::intake::said;
use crate::manage::{frame_of, opens};
use crate::session::{Signed, told};
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::duty::{Came, DoneLine, Part, TaskAct, TaskAt, TaskShown, Waits};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;
use std::io;

/// Most parts of the form.
const PARTS_MAX: usize = 900;
/// Most files of one form.
const FILES_MAX: usize = 20;

#[derive(Template)]
#[template(path = "duty/page.html")]
struct TaskPage {
    frame: Frame,
    form: Form,
    title: String,
    about: Option<String>,
    record: Option<String>,
    status: Status,
    rows: Vec<(&'static str, String)>,
    lacking: Option<String>,
    why: Vec<(String, String, String)>,
    says: String,
    asks: Vec<Ask>,
    signs: bool,
    back: Field,
    skip: Option<Field>,
    undo: bool,
    begun: Option<DonePart>,
    past: Vec<DonePart>,
    /// Words and address of the figures its report is written from.
    report: Option<Link>,
    action: String,
}

struct DonePart {
    due: String,
    words: String,
    shown: Vec<(String, String)>,
    files: String,
    notice: Option<String>,
}

/// School, policy, control, due date, and what it is about.
pub(super) type There = (String, String, String, String, String);

/// A task somebody opened.
struct Opened {
    school: School,
    at: TaskAt,
    shown: TaskShown,
    action: String,
}

/// GET /school/{school}/task/{pack}/{control}/{due}/{of}
pub async fn page(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    show(&signed, &opened, (&Posted::default(), &[], None))
}

/// POST /school/{school}/task/{pack}/{control}/{due}/{of}
pub async fn complete(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    request: Request,
) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    let Ok(parts) = Multipart::from_request(request, &app).await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let (posted, files, came) = match came(&app, &signed, &opened, parts).await {
        Ok(came) => came,
        Err(Fault::Broken) => return Ok(StatusCode::BAD_REQUEST.into_response()),
        Err(Fault::Failed(error)) => return Err(error),
        Err(Fault::Refused(posted, why)) => return show(&signed, &opened, (&posted, &[], Some(why))),
    };
    match read(&opened.shown, &posted, &files) {
        Ok(form) => finish(&app, &signed, &opened, (TaskAct::Complete, form, came, posted)).await,
        Err(mistakes) => {
            app.house.discard_evidence(came).await;
            show(&signed, &opened, (&posted, &mistakes, None))
        }
    }
}

/// POST …/countersign
pub async fn countersign(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    let back = posted.get("step") == "back";
    let why = back.then(|| (Name::from("sent_back"), Value::text(posted.word("back"))));
    let form = why.into_iter().collect();
    finish(&app, &signed, &opened, (TaskAct::Countersign, form, Came::none(), posted)).await
}

/// POST …/skip
pub async fn skip(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    let form = BTreeMap::from([(Name::from("reason"), Value::text(posted.word("reason")))]);
    finish(&app, &signed, &opened, (TaskAct::Skip, form, Came::none(), posted)).await
}

/// POST …/undo
pub async fn undo(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let opened = open(&app, &signed, &there).await?;
    app.house.undo_task(&signed.actor, &opened.school, &opened.at).await?;
    Ok(told(&app, &opened.action, "Taken back. It is open again."))
}

/// Which task of which school an address names.
pub(super) async fn place(app: &App, signed: &Signed, there: &There) -> Result<(School, TaskAt), Error> {
    let (school, pack, control, due, of) = there;
    Ok((app.house.school_at(&signed.actor, school).await?, TaskAt::read(pack, control, (due, of))?))
}

async fn open(app: &App, signed: &Signed, there: &There) -> Result<Opened, Error> {
    let (school, at) = place(app, signed, there).await?;
    let shown = app.house.task(&signed.actor, &school, &at).await?;
    let action = shown.task.link.clone();
    Ok(Opened { school, at, shown, action })
}

/// What somebody does, and the form again when something is lacking.
async fn finish(
    app: &App,
    signed: &Signed,
    opened: &Opened,
    (act, form, came, posted): (TaskAct, BTreeMap<Name, Value>, Came, Posted),
) -> Result<Response, Error> {
    let on: Option<EntryId> =
        opened.shown.begun.as_ref().map(|begun| begun.entry).filter(|_| act == TaskAct::Countersign);
    let acted = app.house.act_on_task((&signed.actor, &opened.school), (&opened.at, act, on), form, came).await?;
    match acted {
        Acted::Done(entries) => {
            let words = match posted.get("step") {
                "back" => format!("Sent back: {}. It is open again for whoever did it.", opened.shown.task.title),
                _ => words(opened, act, entries.len()),
            };
            Ok(told(app, &urls::mine(), &words))
        }
        Acted::Refused(why) => show(signed, opened, (&posted, &[], Some(why))),
    }
}

fn words(opened: &Opened, act: TaskAct, count: usize) -> String {
    let title = &opened.shown.task.title;
    match act {
        TaskAct::Countersign => format!("Signed: {title}."),
        TaskAct::Skip => format!("Left out: {title}."),
        TaskAct::Complete => match &opened.shown.second {
            Some(second) => format!("Done: {title}. It waits for the signature of {second}."),
            None if count > 1 => format!("Done: {title}, for {count} things."),
            None => format!("Done: {title}."),
        },
    }
}

/// Why a form with files was not read.
enum Fault {
    /// It is no form.
    Broken,
    /// A file is not taken.
    Refused(Posted, String),
    /// Something failed, or a policy says no.
    Failed(Error),
}

type Read = (Posted, BTreeMap<String, String>, Came);

/// Reads the parts as they come; files are sealed at once.
async fn came(app: &App, signed: &Signed, opened: &Opened, mut parts: Multipart) -> Result<Read, Fault> {
    let (mut fields, mut files, mut came) = (Vec::new(), BTreeMap::new(), Came::none());
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await.map_err(|_| Fault::Broken)? else { break };
        let name = part.name().unwrap_or_default().to_owned();
        if !name.starts_with("f-") {
            fields.push((name, part.text().await.map_err(|_| Fault::Broken)?));
            continue;
        }
        let file = part.file_name().unwrap_or_default().to_owned();
        let mut content = part.map(|piece| piece.map(|bytes| bytes.to_vec()).map_err(io::Error::other));
        let first = content.next().await;
        let empty = first.as_ref().is_none_or(|piece| piece.as_ref().is_ok_and(Vec::is_empty));
        if file.is_empty() && empty || files.len() == FILES_MAX {
            continue;
        }
        let content = stream::iter(first).chain(content);
        let whose = (&signed.actor, &opened.school);
        match app.house.receive_evidence(whose, &mut came, (&file, &opened.shown.task.title), content).await {
            Ok(kept) => drop(files.insert(name, kept)),
            Err(error) => {
                app.house.discard_evidence(came).await;
                return Err(Fault::Refused(Posted::new(fields), said(error).map_err(Fault::Failed)?));
            }
        }
    }
    Ok((Posted::new(fields), files, came))
}

type Sent<'a> = (&'a Posted, &'a [(&'static str, String)], Option<String>);

fn show(signed: &Signed, opened: &Opened, (posted, mistakes, refused): Sent<'_>) -> Result<Response, Error> {
    let (shown, task) = (&opened.shown, &opened.shown.task);
    let can = matches!(shown.part, Some(Part::Owner | Part::Helper));
    let does = can && matches!(task.waits, Waits::Doing | Waits::Records);
    let asks = if does { asks(shown, &Filled { posted, mistakes }) } else { Vec::new() };
    let fields: Vec<&Field> = asks.iter().map(Ask::field).collect();
    let mut form = Form::of(signed.csrf(), &fields);
    if let Some(refused) = refused {
        let first = asks.first().map_or_else(|| Field::new("main-content", ""), |ask| ask.field().clone());
        form = form.fault(&first, &refusal(&refused));
    }
    let to_list = shown.part.is_none() && opens(signed, HERE);
    let back = if to_list { ("Tasks", urls::tasks(&opened.school.slug)) } else { ("My page", urls::mine()) };
    let frame = frame_of(&opened.school, &title(task.title.as_str(), opened), signed, HERE).back(back.0, back.1);
    let page = TaskPage {
        frame: frame.faulty(&form),
        form,
        title: task.title.clone(),
        about: task.about.as_ref().map(|(_, name)| name.clone()),
        record: record(signed, opened),
        status: status(task),
        rows: rows(shown),
        lacking: task.open.lacking.clone().map(|words| words.replace('`', "")),
        why: statements(opened),
        says: shown.says.clone(),
        asks,
        signs: shown.part == Some(Part::Countersigner),
        back: Field::new("back", "What is missing?").value(posted.word("back")),
        skip: shown.may_skip.then(|| Field::new("reason", "Why is it left out?").value(posted.word("reason"))),
        undo: shown.undo,
        begun: shown.begun.as_ref().map(|done| part(&opened.school, done)),
        past: shown.past.iter().map(|done| part(&opened.school, done)).collect(),
        report: shown.spec.report.as_ref().map(|report| Link {
            text: format!("The figures for {}", schoolkeeper_app::duty::report_words(report.get_ref())),
            href: format!("{}/report", opened.action),
        }),
        action: opened.action.clone(),
    };
    Ok(page.form.answer(page.render()?))
}

/// The record it is about, for those who may open it.
fn record(signed: &Signed, opened: &Opened) -> Option<String> {
    let (about, kind) = (opened.shown.task.about.as_ref()?, opened.shown.kind.as_ref()?);
    let sees = opens(signed, "/school/{school}/records/{register}/{entry}");
    sees.then(|| urls::entry(&opened.school.slug, kind, about.0))
}

fn title(task: &str, opened: &Opened) -> String {
    let about = opened.shown.task.about.as_ref().map_or_else(String::new, |(_, name)| format!(", {name}"));
    format!("{task}{about}, due {}", dates::long(opened.at.due))
}

fn rows(shown: &TaskShown) -> Vec<(&'static str, String)> {
    let task = &shown.task;
    let people =
        if task.people.is_empty() { task.owner.clone() } else { format!("{}: {}", task.owner, task.people.join(", ")) };
    let mut rows = vec![("Due", dates::long(task.due)), ("Whose", people)];
    rows.extend(shown.second.clone().map(|second| ("Signed after it by", second)));
    rows.push(("Policy", shown.policy.clone()));
    rows
}

fn statements(opened: &Opened) -> Vec<(String, String, String)> {
    let (slug, pack) = (&opened.school.slug, &opened.at.pack);
    let line = |(id, text): &(String, String)| (id.clone(), text.clone(), urls::statement(slug, pack, id));
    opened.shown.why.iter().map(line).collect()
}

fn part(school: &School, done: &DoneLine) -> DonePart {
    DonePart {
        due: dates::long(done.due),
        words: done.words.clone(),
        shown: done.shown.clone(),
        files: urls::entry(&school.slug, "done", done.entry),
        notice: done.notice.then(|| urls::task_notice(&school.slug, done.entry)),
    }
}
