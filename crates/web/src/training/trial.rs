//! Trials with false messages: totals for leaders, people for whoever trains them.

use super::LIST;
use crate::frame::Frame;
use crate::manage::{frame_of, opens};
use crate::session::Signed;
use crate::{App, error::Error, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use jiff::civil::Date;
use schoolkeeper_app::dates;
use schoolkeeper_app::training::{Trial, TrialLine};

#[derive(Template)]
#[template(path = "training/trials.html")]
struct TrialsPage {
    frame: Frame,
    rows: Vec<Row>,
    totals_only: bool,
    add_href: Option<String>,
    import_href: Option<String>,
}

struct Row {
    title: String,
    href: Option<String>,
    meta: String,
    totals: Option<[usize; 6]>,
}

#[derive(Template)]
#[template(path = "training/trial.html")]
struct TrialPage {
    frame: Frame,
    title: String,
    meta: String,
    message: Option<String>,
    rows: Vec<(String, &'static str, String)>,
}

/// GET /school/{school}/training/trials
pub async fn list(State(app): State<App>, signed: Signed, Path(slug): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let found = app.house.trials(&signed.actor, &school).await?;
    let adds = opens(&signed, "/school/{school}/records/{register}/new");
    let imports = found.sees_people && opens(&signed, "/school/{school}/records/{register}/import");
    let page = TrialsPage {
        frame: frame_of(&school, "What came of trials with false messages", &signed, LIST)
            .back("Training", urls::training(&slug)),
        rows: found.all.iter().map(|trial| row(&slug, trial, found.sees_people)).collect(),
        totals_only: !found.sees_people,
        add_href: adds.then(|| format!("{}/new", urls::register(&slug, "phishing-trial"))),
        import_href: imports.then(|| urls::import_into(&slug, "phishing-result")),
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/training/trial/{day}
pub async fn page(
    State(app): State<App>,
    signed: Signed,
    Path((slug, day)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &slug).await?;
    let day: Date = day.parse().map_err(|_| Error::Missing)?;
    let (trial, lines) = app.house.trial(&signed.actor, &school, day).await?;
    let title = title(&trial);
    let page = TrialPage {
        frame: frame_of(&school, &title, &signed, LIST).back("Trials with false messages", urls::trials(&slug)),
        meta: meta(&trial),
        message: trial.message.clone(),
        rows: lines.into_iter().map(line).collect(),
        title,
    };
    Ok(Html(page.render()?))
}

fn title(trial: &Trial) -> String {
    trial.name.clone().unwrap_or_else(|| format!("Trial of {}", dates::long(trial.day)))
}

fn meta(trial: &Trial) -> String {
    let mut out = vec![format!("Sent on {}", dates::long(trial.day))];
    out.extend(trial.audience.clone());
    out.join(" · ")
}

fn row(slug: &str, trial: &Trial, sees_people: bool) -> Row {
    let few = trial.sent > 0 && trial.reported + trial.left + trial.taken_in() == 0;
    let mut about = meta(trial);
    if few {
        about.push_str(" · too few people for totals that name nobody");
    }
    if trial.sent == 0 {
        about.push_str(" · no results yet");
    }
    let totals = [trial.sent, trial.reported, trial.left, trial.opened, trial.typed, trial.taught];
    Row {
        title: title(trial),
        href: (sees_people && trial.sent > 0).then(|| urls::trial(slug, trial.day)),
        meta: about,
        totals: (trial.sent > 0 && !few).then_some(totals),
    }
}

fn line(line: TrialLine) -> (String, &'static str, String) {
    let did = match &*line.did {
        "reported" => "Reported it",
        "left" => "Left it alone",
        "opened" => "Opened it",
        "typed" => "Typed something in",
        _ => "Not known yet",
    };
    let taught = match (line.taught_on, &*line.did) {
        (Some(day), _) => format!("taught on {}", dates::long(day)),
        (None, "opened" | "typed") => "not taught yet".to_owned(),
        _ => String::new(),
    };
    (line.name, did, taught)
}
