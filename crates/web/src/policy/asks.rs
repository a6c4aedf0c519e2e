//! "What this policy asks of me": one page a role, to read and to print; one's own roles first.

use super::reading::frame;
use crate::frame::{Frame, Link};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::view::asks::{Asked, AskedLine, asks};
use schoolkeeper_app::{Standpoint, dates};
use schoolkeeper_core::id::Name;

#[derive(Template)]
#[template(path = "policy/asks.html")]
struct RolesPage {
    frame: Frame,
    mine: Vec<(Link, String)>,
    others: Vec<(Link, String)>,
}

#[derive(Template)]
#[template(path = "policy/asks_of.html")]
struct RolePage {
    frame: Frame,
    heading: String,
    policy: String,
    mine: bool,
    as_of: String,
    parts: Vec<Part>,
}

struct Part {
    heading: &'static str,
    lines: Vec<Line>,
}

struct Line {
    title: String,
    text: String,
    statements: Vec<Link>,
}

/// GET /school/{school}/policy/{pack}/asks
pub async fn roles(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let line = |name: &Name| {
        let count: usize = asks(&at, name).iter().map(|part| part.lines.len()).sum();
        let words = if count == 1 { "1 thing".to_owned() } else { format!("{count} things") };
        (Link { text: at.role_title(name), href: urls::asks_of(&school, &pack, name) }, words)
    };
    let (mine, others): (Vec<&Name>, Vec<&Name>) =
        at.pack.pack.roles.keys().partition(|name| is_mine(&at, &signed, name));
    let page = RolesPage {
        frame: frame(&at, "What this policy asks of me")
            .signed(&signed)
            .back("Back to the contents", urls::read(&school, &pack)),
        mine: mine.into_iter().map(line).collect(),
        others: others.into_iter().map(line).collect(),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/policy/{pack}/asks/{role}
pub async fn of(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, role)): Path<(String, String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    if !at.pack.pack.roles.contains_key(role.as_str()) {
        return Err(Error::Missing);
    }
    let heading = format!("What is asked of: {}", at.role_title(&role));
    let page = RolePage {
        frame: frame(&at, &heading).signed(&signed).back("Back to all roles", urls::asks(&school, &pack)),
        heading,
        policy: at.pack.pack.head.title.clone(),
        mine: is_mine(&at, &signed, &role),
        as_of: dates::long(at.calendar.day(app.house.now())),
        parts: asks(&at, &role).into_iter().map(|asked| part(&at, asked)).collect(),
    };
    Ok(Html(page.render()?))
}

fn is_mine(at: &Standpoint, signed: &Signed, role: &str) -> bool {
    signed.actor.roles.iter().any(|held| *held.role == *role && held.counts_at(at.school.id))
}

fn part(at: &Standpoint, asked: Asked) -> Part {
    Part { heading: asked.heading, lines: asked.lines.into_iter().map(|line| shown(at, line)).collect() }
}

fn shown(at: &Standpoint, line: AskedLine) -> Line {
    let to_statement =
        |id: &Name| Link { text: id.to_string(), href: urls::statement(&at.school.slug, at.pack_id(), id) };
    Line { title: line.title, text: line.text, statements: line.clauses.iter().map(to_statement).collect() }
}
