//! Signing by a link that works once, without an account.

use super::page::{self, Done, Place, answers};
use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::Frame;
use crate::session::Visit;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::agreement::{SeenSign, Signing, sign_path};
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
}

/// GET /sign-by/{token}. A machine that opens the link changes nothing: the page asks for a press.
pub async fn page(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response, Error> {
    let Some((_, seen)) = look(&app, &token).await? else { return ended() };
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
    let Some((secret, seen)) = look(&app, &token).await? else { return ended() };
    let minutes = 2 * seen.shown.minutes() + 1;
    let idle = seen.at_kiosk.then_some(minutes);
    let at = Place { action: sign_path(&secret), csrf: visit.csrf(), idle };
    let answer = match posted.get("step") {
        "sign" => sign(&app, &at, (&seen, &posted)).await?,
        _ => Some(page::step(frame(&seen.shown.title, &seen), &at, (&seen.shown, &posted))?),
    };
    answer.map_or_else(ended, |answer| Ok(idle_at_kiosk(&seen, minutes, answer)))
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
            let done = Done { shown: &shown, now: &now, finish, copy: None };
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

fn ended() -> Result<Response, Error> {
    let page = EndedPage { frame: Frame::titled("This link has ended") };
    Ok((StatusCode::GONE, Html(page.render()?)).into_response())
}
