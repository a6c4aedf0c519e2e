//! Back-up of Schoolkeeper: whether one came back, when, and the button for another.

use crate::error::Error;
use crate::form::Form;
use crate::frame::Frame;
use crate::session::{self, Signed};
use crate::{App, manage, urls};
use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use schoolkeeper_app::backup::{Backup, Backups};
use schoolkeeper_app::dates;
use schoolkeeper_core::calendar::{Calendar, Division};

#[derive(Template)]
#[template(path = "backup/page.html")]
struct BackupPage {
    frame: Frame,
    form: Form,
    place: String,
    last: Option<Last>,
    running: Option<String>,
    failed: Option<String>,
    sheet: Option<String>,
    sandbox: bool,
    may_run: bool,
    rows: Vec<Row>,
}

/// The latest that came back.
struct Last {
    made: String,
    verified: String,
    size: String,
    holds: String,
    file: String,
    place: String,
}

/// One attempt.
struct Row {
    when: String,
    place: String,
    what: String,
    good: bool,
}

/// GET /backup
pub async fn page(State(app): State<App>, signed: Signed) -> Result<Html<String>, Error> {
    let backups = app.house.backups(&signed.actor).await?;
    let page = BackupPage {
        // The page itself says it.
        frame: Frame { unprepared: None, ..manage::frame("Back-up of Schoolkeeper", &signed, "/backup") },
        form: Form::of(signed.csrf(), &[]),
        may_run: app.house.backup_scope(&signed.actor).is_ok(),
        failed: failed(&backups),
        last: backups.last_good.as_ref().map(last),
        running: backups.running.as_ref().map(|backup| backup.says.clone()),
        sheet: backups.sheet.map(moment),
        rows: backups.history.iter().map(row).collect(),
        place: backups.place,
        sandbox: backups.sandbox,
    };
    Ok(Html(page.render()?))
}

/// POST /backup
pub async fn run(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    app.house.ask_backup(&signed.actor).await?;
    let words = "A back-up begins within a minute. Look at this page again to see how far it has come.";
    Ok(session::told(&app, &urls::backup(), words))
}

/// POST /backup/sheet
pub async fn put_away(State(app): State<App>, signed: Signed) -> Result<Response, Error> {
    app.house.acknowledge_sheet(&signed.actor).await?;
    Ok(session::told(&app, &urls::backup(), "Written down: the recovery sheet lies in the safe."))
}

/// Why the newest attempt failed, when it did.
fn failed(backups: &Backups) -> Option<String> {
    backups.history.first().and_then(|backup| backup.problem.clone()).map(|why| why.replace("\nhint: ", " Next step: "))
}

fn last(backup: &Backup) -> Last {
    let made = &backup.made;
    Last {
        made: moment(backup.started_at),
        verified: backup.verified_at.map(moment).unwrap_or_default(),
        size: size(made.size),
        holds: format!("{} records and other rows, {} files", made.rows, made.blobs),
        file: made.file.clone(),
        place: backup.place.clone(),
    }
}

fn row(backup: &Backup) -> Row {
    let good = backup.verified_at.is_some();
    let what = match &backup.problem {
        Some(why) => format!("Failed: {}", why.lines().next().unwrap_or_default()),
        None if good => format!("Came back. {}", size(backup.made.size)),
        None if backup.finished_at.is_none() => backup.says.clone(),
        None => "Ended without a word".to_owned(),
    };
    Row { when: moment(backup.started_at), place: backup.place.clone(), what, good }
}

fn moment(at: jiff::Timestamp) -> String {
    dates::moment(at, Calendar::new(Division::default(), Vec::new()).zone())
}

/// `3.2 MB`
fn size(bytes: i64) -> String {
    let tenths = |unit: i64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}
