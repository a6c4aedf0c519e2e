//! Access tokens of programs: the list, making one, its text shown once, renewing and ending it.

use crate::error::{Error, Known};
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::Frame;
use crate::session::{self, Draft, Signed};
use crate::{App, manage, urls};
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use schoolkeeper_app::token::{DAYS, NewToken, PROBLEMS, STANDING, TokenLine, scopes};
use schoolkeeper_app::{dates, words};
use schoolkeeper_core::calendar::{Calendar, Division};
use uuid::Uuid;

/// Days an ending is told before.
const SOON_DAYS: i64 = 14;

#[derive(Template)]
#[template(path = "token/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    over: Vec<Row>,
}

struct Row {
    name: String,
    href: String,
    who: String,
    schools: String,
    ends: String,
    soon: bool,
    used: String,
}

#[derive(Template)]
#[template(path = "token/new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    name: Field,
    school: Field,
    standing: Field,
    groups: Vec<Field>,
    days: Field,
}

#[derive(Template)]
#[template(path = "token/made.html")]
struct MadePage {
    frame: Frame,
    text: String,
    name: String,
    ends: String,
    href: String,
}

#[derive(Template)]
#[template(path = "token/page.html")]
struct TokenPage {
    frame: Frame,
    form: Form,
    row: Row,
    may: Vec<String>,
    live: bool,
    mine: bool,
    days: Field,
    href: String,
}

/// GET /token
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let lines = app.house.tokens(&signed.actor).await?;
    let (live, over): (Vec<&TokenLine>, Vec<&TokenLine>) = lines.iter().partition(|line| line.live);
    let page = ListPage {
        frame: manage::frame("Access tokens", &signed, "/token"),
        rows: live.into_iter().map(|line| row(&app, line)).collect(),
        over: over.into_iter().map(|line| row(&app, line)).collect(),
    };
    Ok(Html(page.render()?))
}

/// GET /token/new
pub async fn begin(State(app): State<App>, signed: Signed, draft: Draft) -> Result<Response, Error> {
    show_new(&app, &signed, &draft.0, &[]).await
}

/// POST /token/new
pub async fn make(State(app): State<App>, signed: Signed, posted: Posted) -> Result<Response, Error> {
    let mut schools = app.house.all_schools(&signed.actor).await?;
    let chosen = posted.all("school");
    schools.retain(|school| chosen.contains(&school.slug.as_str()));
    let general = posted.all("standing").into_iter().map(str::to_owned);
    let groups = words::subjects().iter().map(|group| posted.word(&group.id)).filter(|scope| !scope.is_empty());
    let new = NewToken {
        name: posted.word("name"),
        schools,
        scopes: general.chain(groups).collect(),
        days: posted.word("days").parse().unwrap_or_default(),
    };
    let mistakes = new.mistakes();
    if !mistakes.is_empty() {
        return show_new(&app, &signed, &posted, &mistakes).await;
    }
    match app.house.make_token(&signed.actor, &new).await {
        Ok((id, text)) => made(&app, &signed, id, text).await,
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show_new(&app, &signed, &posted, &[("name", crate::intake::sentences(&why))]).await
        }
        Err(other) => Err(other.into()),
    }
}

/// GET /token/{token}
pub async fn show(State(app): State<App>, signed: Signed, Known(token): Known) -> Result<Response, Error> {
    let line = app.house.token(&signed.actor, token).await?;
    let known = scopes();
    let says = |scope: &String| known.iter().find(|(name, _)| name == scope).map(|(_, says)| says.clone());
    let form = Form::of(signed.csrf(), &[]);
    let page = TokenPage {
        frame: Frame::titled(&line.token.name).signed(&signed).back("Access tokens", urls::tokens()),
        form,
        may: line.token.scopes.iter().filter_map(says).collect(),
        live: line.live,
        mine: signed.actor.person == Some(line.token.person),
        days: days("90"),
        href: urls::token(token),
        row: row(&app, &line),
    };
    Ok(Html(page.render()?).into_response())
}

