//! Choosing how long a kind of record is kept, everywhere or at one school.

use super::{may, refusal};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::keep::KindLine;
use schoolkeeper_core::actor::Narrowing;

#[derive(Template)]
#[template(path = "keep/period.html")]
struct PeriodPage {
    frame: Frame,
    form: Form,
    action: String,
    kind: KindLine,
    school: Field,
    span: Field,
    reason: Field,
}

/// The value of the choice that means every school.
const EVERYWHERE: &str = "-";

/// A log belongs to the whole organisation, so only somebody for all of it chooses its time.
pub(super) fn may_set(signed: &Signed, what: &str) -> bool {
    may(signed, "keep.set") && (!what.starts_with("log:") || everywhere(signed))
}

fn everywhere(signed: &Signed) -> bool {
    signed.actor.scope("keep.set", &Narrowing::default()).is_ok_and(|scope| scope.reaches_all())
}

/// GET /keep/period/{what}
pub async fn form(State(app): State<App>, signed: Signed, Path(what): Path<String>) -> Result<Response, Error> {
    show(&app, &signed, &what, &Posted::default(), &[]).await
}

/// POST /keep/period/{what}
pub async fn set(
    State(app): State<App>,
    signed: Signed,
    Path(what): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let schools = app.house.all_schools(&signed.actor).await?;
    let slug = posted.get("school");
    let school = schools.iter().find(|school| school.slug == slug);
    let known = school.is_some() || (slug == EVERYWHERE && everywhere(&signed));
    if !known && !slug.is_empty() {
        return Err(Error::Missing);
    }
    if !known {
        return show(&app, &signed, &what, &posted, &[("school", "Choose where it holds".to_owned())]).await;
    }
    let (span, reason) = (posted.word("span"), posted.word("reason"));
    let rule = (!span.is_empty()).then_some((span.as_str(), reason.as_str()));
    match app.house.set_keep(&signed.actor, school, &what, rule).await {
        Ok(()) => Ok(session::told(&app, &urls::keep(&what, 1), "The time is set. It counts from tonight.")),
        Err(error) => {
            let why = refusal(error)?;
            let field = if why.contains("reason") { "reason" } else { "span" };
            show(&app, &signed, &what, &posted, &[(field, why)]).await
        }
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    what: &str,
    posted: &Posted,
    faults: &[(&'static str, String)],
) -> Result<Response, Error> {
    let kinds = app.house.keep_page(&signed.actor, "", None).await?.kinds;
    let kind =
        kinds.into_iter().find(|kind| kind.what == what).filter(|_| may_set(signed, what)).ok_or(Error::Missing)?;
    let mut choices = Vec::new();
    choices.extend(everywhere(signed).then(|| Choice::new(EVERYWHERE, "Every school")));
    if !what.starts_with("log:") {
        let schools = app.house.all_schools(&signed.actor).await?;
        choices.extend(schools.iter().map(|school| Choice::new(school.slug.clone(), school.title.clone())));
    }
    let school = Field::new("school", "Where").choices(choices).value(posted.get("school")).check(faults);
    let span = Field::new("span", "How long").hint("For example 8 years. Leave it empty to go back to the usual time.");
    let reason = Field::new("reason", "Why").hint("Name the law or the retention schedule it follows.");
    let span = span.value(posted.get("span")).check(faults);
    let reason = reason.value(posted.get("reason")).check(faults);
    let form = Form::of(signed.csrf(), &[&school, &span, &reason]);
    let frame = Frame::titled(&format!("{}: how long", kind.title)).signed(signed).faulty(&form);
    let frame = frame.back("Keeping and erasing", urls::keep("", 1));
    let page = PeriodPage { frame, form, action: urls::keep_period(what), kind, school, span, reason };
    Ok(page.form.answer(page.render()?))
}
