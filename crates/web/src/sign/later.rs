//! One question about what somebody has signed, on a day after the signature.

use super::frame;
use crate::error::{Error, sentences};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::School;
use schoolkeeper_app::agreement::{Answered, LaterShown};

/// The act of answering.
const ANSWER: &str = "agreement.answer";

#[derive(Template)]
#[template(path = "sign/question.html")]
struct QuestionPage {
    frame: Frame,
    form: Form,
    action: String,
    caption: String,
    answer: Field,
    left: String,
}

/// School, policy and agreement of an address.
type There = (String, String, String);

/// GET /school/{school}/question/{pack}/{control}
pub async fn page(State(app): State<App>, signed: Signed, Path(there): Path<There>) -> Result<Response, Error> {
    let (school, shown) = open(&app, &signed, &there).await?;
    show(&signed, (&school, &shown, &there), ("", None))
}

/// POST /school/{school}/question/{pack}/{control}
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path(there): Path<There>,
    posted: Posted,
) -> Result<Response, Error> {
    let (school, shown) = open(&app, &signed, &there).await?;
    let answer = posted.get("answer");
    match app.house.answer_later(&signed.actor, &school, (&shown, answer)).await? {
        Answered::Right => {
            Ok(told(&app, &urls::mine(), &format!("That is right. {}", sentences(&shown.question.teaches))))
        }
        Answered::Wrong(why) => show(&signed, (&school, &shown, &there), (answer, Some(why))),
        Answered::Refused(why) => show(&signed, (&school, &shown, &there), (answer, Some(sentences(&why)))),
    }
}

async fn open(app: &App, signed: &Signed, (slug, pack, control): &There) -> Result<(School, LaterShown), Error> {
    let school = app.house.agreement_school(&signed.actor, slug, ANSWER).await?;
    let shown = app.house.later_question(&signed.actor, &school, (pack, control)).await?;
    Ok((school, shown))
}

fn show(
    signed: &Signed,
    (school, shown, (slug, pack, control)): (&School, &LaterShown, &There),
    (typed, error): (&str, Option<String>),
) -> Result<Response, Error> {
    let choices = shown.question.choices.iter().map(|choice| Choice::new(&**choice, &**choice)).collect();
    let answer = Field { error, ..Field::new("answer", &*shown.question.ask).choices(choices).value(typed) };
    let form = Form::of(signed.csrf(), &[&answer]);
    let page = QuestionPage {
        frame: frame("A question", school, signed).back("My page", urls::mine()).faulty(&form),
        action: urls::question(slug, (pack, control)),
        caption: format!("About “{}”, which you have signed", shown.title),
        left: match shown.left {
            0 => "It is the last one of this agreement.".to_owned(),
            1 => "One more comes in a fortnight.".to_owned(),
            left => format!("The next comes in a fortnight; {left} are left."),
        },
        answer,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}