/// POST /token/{token}/renew
pub async fn renew(
    State(app): State<App>,
    signed: Signed,
    Known(token): Known,
    posted: Posted,
) -> Result<Response, Error> {
    let more = posted.word("days").parse().unwrap_or(DAYS[1]);
    let text = app.house.renew_token(&signed.actor, token, more).await?;
    made(&app, &signed, token, text).await
}

/// POST /token/{token}/end
pub async fn end(State(app): State<App>, signed: Signed, Known(token): Known) -> Result<Response, Error> {
    app.house.revoke_token(&signed.actor, token).await?;
    Ok(session::told(&app, &urls::tokens(), "Ended. Whatever program holds it can do nothing with it any more."))
}

async fn made(app: &App, signed: &Signed, token: Uuid, text: String) -> Result<Response, Error> {
    let line = app.house.token(&signed.actor, token).await?;
    let page = MadePage {
        frame: Frame::titled("Copy the token now").signed(signed),
        ends: day(line.token.ends_at),
        name: line.token.name,
        href: urls::tokens(),
        text,
    };
    Ok(Html(page.render()?).into_response())
}

async fn show_new(
    app: &App,
    signed: &Signed,
    posted: &Posted,
    mistakes: &[(&'static str, String)],
) -> Result<Response, Error> {
    let schools = app.house.all_schools(&signed.actor).await?;
    let only = schools.len() == 1;
    let chosen = posted.all("school");
    let schools = schools.into_iter().map(|school| Choice {
        chosen: only || chosen.contains(&school.slug.as_str()),
        ..Choice::new(school.slug, school.title)
    });
    let name = Field::new("name", "What is the token for?")
        .hint("Which program holds it, and where, such as “Wallboard in the office”")
        .value(posted.word("name"))
        .check(mistakes);
    let school = Field::new("school", "Which schools?").choices(schools.collect()).check(mistakes);
    let general = [(STANDING, "Read where the school stands"), (PROBLEMS, "Read problems to fix")];
    let ticked = posted.all("standing");
    let general = general.map(|(name, says)| Choice { chosen: ticked.contains(&name), ..Choice::new(name, says) });
    let standing = Field::new("standing", "What may the program read?").choices(general.to_vec()).check(mistakes);
    let groups: Vec<Field> = words::subjects()
        .iter()
        .map(|group| {
            let choices = vec![
                Choice::new("", "Nothing"),
                Choice::new(format!("{}.read", group.id), "Read"),
                Choice::new(format!("{}.write", group.id), "Read, change and bring in lists"),
            ];
            Field::new(group.id.as_str(), group.title.clone()).choices(choices).value(posted.word(&group.id))
        })
        .collect();
    let chosen_days = posted.word("days");
    let days = days(if chosen_days.is_empty() { "90" } else { &chosen_days }).check(mistakes);
    let form = Form::of(signed.csrf(), &[&name, &school, &standing, &days]);
    let frame = Frame::titled("New access token").signed(signed).faulty(&form).back("Access tokens", urls::tokens());
    let page = NewPage { frame, form, name, school, standing, groups, days };
    Ok(page.form.answer(page.render()?))
}

fn days(chosen: &str) -> Field {
    let says = |days: i64| if days == 365 { "A year".to_owned() } else { format!("{days} days") };
    let choices = DAYS.iter().map(|days| Choice::new(days.to_string(), says(*days))).collect();
    Field::new("days", "How long does it live?").choices(choices).value(chosen)
}

fn row(app: &App, line: &TokenLine) -> Row {
    let token = &line.token;
    let left = token.ends_at.duration_since(app.house.now()).as_hours() / 24;
    let ends = match token.revoked_at {
        Some(at) => format!("Ended {}", day(at)),
        None if line.live => format!("Ends {}", day(token.ends_at)),
        None => format!("Ended {}", day(token.ends_at)),
    };
    Row {
        name: token.name.clone(),
        href: urls::token(token.id),
        who: line.who.clone(),
        schools: line.schools.join(", "),
        ends,
        soon: line.live && left < SOON_DAYS,
        used: token.used_on.map_or_else(|| "Never used".to_owned(), |day| format!("Last used {}", dates::long(day))),
    }
}

fn day(at: jiff::Timestamp) -> String {
    dates::long(Calendar::new(Division::default(), Vec::new()).day(at))
}
