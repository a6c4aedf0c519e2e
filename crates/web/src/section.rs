//! Start a section: who does what, what is open today, who will get what; then start it or plan when.

pub mod switch;

use crate::error::Error;
use crate::form::{Choice, Field, Form, Posted};
use crate::frame::{Frame, Here};
use crate::session::{Signed, told};
use crate::{App, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use schoolkeeper_app::section::{StartAsked, StartRow, StartShown};
use schoolkeeper_app::{Standpoint, dates};
use schoolkeeper_core::id::Name;

#[derive(Template)]
#[template(path = "section/start.html")]
struct StartPage {
    frame: Frame,
    form: Form,
    heading: String,
    started: Option<String>,
    planned: Option<String>,
    known_until: Option<String>,
    tasks: Vec<Row>,
    open: Vec<Row>,
    preview: Vec<String>,
    plan: Field,
    action: String,
    section_href: String,
}

/// A task or a cause, with a choice of who does it.
struct Row {
    number: usize,
    title: String,
    on: String,
    control: String,
    vacant: bool,
    owners: Vec<Choice>,
    deputies: Vec<Choice>,
}

/// GET /school/{school}/policy/{pack}/section/{section}/start
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, section)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    show(&app, &signed, (&at, &section), (&Posted::default(), &[])).await
}

/// POST /school/{school}/policy/{pack}/section/{section}/start
pub async fn act(
    State(app): State<App>,
    signed: Signed,
    Path((school, pack, section)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Error> {
    let at = app.house.standpoint(&signed.actor, &school, &pack).await?;
    let asked = match asked(&posted) {
        Ok(asked) => asked,
        Err(why) => return show(&app, &signed, (&at, &section), (&posted, &[("plan", why)])).await,
    };
    let done = match posted.get("step") {
        "start" => app.house.start_section(&signed.actor, &at, &section, &asked).await.map(|()| "Started".to_owned()),
        "plan" => match crate::role::date_of(&posted, "plan") {
            Ok(Some(day)) => {
                let planned = app.house.plan_section(&signed.actor, &at, &section, day).await;
                planned.map(|()| format!("Planned for {}. Nothing is sent before", dates::long(day)))
            }
            Ok(None) => Err(schoolkeeper_app::Error::Refused("Say when the section is to be started".to_owned())),
            Err(why) => Err(schoolkeeper_app::Error::Refused(why)),
        },
        _ => return show(&app, &signed, (&at, &section), (&posted, &[])).await,
    };
    match done {
        Ok(said) => Ok(told(&app, &urls::section(&school, &pack, &section, None), &said)),
        Err(schoolkeeper_app::Error::Refused(why)) => {
            show(&app, &signed, (&at, &section), (&posted, &[("plan", why)])).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `control-1=NAME&owner-1=ROLE&deputy-1=ROLE&fix-1=DATE` and so on.
fn asked(posted: &Posted) -> Result<StartAsked, String> {
    let mut out = StartAsked::default();
    for at in 1.. {
        let part = |name: &str| posted.word(&format!("{name}-{at}"));
        let (control, owner) = (Name::from(part("control")), part("owner"));
        if control.is_empty() {
            break;
        }
        let deputy = Some(part("deputy")).filter(|role| !role.is_empty()).map(Name::from);
        out.owners.insert(control.clone(), (Name::from(owner), deputy));
        let fix = part("fix");
        if !fix.is_empty() {
            let day = schoolkeeper_app::dates::typed(&fix).ok_or_else(|| wrong(&fix))?;
            out.fix_by.insert(control, day);
        }
    }
    Ok(out)
}

fn wrong(text: &str) -> String {
    format!("\"{text}\" is no date. Write it like 27 March 2027 or 27/3/2027")
}

async fn show(
    app: &App,
    signed: &Signed,
    (at, section): (&Standpoint, &str),
    (posted, mistakes): (&Posted, &[(&'static str, String)]),
) -> Result<Response, Error> {
    let chosen = asked(posted).unwrap_or_default();
    let shown = app.house.section_start(&signed.actor, at, section, &chosen).await?;
    let typed = crate::role::typed(posted, "plan");
    let planned = crate::role::parts(shown.planned_on);
    let latest = dates::long(shown.latest);
    let plan = Field::new("plan", "Or plan it for")
        .hint(format!("Nothing is sent before. At most until {latest}"))
        .value(if typed == "--" { planned } else { typed })
        .check(mistakes);
    let form = Form::of(signed.csrf(), &[&plan]);
    let (slug, pack) = (&at.school.slug, at.pack_id());
    let heading = format!("Start {}", shown.title);
    let section_href = urls::section(slug, pack, section, None);
    let page = StartPage {
        frame: Frame::of_policy(&heading, at.named(), pack, Here::Policy)
            .signed(signed)
            .back("Back to the section", section_href.clone())
            .faulty(&form),
        heading,
        planned: shown.planned_on.map(|day| format!("Planned for {}.", dates::with_weekday(day))),
        known_until: shown.known_until.map(|day| format!("We know your terms only until {}.", dates::long(day))),
        tasks: rows(&shown, &shown.tasks, 1),
        open: rows(&shown, &shown.open, 1 + shown.tasks.len()),
        started: shown.started,
        preview: shown.preview,
        action: urls::start(slug, pack, section),
        section_href,
        plan,
        form,
    };
    let html = page.render()?;
    Ok(page.form.answer(html))
}

fn rows(shown: &StartShown, rows: &[StartRow], first: usize) -> Vec<Row> {
    let choices = |chosen: Option<&Name>, none: &str| {
        let mut out = vec![Choice { chosen: chosen.is_none_or(|role| role.is_empty()), ..Choice::new("", none) }];
        out.extend(
            shown
                .roles
                .iter()
                .map(|(name, title)| Choice { chosen: chosen == Some(name), ..Choice::new(&**name, title) }),
        );
        out
    };
    let row = |(at, row): (usize, &StartRow)| Row {
        number: first + at,
        title: row.title.clone(),
        on: row.on.map_or_else(String::new, dates::long),
        control: row.control.to_string(),
        vacant: row.vacant,
        owners: choices(Some(&row.owner), "Nobody yet"),
        deputies: choices(row.deputy.as_ref(), "Nobody"),
    };
    rows.iter().enumerate().map(row).collect()
}
