//! Reading and signing an agreement, signed in; what somebody has signed.
//!
//! Invariant: opening a page changes nothing; only the button under the statement signs.

mod document;
mod kiosk;
mod later;
mod link;
mod page;

pub use document::{file, file_by_link};
pub use kiosk::{act as kiosk_act, begin as kiosk_begin, page as kiosk_page, start as kiosk_start};
pub use later::{act as later_act, page as later_page};
pub use link::{act as link_act, copy as link_copy, page as link_page};

use crate::error::Error;
use crate::form::Posted;
use crate::frame::{Frame, Here};
use crate::request::entry_id;
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, Response};
use page::{Copies, Done, Place, answers};
use schoolkeeper_app::agreement::{MySignature, SignedCopy, Signing};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::EntryId;
use serde::Deserialize;

const SIGN: &str = "agreement.sign";

/// `?for=ENTRY`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    r#for: String,
}

impl Asked {
    fn entry(&self) -> Result<Option<EntryId>, Error> {
        match &*self.r#for {
            "" => Ok(None),
            text => entry_id(text).map(Some),
        }
    }
}

#[derive(Template)]
#[template(path = "sign/mine.html")]
struct MinePage {
    frame: Frame,
    rows: Vec<Row>,
    open: Vec<(String, String, String)>,
}

struct Row {
    title: String,
    meta: String,
    counts: bool,
    copy: Option<Copy>,
}

/// Where the sealed copy of a signature is, and the proof of it.
struct Copy {
    at: Copies,
    receipt: String,
}

/// At the device in reception: after so many minutes without a press it shows its first page again, by a header, which
/// no script is needed for. What stood there is not kept by the browser either.
fn idle(mut answer: Response, minutes: usize) -> Response {
    let value = format!("{}; url={}", 60 * minutes, urls::kiosk());
    let value = HeaderValue::from_str(&value).expect("digits and a path");
    answer.headers_mut().entry(header::REFRESH).or_insert(value);
    answer
}

/// GET /school/{school}/sign/{pack}/{control}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SIGN).await?;
    let entry = asked.entry()?;
    let shown = app.house.to_sign(&signed.actor, &school, ((&pack, &control), entry)).await?;
    let at = Place {
        action: urls::sign(&slug, (&pack, &control), entry),
        csrf: signed.csrf(),
        idle: None,
        inside: signed.may_try("policy.see"),
    };
    page::show(frame(&shown.title, &school, &signed), &at, (&shown, &Posted::default(), &[]))
}

/// POST /school/{school}/sign/{pack}/{control}
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SIGN).await?;
    let (which, entry) = ((&*pack, &*control), asked.entry()?);
    let at = Place {
        action: urls::sign(&slug, which, entry),
        csrf: signed.csrf(),
        idle: None,
        inside: signed.may_try("policy.see"),
    };
    let framed = |title: &str| frame(title, &school, &signed);
    if posted.get("step") != "sign" {
        let shown = app.house.to_sign(&signed.actor, &school, (which, entry)).await?;
        return match document::opened(&app, framed(&shown.title), &at, (&shown, &posted)).await? {
            Some(document) => Ok(document),
            None => page::show(framed(&shown.title), &at, (&shown, &posted, &[])),
        };
    }
    let answers = answers(&posted);
    match app.house.sign(&signed.actor, &school, (which, entry), (&answers, "browser")).await? {
        Signing::Mistakes(shown, mistakes) => page::show(framed(&shown.title), &at, (&shown, &posted, &mistakes)),
        Signing::Refused(shown, why) => page::show(framed(&shown.title), &at, (&shown, &posted, &page::refused(&why))),
        Signing::Done(shown, now) => {
            let finish = Some(("What you signed".to_owned(), urls::signed(&slug)));
            let copy = now.signatures.first().map(|id| Copies::at(&app, urls::signature(&slug, *id, "copy")));
            page::done(framed("Thank you"), Done { shown: &shown, now: &now, finish, copy })
        }
    }
}

/// GET /school/{school}/signed
pub async fn mine(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SIGN).await?;
    let zone = Calendar::new(school.division, Vec::new());
    let all = app.house.my_signatures(&signed.actor, &school).await?;
    let open = app.house.my_open_signatures(&signed.actor, &school).await?;
    let page = MinePage {
        frame: frame("What I signed", &school, &signed),
        rows: all.into_iter().map(|one| row(&app, &slug, (one, &zone))).collect(),
        open: open
            .into_iter()
            .map(|mine| {
                let by = mine.due.map_or_else(String::new, |due| format!("by {}", dates::long(due)));
                (mine.title, mine.link, by)
            })
            .collect(),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/signed/{signature}/copy
pub async fn copy(
    State(app): State<App>,
    signed: Signed,
    Path((slug, signature)): Path<(String, String)>,
    Query(form): Query<CopyForm>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SIGN).await?;
    let copy = app.house.signature_copy(&signed.actor, &school, entry_id(&signature)?).await?;
    form.answer(&app, copy).await
}

/// `?as=pdf`: in which form a copy is wanted; as it is sealed otherwise.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CopyForm {
    r#as: String,
}

impl CopyForm {
    async fn answer(&self, app: &App, copy: SignedCopy) -> Result<Response, Error> {
        Ok(match &*self.r#as {
            "pdf" => download::file("signed.pdf", "application/pdf", app.house.copy_pdf(&copy).await?),
            _ => download::file("signed.html", "text/html; charset=utf-8", copy.html),
        })
    }
}

/// GET /school/{school}/signed/{signature}/receipt
pub async fn receipt(
    State(app): State<App>,
    signed: Signed,
    Path((slug, signature)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, SIGN).await?;
    let text = app.house.signature_receipt(&signed.actor, &school, entry_id(&signature)?).await?;
    Ok(download::file("signed.tlog-proof", "text/plain; charset=utf-8", text))
}

fn frame(title: &str, school: &School, signed: &Signed) -> Frame {
    Frame::of_school(title, school, Here::Signed).signed(signed)
}

fn row(app: &App, slug: &str, (one, zone): (MySignature, &Calendar)) -> Row {
    let mut meta = vec![format!("Version {}", one.version), dates::moment(one.at, zone.zone()), one.way];
    meta.extend(one.about.map(|about| format!("for {about}")));
    meta.extend(one.until.map(|day| format!("good until {}", dates::long(day))));
    Row {
        title: one.title,
        meta: meta.join(" · "),
        counts: one.counts,
        copy: one.kept.then(|| Copy {
            at: Copies::at(app, urls::signature(slug, one.id, "copy")),
            receipt: urls::signature(slug, one.id, "receipt"),
        }),
    }
}
