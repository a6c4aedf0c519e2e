//! One register: find the thing, see what is known of it.

use super::framed;
use crate::error::Error;
use crate::frame::{Frame, Pager};
use crate::manage::opens;
use crate::session::Signed;
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use schoolkeeper_app::register::list::{ListAsked, ListShown};
use schoolkeeper_core::id::EntryId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "register/list.html")]
struct ListPage {
    frame: Frame,
    list: ListShown,
    action: String,
    q: String,
    add_href: Option<String>,
    import_href: Option<String>,
    rows: Vec<Row>,
    pages: Pager,
}

struct Row {
    href: Option<String>,
    name: String,
    cells: Vec<(String, String)>,
}

/// `?q=words&after=ID&key=NAME`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    after: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    key: String,
}

/// GET /school/{school}/records/{register}
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let after = asked.after.parse().ok().map(|id| (asked.key.clone(), EntryId(id)));
    let wanted = ListAsked { search: asked.q.clone(), after };
    let mut list = app.house.list(&signed.actor, &school, &register, &wanted).await?;
    let action = urls::register(&school.slug, &register);
    let next = list
        .next
        .take()
        .map(|(key, id)| action.clone() + &urls::query(&[("q", &asked.q), ("key", &key), ("after", &id.to_string())]));
    let door = |end: &str| opens(&signed, &format!("/school/{{school}}/records/{{register}}/{end}"));
    let opened = door("{entry}");
    let kept = app.house.register_to_fill(&signed.actor, &school, &register).await.is_ok();
    let rows = std::mem::take(&mut list.rows).into_iter().map(|row| {
        let mut cells = list.columns.iter().cloned().zip(row.cells);
        let name = cells.next().map(|(_, name)| name).unwrap_or_default();
        Row { href: opened.then(|| urls::entry(&school.slug, &register, row.id)), name, cells: cells.collect() }
    });
    let page = ListPage {
        frame: framed(&app, &signed, &school, &list.title).await?.back("Records", urls::records(&school.slug)),
        add_href: (kept && door("new")).then(|| urls::new_entry(&school.slug, &register)),
        import_href: door("import").then(|| urls::import_into(&school.slug, &register)),
        rows: rows.collect(),
        pages: Pager {
            previous: (!asked.after.is_empty()).then(|| action.clone() + &urls::query(&[("q", &asked.q)])),
            next,
        },
        q: asked.q,
        action,
        list,
    };
    Ok(Html(page.render()?))
}
