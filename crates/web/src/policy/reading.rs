//! The policy as somebody reads it: contents and search, one chapter, the whole; with the school's numbers filled in.

use super::notice::points;
use super::question::asks;
use crate::frame::{Frame, Here, Link};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::view::chapter::{self, Chapter, Number, Piece, chapters};
use schoolkeeper_app::{Standpoint, words};
use schoolkeeper_core::clause::{Clause, Mode};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "policy/contents.html")]
struct ContentsPage {
    frame: Frame,
    policy: String,
    about: Vec<String>,
    search: String,
    found: Option<Vec<Text>>,
    chapters: Vec<(Link, String)>,
    links: Vec<Link>,
}

#[derive(Template)]
#[template(path = "policy/whole.html")]
struct WholePage {
    frame: Frame,
    heading: String,
    about: Vec<String>,
    chapters: Vec<Part>,
    notice: Option<String>,
    next: Option<Link>,
}

/// One chapter as it is read.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) texts: Vec<Text>,
}

/// One statement as it is read.
pub(super) struct Text {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) meant: Vec<(String, String)>,
    pub(super) meta: String,
    pub(super) numbers: Vec<Number>,
    pub(super) asks: Vec<Link>,
}

/// `?find=`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    find: String,
}

/// GET /school/{school}/policy/{pack}/read
pub async fn contents(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let policy = &at.pack.pack;
    let search = asked.find.trim().to_owned();
    let found = chapter::find(policy, &search).into_iter().map(|clause| text(&at, clause)).collect();
    let page = ContentsPage {
        frame: frame(&at, "Read the policy").signed(&signed),
        policy: policy.head.title.clone(),
        about: about(&at),
        found: (!search.is_empty()).then_some(found),
        search,
        chapters: chapters(policy).iter().map(|chapter| line(&at, chapter)).collect(),
        links: links(&at, &signed, app.house.sets_pages()),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/policy/{pack}/read/whole
pub async fn whole(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let heading = at.pack.pack.head.title.clone();
    let page = WholePage {
        frame: frame(&at, "The whole policy").signed(&signed).back("Back to the contents", urls::read(&school, &pack)),
        heading,
        about: about(&at),
        chapters: parts(&at),
        notice: None,
        next: None,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/policy/{pack}/read/chapter/{section}
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, section)): Path<(String, String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let all = chapters(&at.pack.pack);
    let place = all.iter().position(|chapter| chapter.slug == section).ok_or(Error::Missing)?;
    let next = all.get(place + 1).map(|next| Link {
        text: format!("Next: {}", next.title),
        href: urls::read_chapter(&school, &pack, &next.slug),
    });
    let heading = all[place].title.to_owned();
    let page = WholePage {
        frame: frame(&at, &format!("Read: {heading}"))
            .signed(&signed)
            .back("Back to the contents", urls::read(&school, &pack)),
        heading,
        about: Vec::new(),
        chapters: vec![part(&at, &all[place])],
        notice: points(&all[place]).next().map(|_| urls::chapter_notice(&school, &pack, &section)),
        next,
    };
    Ok(Html(page.render()?))
}

/// The frame of the reading pages.
pub(super) fn frame(at: &Standpoint, title: &str) -> Frame {
    Frame::of_policy(title, at.named(), at.pack_id(), Here::Policy)
        .back("Back to the policy", urls::policy(&at.school.slug, at.pack_id()))
}

/// Every chapter as it is read.
pub(super) fn parts(at: &Standpoint) -> Vec<Part> {
    chapters(&at.pack.pack).iter().map(|chapter| part(at, chapter)).collect()
}

/// Version, owners, review: what stands under the title.
pub(super) fn about(at: &Standpoint) -> Vec<String> {
    let head = &at.pack.pack.head;
    let mut out = Vec::new();
    if !head.version.is_empty() {
        out.push(format!("Version {}.", head.version));
    }
    let owners: Vec<String> = head.owner.iter().map(|name| at.role_title(name)).collect();
    if !owners.is_empty() {
        out.push(format!("{} answers for it.", owners.join(", ")));
    }
    if let Some(review) = &head.review {
        out.push(format!("It is looked at again every {}.", review.to_string().trim_start_matches("1 ")));
    }
    out.push(format!("{} statements.", at.pack.pack.clauses.len()));
    out
}

fn part(at: &Standpoint, chapter: &Chapter<'_>) -> Part {
    let texts = chapter.clauses.iter().map(|clause| text(at, clause)).collect();
    Part { title: chapter.title.to_owned(), slug: chapter.slug.clone(), texts }
}

fn text(at: &Standpoint, clause: &Clause) -> Text {
    let (pieces, meant) = chapter::explained(&at.pack.pack, clause);
    let who: Vec<String> = clause.who.iter().map(|name| at.role_title(name)).collect();
    let strength = (clause.mode != Mode::Context).then(|| words::severity(clause.severity).to_owned());
    let meta: Vec<String> = strength.into_iter().chain((!who.is_empty()).then(|| who.join(", "))).collect();
    Text {
        id: clause.id.get_ref().to_string(),
        href: urls::statement(&at.school.slug, at.pack_id(), clause.id.get_ref()),
        pieces,
        meant,
        meta: meta.join(" · "),
        numbers: chapter::numbers(at, clause),
        asks: asks(at, Some(clause.id.get_ref())),
    }
}

fn line(at: &Standpoint, chapter: &Chapter<'_>) -> (Link, String) {
    let count = chapter.clauses.len();
    let href = urls::read_chapter(&at.school.slug, at.pack_id(), &chapter.slug);
    let link = Link { text: chapter.title.to_owned(), href };
    (link, format!("{count} statement{}", if count == 1 { "" } else { "s" }))
}

fn links(at: &Standpoint, signed: &Signed, sets_pages: bool) -> Vec<Link> {
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let link = |text: &str, href| Link { text: text.to_owned(), href };
    let mut out = vec![
        link("What this policy asks of me", urls::asks(slug, pack)),
        link("The whole policy on one page, to read or print", urls::read_whole(slug, pack)),
        link("Words, laws and other documents", urls::glossary(slug, pack)),
        link("Questions and answers", urls::questions(slug, pack)),
        link("The life of this policy: review, approval, versions", urls::life(slug, pack)),
        link("The numbers of this policy", urls::numbers(slug, pack)),
        link("Download as one web page", urls::policy_file(slug, pack)),
        link("Download the statements as CSV", urls::statements_file(slug, pack)),
    ];
    if sets_pages {
        out.insert(7, link("Download as PDF", urls::policy_pdf(slug, pack)));
    }
    if crate::manage::opens(signed, "/school/{school}/policy/{pack}/change") {
        out.push(link("What would change with other numbers or another policy", urls::change(slug, pack)));
        out.push(link("What cannot both be met", urls::conflicts(slug)));
    }
    out
}
