//! Automatic checks: what happens by itself, what it last did, and what could not be done.

use crate::frame::{Frame, Link, Status};
use crate::session::{Signed, told};
use crate::{App, error::Error, manage, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schoolkeeper_app::dates;
use schoolkeeper_app::job::view::{Ending, Job, Jobs, Run, RunsAsked};
use schoolkeeper_core::calendar::{Calendar, Division};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "job/list.html")]
struct ListPage {
    frame: Frame,
    works: bool,
    schedule: Vec<Row>,
    running: Vec<Row>,
    dead: Vec<Row>,
    unknown: Vec<Row>,
    runs: Vec<Row>,
    other: Link,
    older: Option<String>,
}

/// A line of one of the tables.
struct Row {
    title: String,
    when: String,
    next: String,
    status: Option<Status>,
    words: String,
    href: String,
}

#[derive(Template)]
#[template(path = "job/dead.html")]
struct DeadPage {
    frame: Frame,
    csrf: String,
    retry: String,
    give_up: String,
    title: String,
    attempts: Vec<Row>,
}

/// `?show=all&before=MICROSECONDS_ID`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    before: String,
}

impl Asked {
    fn runs(&self) -> RunsAsked {
        let before = self
            .before
            .split_once('_')
            .and_then(|(at, id)| Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?)));
        RunsAsked { all: self.show == "all", before }
    }
}

/// GET /jobs
pub async fn list(State(app): State<App>, signed: Signed, Query(asked): Query<Asked>) -> Result<Html<String>, Error> {
    let jobs = app.house.jobs(&signed.actor, &asked.runs()).await?;
    Ok(Html(page(&signed, &jobs, asked.show == "all").render()?))
}

fn page(signed: &Signed, jobs: &Jobs, all: bool) -> ListPage {
    let zone = zone();
    let schedule = jobs.schedule.iter().map(|timed| {
        let next = timed.next.map_or_else(|| "When a program works".to_owned(), |at| dates::moment(at, &zone));
        let last = timed.last.as_ref().map(|run| Row::run(run, &zone));
        let last = last.unwrap_or_else(|| Row::titled("", "Has not run yet".to_owned()));
        Row { title: timed.says.to_owned(), next, ..last }
    });
    let waits = |job: &Job| Row::titled(&job.kind, format!("Since {}", dates::moment(job.run_at, &zone)));
    let dead = jobs.dead.iter().map(|job| Row { href: urls::job(job.id), ..waits(job) });
    let oldest = jobs.runs.last().filter(|_| jobs.more);
    let show = if all { "all" } else { "" };
    let other = if all { ("Only runs that did something", "") } else { ("Also runs that had nothing to do", "all") };
    ListPage {
        frame: manage::frame("Automatic checks", signed, "/jobs"),
        works: jobs.works,
        schedule: schedule.collect(),
        running: jobs.running.iter().map(waits).collect(),
        dead: dead.collect(),
        unknown: jobs.unknown.iter().map(waits).collect(),
        runs: jobs.runs.iter().map(|run| Row::run(run, &zone)).collect(),
        other: Link { text: other.0.to_owned(), href: urls::jobs(other.1, "") },
        older: oldest.map(|run| urls::jobs(show, &format!("{}_{}", run.started_at.as_microsecond(), run.id))),
    }
}

/// GET /jobs/{job}
pub async fn dead(State(app): State<App>, signed: Signed, Path(job): Path<String>) -> Result<Html<String>, Error> {
    let (job, runs) = app.house.dead_job(&signed.actor, id(&job)?).await?;
    let title = title(&job.kind);
    let page = DeadPage {
        frame: manage::frame(&title, &signed, "/jobs").back("Automatic checks", urls::jobs("", "")),
        csrf: signed.csrf(),
        retry: urls::job_act(job.id, "retry"),
        give_up: urls::job_act(job.id, "give-up"),
        title,
        attempts: runs.iter().map(|run| Row::run(run, &zone())).collect(),
    };
    Ok(Html(page.render()?))
}

/// POST /jobs/{job}/retry
pub async fn retry(State(app): State<App>, signed: Signed, Path(job): Path<String>) -> Result<Response, Error> {
    let kind = app.house.retry_job(&signed.actor, id(&job)?).await?;
    Ok(told(&app, &urls::jobs("", ""), &format!("{} is tried again now", title(&kind))))
}

/// POST /jobs/{job}/give-up
pub async fn give_up(State(app): State<App>, signed: Signed, Path(job): Path<String>) -> Result<Response, Error> {
    let kind = app.house.give_up_job(&signed.actor, id(&job)?).await?;
    Ok(told(&app, &urls::jobs("", ""), &format!("{} was given up", title(&kind))))
}

fn id(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::Missing)
}

impl Row {
    fn titled(kind: &str, when: String) -> Self {
        let (next, words, href) = (String::new(), String::new(), String::new());
        Self { title: title(kind), when, next, status: None, words, href }
    }

    fn run(run: &Run, zone: &TimeZone) -> Self {
        let (colour, mark, text) = match run.ending {
            None => ("blue", "…", "Running"),
            Some(Ending::Done) => ("green", "●", "Done"),
            Some(Ending::Retried) => ("yellow", "◐", "Tried again later"),
            Some(Ending::Released) => ("grey", "–", "Handed back"),
            Some(Ending::Failed) => ("red", "✕", "Failed"),
            Some(Ending::Panicked) => ("red", "✕", "Broke off"),
            Some(Ending::TimedOut) => ("red", "✕", "Took too long"),
            Some(Ending::Lost) => ("red", "✕", "Cut off"),
        };
        let counts: Vec<String> = run.counts.iter().map(|(what, number)| format!("{what}: {number}")).collect();
        let nothing = if run.ending == Some(Ending::Done) { "Nothing to do" } else { "" };
        let said = if counts.is_empty() { nothing.to_owned() } else { counts.join(", ") };
        let words = [run.why.clone().unwrap_or_default(), said].into_iter().filter(|words| !words.is_empty());
        let words = words.collect::<Vec<_>>().join(" ");
        let status = Some(Status { colour, mark, text });
        Self { status, words, ..Self::titled(&run.kind, dates::moment(run.started_at, zone)) }
    }
}

/// `forget-runs` → *Forget runs*.
fn title(kind: &str) -> String {
    let words = kind.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn zone() -> TimeZone {
    Calendar::new(Division::default(), Vec::new()).zone().clone()
}
