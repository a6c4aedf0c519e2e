//! Whose bank holidays hold, and a newer list of them.

use super::{DIVISIONS, HERE};
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::manage::frame_of;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::{School, dates};

#[derive(Template)]
#[template(path = "calendar/bank.html")]
struct BankPage {
    frame: Frame,
    form: Form,
    division: Field,
    list: Field,
    action: String,
}

/// GET /school/{school}/calendar/bank-holidays
pub async fn bank(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, &school, None).await
}

/// POST /school/{school}/calendar/bank-holidays
pub async fn save_bank(
    State(app): State<App>,
    signed: Signed,
    Path(school): Path<String>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let (house, actor) = (&app.house, &signed.actor);
    let chosen = DIVISIONS.iter().find(|(name, ..)| *name == posted.get("division"));
    let done = match chosen {
        Some((_, words, division)) if posted.get("step") == "division" => {
            house.choose_division(actor, &school, *division).await.map(|()| format!("Bank holidays of {words} hold"))
        }
        _ if posted.word("list").is_empty() => {
            Err(schoolkeeper_app::Error::Refused("Choose the file with the list".to_owned()))
        }
        _ => {
            let until = house.set_bank_holidays(actor, &school, posted.get("list")).await;
            until.map(|until| format!("Bank holidays are known until {}", dates::long(until)))
        }
    };
    match done {
        Ok(said) => Ok(told(&app, &urls::calendar(&school.slug), &said)),
        Err(schoolkeeper_app::Error::Refused(why)) => show(&app, &signed, &school, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

async fn show(app: &App, signed: &Signed, school: &School, mistake: Option<String>) -> Result<Response, Error> {
    let shown = app.house.calendar_page(&signed.actor, school).await?;
    let name = DIVISIONS.iter().find(|(.., one)| *one == school.division).map_or("", |(name, ..)| *name);
    let choices = DIVISIONS.iter().map(|(name, words, _)| Choice::new(*name, *words)).collect();
    let division = Field::new("division", "Bank holidays of").choices(choices).value(name);
    let known = dates::long(shown.bank_until);
    let mut list = Field::new("list", "A newer list").hint(format!(
        "We know bank holidays until {known}. Save www.gov.uk/bank-holidays.json on your computer and choose it here"
    ));
    list.error = mistake;
    let form = Form::of(signed.csrf(), &[&list]);
    let page = BankPage {
        frame: frame_of(school, "Bank holidays", signed, HERE)
            .back("Calendar", urls::calendar(&school.slug))
            .faulty(&form),
        action: urls::bank_holidays(&school.slug),
        division,
        list,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}
