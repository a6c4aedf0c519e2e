//! Reporting something: what happened, the form of it, and back to the page that says thank you.

use crate::error::{Error, sentences};
use crate::form::{Form, Posted};
use crate::frame::{Frame, Link};
use crate::manage::frame_of;
use crate::pack_form::{self, Choosing, Item, Looked, Next, Sheet, There, Wrong, first_school, statements};
use crate::session::{Draft, Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::case::Report;
use schoolkeeper_app::pack_form::Typed;

/// Its place in the table of routes.
const HERE: &str = "/school/{school}/report";

#[derive(Template)]
#[template(path = "case/choose.html")]
struct ChoosePage {
    frame: Frame,
    choosing: Choosing,
    list: Option<String>,
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
    let list = crate::manage::opens(&signed, super::list::HERE).then(|| urls::cases(&school.slug));
    let choosing = Choosing::new((&school.slug, urls::report(&school.slug)), looked, all, urls::report_on);
    let frame = frame_of(&school, "Report something", &signed, HERE);
    Ok(Html(ChoosePage { frame, choosing, list }.render()?))
}

/// GET /school/{school}/report/{pack}/{control}
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    draft: Draft,
) -> Result<Response, Error> {
    let (school, report) = opened(&app, &signed, &there).await?;
    let sheet = sheet(&app, &signed, (&school, &report), &draft.0);
    let typed = pack_form::typed(&report.form.whole, &draft.0);
    // A draft is given once; whoever looks and goes away again still finds it.
    sheet.keep().await?;
    show(&sheet, &report, (&typed, &[], false)).await
}

/// POST /school/{school}/report/{pack}/{control}
pub async fn send(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let (school, report) = opened(&app, &signed, &there).await?;
    let sheet = sheet(&app, &signed, (&school, &report), &posted);
    match sheet.next() {
        Next::Again(typed) => show(&sheet, &report, (&typed, &[], false)).await,
        Next::Find { field: (name, label), register, searched } => {
            let frame = frame_of(&school, &label, &signed, HERE);
            sheet.find(frame, ((&name, &label), &register, searched)).await
        }
        Next::Keep => {
            sheet.keep().await?;
            Ok(told(&app, &urls::report(&school.slug), "Kept for a day: open the same form again to go on."))
        }
        Next::Send(typed) => sent(&sheet, &report, &typed).await,
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
    Sheet { app, signed, school, filling: &report.form, posted, here, act: "case.open" }
}

async fn sent(sheet: &Sheet<'_>, report: &Report, typed: &Typed) -> Result<Response, Error> {
    let Some((answers, mut wrong)) = sheet.read(typed) else { return show(sheet, report, (typed, &[], true)).await };
    if wrong.is_empty() && !report.is_practice(&answers) {
        wrong = report.form.faults(&answers);
    }
    if !wrong.is_empty() {
        return show(sheet, report, (typed, &wrong, false)).await;
    }
    let (actor, school) = (&sheet.signed.actor, sheet.school);
    match sheet.app.house.report_it(actor, school, (report, answers)).await? {
        Err(why) => show(sheet, report, (typed, &[(None, sentences(&why))], false)).await,
        Ok(case) => {
            sheet.done().await?;
            Ok(told(sheet.app, &urls::case(&school.slug, case), "Sent. Thank you for telling us at once. It helps."))
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
        items: drawn.items,
        shown: drawn.shown,
        more,
    };
    Ok(page.form.answer(page.render()?))
}
