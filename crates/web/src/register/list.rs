//! One register: find the thing, see what is known of it, choose some to change.

use super::{framed, href};
use crate::error::Error;
use crate::frame::{Frame, Link, Pager};
use crate::manage::opens;
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::register::export::FileKind;
use schoolkeeper_app::register::filter::{FilterKind, FilterShown};
use schoolkeeper_app::register::list::{ListColumn, ListShown};
use schoolkeeper_app::register::view::{is_shown, opening};
use schoolkeeper_app::register::{ListAsked, ListView, ROWS};

/// What an address holds.
pub type Parts = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "register/list.html")]
struct ListPage {
    frame: Frame,
    csrf: String,
    list: ListShown,
    deleted: Option<String>,
    action: String,
    asked: ListAsked,
    kept: Parts,
    query: String,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    chips: Vec<Link>,
    clear: String,
    narrows: bool,
    open: bool,
    faults: Vec<(String, String)>,
    pages: Pager,
    sizes: Vec<(u32, String, bool)>,
    other: Link,
    views: Vec<View>,
    save_view: String,
    exports: Vec<Link>,
    add_href: Option<String>,
    import_href: Option<String>,
    complete_href: Option<String>,
    fields_href: Option<String>,
    names_href: Option<String>,
    bulk_href: String,
}

struct Heading {
    label: String,
    href: Option<String>,
    sort: &'static str,
    mark: &'static str,
}

struct Row {
    id: String,
    href: Option<String>,
    name: String,
    cells: Vec<(String, String)>,
}

struct View {
    link: Link,
    current: bool,
    shared: bool,
    remove: String,
}

/// GET /school/{school}/records/{register}
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(parts): Query<Parts>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let views = app.house.list_views(&signed.actor, &school, &register).await?;
    let at = urls::register(&school.slug, &register);
    if let (true, Some(view)) = (parts.is_empty(), opening(&views)) {
        return Ok(Redirect::to(&format!("{at}?{}", view.query)).into_response());
    }
    let asked = ListAsked::read(&parts);
    let deleted = parts.iter().find(|(name, value)| name == "deleted" && value.parse::<uuid::Uuid>().is_ok());
    let deleted = deleted.map(|(_, id)| format!("{at}/view/{id}"));
    let list = app.house.list(&signed.actor, &school, &register, &asked).await?;
    let frame = framed(&app, &signed, &school, &list.title).await?.back("Records", urls::records(&school.slug));
    let fills = app.house.register_to_fill(&signed.actor, &school, &register).await.is_ok();
    let mut page = page(frame, &signed, &school, (list, asked, &views));
    page.deleted = deleted;
    page.add_href = page.add_href.filter(|_| fills);
    page.fields_href = page.fields_href.filter(|_| fills);
    Ok(Html(page.render()?).into_response())
}

