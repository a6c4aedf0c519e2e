//! One person's training, and what a joiner has to do, as a list that can be printed.

use super::{LIST, TEACH, status};
use crate::form::Form;
use crate::frame::{Frame, Status};
use crate::manage::{frame_of, opens};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use schoolkeeper_app::dates;
use schoolkeeper_app::training::{Certificate, Has, Induction, PersonTraining, Record};

#[derive(Template)]
#[template(path = "training/person.html")]
struct PersonPage {
    frame: Frame,
    form: Form,
    name: String,
    lead: String,
    joiner: bool,
    todo: Vec<Line>,
    done: Vec<Line>,
    person: String,
    chase_action: Option<String>,
    part: PartOfPerson,
}

struct Line {
    kind: &'static str,
    title: String,
    due: Option<String>,
}

/// What a person's page and one's own page both show.
pub(super) struct PartOfPerson {
    pub(super) asked: Vec<Asked>,
    pub(super) records: Vec<(String, String)>,
    pub(super) certificates: Vec<(String, String, Option<String>)>,
}

/// A course asked of somebody.
pub(super) struct Asked {
    pub(super) course: String,
    pub(super) status: Status,
    pub(super) until: Option<String>,
    pub(super) why: Vec<(String, String)>,
}

/// GET /school/{school}/training/person/{person}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, person)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let found = app.house.training_of(&signed.actor, &school, crate::request::entry_id(&person)?).await?;
    let joiner = found.first_day.is_some_and(|(_, joiner)| joiner);
    let open = found.asked.iter().flat_map(|(_, line)| &line.cells).any(|cell| cell.has.is_open());
    let decides = opens(&signed, "/school/{school}/training/certificate/{certificate}");
    let title = if joiner { format!("Induction: {}", found.name) } else { format!("Training: {}", found.name) };
    let page = PersonPage {
        frame: frame_of(&school, &title, &signed, LIST).back("Training", urls::training(&slug)),
        form: Form::of(signed.csrf(), &[]),
        lead: lead(&found),
        joiner,
        todo: found.induction.iter().filter(|one| !one.done).map(line).collect(),
        done: found.induction.iter().filter(|one| one.done).map(line).collect(),
        person: found.person.to_string(),
        chase_action: (open && opens(&signed, TEACH)).then(|| urls::chase_training(&slug)),
        part: part(&slug, &found, decides),
        name: found.name,
    };
    Ok(Html(page.render()?))
}

fn lead(found: &PersonTraining) -> String {
    match found.first_day {
        Some((day, _)) => format!("{}, here since {}.", found.class, dates::long(day)),
        None => format!("{}.", found.class),
    }
}

fn line(one: &Induction) -> Line {
    Line { kind: one.kind, title: one.title.clone(), due: one.due.map(|due| format!("by {}", dates::long(due))) }
}

pub(super) fn part(slug: &str, found: &PersonTraining, decides: bool) -> PartOfPerson {
    let asked = found.asked.iter().flat_map(|(courses, line)| {
        line.cells.iter().map(move |cell| {
            let course = courses.iter().find(|course| course.name == cell.course);
            let why = course.map_or(&[][..], |course| &course.statements);
            let word = if cell.has == Has::Ended { "ended" } else { "until" };
            Asked {
                course: cell.course.clone(),
                status: status(cell.has),
                until: cell.until.map(|day| format!("{word} {}", dates::long(day))),
                why: why
                    .iter()
                    .map(|(pack, clause)| (clause.to_string(), urls::statement(slug, pack, clause)))
                    .collect(),
            }
        })
    });
    PartOfPerson {
        asked: asked.collect(),
        records: found.records.iter().map(record).collect(),
        certificates: found
            .certificates
            .iter()
            .map(|one| {
                let href = (decides && one.decided.is_none()).then(|| urls::training_certificate(slug, one.id));
                (one.course.clone(), certificate(one), href)
            })
            .collect(),
    }
}

fn record(one: &Record) -> (String, String) {
    let mut meta = Vec::new();
    meta.extend(one.on.map(dates::long));
    meta.extend(one.until.map(|day| format!("counts until {}", dates::long(day))));
    meta.extend(one.way.as_deref().map(|way| match way {
        "lessons" => "lessons taken here".to_owned(),
        "certificate" => "by certificate".to_owned(),
        _ => "a session".to_owned(),
    }));
    (one.course.clone(), meta.join(" · "))
}

fn certificate(one: &Certificate) -> String {
    match (one.decided, &one.reason) {
        (None, _) => "waits to be looked at".to_owned(),
        (Some((day, true)), _) => format!("counts, looked at on {}", dates::long(day)),
        (Some((day, false)), Some(reason)) => format!("came back on {}: {reason}", dates::long(day)),
        (Some((day, false)), None) => format!("came back on {}", dates::long(day)),
    }
}
