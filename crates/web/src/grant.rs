//! Permissions that were given: the list, one of them, ending it and showing what its end asks for.

use crate::error::{Error, sentences};
use crate::form::{Fault, Field, Form, Posted};
use crate::frame::{Filter, Frame, Link, Pager, Status, page_of};
use crate::manage::frame_of;
use crate::request::entry_id;
use crate::session::{Signed, told};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use schoolkeeper_app::grant::{AtEnd, GrantLine, GrantPage, Holds, until};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::phrase::Evidence;
use serde::Deserialize;
use std::collections::BTreeMap;

const PAGE_SIZE: usize = 25;
/// Its place in the table of routes.
const HERE: &str = "/school/{school}/grants";

#[derive(Template)]
#[template(path = "grant/list.html")]
struct ListPage {
    frame: Frame,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    show: String,
    q: String,
    rows: Vec<Row>,
    pages: Pager,
    export_href: String,
    requests_href: String,
}

struct Row {
    href: String,
    title: String,
    meta: String,
    status: Status,
}

#[derive(Template)]
#[template(path = "grant/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    title: String,
    status: Status,
    lead: String,
    facts: Vec<(&'static str, String)>,
    answers: Vec<(String, String)>,
    things: Vec<Link>,
    conditions: Vec<String>,
    statements: Vec<Link>,
    ends: Vec<End>,
    button: Option<&'static str>,
    extend_href: Option<String>,
}

/// One question at the end.
struct End {
    says: String,
    shown: Vec<String>,
    fields: Vec<Field>,
}

/// `?show=open&q=words&page=2`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    page: usize,
}

/// GET /school/{school}/grants
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let all = app.house.grants(&signed.actor, &school, ("", &wanted.q)).await?;
    let action = urls::grants(&school.slug);
    let href =
        |show: &str, page: &str| action.clone() + &urls::query(&[("show", show), ("q", &wanted.q), ("page", page)]);
    let fits = |show: &str, line: &GrantLine| show.is_empty() || line.holds.name() == show;
    let filter = |(name, text): (&str, &str)| Filter {
        text: format!("{text} {}", all.iter().filter(|line| fits(name, line)).count()),
        href: href(name, ""),
        current: wanted.show == name,
    };
    let shows = [("", "All"), ("open", "End not shown"), ("now", "In use"), ("ahead", "Later"), ("over", "Over")];
    let filters = shows.map(filter).into();
    let any = !all.is_empty() || !wanted.q.is_empty();
    let fitting: Vec<GrantLine> = all.into_iter().filter(|line| fits(&wanted.show, line)).collect();
    let (lines, pages) = page_of(fitting, wanted.page, PAGE_SIZE, |page| href(&wanted.show, &page.to_string()));
    let page = ListPage {
        frame: frame_of(&school, "Permissions given", &signed, HERE),
        rows: lines.iter().map(|line| row(&school.slug, line)).collect(),
        export_href: urls::grants_export(&school.slug) + &urls::query(&[("show", &wanted.show), ("q", &wanted.q)]),
        requests_href: urls::requests(&school.slug),
        any,
        filters,
        pages,
        show: wanted.show,
        q: wanted.q,
        action,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/grants.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let lines = app.house.grants(&signed.actor, &school, (&wanted.show, &wanted.q)).await?;
    let csv = schoolkeeper_app::export::grants(&lines)?;
    Ok(download::csv(&format!("permissions-{}", school.slug), csv))
}

/// GET /school/{school}/grant/{grant}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, grant)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, (&school, entry_id(&grant)?), (&Posted::default(), None)).await
}

/// POST /school/{school}/grant/{grant}
pub async fn end(
    State(app): State<App>,
    signed: Signed,
    Path((school, grant)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let there = (&school, entry_id(&grant)?);
    let one = app.house.grant_page(&signed.actor, &school, there.1).await?;
    let shown = |(at, end): (usize, &AtEnd)| -> BTreeMap<Evidence, String> {
        end.evidence.iter().map(|kind| (*kind, posted.word(&name(at, *kind)))).collect()
    };
    let shown: Vec<_> = one.at_end.iter().enumerate().map(shown).collect();
    match app.house.end_grant(&signed.actor, there, &shown).await? {
        Ok(()) => Ok(told(&app, &urls::grant(&school.slug, there.1), "It is on record.")),
        Err(why) => show(&app, &signed, there, (&posted, Some(why))).await,
    }
}

/// Name of the field for one thing to be shown.
fn name(at: usize, kind: Evidence) -> String {
    format!("end-{at}-{}", kind.name())
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, grant): (&School, EntryId),
    (posted, wrong): (&Posted, Option<String>),
) -> Result<Response, Error> {
    let one = app.house.grant_page(&signed.actor, school, grant).await?;
    let mut form = Form { csrf: signed.csrf(), faults: Vec::new() };
    let ends: Vec<End> =
        one.at_end.iter().enumerate().map(|(at, end)| end_of(at, end, posted, (wrong.is_some(), one.ends))).collect();
    if let Some(why) = wrong {
        let fields: Vec<&Field> = ends.iter().flat_map(|end| &end.fields).collect();
        form = Form::of(form.csrf, &fields);
        if form.faults.is_empty() {
            form.faults.push(Fault { href: "#main-content".to_owned(), text: sentences(&why) });
        }
    }
    let slug = &school.slug;
    let page = Page {
        frame: frame_of(school, &one.line.title, signed, HERE).faulty(&form),
        action: urls::grant(slug, grant),
        title: one.line.title.clone(),
        status: status(one.line.holds, one.renewed),
        lead: lead(&one),
        facts: facts(&one),
        answers: one.answers.clone(),
        things: things(signed, slug, &one),
        statements: crate::pack_form::statements(slug, &one.of.0, &one.statements),
        button: one.ends.then_some(match one.line.holds {
            Holds::Now | Holds::Ahead if one.at_end.is_empty() => "End it now",
            Holds::Now | Holds::Ahead => "End it now, and say what is asked",
            _ => "Send",
        }),
        extend_href: one.extends.then(|| urls::ask_again(slug, &one.of.0, &one.of.1, grant)),
        conditions: one.conditions,
        ends,
        form,
    };
    Ok(page.form.answer(page.render()?))
}

