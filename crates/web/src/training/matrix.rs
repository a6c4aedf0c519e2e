//! Who lacks which course: everybody against everything, narrowed, exported, reminded in one press.

use super::{LIST, TEACH, status};
use crate::form::{Choice, Form, Posted};
use crate::frame::{Filter, Frame, Pager, Status, page_of};
use crate::manage::{frame_of, opens};
use crate::session::{Signed, told};
use crate::{App, download, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use schoolkeeper_app::agreement::Chased;
use schoolkeeper_app::training::{Chase, Has, Matrix, PersonLine};
use schoolkeeper_app::{House, School, dates};
use schoolkeeper_core::id::EntryId;
use serde::Deserialize;

/// People of one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "training/matrix.html")]
struct MatrixPage {
    frame: Frame,
    form: Form,
    lead: String,
    notes: Vec<&'static str>,
    any: bool,
    filters: Vec<Filter>,
    action: String,
    asked: Asked,
    classes: Vec<Choice>,
    courses: Vec<Choice>,
    headings: Vec<String>,
    rows: Vec<Row>,
    hits: String,
    pages: Pager,
    export_href: String,
    chase_action: Option<String>,
    chase_text: String,
    courses_href: String,
    trials_href: String,
}

struct Row {
    name: String,
    href: String,
    class: String,
    cells: Vec<(String, Option<(Status, String)>)>,
}

/// `?show=soon&class=Governors&course=UK GDPR&q=words&page=2`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(deserialize_with = "crate::problem::asked")]
    show: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    class: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    course: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    q: String,
    page: usize,
}

impl Asked {
    fn query(&self, show: &str, page: &str) -> String {
        urls::query(&[("show", show), ("class", &self.class), ("course", &self.course), ("q", &self.q), ("page", page)])
    }

    fn has(&self, line: &PersonLine, test: impl Fn(Has) -> bool) -> bool {
        let mut cells = line.cells.iter().filter(|cell| self.course.is_empty() || self.course == cell.course);
        cells.any(|cell| test(cell.has))
    }

    fn shows(&self, show: &str, line: &PersonLine) -> bool {
        match show {
            "all" => self.has(line, |_| true),
            "soon" => self.has(line, |has| has == Has::Soon),
            "unknown" => self.has(line, |has| has == Has::Unknown),
            "joiners" => line.joiner,
            _ => self.has(line, |has| matches!(has, Has::Ended | Has::Lacks)),
        }
    }

    fn narrows(&self, line: &PersonLine) -> bool {
        let wanted = self.q.trim().to_lowercase();
        (self.class.is_empty() || self.class == line.class) && line.name.to_lowercase().contains(&wanted)
    }
}

/// GET /school/{school}/training
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let found = app.house.training_matrix(&signed.actor, &school).await?;
    Ok(Html(shown(&signed, &school, &found, &asked).render()?))
}

/// GET /school/{school}/training.csv: exactly what the page shows, on all its pages.
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let found = app.house.training_matrix(&signed.actor, &school).await?;
    let lines: Vec<PersonLine> = chosen(&found, &asked).into_iter().cloned().collect();
    let csv = House::training_csv(&lines)?;
    Ok(download::csv(&format!("training-{slug}"), csv))
}

/// POST /school/{school}/training/chase
pub async fn chase(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let word = |name: &str| Some(posted.word(name)).filter(|word| !word.is_empty());
    let person: Option<EntryId> = word("person").map(|id| crate::request::entry_id(&id)).transpose()?;
    let whom = Chase { class: word("class"), course: word("course"), person };
    let chased = app.house.chase_training(&signed.actor, &school, &whom).await?;
    let back = person.map_or_else(|| urls::training(&slug), |person| urls::training_of(&slug, person));
    Ok(told(&app, &back, &chased_words(chased)))
}

fn chased_words(Chased { told, unreached }: Chased) -> String {
    let words = match told {
        0 => "Nobody was reminded: everybody was reminded today already, or no mail reaches them".to_owned(),
        1 => "1 person is reminded by mail".to_owned(),
        many => format!("{many} people are reminded by mail"),
    };
    if unreached == 0 { words } else { format!("{words}. {unreached} have no address on record") }
}

fn chosen<'a>(found: &'a Matrix, asked: &Asked) -> Vec<&'a PersonLine> {
    let fits = |line: &&PersonLine| asked.narrows(line) && asked.shows(&asked.show, line);
    found.lines.iter().filter(fits).collect()
}

