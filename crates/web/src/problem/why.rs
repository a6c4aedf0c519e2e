//! Why is this not met? And what one may say of it: a note, "this is wrong", "I have looked again".

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Here, Status};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::entry::view::FactLine;
use schoolkeeper_app::{Standpoint, dates};
use schoolkeeper_core::id::EntryId;

#[derive(Template)]
#[template(path = "problem/why.html")]
struct WhyPage {
    frame: Frame,
    form: Form,
    title: String,
    status: Option<Status>,
    when: String,
    doubt: Option<String>,
    facts: Vec<FactLine>,
    record: Option<(String, String)>,
    expected: String,
    numbers: Vec<String>,
    asks: Vec<(String, String)>,
    said: Vec<String>,
    history: Vec<String>,
    may_say: bool,
    open: bool,
    wrong: Field,
    again: Field,
    note: Field,
    action: String,
}

/// Where a problem is.
type At = (String, String, String, EntryId);

/// GET /school/{school}/policy/{pack}/cause/{control}/why
pub async fn whole(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, (&at, &control, None), (&Posted::default(), None)).await
}

/// GET /school/{school}/policy/{pack}/cause/{control}/why/{entry}
pub async fn one(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control, entry)): Path<At>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, (&at, &control, Some(entry)), (&Posted::default(), None)).await
}

/// POST of the same, about the control as a whole.
pub async fn say_whole(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    said(&app, &signed, (&at, &control, None), &posted).await
}

/// POST of the same, about one entry.
pub async fn say_one(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, control, entry)): Path<At>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    said(&app, &signed, (&at, &control, Some(entry)), &posted).await
}

async fn said(
    app: &App,
    signed: &Signed,
    (at, control, entry): (&Standpoint, &str, Option<EntryId>),
    posted: &Posted,
) -> Result<Response, Error> {
    let (house, actor, problem) = (&app.house, &signed.actor, (control, entry));
    let (done, field, words) = match posted.get("step") {
        "wrong" => (
            house.doubt_problem(actor, at, problem, posted.get("wrong")).await,
            "wrong",
            "Thank you. It is being looked at; the problem stays until a newer reading or a person settles it",
        ),
        "again" => {
            (house.settle_problem(actor, at, problem, posted.get("again")).await, "again", "Written down: looked again")
        }
        "note" => (house.note_problem(actor, at, problem, posted.get("note")).await, "note", "Note kept"),
        _ => return show(app, signed, (at, control, entry), (posted, None)).await,
    };
    match done {
        Ok(()) => Ok(told(app, &urls::why(&at.school.slug, at.pack_id(), control, entry), words)),
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show(app, signed, (at, control, entry), (posted, Some((field, why)))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    app: &App,
    signed: &Signed,
    (at, control, entry): (&Standpoint, &str, Option<EntryId>),
    (posted, mistake): (&Posted, Option<(&'static str, String)>),
) -> Result<Response, Error> {
    let why = app.house.why(&signed.actor, at, (control, entry)).await?;
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let mistakes: Vec<(&'static str, String)> = mistake.into_iter().collect();
    let field = |name: &'static str, label: &str, hint: &str| {
        Field::new(name, label).hint(hint).value(posted.get(name)).check(&mistakes)
    };
    let wrong = field(
        "wrong",
        "What is true, and how do you know?",
        "As in: encryption is on, I looked at it today. No names of people",
    );
    let again = field("again", "What did you find?", "If the record itself is wrong, change the record as well");
    let note = field("note", "A note for whoever works on this", "No names of people");
    let form = Form::of(signed.csrf(), &[&wrong, &again, &note]);
    let back = if at.causes().iter().any(|cause| *cause.control == *control) {
        ("Back to the cause", urls::cause(slug, pack, control))
    } else {
        ("Back to what is to fix", urls::to_fix(slug, pack))
    };
    let page = WhyPage {
        frame: Frame::of_policy(&format!("Why is this not met? {}", why.title), at.named(), pack, Here::ToFix)
            .signed(signed)
            .back(back.0, back.1)
            .faulty(&form),
        status: Status::of(why.standing).filter(|_| why.open),
        when: when(at, &why),
        record: why.record.map(|(register, id, name)| (urls::entry(slug, &register, id), name)),
        action: urls::why(slug, pack, control, entry),
        title: why.title,
        doubt: why.doubt,
        facts: why.facts,
        expected: why.expected,
        asks: why
            .asks
            .into_iter()
            .map(|one| (urls::ask_about(slug, (&one.pack, &one.control), entry), one.title))
            .collect(),
        numbers: why.numbers,
        said: why.said,
        history: why.history,
        may_say: why.may_say,
        open: why.open,
        wrong,
        again,
        note,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

/// `Since 9 November 2026, time to mend it until 18 December 2026.`
fn when(at: &Standpoint, why: &schoolkeeper_app::why::Why) -> String {
    let day = |instant| dates::long(at.calendar.day(instant));
    match (why.open, why.due_at) {
        (false, _) => "This is over.".to_owned(),
        (true, Some(due)) => format!("Since {}, time to mend it until {}.", day(why.since), day(due)),
        (true, None) => format!("Since {}.", day(why.since)),
    }
}
