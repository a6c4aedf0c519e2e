//! Statements that do not apply here: ask, agree, and the list of all.

use crate::error::Error;
use crate::form::{Field, Form, Posted};
use crate::frame::{Frame, Here, Status};
use crate::manage::opens;
use crate::session::{Signed, told};
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use schoolkeeper_app::not_here::{NotHereLine, NotHereShown, NotHereState};
use schoolkeeper_app::{Standpoint, dates};

#[derive(Template)]
#[template(path = "not_here/page.html")]
struct NotHerePage {
    frame: Frame,
    form: Form,
    heading: String,
    text: String,
    now: Option<Row>,
    waits: bool,
    may_agree: bool,
    approvers: String,
    matching: Option<String>,
    reason: Field,
    review: Field,
    before: Vec<Row>,
    action: String,
}

#[derive(Template)]
#[template(path = "not_here/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    export_href: String,
}

struct Row {
    href: Option<String>,
    clause: String,
    text: String,
    reason: String,
    said: Vec<String>,
    status: Option<Status>,
}

/// GET /school/{school}/policy/{pack}/not-here
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let lines = app.house.not_here(&signed.actor, &at).await?;
    let may = opens(&signed, "/school/{school}/policy/{pack}/not-here/{*clause}");
    let page = ListPage {
        frame: Frame::of_policy("Does not apply here", at.named(), &pack, Here::Policy)
            .signed(&signed)
            .back("Back to the policy", urls::policy(&school, &pack)),
        rows: lines.into_iter().map(|line| row(&at, line, may)).collect(),
        export_href: urls::not_here_export(&school, &pack),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/policy/{pack}/not-here.csv
pub async fn export(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack)): Path<(String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let csv = schoolkeeper_app::export::not_here(&app.house.not_here(&signed.actor, &at).await?)?;
    Ok(download::csv(&format!("not-here-{}", at.school.slug), csv))
}

/// GET /school/{school}/policy/{pack}/not-here/{*clause}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, clause)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, (&at, &clause), (&Posted::default(), &[])).await
}

/// POST /school/{school}/policy/{pack}/not-here/{*clause}
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, clause)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let (done, said) = match posted.get("step") {
        "agree" => (app.house.agree_not_here(&signed.actor, &at, &clause).await, "Agreed: it does not apply here"),
        "end" => (app.house.end_not_here(&signed.actor, &at, &clause).await, "The statement counts"),
        _ => match asked(&posted) {
            Ok((reason, day)) => {
                let done = app.house.ask_not_here(&signed.actor, &at, &clause, (&reason, day)).await;
                (done, "Asked. Somebody who answers for the policy agrees to it")
            }
            Err(mistakes) => return show(&app, &signed, (&at, &clause), (&posted, &mistakes)).await,
        },
    };
    match done {
        Ok(()) => Ok(told(&app, &urls::statement(&school, &pack, &clause), said)),
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show(&app, &signed, (&at, &clause), (&posted, &[("reason", why)])).await
        }
        Err(error) => Err(error.into()),
    }
}

fn asked(posted: &Posted) -> Result<(String, jiff::civil::Date), Vec<(&'static str, String)>> {
    let reason = posted.word("reason");
    let mut mistakes = Vec::new();
    if reason.is_empty() {
        mistakes.push(("reason", "Say why it does not apply".to_owned()));
    }
    let day = match crate::role::date_of(posted, "review") {
        Ok(Some(day)) => Some(day),
        Ok(None) => {
            mistakes.push(("review", "Say when somebody looks at it again".to_owned()));
            None
        }
        Err(why) => {
            mistakes.push(("review", why));
            None
        }
    };
    day.filter(|_| mistakes.is_empty()).map(|day| (reason, day)).ok_or(mistakes)
}

async fn show(
    app: &App,
    signed: &Signed,
    (at, clause): (&Standpoint, &str),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let shown = app.house.not_here_of(&signed.actor, at, clause).await?;
    let [reason, review] = fields(&shown, posted, mistakes);
    let form = Form::of(signed.csrf(), &[&reason, &review]);
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let heading = format!("{clause} does not apply here");
    let page = NotHerePage {
        frame: Frame::of_policy(&heading, at.named(), pack, Here::Policy)
            .signed(signed)
            .back("Back to the statement", urls::statement(slug, pack, clause))
            .faulty(&form),
        heading,
        text: shown.text,
        waits: shown.now.as_ref().is_some_and(|line| line.state == NotHereState::Asked),
        may_agree: shown.may_agree,
        approvers: shown.approvers.join(" or "),
        matching: matching(shown.matching),
        now: shown.now.map(|line| row(at, line, false)),
        before: shown.before.into_iter().map(|line| row(at, line, false)).collect(),
        action: urls::not_here_of(slug, pack, clause),
        reason,
        review,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn fields(shown: &NotHereShown, posted: &Posted, mistakes: &[(&'static str, String)]) -> [Field; 2] {
    let typed = crate::role::typed(posted, "review");
    let day = if typed == "--" { crate::role::parts(Some(shown.latest)) } else { typed };
    let why = "As in: no fax since 2019. No names of people";
    let hint = format!("Until then it is not counted. At most {}", dates::long(shown.latest));
    [
        Field::new("reason", "Why does it not apply?").hint(why).value(posted.word("reason")).check(mistakes),
        Field::new("review", "Look at it again on").hint(hint).value(day).check(mistakes),
    ]
}

fn matching(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 record is there that this statement speaks of, so it applies here.".to_owned()),
        many => Some(format!("{many} records are there that this statement speaks of, so it applies here.")),
    }
}

fn row(at: &Standpoint, line: NotHereLine, open: bool) -> Row {
    let href = open.then(|| urls::not_here_of(&at.school.slug, at.pack_id(), &line.clause));
    let status = match line.state {
        NotHereState::Asked => Some(Status { colour: "blue", mark: "…", text: "Waiting" }),
        NotHereState::Holds => Some(Status { colour: "grey", mark: "n/a", text: "Does not apply here" }),
        NotHereState::Over => Some(Status { colour: "grey", mark: "–", text: "Ended" }),
    };
    let mut said = line.said;
    if line.state != NotHereState::Over {
        said.push(format!("Look at it again on {}.", dates::long(line.review_on)));
    }
    Row { href, clause: line.clause.to_string(), text: line.text, reason: line.reason, said, status }
}
