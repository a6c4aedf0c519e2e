//! May I send this, and how? A form of what the policies want to know, asked before anything leaves.

use super::{ACT, SEND, reasons};
use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::pack_form::{self, Item, Next, Sheet, Wrong};
use crate::session::{Draft, Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::advice::Advice;
use schoolkeeper_app::dispatch::{Said, Sending};
use schoolkeeper_app::pack_form::{Filling, Typed};
use schoolkeeper_core::value::Value;

#[derive(Template)]
#[template(path = "dispatch/send.html")]
struct SendPage {
    frame: Frame,
    form: Form,
    action: String,
    more: bool,
    may: bool,
    items: Vec<Item>,
    advice: Vec<Advice>,
    shown: String,
    sent_href: String,
}

#[derive(Template)]
#[template(path = "dispatch/nothing.html")]
struct NothingPage {
    frame: Frame,
    sent_href: String,
}

/// What the page says above its questions.
#[derive(Clone, Copy, Default)]
struct Says {
    more: bool,
    may: bool,
}

/// GET /school/{school}/send
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    draft: Draft,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &school, ACT).await?;
    let Some(filling) = app.house.sending(&signed.actor, &school, &said(&draft.0)).await? else {
        return nothing(&signed, &school);
    };
    let sheet = sheet(&app, &signed, (&school, &filling), &draft.0);
    let typed = pack_form::typed(&filling.whole, &draft.0);
    sheet.keep().await?;
    show(&sheet, &typed, &[], Says::default()).await
}

/// POST /school/{school}/send
pub async fn send(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &school, ACT).await?;
    let Some(filling) = app.house.sending(&signed.actor, &school, &said(&posted)).await? else {
        return nothing(&signed, &school);
    };
    let sheet = sheet(&app, &signed, (&school, &filling), &posted);
    match sheet.next() {
        Next::Again(typed) => show(&sheet, &typed, &[], Says::default()).await,
        Next::Find { field: (name, label), register, searched } => {
            let frame = frame_of(&school, &label, &signed, SEND);
            sheet.find(frame, ((&name, &label), &register, searched)).await
        }
        Next::Keep => {
            sheet.keep().await?;
            Ok(told(&app, &urls::sent(&school.slug), "Kept for a day: open the same form again to go on."))
        }
        Next::Send(typed) => answered(&sheet, &typed).await,
    }
}

fn nothing(signed: &Signed, school: &School) -> Result<Response, Error> {
    let frame = frame_of(school, "Send something", signed, SEND);
    Ok(axum::response::Html(NothingPage { frame, sent_href: urls::sent(&school.slug) }.render()?).into_response())
}

fn said(posted: &Posted) -> Said {
    let word = |name: &str| posted.word(&format!("f-{name}"));
    Said { class: word("class"), matter: word("matter"), to: word("to"), way: word("way") }
}

fn sheet<'a>(
    app: &'a App,
    signed: &'a Signed,
    (school, filling): (&'a School, &'a Filling),
    posted: &'a Posted,
) -> Sheet<'a> {
    Sheet { app, signed, school, filling, posted, takes_files: false, here: urls::send(&school.slug), act: ACT }
}

async fn answered(sheet: &Sheet<'_>, typed: &Typed) -> Result<Response, Error> {
    let mut wrong = blanks(sheet.filling, typed);
    let Some((answers, unread)) = sheet.read(typed) else {
        let more = wrong.is_empty();
        return show(sheet, typed, &wrong, Says { more, may: false }).await;
    };
    wrong.extend(unread);
    if !wrong.is_empty() {
        return show(sheet, typed, &wrong, Says::default()).await;
    }
    let sending = asked(sheet, answers).await?;
    if let Sending::Sent(id) = sending {
        sheet.done().await?;
        return Ok(told(
            sheet.app,
            &urls::sent_item(&sheet.school.slug, id),
            "It may go like this, and is written down.",
        ));
    }
    let wrong: Vec<Wrong> = reasons(&sending).into_iter().rev().map(|why| (None, why)).collect();
    show(sheet, typed, &wrong, Says { more: false, may: sending == Sending::May }).await
}

/// Only asks, or writes it down, as the button says.
async fn asked(sheet: &Sheet<'_>, answers: Value) -> Result<Sending, Error> {
    let (house, actor) = (&sheet.app.house, &sheet.signed.actor);
    Ok(match sheet.posted.get("step") {
        "check" => house.may_send(actor, sheet.school, &answers).await?,
        _ => house.write_down_sent(actor, sheet.school, answers).await?,
    })
}

/// Questions that want an answer and have none.
fn blanks(filling: &Filling, typed: &Typed) -> Vec<Wrong> {
    let needed = filling.whole.asked.iter().map(|asked| &asked.field).filter(|field| field.required);
    let blank = needed.filter(|field| typed.get(&field.name).is_none_or(|text| text.trim().is_empty()));
    blank.map(|field| (Some(field.name.clone()), format!("Answer “{}”", field.label))).collect()
}

async fn show(sheet: &Sheet<'_>, typed: &Typed, wrong: &[Wrong], says: Says) -> Result<Response, Error> {
    let drawn = sheet.drawn(typed, wrong, None).await?;
    let slug = &sheet.school.slug;
    let page = SendPage {
        frame: frame_of(sheet.school, "Send something", sheet.signed, SEND).faulty(&drawn.form),
        action: sheet.here.clone(),
        more: says.more,
        may: says.may,
        form: drawn.form,
        items: drawn.items,
        advice: sheet.app.house.advice(sheet.school, &["parcel.send", ACT]).await?,
        shown: drawn.shown,
        sent_href: urls::sent(slug),
    };
    Ok(page.form.answer(page.render()?))
}
