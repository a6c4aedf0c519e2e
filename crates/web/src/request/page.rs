//! One request: for its asker where it stands and what they are asked, for those who decide everything on one page.

use super::{entry_id, status};
use crate::attachment::FileLines;
use crate::error::{Error, sentences};
use crate::form::{Fault, Field, Form, Posted};
use crate::frame::{Frame, Link, Status};
use crate::manage::frame_of;
use crate::pack_form::statements;
use crate::serve::Caller;
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schoolkeeper_app::request::{Decided, Deciding, Outcome, RequestPage};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::id::EntryId;

#[derive(Template)]
#[template(path = "request/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    action: String,
    one: RequestPage,
    status: Status,
    lead: String,
    statements: Vec<Link>,
    things: Vec<Option<String>>,
    files: FileLines,
    answer: Field,
    words: Field,
    signed: Option<Field>,
    password: Option<Field>,
    yes: String,
    grant_href: Option<String>,
    again_href: Option<String>,
}

/// What is wrong with what was sent: field and why; of the decision as a whole without one.
type Wrong = Option<(Option<&'static str>, String)>;

/// GET /school/{school}/request/{request}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, request)): Path<(String, String)>,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    show(&app, &signed, (&school, entry_id(&request)?), (&Posted::default(), None)).await
}

/// POST /school/{school}/request/{request}
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((school, request)): Path<(String, String)>,
    (caller, headers): (Caller, HeaderMap),
    posted: Posted,
) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let there = (&school, entry_id(&request)?);
    let arrival = crate::sign_in::arrival(&app, caller, &headers);
    let who = (&signed.actor, signed.login.map(|login| (login, &arrival)));
    let (done, says) = match posted.get("step") {
        "answer" => (
            app.house.answer_request(&signed.actor, there, Some(&posted.word("answer"))).await?,
            "Answered. Those who decide see it.",
        ),
        "withdraw" => (app.house.answer_request(&signed.actor, there, None).await?, "Taken back."),
        "yes" => {
            (app.house.decide_request(who, there, &deciding(&posted, Some(true))).await?, "Your yes is on record.")
        }
        "no" => (app.house.decide_request(who, there, &deciding(&posted, Some(false))).await?, "Your no is on record."),
        "ask" => {
            (app.house.decide_request(who, there, &deciding(&posted, None)).await?, "Your question was passed on.")
        }
        _ => (Decided::Refused(None, "Choose yes, no, or ask".to_owned()), ""),
    };
    match done {
        Decided::Done => Ok(told(&app, &urls::request(&school.slug, there.1), says)),
        Decided::Refused(field, why) => show(&app, &signed, there, (&posted, Some((field, why)))).await,
    }
}

fn deciding(posted: &Posted, yes: Option<bool>) -> Deciding {
    Deciding {
        stage: posted.word("stage").parse().unwrap_or_default(),
        yes,
        words: posted.word("words"),
        signed: posted.word("signed"),
        password: posted.get("password").to_owned(),
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    (school, request): (&School, EntryId),
    (posted, wrong): (&Posted, Wrong),
) -> Result<Response, Error> {
    let one = app.house.request_page(&signed.actor, school, request).await?;
    let files = super::file::lines(app, signed, (school, request)).await?;
    let fault = |names: &[&str]| match &wrong {
        Some((Some(field), why)) if names.contains(field) => Some(why.clone()),
        _ => None,
    };
    let field = |name: &'static str, label: &str, names: &[&str]| Field {
        error: fault(names),
        ..Field::new(name, label).value(posted.word(name))
    };
    let answer = field("answer", "Your answer", &["answer"]);
    let words = field("words", "Why, or what you ask", &["reason", "question"]);
    let words = words.hint("The asker reads it. Needed for a no and for a question");
    let needs = one.decides;
    let name = field("signed", "Your name: it signs this decision", &["signed"]);
    let name =
        needs.filter(|needs| needs.signed).map(|_| name.hint("As it stands in the records").autocomplete("name"));
    let password = Field { error: fault(&["password"]), ..Field::new("password", "Your password, once more") };
    let password = needs.filter(|needs| needs.step_up).map(|_| password.autocomplete("current-password"));
    let mut fields = vec![&answer, &words];
    fields.extend(&name);
    fields.extend(&password);
    let mut form = Form::of(signed.csrf(), &fields);
    if let Some((None, why)) = &wrong {
        form.faults.insert(0, Fault { href: "#main-content".to_owned(), text: sentences(why) });
    }
    let sees = crate::manage::opens(signed, "/school/{school}/records/{register}/{entry}");
    let thing = |register: &str, id| sees.then(|| urls::entry(&school.slug, register, id));
    let late = one.stages.iter().any(|stage| stage.late);
    let frame = frame_of(school, &one.title, signed, "/school/{school}/requests").faulty(&form);
    let page = Page {
        frame,
        action: urls::request(&school.slug, one.id),
        status: status(one.outcome, late),
        lead: lead(&one),
        statements: statements(&school.slug, &one.of.0, &one.statements),
        things: one.things.iter().map(|one| thing(&one.at.0, one.at.1)).collect(),
        yes: needs
            .and_then(|needs| needs.until)
            .map_or_else(|| "Yes".to_owned(), |day| format!("Yes, until {}", dates::long(day))),
        grant_href: one.grant.map(|grant| urls::grant(&school.slug, grant)),
        again_href: (one.mine && matches!(one.outcome, Outcome::Refused | Outcome::Withdrawn))
            .then(|| urls::ask_for(&school.slug, &one.of.0, &one.of.1)),
        signed: name,
        files,
        answer,
        words,
        password,
        form,
        one,
    };
    Ok(page.form.answer(page.render()?))
}

/// `A. Sample asked on 23 November 2026, 9am, for B. Sample.`
fn lead(one: &RequestPage) -> String {
    let who = one.asker.as_deref().unwrap_or("You");
    let whom = one.whom.as_ref().map(|whom| format!(", for {whom}")).unwrap_or_default();
    let decided = match (one.outcome, &one.decided) {
        (Outcome::Granted, Some(at)) => format!(" Granted on {at}."),
        (Outcome::Refused, Some(at)) => format!(" Refused on {at}."),
        (Outcome::Withdrawn, Some(at)) => format!(" Taken back on {at}."),
        _ => String::new(),
    };
    format!("{who} asked on {}{whom}.{decided}", one.asked)
}
