//! What a role is called here.

use super::framed;
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;

#[derive(Template)]
#[template(path = "role/name.html")]
struct NamePage {
    frame: Frame,
    form: Form,
    action: String,
    title: Field,
}

/// GET /school/{school}/roles/name/{role}
pub async fn name(
    State(app): State<App>,
    signed: Signed,
    Path((school, role)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let posts = app.house.posts_of(&signed.actor, &school).await?;
    posts.roles.get(&role).ok_or(Error::Missing)?;
    page(&signed, &school, &role, (posts.title(&role), None))
}

/// POST /school/{school}/roles/name/{role}
pub async fn named(
    State(app): State<App>,
    signed: Signed,
    Path((school, role)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let posts = app.house.posts_of(&signed.actor, &school).await?;
    posts.roles.get(&role).ok_or(Error::Missing)?;
    let title = posted.word("title");
    match app.house.name_role(&signed.actor, &school, (&role, &title)).await {
        Ok(()) => Ok(told(&app, &urls::roles(&school.slug), "The role has a new name.")),
        Err(schoolkeeper_app::Error::Refused(why)) => page(&signed, &school, &role, (title, Some(why))),
        Err(other) => Err(other.into()),
    }
}

fn page(
    signed: &Signed,
    school: &School,
    role: &str,
    (value, error): (String, Option<String>),
) -> Result<Response, Error> {
    let hint = "In every school of the organisation. Leave it empty to go back to the policy's word.";
    let title =
        Field { heading: true, error, ..Field::new("title", "What is this role called here?").hint(hint).value(value) };
    let form = Form::of(signed.csrf(), &[&title]);
    let back = Link { text: "Roles".to_owned(), href: urls::roles(&school.slug) };
    let frame = Frame { back: Some(back), ..framed("What a role is called", school, signed) }.faulty(&form);
    let page = NamePage { frame, action: urls::name_role(&school.slug, role), title, form };
    Ok(page.form.answer(page.render()?))
}
