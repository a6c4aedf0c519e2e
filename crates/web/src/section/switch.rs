//! A policy that runs as a whole goes by sections from now on.

use crate::error::Error;
use crate::form::{Form, Posted};
use crate::frame::{Frame, Here};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::Standpoint;

#[derive(Template)]
#[template(path = "section/switch.html")]
struct SwitchPage {
    frame: Frame,
    form: Form,
    done: bool,
    open: Vec<String>,
    action: String,
}

/// GET /school/{school}/policy/{pack}/by-section
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&signed, &at)
}

/// POST /school/{school}/policy/{pack}/by-section
pub async fn switch(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    if posted.get("step") != "switch" || !at.sections.is_empty() {
        return show(&signed, &at);
    }
    let count = app.house.switch_to_sections(&signed.actor, &at).await?;
    Ok(told(&app, &urls::policy(&school, &pack), &format!("It goes by sections: {count} count as started")))
}

fn show(signed: &Signed, at: &Standpoint) -> Result<Response, Error> {
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let page = SwitchPage {
        frame: Frame::of_policy("Go by sections", at.named(), pack, Here::Policy)
            .signed(signed)
            .back("Back to the policy", urls::policy(slug, pack)),
        form: Form::of(signed.csrf(), &[]),
        done: !at.sections.is_empty(),
        open: at.causes().into_iter().map(|cause| cause.title).collect(),
        action: urls::by_section(slug, pack),
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}
