//! The text of a version: as the school worded it when it was published, else as the policy has it.

use super::Place;
use jiff::Timestamp;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;

/// What people say when no school worded it otherwise.
pub(super) const STATEMENT: &str = "I have read this, I understand it, and I keep to it.";

/// One point of an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The statement of the policy it stands for.
    pub clause: Name,
    /// Its words.
    pub words: String,
    /// The same in the other language.
    pub other: Option<String>,
}

/// A version of an agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Its name.
    pub version: String,
    /// When it was published.
    pub at: Option<Timestamp>,
    /// What it is about, in a few lines.
    pub summary: String,
    /// What people say when they sign.
    pub statement: String,
    /// The other language that stands beside it.
    pub language: Option<String>,
    /// Documents to be opened before.
    pub read_with: Vec<String>,
    /// How many questions are asked before; as the policy has it when `None`.
    pub questions: Option<u32>,
    /// Its points, in order.
    pub points: Vec<Point>,
    /// By whom, when and by which minute it was approved, in words.
    pub approved: Option<String>,
    /// Those who signed the one before need not sign again.
    pub small: bool,
}

/// Every published version, newest first.
pub(super) fn versions(place: &Place<'_>) -> Vec<Text> {
    let rows = Row::all(place.ctx.world, "publication").filter(|row| row.text("agreement") == Some(place.id()));
    let mut out: Vec<Text> = rows.filter_map(|row| of_row(place, row)).collect();
    out.sort_by_key(|text| std::cmp::Reverse(text.at));
    out
}

/// The text of a version by its name.
pub(super) fn text(place: &Place<'_>, version: &str) -> Option<Text> {
    versions(place).into_iter().find(|text| text.version == version)
}

fn of_row(place: &Place<'_>, row: Row<'_>) -> Option<Text> {
    let version = row.text("version")?.to_owned();
    let said = |field: &str| row.text(field).map(str::to_owned);
    let points = match row.items("text") {
        [] => as_the_policy_has_it(place, &row.texts("articles")),
        worded => worded.iter().filter_map(point).collect(),
    };
    let approved = said("approved_by").map(|by| {
        let on = row.date("approved_on").map_or_else(String::new, |day| format!(", {}", crate::dates::long(day)));
        let minute = said("minute").map_or_else(String::new, |minute| format!(", {minute}"));
        format!("{by}{on}{minute}")
    });
    Some(Text {
        version,
        at: row.instant("published_at"),
        summary: said("summary").unwrap_or_default(),
        statement: said("statement").unwrap_or_else(|| STATEMENT.to_owned()),
        language: said("language"),
        read_with: row.texts("read_with").iter().map(ToString::to_string).collect(),
        questions: row.number("questions").and_then(|number| u32::try_from(number).ok()),
        points,
        approved,
        small: row.flag("material") == Some(false),
    })
}

fn point(row: &Value) -> Option<Point> {
    let text = |field: &str| row.get(field).and_then(Value::as_text).filter(|text| !text.trim().is_empty());
    let clause = Name::from(text("clause")?);
    Some(Point { clause, words: text("words")?.to_owned(), other: text("other").map(str::to_owned) })
}

/// The points of a version nobody worded: those it names, or all that are bound when it names none.
pub(super) fn as_the_policy_has_it(place: &Place<'_>, named: &[Name]) -> Vec<Point> {
    let (bound, _) = engine::bound_articles(place.ctx, place.control);
    let clauses = place.ctx.pack.pack.clauses_of(place.id());
    let there = clauses.filter(|clause| bound.contains(clause.id.get_ref()));
    let chosen = there.filter(|clause| named.is_empty() || named.contains(clause.id.get_ref()));
    let point = chosen.filter_map(|clause| {
        let words = clause.article.as_ref()?.words.clone();
        Some(Point { clause: clause.id.get_ref().clone(), words, other: None })
    });
    point.collect()
}
