//! What is the next thing to fix, how many, by when?

use super::CauseLine;
use crate::frame::{Filter, Frame, Here, Pager, page_of};
use crate::session::Signed;
use crate::{App, download, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use schoolkeeper_app::vacancy::Vacancy;
use schoolkeeper_app::view::cause::Cause;
use schoolkeeper_app::{ProblemsAsked, Standpoint, dates};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::role::HEAD;
use schoolkeeper_core::standing::Standing;
use serde::Deserialize;

const PAGE_SIZE: usize = 25;
/// Most problems of one cause in an export.
const EXPORTED_MAX: u32 = 100_000;

#[derive(Template)]
#[template(path = "problem/list.html")]
struct ListPage {
    frame: Frame,
    lead: String,
    calendar: Option<(String, String)>,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    show: Option<String>,
    q: String,
    orders: Vec<Order>,
    hits: String,
    vacant: Vec<VacantLine>,
    allowed: Vec<String>,
    first: usize,
    rows: Vec<CauseLine>,
    pages: Pager,
    export_href: String,
}

/// A role that nobody holds.
struct VacantLine {
    title: String,
    meta: String,
    href: Option<String>,
}

struct Order {
    name: &'static str,
    text: &'static str,
    chosen: bool,
}

/// `?show=late&q=words&sort=oldest&page=2`, and `?control=name` for the export of one cause.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "super::asked")]
    show: String,
    #[serde(deserialize_with = "super::asked")]
    q: String,
    #[serde(deserialize_with = "super::asked")]
    sort: String,
    page: usize,
    #[serde(deserialize_with = "super::asked")]
    control: String,
}

/// GET /school/{school}/policy/{pack}/to-fix
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let vacant = app.house.vacancies(&signed.actor, &at).await?;
    let may = app.house.scope_at(&signed.actor, "role.assign", &at.school).await.is_ok();
    let unled = app.house.without_administrator(&signed.actor, &at.school).await?;
    let unled = unled.map(|day| unled_line(&at, day, may));
    let vacant = unled.into_iter().chain(vacant.iter().map(|one| vacant_line(&at, one, may))).collect();
    let mut shown = page(&signed.actor, &at, &asked, vacant);
    shown.allowed = app.house.allowed(&signed.actor, &at).await?;
    let ends = at.calendar_ends(app.house.now());
    shown.calendar = ends.map(|ends| (ends, urls::calendar(&at.school.slug)));
    shown.frame = shown.frame.signed(&signed);
    Ok(Html(shown.render()?))
}

/// A vacancy, with the statements that wait for somebody.
fn vacant_line(at: &Standpoint, one: &Vacancy, may: bool) -> VacantLine {
    const SHOWN: usize = 6;
    let ids: Vec<&str> = one.statements.iter().take(SHOWN).map(|(id, _)| id.as_str()).collect();
    let more = one.statements.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let (word, wait) = if one.statements.len() == 1 { ("Statement", "waits") } else { ("Statements", "wait") };
    VacantLine {
        title: format!("{}: nobody holds this role", one.title),
        meta: format!("{word} {}{more} {wait} for somebody", ids.join(", ")),
        href: may.then(|| urls::appoint_to(&at.school.slug, &one.role)),
    }
}

/// The day from which nobody can give roles.
fn unled_line(at: &Standpoint, day: Date, may: bool) -> VacantLine {
    VacantLine {
        title: format!("From {} on nobody can give roles or let people in", dates::long(day)),
        meta: "Make somebody headteacher or business manager from that day on, and see that they have signed in"
            .to_owned(),
        href: may.then(|| urls::appoint_to(&at.school.slug, HEAD)),
    }
}

/// GET /school/{school}/policy/{pack}/to-fix.csv: exactly what the list or one cause shows.
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let one = |control: Name, search: &str| ProblemsAsked {
        control: Some(control),
        search: search.to_owned(),
        limit: EXPORTED_MAX,
        after: None,
    };
    let wanted: Vec<ProblemsAsked> = if asked.control.is_empty() {
        choose((&signed.actor, &at), at.causes(), &asked).into_iter().map(|cause| one(cause.control, "")).collect()
    } else {
        vec![one(Name::from(asked.control.as_str()), &asked.q)]
    };
    let mut problems = Vec::new();
    for wanted in &wanted {
        problems.extend(app.house.problems(&signed.actor, &at, wanted).await?);
    }
    let csv = schoolkeeper_app::export::problems(&at, &problems)?;
    Ok(download::csv(&format!("to-fix-{}", at.school.slug), csv))
}

