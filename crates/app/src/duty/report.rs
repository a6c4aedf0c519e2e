//! The report a task is done with: the school's figures as they are today, as tables to read, print and save.
//!
//! Invariant: numbers and problems, no names of people; a part its reader may not see is left out and said so; nothing of
//! it is kept, so whoever files it says what it is called and where it lies.

use super::{TaskAt, TaskShown};
use crate::request::{Outcome, RequestLine};
use crate::view::cause::Cause;
use crate::view::{Tally, lines};
use crate::wanted::Wanted;
use crate::{Error, House, Standpoint, dates, export};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Most problems a report names.
const PROBLEMS_MAX: usize = 30;

/// A report.
#[derive(Clone, Debug)]
pub struct TaskReport {
    /// What it is called: `the board paper on ICT`.
    pub title: String,
    /// The task it belongs to.
    pub task: String,
    /// Path of that task's page.
    pub link: String,
    /// The day of its figures.
    pub on: Date,
    /// Its tables.
    pub parts: Vec<ReportPart>,
    /// Headings of what its reader may not see.
    pub left_out: Vec<&'static str>,
}

/// One table of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportPart {
    /// What it is about.
    pub heading: &'static str,
    /// One sentence above it.
    pub lead: String,
    /// Heads of its columns, the first that of the rows.
    pub head: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// What a report may tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Standing,
    Problems,
    Tasks,
    Incidents,
    Permissions,
    Schools,
}

impl About {
    fn heading(self) -> &'static str {
        match self {
            Self::Standing => "Where we stand",
            Self::Problems => "Problems",
            Self::Tasks => "Late tasks",
            Self::Incidents => "Incidents",
            Self::Permissions => "Permissions",
            Self::Schools => "School by school",
        }
    }
}

/// What a report of the language's list tells of, in this order.
fn parts_of(report: &str) -> &'static [About] {
    use About::{Incidents, Permissions, Problems, Schools, Standing, Tasks};
    match report {
        "incident-summary" => &[Incidents],
        "permission-summary" => &[Permissions],
        "school-comparison" => &[Schools, Standing],
        "meeting-pack" => &[Problems, Incidents, Tasks],
        "pass-rates" | "standards-review" => &[Standing, Problems],
        _ => &[Standing, Problems, Tasks, Incidents],
    }
}

impl House {
    /// The report of a task; missing when the task makes none, or is not the reader's to see.
    pub async fn task_report(&self, actor: &Actor, school: &School, at: &TaskAt) -> Result<TaskReport, Error> {
        let shown = self.task(actor, school, at).await?;
        let name = shown.spec.report.as_ref().ok_or(Error::Missing)?.get_ref().clone();
        let point = self.standpoint(actor, &school.slug, &at.pack).await?;
        let (mut parts, mut left_out) = (Vec::new(), Vec::new());
        for about in parts_of(&name) {
            match self.report_part((actor, school), (&point, &shown), *about).await {
                Ok(part) => parts.push(ReportPart { heading: about.heading(), ..part }),
                Err(Error::NotAllowed(_) | Error::Missing) => left_out.push(about.heading()),
                Err(error) => return Err(error),
            }
        }
        let title = schoolkeeper_pack::report_words(&name).to_owned();
        Ok(TaskReport { title, task: shown.task.title, link: shown.task.link, on: shown.today, parts, left_out })
    }

    /// The same as CSV: each part under its heading.
    pub async fn task_report_csv(&self, actor: &Actor, school: &School, at: &TaskAt) -> Result<Vec<u8>, Error> {
        export::report(&self.task_report(actor, school, at).await?)
    }

    async fn report_part(
        &self,
        (actor, school): (&Actor, &School),
        (at, shown): (&Standpoint, &TaskShown),
        about: About,
    ) -> Result<ReportPart, Error> {
        Ok(match about {
            About::Standing => standing(at),
            About::Problems => {
                self.scope_at(actor, "finding.see", school).await?;
                problems(at, &at.causes().into_iter().filter(|cause| !at.is_task(cause)).collect::<Vec<_>>())
            }
            About::Tasks => {
                let open = self.tasks(actor, school).await?.open;
                let late = open.into_iter().filter(|task| task.late && task.control != shown.task.control);
                counted(["Whose", "Late tasks"], late.map(|task| task.owner))
            }
            About::Incidents => {
                let kinds = self.case_numbers(actor, school).await?.kinds;
                let rows = kinds.into_iter().map(|kind| vec![kind.title, kind.year, kind.all.to_string()]);
                ReportPart { head: vec!["What happened", "School year", "How many"], rows: rows.collect(), ..lead("") }
            }
            About::Permissions => {
                let page = self.requests(actor, school, &Wanted::default()).await?;
                let usual =
                    page.figures.usual.map_or_else(String::new, |usual| format!("Half are decided in {usual}. "));
                let oldest = page.figures.oldest.map(|oldest| format!("The oldest one waits for {oldest}."));
                permissions(&page.lines, &format!("{usual}{}", oldest.unwrap_or_default()))
            }
            About::Schools => {
                let schools = self.across(actor).await?.schools;
                let rows = schools.into_iter().map(|one| tally_row(one.title, &one.tally));
                ReportPart { head: tally_head("School"), rows: rows.collect(), ..lead("") }
            }
        })
    }
}

