//! Looking at a certificate somebody handed in: it counts, or it goes back with a reason.

use super::LIST;
use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::role::{date_of, parts, typed};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::act::Acted;
use schoolkeeper_app::training::{Certificate, Verdict};
use schoolkeeper_app::{School, dates};

#[derive(Template)]
#[template(path = "training/certificate.html")]
struct CertificatePage {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    rows: Vec<(&'static str, String)>,
    file_href: String,
    open: bool,
    verdict: Field,
    until: Field,
    reason: Field,
}

/// GET /school/{school}/training/certificate/{certificate}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "training.decide").await?;
    let one = app.house.certificate(&signed.actor, &school, crate::request::entry_id(&id)?).await?;
    show(&signed, &school, (&one, &Posted::default()), &[])
}

/// POST /school/{school}/training/certificate/{certificate}
pub async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "training.decide").await?;
    let one = app.house.certificate(&signed.actor, &school, crate::request::entry_id(&id)?).await?;
    let verdict = match verdict(&posted) {
        Ok(verdict) => verdict,
        Err(mistake) => return show(&signed, &school, (&one, &posted), &[mistake]),
    };
    match app.house.decide_certificate(&signed.actor, &school, (one.id, &verdict)).await? {
        Acted::Refused(why) => show(&signed, &school, (&one, &posted), &[("verdict", sentences(&why))]),
        Acted::Done(_) => {
            let words = match verdict {
                Verdict::Counts(_) => format!("It counts: {}, {}.", one.course, one.name),
                Verdict::Returned(_) => format!("It went back to {}.", one.name),
            };
            Ok(told(&app, &urls::mine(), &words))
        }
    }
}

fn verdict(posted: &Posted) -> Result<Verdict, (&'static str, String)> {
    match posted.get("verdict") {
        "counts" => date_of(posted, "until").map(Verdict::Counts).map_err(|why| ("until", why)),
        "back" if posted.word("reason").is_empty() => Err(("reason", "Say what is missing".to_owned())),
        "back" => Ok(Verdict::Returned(posted.word("reason"))),
        _ => Err(("verdict", "Choose whether it counts".to_owned())),
    }
}

fn show(
    signed: &Signed,
    school: &School,
    (one, posted): (&Certificate, &Posted),
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let slug = &*school.slug;
    let choices = vec![Choice::new("counts", "It counts"), Choice::new("back", "It goes back")];
    let verdict = Field::new("verdict", "Does it count?").choices(choices).value(posted.get("verdict")).check(mistakes);
    let filled = if posted.get("verdict").is_empty() { parts(one.until) } else { typed(posted, "until") };
    let until = Field::new("until", "Until when?").hint("Leave it empty when it counts for ever");
    let until = until.value(filled).check(mistakes);
    let reason = Field::new("reason", "If it goes back, why?").value(posted.get("reason")).check(mistakes);
    let form = Form::of(signed.csrf(), &[&verdict, &until, &reason]);
    let title = format!("Certificate: {}", one.course);
    let page = CertificatePage {
        frame: frame_of(school, &title, signed, LIST).back("My page", urls::mine()).faulty(&form),
        form,
        action: urls::training_certificate(slug, one.id),
        rows: rows(one),
        file_href: urls::entry(slug, "training-certificate", one.id),
        open: one.decided.is_none() && one.person != signed.actor.person,
        title,
        verdict,
        until,
        reason,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn rows(one: &Certificate) -> Vec<(&'static str, String)> {
    let mut rows = vec![("Whose", one.name.clone()), ("Course", one.course.clone())];
    rows.extend(one.on.map(|day| ("Completed", dates::long(day))));
    rows.extend(one.until.map(|day| ("Valid until", dates::long(day))));
    rows.extend(one.issuer.clone().map(|issuer| ("Given by", issuer)));
    rows.extend(one.handed_in_on.map(|day| ("Handed in", dates::long(day))));
    rows.extend(one.decided.map(|(day, counts)| {
        ("Looked at", format!("{}: {}", dates::long(day), if counts { "it counts" } else { "it went back" }))
    }));
    rows.extend(one.reason.clone().map(|reason| ("Why it went back", reason)));
    rows
}
