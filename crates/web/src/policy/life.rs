//! The life of a policy: its review, its approval, its versions, the documents beside it.

use super::reading::frame;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::role::{date_of, typed};
use crate::session::{Signed, told};
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use schoolkeeper_app::life::{Approval, Document, Life, REGISTER};
use schoolkeeper_app::policy_page::Found;
use schoolkeeper_app::version::VersionLine;
use schoolkeeper_app::{Standpoint, dates};

#[derive(Template)]
#[template(path = "policy/life.html")]
struct LifePage {
    frame: Frame,
    policy: String,
    facts: Vec<(&'static str, String)>,
    late: Option<String>,
    outgrown: Option<String>,
    record: Option<Link>,
    files: Vec<String>,
    approve: Option<String>,
    page: Option<Link>,
    publish: Option<String>,
    versions: Vec<Row>,
    beside: Vec<Beside>,
    links: Vec<Link>,
}

struct Row {
    line: VersionLine,
    /// What changed from the one before it, and from it to today.
    changed: Option<Link>,
    since: Option<Link>,
}

struct Beside {
    name: String,
    href: Option<String>,
    says: String,
}

#[derive(Template)]
#[template(path = "policy/approve.html")]
struct ApprovePage {
    frame: Frame,
    form: Form,
    policy: String,
    body: Field,
    on: Field,
    minute: Field,
    review_on: Field,
    action: String,
}

/// GET /school/{school}/policy/{pack}/life
pub async fn life(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let life = app.house.life(&signed.actor, &at).await?;
    let versions = app.house.versions(&signed.actor, &at).await?;
    let page = app.house.policy_page(&signed.actor, &at).await?;
    let document = life.document.as_ref();
    let record = document.and_then(|known| known.entry.as_ref());
    let link = |text: &str, href| Link { text: text.to_owned(), href };
    let mut links = vec![link("Read the policy", urls::read(&school, &pack))];
    if crate::manage::opens(&signed, "/school/{school}/editions") {
        links.push(link("Write your own version of this policy", urls::editions(&school)));
    }
    let shown = LifePage {
        frame: frame(&at, "The life of this policy")
            .signed(&signed)
            .back("Back to the contents", urls::read(&school, &pack)),
        policy: at.pack.pack.head.title.clone(),
        facts: facts(&at, &life, page.as_ref().map(|(page, who)| (page.found, page.since_at, who.as_str()))),
        late: life.review.filter(|(_, days)| *days < 0).map(|(day, _)| dates::long(day)),
        outgrown: document.filter(|_| life.outgrown).and_then(|known| known.version.clone()),
        record: record.map(|(place, id)| link("The record of this policy", urls::entry(place, REGISTER, *id))),
        files: document.map_or_else(Vec::new, |known| known.files.clone()),
        approve: life.may_approve.then(|| urls::approve(&school, &pack)),
        page: page.is_some().then(|| link("The page anybody may read", urls::published(&school, &pack))),
        publish: crate::manage::opens(&signed, "/school/{school}/policy/{pack}/publish")
            .then(|| urls::publish(&school, &pack)),
        versions: rows(&at, versions),
        beside: life.beside.into_iter().map(beside).collect(),
        links,
    };
    Ok(Html(shown.render()?))
}

/// GET /school/{school}/policy/{pack}/approve
pub async fn ask_approval(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show_approval(&signed, &at, (&Posted::default(), &[]))
}

/// POST /school/{school}/policy/{pack}/approve
pub async fn approve(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let mut mistakes = Vec::new();
    let mut day = |name: &'static str| {
        date_of(&posted, name).unwrap_or_else(|why| {
            mistakes.push((name, why));
            None
        })
    };
    let (on, review_on) = (day("on"), day("review_on"));
    if !mistakes.is_empty() {
        return show_approval(&signed, &at, (&posted, &mistakes));
    }
    let new = Approval { body: posted.word("body"), minute: posted.word("minute"), on, review_on };
    match app.house.approve_policy(&signed.actor, &at, &new).await {
        Ok(Ok(entry)) => {
            let to = urls::entry_act(&school, REGISTER, (entry, "attachment"));
            Ok(told(&app, &to, "The approval is on record. Now add the minute as a file"))
        }
        Ok(Err(mistakes)) => show_approval(&signed, &at, (&posted, &mistakes)),
        Err(schoolkeeper_app::Error::Refused(why)) => show_approval(&signed, &at, (&posted, &[("body", why)])),
        Err(error) => Err(error.into()),
    }
}