fn lead(lead: &str) -> ReportPart {
    ReportPart { lead: lead.to_owned(), ..ReportPart::default() }
}

fn tally_head(first: &'static str) -> Vec<&'static str> {
    vec![first, "Statements", "Met", "Due", "Not met", "Not known yet"]
}

fn tally_row(title: String, tally: &Tally) -> Vec<String> {
    let met = tally.kept + tally.told;
    let counts = [tally.counted(), met, tally.due, tally.broken, tally.unknown];
    std::iter::once(title).chain(counts.map(|count| count.to_string())).collect()
}

/// Section by section, those that hold something that can stand somewhere.
fn standing(at: &Standpoint) -> ReportPart {
    let mut sections: Vec<(String, Vec<_>)> = Vec::new();
    for line in lines(&at.pack.pack, &at.outcome) {
        let section = line.clause.section.clone().unwrap_or_else(|| "Other statements".to_owned());
        let stands = (line.outcome.standing, line.outcome.none_because);
        match sections.iter_mut().find(|(known, _)| *known == section) {
            Some((_, all)) => all.push(stands),
            None => sections.push((section, vec![stands])),
        }
    }
    let whole = Tally::of(sections.iter().flat_map(|(_, all)| all.iter().copied()));
    let tallies = sections.into_iter().map(|(section, all)| (section, Tally::of(all.into_iter())));
    let rows = tallies.filter(|(_, tally)| tally.counted() > 0).map(|(section, tally)| tally_row(section, &tally));
    let title = &at.pack.pack.head.title;
    let says = format!("{title}: {} of {} statements are met.", whole.kept + whole.told, whole.counted());
    ReportPart { head: tally_head("Section"), rows: rows.collect(), ..lead(&says) }
}

fn problems(at: &Standpoint, causes: &[Cause]) -> ReportPart {
    let row = |cause: &Cause| {
        let by = at.last_day(cause).map_or_else(String::new, dates::long);
        // The words of one problem may name somebody: the control's own title does not.
        let control = at.pack.controls.get(&cause.control).map(|control| control.control.title.clone());
        let title = if cause.count == 1 { control.unwrap_or_default() } else { cause.title.clone() };
        let statements = cause.clauses.iter().map(|clause| &**clause).collect::<Vec<_>>().join(", ");
        vec![title, cause.count.to_string(), statements, cause.owner.clone(), by]
    };
    let says = match causes.len() {
        0 => "Nothing is to be fixed.".to_owned(),
        all if all > PROBLEMS_MAX => format!("The worst {PROBLEMS_MAX} of {all}."),
        _ => String::new(),
    };
    ReportPart {
        head: vec!["What is to be fixed", "How many", "Statements", "Whose", "By"],
        rows: causes.iter().take(PROBLEMS_MAX).map(row).collect(),
        ..lead(&says)
    }
}

fn counted(head: [&'static str; 2], all: impl Iterator<Item = String>) -> ReportPart {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    let says = if counts.is_empty() { "None is late." } else { "" };
    let rows = counts.into_iter().map(|(one, count)| vec![one, count.to_string()]);
    ReportPart { head: head.into(), rows: rows.collect(), ..lead(says) }
}

fn permissions(all: &[RequestLine], says: &str) -> ReportPart {
    let mut kinds: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for line in all {
        let counts = kinds.entry(&line.title).or_default();
        counts[0] += 1;
        match line.outcome {
            Outcome::Waiting => counts[1] += 1,
            Outcome::Granted => counts[2] += 1,
            Outcome::Refused => counts[3] += 1,
            Outcome::Withdrawn => {}
        }
    }
    let row = |(kind, counts): (&str, [usize; 4])| {
        std::iter::once(kind.to_owned()).chain(counts.map(|count| count.to_string())).collect()
    };
    let head = vec!["Permission", "Asked for", "Waiting", "Granted", "Refused"];
    ReportPart { head, rows: kinds.into_iter().map(row).collect(), ..lead(says) }
}
