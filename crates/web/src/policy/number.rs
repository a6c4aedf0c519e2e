//! The numbers, names and blanks of the policy: what holds here, who set it, and what each may be.

use super::reading::frame;
use crate::frame::{Frame, Link};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::Standpoint;
use schoolkeeper_app::number::NumberLine;

#[derive(Template)]
#[template(path = "policy/numbers.html")]
struct NumbersPage {
    frame: Frame,
    lead: String,
    rows: Vec<Row>,
}

struct Row {
    asks: String,
    value: Option<String>,
    own: Option<String>,
    may_be: String,
    set: Option<String>,
    statements: Vec<Link>,
    change: Option<String>,
}

/// GET /school/{school}/policy/{pack}/numbers
pub async fn numbers(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let lines = app.house.numbers(&signed.actor, &at).await?;
    let may = crate::manage::opens(&signed, "/school/{school}/policy/{pack}/change");
    let page = NumbersPage {
        frame: frame(&at, "Numbers of this policy")
            .signed(&signed)
            .back("Back to the contents", urls::read(&school, &pack)),
        lead: lead(&lines),
        rows: lines.into_iter().map(|line| row(&at, line, may)).collect(),
    };
    Ok(Html(page.render()?))
}

fn lead(lines: &[NumberLine]) -> String {
    match lines.iter().filter(|line| line.number.value.is_none()).count() {
        _ if lines.is_empty() => "This policy leaves no number to the school.".to_owned(),
        0 => "Every number is set.".to_owned(),
        1 => "1 number is not set yet. Statements that rest on it are not known until it is.".to_owned(),
        open => format!("{open} numbers are not set yet. Statements that rest on them are not known until they are."),
    }
}

fn row(at: &Standpoint, line: NumberLine, may: bool) -> Row {
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let to_statement =
        |id: &schoolkeeper_core::id::Name| Link { text: id.to_string(), href: urls::statement(slug, pack, id) };
    Row {
        change: may.then(|| urls::change_number(slug, pack, &line.number.name)),
        own: line.own.filter(|own| line.number.value.as_ref() != Some(own)),
        asks: line.number.asks,
        value: line.number.value,
        may_be: line.may_be,
        set: line.set,
        statements: line.clauses.iter().map(to_statement).collect(),
    }
}
