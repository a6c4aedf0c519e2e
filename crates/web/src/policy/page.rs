//! The policy on the school's website: the page anybody may read, and switching it on and off.
//!
//! Invariant: the public pages hold nothing of people or results, set no cookie, and may be kept by caches for a while.

use super::life::approved;
use super::reading::{Part, about, frame, parts};
use crate::api::rate::{READER, take_from};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Link};
use crate::serve::Caller;
use crate::session::{Signed, told};
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::policy_page::{Found, Public};
use schoolkeeper_app::view::asks::{Asked, asks};
use schoolkeeper_app::{Standpoint, dates};
use sha2::{Digest, Sha256};

/// How long caches may keep a public page, in seconds.
pub(super) const CACHED: &str = "public, max-age=300";

#[derive(Template)]
#[template(path = "policy/public.html")]
struct PublicPage {
    frame: Frame,
    robots: &'static str,
    title: String,
    facts: Vec<(&'static str, String)>,
    pdf: Option<String>,
    chapters: Vec<Part>,
    words: Vec<(String, String)>,
    roles: Vec<Link>,
}

#[derive(Template)]
#[template(path = "policy/public_role.html")]
struct RolePage {
    frame: Frame,
    robots: &'static str,
    heading: String,
    policy: Link,
    parts: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "policy/publish.html")]
struct PublishPage {
    frame: Frame,
    form: Form,
    policy: String,
    now: Option<(String, Link)>,
    approved: bool,
    show: Field,
    action: String,
}

/// GET /published/{school}/{pack}
pub async fn public(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    if let Some(wait) = take_from(caller.address, READER) {
        return Ok(wait);
    }
    let public = app.house.public_policy(&school, &pack).await?;
    let html = public.page_of("", || whole(&public, (&school, &pack), app.house.sets_pages()))?;
    Ok(cached(&headers, &public, &html))
}

fn whole(public: &Public, (school, pack): (&str, &str), sets_pages: bool) -> Result<String, askama::Error> {
    let policy = &public.at.pack.pack;
    let role = |name: &schoolkeeper_core::id::Name| Link {
        text: public.at.role_title(name),
        href: urls::published_role(school, pack, name),
    };
    let asked = policy.roles.keys().filter(|name| !asks(&public.at, name).is_empty());
    let page = PublicPage {
        frame: narrow(public, &policy.head.title),
        robots: robots(public),
        title: policy.head.title.clone(),
        facts: facts(public),
        pdf: sets_pages.then(|| urls::published_pdf(school, pack)),
        roles: asked.map(role).collect(),
        words: policy.terms.iter().map(|term| (term.word.clone(), term.means.clone())).collect(),
        chapters: parts(&public.at),
    };
    page.render()
}

/// GET /published/{school}/{pack}/role/{role}
pub async fn public_role(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    Path((school, pack, role)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    if let Some(wait) = take_from(caller.address, READER) {
        return Ok(wait);
    }
    let public = app.house.public_policy(&school, &pack).await?;
    if !public.at.pack.pack.roles.contains_key(role.as_str()) {
        return Err(Error::Missing);
    }
    let page = || {
        let heading = format!("What is asked of: {}", public.at.role_title(&role));
        let page = RolePage {
            frame: narrow(&public, &heading),
            robots: robots(&public),
            policy: Link { text: public.at.pack.pack.head.title.clone(), href: urls::published(&school, &pack) },
            parts: asks(&public.at, &role),
            heading,
        };
        page.render()
    };
    let html = public.page_of(&role, page)?;
    Ok(cached(&headers, &public, &html))
}

/// GET /school/{school}/policy/{pack}/publish
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, &at, None).await
}

/// POST /school/{school}/policy/{pack}/publish
pub async fn switch(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let (found, words) = match posted.get("show") {
        "index" => (Some(Found::Index), "Published. Search engines may list it"),
        "noindex" => (Some(Found::NoIndex), "Published. Search engines may not list it"),
        "off" => (None, "The public page is gone"),
        _ => return show(&app, &signed, &at, Some("Choose who may read the policy")).await,
    };
    app.house.set_policy_page(&signed.actor, &at, found).await?;
    Ok(told(&app, &urls::life(&school, &pack), words))
}

async fn show(app: &App, signed: &Signed, at: &Standpoint, fault: Option<&str>) -> Result<Response, Error> {
    let (school, pack) = (&at.school.slug, at.pack_id());
    let page = app.house.policy_page(&signed.actor, at).await?;
    let life = app.house.life(&signed.actor, at).await?;
    let choice =
        |value: &str, text: &str, hint: &str| Choice { hint: Some(hint.to_owned()), ..Choice::new(value, text) };
    let choices = vec![
        choice("index", "Anybody, and search engines may list it", "For the school's website"),
        choice("noindex", "Anybody who has the address", "Search engines are asked to leave it out"),
        choice("off", "Only people who sign in here", "There is no public page"),
    ];
    let chosen = match page.as_ref().map(|(page, _)| page.found) {
        Some(Found::Index) => "index",
        Some(Found::NoIndex) => "noindex",
        None => "off",
    };
    let mut field = Field::new("show", "Who may read this policy?").choices(choices).value(chosen);
    field.error = fault.map(str::to_owned);
    let form = Form::of(signed.csrf(), &[&field]);
    let since = page.map(|(page, who)| {
        let day = dates::long(at.calendar.day(page.since_at));
        let href = urls::published(school, pack);
        let text = app.house.base_url().to(&href);
        (format!("Published by {who} on {day}, at"), Link { text, href })
    });
    let shown = PublishPage {
        frame: frame(at, "Publish the policy")
            .signed(signed)
            .back("Back to the life of this policy", urls::life(school, pack))
            .faulty(&form),
        policy: at.pack.pack.head.title.clone(),
        approved: life.document.is_some_and(|known| known.approved_on.is_some()) && !life.outgrown,
        now: since,
        show: field,
        action: urls::publish(school, pack),
        form,
    };
    let html = shown.render()?;
    Ok(shown.form.answer(html))
}

/// A narrow page of the school, for anybody: no menu.
fn narrow(public: &Public, title: &str) -> Frame {
    let school = &public.at.school.title;
    Frame { school: Some(school.clone()), ..Frame::titled(&format!("{title} – {school}")) }
}

pub(super) fn facts(public: &Public) -> Vec<(&'static str, String)> {
    let mut out = vec![("About", about(&public.at).join(" "))];
    if let Some(known) = public.document.as_ref().filter(|known| known.approved_on.is_some()) {
        out.push(("Approved", approved(known)));
    }
    out.extend(public.review.map(|day| ("Next review", dates::long(day))));
    out
}

pub(super) fn robots(public: &Public) -> &'static str {
    if public.page.found == Found::Index { "index, follow" } else { "noindex" }
}

/// The page with its mark, or that the one a cache holds is still right.
fn cached(headers: &HeaderMap, public: &Public, html: &str) -> Response {
    let hash = Sha256::digest(html.as_bytes());
    let tag = format!("\"{:x}\"", u128::from_be_bytes(std::array::from_fn(|at| hash[at])));
    let says = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, CACHED.to_owned()),
        (HeaderName::from_static("x-robots-tag"), robots(public).to_owned()),
    ];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, says).into_response();
    }
    (says, Html(html.to_owned())).into_response()
}
