//! Keeping a list as a view, and letting go of one.

use super::list::Parts;
use super::{framed, href};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::register::ListAsked;
use schoolkeeper_app::register::view::NewView;

#[derive(Template)]
#[template(path = "register/view.html")]
struct ViewPage {
    frame: Frame,
    form: Form,
    action: String,
    name: Field,
    whose: Option<Field>,
    opens: Field,
}

/// GET /school/{school}/records/{register}/view
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(parts): Query<Parts>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, (&school, &register), (&ListAsked::read(&parts), None)).await
}

/// POST /school/{school}/records/{register}/view
pub async fn keep(
    State(app): State<App>,
    signed: Signed,
    Path((school, register)): Path<(String, String)>,
    Query(parts): Query<Parts>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let asked = ListAsked { turn: None, ..ListAsked::read(&parts) };
    let query = href("", &asked.parts()).trim_start_matches('?').to_owned();
    let new = NewView {
        name: posted.word("name"),
        query: if query.is_empty() { "view=all".to_owned() } else { query },
        shared: posted.get("whose") == "school",
        is_default: posted.get("opens") == "yes",
    };
    match app.house.save_list_view(&signed.actor, &school, &register, &new).await? {
        Ok(_) => {
            let to = format!("{}?{}", urls::register(&school.slug, &register), new.query);
            Ok(told(&app, &to, &format!("The view \"{}\" is kept", new.name)))
        }
        Err(mistake) => show(&app, &signed, (&school, &register), (&asked, Some((&posted, mistake)))).await,
    }
}

/// POST /school/{school}/records/{register}/view/{view}
pub async fn drop(
    State(app): State<App>,
    signed: Signed,
    Path((school, register, view)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let id = view.parse().map_err(|_| Error::Missing)?;
    let back = posted.get("back") == "yes";
    app.house.drop_list_view(&signed.actor, &school, id, back).await?;
    let at = urls::register(&school.slug, &register);
    if back {
        return Ok(told(&app, &format!("{at}?view=all"), "The view is back"));
    }
    Ok(told(&app, &format!("{at}?view=all&deleted={id}"), "The view is deleted"))
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, register): (&School, &str),
    (asked, sent): (&ListAsked, Option<(&Posted, String)>),
) -> Result<Response, Error> {
    let title = app.house.list(&signed.actor, school, register, &ListAsked::default()).await?.title;
    let said = |name: &str| sent.as_ref().map_or_else(String::new, |(posted, _)| posted.word(name));
    let mut name = Field::new("name", "What is it called?").value(said("name"));
    name.error = sent.as_ref().map(|(_, mistake)| mistake.clone());
    let whose = app.house.may_share_views(&signed.actor, school).await.then(|| {
        let all = vec![
            Choice::new("me", "Only for me"),
            Choice::new("school", "For everybody at this school who sees records"),
        ];
        let chosen = said("whose");
        Field::new("whose", "Who is it for?").choices(all).value(if chosen.is_empty() {
            "me".to_owned()
        } else {
            chosen
        })
    });
    let opens = Field::new("opens", "When the list is opened")
        .choices(vec![Choice::new("yes", "Open the list with this view")])
        .value(said("opens"));
    let fields: Vec<&Field> = std::iter::once(&name).chain(&whose).chain(std::iter::once(&opens)).collect();
    let form = Form::of(signed.csrf(), &fields);
    let at = urls::register(&school.slug, register);
    let frame = framed(app, signed, school, &format!("Keep this view of {title}")).await?;
    let page = ViewPage {
        frame: frame.back(&title, href(&at, &asked.parts())).faulty(&form),
        action: href(&format!("{at}/view"), &asked.parts()),
        form,
        name,
        whose,
        opens,
    };
    Ok(page.form.answer(page.render()?))
}
