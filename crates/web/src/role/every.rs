//! Every appointment of all schools somebody looks into: searched, narrowed, in an order, a page at a time.

use super::words;
use crate::error::Error;
use crate::form::{Choice, Field};
use crate::frame::{Frame, Pager, page_of};
use crate::session::Signed;
use crate::{App, download, manage, urls};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::role::{HeldState, RoleEntries, RoleEntry, RoleOrder, RolesAsked};
use serde::Deserialize;

const PAGE_SIZE: usize = 50;
const STATES: [(&str, &str, Option<HeldState>); 5] = [
    ("", "Any", None),
    ("current", "Now", Some(HeldState::Current)),
    ("coming", "Later", Some(HeldState::Coming)),
    ("ended", "Ended", Some(HeldState::Ended)),
    ("vacant", "Nobody holds it", Some(HeldState::Vacant)),
];
const ORDERS: [(&str, &str, RoleOrder); 4] = [
    ("", "Role", RoleOrder::Role),
    ("person", "Person", RoleOrder::Person),
    ("from", "Newest first", RoleOrder::From),
    ("until", "Ends next", RoleOrder::Until),
];

#[derive(Template)]
#[template(path = "role/every.html")]
struct EveryPage {
    frame: Frame,
    search: Field,
    fields: Vec<Field>,
    narrowed: bool,
    hits: String,
    many_schools: bool,
    rows: Vec<Row>,
    pages: Pager,
    export: String,
}

struct Row {
    role: String,
    person: String,
    href: Option<String>,
    school: String,
    state: &'static str,
    words: String,
}

/// `?q=ada&role=governor&school=hill&show=ended&sort=person&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    role: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    school: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    sort: String,
    page: usize,
}

impl Asked {
    fn wanted(&self) -> RolesAsked {
        let word = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        RolesAsked {
            search: self.q.clone(),
            role: word(&self.role),
            school: word(&self.school),
            state: STATES.iter().find(|(name, ..)| *name == self.show).and_then(|(.., state)| *state),
            order: ORDERS.iter().find(|(name, ..)| *name == self.sort).map(|(.., order)| *order).unwrap_or_default(),
        }
    }

    fn href(&self, path: &str, page: usize) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let own = [("q", &self.q), ("role", &self.role), ("school", &self.school), ("show", &self.show)];
        let own = own.map(|(name, value)| (name, value.as_str()));
        path.to_owned() + &urls::query(&[&own[..], &[("sort", &self.sort), ("page", &page)]].concat())
    }

    fn narrows(&self) -> bool {
        [&self.q, &self.role, &self.school, &self.show].iter().any(|text| !text.is_empty())
    }
}

/// GET /roles
pub async fn every(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let found = app.house.role_entries(&signed.actor, &asked.wanted()).await?;
    let count = found.lines.len();
    let fields = fields(&asked, &found);
    let (lines, pages) = page_of(found.lines, asked.page, PAGE_SIZE, |page| asked.href(&urls::every_role(), page));
    let page = EveryPage {
        frame: manage::frame("Every role", &signed, &urls::every_role()),
        search: Field::new("q", "Search").value(asked.q.clone()),
        fields,
        narrowed: asked.narrows(),
        hits: format!("{count} {}", if count == 1 { "role" } else { "roles" }),
        many_schools: found.schools.len() > 1,
        rows: lines.into_iter().map(row).collect(),
        pages,
        export: asked.href(&urls::every_role_export(), 1),
    };
    Ok(Html(page.render()?))
}

/// GET /roles.csv
pub async fn every_csv(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let found = app.house.role_entries(&signed.actor, &asked.wanted()).await?;
    let csv = schoolkeeper_app::export::role_entries(&found.lines, state)?;
    Ok(download::csv("roles", csv))
}

fn fields(asked: &Asked, found: &RoleEntries) -> Vec<Field> {
    let any = |text: &str| vec![Choice::new("", text)];
    let mut roles: Vec<Choice> = found.roles.iter().map(|(name, title)| Choice::new(&**name, title)).collect();
    roles.sort_by_key(|choice| choice.text.to_lowercase());
    let schools = found.schools.iter().map(|school| Choice::new(&school.slug, &school.title));
    let states = STATES.iter().filter(|(.., state)| found.sees_ended || *state != Some(HeldState::Ended));
    let states = states.map(|(name, text, _)| Choice::new(*name, *text)).collect();
    let orders = ORDERS.iter().map(|(name, text, _)| Choice::new(*name, *text)).collect();
    let mut out =
        vec![Field::new("role", "Role").choices([any("Every role"), roles].concat()).value(asked.role.clone())];
    if found.schools.len() > 1 {
        let schools = any("Every school").into_iter().chain(schools).collect();
        out.push(Field::new("school", "School").choices(schools).value(asked.school.clone()));
    }
    out.push(Field::new("show", "State").choices(states).value(asked.show.clone()));
    out.push(Field::new("sort", "Order").choices(orders).value(asked.sort.clone()));
    out
}

fn state(state: HeldState) -> &'static str {
    STATES.iter().find(|(.., known)| *known == Some(state)).map_or("", |(_, text, _)| text)
}

fn row(line: RoleEntry) -> Row {
    let slug = &line.school.slug;
    let href = match &line.holder {
        Some(holder) => urls::appointment(slug, holder.appointment.id),
        None => urls::appoint_to(slug, &line.role),
    };
    let deputy = line.stands_in_for.as_ref().map(|role| format!("{}, stands in for {role}", line.title));
    // What has ended has no page of its own any more.
    let open = line.may && line.state != HeldState::Ended;
    Row {
        href: open.then_some(href),
        role: deputy.unwrap_or(line.title),
        person: line.holder.as_ref().map_or_else(|| "Appoint somebody".to_owned(), |holder| holder.name.clone()),
        state: state(line.state),
        words: line.holder.as_ref().map(words).unwrap_or_default(),
        school: line.school.title,
    }
}
