//! Labels to print and stick on things: one for each record of a list as it is shown, on sheets of a chosen size.

use super::{framed, list::Parts};
use crate::error::Error;
use crate::frame::{Filter, Frame};
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::register::ListAsked;
use schoolkeeper_app::register::list::ListShown;

/// Sheets: word in the address, how many on an A4 sheet, in words.
const SHEETS: &[(&str, usize, &str)] = &[
    ("medium", 24, "24 on a sheet, 70 by 37 mm"),
    ("large", 14, "14 on a sheet, 99 by 38 mm"),
    ("small", 40, "40 on a sheet, 52 by 29 mm"),
];
/// Further lines of one label.
const LINES_MAX: usize = 3;

#[derive(Template)]
#[template(path = "register/labels.html")]
struct LabelsPage {
    frame: Frame,
    title: String,
    school: String,
    size: &'static str,
    sizes: Vec<Filter>,
    sheets: Vec<Vec<Label>>,
    count: usize,
    list_href: String,
}

struct Label {
    name: String,
    lines: Vec<(String, String)>,
}

/// GET /school/{school}/records/{register}/labels
pub async fn labels(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(parts): Query<Parts>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let asked = ListAsked::read(&parts);
    let list = app.house.list(&signed.actor, &school, &register, &asked).await?;
    let wanted = parts.iter().find(|(name, _)| name == "sheet").map_or("", |(_, value)| value);
    let (size, on_one, _) = SHEETS.iter().find(|(name, ..)| *name == wanted).unwrap_or(&SHEETS[0]);
    let href = |sheet: &str| {
        let mut parts = asked.parts();
        parts.push(("sheet".to_owned(), sheet.to_owned()));
        super::href(&urls::labels(&school.slug, &register), &parts)
    };
    let sizes = SHEETS.iter().map(|(name, _, text)| Filter {
        text: (*text).to_owned(),
        href: href(name),
        current: name == size,
    });
    let sizes = sizes.collect();
    let labels = of(&list);
    let count = labels.len();
    let list_href = super::href(&urls::register(&school.slug, &register), &asked.parts());
    let title = format!("Labels for {}", list.many);
    let frame = framed(&app, &signed, &school, &title).await?.back("Back to the list", list_href.clone());
    let page =
        LabelsPage { frame, title, school: school.title, size, sizes, sheets: cut(labels, *on_one), count, list_href };
    Ok(Html(page.render()?))
}

/// One label for each row: its first column is the name.
fn of(list: &ListShown) -> Vec<Label> {
    let label = |row: &schoolkeeper_app::register::list::ListRow| {
        let named = list.columns.iter().map(|column| column.label.clone()).zip(row.cells.iter().cloned());
        let mut cells = named.filter(|(_, cell)| !cell.is_empty());
        let name = cells.next().map(|(_, name)| name).unwrap_or_default();
        Label { name, lines: cells.take(LINES_MAX).collect() }
    };
    list.rows.iter().map(label).collect()
}

fn cut(labels: Vec<Label>, size: usize) -> Vec<Vec<Label>> {
    let mut out: Vec<Vec<Label>> = Vec::new();
    for label in labels {
        match out.last_mut().filter(|sheet| sheet.len() < size) {
            Some(sheet) => sheet.push(label),
            None => out.push(vec![label]),
        }
    }
    out
}