/// What is asked at the end, with a field for each thing to be shown as long as it is not.
fn end_of(at: usize, end: &AtEnd, posted: &Posted, (sent, ends): (bool, bool)) -> End {
    let field = |kind: &Evidence| {
        let typed = posted.word(&name(at, *kind));
        let error = (sent && typed.is_empty()).then(|| format!("Say this: {}", end.says));
        Field { error, ..Field::new(name(at, *kind), label(*kind)).value(typed) }
    };
    let open = ends && end.shown.is_empty();
    End {
        says: end.says.clone(),
        shown: end.shown.iter().map(|(kind, text)| format!("{}: {text}", label(*kind))).collect(),
        fields: if open { end.evidence.iter().map(field).collect() } else { Vec::new() },
    }
}

/// What people are asked for.
fn label(kind: Evidence) -> &'static str {
    match kind {
        Evidence::Statement => "What is so, in a sentence",
        Evidence::Note => "A note",
        Evidence::Choice => "Which of them",
        Evidence::File | Evidence::Photo => "What the file is called and where it is",
        Evidence::Count => "How many",
        Evidence::Certificate => "Serial numbers on the certificate",
        Evidence::Receipt => "Number of the receipt",
        Evidence::Minute => "The minute: body, date, reference",
        _ => "What shows it",
    }
}

fn things(signed: &Signed, slug: &str, one: &GrantPage) -> Vec<Link> {
    let sees = crate::manage::opens(signed, "/school/{school}/records/{register}/{entry}");
    let link = |(text, register, id): &(String, schoolkeeper_core::id::Name, EntryId)| Link {
        text: text.clone(),
        href: if sees { urls::entry(slug, register, *id) } else { String::new() },
    };
    one.things.iter().map(link).collect()
}

fn lead(one: &GrantPage) -> String {
    let who = if one.mine { "You" } else { one.line.person.as_str() };
    let (has, until) = (if one.mine { "have" } else { "has" }, until(one.line.until));
    match one.line.holds {
        Holds::Now => format!("{who} {has} this permission {until}."),
        Holds::Ahead => {
            let from = one.line.from.map(|day| format!(" from {}", dates::long(day))).unwrap_or_default();
            format!("{who} {has} this permission{from}, {until}.")
        }
        Holds::Open => "It has ended. What its end asks for is not shown yet.".to_owned(),
        Holds::Over => "It is over.".to_owned(),
    }
}

fn facts(one: &GrantPage) -> Vec<(&'static str, String)> {
    let mut out = vec![("Given to", one.line.person.clone())];
    out.extend(one.given_by.clone().map(|who| ("Given by", who)));
    out.extend(one.line.from.map(|day| ("From", dates::long(day))));
    out.push(("Last day", one.line.until.map_or_else(|| "It has no end".to_owned(), dates::long)));
    out.extend(one.decided.clone().map(|at| ("Decided", at)));
    if one.renewed {
        out.push(("Goes on", "In another permission, which follows it".to_owned()));
    }
    out
}

fn status(holds: Holds, renewed: bool) -> Status {
    match holds {
        Holds::Now => Status { colour: "teal", mark: "●", text: "Allowed" },
        Holds::Ahead => Status { colour: "blue", mark: "…", text: "Begins later" },
        Holds::Open => Status { colour: "red", mark: "✕", text: "End not shown" },
        Holds::Over if renewed => Status { colour: "grey", mark: "–", text: "Extended" },
        Holds::Over => Status { colour: "grey", mark: "–", text: "Ended" },
    }
}

fn row(slug: &str, line: &GrantLine) -> Row {
    let things = if line.things.is_empty() { String::new() } else { format!("for {}", line.things.join(", ")) };
    let parts = [line.person.clone(), things, until(line.until)];
    Row {
        href: urls::grant(slug, line.id),
        title: line.title.clone(),
        meta: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        status: status(line.holds, false),
    }
}