fn shown(signed: &Signed, school: &School, found: &Matrix, asked: &Asked) -> MatrixPage {
    let slug = &*school.slug;
    let action = urls::training(slug);
    let fitting = chosen(found, asked);
    let count = fitting.len();
    let href = |page: usize| action.clone() + &asked.query(&asked.show, &page.to_string());
    let (lines, pages) = page_of(fitting, asked.page, PAGE, href);
    let narrowed: Vec<&PersonLine> = found.lines.iter().filter(|line| asked.narrows(line)).collect();
    let kinds = [("", "Lack something"), ("soon", "Ends soon"), ("unknown", "Not known yet"), ("joiners", "Joiners")];
    let filter = |(show, text): (&str, &str)| Filter {
        text: format!("{text} ({})", narrowed.iter().filter(|line| asked.shows(show, line)).count()),
        href: action.clone() + &asked.query(show, ""),
        current: asked.show == show,
    };
    let names: Vec<String> = found.courses.iter().map(|course| course.name.clone()).collect();
    let headings: Vec<String> =
        names.iter().filter(|name| asked.course.is_empty() || **name == asked.course).cloned().collect();
    let option = |name: &str, text: String, chosen: &str| Choice { chosen: name == chosen, ..Choice::new(name, text) };
    let classes = found.classes().into_iter();
    let classes =
        classes.map(|(name, good, all)| option(&name, format!("{name} ({good} of {all} complete)"), &asked.class));
    let open = found.lines.iter().filter(|line| asked.class.is_empty() || line.class == asked.class);
    let any_open = open.into_iter().any(|line| asked.has(line, Has::is_open));
    let teaches = opens(signed, TEACH) && any_open && found.courses.iter().any(|course| course.started);
    MatrixPage {
        frame: frame_of(school, "Who has which training", signed, LIST),
        form: Form::of(signed.csrf(), &[]),
        lead: lead(found),
        notes: notes(found),
        any: !found.lines.is_empty(),
        filters: kinds.into_iter().chain([("all", "Everybody")]).map(filter).collect(),
        classes: std::iter::once(option("", "Everybody".to_owned(), &asked.class)).chain(classes).collect(),
        courses: std::iter::once(option("", "All courses".to_owned(), &asked.course))
            .chain(names.iter().map(|name| option(name, name.clone(), &asked.course)))
            .collect(),
        rows: lines.into_iter().map(|line| row(slug, line, &headings)).collect(),
        headings,
        hits: format!("{count} {}", if count == 1 { "person" } else { "people" }),
        pages,
        export_href: urls::training_export(slug) + &asked.query(&asked.show, ""),
        chase_action: teaches.then(|| urls::chase_training(slug)),
        chase_text: chase_text(asked),
        courses_href: urls::courses(slug),
        trials_href: urls::trials(slug),
        action,
        asked: asked.clone(),
    }
}

fn chase_text(asked: &Asked) -> String {
    let what = if asked.course.is_empty() { "something".to_owned() } else { format!("“{}”", asked.course) };
    let who = match &*asked.class {
        "" => format!("everybody who lacks {what}"),
        class => format!("those of “{class}” who lack {what}"),
    };
    format!("Remind {who}, or whose training ends soon")
}

fn lead(found: &Matrix) -> String {
    let good = found.lines.iter().filter(|line| matches!(line.worst(), Has::Yes | Has::Soon)).count();
    match (found.courses.len(), found.lines.len()) {
        (0, _) => "The policies in force ask for no course by name.".to_owned(),
        (_, 0) => "Nobody is on record of whom a policy asks a course.".to_owned(),
        (courses, all) => {
            let plural = if courses == 1 { "course" } else { "courses" };
            format!("{good} of {all} people have everything asked of them. Policies ask for {courses} {plural}.")
        }
    }
}

fn notes(found: &Matrix) -> Vec<&'static str> {
    let mut out = Vec::new();
    if found.unsure && !found.lines.is_empty() {
        out.push(
            "Nobody has said that the list of training is complete, so what it does not hold is “not known yet”. \
             Say so in Records, Training.",
        );
    }
    out
}

fn row(slug: &str, line: &PersonLine, headings: &[String]) -> Row {
    let cell = |course: &String| {
        let found = line.cells.iter().find(|cell| cell.course == *course);
        let words = |until: Option<Date>| until.map_or_else(String::new, dates::long);
        (course.clone(), found.map(|cell| (status(cell.has), words(cell.until))))
    };
    Row {
        name: line.name.clone(),
        href: urls::training_of(slug, line.person),
        class: line.class.clone(),
        cells: headings.iter().map(cell).collect(),
    }
}
