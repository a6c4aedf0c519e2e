//! The school's courses: what each is made of, and filling one in.

use super::{LIST, TEACH};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::manage::{frame_of, opens};
use crate::session::{Signed, told};
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::School;
use schoolkeeper_app::entry::Saved;
use schoolkeeper_app::training::{Chapter, CourseAt, NewCourse};
use schoolkeeper_core::id::{EntryId, Name};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "training/courses.html")]
struct CoursesPage {
    frame: Frame,
    rows: Vec<Row>,
    add_href: Option<String>,
}

struct Row {
    name: String,
    meta: String,
    learn_href: Option<String>,
    edit: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "training/course.html")]
struct CoursePage {
    frame: Frame,
    form: Form,
    action: String,
    name: Field,
    chapters: Field,
    months: Field,
    provider: Field,
    found_at: Field,
}

/// `?course=ID` or `?name=UK GDPR`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    course: String,
    #[serde(deserialize_with = "crate::problem::asked")]
    name: String,
}

impl Asked {
    fn course(&self) -> Result<Option<EntryId>, Error> {
        if self.course.is_empty() { Ok(None) } else { crate::request::entry_id(&self.course).map(Some) }
    }
}

/// GET /school/{school}/training/courses
pub async fn list(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let teaches = opens(&signed, TEACH);
    let all = app.house.courses(&signed.actor, &school).await?;
    let page = CoursesPage {
        frame: frame_of(&school, "Courses people take here", &signed, LIST).back("Training", urls::training(&slug)),
        rows: all.into_iter().map(|course| row(&slug, course, teaches)).collect(),
        add_href: teaches.then(|| urls::course_form(&slug, None, "")),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/training/course
pub async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let new = match asked.course()? {
        None => NewCourse { name: asked.name.clone(), months: "12".to_owned(), ..NewCourse::default() },
        Some(id) => {
            let all = app.house.courses(&signed.actor, &school).await?;
            filled(all.into_iter().find(|course| course.id == Some(id)).ok_or(Error::Missing)?)
        }
    };
    show(&app, (&signed, &school), (&asked, &new), &[]).await
}

/// POST /school/{school}/training/course
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let new = NewCourse {
        name: posted.word("name"),
        chapters: posted.all("chapters").into_iter().map(str::to_owned).collect(),
        months: posted.word("months"),
        provider: posted.word("provider"),
        found_at: posted.word("found_at"),
    };
    let mistakes = match app.house.save_course(&signed.actor, &school, (asked.course()?, &new)).await? {
        Saved::Done(_) => {
            return Ok(told(&app, &urls::courses(&slug), &format!("Saved: {}.", new.name)));
        }
        Saved::Mistakes(mistakes) => mistakes,
        Saved::Same(_) => vec![(Name::from("name"), "There is a course of this name already".to_owned())],
        Saved::MovedOn => vec![(Name::from("name"), "Somebody changed it meanwhile. Open it again".to_owned())],
    };
    show(&app, (&signed, &school), (&asked, &new), &mistakes).await
}

async fn show(
    app: &App,
    (signed, school): (&Signed, &School),
    (asked, new): (&Asked, &NewCourse),
    mistakes: &[(Name, String)],
) -> Result<Response, Error> {
    let chapters = app.house.chapters(&signed.actor, school).await?;
    let why = |name: &str| mistakes.iter().find(|(field, _)| &**field == name).map(|(_, why)| why.clone());
    let field = |name: &'static str, label: &str, value: &str| Field {
        error: why(name),
        ..Field::new(name, label).value(value)
    };
    let name = field("name", "Name", &new.name).hint("As policies and records call it, such as UK GDPR");
    let chapters = Field {
        choices: chapters.iter().map(|chapter| choice(chapter, new)).collect(),
        ..field("chapters", "Chapters to teach", "")
    }
    .hint("Lessons are made of their plain words: three screens and a question. Choose none for a course taken elsewhere.");
    let months =
        field("months", "Counts for how many months?", &new.months).hint("Leave it empty when it counts for ever");
    let provider =
        field("provider", "Who else gives it?", &new.provider).hint("Such as NCSC. Leave it empty if nobody");
    let found_at = field("found_at", "Where is it found outside?", &new.found_at);
    let form = Form::of(signed.csrf(), &[&name, &chapters, &months, &provider, &found_at]);
    let slug = &*school.slug;
    let page = CoursePage {
        frame: frame_of(school, "A course", signed, LIST).back("Courses", urls::courses(slug)).faulty(&form),
        action: urls::course_form(slug, asked.course()?, ""),
        form,
        name,
        chapters,
        months,
        provider,
        found_at,
    };
    let html = page.render()?;
    Ok(page.form.answer(html).into_response())
}

fn choice(chapter: &Chapter, new: &NewCourse) -> Choice {
    let screens = if chapter.screens == 1 { "1 screen".to_owned() } else { format!("{} screens", chapter.screens) };
    Choice {
        chosen: new.chapters.contains(&chapter.key),
        hint: Some(format!("{}, {screens}", chapter.policy)),
        ..Choice::new(&*chapter.key, &*chapter.title)
    }
}

fn filled(course: CourseAt) -> NewCourse {
    NewCourse {
        name: course.name,
        chapters: course.chapters,
        months: course.months.map_or_else(String::new, |months| months.to_string()),
        provider: course.provider.unwrap_or_default(),
        found_at: course.found_at.unwrap_or_default(),
    }
}

fn row(slug: &str, course: CourseAt, teaches: bool) -> Row {
    let mut meta = Vec::new();
    meta.push(match (course.screens, &course.provider) {
        (0, Some(provider)) => format!("Given by {provider}"),
        (0, None) if course.id.is_none() => "Nobody has said how it is taken: certificates only".to_owned(),
        (0, None) => "Taken elsewhere".to_owned(),
        (screens, _) => format!("Taught here, {screens} screens"),
    });
    meta.extend(course.months.map(|months| format!("counts for {months} months")));
    if course.asked_of > 0 {
        meta.push(format!("{} of {} people it is asked of have it", course.have, course.asked_of));
    }
    let edit = if course.id.is_some() { "Change" } else { "Say how it is taken" };
    Row {
        learn_href: course.id.filter(|_| course.screens > 0).map(|id| urls::learn(slug, id)),
        edit: teaches.then(|| (edit, urls::course_form(slug, course.id, &course.name))),
        meta: meta.join(" · "),
        name: course.name,
    }
}
