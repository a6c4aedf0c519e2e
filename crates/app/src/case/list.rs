//! The incidents of a school, as far as whoever looks sees them.
//!
//! Invariant: what is not theirs to see is neither shown nor counted.

use super::see::looks;
use super::view::title_of;
use super::{Of, Stand, all};
use crate::request::{id_of, name_of};
use crate::wanted::Wanted;
use crate::{Error, House, dates};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::flow::case::{Timer, doers, is_exercise, is_open, timers};
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// What the filters show.
const SHOWN: [&str; 4] = ["open", "late", "closed", "mine"];

/// One incident in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseLine {
    /// The incident.
    pub id: EntryId,
    /// Its kind.
    pub control: String,
    /// What it is called.
    pub title: String,
    /// Who reported it; nothing for whoever does not see it whole.
    pub reporter: String,
    /// When it was opened.
    pub opened_at: Option<Timestamp>,
    /// The same in words.
    pub opened: String,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Where it stands.
    pub stand: Stand,
    /// The last day of what is next.
    pub due: Option<Date>,
    /// What is next, or when it was closed.
    pub more: String,
    /// Whoever looks reported it.
    pub mine: bool,
    /// It only tries the way out.
    pub practice: bool,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct CasesPage {
    /// What fits.
    pub lines: Vec<CaseLine>,
    /// How many, by what the filters show.
    pub counts: BTreeMap<&'static str, usize>,
    /// Kinds there are: name and title.
    pub controls: Vec<(String, String)>,
}

impl House {
    /// The incidents of a school that fit, of those whoever asks sees.
    pub async fn cases(&self, actor: &Actor, school: &School, wanted: &Wanted) -> Result<CasesPage, Error> {
        self.scope_at(actor, "case.see", school).await?;
        let reach = self.case_reach(actor, school).await?;
        let before = self.before(actor, school).await?;
        let me = before.person();
        let seen = all(&before).filter_map(|(of, row)| Some((of, row, looks(&before, (of, row), reach)?)));
        let lines: Vec<CaseLine> = seen
            .map(|(of, row, looks)| {
                let line = line(of, row, me);
                if looks.whole {
                    line
                } else {
                    CaseLine { reporter: String::new(), due: None, more: String::new(), ..line }
                }
            })
            .collect();
        let mut controls: Vec<(String, String)> =
            lines.iter().map(|line| (line.control.clone(), line.title.clone())).collect();
        controls.sort_by(|a, b| a.1.cmp(&b.1));
        controls.dedup();
        let mut counts = BTreeMap::from([("", lines.len())]);
        for show in SHOWN {
            counts.insert(show, lines.iter().filter(|line| shown(line, show)).count());
        }
        let mut lines: Vec<CaseLine> = lines.into_iter().filter(|line| fits(line, wanted)).collect();
        sort(&mut lines, &wanted.sort);
        Ok(CasesPage { lines, counts, controls })
    }
}

fn line(of: Of<'_>, row: Row<'_>, me: Option<usize>) -> CaseLine {
    let ctx = of.ctx;
    let timers = timers(ctx, of.control, of.spec, row);
    let running = timers.iter().filter(|timer| timer.stopped.is_none());
    let next = running.filter_map(|timer| Some((timer.due()?, timer))).min_by_key(|(due, _)| *due);
    let due = next.as_ref().map(|(due, _)| last_day(ctx, *due)).filter(|_| is_open(row));
    let day = |at: Timestamp| dates::long(ctx.world.calendar.day(at));
    let opened_at = row.instant("opened_at");
    let more = match row.instant("closed_at") {
        Some(at) => format!("Closed {}", day(at)),
        None => coming(of, &timers),
    };
    CaseLine {
        id: row.id(),
        control: of.control.control.id.to_string(),
        title: of.title(),
        reporter: row.one("reporter").map(|id| name_of(ctx, Some(id))).unwrap_or_default(),
        opened: opened_at.map(day).unwrap_or_default(),
        opened_at,
        closed_at: row.instant("closed_at"),
        stand: Stand::of(of, row),
        due,
        more,
        mine: me.is_some_and(|me| row.one("reporter") == Some(id_of(ctx, me))),
        practice: is_exercise(row),
    }
}

/// `Next: Reasons (the data protection officer)`.
fn coming(of: Of<'_>, timers: &[Timer]) -> String {
    let open = |timer: &&Timer| timer.is_step && timer.stopped.is_none() && timer.started.is_some();
    let next = timers.iter().filter(open).map(|timer| {
        let step = of.spec.steps.iter().find(|step| step.name == timer.name);
        let who = step.map(|step| of.people(doers(step))).unwrap_or_default();
        format!("{} ({who})", title_of(&timer.name))
    });
    let next: Vec<String> = next.take(2).collect();
    if next.is_empty() { "Next: close it".to_owned() } else { format!("Next: {}", next.join("; ")) }
}

fn shown(line: &CaseLine, show: &str) -> bool {
    match show {
        "" => true,
        "mine" => line.mine,
        "open" => line.stand != Stand::Closed,
        name => line.stand.name() == name,
    }
}

fn fits(line: &CaseLine, wanted: &Wanted) -> bool {
    let text = format!("{} {}", line.title, line.reporter).to_lowercase();
    shown(line, &wanted.show)
        && (wanted.control.is_empty() || line.control == wanted.control)
        && text.contains(&wanted.search.trim().to_lowercase())
}

fn sort(lines: &mut [CaseLine], by: &str) {
    match by {
        "newest" => lines.sort_by_key(|line| std::cmp::Reverse(line.opened_at)),
        "oldest" => lines.sort_by_key(|line| line.opened_at),
        "title" => lines.sort_by(|a, b| (&a.title, a.opened_at).cmp(&(&b.title, b.opened_at))),
        _ => lines.sort_by_key(|line| {
            let closed = line.stand == Stand::Closed;
            (closed, line.due.is_none(), line.due, std::cmp::Reverse(line.opened_at))
        }),
    }
}
