//! Holds: the list, one with its history, placing, reviewing, lifting.

use super::{chosen, date_of, may, refusal, school_field, typed};
use crate::error::{Error, Known};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, urls};
use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use schoolkeeper_app::keep::{HoldAsked, HoldLine, HoldPage};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "keep/holds.html")]
struct HoldsPage {
    frame: Frame,
    running: Vec<(HoldLine, String)>,
    past: Vec<(HoldLine, String)>,
    may_hold: bool,
}

#[derive(Template)]
#[template(path = "keep/held.html")]
struct HeldPage {
    frame: Frame,
    page: HoldPage,
    review: Option<String>,
    lift: Option<String>,
}

#[derive(Template)]
#[template(path = "keep/review.html")]
struct ReviewPage {
    frame: Frame,
    form: Form,
    action: String,
    line: HoldLine,
    review: Field,
    reason: Field,
}

#[derive(Template)]
#[template(path = "keep/hold.html")]
struct PlacePage {
    frame: Frame,
    form: Form,
    school: Field,
    register: Field,
    record: Field,
    everything: Field,
    reason: Field,
    review: Field,
    until: Field,
}

#[derive(Template)]
#[template(path = "keep/lift.html")]
struct LiftPage {
    frame: Frame,
    form: Form,
    action: String,
    line: HoldLine,
    reason: Field,
}

/// GET /keep/holds
pub async fn holds(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let with_url = |line: HoldLine| (urls::hold(line.id), line);
    let lines = |all: Vec<HoldLine>| all.into_iter().map(with_url).map(|(url, line)| (line, url)).collect();
    let page = HoldsPage {
        frame: Frame::titled("Holds").signed(&signed).back("Keeping and erasing", urls::keep("", 1)),
        running: lines(app.house.holds(&signed.actor).await?),
        past: lines(app.house.past_holds(&signed.actor).await?),
        may_hold: may(&signed, "hold.place"),
    };
    Ok(Html(page.render()?))
}

/// GET /keep/hold/{hold}
pub async fn show(State(app): State<App>, signed: Signed, Known(hold): Known) -> Result<Html<String>, Error> {
    let page = app.house.hold_page(&signed.actor, hold).await?;
    let runs = !page.line.over;
    let page = HeldPage {
        frame: Frame::titled("A hold").signed(&signed).back("Holds", urls::holds()),
        review: (runs && may(&signed, "hold.place")).then(|| urls::hold_review(hold)),
        lift: (runs && may(&signed, "hold.lift")).then(|| urls::hold_lift(hold)),
        page,
    };
    Ok(Html(page.render()?))
}

/// GET /keep/hold/{hold}/review
pub async fn review_form(State(app): State<App>, signed: Signed, Known(hold): Known) -> Result<Response, Error> {
    show_review(&app, &signed, hold, (&Posted::default(), &[])).await
}

/// POST /keep/hold/{hold}/review
pub async fn review(
    State(app): State<App>,
    signed: Signed,
    Known(hold): Known,
    posted: Posted,
) -> Result<Response, Error> {
    let day = match date_of(&posted, "review") {
        Ok(day) => day,
        Err(why) => return show_review(&app, &signed, hold, (&posted, &[("review", why)])).await,
    };
    match app.house.review_hold(&signed.actor, hold, day, posted.get("reason")).await {
        Ok(()) => Ok(session::told(&app, &urls::hold(hold), "It stays held. The next look is set.")),
        Err(error) => {
            let why = refusal(error)?;
            let field = if why.contains("reason") { "reason" } else { "review" };
            show_review(&app, &signed, hold, (&posted, &[(field, why)])).await
        }
    }
}

async fn show_review(
    app: &App,
    signed: &Signed,
    hold: Uuid,
    (posted, faults): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let line = app.house.hold_page(&signed.actor, hold).await?.line;
    let review = Field::new("review", "Look at it again on").hint("Three months from now is usual.");
    let review = review.value(typed(posted, "review")).check(faults);
    let reason = Field::new("reason", "Why it is still needed").value(posted.get("reason")).check(faults);
    let form = Form::of(signed.csrf(), &[&review, &reason]);
    let frame = Frame::titled("Is this hold still needed?").signed(signed).faulty(&form).back("Back", urls::hold(hold));
    let page = ReviewPage { frame, form, action: urls::hold_review(hold), line, review, reason };
    Ok(page.form.answer(page.render()?))
}

/// GET /keep/hold
pub async fn place_form(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    show_place(&app, &signed, &Posted::default(), &[]).await
}

