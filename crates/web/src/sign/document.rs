//! A document that is opened before something is signed: its files, where it is found, and the way back.

use super::page::Place;
use crate::attachment::handed_out;
use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::Frame;
use crate::session::Signed;
use crate::{App, attachment, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::agreement::{ReadWith, ToSign};
use schoolkeeper_app::sign_in::secret::Secret;
use schoolkeeper_core::id::Name;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "sign/document.html")]
struct DocumentPage {
    frame: Frame,
    form: Form,
    action: String,
    document: ReadWith,
    files: Vec<File>,
    read: Option<String>,
    hidden: Vec<(String, String)>,
}

struct File {
    name: String,
    href: String,
    about: String,
}

/// The document somebody pressed *Open* at; `None` when they come back from one.
pub(super) async fn opened(
    app: &App,
    frame: Frame,
    at: &Place,
    (shown, posted): (&ToSign, &Posted),
) -> Result<Option<Response>, Error> {
    let key = posted.get("open");
    let Some(document) = shown.documents.iter().find(|document| document.key == key) else { return Ok(None) };
    let readable = app.house.readable(shown, document).await?;
    let carried = posted.fields().iter().filter(|(name, _)| carries(name));
    let mut hidden: Vec<(String, String)> = carried.cloned().collect();
    hidden.push(("opened".to_owned(), document.key.clone()));
    let file = |file: &schoolkeeper_app::attachment::Attachment| File {
        name: file.name.clone(),
        href: at.file(&document.key, file.id),
        about: format!("{}, {}", file.kind.title(), attachment::size(file.size)),
    };
    let slug = &shown.school.slug;
    let page_of = |pack: &Name| match (readable.published, at.inside) {
        (true, _) => Some(urls::published(slug, pack)),
        (false, true) => Some(urls::read_whole(slug, pack)),
        (false, false) => None,
    };
    let page = DocumentPage {
        frame,
        form: Form::of(at.csrf.clone(), &[]),
        action: at.action.clone(),
        files: readable.files.iter().map(file).collect(),
        read: document.policy.as_ref().and_then(page_of),
        document: document.clone(),
        hidden,
    };
    Ok(Some(Html(page.render()?).into_response()))
}

/// Fields that go along from page to page.
fn carries(name: &str) -> bool {
    name == "opened" || name == "agreed" || name.starts_with("answer-") || name.starts_with("version-")
}

/// GET /school/{school}/sign/{pack}/{control}/document/{document}/{attachment}
pub async fn file(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control, document, file)): Path<(String, String, String, String, String)>,
    Query(asked): Query<super::Asked>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, super::SIGN).await?;
    let shown = app.house.to_sign(&signed.actor, &school, ((&pack, &control), asked.entry()?)).await?;
    answer(&app, &shown, (&document, &file)).await
}

/// GET /sign-by/{token}/document/{document}/{attachment}
pub async fn file_by_link(
    State(app): State<App>,
    Path((token, document, file)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let secret = Secret::read(&token).ok_or(Error::Missing)?;
    let seen = app.house.look_at_sign_link(&secret).await?.ok_or(Error::Missing)?;
    answer(&app, &seen.shown, (&document, &file)).await
}

async fn answer(app: &App, shown: &ToSign, (document, file): (&str, &str)) -> Result<Response, Error> {
    let file = Uuid::parse_str(file).map_err(|_| Error::Missing)?;
    let (file, content) = app.house.read_with_file(shown, (document, file)).await?;
    Ok(handed_out(&file, content))
}