fn page(actor: &Actor, at: &Standpoint, asked: &Asked, vacant: Vec<VacantLine>) -> ListPage {
    let action = urls::to_fix(&at.school.slug, at.pack_id());
    let all = at.causes();
    let fitting = choose((actor, at), all.clone(), asked);
    let count = fitting.len();
    let href = |page: usize| {
        let page = page.to_string();
        action.clone() + &urls::query(&[("show", &asked.show), ("q", &asked.q), ("sort", &asked.sort), ("page", &page)])
    };
    let first = (asked.page.max(1) - 1).min(count / PAGE_SIZE) * PAGE_SIZE + 1;
    let (rows, pages) = page_of(fitting, asked.page, PAGE_SIZE, href);
    ListPage {
        frame: Frame::of_policy("To fix", at.named(), at.pack_id(), Here::ToFix).problems(all.len() + vacant.len()),
        calendar: None,
        lead: lead(at, all.len(), vacant.len()),
        any: !all.is_empty(),
        vacant,
        allowed: Vec::new(),
        filters: filters((actor, at), (&action, &all), asked),
        show: (!asked.show.is_empty()).then(|| asked.show.clone()),
        q: asked.q.clone(),
        orders: orders(&asked.sort),
        hits: format!("{count} cause{}", if count == 1 { "" } else { "s" }),
        first,
        rows: rows.iter().map(|cause| CauseLine::of(at, cause)).collect(),
        pages,
        export_href: urls::to_fix_export(&at.school.slug, at.pack_id())
            + &urls::query(&[("show", &asked.show), ("q", &asked.q), ("sort", &asked.sort)]),
        action,
    }
}

fn lead(at: &Standpoint, all: usize, vacant: usize) -> String {
    let unknown = at.outcome.clauses.iter().filter(|clause| clause.standing == Standing::Unknown).count();
    match (all, unknown) {
        (0, _) if vacant == 1 => "One role is held by nobody, or will be.".to_owned(),
        (0, _) if vacant > 1 => format!("{vacant} roles are held by nobody, or will be."),
        (0, 0) => "Nothing to fix.".to_owned(),
        (0, unknown) => format!(
            "No problem is known. {unknown} statements are not known yet: the policy page says what would tell."
        ),
        (1, _) => "One cause, worst first.".to_owned(),
        (many, _) => format!("{many} causes, worst first. Each stands once, however many things it concerns."),
    }
}

fn choose(of: (&Actor, &Standpoint), all: Vec<Cause>, asked: &Asked) -> Vec<Cause> {
    let wanted = asked.q.trim().to_lowercase();
    let mut out: Vec<Cause> = all
        .into_iter()
        .filter(|cause| fits(of, cause, &asked.show))
        .filter(|cause| {
            let words = format!("{} {} {}", cause.title, cause.owner, cause.clauses.join(" ")).to_lowercase();
            words.contains(&wanted)
        })
        .collect();
    match asked.sort.as_str() {
        "oldest" => out.sort_by_key(|cause| cause.since),
        "most" => out.sort_by_key(|cause| std::cmp::Reverse(cause.count)),
        "owner" => out.sort_by(|a, b| a.owner.cmp(&b.owner)),
        _ => {}
    }
    out
}

fn fits((actor, at): (&Actor, &Standpoint), cause: &Cause, show: &str) -> bool {
    match show {
        "mine" => at.is_theirs(actor, cause),
        "broken" => cause.standing == Standing::Broken,
        "due" => cause.standing == Standing::Due,
        _ => true,
    }
}

fn filters(of: (&Actor, &Standpoint), (action, all): (&str, &[Cause]), asked: &Asked) -> Vec<Filter> {
    [("", "All"), ("mine", "Mine"), ("broken", "Not met"), ("due", "Still in time")]
        .into_iter()
        .map(|(name, text)| Filter {
            text: format!("{text} {}", all.iter().filter(|cause| fits(of, cause, name)).count()),
            href: action.to_owned() + &urls::query(&[("show", name), ("q", &asked.q), ("sort", &asked.sort)]),
            current: asked.show == name,
        })
        .collect()
}

fn orders(sort: &str) -> Vec<Order> {
    [("", "Worst first"), ("oldest", "Oldest first"), ("most", "Most things first"), ("owner", "By owner")]
        .into_iter()
        .map(|(name, text)| Order { name, text, chosen: name == sort })
        .collect()
}
