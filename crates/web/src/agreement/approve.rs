//! Approving the words of an agreement: asked for where it is published, answered by whoever is asked.

use super::frame;
use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::agreement::{Answer, ApprovalState, Approving, ComparedPoint, Composed, PieceKind, Text};
use schoolkeeper_app::{School, dates};

type Which = (String, String, String);

#[derive(Template)]
#[template(path = "agreement/approve.html")]
struct ApprovePage {
    frame: Frame,
    form: Form,
    title: String,
    lead: String,
    number: i64,
    text: Text,
    left_out: Vec<String>,
    changes: Option<Vec<ComparedPoint>>,
    unchanged: bool,
    minute: Field,
    back: Field,
    action: String,
}

/// Who may be asked, where nobody is asked now.
pub(super) fn ask_field(composed: &Composed) -> Option<Field> {
    let open = matches!(composed.approval, Some(ApprovalState::Waiting(..) | ApprovalState::Approved(_)));
    let choices = composed.approvers.iter().map(|(name, title)| Choice::new(&**name, &**title)).collect::<Vec<_>>();
    (!open && !choices.is_empty()).then(|| Field::new("role", "Who approves these words?").choices(choices))
}

/// How far the approval is, in a sentence.
pub(super) fn says(state: &ApprovalState) -> String {
    match state {
        ApprovalState::Waiting(role, since) => {
            format!("{role} was asked on {} to approve these words, and has not answered yet.", dates::long(*since))
        }
        ApprovalState::Approved(answer) => approved(answer),
        ApprovalState::SentBack(Answer { by, on, words }) => {
            format!("{by}, sent these words back on {}: {words}", dates::long(*on))
        }
        ApprovalState::Lapsed => {
            "The words changed after somebody was asked to approve them. Ask again for those that stand here."
                .to_owned()
        }
    }
}

/// A yes, in a sentence.
pub(crate) fn approved(Answer { by, on, words }: &Answer) -> String {
    let minute = if words.is_empty() { String::new() } else { format!(" ({words})") };
    format!("Approved by {by}, on {}{minute}.", dates::long(*on))
}

/// What whoever is asked fills in, `minute` with a yes and `back` with a no; what is wrong with one of them.
pub(crate) fn answer_fields(posted: &Posted, fault: Option<(bool, String)>) -> [Field; 2] {
    let minute = Field::new("minute", "Minute (optional)").hint("As in: FGB 12 November, item 7");
    let back = Field::new("back", "What is to change?");
    let wrong: Vec<(&'static str, String)> =
        fault.into_iter().map(|(yes, why)| (if yes { "minute" } else { "back" }, why)).collect();
    [minute, back].map(|field| {
        let said = posted.word(&field.name);
        field.value(said).check(&wrong)
    })
}

/// POST /school/{school}/agreement/{pack}/{control}/ask-approval
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "agreement.publish").await?;
    let which = (&*pack, &*control);
    let number = posted.get("number").parse().map_err(|_| Error::Missing)?;
    let asked = app.house.ask_approval(&signed.actor, &school, (which, posted.get("role"), number)).await?;
    let back = urls::agreement_page(&slug, which, "publish");
    match asked {
        Ok(()) => Ok(told(&app, &back, "Asked. Whoever decides finds it on My page")),
        Err(why) => {
            let composed = app.house.composed(&signed.actor, &school, which).await?;
            super::wording::ask_again(&signed, &school, which, (composed, &posted, why))
        }
    }
}

/// GET /school/{school}/agreement/{pack}/{control}/approve
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "agreement.approve").await?;
    let which = (&*pack, &*control);
    let approving = app.house.approving(&signed.actor, &school, which).await?;
    show(&signed, &school, which, (approving, &Posted::default(), None))
}

/// POST of the same
pub async fn decide(
    State(app): State<App>,
    signed: Signed,
    Path((slug, pack, control)): Path<Which>,
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.agreement_school(&signed.actor, &slug, "agreement.approve").await?;
    let which = (&*pack, &*control);
    let number = posted.get("number").parse().map_err(|_| Error::Missing)?;
    let yes = posted.get("step") == "yes";
    let words = posted.word(if yes { "minute" } else { "back" });
    match app.house.decide_approval(&signed.actor, &school, (which, number), (yes, &words)).await? {
        Ok(()) => Ok(told(
            &app,
            &urls::mine(),
            if yes { "Approved. Whoever asked is told" } else { "Sent back. Whoever asked is told" },
        )),
        Err(why) => {
            let approving = app.house.approving(&signed.actor, &school, which).await?;
            show(&signed, &school, which, (approving, &posted, Some((yes, why))))
        }
    }
}

fn show(
    signed: &Signed,
    school: &School,
    which: (&str, &str),
    (approving, posted, fault): (Approving, &Posted, Option<(bool, String)>),
) -> Result<Response, Error> {
    let Approving { composed, asked_by, role } = approving;
    let [minute, back] = answer_fields(posted, fault);
    let form = Form::of(signed.csrf(), &[&minute, &back]);
    let page = ApprovePage {
        frame: frame(&format!("Approve: {}", composed.title), school, signed)
            .back("My page", urls::mine())
            .faulty(&form),
        lead: format!("{asked_by} asks you, as {role}. {} would sign it.", composed.audience),
        number: composed.number,
        left_out: composed.left_out.iter().map(ToString::to_string).collect(),
        unchanged: composed.changes.as_ref().is_some_and(|all| !all.iter().any(ComparedPoint::is_changed)),
        changes: composed.changes,
        title: composed.title,
        text: composed.text,
        action: urls::agreement_page(&school.slug, which, "approve"),
        minute,
        back,
        form,
    };
    Ok(page.form.answer(page.render()?))
}
