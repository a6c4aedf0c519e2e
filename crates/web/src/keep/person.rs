//! One person: what there is about them, handing it out, erasing it in a second step. Names never stand in addresses.

use super::{chosen, refusal, school_field};
use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use schoolkeeper_app::keep::Everything;

#[derive(Template)]
#[template(path = "keep/find.html")]
struct FindPage {
    frame: Frame,
    form: Form,
    school: Field,
    person: Field,
}

#[derive(Template)]
#[template(path = "keep/person.html")]
struct PersonPage {
    frame: Frame,
    form: Form,
    known: Everything,
    school: String,
    reason: Field,
    confirm: Field,
}

/// GET /keep/person
pub async fn form(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    ask(&app, &signed, &Posted::default(), &[]).await
}

/// POST /keep/person: the preview.
pub async fn find(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let all = app.house.all_schools(&signed.actor).await?;
    let school = chosen(&all, &posted)?;
    match app.house.everything(&signed.actor, school, posted.get("person").trim()).await {
        Ok(known) => preview(&signed, known, &school.slug, (&Posted::default(), &[])),
        Err(error) => ask(&app, &signed, &posted, &[("person", refusal(error)?)]).await,
    }
}

/// POST /keep/person/erase: the second step.
pub async fn erase(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let all = app.house.all_schools(&signed.actor).await?;
    let school = chosen(&all, &posted)?;
    let person = posted.get("person");
    let known = match app.house.everything(&signed.actor, school, person).await {
        Ok(known) => known,
        Err(error) => return ask(&app, &signed, &posted, &[("person", refusal(error)?)]).await,
    };
    if posted.word("confirm").to_lowercase() != known.name.to_lowercase() {
        let why = "Type the name as it stands above".to_owned();
        return preview(&signed, known, &school.slug, (&posted, &[("confirm", why)]));
    }
    match app.house.erase_person(&signed.actor, school, (person, posted.get("code")), posted.get("reason")).await {
        Ok(gone) => {
            let said = format!("{gone} record{} erased. The proof stands below.", if gone == 1 { "" } else { "s" });
            Ok(session::told(&app, &urls::keep_proofs(""), &said))
        }
        Err(error) => {
            let why = refusal(error)?;
            let field = if why.contains("reason") { "reason" } else { "confirm" };
            // As it is now, so that what changed is seen.
            let known = app.house.everything(&signed.actor, school, person).await?;
            preview(&signed, known, &school.slug, (&posted, &[(field, why)]))
        }
    }
}

/// POST /keep/person/export
pub async fn export(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let all = app.house.all_schools(&signed.actor).await?;
    match app.house.export_person(&signed.actor, chosen(&all, &posted)?, posted.get("person")).await {
        Ok(zip) => Ok(download::file("everything-about-one-person.zip", "application/zip", zip)),
        Err(error) => ask(&app, &signed, &posted, &[("person", refusal(error)?)]).await,
    }
}

async fn ask(
    app: &App,
    signed: &Signed,
    posted: &Posted,
    faults: &[(&'static str, String)],
) -> Result<Response, Error> {
    let school = school_field(&app.house.all_schools(&signed.actor).await?, posted);
    let person = Field::new("person", "Who").hint("Name, e-mail or id as in the records.");
    let person = person.value(posted.get("person")).check(faults);
    let form = Form::of(signed.csrf(), &[&person]);
    let frame = Frame::titled("Everything about one person")
        .signed(signed)
        .faulty(&form)
        .back("Keeping and erasing", urls::keep("", 1));
    let page = FindPage { frame, form, school, person };
    Ok(page.form.answer(page.render()?))
}

fn preview(
    signed: &Signed,
    known: Everything,
    school: &str,
    (posted, faults): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let reason = Field::new("reason", "Why").hint("It stays on file for ever, so it must not name the person.");
    let reason = reason.value(posted.get("reason")).check(faults);
    let confirm = Field::new("confirm", format!("Type “{}” to confirm", known.name)).check(faults);
    let form = Form::of(signed.csrf(), &[&reason, &confirm]);
    let frame = Frame::titled("Everything about one person").signed(signed).faulty(&form);
    let frame = frame.back("Back", urls::keep_person());
    let page = PersonPage { frame, form, known, school: school.to_owned(), reason, confirm };
    Ok(page.form.answer(page.render()?))
}
