//! The first run: the code from the terminal, the first person, what comes next.

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::serve::Caller;
use crate::session::{self, Signed, Visit};
use crate::{App, urls};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::sign_in::{FirstPerson, SetUp};

#[derive(Template)]
#[template(path = "set_up/code.html")]
struct CodePage {
    frame: Frame,
    form: Form,
    code: Field,
}

#[derive(Template)]
#[template(path = "set_up/person.html")]
struct PersonPage {
    frame: Frame,
    form: Form,
    code: String,
    fields: PersonFields,
}

struct PersonFields {
    school: Field,
    name: Field,
    email: Field,
    role: Field,
    password: Field,
    again: Field,
}

#[derive(Template)]
#[template(path = "set_up/welcome.html")]
struct WelcomePage {
    frame: Frame,
}

/// GET /set-up
pub async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    if !app.house.is_new().await? {
        return Err(Error::Missing);
    }
    show_code(&visit, None)
}

/// POST /set-up
pub async fn code(State(app): State<App>, visit: Visit, posted: Posted) -> Result<Response, Error> {
    if !app.house.is_new().await? {
        return Err(Error::Missing);
    }
    match app.house.check_setup_code(posted.get("code")).await? {
        Ok(()) => {
            show_person(&app, &visit, &FirstPerson { code: posted.word("code"), ..FirstPerson::default() }, &[]).await
        }
        Err(left) => show_code(&visit, Some(left)),
    }
}

/// POST /set-up/person
pub async fn person(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Error> {
    let first = FirstPerson {
        code: posted.word("code"),
        school: posted.word("school"),
        name: posted.word("name"),
        email: posted.word("email"),
        role: posted.word("role"),
        password: posted.get("password").to_owned(),
        again: posted.get("again").to_owned(),
    };
    let arrival = crate::sign_in::arrival(&app, caller, &headers);
    match app.house.set_up(&first, &arrival).await? {
        SetUp::In(new) => Ok(session::enter(&app, &new, &urls::welcome())),
        SetUp::Code(left) => show_code(&visit, Some(left)),
        SetUp::Mistakes(mistakes) => show_person(&app, &visit, &first, &mistakes).await,
    }
}

/// GET /welcome
pub async fn welcome(signed: Signed) -> Result<Html<String>, Error> {
    Ok(Html(WelcomePage { frame: Frame::titled("Welcome").signed(&signed) }.render()?))
}

fn show_code(visit: &Visit, left: Option<i64>) -> Result<Response, Error> {
    let mut code = Field::new("code", "Set-up code").hint("It stands on the terminal where Schoolkeeper was started.");
    code.error = left.map(|left| match left {
        0 => "That code is not the one on the terminal. A new code is printed there now.".to_owned(),
        1 => "That code is not the one on the terminal. 1 try left, then a new code.".to_owned(),
        left => format!("That code is not the one on the terminal. {left} tries left, then a new code."),
    });
    let form = Form::of(visit.csrf(), &[&code]);
    let frame = Frame::titled("Set up Schoolkeeper").faulty(&form);
    let page = CodePage { frame, form, code };
    Ok(page.form.answer(page.render()?))
}

async fn show_person(
    app: &App,
    visit: &Visit,
    first: &FirstPerson,
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let schools = app.house.all_schools(&app.house.operator()).await?;
    let only = schools.first().filter(|_| schools.len() == 1).map(|school| school.slug.clone());
    let chosen = only.unwrap_or_else(|| first.school.clone());
    let choices = schools.into_iter().map(|school| Choice::new(school.slug, school.title)).collect();
    let roles = vec![
        Choice::new("headteacher", "Headteacher"),
        Choice::new("school-business-manager", "School business manager"),
    ];
    let fields = PersonFields {
        school: Field::new("school", "Which school are you at?").choices(choices).value(chosen).check(mistakes),
        name: Field::new("name", "Your name").autocomplete("name").value(&first.name).check(mistakes),
        email: Field::new("email", "Your work email").autocomplete("email").value(&first.email).check(mistakes),
        role: Field::new("role", "What are you at the school?").choices(roles).value(&first.role).check(mistakes),
        password: Field::new("password", "Choose a password")
            .hint("At least 12 characters. Three words that do not belong together are easy to remember.")
            .autocomplete("new-password")
            .check(mistakes),
        again: Field::new("again", "The same password again").autocomplete("new-password").check(mistakes),
    };
    let PersonFields { school, name, email, role, password, again } = &fields;
    let form = Form::of(visit.csrf(), &[school, name, email, role, password, again]);
    let frame = Frame::titled("The first person").faulty(&form);
    let page = PersonPage { frame, form, code: first.code.clone(), fields };
    Ok(page.form.answer(page.render()?).into_response())
}
