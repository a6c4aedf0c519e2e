//! My page: what is somebody's, decisions first, and that nothing else needs them.

use crate::frame::{Frame, Here, Link};
use crate::menu::everybodys;
use crate::session::Signed;
use crate::{App, download, error::Error, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use schoolkeeper_app::dates;
use schoolkeeper_app::mine::{Mine, MySchool, OtherSchool, What};
use serde::Deserialize;

/// How many of a kind are shown before the rest is asked for.
const FIRST: usize = 5;
/// So many of what everybody may do are buttons: reporting and asking.
const DOORS: usize = 2;

#[derive(Template)]
#[template(path = "mine/page.html")]
struct MinePage {
    frame: Frame,
    schools: Vec<SchoolPart>,
    others: Vec<Other>,
    calendar: String,
}

/// A school that is only counted here.
struct Other {
    title: String,
    href: String,
    words: String,
}

struct SchoolPart {
    title: Option<String>,
    parts: Vec<Part>,
    buttons: Vec<Link>,
    links: Vec<Link>,
    ends: String,
    report_to: Option<String>,
}

/// One kind of thing.
struct Part {
    heading: String,
    id: String,
    rows: Vec<Row>,
    more: Option<Link>,
}

struct Row {
    title: String,
    href: Option<String>,
    about: String,
    due: Option<String>,
    late: bool,
    verb: &'static str,
}

/// `?all=do`: everything of one kind; `?school=hill`: of many schools this one whole.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    all: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    school: String,
}

/// Word in the address, heading with a number, verb of its lines.
fn words(what: What) -> (&'static str, &'static str, &'static str) {
    match what {
        What::Decide => ("decide", "To decide", "Decide"),
        What::Answer => ("answer", "To answer", "Answer"),
        What::Do => ("do", "To do", "Do it"),
        What::Sign => ("sign", "To sign", "Sign"),
        What::Read => ("read", "To read", "Read"),
        What::Learn => ("learn", "To think about", "Answer"),
        What::Fix => ("fix", "To fix", "Fix"),
        What::Asked => ("asked", "You asked", "Open"),
        What::Held => ("held", "You hold", "Open"),
    }
}

const KINDS: [What; 9] =
    [What::Decide, What::Answer, What::Do, What::Sign, What::Read, What::Learn, What::Fix, What::Asked, What::Held];

/// GET /mine
pub async fn page(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let chosen = Some(asked.school.as_str()).filter(|school| !school.is_empty());
    let mine = app.house.mine(&signed.actor, chosen).await?;
    let several = mine.schools.len() + mine.others.len() > 1;
    // Where nothing is theirs a school is only in the way, unless it is the only one that was looked at.
    let shown = mine.schools.iter().filter(|at| mine.schools.len() == 1 || !at.all.is_empty());
    let mut schools: Vec<SchoolPart> =
        shown.map(|at| school_part(&signed, at, (several, mine.leads), &asked)).collect();
    if schools.is_empty() {
        schools.extend(mine.schools.first().map(|at| school_part(&signed, at, (false, mine.leads), &asked)));
    }
    let frame = match mine.schools.first() {
        Some(at) if several => Frame { school: None, ..Frame::of_school("My page", &at.school, Here::Mine) },
        Some(at) => Frame::of_school("My page", &at.school, Here::Mine),
        None => Frame::titled("My page"),
    };
    let others = mine.others.iter().map(other).collect();
    Ok(Html(MinePage { frame: frame.signed(&signed), schools, others, calendar: urls::feed() }.render()?))
}

fn other(at: &OtherSchool) -> Other {
    let count = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let waiting = (at.waiting > 0).then(|| format!("{} waiting", count(at.waiting, "request")));
    let words = std::iter::once(format!("{} to fix", count(at.problems, "problem"))).chain(waiting);
    Other {
        title: at.school.title.clone(),
        href: urls::mine() + &urls::query(&[("school", at.school.slug.as_str())]),
        words: words.collect::<Vec<_>>().join(", "),
    }
}

/// GET /mine.ics: what is theirs, with its dates.
pub async fn as_ics(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    let text = app.house.mine_as_ics(&signed.actor).await?;
    Ok(download::file("my-tasks.ics", "text/calendar; charset=utf-8", text))
}

fn school_part(signed: &Signed, at: &MySchool, (several, leads): (bool, bool), asked: &Asked) -> SchoolPart {
    let slug = &at.school.slug;
    let parts = KINDS.iter().filter_map(|what| part(at, *what, asked, several)).collect();
    let mut links = everybodys(signed, &at.school);
    let buttons = if leads { Vec::new() } else { doors(at, &mut links) };
    links.extend(leads.then(|| Link { text: "Everybody's tasks".to_owned(), href: urls::tasks(slug) }));
    SchoolPart {
        title: several.then(|| at.school.title.clone()),
        parts,
        buttons,
        links,
        ends: ends(at),
        report_to: at.report_to.clone(),
    }
}

/// What whoever leads nothing comes for, at most three: to report, to ask, and to sign what waits. The rest stays a link.
fn doors(at: &MySchool, links: &mut Vec<Link>) -> Vec<Link> {
    let rest = links.split_off(links.len().min(DOORS));
    let mut doors = std::mem::replace(links, rest);
    let sign = at.all.iter().find(|one| one.what == What::Sign && !one.link.is_empty());
    doors.extend(sign.map(|one| Link { text: "Sign".to_owned(), href: one.link.clone() }));
    doors
}

/// `Nothing else needs you. Next: Thursday 26 November, restore test.`
fn ends(at: &MySchool) -> String {
    let any = at.all.iter().any(|one| one.what < What::Asked);
    let words = if any { "Nothing else needs you." } else { "Nothing needs you today." };
    match &at.next {
        Some((day, title)) => format!("{words} Next: {}, {title}.", dates::with_weekday(*day)),
        None => words.to_owned(),
    }
}

fn part(at: &MySchool, what: What, asked: &Asked, several: bool) -> Option<Part> {
    let (word, heading, verb) = words(what);
    let all: Vec<&Mine> = at.all.iter().filter(|one| one.what == what).collect();
    if all.is_empty() {
        return None;
    }
    let shown = if asked.all == word { all.len() } else { FIRST };
    let more = all.len().saturating_sub(shown);
    Some(Part {
        heading: format!("{heading}: {}", all.len()),
        id: if several { format!("{word}-{}", at.school.slug) } else { word.to_owned() },
        rows: all.iter().take(shown).map(|one| row(at.today, one, verb)).collect(),
        more: (more > 0).then(|| Link {
            text: format!("Show all {}", all.len()),
            href: urls::mine() + &urls::query(&[("all", word), ("school", asked.school.as_str())]),
        }),
    })
}

fn row(today: Date, one: &Mine, verb: &'static str) -> Row {
    let soon = |day: Date| (day - today).get_days().abs() < 14;
    let by = |day: Date| if soon(day) { dates::with_weekday(day) } else { dates::long(day) };
    Row {
        title: one.title.clone(),
        href: (!one.link.is_empty()).then(|| one.link.clone()),
        about: one.about.clone(),
        due: one.due.map(|day| if one.late { format!("was due {}", by(day)) } else { format!("by {}", by(day)) }),
        late: one.late,
        verb,
    }
}
