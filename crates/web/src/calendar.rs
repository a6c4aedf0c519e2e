//! The school's calendar: its terms, each day of the year, the files of it; the form that changes it stands beside.

mod bank;
mod change;

pub use bank::{bank, save_bank};
pub use change::{change, save};

use crate::error::Error;
use crate::frame::{Frame, Link};
use crate::manage::{frame_of, opens};
use crate::session::Signed;
use crate::{App, download, urls};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use jiff::civil::{Date, Weekday};
use schoolkeeper_app::calendar::dates as written;
use schoolkeeper_app::calendar::year::{CalendarShown, DayKind, Month, Past};
use schoolkeeper_app::{School, dates};
use schoolkeeper_core::calendar::{Division, Term};

/// Its address in the table of routes.
const HERE: &str = "/school/{school}/calendar";
const CHANGE: &str = "/school/{school}/calendar/change";
/// Parts of the United Kingdom: what is sent, what people read.
const DIVISIONS: [(&str, &str, Division); 3] = [
    ("england-and-wales", "England and Wales", Division::EnglandAndWales),
    ("scotland", "Scotland", Division::Scotland),
    ("northern-ireland", "Northern Ireland", Division::NorthernIreland),
];

#[derive(Template)]
#[template(path = "calendar/page.html")]
struct CalendarPage {
    frame: Frame,
    warning: Option<String>,
    whose: &'static str,
    days: String,
    terms: Vec<TermRow>,
    months: Vec<MonthRow>,
    bank: String,
    history: Vec<(String, Option<String>)>,
    change_href: Option<String>,
    bank_href: String,
    files: Vec<Link>,
}

/// A term as a row.
struct TermRow {
    name: String,
    days: String,
    half: String,
    inset: String,
    closed: String,
}

/// A month as a small table of weeks.
struct MonthRow {
    title: String,
    school_days: String,
    weeks: Vec<Vec<DayCell>>,
    notes: Vec<String>,
}

/// A day; without words it belongs to another month.
#[derive(Clone, Default)]
struct DayCell {
    number: String,
    class: &'static str,
    mark: &'static str,
    says: &'static str,
}

/// GET /school/{school}/calendar
pub async fn page(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Html<String>, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.calendar_page(&signed.actor, &school).await?;
    let may = opens(&signed, CHANGE);
    let page = CalendarPage {
        frame: frame_of(&school, "Calendar", &signed, HERE).back("Manage", urls::manage()),
        whose: whose(&school, shown.own),
        terms: shown.calendar.terms().iter().map(term).collect(),
        months: shown.months.iter().map(month).collect(),
        bank: bank_words(&school, &shown),
        history: shown.history.iter().map(|past| (past.words.clone(), again(&school, past, may))).collect(),
        change_href: may.then(|| urls::change_calendar(&school.slug)),
        bank_href: urls::bank_holidays(&school.slug),
        files: files(&school),
        days: shown.days,
        warning: shown.warning,
    };
    Ok(Html(page.render()?))
}

/// GET /school/{school}/calendar.csv
pub async fn as_csv(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.calendar_page(&signed.actor, &school).await?;
    Ok(download::csv(&format!("calendar-{}", school.slug), written::as_csv(shown.calendar.terms())?))
}

/// GET /school/{school}/calendar.ics
pub async fn as_ics(State(app): State<App>, signed: Signed, Path(school): Path<String>) -> Result<Response, Error> {
    let school = app.house.school_at(&signed.actor, &school).await?;
    let shown = app.house.calendar_page(&signed.actor, &school).await?;
    let text = written::as_ics(shown.calendar.terms(), &school.slug, app.house.now());
    Ok(download::file(&format!("calendar-{}.ics", school.slug), "text/calendar; charset=utf-8", text))
}

fn whose(school: &School, own: bool) -> &'static str {
    match (school.trust, own) {
        (true, _) => "Every school without dates of its own follows these.",
        (false, true) => "These are the school's own dates.",
        (false, false) => "These are the trust's dates. The school can set its own.",
    }
}

fn bank_words(school: &School, shown: &CalendarShown) -> String {
    let (_, part, _) = DIVISIONS.iter().find(|(.., one)| *one == school.division).unwrap_or(&DIVISIONS[0]);
    format!("Bank holidays of {part}, known until {}.", dates::long(shown.bank_until))
}

/// Where the dates of a past change are looked at again.
fn again(school: &School, past: &Past, may: bool) -> Option<String> {
    past.lines.as_ref().filter(|_| may).map(|_| {
        let at = past.at.as_microsecond().to_string();
        urls::change_calendar(&school.slug) + &urls::query(&[("from", &at)])
    })
}

fn files(school: &School) -> Vec<Link> {
    let file = |kind: &str, text: &str| Link { text: text.to_owned(), href: urls::calendar_file(&school.slug, kind) };
    vec![file("ics", "For other calendars (iCal)"), file("csv", "For a spreadsheet (CSV)")]
}

fn term(term: &Term) -> TermRow {
    let span = |from, to| format!("{} to {}", dates::long(from), dates::long(to));
    TermRow {
        name: term.name.clone(),
        days: span(term.from, term.to),
        half: term.half_from.zip(term.half_to).map_or_else(|| "None".to_owned(), |(from, to)| span(from, to)),
        inset: list(term.inset.iter().copied()).unwrap_or_else(|| "None".to_owned()),
        closed: list(term.closed.iter().copied()).unwrap_or_else(|| "None".to_owned()),
    }
}

fn month(month: &Month) -> MonthRow {
    let before = usize::from(month.first.weekday().since(Weekday::Monday).unsigned_abs());
    let mut cells = vec![DayCell::default(); before];
    cells.extend(month.days.iter().map(|(day, kind)| cell(*day, *kind)));
    cells.resize(cells.len().next_multiple_of(7), DayCell::default());
    let noted = |words: &str, kind| list(month.of(kind)).map(|days| format!("{words}: {days}"));
    let count = month.of(DayKind::School).count();
    MonthRow {
        title: month.title.clone(),
        school_days: format!("{count} day{} with pupils", if count == 1 { "" } else { "s" }),
        weeks: cells.chunks(7).map(<[DayCell]>::to_vec).collect(),
        notes: [noted("INSET", DayKind::Inset), noted("Bank holiday", DayKind::Bank)].into_iter().flatten().collect(),
    }
}

fn cell(day: Date, kind: DayKind) -> DayCell {
    let (class, mark, says) = match kind {
        DayKind::School => ("sk-day--school", "", "with pupils"),
        DayKind::Inset => ("sk-day--inset", "I", "INSET day"),
        DayKind::Bank => ("sk-day--bank", "B", "bank holiday"),
        DayKind::Off => ("", "", ""),
    };
    DayCell { number: day.day().to_string(), class, mark, says }
}

/// `1 September 2026, 2 November 2026`; nothing for no day.
fn list(days: impl Iterator<Item = Date>) -> Option<String> {
    let days: Vec<String> = days.map(dates::long).collect();
    (!days.is_empty()).then(|| days.join(", "))
}
