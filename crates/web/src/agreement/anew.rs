//! Signing anew: which agreements everybody signs again, under which name.

use super::frame;
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted, refusal};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::agreement::{AgreementLine, Anew, ForAnew};

const PUBLISH: &str = "agreement.publish";

#[derive(Template)]
#[template(path = "agreement/anew.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    list_href: String,
    which: Field,
    version: Field,
    numbers: Vec<(String, i64)>,
    published: Option<String>,
    refused: Vec<(String, String)>,
}

/// GET /school/{school}/agreements/anew
pub async fn ask(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let all = app.house.to_sign_anew(&signed.actor, &school).await?;
    show(&signed, &school, &all, (None, &Anew::default()))
}

/// POST /school/{school}/agreements/anew
pub async fn publish(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, PUBLISH).await?;
    let all = app.house.to_sign_anew(&signed.actor, &school).await?;
    let chosen = chosen(&all.0, &posted);
    let version = posted.word("version");
    if chosen.is_empty() || version.is_empty() {
        return show(&signed, &school, &all, (Some(&posted), &Anew::default()));
    }
    let done = app.house.sign_anew((&signed.actor, &school), chosen, &version).await?;
    if done.refused.is_empty() {
        return Ok(told(&app, &urls::agreements(&slug), &words(&done)));
    }
    // What is published now is not offered as chosen again.
    let all = app.house.to_sign_anew(&signed.actor, &school).await?;
    let mut left = vec![("version".to_owned(), version)];
    left.extend(done.refused.iter().map(|(line, _)| ("which".to_owned(), key(line))));
    show(&signed, &school, &all, (Some(&Posted::new(left)), &done))
}

/// The agreements that are ticked, each with the wording that was looked at.
fn chosen(all: &[ForAnew], posted: &Posted) -> Vec<(AgreementLine, i64)> {
    let named = posted.all("which");
    let ticked = all.iter().filter(|one| named.contains(&&*key(&one.line)));
    let looked = |one: &ForAnew| posted.get(&format!("number-{}", key(&one.line))).parse().unwrap_or(-1);
    ticked.map(|one| (one.line.clone(), looked(one))).collect()
}

fn show(
    signed: &Signed,
    school: &School,
    (all, next): &(Vec<ForAnew>, String),
    (posted, done): (Option<&Posted>, &Anew),
) -> Result<Response, Error> {
    let named = posted.map_or_else(Vec::new, |posted| posted.all("which"));
    let choice = |one: &ForAnew| Choice {
        hint: Some(hint(one)),
        chosen: named.contains(&&*key(&one.line)),
        ..Choice::new(key(&one.line), one.line.title.clone())
    };
    let mut which = Field::new("which", "Which are signed anew?").choices(all.iter().map(choice).collect());
    let mut version = Field::new("version", "What is the new version called?").value(next.clone());
    if let Some(posted) = posted {
        version.value = posted.word("version");
        which.error = named.is_empty().then(|| "Choose at least one".to_owned());
        version.error = version.value.is_empty().then(|| "Give it a name, as in: 2026-27".to_owned());
    }
    let form = Form::of(signed.csrf(), &[&which, &version]);
    let page = Page {
        frame: frame("Sign anew", school, signed).back("Agreements", urls::agreements(&school.slug)).faulty(&form),
        action: urls::sign_anew(&school.slug),
        list_href: urls::agreements(&school.slug),
        numbers: all.iter().map(|one| (key(&one.line), one.number)).collect(),
        published: (!done.published.is_empty()).then(|| words(done)),
        refused: done.refused.iter().map(|(line, why)| (line.title.clone(), refusal(why))).collect(),
        which,
        version,
        form,
    };
    Ok(page.form.answer(page.render()?))
}

/// `Version 2025-26 is signed by 46 of 48`
fn hint(one: &ForAnew) -> String {
    let line = &one.line;
    let now = match &line.version {
        Some((version, _)) => format!("Version {version} is signed by {} of {}", line.signed, line.asked()),
        None => format!("{} are to sign it. It was never published", line.asked()),
    };
    let changed = one.changed.then_some(". Its words have changed since");
    let awaited = one.awaited.then_some(". Its approval is awaited");
    [Some(&*now), changed, awaited].into_iter().flatten().collect()
}

/// `Published: Acceptable use (46 to sign), Rules for visitors (3 to sign). Everybody is asked on their own page`
fn words(done: &Anew) -> String {
    let all: Vec<String> = done.published.iter().map(|(title, asked)| format!("{title} ({asked} to sign)")).collect();
    format!("Published: {}. Everybody is asked on their own page", all.join(", "))
}

fn key(line: &AgreementLine) -> String {
    format!("{}/{}", line.pack, line.control)
}
