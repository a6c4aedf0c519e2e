//! Every request of a school, for those who look after its problems: what waits, what is late, how long decisions take.

use super::view::looks;
use super::{Of, Outcome, lasting, middle, name_of, of_row, of_school, took};
use crate::act::Before;
use crate::wanted::Wanted;
use crate::{Error, House, dates};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::{deciding, due_at, is_waiting, stage_of};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// One request in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// The request.
    pub id: EntryId,
    /// Its control.
    pub control: String,
    /// What is asked for.
    pub title: String,
    /// Who asked.
    pub asker: String,
    /// When.
    pub asked_at: Option<Timestamp>,
    /// The same in words.
    pub asked: String,
    /// Where it stands.
    pub outcome: Outcome,
    /// Past the time for its decision.
    pub late: bool,
    /// Who decides now, and by when; or when it was decided.
    pub more: String,
    /// Days it waits or took, begun ones counted whole.
    pub days: i64,
}

/// How many, and how long it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// By what the filters show.
    pub counts: BTreeMap<&'static str, usize>,
    /// In how long half of the decisions were made.
    pub usual: Option<String>,
    /// How long the oldest one waits.
    pub oldest: Option<String>,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct RequestsPage {
    /// What fits.
    pub lines: Vec<RequestLine>,
    /// Of all there are.
    pub figures: Figures,
    /// Controls that were asked for: name and title.
    pub controls: Vec<(String, String)>,
}

impl House {
    /// The requests of a school that fit.
    pub async fn requests(&self, actor: &Actor, school: &School, wanted: &Wanted) -> Result<RequestsPage, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let seen =
            |row: &Row<'_>| of_row(&before, *row).is_some_and(|of| looks(of, *row, (before.person(), true)).is_some());
        let rows: Vec<Row<'_>> = Row::all(before.world(), "request").filter(seen).collect();
        let all: Vec<RequestLine> = rows.iter().filter_map(|row| Some(line(of_row(&before, *row)?, *row))).collect();
        let mut controls: Vec<(String, String)> = of_school(&before)
            .map(|of| (of.control.control.id.to_string(), of.title()))
            .filter(|(name, _)| all.iter().any(|line| line.control == *name))
            .collect();
        controls.sort_by(|a, b| a.1.cmp(&b.1));
        controls.dedup();
        let figures = figures(&before, (&rows, &all));
        let mut lines: Vec<RequestLine> = all.into_iter().filter(|line| fits(line, wanted)).collect();
        sort(&mut lines, &wanted.sort);
        Ok(RequestsPage { lines, figures, controls })
    }
}

fn line(of: Of<'_>, row: Row<'_>) -> RequestLine {
    let (ctx, outcome) = (of.ctx, Outcome::of(row));
    let due = due_at(ctx, of.spec, row).filter(|_| is_waiting(row));
    let asked_at = row.instant("asked_at");
    let more = match (outcome, row.instant("decided_at")) {
        (Outcome::Waiting, _) => {
            let who =
                stage_of(of.spec, row).map(|(_, stage)| of.people(&deciding(ctx, stage, row))).unwrap_or_default();
            let by = due.map(|due| format!(", by {}", dates::long(last_day(ctx, due)))).unwrap_or_default();
            format!("Waits for {who}{by}")
        }
        (_, Some(at)) => dates::long(ctx.world.calendar.day(at)),
        (_, None) => String::new(),
    };
    let lasts = took(row).or_else(|| Some(ctx.world.now.duration_since(asked_at?)).filter(|_| is_waiting(row)));
    RequestLine {
        id: row.id(),
        control: of.control.control.id.to_string(),
        title: of.title(),
        asker: name_of(ctx, row.one("requester")),
        asked: asked_at.map(|at| dates::long(ctx.world.calendar.day(at))).unwrap_or_default(),
        asked_at,
        outcome,
        late: due.is_some_and(|due| due <= ctx.world.now),
        more,
        days: lasts.map_or(0, |time| (time.as_hours() + 23) / 24),
    }
}

fn figures(before: &Before, (rows, all): (&[Row<'_>], &[RequestLine])) -> Figures {
    let now = before.world().now;
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::from([("", all.len())]);
    for name in ["waiting", "late", "granted", "refused", "withdrawn"] {
        let asked = Wanted { show: name.to_owned(), ..Wanted::default() };
        counts.insert(name, all.iter().filter(|line| fits(line, &asked)).count());
    }
    let decided = rows.iter().filter(|row| matches!(Outcome::of(**row), Outcome::Granted | Outcome::Refused));
    let mut times: Vec<SignedDuration> = decided.filter_map(|row| took(*row)).collect();
    times.sort_unstable();
    let waiting = all.iter().filter(|line| line.outcome == Outcome::Waiting);
    let oldest = waiting.filter_map(|line| line.asked_at).min().map(|at| lasting(now.duration_since(at)));
    Figures { counts, usual: middle(&times).map(lasting), oldest }
}

fn fits(line: &RequestLine, wanted: &Wanted) -> bool {
    let shown = match wanted.show.as_str() {
        "" => true,
        "late" => line.late,
        name => line.outcome.name() == name,
    };
    let text = format!("{} {}", line.title, line.asker).to_lowercase();
    shown
        && (wanted.control.is_empty() || line.control == wanted.control)
        && text.contains(&wanted.search.trim().to_lowercase())
}

fn sort(lines: &mut [RequestLine], by: &str) {
    match by {
        "newest" => lines.sort_by_key(|line| std::cmp::Reverse(line.asked_at)),
        "oldest" => lines.sort_by_key(|line| line.asked_at),
        "title" => lines.sort_by(|a, b| (&a.title, a.asked_at).cmp(&(&b.title, b.asked_at))),
        _ => lines.sort_by_key(|line| {
            let waits = line.outcome == Outcome::Waiting;
            let at = line.asked_at.map_or(0, Timestamp::as_second);
            (!waits, if waits { at } else { -at })
        }),
    }
}
