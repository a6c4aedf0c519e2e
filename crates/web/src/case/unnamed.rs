//! Reporting without saying who one is: what may be reported, the form, the receipt that is shown once, and what became of
//! it.
//!
//! Invariant: these pages pass no door: they know no session, set no cookie and write no address down. How often one
//! address sends is counted in memory alone.

use super::status;
use crate::api::rate::{READER, REPORTER, take_from};
use crate::door::from_here;
use crate::error::{Error, foreign, sentences};
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link, Status};
use crate::pack_form::{self, Item, Step, There, Wrong, answers, drawn_unnamed};
use crate::serve::Caller;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::case::{Report, UnnamedNews};
use schoolkeeper_app::pack_form::{Offered, Typed};

#[derive(Template)]
#[template(path = "case/unnamed.html")]
struct HomePage {
    frame: Frame,
    form: Form,
    lines: Vec<Link>,
    action: String,
    receipt: Field,
}

#[derive(Template)]
#[template(path = "case/unnamed_report.html")]
struct ReportPage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    happens: Vec<String>,
    more: bool,
    items: Vec<Item>,
    shown: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "case/unnamed_sent.html")]
struct SentPage {
    frame: Frame,
    receipt: String,
    home: String,
}

#[derive(Template)]
#[template(path = "case/unnamed_news.html")]
struct NewsPage {
    frame: Frame,
    status: Status,
    one: UnnamedNews,
    home: String,
}

/// GET /tell/{school}
pub async fn home(State(app): State<App>, caller: Caller, Path(school): Path<String>) -> Result<Response, Error> {
    if let Some(wait) = take_from(caller.address, READER) {
        return Ok(wait);
    }
    shown(&app, &school, ("", None)).await
}

/// POST /tell/{school}/look
pub async fn look(
    State(app): State<App>,
    (caller, headers): (Caller, HeaderMap),
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    if let Some(no) = taken(&app, &caller, &headers) {
        return Ok(no);
    }
    let (at, _) = app.house.unnamed_reports(&school).await?;
    let typed = posted.word("receipt");
    if typed.trim().is_empty() {
        return shown(&app, &school, (&typed, Some("Type the receipt you were given"))).await;
    }
    let Some(one) = app.house.unnamed_news(&at, &typed).await? else {
        let why = "No report here has this receipt. Look at each letter: there is no O, no I, no 0 and no 1";
        return shown(&app, &school, (&typed, Some(why))).await;
    };
    let page = NewsPage {
        frame: frame(&at, &one.title).back("Report without a name", urls::tell(&school)),
        status: status(one.stand),
        home: urls::tell(&school),
        one,
    };
    Ok(Html(page.render()?).into_response())
}

/// GET /tell/{school}/{pack}/{control}
pub async fn begin(State(app): State<App>, caller: Caller, Path(there): Path<There>) -> Result<Response, Error> {
    if let Some(wait) = take_from(caller.address, READER) {
        return Ok(wait);
    }
    let (school, report) = app.house.unnamed_report_on(&there.0, (&there.1, &there.2)).await?;
    asked(&school, &report, (&Typed::new(), &[], false))
}

/// POST /tell/{school}/{pack}/{control}
pub async fn send(
    State(app): State<App>,
    (caller, headers): (Caller, HeaderMap),
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    if let Some(no) = taken(&app, &caller, &headers) {
        return Ok(no);
    }
    let (school, report) = app.house.unnamed_report_on(&there.0, (&there.1, &there.2)).await?;
    let mut typed = pack_form::typed(&report.form.whole, &posted);
    if pack_form::step(&report.form.whole, &posted, &mut typed) != Step::On {
        return asked(&school, &report, (&typed, &[], false));
    }
    let Some((answers, mut wrong)) = answers((&report.form, &posted), &typed) else {
        return asked(&school, &report, (&typed, &[], true));
    };
    if wrong.is_empty() {
        wrong = report.form.faults(&answers);
    }
    if !wrong.is_empty() {
        return asked(&school, &report, (&typed, &wrong, false));
    }
    match app.house.report_unnamed(&school, (&report, &answers)).await? {
        Err(why) => asked(&school, &report, (&typed, &[(None, sentences(&why))], false)),
        Ok(receipt) => {
            let page = SentPage { frame: frame(&school, "Sent"), receipt, home: urls::tell(&school.slug) };
            Ok(Html(page.render()?).into_response())
        }
    }
}

/// A form is taken from a page of this server, and not too often from one address.
fn taken(app: &App, caller: &Caller, headers: &HeaderMap) -> Option<Response> {
    if !from_here(app, headers) {
        return Some(foreign());
    }
    take_from(caller.address, REPORTER)
}

async fn shown(app: &App, school: &str, (typed, why): (&str, Option<&str>)) -> Result<Response, Error> {
    let (school, all) = app.house.unnamed_reports(school).await?;
    let line = |one: Offered| Link { href: urls::tell_on(&school.slug, &one.pack, &one.control), text: one.title };
    let mut receipt = Field::new("receipt", "Your receipt").hint("For example 7F3K-92QD-XH4M-22PA").value(typed);
    receipt.error = why.map(str::to_owned);
    let form = Form::of(String::new(), &[&receipt]);
    let page = HomePage {
        frame: frame(&school, "Report without a name").faulty(&form),
        lines: all.into_iter().map(line).collect(),
        action: urls::tell_look(&school.slug),
        receipt,
        form,
    };
    Ok(page.form.answer(page.render()?))
}

fn asked(school: &School, report: &Report, (typed, wrong, more): (&Typed, &[Wrong], bool)) -> Result<Response, Error> {
    let drawn = drawn_unnamed(&report.form, typed, wrong);
    let (what, slug) = (&report.what, &school.slug);
    let page = ReportPage {
        frame: frame(school, &what.title).back("Report without a name", urls::tell(slug)).faulty(&drawn.form),
        action: urls::tell_on(slug, &what.pack, &what.control),
        title: what.title.clone(),
        happens: report.happens.clone(),
        cancel: urls::tell(slug),
        form: drawn.form,
        items: drawn.items,
        shown: drawn.shown,
        more,
    };
    Ok(page.form.answer(page.render()?))
}

/// A page of the school without a menu.
fn frame(school: &School, title: &str) -> Frame {
    Frame { school: Some(school.title.clone()), ..Frame::titled(title) }
}
