//! An invitation: who, where, as what.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Draft, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use schoolkeeper_app::sign_in::NewLogin;
use schoolkeeper_core::role::BUILT_IN;

#[derive(Template)]
#[template(path = "login/invite.html")]
struct InvitePage {
    frame: Frame,
    form: Form,
    name: Field,
    email: Field,
    school: Field,
    role: Field,
}

/// GET /login/invite
pub async fn invite(State(app): State<App>, signed: Signed, draft: Draft) -> Result<Response, Error> {
    show(&app, &signed, &draft.0, &[]).await
}

/// POST /login/invite
pub async fn invited(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let schools = app.house.all_schools(&signed.actor).await?;
    let Some(school) = schools.into_iter().find(|school| school.slug == posted.get("school")) else {
        return show(&app, &signed, &posted, &[("school", "Choose a school.".to_owned())]).await;
    };
    let role = Some(posted.word("role")).filter(|role| BUILT_IN.iter().any(|(known, ..)| known == role));
    let new = NewLogin { name: posted.word("name"), email: posted.word("email"), role, school };
    let mistakes = new.mistakes();
    if !mistakes.is_empty() {
        return show(&app, &signed, &posted, &mistakes).await;
    }
    app.house.invite(&signed.actor, &new).await?;
    Ok(session::told(
        &app,
        &urls::logins(),
        "Invited. Their link works for 7 days; until mail is set up it waits under Outgoing mail.",
    ))
}

async fn show(
    app: &App,
    signed: &Signed,
    posted: &Posted,
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let schools = app.house.all_schools(&signed.actor).await?;
    let chosen = match &schools[..] {
        [only] => only.slug.clone(),
        _ => posted.word("school"),
    };
    let schools = schools.into_iter().map(|school| Choice::new(school.slug, school.title)).collect();
    let none = Choice::new("", "No role of its own: what the records say");
    let roles = std::iter::once(none).chain(BUILT_IN.iter().map(|(name, title, _)| Choice::new(*name, *title)));
    let text = |name, label: &str| Field::new(name, label).value(posted.word(name)).check(mistakes);
    let (name, email) = (text("name", "Their name"), text("email", "Their work email"));
    let school = Field::new("school", "School").choices(schools).value(chosen).check(mistakes);
    let role = Field::new("role", "Role").choices(roles.collect()).value(posted.word("role")).check(mistakes);
    let form = Form::of(signed.csrf(), &[&name, &email, &school, &role]);
    let frame = Frame::titled("Invite somebody").signed(signed).faulty(&form).back("Back to the list", urls::logins());
    let page = InvitePage { frame, form, name, email, school, role };
    Ok(page.form.answer(page.render()?))
}