/// POST /keep/hold
pub async fn place(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let (review, until) = match (date_of(&posted, "review"), date_of(&posted, "until")) {
        (Ok(review), Ok(until)) => (review, until),
        (Err(why), _) => return show_place(&app, &signed, &posted, &[("review", why)]).await,
        (_, Err(why)) => return show_place(&app, &signed, &posted, &[("until", why)]).await,
    };
    let asked = HoldAsked {
        record: posted.word("record"),
        register: posted.word("register"),
        everything: posted.get("everything") == "yes",
        reason: posted.word("reason"),
        review_on: review,
        until,
    };
    let all = app.house.all_schools(&signed.actor).await?;
    match app.house.place_hold(&signed.actor, chosen(&all, &posted)?, &asked).await {
        Ok(_) => Ok(session::told(&app, &urls::holds(), "The hold is placed. Nothing it covers is erased.")),
        Err(error) => {
            let why = refusal(error)?;
            let field = if why.contains("reason") {
                "reason"
            } else if why.contains("day") {
                "review"
            } else {
                "record"
            };
            show_place(&app, &signed, &posted, &[(field, why)]).await
        }
    }
}

async fn show_place(
    app: &App,
    signed: &Signed,
    posted: &Posted,
    faults: &[(&'static str, String)],
) -> Result<Response, Error> {
    let schools = app.house.all_schools(&signed.actor).await?;
    let registers = app.house.registers_of(&schools).await?;
    let registers = registers.all().iter().map(|register| Choice::new(&*register.id, register.title.clone())).collect();
    let or = |name: &str, other: &str| if posted.get(name).is_empty() { other.to_owned() } else { posted.word(name) };
    let everything = vec![
        Choice::new("yes", "The person and everything that refers to them"),
        Choice::new("no", "Only this record"),
    ];
    let record =
        Field::new("record", "Which record").hint("Name, e-mail or id. Leave it empty to hold the whole list.");
    let review = Field::new("review", "Look at it again on").hint("Three months from now is usual.");
    let until = Field::new("until", "Last day of the hold").hint("Leave it empty to hold until somebody lifts it.");
    let reason = Field::new("reason", "Why").hint("For example a claim or a request, with its number.");
    let [record, reason] = [record.value(posted.get("record")), reason.value(posted.get("reason"))];
    let [review, until] = [review.value(typed(posted, "review")), until.value(typed(posted, "until"))];
    let school = school_field(&schools, posted);
    let register = Field::new("register", "Kind of record").choices(registers).value(or("register", "person"));
    let everything = Field::new("everything", "What it covers").choices(everything).value(or("everything", "yes"));
    let [record, reason] = [record.check(faults), reason.check(faults)];
    let [review, until] = [review.check(faults), until.check(faults)];
    let form = Form::of(signed.csrf(), &[&record, &reason, &review, &until]);
    let frame = Frame::titled("Place a hold").signed(signed).faulty(&form).back("Back", urls::holds());
    let page = PlacePage { frame, form, school, register, record, everything, reason, review, until };
    Ok(page.form.answer(page.render()?))
}

/// GET /keep/hold/{hold}/lift
pub async fn lift_form(State(app): State<App>, signed: Signed, Known(hold): Known) -> Result<Response, Error> {
    show_lift(&app, &signed, hold, ("", &[])).await
}

/// POST /keep/hold/{hold}/lift
pub async fn lift(
    State(app): State<App>,
    signed: Signed,
    Known(hold): Known,
    posted: Posted,
) -> Result<Response, Error> {
    match app.house.lift_hold(&signed.actor, hold, posted.get("reason")).await {
        Ok(()) => Ok(session::told(&app, &urls::hold(hold), "The hold is lifted. What is past its time goes tonight.")),
        Err(error) => {
            let faults = [("reason", refusal(error)?)];
            show_lift(&app, &signed, hold, (posted.get("reason"), &faults)).await
        }
    }
}

async fn show_lift(
    app: &App,
    signed: &Signed,
    hold: Uuid,
    (value, faults): (&str, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let line = app.house.hold_page(&signed.actor, hold).await?.line;
    let reason = Field::new("reason", "Why it is no longer needed").value(value).check(faults);
    let form = Form::of(signed.csrf(), &[&reason]);
    let frame = Frame::titled("Lift a hold").signed(signed).faulty(&form).back("Back", urls::hold(hold));
    let page = LiftPage { frame, form, action: urls::hold_lift(hold), line, reason };
    Ok(page.form.answer(page.render()?))
}
