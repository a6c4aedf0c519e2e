//! Reporting something: what happened, the form of it, and back to the page that says thank you.

use crate::error::{Error, sentences};
use crate::form::{Form, Posted};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::pack_form::{
    self, Choosing, Files, Item, Looked, Next, Sheet, There, Wrong, again, answered, first_school, refused, statements,
};
use crate::session::{Draft, Signed, told};
use crate::upload::{self, Sent};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::case::Report;
use schoolkeeper_app::duty::Came;
use schoolkeeper_app::pack_form::Typed;
use schoolkeeper_app::{House, School};
use schoolkeeper_core::value::Value;

/// The form of one report, with its files.
pub const REPORT_ON: &str = "/school/{school}/report/{pack}/{control}";
/// Its place in the table of routes.
const HERE: &str = "/school/{school}/report";

#[derive(Template)]
#[template(path = "case/choose.html")]
struct ChoosePage {
    frame: Frame,
    choosing: Choosing,
    list: Option<String>,
    unnamed: Option<String>,
}

#[derive(Template)]
#[template(path = "case/report.html")]
struct ReportPage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    statements: Vec<Link>,
    happens: Vec<String>,
    more: bool,
    items: Vec<Item>,
    files: bool,
    shown: String,
    cancel: String,
}

/// GET /report
pub async fn home(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let first = first_school(&app, &signed).await?;
    Ok(Redirect::to(&urls::report(&first.slug)).into_response())
}

/// GET /school/{school}/report
pub async fn choose(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(looked): Query<Looked>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let all = app.house.may_report(&signed.actor, &school).await?;
    let unnamed = match app.house.unnamed_reports(&school.slug).await {
        Ok(_) => Some(urls::tell(&school.slug)),
        Err(schoolkeeper_app::Error::Missing) => None,
        Err(error) => return Err(error.into()),
    };
    let list = crate::manage::opens(&signed, super::list::HERE).then(|| urls::cases(&school.slug));
    let choosing = Choosing::new((&school.slug, urls::report(&school.slug)), looked, all, urls::report_on);
    let frame = frame_of(&school, "Report something", &signed, HERE);
    Ok(Html(ChoosePage { frame, choosing, list, unnamed }.render()?))
}

/// GET /school/{school}/report/{pack}/{control}
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    Query(about): Query<Vec<(String, String)>>,
    draft: Draft,
) -> Result<Response, Error> {
    let (school, report) = opened(&app, &signed, &there).await?;
    // A link may say what it is about: then that is what is asked, and no draft of something else.
    let about = Posted::new(about);
    let begun = if about.fields().is_empty() { &draft.0 } else { &about };
    let sheet = sheet(&app, &signed, (&school, &report), begun);
    let typed = pack_form::typed(&report.form.whole, begun);
    // A draft is given once; whoever looks and goes away again still finds it.
    sheet.keep().await?;
    show(&sheet, &report, (&typed, &[], false)).await
}

/// POST /school/{school}/report/{pack}/{control}
pub async fn send(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    request: Request,
) -> Result<Response, Error> {
    let (school, report) = opened(&app, &signed, &there).await?;
    let caption = |name: &str| report.form.file(name.strip_prefix("f-")?);
    let read = upload::read(&app, (&signed, &school), House::report_files(), (request, caption)).await?;
    let Some(Sent { posted, files, came }) = read else { return Ok(StatusCode::BAD_REQUEST.into_response()) };
    let sheet = sheet(&app, &signed, (&school, &report), &posted);
    match sheet.next() {
        Next::Send(typed) => sent(&sheet, &report, (typed, &files, came)).await,
        // What is not sent yet is chosen again: nothing lies about that belongs to no report.
        next => {
            app.house.discard_evidence(came).await;
            not_yet(&sheet, &report, next).await
        }
    }
}

async fn not_yet(sheet: &Sheet<'_>, report: &Report, next: Next) -> Result<Response, Error> {
    match next {
        Next::Again(typed) | Next::Send(typed) => show(sheet, report, (&typed, &[], false)).await,
        Next::Find { field: (name, label), register, searched } => {
            let frame = frame_of(sheet.school, &label, sheet.signed, HERE);
            sheet.find(frame, ((&name, &label), &register, searched)).await
        }
        Next::Keep => {
            sheet.keep().await?;
            let says = "Kept for a day: open the same form again to go on. A file is chosen then.";
            Ok(told(sheet.app, &urls::report(&sheet.school.slug), says))
        }
    }
}

async fn opened(app: &App, signed: &Signed, (school, pack, control): &There) -> Result<(School, Report), Error> {
    let school = app.house.school_at(&signed.actor, school).await?;
    let report = app.house.report_on(&signed.actor, &school, (pack, control)).await?;
    Ok((school, report))
}

fn sheet<'a>(
    app: &'a App,
    signed: &'a Signed,
    (school, report): (&'a School, &'a Report),
    posted: &'a Posted,
) -> Sheet<'a> {
    let here = urls::report_on(&school.slug, &report.what.pack, &report.what.control);
    Sheet { app, signed, school, filling: &report.form, posted, takes_files: true, here, act: "case.open" }
}

async fn sent(
    sheet: &Sheet<'_>,
    report: &Report,
    (mut typed, files, came): (Typed, &Files, Came),
) -> Result<Response, Error> {
    answered(files, &mut typed);
    let read = sheet.read(&typed);
    let more = read.is_none();
    let (answers, mut wrong) = read.unwrap_or_else(|| (Value::Empty, Vec::new()));
    wrong.extend(refused(files));
    if !more && wrong.is_empty() && !report.is_practice(&answers) {
        wrong = report.form.faults(&answers);
    }
    if more || !wrong.is_empty() {
        sheet.app.house.discard_evidence(came).await;
        wrong.extend(again(files));
        return show(sheet, report, (&typed, &wrong, more)).await;
    }
    let (actor, school) = (&sheet.signed.actor, sheet.school);
    match sheet.app.house.report_it((actor, school), (report, answers), came).await? {
        Err(why) => {
            let against: Vec<Wrong> = std::iter::once((None, sentences(&why))).chain(again(files)).collect();
            show(sheet, report, (&typed, &against, false)).await
        }
        Ok(opened) => {
            sheet.done().await?;
            Ok(told(sheet.app, &urls::case(&school.slug, opened), "Sent. Thank you for telling us at once. It helps."))
        }
    }
}

async fn show(
    sheet: &Sheet<'_>,
    report: &Report,
    (typed, wrong, more): (&Typed, &[Wrong], bool),
) -> Result<Response, Error> {
    let drawn = sheet.drawn(typed, wrong, None).await?;
    let (what, slug) = (&report.what, &sheet.school.slug);
    let frame = frame_of(sheet.school, &what.title, sheet.signed, HERE);
    let page = ReportPage {
        frame: frame.back("Report something", urls::report(slug)).faulty(&drawn.form),
        action: sheet.here.clone(),
        title: what.title.clone(),
        statements: statements(slug, &what.pack, &what.statements),
        happens: report.happens.clone(),
        cancel: urls::report(slug),
        form: drawn.form,
        files: drawn.items.iter().any(|item| matches!(item, Item::File(_))),
        items: drawn.items,
        shown: drawn.shown,
        more,
    };
    Ok(page.form.answer(page.render()?))
}