/// GET /school/{school}/records/{register}/list.csv and list.xlsx
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, file)): Path<(String, String, String)>,
    Query(parts): Query<Parts>,
) -> Result<Response, Error> {
    let (kind, content) = match file.as_str() {
        "list.csv" => (FileKind::Csv, "text/csv; charset=utf-8"),
        "list.xlsx" => (FileKind::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        _ => return Err(Error::Missing),
    };
    let school = app.house.school_at(&signed.actor, &school).await?;
    let asked = ListAsked::read(&parts);
    let bytes = app.house.export_list(&signed.actor, &school, (&register, kind), &asked).await?;
    let end = file.rsplit('.').next().unwrap_or_default();
    Ok(download::file(&format!("{register}-{}.{end}", school.slug), content, bytes))
}

impl ListPage {
    /// The same without the search.
    fn without_search(&self) -> String {
        href(&self.action, &ListAsked { search: String::new(), turn: None, ..self.asked.clone() }.parts())
    }

    /// What is shown, for paper.
    fn in_words(&self) -> String {
        let search = (!self.asked.search.is_empty()).then(|| format!("holds \u{201c}{}\u{201d}", self.asked.search));
        let all: Vec<String> = search.into_iter().chain(self.list.chips.iter().map(|chip| chip.text.clone())).collect();
        if all.is_empty() { "All of them.".to_owned() } else { format!("Only: {}.", all.join("; ")) }
    }
}

fn page(
    frame: Frame,
    signed: &Signed,
    school: &School,
    (mut list, asked, views): (ListShown, ListAsked, &[ListView]),
) -> ListPage {
    let at = urls::register(&school.slug, &list.register);
    let door = |end: &str| opens(signed, &format!("/school/{{school}}/records/{{register}}/{end}"));
    let now = href("", &asked.parts()).trim_start_matches('?').to_owned();
    let entry_opens = door("{entry}");
    list.may_change &= door("bulk");
    let rows = list.rows.iter().map(|row| {
        let labels = list.columns.iter().map(|column| column.label.clone());
        let mut cells = labels.zip(row.cells.iter().cloned());
        let name = cells.next().map(|(_, name)| name).unwrap_or_default();
        let href = entry_opens.then(|| urls::entry(&school.slug, &list.register, row.id));
        Row { id: row.id.to_string(), href, name, cells: cells.collect() }
    });
    let chips = list.chips.iter().map(|chip| Link { text: chip.text.clone(), href: href(&at, &chip.without.parts()) });
    let faults = list.filters.iter().flat_map(faults_of).collect::<Vec<_>>();
    let export = |end: &str, text: &str| Link {
        text: text.to_owned(),
        href: href(&format!("{at}/file/list.{end}"), &asked.parts()),
    };
    let labels = urls::labels(&school.slug, &list.register);
    let labels = Link { text: "Labels to print".to_owned(), href: href(&labels, &asked.parts()) };
    ListPage {
        csrf: signed.csrf(),
        headings: list.columns.iter().map(|column| heading(&at, &asked, column)).collect(),
        rows: rows.collect(),
        chips: chips.collect(),
        clear: href(&at, &asked.cleared().parts()),
        narrows: asked.narrows(),
        open: !faults.is_empty(),
        faults,
        pages: pager(&at, &asked, &list),
        sizes: sizes(&at, &asked),
        other: other(&at, &asked, &list),
        views: views.iter().map(|view| shown(&at, view, &asked)).collect(),
        save_view: format!("{at}/view"),
        exports: vec![export("xlsx", "Excel"), export("csv", "CSV"), labels],
        add_href: door("new").then(|| urls::new_entry(&school.slug, &list.register)),
        import_href: door("import").then(|| urls::import_into(&school.slug, &list.register)),
        fields_href: door("fields").then(|| urls::own_fields(&school.slug, &list.register)),
        names_href: door("fields").then(|| urls::naming(&school.slug, &list.register)),
        complete_href: (list.complete.is_some() && door("complete"))
            .then(|| urls::complete(&school.slug, &list.register)),
        bulk_href: format!("{at}/bulk"),
        kept: kept(&asked),
        deleted: None,
        query: now,
        action: at,
        frame,
        asked,
        list,
    }
}

/// What the form of search and filters sends along unseen.
fn kept(asked: &ListAsked) -> Parts {
    let mut parts =
        ListAsked { search: String::new(), filters: Vec::new(), columns: Vec::new(), ..asked.clone() }.parts();
    // An entry that is pointed to by its id has no input of its own.
    let ids = asked.filters.iter().filter(|(_, value)| value.parse::<uuid::Uuid>().is_ok());
    parts.extend(ids.cloned());
    parts
}

fn heading(at: &str, asked: &ListAsked, column: &ListColumn) -> Heading {
    let down = column.sorted == Some(false);
    let sort = Some((column.field.to_string(), down));
    let (aria, mark) = match column.sorted {
        Some(false) => ("ascending", "▲"),
        Some(true) => ("descending", "▼"),
        None => ("none", ""),
    };
    let turned = ListAsked { sort, turn: None, ..asked.clone() };
    Heading { label: column.label.clone(), href: column.sorts.then(|| href(at, &turned.parts())), sort: aria, mark }
}

fn pager(at: &str, asked: &ListAsked, list: &ListShown) -> Pager {
    let to = |back: bool| move |spot: &schoolkeeper_app::register::Spot| href(at, &asked.turned(back, spot));
    Pager { previous: list.previous.as_ref().map(to(true)), next: list.next.as_ref().map(to(false)) }
}

fn sizes(at: &str, asked: &ListAsked) -> Vec<(u32, String, bool)> {
    let mut all = ROWS;
    all.sort_unstable();
    let now = asked.rows.unwrap_or(ROWS[0]);
    let size = |rows: u32| {
        let sized = ListAsked { rows: (rows != ROWS[0]).then_some(rows), turn: None, ..asked.clone() };
        (rows, href(at, &sized.parts()), rows == now)
    };
    all.into_iter().map(size).collect()
}

/// The way between what is there and what was removed.
fn other(at: &str, asked: &ListAsked, list: &ListShown) -> Link {
    let removed = ListAsked { removed: !asked.removed, ..ListAsked::default() };
    let text = if asked.removed { format!("Back to the {}", list.many) } else { format!("Removed {}", list.many) };
    Link { text, href: href(at, &removed.parts()) }
}

fn shown(at: &str, view: &ListView, asked: &ListAsked) -> View {
    let current = is_shown(view, asked, |asked| href("", &asked.parts()).trim_start_matches('?').to_owned());
    let link = Link { text: view.name.clone(), href: format!("{at}?{}", view.query) };
    View { link, current, shared: view.shared, remove: format!("{at}/view/{}", view.id) }
}

fn faults_of(filter: &FilterShown) -> Vec<(String, String)> {
    let ends = match &filter.kind {
        FilterKind::Choices(_) => return Vec::new(),
        FilterKind::Bounds { ends, .. } => ends.iter().collect(),
        FilterKind::Name(end) => vec![end],
    };
    ends.into_iter()
        .filter_map(|end| Some((end.part.clone(), format!("{}: {}", filter.label, end.fault.clone()?))))
        .collect()
}
