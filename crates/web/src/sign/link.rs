//! Signing by a link that works once, without an account.

use super::page::{self, Copies, Done, Place, answers};
use super::{CopyForm, document};
use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::Frame;
use crate::proof::square;
use crate::session::Visit;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::agreement::{SeenSign, SignedNow, Signing, copy_path, sign_path};
use schoolkeeper_app::sign_in::secret::Secret;

/// Minutes a page with a name and nothing to read stays at the device.
const START_MINUTES: usize = 1;

#[derive(Template)]
#[template(path = "sign/start.html")]
struct StartPage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    school: String,
    name: String,
    minutes: usize,
    kiosk: bool,
}

#[derive(Template)]
#[template(path = "sign/ended.html")]
struct EndedPage {
    frame: Frame,
    copy: Option<Copies>,
}

/// GET /sign-by/{token}. A machine that opens the link changes nothing: the page asks for a press.
pub async fn page(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response, Error> {
    let Some((_, seen)) = look(&app, &token).await? else { return ended(&app, &token).await };
    if !seen.begins {
        return Ok(Redirect::to(&urls::kiosk()).into_response());
    }
    let shown = &seen.shown;
    let page = StartPage {
        frame: frame(&shown.title, &seen).visit(&visit),
        form: Form::of(visit.csrf(), &[]),
        action: format!("/sign-by/{token}"),
        title: shown.title.clone(),
        school: shown.school.title.clone(),
        name: shown.name.clone(),
        minutes: shown.minutes(),
        kiosk: seen.at_kiosk,
    };
    Ok(idle_at_kiosk(&seen, START_MINUTES, Html(page.render()?).into_response()))
}

/// POST /sign-by/{token}
pub async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let Some((secret, seen)) = look(&app, &token).await? else { return ended(&app, &token).await };
    let minutes = 2 * seen.shown.minutes() + 1;
    let idle = seen.at_kiosk.then_some(minutes);
    let at = Place { action: sign_path(&secret), csrf: visit.csrf(), idle, inside: false };
    let answer = match posted.get("step") {
        "sign" => sign(&app, &at, (&seen, &posted)).await?,
        _ => Some(step(&app, &at, (&seen, &posted)).await?),
    };
    match answer {
        Some(answer) => Ok(idle_at_kiosk(&seen, minutes, answer)),
        None => ended(&app, &token).await,
    }
}

/// On the way: a document is opened, or somebody comes back from one.
async fn step(app: &App, at: &Place, (seen, posted): (&SeenSign, &Posted)) -> Result<Response, Error> {
    let (shown, frame) = (&seen.shown, || frame(&seen.shown.title, seen));
    match document::opened(app, frame(), at, (shown, posted)).await? {
        Some(document) => Ok(document),
        None => page::show(frame(), at, (shown, posted, &[])),
    }
}

/// GET /sign-by/{token}/copy
pub async fn copy(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(form): Query<CopyForm>,
) -> Result<Response, Error> {
    let secret = Secret::read(&token).ok_or(Error::Missing)?;
    let copy = app.house.copy_by_link(&secret).await?.ok_or(Error::Missing)?;
    form.answer(&app, copy).await
}

/// The copy for whoever has just signed: by the link they came by; at the device in reception by one for their own
/// telephone.
async fn copies(app: &App, (seen, now): (&SeenSign, &SignedNow), at: &Place) -> Result<Copies, Error> {
    if !seen.at_kiosk {
        return Ok(Copies::at(app, format!("{}/copy", at.action)));
    }
    let address = app.house.base_url().to(&copy_path(&app.house.copy_link(seen, now).await?));
    let square = square(&address, "The address of your copy as a QR code")?;
    Ok(Copies { square: Some(square), ..Copies::at(app, address) })
}

/// Signs; nothing when the link was used meanwhile.
async fn sign(app: &App, at: &Place, (seen, posted): (&SeenSign, &Posted)) -> Result<Option<Response>, Error> {
    let title = &*seen.shown.title;
    let answer = match app.house.sign_by_link(seen, &answers(posted)).await? {
        None => return Ok(None),
        Some(Signing::Mistakes(shown, mistakes)) => page::show(frame(title, seen), at, (&shown, posted, &mistakes))?,
        Some(Signing::Refused(shown, why)) => {
            page::show(frame(title, seen), at, (&shown, posted, &page::refused(&why)))?
        }
        Some(Signing::Done(shown, now)) => {
            let finish = seen.at_kiosk.then(|| ("Finish".to_owned(), urls::kiosk()));
            let copy = Some(copies(app, (seen, &now), at).await?);
            let done = Done { shown: &shown, now: &now, finish, copy };
            idle_at_kiosk(seen, START_MINUTES, page::done(frame("Thank you", seen), done)?)
        }
    };
    Ok(Some(answer))
}

/// At the device in reception a page nobody presses anything on gives way to its first one.
fn idle_at_kiosk(seen: &SeenSign, minutes: usize, answer: Response) -> Response {
    if seen.at_kiosk { super::idle(answer, minutes) } else { answer }
}

async fn look(app: &App, token: &str) -> Result<Option<(Secret, SeenSign)>, Error> {
    let Some(secret) = Secret::read(token) else { return Ok(None) };
    Ok(app.house.look_at_sign_link(&secret).await?.map(|seen| (secret, seen)))
}

/// A narrow page of the school: no menu, whoever is signed in at this browser.
fn frame(title: &str, seen: &SeenSign) -> Frame {
    let school = &seen.shown.school.title;
    Frame { school: Some(school.clone()), ..Frame::titled(&format!("{title} – {school}")) }
}

async fn ended(app: &App, token: &str) -> Result<Response, Error> {
    let copy = match Secret::read(token) {
        Some(secret) => app.house.copy_by_link(&secret).await?.map(|_| Copies::at(app, copy_path(&secret))),
        None => None,
    };
    let page = EndedPage { frame: Frame::titled("This link has ended"), copy };
    Ok((StatusCode::GONE, Html(page.render()?)).into_response())
}
