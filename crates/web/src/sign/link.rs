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
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::agreement::{SeenSign, Signing, sign_path};
use schoolkeeper_app::sign_in::secret::Secret;

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
    Ok(Html(page.render()?).into_response())
}

/// POST /sign-by/{token}
pub async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let Some((secret, seen)) = look(&app, &token).await? else { return ended() };
    let at = Place { action: sign_path(&secret), csrf: visit.csrf() };
    let title = seen.shown.title.clone();
    if posted.get("step") != "sign" {
        return page::step(frame(&title, &seen), &at, (&seen.shown, &posted));
    }
    match app.house.sign_by_link(&seen, &answers(&posted)).await? {
        None => ended(),
        Some(Signing::Mistakes(shown, mistakes)) => page::show(frame(&title, &seen), &at, (&shown, &posted, &mistakes)),
        Some(Signing::Refused(shown, why)) => {
            page::show(frame(&title, &seen), &at, (&shown, &posted, &page::refused(&why)))
        }
        Some(Signing::Done(shown, now)) => {
            let finish = seen.at_kiosk.then(|| ("Finish".to_owned(), urls::kiosk()));
            page::done(frame("Thank you", &seen), Done { shown: &shown, now: &now, finish, copy: None })
        }
    }
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