fn show_approval(
    signed: &Signed,
    at: &Standpoint,
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let field = |name: &'static str, label: &str, hint: &str| {
        Field::new(name, label).hint(hint).value(posted.word(name)).check(mistakes)
    };
    let day = |name: &'static str, label: &str, hint: &str| {
        Field::new(name, label).hint(hint).value(typed(posted, name)).check(mistakes)
    };
    let body = field("body", "Who approved it?", "As in: Governing body, Trust board. No names of people");
    let on = day("on", "On which day?", "For example 12 11 2026");
    let minute = field("minute", "Where does it stand in the minutes?", "As in: meeting of 12 November, item 7");
    let review_on = day(
        "review_on",
        "By when is it looked at again? (optional)",
        "Without a day it is as long after the approval as the policy itself says",
    );
    let form = Form::of(signed.csrf(), &[&body, &on, &minute, &review_on]);
    let (school, pack) = (&at.school.slug, at.pack_id());
    let head = &at.pack.pack.head;
    let page = ApprovePage {
        frame: frame(at, "Put an approval on record")
            .signed(signed)
            .back("Back to the life of this policy", urls::life(school, pack))
            .faulty(&form),
        policy: format!("{}, version {}", head.title, head.version),
        action: urls::approve(school, pack),
        form,
        body,
        on,
        minute,
        review_on,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// What is known of it, in the order in which people ask.
fn facts(at: &Standpoint, life: &Life, page: Option<(Found, jiff::Timestamp, &str)>) -> Vec<(&'static str, String)> {
    let head = &at.pack.pack.head;
    let none = Document::default();
    let known = life.document.as_ref().unwrap_or(&none);
    let by = life.owners.join(", ");
    let mut out = vec![("Version in force", head.version.clone())];
    out.push(("Answers for it", if by.is_empty() { "Nobody is named".to_owned() } else { by }));
    out.extend(known.owner.clone().map(|owner| ("Written and kept by", owner)));
    out.push(("Approved", approved(known)));
    out.extend(known.reviewed_on.map(|day| ("Last reviewed", dates::long(day))));
    out.push(("Next review", next_review(life.review, head.review.map(|every| every.to_string()))));
    let says = match page {
        Some((found, since, who)) => {
            let listed = if found == Found::Index { "may" } else { "may not" };
            let day = dates::long(at.calendar.day(since));
            format!("Anybody may read it since {day}, as {who} said. Search engines {listed} list it")
        }
        None => "Only people who sign in read it".to_owned(),
    };
    out.push(("Published", says));
    out.retain(|(_, text)| !text.is_empty());
    out
}

/// `Version 1.0 on 12 November 2026. Governing body: item 7`
pub(super) fn approved(known: &Document) -> String {
    let Some(day) = known.approved_on else { return "No approval is on record yet".to_owned() };
    let version = known.version.as_ref().map_or_else(String::new, |version| format!("Version {version} on "));
    let minute = known.minute.as_ref().map_or_else(String::new, |minute| format!(". {minute}"));
    format!("{version}{}{minute}", dates::long(day))
}

fn next_review(review: Option<(Date, i32)>, every: Option<String>) -> String {
    match (review, every) {
        (Some((day, days)), _) if days < 0 => format!("It was due on {}", dates::long(day)),
        (Some((day, 0)), _) => format!("Today, {}", dates::long(day)),
        (Some((day, 1)), _) => format!("Tomorrow, {}", dates::long(day)),
        (Some((day, days)), _) => format!("{}, in {days} days", dates::long(day)),
        (None, Some(every)) => {
            format!("Every {}, counted from its approval", every.strip_prefix("1 ").unwrap_or(&every))
        }
        (None, None) => "The policy does not say when it is looked at again".to_owned(),
    }
}

fn rows(at: &Standpoint, versions: Vec<VersionLine>) -> Vec<Row> {
    let (school, pack) = (&at.school.slug, at.pack_id());
    let before: Vec<Option<String>> =
        versions.iter().skip(1).map(|line| Some(line.key.clone())).chain([None]).collect();
    let row = |(at, (line, before)): (usize, (VersionLine, Option<String>))| Row {
        changed: before.map(|before| Link {
            text: "What it changed".to_owned(),
            href: urls::changed(school, pack, (&before, &line.key)),
        }),
        since: Some(at).filter(|at| *at > 0 || line.in_force).map(|_| Link {
            text: "What changed since".to_owned(),
            href: urls::changed(school, pack, (&line.key, "")),
        }),
        line,
    };
    versions.into_iter().zip(before).enumerate().map(row).collect()
}

fn beside(known: Document) -> Beside {
    let says = match (&known.entry, known.approved_on, known.review_on) {
        (None, None, None) => "The policy names it; no record of it is there".to_owned(),
        (_, on, by) => {
            let on = on.map(|day| format!("Approved {}", dates::long(day)));
            let by = by.map(|day| format!("Review by {}", dates::long(day)));
            on.into_iter().chain(by).collect::<Vec<_>>().join(". ")
        }
    };
    Beside { href: known.entry.map(|(place, id)| urls::entry(&place, REGISTER, id)), name: known.name, says }
}
